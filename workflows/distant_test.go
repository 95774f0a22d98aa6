package workflows_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/storetest"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestACutIsFewRoundTrips: what a cut of sixty shots is made of is read side by side,
// when it is assembled and when a plan foresees it: in a store that answers in 30 ms
// one after the other would be many seconds.
func TestACutIsFewRoundTrips(t *testing.T) {
	const shots, trip = 60, 30 * time.Millisecond
	s := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(shots)...)
	e := env(t, s)
	var in activities.AssembleInput
	e.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, args converter.EncodedValues) {
		if info.ActivityType.Name == "Assemble" {
			if err := args.Get(&in); err != nil {
				t.Error(err)
			}
		}
	})
	if d := run(t, e, s.Submit(t, p)); d.Cut != 1 || len(in.Shots) != shots {
		t.Fatalf("%d shots in the cut: %+v", len(in.Shots), d)
	}
	facts, err := s.Planner.Facts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	made, err := library.Library{Store: s.Store}.Plan(t.Context(), plan.Input{Production: p, Providers: facts}, nil)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		far := &activities.Media{Store: storetest.Distant{Store: store.Store(s.Store), Trip: trip}, Scratch: t.TempDir(), Tool: "rehearsal"}
		for what, do := range map[string]func() error{
			"assemble": func() error { _, err := far.Assemble(t.Context(), in); return err },
			"foresee":  func() error { _, err := far.Foresee(t.Context(), &p, &made); return err },
		} {
			start := time.Now()
			if err := do(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if n := time.Since(start) / trip; n > 3*shots/4 {
				t.Errorf("%s: %d round trips one after another", what, n)
			}
		}
	})
}
