package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// packing is a stage on which shots of two seconds cost four yuan each by itself and three in
// a pack, and an episode of such shots 1A, 1B …, one an action.
func packing(t *testing.T, o rehearsal.Options, actions ...string) (*rehearsal.Stage, drama.Production) {
	t.Helper()
	o.Packs, o.Price = true, yuan(1)
	s := rehearsal.New(t, o)
	var shots []drama.Shot
	for i, action := range actions {
		shot := rehearsal.Shot("1"+string(rune('A'+i)), action)
		shot.Frames = 48
		shots = append(shots, shot)
	}
	p := rehearsal.Production([]string{"fake"}, shots...)
	p.Season.Takes.Pack = true
	p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "stop"}
	return s, p
}

// books checks that what the takes cost together is what the ledger says, and the run, and
// gives "1A/1 3.00 CNY pass; …".
func books(t *testing.T, s *rehearsal.Stage, p drama.Production, spent drama.Money) string {
	t.Helper()
	takes, damaged, err := library.Library{Store: s.Store}.Takes(t.Context(), p.ID(), "")
	if err != nil || len(damaged) > 0 {
		t.Fatal(err, damaged)
	}
	var all []string
	sum := int64(0)
	for _, k := range takes {
		sum += k.Price.Micros
		word := "NG"
		if k.Verdict.Pass {
			word = "pass"
		}
		all = append(all, fmt.Sprintf("%s/%d %s %s", k.ID.Slate, k.ID.Number, k.Price, word))
	}
	booked, err := library.Spent(t.Context(), s.Ledger, p.ID(), drama.Exchange{}, "CNY")
	if err != nil {
		t.Fatal(err)
	}
	if sum != booked.Micros || spent.Micros != booked.Micros {
		t.Errorf("the takes cost %d, the ledger says %d and the run %d: %v", sum, booked.Micros, spent.Micros, all)
	}
	return strings.Join(all, "; ")
}

func TestAPackIsOneCall(t *testing.T) {
	s, p := packing(t, rehearsal.Options{}, "She waits.", "He comes.", "They talk.")
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 1 || d.Spent != yuan(9) {
		t.Fatalf("%s, bought %d, spent %s: %v, %+v", d.State, s.Bought(t), d.Spent, d.Problems, d.Shots)
	}
	if got := books(t, s, p, d.Spent); got != "1A/1 3.00 CNY pass; 1B/1 3.00 CNY pass; 1C/1 3.00 CNY pass" {
		t.Errorf("takes %s", got)
	}
	b, err := library.Library{Store: s.Store}.Take(t.Context(), drama.TakeID{Episode: p.ID(), Slate: "1B", Number: 1})
	if err != nil || b.Pack == nil || b.Pack.Job.Slate != "1A" || b.Pack.Index != 1 || len(b.Pack.Windows) != 3 || b.Media.Key == "" {
		t.Errorf("take %+v, %v", b, err)
	}
	if d = run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 1 || d.Spent != yuan(9) {
		t.Errorf("again: %s, bought %d, spent %s", d.State, s.Bought(t), d.Spent)
	}
	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1B"}}
	if d = run(t, env(t, s), in); d.State != drama.StateDelivered || s.Bought(t) != 2 || d.Spent != yuan(13) {
		t.Errorf("a retake: %s, bought %d, spent %s", d.State, s.Bought(t), d.Spent)
	}
	books(t, s, p, d.Spent)
}

