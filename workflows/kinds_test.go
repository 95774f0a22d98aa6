package workflows_test

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/test/rehearsal"
)

// Every way in which the fake vendor misbehaves ends in the state that its Kind
// stands for, with the reason in the shot's status.
func TestMisbehaviour(t *testing.T) {
	two := []string{"fake", "spare"}
	cases := []struct {
		fake     string // behaviour
		use      []string
		good     []string
		resubmit bool
		noFinder bool
		state    drama.EpisodeState
		attempts int
		by       string // who made the circled take
		bought   int
		reason   string
	}{
		{fake: "", use: two, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1},
		{fake: "slow", use: two, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1},
		{fake: "throttled*2", use: two, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1},
		{fake: "transient*2", use: two, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1},
		{fake: "lost", use: two, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1},
		{fake: "dropped*1", use: two, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1},
		{fake: "dropped*1", use: two, resubmit: true, noFinder: true, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1},
		{fake: "expired", use: two, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1},
		{fake: "unknown", use: two, state: drama.StateDelivered, attempts: 1, by: "fake", bought: 1, reason: "marinating"},
		{fake: "black*1", use: two, state: drama.StateDelivered, attempts: 2, by: "fake", bought: 2, reason: "black"},
		{fake: "failed*1", use: two, state: drama.StateDelivered, attempts: 2, by: "fake", bought: 2, reason: "gave up"},
		{fake: "black", use: two, good: []string{"spare"}, state: drama.StateDelivered, attempts: 3, by: "spare", bought: 3, reason: "take 2 by fake is NG"},
		{fake: "refused", use: two, good: []string{"spare"}, state: drama.StateDelivered, attempts: 2, by: "spare", bought: 1, reason: "moderation"},
		{fake: "auth", use: two, good: []string{"spare"}, state: drama.StateDelivered, attempts: 2, by: "spare", bought: 1, reason: "key is not"},
		{fake: "quota", use: two, good: []string{"spare"}, state: drama.StateDelivered, attempts: 2, by: "spare", bought: 1, reason: "balance"},
		{fake: "refused", use: two, state: drama.StateNG, attempts: 2, reason: "moderation"},
		{fake: "invalid", use: two, good: []string{"spare"}, state: drama.StateNG, attempts: 1, reason: "wrong field"},
		{fake: "stuck", use: []string{"fake"}, state: drama.StateNG, attempts: 3, bought: 3, reason: "no clip after"},
		{fake: "black", use: two, state: drama.StateNG, attempts: 3, bought: 3, reason: "black"},
		{fake: "frozen", use: two, state: drama.StateNG, attempts: 3, bought: 3, reason: "frozen"},
		{fake: "short", use: two, state: drama.StateNG, attempts: 3, bought: 3, reason: "short"},
		{fake: "garbage", use: two, state: drama.StateNG, attempts: 3, bought: 3, reason: "decoded"},
		{fake: "truncated", use: two, state: drama.StateNG, attempts: 3, bought: 3, reason: "decoded"},
	}
	for _, c := range cases {
		name := c.fake
		if len(c.good) > 0 {
			name += "_and_a_good_one"
		}
		if c.resubmit {
			name += "_resubmitted"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rehearsal.New(t, rehearsal.Options{Instances: c.use, Good: c.good, Resubmit: c.resubmit, NoFinder: c.noFinder})
			for name, i := range s.Instances {
				i.DeadlineMS = 300
				s.Instances[name] = i
			}
			action := "Mei runs."
			if c.fake != "" {
				action += " [fake: " + c.fake + "]"
			}
			moving := rehearsal.Shot("1A", action)
			moving.Cast = []string{"mei"}
			p := rehearsal.Production(c.use, moving)
			p.Season.Cast = map[string]drama.Character{"mei": {Name: "Mei"}}
			d := run(t, env(t, s), s.Submit(t, p))
			shot := d.Shots[0]
			if d.State != c.state || shot.Attempts != c.attempts || shot.Provider != c.by {
				t.Errorf("got %s after %d attempts, by %q; want %s after %d, by %q\n%+v", d.State, shot.Attempts, shot.Provider, c.state, c.attempts, c.by, shot)
			}
			if got := s.Bought(t); got != c.bought {
				t.Errorf("%d jobs were bought, want %d", got, c.bought)
			}
			if reasons := strings.Join(shot.Reasons, "\n"); !strings.Contains(reasons, c.reason) {
				t.Errorf("reasons do not tell of %q:\n%s", c.reason, reasons)
			}
			if c.state == drama.StateNG && (d.Cut != 0 || d.Master != nil || len(d.Problems) == 0) {
				t.Errorf("an NG run has cut %d and problems %q", d.Cut, d.Problems)
			}
		})
	}
}

// A job that may have been accepted waits for a person, and each of the three
// decisions ends it.
func TestHeldJob(t *testing.T) {
	id := ledger.ID{Take: drama.TakeID{Episode: drama.EpisodeID{Show: "rehearsal", Number: 1}, Slate: "1A", Number: 1}, Attempt: 1}
	price := drama.Money{Micros: 4_000_000, Currency: "CNY"}
	for _, c := range []struct {
		decision string
		fake     string
		decide   func(t *testing.T, s *rehearsal.Stage)
		attempts int
		bought   int
		spent    int64
	}{
		{"adopt", "lost*1", func(t *testing.T, s *rehearsal.Stage) {
			jobs, err := fake.Jobs(s.Dirs["fake"])
			if err != nil || len(jobs) == 0 || jobs[0].Request.Take.Slate != "1A" {
				t.Fatalf("jobs %v, %v", jobs, err)
			}
			r := ledger.Receipt{Found: "adopted"}
			r.Job.ID = jobs[0].ID
			if err := s.Ledger.Receive(t.Context(), id, r); err != nil {
				t.Fatal(err)
			}
		}, 1, 1, 4_000_000},
		{"resubmit", "dropped*1", func(t *testing.T, s *rehearsal.Stage) {
			if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "resubmitted", Price: price, Estimated: true}); err != nil {
				t.Fatal(err)
			}
		}, 1, 1, 8_000_000},
		{"drop", "dropped*1", func(t *testing.T, s *rehearsal.Stage) {
			if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "dropped", Price: price, Estimated: true}); err != nil {
				t.Fatal(err)
			}
		}, 2, 1, 8_000_000},
	} {
		t.Run(c.decision, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{NoFinder: true, Price: drama.Money{Micros: 1_000_000, Currency: "CNY"}})
			p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: "+c.fake+"]"), rehearsal.Shot("1B", "plain"))
			p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "pause"}
			e := env(t, s)
			at(e, 1, func() {
				st := status(t, e)
				if st.State != drama.StateHeld || st.Shots[0].State != drama.ShotHeld || st.Reserved != price || waits(st, "1A").For != drama.WaitJob {
					t.Errorf("held run: %+v", st)
				}
				if st.Shots[1].State != drama.ShotCircle {
					t.Errorf("the other shot waits too: %+v", st.Shots[1])
				}
				c.decide(t, s)
				accepted(t, e, "resolve_job", map[string]string{"slate": "1A"})
			})
			d := run(t, e, s.Submit(t, p))
			if d.State != drama.StateDelivered || d.Shots[0].Attempts != c.attempts || s.Bought(t) != c.bought+1 || d.Spent.Micros != c.spent+4_000_000 {
				t.Errorf("ended as %s after %d attempts, %d jobs, spent %s\n%+v", d.State, d.Shots[0].Attempts, s.Bought(t), d.Spent, d.Shots[0])
			}
		})
	}
}
