package workflows_test

import (
	"context"
	"sync"
	"testing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestTakesThatAreConformedWhereTheyArrive: the run asks for no step of its own, and comes
// to the same cut; an NG take is followed by another; a retake asks, since a person may
// choose meanwhile.
func TestTakesThatAreConformedWhereTheyArrive(t *testing.T) {
	deliver := func(atOnce bool) (drama.Delivery, map[string]int) {
		s := rehearsal.New(t, rehearsal.Options{})
		if atOnce {
			s.Generator.Conform = s.Media.AtOnce
		}
		shots := rehearsal.Shots(3)
		shots[1].Action += " [fake: black*1]"
		p := rehearsal.Production([]string{"fake"}, shots...)
		e := env(t, s)
		var mu sync.Mutex
		steps := map[string]int{}
		e.SetOnActivityStartedListener(func(i *activity.Info, _ context.Context, _ converter.EncodedValues) {
			mu.Lock()
			defer mu.Unlock()
			steps[i.ActivityType.Name]++
		})
		d := run(t, e, s.Submit(t, p))
		if d.State != drama.StateDelivered {
			t.Fatalf("%+v", d)
		}
		again := s.Submit(t, p)
		again.Retake = &drama.Retake{Slates: []string{"1C"}}
		if d2 := run(t, env(t, s), again); d2.State != drama.StateDelivered || d2.Cut != 2 {
			t.Fatalf("%+v", d2)
		}
		return d, steps
	}
	want, apart := deliver(false)
	got, steps := deliver(true)
	if apart["Conform"] != 4 || steps["Conform"] != 0 || steps["Generate"] != 4 {
		t.Errorf("steps: %v and, at once, %v", apart, steps)
	}
	for i, s := range got.Shots {
		w := want.Shots[i]
		if s.Take != w.Take || s.Attempts != w.Attempts || s.State != w.State || s.Price != w.Price || len(s.Reasons) != len(w.Reasons) {
			t.Errorf("at once %+v\napart %+v", s, w)
		}
	}
	if got.Spent != want.Spent {
		t.Errorf("spent %v, apart %v", got.Spent, want.Spent)
	}
}
