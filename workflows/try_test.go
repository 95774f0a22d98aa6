package workflows_test

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// tries is a run in which a model that no route and no instance names is tried, at an
// instance that is configured with another.
func tries(t *testing.T, s *rehearsal.Stage, p drama.Production, instance, model string, slates ...string) workflows.EpisodeInput {
	t.Helper()
	facts, err := s.Planner.Facts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in := s.Submit(t, p)
	for _, f := range facts {
		if f.Instance == instance {
			f.Model.ID = model
			in.Try = &plan.Try{Facts: f, Slates: slates}
		}
	}
	return in
}

func circles(t *testing.T, s *rehearsal.Stage, d drama.Delivery) map[string]drama.TakeID {
	t.Helper()
	out := make(map[string]drama.TakeID)
	for _, shot := range d.Shots {
		found, damaged, err := library.Library{Store: s.Store}.Circles(t.Context(), d.Show, []string{shot.Digest})
		if err != nil || len(damaged) > 0 {
			t.Fatal(err, damaged)
		}
		out[shot.Slate] = found[shot.Digest].Take
	}
	return out
}

// TestAModelIsTried: its takes stand beside the circled ones, once; no circle moves and no
// cut is made, not even of a shot that has changed hands.
func TestAModelIsTried(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Own: true, Instances: []string{"one", "two"}})
	p := rehearsal.Production([]string{"one"}, rehearsal.Shots(3)...)
	first := run(t, env(t, s), s.Submit(t, p))
	before := circles(t, s, first)
	for range 2 { // run again, nothing is bought again
		d := run(t, env(t, s), tries(t, s, p, "two", "brand-new", "1A", "1C"))
		if d.State != drama.StateTried || d.Cut != 0 || len(d.Problems) > 0 || s.Bought(t) != 5 {
			t.Fatalf("%s, cut %d, %d bought, %v", d.State, d.Cut, s.Bought(t), d.Problems)
		}
		if after := circles(t, s, d); after["1A"] != before["1A"] || after["1C"] != before["1C"] {
			t.Errorf("circles were %v and are %v", before, after)
		}
	}
	all := pairs(t, s)
	if len(all) != 2 {
		t.Fatalf("pairs: %+v", all)
	}
	for _, x := range all {
		if x.Origin != arena.Try || x.Void != "" || x.A.Model != "model-one" || x.B.Model != "brand-new" || x.B.Provider != "two" || x.B.Take.Number != 2 {
			t.Errorf("pair: %+v", x)
		}
	}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Cut != 1 || s.Bought(t) != 5 {
		t.Errorf("the next render: %s, cut %d, %d bought", d.State, d.Cut, s.Bought(t))
	}
	if d := run(t, env(t, s), tries(t, s, p, "two", "newer-still", "1A")); d.State != drama.StateTried || s.Bought(t) != 6 {
		t.Errorf("another model: %s, %d bought", d.State, s.Bought(t))
	}
}

// TestAModelIsTriedFromTheSamePicture: a shot that starts from another's last frame does
// so with the model that is tried too.
func TestAModelIsTriedFromTheSamePicture(t *testing.T) {
	from := rehearsal.Shot("1B", "She runs.")
	from.From = &drama.From{Slate: "1A", Frame: "last"}
	from.Cut = media.Transition{Kind: media.Cut}
	s := rehearsal.New(t, rehearsal.Options{Own: true, Instances: []string{"one", "two"}})
	p := rehearsal.Production([]string{"one"}, rehearsal.Shot("1A", "She waits."), from)
	run(t, env(t, s), s.Submit(t, p))
	d := run(t, env(t, s), tries(t, s, p, "two", "brand-new", "1B"))
	if d.State != drama.StateTried || len(d.Problems) > 0 || s.Bought(t) != 3 {
		t.Fatalf("%s, %d bought, %v", d.State, s.Bought(t), d.Problems)
	}
	takes, _, err := library.Library{Store: s.Store}.Takes(t.Context(), p.ID(), "1B")
	if err != nil || len(takes) != 2 || takes[1].Asked == nil || takes[1].Asked.Mode != string(provider.ModeFirstFrame) {
		t.Errorf("takes of 1B: %+v, %v", takes, err)
	}
}

// TestWhatCannotBeTried is said before anything is bought.
func TestWhatCannotBeTried(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Own: true, Instances: []string{"one", "two"}, Price: yuan(1)})
	p := rehearsal.Production([]string{"one"}, rehearsal.Shots(2)...)
	if d := run(t, env(t, s), tries(t, s, p, "two", "brand-new", "1A")); d.State != drama.StateNG || s.Bought(t) != 0 || !strings.Contains(strings.Join(d.Problems, " "), "no circled take") {
		t.Errorf("nothing is circled: %s, %d bought, %v", d.State, s.Bought(t), d.Problems)
	}
	run(t, env(t, s), s.Submit(t, p))
	in := tries(t, s, p, "two", "brand-new", "1A", "1B")
	limit := yuan(5)
	in.MaxCost = &limit
	if d := run(t, env(t, s), in); d.State != drama.StateTried || s.Bought(t) != 3 || d.Spent.Micros != 4*drama.Micro+8*drama.Micro || len(d.Problems) != 1 {
		t.Errorf("a cap for one: %s, %d bought, spent %s, %v", d.State, s.Bought(t), d.Spent, d.Problems)
	}
}
