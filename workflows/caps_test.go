package workflows_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// capped is an episode of two shots at four yuan a take; 0 is no cap.
func capped(s *rehearsal.Stage, t *testing.T, second string, run, episode, season int64, onExceed string) workflows.EpisodeInput {
	t.Helper()
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She waits. "+second), rehearsal.Shot("1B", second))
	limit := func(n int64) *drama.Money {
		if n == 0 {
			return nil
		}
		m := yuan(n)
		return &m
	}
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: limit(episode), Season: limit(season), OnExceed: onExceed}
	in := s.Submit(t, p)
	in.MaxCost = limit(run)
	return in
}

// Each cap holds behind the others, with its own name, whatever was spent before.
func TestEachCapHoldsBehindTheOthers(t *testing.T) {
	for name, c := range map[string]struct {
		run, episode, season int64
		before               int // takes that were bought by an earlier run
		want                 drama.CapName
		bought               int
	}{
		"the run's":                     {run: 9, episode: 90, season: 90, want: drama.CapRun, bought: 2},
		"the episode's":                 {run: 90, episode: 9, season: 90, want: drama.CapEpisode, bought: 2},
		"the season's":                  {run: 90, episode: 90, season: 9, want: drama.CapSeason, bought: 2},
		"the run's, alone":              {run: 9, want: drama.CapRun, bought: 2},
		"the season's, alone":           {season: 9, want: drama.CapSeason, bought: 2},
		"the episode's counts all runs": {run: 90, episode: 17, before: 2, want: drama.CapEpisode, bought: 4},
		"the season's counts all runs":  {run: 90, season: 17, before: 2, want: drama.CapSeason, bought: 4},
		"the run's counts itself":       {run: 9, before: 2, want: drama.CapRun, bought: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
			if c.before > 0 {
				if d := run(t, env(t, s), capped(s, t, "She sings.", 0, 0, 0, "")); d.State != drama.StateDelivered {
					t.Fatalf("before: %+v", d)
				}
			}
			// Each shot's first take is NG: two would have to be bought again.
			d := run(t, env(t, s), capped(s, t, "[fake: black*1]", c.run, c.episode, c.season, "stop"))
			if d.State != drama.StateStopped || s.Bought(t) != c.bought {
				t.Fatalf("ended as %s, bought %d: %v", d.State, s.Bought(t), d.Problems)
			}
			if d.Short == nil || d.Short.Cap == nil || d.Short.Cap.Name != c.want || d.Short.Price == nil {
				t.Errorf("stopped by %+v", d.Short)
			}
			if said := strings.Join(d.Problems, "\n"); !strings.Contains(said, c.want.Words()) || !strings.Contains(said, "is missing") {
				t.Errorf("says %q", said)
			}
		})
	}
}

// What a retake's episode paid for is given back to the show when its run ends, and
// the account then knows what the ledger knows.
func TestTheBookIsClosed(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	if d := run(t, env(t, s), capped(s, t, "She sings.", 0, 0, 20, "pause")); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	r, err := s.Bank.Account.Read(t.Context(), "rehearsal", "CNY")
	if err != nil {
		t.Fatal(err)
	}
	limit := yuan(20)
	if c := r.CapsOf(0, nil, &limit); len(c) != 1 || c[0].Spent != yuan(8) || c[0].Reserved != yuan(0) {
		t.Errorf("%+v", c)
	}
}

// A run whose cap nobody shares asks nobody: it makes no record, and no more steps.
func TestUncappedRunsAskNobody(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	if d := run(t, env(t, s), capped(s, t, "She sings.", 90, 90, 0, "pause")); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	if _, err := s.Store.Head(t.Context(), store.Keys{Show: "rehearsal"}.Account()); err == nil {
		t.Error("the show has an account")
	}
}

// A run that began without a season's cap heeds one that a person sets meanwhile.
func TestASeasonsCapThatComesLater(t *testing.T) {
	var hold atomic.Bool
	hold.Store(true)
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1), Until: func(string) bool { return hold.Load() }})
	in := capped(s, t, "[fake: black*1]", 0, 0, 0, "pause")
	e := env(t, s)
	planned(t, e, func() {
		defer hold.Store(false)
		if err := s.Bank.Account.SetSeason(t.Context(), "rehearsal", yuan(9), nil); err != nil {
			t.Error(err)
		}
		accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(9), Name: drama.CapSeason})
	})
	at(e, 1, func() {
		st := status(t, e)
		w := drama.Wait{}
		for _, found := range st.Waits {
			w = found
		}
		if st.State != drama.StatePaused || w.Cap == nil || w.Cap.Name != drama.CapSeason || st.Spent.Micros > yuan(9).Micros {
			t.Errorf("under a cap of 9: %+v", st)
		}
		if err := s.Bank.Account.SetSeason(t.Context(), "rehearsal", yuan(90), nil); err != nil {
			t.Error(err)
		}
		e.SignalWorkflow(workflows.SignalMoney, nil)
	})
	if d := run(t, e, in); d.State != drama.StateDelivered {
		t.Errorf("ended as %s, %v", d.State, d.Problems)
	}
}