// A clip that is not cut where it was asked to is NG for every shot, one failure, kept whole
// with the first; then each is made by itself, and never packed again.
func TestAPackThatIsNotCut(t *testing.T) {
	s, p := packing(t, rehearsal.Options{}, "[fake: uncut*1]", "He comes.")
	p.Season.Takes.FailedAfter = 2
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 3 || d.NG != 1 {
		t.Fatalf("%s, bought %d, %d NG: %v", d.State, s.Bought(t), d.NG, d.Problems)
	}
	if got := books(t, s, p, d.Spent); got != "1A/1 3.00 CNY NG; 1A/2 4.00 CNY pass; 1B/1 3.00 CNY NG; 1B/2 4.00 CNY pass" {
		t.Errorf("takes %s", got)
	}
	for slate, media := range map[string]bool{"1A": true, "1B": false} {
		k, err := library.Library{Store: s.Store}.Take(t.Context(), drama.TakeID{Episode: p.ID(), Slate: slate, Number: 1})
		if err != nil || (k.Media.Key != "") != media || len(k.Verdict.Reasons) != 1 || !strings.Contains(k.Verdict.Reasons[0], "0 cuts found where 1") {
			t.Errorf("take %+v, %v", k, err)
		}
	}
	p.Season.Takes.FailedAfter = 1
	s, p = packing(t, rehearsal.Options{}, "[fake: uncut*1]", "He comes.")
	p.Season.Takes.FailedAfter = 1
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateStopped || s.Bought(t) != 1 {
		t.Fatalf("%s, bought %d", d.State, s.Bought(t))
	}
	p.Season.Takes.FailedAfter = 0
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 3 {
		t.Errorf("after the stop: %s, bought %d", d.State, s.Bought(t))
	}
}

// A refusal is the first shot's attempt; then each is made by itself.
func TestAPackThatIsRefused(t *testing.T) {
	s, p := packing(t, rehearsal.Options{}, "[fake: refused*1]", "He comes.")
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 2 || d.Shots[0].Attempts != 2 || d.Shots[1].Attempts != 1 {
		t.Fatalf("%s, bought %d: %+v", d.State, s.Bought(t), d.Shots)
	}
	if got := books(t, s, p, d.Spent); !strings.HasPrefix(got, "1A/1 0.00") || !strings.HasSuffix(got, "pass") || d.Spent != yuan(8) {
		t.Errorf("takes %s, spent %s", got, d.Spent)
	}
}

// failing is a runner whose first so many splits are cut off.
type failing struct {
	media.Runner
	left *atomic.Int32
}

func (f failing) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	if job.Split != nil && f.left.Add(-1) >= 0 {
		return media.Result{}, errors.New("killed")
	}
	return f.Runner.Run(ctx, job, in, report)
}

func TestASplitThatIsCutOffIsDoneAgain(t *testing.T) {
	s, p := packing(t, rehearsal.Options{}, "She waits.", "He comes.")
	f := failing{s.Media.Runner, new(atomic.Int32)}
	f.left.Store(2)
	s.Media.Runner = f
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 1 {
		t.Errorf("%s, bought %d: %v", d.State, s.Bought(t), d.Problems)
	}
	// Where it never works the run gives up, and the next one goes on with what is paid for.
	s, p = packing(t, rehearsal.Options{}, "She waits.", "He comes.")
	f.Runner = s.Media.Runner
	f.left.Store(1000)
	s.Media.Runner = f
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateNG || s.Bought(t) != 1 {
		t.Errorf("never: %s, bought %d: %v", d.State, s.Bought(t), d.Problems)
	}
	f.left.Store(0)
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 1 {
		t.Errorf("then: %s, bought %d: %+v", d.State, s.Bought(t), d.Shots)
	}
	if got := books(t, s, p, d.Spent); got != "1A/1 3.00 CNY pass; 1B/1 3.00 CNY pass" {
		t.Errorf("takes %s", got)
	}
}

