package activities_test

import (
	"context"
	"testing"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/beat"
)

// asked stands around the interceptor of this package: the run asks every step to stop
// before it begins, and what reaches the engine is noted.
type asked struct {
	interceptor.WorkerInterceptorBase
	beats []error // of the contexts that beats are sent in
}

type askedIn struct {
	interceptor.ActivityInboundInterceptorBase
	of *asked
}

type askedOut struct {
	interceptor.ActivityOutboundInterceptorBase
	of *asked
}

func (a *asked) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &askedIn{of: a}
	in.Next = next
	return in
}

func (a *askedIn) Init(out interceptor.ActivityOutboundInterceptor) error {
	o := &askedOut{of: a.of}
	o.Next = out
	return a.Next.Init(o)
}

func (a *askedIn) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return a.Next.ExecuteActivity(ctx, in)
}

func (a *askedOut) RecordHeartbeat(ctx context.Context, details ...any) {
	a.of.beats = append(a.of.beats, ctx.Err())
	a.Next.RecordHeartbeat(ctx, details...)
}

// A step that was asked to stop, and has to collect what cannot be stopped, says all the
// while that it lives: the engine sends nothing in a context that has ended, and would
// take it for dead after thirty seconds.
func TestAStepThatCollectsIsAlive(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	e := suite.NewTestActivityEnvironment()
	around := &asked{}
	e.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{around, activities.Interceptor()}})
	step := func(ctx context.Context) error {
		if ctx.Err() == nil {
			t.Error("the step was not asked to stop")
		}
		beat.Say(ctx, "collecting")
		return nil
	}
	e.RegisterActivity(step)
	if _, err := e.ExecuteActivity(step); err != nil {
		t.Fatal(err)
	}
	if len(around.beats) != 1 || around.beats[0] != nil {
		t.Errorf("beats in contexts that have ended: %v", around.beats)
	}
}
