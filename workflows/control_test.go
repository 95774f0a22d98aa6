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

func yuan(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }

// priced is a stage where a four-second take costs four yuan, and an episode with
// a cap of two shots, 1A and 1B, of which the second needs two takes: twelve yuan.
func priced(t *testing.T, limit int64, onExceed string) (*rehearsal.Stage, drama.Production) {
	t.Helper()
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She waits."), rehearsal.Shot("1B", "[fake: black*1]"))
	most := yuan(limit)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &most, OnExceed: onExceed}
	return s, p
}

func TestBudgetPausesUntilRaised(t *testing.T) {
	s, p := priced(t, 9, "pause")
	e := env(t, s)
	at(e, 1, func() {
		st := status(t, e)
		if st.State != drama.StatePaused || st.Spent != yuan(8) || st.Reserved.Micros != 0 {
			t.Errorf("over the cap: %+v", st)
		}
		if w := waits(st, "1B"); w.For != drama.WaitMoney || w.Cap == nil || w.Cap.Name != drama.CapEpisode || w.Cap.Missing(*w.Price) != yuan(3) || w.Since.IsZero() {
			t.Errorf("the wait does not say which cap lacks what, and since when: %+v", w)
		}
		refused(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(7)}, "under what is spent")
		refused(t, e, "raise_budget", workflows.RaiseBudget{Cap: drama.Money{Micros: 99e6, Currency: "USD"}}, "currency")
		refused(t, e, "resume", workflows.Resume{}, "raise the budget")
		accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(12)})
	})
	d := run(t, e, s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Spent != yuan(12) {
		t.Errorf("ended as %s, spent %s", d.State, d.Spent)
	}
}

func TestBudgetStops(t *testing.T) {
	s, p := priced(t, 9, "stop")
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateStopped || d.Spent != yuan(8) || s.Bought(t) != 2 || d.Cut != 0 {
		t.Errorf("ended as %s, spent %s, bought %d", d.State, d.Spent, s.Bought(t))
	}
	if !strings.Contains(strings.Join(d.Problems, "\n"), "3.00 CNY is missing") {
		t.Errorf("problems do not say why: %q", d.Problems)
	}
}

// What earlier runs spent counts: the cap is the episode's, not the run's.
func TestCapCoversEarlierRuns(t *testing.T) {
	s, p := priced(t, 15, "stop")
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("first run: %+v", d)
	}
	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1A"}}
	if d := run(t, env(t, s), in); d.State != drama.StateStopped || s.Bought(t) != 3 {
		t.Errorf("a retake over the cap ended as %s, bought %d in all", d.State, s.Bought(t))
	}
}

func TestPauseAndResume(t *testing.T) {
	var hold atomic.Bool
	hold.Store(true)
	s := rehearsal.New(t, rehearsal.Options{Until: func(slate string) bool { return slate == "1A" && hold.Load() }})
	b := rehearsal.Shot("1B", "After.")
	b.From = &drama.From{Slate: "1A", Frame: "last"}
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Before."), b)
	e := env(t, s)
	planned(t, e, func() {
		refused(t, e, "resume", workflows.Resume{}, "not paused")
		accepted(t, e, "pause", workflows.Pause{Reason: "lunch"})
		refused(t, e, "pause", workflows.Pause{}, "paused already")
		hold.Store(false) // what runs is collected
	})
	at(e, 1, func() {
		st := status(t, e)
		if st.State != drama.StatePaused || len(st.Waits) != 1 || st.Waits[0].Reason != "lunch" || st.Shots[0].State != drama.ShotCircle || st.Shots[1].State != drama.ShotPaused {
			t.Errorf("paused: %+v", st)
		}
		accepted(t, e, "resume", workflows.Resume{})
	})
	if d := run(t, e, s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 2 {
		t.Errorf("ended as %s, bought %d", d.State, s.Bought(t))
	}
}

// That a job which cannot be stopped is collected is shown on a real engine: the
// SDK's test engine does not wait for cancelled activities.
func TestCancelShot(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Canceler: true, Until: func(slate string) bool { return slate == "1A" }})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(2)...)
	e := env(t, s)
	planned(t, e, func() {
		refused(t, e, "cancel_shot", workflows.CancelShot{Slate: "9Z"}, "no shot")
		accepted(t, e, "cancel_shot", workflows.CancelShot{Slate: "1A"})
	})
	d := run(t, e, s.Submit(t, p))
	if d.State != drama.StateNG || d.Shots[0].State != drama.ShotCancelled || d.Shots[1].State != drama.ShotCircle {
		t.Errorf("ended as %s: %+v", d.State, d.Shots)
	}
}

func TestFromIsOrdered(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	first := rehearsal.Shot("1A", "She turns.")
	first.From = &drama.From{Slate: "1B", Frame: "last"}
	p := rehearsal.Production([]string{"fake"}, first, rehearsal.Shot("1B", "She stops."))
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered {
		t.Fatalf("ended as %s: %+v", d.State, d.Shots)
	}

	p.Episode.Scenes[0].Shots[1].Action = "Nothing is seen. [fake: black]"
	d = run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateNG || d.Shots[0].State != drama.ShotNG || d.Shots[0].Attempts != 0 || !strings.Contains(strings.Join(d.Shots[0].Reasons, " "), "no usable take") {
		t.Errorf("without its source: %s, %+v", d.State, d.Shots[0])
	}
}