// A shot that is given up while the clip is made has its piece recorded all the same; when
// it is the one that buys, the job is stopped where that is possible, and the others go on.
func TestAShotOfAPackIsGivenUp(t *testing.T) {
	for slate, want := range map[string]string{"1A": "", "1B": "1A/1 3.00 CNY pass; 1B/1 3.00 CNY pass"} {
		t.Run(slate, func(t *testing.T) {
			var held atomic.Bool
			held.Store(true)
			s, p := packing(t, rehearsal.Options{Canceler: slate == "1A", Until: func(by string) bool { return by == "1A" && held.Load() }}, "She waits.", "He comes.")
			e := env(t, s)
			var ask func()
			ask = func() {
				st := status(t, e)
				if len(st.Shots) == 0 || st.Shots[0].State != drama.ShotGenerating {
					e.RegisterDelayedCallback(ask, 10*time.Millisecond)
					return
				}
				if w := waits(st, "1B"); w.For != drama.WaitSource || w.On != "1A" {
					t.Errorf("1B waits for %+v", w)
				}
				accepted(t, e, "cancel_shot", workflows.CancelShot{Slate: slate})
				held.Store(slate == "1A") // what cannot be stopped is collected
			}
			e.RegisterDelayedCallback(ask, 10*time.Millisecond)
			d := run(t, e, s.Submit(t, p))
			if d.State != drama.StateNG {
				t.Errorf("%s: %+v", d.State, d.Shots)
			}
			if slate == "1A" { // the SDK's test engine does not wait for the job's end
				if d.Spent != yuan(4) || d.Shots[1].State != drama.ShotCircle || d.Shots[0].State != drama.ShotCancelled {
					t.Errorf("spent %s: %+v", d.Spent, d.Shots)
				}
				return
			}
			if got := books(t, s, p, d.Spent); got != want {
				t.Errorf("takes %s, want %s", got, want)
			}
		})
	}
}

func TestAPackWaitsForItsMoney(t *testing.T) {
	s, p := packing(t, rehearsal.Options{}, "She waits.", "He comes.", "They talk.")
	limit := yuan(9)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &limit, OnExceed: "stop"}
	s.Planner.Look = yuan(1)
	s.Media.Judge, s.Media.Prices = pleased{}, activities.Prices{Ledger: s.Ledger, Look: yuan(1)}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateNG && d.State != drama.StateStopped || s.Bought(t) != 0 {
		t.Fatalf("nine, and it is twelve with the looks: %s, bought %d", d.State, s.Bought(t))
	}
	s, p = packing(t, rehearsal.Options{}, "She waits.", "He comes.", "They talk.")
	limit = yuan(10)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &limit, OnExceed: "pause"}
	e, spent := env(t, s), yuan(2)
	in := s.Submit(t, p)
	id := ledger.ID{Take: drama.TakeID{Episode: in.ID, Slate: "9Z", Number: 1}, Attempt: 1}
	if err := s.Ledger.Intend(t.Context(), ledger.Intent{ID: id, Key: id.Key(), Provider: "fake", Estimate: spent, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "failed", Price: spent, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	at(e, 1, func() {
		if st := status(t, e); st.State != drama.StatePaused || s.Bought(t) != 0 || waits(st, "1A").For != drama.WaitMoney || *waits(st, "1A").Price != yuan(9) {
			t.Errorf("short of one yuan: %+v", st)
		}
	})
	suggest(t, e) // and goes on in a new history
	again := continued(t, e, in)
	e = env(t, s)
	at(e, 1, func() { accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(11)}) })
	d := run(t, e, again)
	if d.State != drama.StateDelivered || s.Bought(t) != 1 || d.Spent != yuan(11) {
		t.Errorf("%s, bought %d, spent %s: %+v", d.State, s.Bought(t), d.Spent, d.Shots)
	}
}

