package workflows_test

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/rehearsal"
)

var updateGolden = flag.Bool("update", false, "write the golden files")

// The shape of a run: which steps it is made of. Shots run side by side, so the
// steps between the plan and the assembly are sorted.
func TestShape(t *testing.T) {
	use := []string{"fake", "spare"}
	s := rehearsal.New(t, rehearsal.Options{Instances: use, Good: use[1:]})
	b := rehearsal.Shot("1B", "After.")
	b.From = &drama.From{Slate: "1A", Frame: "last"}
	refusedShot := rehearsal.Shot("1C", "[fake: refused]")
	e := env(t, s)
	var steps []string
	e.SetOnActivityStartedListener(func(i *activity.Info, _ context.Context, _ converter.EncodedValues) {
		steps = append(steps, i.ActivityType.Name)
	})
	if d := run(t, e, s.Submit(t, rehearsal.Production(use, rehearsal.Shot("1A", "Before."), b, refusedShot))); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	middle := steps[1 : len(steps)-2]
	slices.Sort(middle)
	got := strings.Join(steps, "\n") + "\n"
	const golden = "testdata/shape.txt"
	if *updateGolden {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the run has another shape (-want +got); if it is meant, run with -update:\n%s", diff)
	}
}
