package workflows_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/test/rehearsal"
)

// left is what a run leaves that was ended while a job was at the vendor.
func left(t *testing.T, s *rehearsal.Stage, p drama.Production, digest string, upTo string) {
	t.Helper()
	in := s.Submit(t, p)
	made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
	if err != nil || len(made.Problems) > 0 {
		t.Fatal(err, made.Problems)
	}
	if digest == "" {
		digest = made.Shots[0].Digest
	}
	id := ledger.ID{Take: drama.TakeID{Episode: in.ID, Slate: made.Shots[0].Slate, Number: 1}, Attempt: 1}
	price := drama.Money{Micros: 4_000_000, Currency: "CNY"}
	intent := ledger.Intent{ID: id, Key: id.Key(), Provider: "fake", Model: "fake-1", Digest: digest, Seed: 7, Estimate: price, At: time.Now()}
	if err := s.Ledger.Intend(t.Context(), intent); err != nil {
		t.Fatal(err)
	}
	job, err := s.Providers["fake"].Submit(t.Context(), provider.Request{
		Key: id.Key(), Take: id.Take, Model: "fake-1", Frames: 96, FPS: p.Season.Format.FPS, Raster: p.Season.Format.Raster, Brief: drama.Brief{Action: "plain"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if upTo == "intent" {
		return
	}
	if err := s.Ledger.Receive(t.Context(), id, ledger.Receipt{Job: job, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if upTo == "receipt" {
		return
	}
	_, err = s.Generator.Generate(t.Context(), activities.GenerateInput{Plan: made.Plan, Take: id.Take, Instance: "fake", Seed: 7, Estimate: price})
	if err != nil {
		t.Fatal(err)
	}
}

// A job that a run left, however it was ended, is gone on with by the next one:
// nothing is bought for the shot meanwhile, and it is counted once.
func TestTheNextRunGoesOnWithOpenJobs(t *testing.T) {
	for _, upTo := range []string{"intent", "receipt", "clip"} {
		t.Run(upTo, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{Price: drama.Money{Micros: 1_000_000, Currency: "CNY"}})
			p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "plain"))
			cap := yuan(5) // for one take, not for two
			p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &cap, OnExceed: "stop"}
			left(t, s, p, "", upTo)
			d := run(t, env(t, s), s.Submit(t, p))
			if d.State != drama.StateDelivered || s.Bought(t) != 1 || d.Spent != yuan(4) || d.Shots[0].Take != "rehearsal/ep01/1A/1" {
				t.Errorf("%s with %d bought, spent %s: %+v", d.State, s.Bought(t), d.Spent, d.Shots)
			}
		})
	}
}

// A job for a shot as it was before is told with its price and brought in beside the
// run: its clip is a take of what it was made for, to be circled. When the script is
// changed back the take is judged, and nothing is bought.
func TestOpenJobsOfAnotherShotAreBroughtIn(t *testing.T) {
	for _, upTo := range []string{"receipt", "clip"} {
		t.Run(upTo, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{Price: drama.Money{Micros: 1_000_000, Currency: "CNY"}})
			before := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "plain"))
			left(t, s, before, "", upTo)
			now := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "fancy"))
			in := s.Submit(t, now)
			made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
			told := strings.Join(made.Told, "\n")
			if err != nil || len(made.Shots[0].Open) != 0 || len(made.Strays) != 1 || !strings.Contains(told, "rehearsal/ep01/1A/1/1") || !strings.Contains(told, "4.00 CNY") {
				t.Fatalf("%+v, %q, %v", made.Strays, made.Told, err)
			}
			d := run(t, env(t, s), in)
			if d.State != drama.StateDelivered || s.Bought(t) != 2 || d.Spent != yuan(8) || !strings.Contains(strings.Join(d.Problems, "\n"), "is brought in and kept as take 1") {
				t.Errorf("%s with %d bought, spent %s: %q", d.State, s.Bought(t), d.Spent, d.Problems)
			}
			shelf := library.Library{Store: s.Store}
			take, err := shelf.Take(t.Context(), drama.TakeID{Episode: in.ID, Slate: "1A", Number: 1})
			if err != nil || !take.Filed || take.Media.Key == "" || take.Digest != made.Strays[0].Digest || take.Price != yuan(4) || take.Verdict.Pass {
				t.Fatalf("%+v, %v", take, err)
			}
			if made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script}); err != nil || len(made.Strays)+len(made.Told) != 0 {
				t.Errorf("what is kept is told of again: %q, %v", made.Told, err)
			}
			// Changed back: the take that is kept is judged.
			d = run(t, env(t, s), s.Submit(t, before))
			if d.State != drama.StateDelivered || s.Bought(t) != 2 || d.Spent != yuan(8) || d.Shots[0].Take != "rehearsal/ep01/1A/1" {
				t.Errorf("changed back: %s with %d bought, spent %s: %+v", d.State, s.Bought(t), d.Spent, d.Shots)
			}
			if take, err = shelf.Take(t.Context(), take.ID); err != nil || take.Filed || !take.Verdict.Pass {
				t.Errorf("the judged take: %+v, %v", take, err)
			}
		})
	}
}