// What an ended run left at the vendor is gone on with by the next one where the same shots
// are packed; else it is brought in whole, and the books hold it.
func TestOpenPacks(t *testing.T) {
	for _, changed := range []bool{false, true} {
		s, p := packing(t, rehearsal.Options{}, "She waits.", "He comes.")
		in := s.Submit(t, p)
		made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
		if err != nil || len(made.Packs) != 1 {
			t.Fatal(err, made.Warnings)
		}
		takes := []drama.TakeID{{Episode: in.ID, Slate: "1A", Number: 1}, {Episode: in.ID, Slate: "1B", Number: 1}}
		if _, err := s.Generator.Generate(t.Context(), activities.GenerateInput{Plan: made.Plan, Take: takes[0], Pack: takes, Instance: "fake", Seed: 7, Estimate: yuan(6)}); err != nil {
			t.Fatal(err)
		}
		want, bought := "1A/1 3.00 CNY pass; 1B/1 3.00 CNY pass", 1
		if changed {
			p.Episode.Scenes[0].Shots[1].Action = "He does not come."
			// 1A's is a take of what it is still, so that both go by themselves only when
			// it is filed: the new pack is of other shots.
			want, bought = "1A/1 3.00 CNY NG; 1A/2 3.00 CNY pass; 1B/1 3.00 CNY NG; 1B/2 3.00 CNY pass", 2
		}
		d := run(t, env(t, s), s.Submit(t, p))
		if d.State != drama.StateDelivered || s.Bought(t) != bought {
			t.Errorf("changed %v: %s, bought %d: %v %+v", changed, d.State, s.Bought(t), d.Problems, d.Shots)
		}
		if got := books(t, s, p, d.Spent); got != want {
			t.Errorf("changed %v: takes %s", changed, got)
		}
	}
}

// Drafts of a pack have their final in one call too: bought once for all that are asked
// for, cut apart, and each is the final of its own draft.
func TestFinalsOfAPack(t *testing.T) {
	s, p := packing(t, rehearsal.Options{}, "She waits.", "He comes.", "They talk.")
	p.Season.Takes.Draft = true
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 1 || d.Spent.Micros != 1_800_000 {
		t.Fatalf("drafts: %s, bought %d, spent %s: %v", d.State, s.Bought(t), d.Spent, d.Problems)
	}
	final := func(slates ...string) drama.Delivery {
		in := s.Submit(t, p)
		in.Retake = &drama.Retake{Slates: slates, Final: true}
		return run(t, env(t, s), in)
	}
	d = final("1A", "1C")
	if d.State != drama.StateDelivered || s.Bought(t) != 2 || d.Spent.Micros != 10_800_000 {
		t.Fatalf("finals: %s, bought %d, spent %s: %+v", d.State, s.Bought(t), d.Spent, d.Shots)
	}
	if got := books(t, s, p, d.Spent); got != "1A/1 0.60 CNY pass; 1A/2 4.50 CNY pass; 1B/1 0.60 CNY pass; 1C/1 0.60 CNY pass; 1C/2 4.50 CNY pass" {
		t.Errorf("takes %s", got)
	}
	c, err := library.Library{Store: s.Store}.Take(t.Context(), drama.TakeID{Episode: p.ID(), Slate: "1C", Number: 2})
	if err != nil || c.FinalOf == nil || c.FinalOf.Slate != "1C" || c.FinalOf.Number != 1 || c.Draft != nil || c.Pack == nil || c.Pack.Index != 2 {
		t.Errorf("take %+v, %v", c, err)
	}
	if d = final("1B"); d.State != drama.StateDelivered || s.Bought(t) != 3 || d.Spent.Micros != 19_800_000 {
		t.Errorf("the one that is left: %s, bought %d, spent %s: %+v", d.State, s.Bought(t), d.Spent, d.Shots)
	}
	books(t, s, p, d.Spent)
	for _, shot := range d.Shots {
		if shot.Draft != nil {
			t.Errorf("shot %+v", shot)
		}
	}
}

// A final that does not come leaves all drafts circled, and buys nothing else.
func TestAFinalOfAPackThatFails(t *testing.T) {
	s, p := packing(t, rehearsal.Options{}, "She waits.", "He comes.")
	p.Season.Takes.Draft = true
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	s.Dirs["fake"] = t.TempDir()
	other := rehearsal.New(t, rehearsal.Options{Price: yuan(1), Packs: true})
	s.Providers["fake"] = other.Providers["fake"]
	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1A", "1B"}, Final: true}
	d := run(t, env(t, s), in)
	if d.State != drama.StateNG || other.Bought(t) != 0 || !strings.Contains(strings.Join(d.Shots[1].Reasons, "\n"), "see shot 1A") {
		t.Errorf("%s: %+v", d.State, d.Shots)
	}
}