func TestRetakeMakesTheNextCut(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(3)...)
	run(t, env(t, s), s.Submit(t, p))
	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1B"}, Note: "slower"}
	d := run(t, env(t, s), in)
	if d.State != drama.StateDelivered || d.Cut != 2 || s.Bought(t) != 4 {
		t.Fatalf("retake: %s, cut %d, bought %d: %+v", d.State, d.Cut, s.Bought(t), d.Shots)
	}
	if got := d.Shots[1].Take; got != "rehearsal/ep01/1B/2" || d.Shots[0].Take != "rehearsal/ep01/1A/1" {
		t.Errorf("takes: %s, %s", d.Shots[0].Take, got)
	}
	keys := store.Keys{Show: "rehearsal"}
	one := record[drama.Manifest](t, s.Store, keys.Cut(p.ID(), 1)+"manifest.json")
	two := record[drama.Manifest](t, s.Store, keys.Cut(p.ID(), 2)+"manifest.json")
	for i := range one.Shots {
		if same := one.Shots[i].VideoDigest == two.Shots[i].VideoDigest; same != (i != 1) {
			t.Errorf("shot %s: bit-identical %v", one.Shots[i].Slate, same)
		}
	}
}

func TestRetakeAndCircleWhileRunning(t *testing.T) {
	s, p := priced(t, 9, "pause") // 1B waits for money: the run stays open
	e := env(t, s)
	at(e, 1, func() {
		refused(t, e, "retake", drama.Retake{}, "name the slates")
		refused(t, e, "retake", drama.Retake{Slates: []string{"7X"}}, "7X")
		refused(t, e, "circle", workflows.CircleTake{Slate: "1A"}, "from 1")
		refused(t, e, "resolve_job", workflows.ResolveJob{Slate: "1A"}, "no job")
		accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(13)})
		accepted(t, e, "retake", drama.Retake{Slates: []string{"1A"}, By: "mo"})
	})
	at(e, 2, func() { // both second takes would be 16
		st := status(t, e)
		if st.State != drama.StatePaused || st.Spent != yuan(12) {
			t.Errorf("after the retake: %+v", st)
		}
		accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(100)})
	})
	d := run(t, e, s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Shots[0].Take != "rehearsal/ep01/1A/2" || d.Spent != yuan(16) {
		t.Fatalf("retaken: %s, spent %s: %+v", d.State, d.Spent, d.Shots[0])
	}

	// The older take is circled while a later run waits for money.
	p.Episode.Scenes[0].Shots[1].Action = "Something else."
	low := yuan(16)
	p.Season.Budget.Episode = &low
	e = env(t, s)
	at(e, 1, func() {
		accepted(t, e, "circle", workflows.CircleTake{Slate: "1A", Take: 1, By: "mo"})
	})
	at(e, 2, func() { accepted(t, e, "raise_budget", workflows.RaiseBudget{Cap: yuan(100)}) })
	d = run(t, e, s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Shots[0].Take != "rehearsal/ep01/1A/1" || d.Shots[1].Attempts != 1 {
		t.Errorf("circled: %s: %+v", d.State, d.Shots)
	}
	c := record[drama.Circle](t, s.Store, store.Keys{Show: "rehearsal"}.Circle(d.Shots[0].Digest))
	if c.By != "mo" || c.Take.Number != 1 {
		t.Errorf("circle: %+v", c)
	}
}

func TestOnlySomeShots(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(3)...)
	in := s.Submit(t, p)
	in.Only = []string{"1B"}
	d := run(t, env(t, s), in)
	if d.State != drama.StatePartial || d.Cut != 0 || s.Bought(t) != 1 || d.Shots[1].State != drama.ShotCircle {
		t.Fatalf("only 1B: %s, cut %d, bought %d", d.State, d.Cut, s.Bought(t))
	}
	if !strings.Contains(strings.Join(d.Problems, " "), "shots 1A, 1C were not asked for") {
		t.Errorf("problems: %q", d.Problems)
	}
	// A run that a release before began keeps the word that it began with.
	in.Rules = workflows.RulesAccount
	if d := run(t, env(t, s), in); d.State != drama.StateNG || s.Bought(t) != 1 {
		t.Errorf("by older rules: %s, bought %d", d.State, s.Bought(t))
	}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 3 {
		t.Errorf("then all: %s, bought %d", d.State, s.Bought(t))
	}
}

func TestBrokenScriptEndsTheRun(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in := s.Submit(t, rehearsal.Production([]string{"nobody"}, rehearsal.Shot("1A", "plain")))
	d := run(t, env(t, s), in)
	if d.State != drama.StateNG || len(d.Problems) == 0 || s.Bought(t) != 0 {
		t.Errorf("no provider: %+v", d)
	}
	in.Script.Key += ".gone"
	in.Script.SHA256 = "other"
	d = run(t, env(t, s), in)
	if d.State != drama.StateNG || !strings.Contains(strings.Join(d.Problems, " "), "not in the store") {
		t.Errorf("no script: %+v", d)
	}
}
