package workflows

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
)

// A step whose workers keep dying is carried out in the end; one that itself
// fails is given up.
func TestOnlyDeathsOfWorkersAreNotCounted(t *testing.T) {
	for _, c := range []struct {
		name  string
		fails int
		err   error
		want  bool
	}{
		{"workers die", 35, temporal.NewApplicationError("killed", activities.ErrOrphan), true},
		{"no space", 35, temporal.NewApplicationError("no space left", activities.ErrMachine), true},
		{"a voice is away", 35, temporal.NewApplicationError("HTTP 503", "transient"), true},
		{"the work cannot be done", 35, temporal.NewApplicationError("no encoder", activities.ErrWork), false},
		{"nobody knows", 35, errors.New("who knows"), false},
	} {
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestWorkflowEnvironment()
		env.SetTestTimeout(5 * time.Minute)
		calls := 0
		env.RegisterActivityWithOptions(func(context.Context, int) (int, error) {
			if calls++; calls <= c.fails {
				return 0, c.err
			}
			return calls, nil
		}, activity.RegisterOptions{Name: "step"})
		env.ExecuteWorkflow(func(ctx workflow.Context) (int, error) {
			var out int
			err := onMedia(mediaWork(ctx, "a step", time.Hour, temporal.Priority{}), "step", 1, &out)
			return out, err
		})
		if err := env.GetWorkflowError(); (err == nil) != c.want {
			t.Errorf("%s: after %d calls: %v", c.name, calls, err)
		}
		if !c.want && calls > 10 {
			t.Errorf("%s: tried %d times", c.name, calls)
		}
	}
}

// What passes is waited for while the run lives; one that is cancelled ends, also
// where its last step outlives it.
func TestACancelledRunDoesNotWaitForTheMachine(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(5 * time.Minute)
	env.RegisterActivityWithOptions(func(context.Context, int) (int, error) {
		return 0, temporal.NewApplicationError("no space left", activities.ErrMachine)
	}, activity.RegisterOptions{Name: "step"})
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		collect, done := workflow.NewDisconnectedContext(ctx)
		defer done()
		var out int
		return onMediaFor(ctx, mediaWork(collect, "a step", time.Hour, temporal.Priority{}), "step", 1, &out)
	})
	if !env.IsWorkflowCompleted() || env.GetWorkflowError() == nil {
		t.Errorf("completed %t, %v", env.IsWorkflowCompleted(), env.GetWorkflowError())
	}
}
