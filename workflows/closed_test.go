package workflows_test

import (
	"context"
	"errors"
	"testing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// TestARunThatIsBeingCutIsClosed: who asks is told that it is for the next run, in a
// way that a program can tell from a wish that cannot be.
func TestARunThatIsBeingCutIsClosed(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(1)...)
	e := env(t, s)
	var said error
	e.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if info.ActivityType.Name != "Assemble" {
			return
		}
		e.UpdateWorkflow("circle", "late", &testsuite.TestUpdateCallback{
			OnAccept:   func() { t.Error("a run that is being cut took another take") },
			OnReject:   func(err error) { said = err },
			OnComplete: func(any, error) {},
		}, workflows.CircleTake{Slate: p.Episode.Shots()[0].Slate, Take: 1})
	})
	if d := run(t, e, s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("%s: %+v", d.State, d)
	}
	if app, ok := errors.AsType[*temporal.ApplicationError](said); !ok || app.Type() != workflows.RefusedClosed {
		t.Errorf("the run said %v, want a refusal of type %s", said, workflows.RefusedClosed)
	}
}
