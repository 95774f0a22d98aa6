package workflows_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// drawn is a stage with a painter where a still costs one yuan and a take four,
// and an episode of one shot that asks for a still.
func drawn(t *testing.T, o rehearsal.Options, action string) (*rehearsal.Stage, drama.Production) {
	t.Helper()
	o.Painters, o.Price = []string{"painter", "second"}, yuan(1)
	s := rehearsal.New(t, o)
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", action))
	p.Season.Stills = &drama.Stills{Use: o.Painters}
	return s, p
}

// jobs are what a vendor was asked for.
func jobs(t *testing.T, s *rehearsal.Stage, instance string) []fake.Bought {
	t.Helper()
	all, err := fake.Jobs(s.Dirs[instance])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A still is made once, takes start from it, and a retake uses it again.
func TestStillIsMadeOnce(t *testing.T) {
	s, p := drawn(t, rehearsal.Options{NoNegative: true}, "She waits.")
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Spent != yuan(5) {
		t.Fatalf("ended as %s, spent %s: %+v", d.State, d.Spent, d.Shots)
	}
	stills, takes := jobs(t, s, "painter"), jobs(t, s, "fake")
	if len(stills) != 1 || len(takes) != 1 {
		t.Fatalf("%d stills and %d takes were bought", len(stills), len(takes))
	}
	if r := stills[0].Request; r.Mode != provider.ModeImage || r.Take.String() != "rehearsal/ep01/1A-still/1" {
		t.Errorf("the still was asked for as %s, %s", r.Mode, r.Take)
	}
	first := takes[0].Request.FirstFrame
	if takes[0].Request.Mode != provider.ModeFirstFrame || first == nil || first.Object.Type != "image/png" || !strings.Contains(first.Object.Key, "1A-still") {
		t.Errorf("the take does not start from the still: %s, %+v", takes[0].Request.Mode, first)
	}

	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1A"}}
	if d := run(t, env(t, s), in); d.State != drama.StateDelivered || d.Spent != yuan(9) {
		t.Errorf("the retake ended as %s, spent %s", d.State, d.Spent)
	}
	if stills, takes := jobs(t, s, "painter"), jobs(t, s, "fake"); len(stills) != 1 || len(takes) != 2 || takes[1].Request.FirstFrame.Object != first.Object {
		t.Errorf("after the retake: %d stills, %d takes", len(stills), len(takes))
	}

	// No painter hears of an avoid, nor the maker of the take: nothing is bought for it.
	p.Season.Avoid = "hats"
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(9) {
		t.Errorf("an edited avoid ended as %s, spent %s: %+v", d.State, d.Spent, d.Shots)
	}
	in = s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1A"}}
	if d := run(t, env(t, s), in); d.State != drama.StateDelivered || len(jobs(t, s, "painter")) != 1 {
		t.Errorf("a retake after that: %s, %d stills", d.State, len(jobs(t, s, "painter")))
	}
	p.Season.Avoid = "scarves"
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(13) {
		t.Errorf("avoid edited again ended as %s, spent %s: %+v", d.State, d.Spent, d.Shots)
	}

	p.Episode.Scenes[0].Shots[0].Action = "She sits down."
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || len(jobs(t, s, "painter")) != 2 || len(jobs(t, s, "fake")) != 4 {
		t.Errorf("an edited prompt: %s, %d stills, %d takes", d.State, len(jobs(t, s, "painter")), len(jobs(t, s, "fake")))
	}
}

// A person looks at the still before anything else is bought, and may want another.
func TestStillWaitsForApproval(t *testing.T) {
	s, p := drawn(t, rehearsal.Options{}, "She waits.")
	p.Season.Stills.Approve = true
	e := env(t, s)
	at(e, 1, func() {
		st := status(t, e)
		if st.State != drama.StateHeld || st.Shots[0].State != drama.ShotHeld || st.Spent != yuan(1) {
			t.Errorf("while it waits: %+v", st)
		}
		if w := waits(st, "1A"); w.For != drama.WaitStill || !strings.Contains(w.On, "1A-still/0001.media") {
			t.Errorf("waits for %+v", w)
		}
		refused(t, e, "resolve_job", workflows.ResolveJob{Slate: "1A"}, "no job")
		refused(t, e, "retake", drama.Retake{Slates: []string{"1A"}}, "approval")
		refused(t, e, "approve", workflows.ApproveStill{Slate: "9Z"}, "no shot")
		accepted(t, e, "approve", workflows.ApproveStill{Slate: "1A", Redo: true})
	})
	at(e, 2, func() {
		if st := status(t, e); st.Spent != yuan(2) || !strings.Contains(waits(st, "1A").On, "1A-still/0002.media") {
			t.Errorf("after --redo: spent %s, waiting %+v", st.Spent, st.Waits)
		}
		accepted(t, e, "approve", workflows.ApproveStill{Slate: "1A", By: "mei"})
		refused(t, e, "approve", workflows.ApproveStill{Slate: "1A"}, "no still that waits")
	})
	d := run(t, e, s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Spent != yuan(6) {
		t.Fatalf("ended as %s, spent %s: %+v", d.State, d.Spent, d.Shots)
	}
	frame := jobs(t, s, "fake")[0].Request.FirstFrame
	if frame == nil || !strings.Contains(frame.Object.Key, "1A-still/0002") {
		t.Errorf("the take starts from %+v", frame)
	}
	still := onlyStill(t, s)
	if still.ApprovedBy != "mei" || still.Take.Number != 2 {
		t.Errorf("the record says %+v", still)
	}

	// What was approved needs no second look.
	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1A"}}
	if d := run(t, env(t, s), in); d.State != drama.StateDelivered || len(jobs(t, s, "painter")) != 2 {
		t.Errorf("the retake ended as %s, %d stills", d.State, len(jobs(t, s, "painter")))
	}
}

// A run that ends while the still waits leaves it there for the next.
func TestStillOutlivesTheRun(t *testing.T) {
	s, p := drawn(t, rehearsal.Options{}, "She waits.")
	p.Season.Stills.Approve = true
	e := env(t, s)
	at(e, 1, func() { accepted(t, e, "cancel_shot", workflows.CancelShot{Slate: "1A"}) })
	if d := run(t, e, s.Submit(t, p)); d.State != drama.StateNG || d.Shots[0].State != drama.ShotCancelled {
		t.Fatalf("%+v", d)
	}
	e = env(t, s)
	at(e, 1, func() { accepted(t, e, "approve", workflows.ApproveStill{Slate: "1A"}) })
	if d := run(t, e, s.Submit(t, p)); d.State != drama.StateDelivered || len(jobs(t, s, "painter")) != 1 || d.Spent != yuan(5) {
		t.Errorf("the next run: %s, %d stills, spent %s", d.State, len(jobs(t, s, "painter")), d.Spent)
	}
}

// A still that nobody makes: the take is made from text, and says so.
func TestStillFallsBackToText(t *testing.T) {
	s, p := drawn(t, rehearsal.Options{Good: []string{"fake"}}, "[fake: refused]")
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Spent != yuan(4) {
		t.Fatalf("ended as %s, spent %s: %+v", d.State, d.Spent, d.Shots)
	}
	r := jobs(t, s, "fake")[0].Request
	if r.Mode != provider.ModeText || r.FirstFrame != nil {
		t.Errorf("the take was asked for as %s, %+v", r.Mode, r.FirstFrame)
	}
	why := strings.Join(d.Shots[0].Reasons, "\n")
	if !strings.Contains(why, "still 1 by painter: refused") || !strings.Contains(why, "by second") || !strings.Contains(why, "made without one") {
		t.Errorf("reasons: %s", why)
	}
}

// The next painter is asked after the first, as with takes; what is no picture is NG.
func TestStillTriesTheNext(t *testing.T) {
	s, p := drawn(t, rehearsal.Options{Good: []string{"fake", "second"}}, "[fake: garbage]")
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Spent != yuan(7) || len(jobs(t, s, "painter")) != 2 || len(jobs(t, s, "second")) != 1 {
		t.Fatalf("ended as %s, spent %s: %+v", d.State, d.Spent, d.Shots)
	}
	if why := strings.Join(d.Shots[0].Reasons, "\n"); !strings.Contains(why, "not a PNG, JPEG or WebP picture") {
		t.Errorf("reasons: %s", why)
	}
}

// Stills count against the budget like takes.
func TestStillNeedsBudget(t *testing.T) {
	s, p := drawn(t, rehearsal.Options{}, "She waits.")
	most := yuan(5)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &most, OnExceed: "pause"}
	b := rehearsal.Shot("1B", "She leaves.")
	b.NoStill = true
	p.Episode.Scenes[0].Shots = append(p.Episode.Scenes[0].Shots, b)
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateNG || !strings.Contains(strings.Join(d.Problems, "\n"), "9.00 CNY") || s.Bought(t) != 0 {
		t.Errorf("a budget under the price of stills and takes: %+v", d)
	}
	most = yuan(9)
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(9) {
		t.Errorf("with enough: %s, spent %s", d.State, d.Spent)
	}
}

// A job without an answer holds the shot, and a person's decision goes on with it.
func TestHeldStill(t *testing.T) {
	s, p := drawn(t, rehearsal.Options{NoFinder: true, Good: []string{"fake"}}, "[fake: dropped*1]")
	e := env(t, s)
	at(e, 1, func() {
		st := status(t, e)
		if st.State != drama.StateHeld || !strings.Contains(strings.Join(st.Shots[0].Reasons, "\n"), "still 1 by painter is held") {
			t.Errorf("held: %+v", st)
		}
		refused(t, e, "approve", workflows.ApproveStill{Slate: "1A"}, "no still that waits")
		drop(t, s, "1A-still")
		accepted(t, e, "resolve_job", workflows.ResolveJob{Slate: "1A-still"})
	})
	d := run(t, e, s.Submit(t, p))
	if d.State != drama.StateDelivered || len(jobs(t, s, "painter")) != 1 {
		t.Errorf("ended as %s: %+v", d.State, d.Shots)
	}
}

// onlyStill is the one still of the show, which lies under its digest and under that
// of what its maker was told.
func onlyStill(t *testing.T, s *rehearsal.Stage) drama.Still {
	t.Helper()
	var all []drama.Still
	err := s.Store.List(t.Context(), "rehearsal/stills/", func(i store.Info) error {
		all = append(all, record[drama.Still](t, s.Store, i.Key))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || !cmp.Equal(all[0], all[1]) || all[0].Asked == nil {
		t.Fatalf("not one still under two names, with what was asked for: %+v", all)
	}
	return all[0]
}

// drop gives up the held first job of a slate, as a person does.
func drop(t *testing.T, s *rehearsal.Stage, slate string) {
	t.Helper()
	id := ledger.ID{Take: drama.TakeID{Episode: drama.EpisodeID{Show: "rehearsal", Number: 1}, Slate: slate, Number: 1}, Attempt: 1}
	if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "dropped", Price: yuan(1), Estimated: true}); err != nil {
		t.Error(err)
	}
}
