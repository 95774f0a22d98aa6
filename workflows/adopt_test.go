package workflows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
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

// A job for a shot as it was before is not used, and told.
func TestOpenJobsOfAnotherShotAreTold(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: drama.Money{Micros: 1_000_000, Currency: "CNY"}})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "plain"))
	left(t, s, p, strings.Repeat("0", 64), "receipt")
	in := s.Submit(t, p)
	made, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script})
	if err != nil || len(made.Shots[0].Open) != 0 || !strings.Contains(strings.Join(made.Warnings, "\n"), "rehearsal/ep01/1A/1/1") {
		t.Errorf("%+v, %v, %v", made.Shots[0].Open, made.Warnings, err)
	}
	if d := run(t, env(t, s), in); d.State != drama.StateDelivered || s.Bought(t) != 2 || d.Spent != yuan(8) {
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
