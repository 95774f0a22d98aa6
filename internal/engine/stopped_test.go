package engine

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Workers that come and go take no task along: what was on its way to one that stops is done by it, or goes to the next, and is not missed only
// when its time is up.
func TestAStoppedWorkerTakesNoTaskAlong(t *testing.T) {
	e, err := Start(limited(t), Options{Data: t.TempDir(), NoS3: true, NoUI: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer closeEngine(t, e)
	c, err := dialAs(t.Context(), e.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var steps, awaited atomic.Int64
	progress := make(chan struct{}, 1)
	counted := func(context.Context) error {
		if steps.Add(1) == awaited.Load() {
			progress <- struct{}{}
		}
		return nil
	}
	start := func() worker.Worker {
		w := worker.New(c, "q", worker.Options{WorkerStopTimeout: 10 * time.Second})
		w.RegisterWorkflowWithOptions(shots, workflow.RegisterOptions{Name: "shots"})
		w.RegisterActivityWithOptions(counted, activity.RegisterOptions{Name: "step"})
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		return w
	}
	var runs []client.WorkflowRun
	for range 4 {
		run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: "q"}, "shots", 40)
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run)
	}
	const all = 4 * 40 * 4
	for steps.Load() < all-200 {
		awaited.Store(steps.Load() + 20)
		w := start()
		<-progress
		w.Stop()
	}
	defer start().Stop()
	for _, run := range runs {
		if err := run.Get(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		for events := c.GetWorkflowHistory(t.Context(), run.GetID(), run.GetRunID(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
			event, err := events.Next()
			if err != nil {
				t.Fatal(err)
			}
			if late := event.GetWorkflowTaskTimedOutEventAttributes(); late.GetTimeoutType() == enums.TIMEOUT_TYPE_START_TO_CLOSE || event.GetActivityTaskTimedOutEventAttributes() != nil {
				t.Errorf("a task was lost: %v", event)
			}
		}
	}
}
