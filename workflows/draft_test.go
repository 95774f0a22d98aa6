package workflows_test

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
)

// Drafts are made, judged and cut; then only the finals that were asked for are bought,
// each once, and the next cut shows them. The books hold both prices.
func TestDraftsThenFinals(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1), Drafts: true})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: black*1]"), rehearsal.Shot("1B", "She waits."))
	p.Season.Takes.Draft = true
	limit := yuan(10)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &limit, OnExceed: "stop"}
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Spent.Micros != 2_400_000 || s.Bought(t) != 3 {
		t.Fatalf("drafts: %+v, %d bought", d, s.Bought(t))
	}
	if said := strings.Join(d.Problems, "\n"); !strings.Contains(said, "a cut of drafts") {
		t.Errorf("says %q", said)
	}
	for _, shot := range d.Shots {
		if shot.Draft == nil || shot.Draft.Until.IsZero() {
			t.Errorf("shot %+v", shot)
		}
	}
	ask := func(slates ...string) drama.Delivery {
		t.Helper()
		in := s.Submit(t, p)
		in.Retake = &drama.Retake{Slates: slates, Final: true}
		return run(t, env(t, s), in)
	}
	d = ask("1A")
	if d.State != drama.StateDelivered || d.Cut != 2 || d.Spent.Micros != 6_400_000 || s.Bought(t) != 4 {
		t.Fatalf("final of 1A: %+v, %d bought", d, s.Bought(t))
	}
	man := record[drama.Manifest](t, s.Store, store.Keys{Show: "rehearsal"}.Cut(p.ID(), 2)+"manifest.json")
	a, b := man.Shots[0], man.Shots[1]
	if a.Take.Number != 3 || a.Draft != nil || a.FinalOf == nil || a.FinalOf.Number != 2 || a.Price != yuan(4) || b.Draft == nil || b.FinalOf != nil {
		t.Errorf("manifest: %+v, %+v", a, b)
	}
	// The same again buys nothing: what is circled is no draft any more.
	if d = ask("1A"); d.State != drama.StateDelivered || d.Cut != 2 || s.Bought(t) != 4 {
		t.Errorf("again: %+v, %d bought", d, s.Bought(t))
	}
	// The cap counts finals as it counts takes: 6.40 are spent, and 4 more do not fit.
	if d = ask("1B"); d.State != drama.StateStopped || s.Bought(t) != 4 || d.Short == nil || d.Short.Cap.Name != drama.CapEpisode {
		t.Errorf("over the cap: %+v, %d bought", d, s.Bought(t))
	}
	// An ordinary run keeps finals and drafts as they are circled.
	if d = run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Cut != 2 || s.Bought(t) != 4 {
		t.Errorf("a run after: %+v, %d bought", d, s.Bought(t))
	}
}

// A final that comes out as no clip leaves the draft circled, and the run says so.
func TestAFinalThatFailsLeavesTheDraft(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1), Drafts: true})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She waits."))
	p.Season.Takes.Draft = true
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	// The vendor has lost the draft.
	s.Dirs["fake"] = t.TempDir()
	other := rehearsal.New(t, rehearsal.Options{Price: yuan(1), Drafts: true})
	s.Providers["fake"] = other.Providers["fake"]
	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{"1A"}, Final: true}
	d := run(t, env(t, s), in)
	if d.State != drama.StateNG || other.Bought(t) != 0 || len(d.Shots[0].Reasons) == 0 || !strings.Contains(strings.Join(d.Shots[0].Reasons, "\n"), "no such draft") {
		t.Errorf("%+v", d)
	}
	if d = run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Cut != 1 || d.Shots[0].Draft == nil {
		t.Errorf("a run after: %+v", d)
	}
}
