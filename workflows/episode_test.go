package workflows_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// env is the SDK's test environment with the real activities on a stage.
func env(t *testing.T, s *rehearsal.Stage) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	e := suite.NewTestWorkflowEnvironment()
	e.SetTestTimeout(5 * time.Minute)
	e.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}})
	workflows.RegisterWorkflows(e)
	workflows.RegisterRecords(e, s.Planner, s.Library, s.Bank)
	workflows.RegisterMedia(e, s.Media)
	workflows.RegisterProvider(e, s.Generator)
	return e
}

// run executes an episode to its end.
func run(t *testing.T, e *testsuite.TestWorkflowEnvironment, in workflows.EpisodeInput) drama.Delivery {
	t.Helper()
	e.ExecuteWorkflow(workflows.EpisodeName, in)
	if !e.IsWorkflowCompleted() {
		t.Fatal("the run did not end")
	}
	if err := e.GetWorkflowError(); err != nil {
		t.Fatalf("run: %v", err)
	}
	var d drama.Delivery
	if err := e.GetWorkflowResult(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

func record[T any](t *testing.T, s store.Store, key string) T {
	t.Helper()
	var v T
	body, _, err := s.Read(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnEpisodeIsDelivered(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(3)...)
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Cut != 1 || d.Master == nil || d.Master.Frames != 288 {
		t.Fatalf("delivery: %+v", d)
	}
	for _, shot := range d.Shots {
		if shot.State != drama.ShotCircle || shot.Attempts != 1 || shot.Take != "rehearsal/ep01/"+shot.Slate+"/1" {
			t.Errorf("shot: %+v", shot)
		}
	}
	man := record[drama.Manifest](t, s.Store, store.Keys{Show: "rehearsal"}.Cut(p.ID(), 1)+"manifest.json")
	if len(man.Shots) != 3 || man.Shots[1].Start != 96 || len(man.Files) < 2 {
		t.Errorf("manifest: %+v", man)
	}
	if got := s.Bought(t); got != 3 {
		t.Errorf("bought %d jobs for 3 shots", got)
	}

	again := run(t, env(t, s), s.Submit(t, p))
	if again.State != drama.StateDelivered || again.Cut != 1 || s.Bought(t) != 3 {
		t.Errorf("the same again: cut %d, %s, %d bought in all; want the cut that exists and nothing bought", again.Cut, again.State, s.Bought(t))
	}
}

// at runs f when nothing else moves any more, n-th in order.
func at(e *testsuite.TestWorkflowEnvironment, n int, f func()) {
	e.RegisterDelayedCallback(f, time.Duration(n)*time.Hour)
}

// planned calls f as soon as the run has its plan: a machine may be busy.
func planned(t *testing.T, e *testsuite.TestWorkflowEnvironment, f func()) {
	e.RegisterDelayedCallback(func() {
		if st := status(t, e); st.State == drama.StatePlanning || len(st.Shots) == 0 {
			planned(t, e, f)
			return
		}
		f()
	}, 10*time.Millisecond)
}

func status(t *testing.T, e *testsuite.TestWorkflowEnvironment) drama.EpisodeStatus {
	t.Helper()
	v, err := e.QueryWorkflow(workflows.QueryStatus)
	if err != nil {
		t.Fatal(err)
	}
	var st drama.EpisodeStatus
	if err := v.Get(&st); err != nil {
		t.Fatal(err)
	}
	return st
}

// waits is what a slate waits for.
func waits(st drama.EpisodeStatus, slate string) drama.Wait {
	for _, w := range st.Waits {
		if w.Slate == slate {
			return w
		}
	}
	return drama.Wait{}
}

// accepted sends an update that must be carried out.
func accepted(t *testing.T, e *testsuite.TestWorkflowEnvironment, name string, arg any) {
	t.Helper()
	e.UpdateWorkflow(name, fmt.Sprint(name, arg), &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { t.Errorf("%s was refused: %v", name, err) },
		OnComplete: func(_ any, err error) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		},
	}, arg)
}

// refused sends an update that must be refused with a word in it.
func refused(t *testing.T, e *testsuite.TestWorkflowEnvironment, name string, arg any, word string) {
	t.Helper()
	e.UpdateWorkflow(name, fmt.Sprint("refused ", name, arg), &testsuite.TestUpdateCallback{
		OnAccept: func() { t.Errorf("%s %v was accepted", name, arg) },
		OnReject: func(err error) {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s %v was refused with %q, which does not tell of %q", name, arg, err, word)
			}
		},
		OnComplete: func(any, error) {},
	}, arg)
}