// What cannot be brought in is told with its way out, and holds nothing up.
func TestOpenJobsThatNobodyCanBringIn(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: drama.Money{Micros: 1_000_000, Currency: "CNY"}})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "plain"))
	left(t, s, p, strings.Repeat("0", 64), "intent")
	gone := ledger.ID{Take: drama.TakeID{Episode: p.ID(), Slate: "9Z", Number: 1}, Attempt: 1}
	err := errors.Join(s.Ledger.Intend(t.Context(), ledger.Intent{ID: gone, Key: gone.Key(), Provider: "sold-out", Estimate: yuan(3), At: time.Now()}),
		s.Ledger.Receive(t.Context(), gone, ledger.Receipt{Job: provider.Job{ID: "v9"}, At: time.Now()}))
	if err != nil {
		t.Fatal(err)
	}
	d := run(t, env(t, s), s.Submit(t, p))
	said := strings.Join(d.Problems, "\n")
	for _, word := range []string{"rehearsal/ep01/1A/1/1", "nobody knows whether the vendor has it", "rehearsal/ep01/9Z/1/1", "sold-out is not in the config", "3.00 CNY", "dailies jobs drop"} {
		if !strings.Contains(said, word) {
			t.Errorf("%q is not said: %s", word, said)
		}
	}
	if d.State != drama.StateDelivered || s.Bought(t) != 2 || d.Spent != yuan(11) {
		t.Errorf("%s with %d bought, spent %s", d.State, s.Bought(t), d.Spent)
	}
}

// The policy to submit again after a lost answer buys one more, when the caps allow
// it, and then asks a person.
func TestResubmitIsOneMoreWithinTheCaps(t *testing.T) {
	for _, c := range []struct {
		fake   string
		cap    int64
		bought int
		state  drama.EpisodeState
		spent  int64
	}{
		{"lost*1", 9, 2, drama.StateDelivered, 8},
		{"lost*1", 5, 1, drama.StatePaused, 4},
		{"lost", 99, 2, drama.StateHeld, 4},
	} {
		t.Run(c.fake, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{NoFinder: true, Resubmit: true, Price: drama.Money{Micros: 1_000_000, Currency: "CNY"}})
			p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: "+c.fake+"]"))
			limit := yuan(c.cap)
			p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &limit, OnExceed: "pause"}
			e := env(t, s)
			var seen drama.EpisodeStatus
			at(e, 2, func() {
				seen = status(t, e)
				e.CancelWorkflow()
			})
			d := run(t, e, s.Submit(t, p))
			if seen.State != "" {
				if seen.State != c.state || seen.Spent != yuan(c.spent) {
					t.Errorf("%s, spent %s, want %s, %d: %+v", seen.State, seen.Spent, c.state, c.spent, seen.Shots)
				}
			} else if d.State != c.state || d.Spent != yuan(c.spent) {
				t.Errorf("ended %s, spent %s: %+v", d.State, d.Spent, d.Shots)
			}
			if s.Bought(t) != c.bought {
				t.Errorf("%d bought, want %d", s.Bought(t), c.bought)
			}
		})
	}
}
