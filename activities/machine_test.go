package activities_test

import (
	"context"
	"errors"
	"testing"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// A maker on this machine that failed for the machine's sake has not failed: the
// take is made again, and nothing is settled.
func TestTheMachinesFaultSettlesNothing(t *testing.T) {
	why := &provider.Error{Kind: provider.KindTransient, Op: "poll", Message: "killed", Err: &media.HostError{Err: errors.New("killed")}}
	v := &scripted{status: provider.Status{State: provider.Failed, Err: why}}
	s, in := vendor(t, v)
	_, err := s.Generator.Generate(t.Context(), in)
	var f *activities.Failure
	if !errors.As(err, &f) || f.Type != activities.ErrMachine || f.Final || f.After <= 0 {
		t.Fatalf("%+v", err)
	}
	if e, err := s.Ledger.Get(t.Context(), ledger.ID{Take: in.Take, Attempt: 1}); err != nil || e.Outcome != nil {
		t.Errorf("%+v, %v", e.Outcome, err)
	}
	v.status = provider.Status{State: provider.Succeeded}
	if clip, err := s.Generator.Generate(t.Context(), in); err != nil || clip.Media.Key == "" {
		t.Error(err)
	}
}

// What is no decision is the machine's or the store's: the engine tries again, and the
// run does not count it.
type unreachable struct{ store.Store }

func (unreachable) Read(context.Context, string) ([]byte, store.Info, error) {
	return nil, store.Info{}, errors.New("connection refused")
}

func TestAStoreThatIsAwayIsTheMachine(t *testing.T) {
	s, in := vendor(t, &scripted{})
	s.Generator.Buyer.Store = unreachable{s.Store}
	var suite testsuite.WorkflowTestSuite
	e := suite.NewTestActivityEnvironment()
	e.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}})
	e.RegisterActivity(s.Generator)
	_, err := e.ExecuteActivity(s.Generator.Generate, in)
	var app *temporal.ApplicationError
	if !errors.As(err, &app) || app.Type() != activities.ErrMachine || app.NonRetryable() {
		t.Errorf("%v", err)
	}
}
