package engine

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

func step(context.Context) error { return nil }

// shots is an episode of n shots as the real one is built: coroutines of four activities each.
func shots(ctx workflow.Context, n int) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	wg := workflow.NewWaitGroup(ctx)
	for range n {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			for range 4 {
				if err := workflow.ExecuteActivity(ctx, step).Get(ctx, nil); err != nil {
					workflow.GetLogger(ctx).Error("step", "error", err)
				}
			}
		})
	}
	wg.Wait(ctx)
	return nil
}

// BenchmarkShots measures what the engine adds to a shot: one operation is ten episodes of 40 shots at once.
func BenchmarkShots(b *testing.B) {
	e, err := Start(b.Context(), Options{Data: b.TempDir(), NoS3: true, NoUI: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	c, err := dialAs(b.Context(), e.Address())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	w := worker.New(c, "q", worker.Options{MaxConcurrentActivityTaskPollers: 8})
	w.RegisterWorkflow(shots)
	w.RegisterActivity(step)
	if err := w.Start(); err != nil {
		b.Fatal(err)
	}
	defer w.Stop()
	for b.Loop() {
		var runs []client.WorkflowRun
		for range 10 {
			run, err := c.ExecuteWorkflow(b.Context(), client.StartWorkflowOptions{TaskQueue: "q"}, shots, 40)
			if err != nil {
				b.Fatal(err)
			}
			runs = append(runs, run)
		}
		for _, run := range runs {
			if err := run.Get(b.Context(), nil); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(400*float64(b.N)/b.Elapsed().Seconds(), "shots/s")
}
