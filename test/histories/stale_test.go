package histories

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// begunElsewhere starts a run under a program whose steps are not ours, and stops
// that program.
func begunElsewhere(t *testing.T, c client.Client, in workflows.EpisodeInput) client.WorkflowRun {
	t.Helper()
	began := make(chan struct{}, 1)
	w := worker.New(c, workflows.TaskQueue, worker.Options{StickyScheduleToStartTimeout: 10 * time.Millisecond})
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context, _ workflows.EpisodeInput) error {
		workflow.SideEffect(ctx, func(workflow.Context) any { began <- struct{}{}; return 1 })
		return workflow.Sleep(ctx, time.Second)
	}, workflow.RegisterOptions{Name: workflows.EpisodeName})
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: workflows.EpisodeWorkflowID(in.ID), TaskQueue: workflows.TaskQueue}, workflows.EpisodeName, in)
	if err != nil {
		t.Fatal(err)
	}
	<-began
	w.Stop() // it answers for the task in work first
	return run
}

// A run that another release began, and this program cannot go on with, is named
// with its way out; cancelling ends it, and the episode can be rendered.
func TestRunOfAnotherRelease(t *testing.T) {
	c := server(t)
	stage := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Plain."))
	in := stage.Submit(t, p)
	run := begunElsewhere(t, c, in)
	s := play(t, c, stage)
	st := &studio.Studio{Temporal: c, Store: stage.Store, Ledger: stage.Ledger, Account: stage.Bank.Account, Log: slog.New(slog.DiscardHandler), Poll: 10 * time.Millisecond}

	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	var stale *studio.StaleError
	if _, err := st.Wait(ctx, studio.Run{ID: p.ID(), WorkflowID: run.GetID()}, nil); !errors.As(err, &stale) || !stale.Begun || stale.Name != p.ID().String() {
		t.Fatalf("watching it: %v", err)
	}
	if _, err := st.Status(ctx, p.ID()); !errors.As(err, &stale) {
		t.Errorf("its status: %v", err)
	}
	if err := st.Pause(ctx, p.ID(), "lunch"); !errors.As(err, &stale) {
		t.Errorf("pausing it: %v", err)
	}
	if ended, err := st.Cancel(ctx, p.ID()); err != nil || !ended {
		t.Fatalf("cancelling it: ended %v, %v", ended, err)
	}
	if d := s.end(s.start(in)); d.State != drama.StateDelivered {
		t.Errorf("rendering again: %+v", d)
	}
}
