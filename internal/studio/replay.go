package studio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/interceptor"
	tlog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/workflows"
)

// Rehearsal is what Rehearse looks at.
type Rehearsal struct {
	Show   string // only its runs; empty: all shows'
	Closed int    // so many runs that have ended are looked at too, the last ones
	// Interceptors are those of the program's workers that decide.
	Interceptors []interceptor.WorkerInterceptor
}

// Rehearsed is what came of replaying runs.
type Rehearsed struct {
	Open   int `json:"open"`   // runs that were replayed, and are open
	Closed int `json:"closed"` // likewise, and have ended
	// Stale are those that this program cannot go on with.
	Stale []StaleRun `json:"stale"`
	// Unread could not be replayed for another reason.
	Unread []StaleRun `json:"unread"`
}

// StaleRun is a run that takes other steps than this program.
type StaleRun struct {
	Name       string `json:"name"` // as a person knows it: a show, an episode
	WorkflowID string `json:"workflow_id"`
	RunID      string `json:"run_id"`
	Open       bool   `json:"open"`
	Build      string `json:"build,omitempty"` // that carries it
	Kept       bool   `json:"kept,omitempty"`  // it stays with that build
	Reason     string `json:"reason"`
}

// Blocking are the runs that wait for ever once this program's build is current.
func (r Rehearsed) Blocking() (all []StaleRun) {
	for _, s := range r.Stale {
		if s.Open && !s.Kept {
			all = append(all, s)
		}
	}
	return all
}

// replaysAtOnce bounds histories in memory: the longest are of some ten thousand events.
const replaysAtOnce = 4

// maxHistoryBytes is above the longest history that Temporal keeps.
const maxHistoryBytes = 128 << 20

// Rehearse replays the histories of open runs with this program's steps, and changes
// nothing. What it finds holds for what has happened until then.
func (s *Studio) Rehearse(ctx context.Context, o Rehearsal) (Rehearsed, error) {
	out := Rehearsed{Stale: []StaleRun{}, Unread: []StaleRun{}}
	var mu sync.Mutex
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(replaysAtOnce)
	each := func(info *workflowpb.WorkflowExecutionInfo, open bool) {
		work.Go(func() error {
			run, stale, err := s.rehearseOne(ctx, info, open, o.Interceptors)
			if gone(err) || ctx.Err() != nil { // it ended meanwhile, and is kept no longer
				return ctx.Err()
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				run.Reason = err.Error()
				out.Unread = append(out.Unread, run)
				return nil
			case stale:
				out.Stale = append(out.Stale, run)
			}
			if open {
				out.Open++
			} else {
				out.Closed++
			}
			return nil
		})
	}
	err := s.executions(ctx, openRuns+ofShow(o.Show), -1, func(i *workflowpb.WorkflowExecutionInfo) { each(i, true) })
	if err == nil && o.Closed > 0 {
		ended := strings.Replace(openRuns, "ExecutionStatus =", "ExecutionStatus !=", 1)
		err = s.executions(ctx, ended+ofShow(o.Show), o.Closed, func(i *workflowpb.WorkflowExecutionInfo) { each(i, false) })
	}
	if err = errors.Join(err, work.Wait()); err != nil {
		return Rehearsed{}, fmt.Errorf("replay runs: %w", err)
	}
	for _, runs := range [][]StaleRun{out.Stale, out.Unread} {
		slices.SortFunc(runs, func(a, b StaleRun) int {
			return cmp.Or(strings.Compare(a.WorkflowID, b.WorkflowID), strings.Compare(a.RunID, b.RunID))
		})
	}
	return out, nil
}

// ofShow is the condition that a run is of a show; a show's name has no quotes.
func ofShow(show string) string {
	if show == "" {
		return ""
	}
	return fmt.Sprintf(" AND `Show` = '%s'", show)
}

// executions lists runs, the newest first, at most so many of them; -1: all.
func (s *Studio) executions(ctx context.Context, query string, most int, each func(*workflowpb.WorkflowExecutionInfo)) error {
	var page []byte
	for {
		r, err := s.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: s.Namespace, Query: query, NextPageToken: page, PageSize: 100,
		})
		if err != nil {
			return fmt.Errorf("list runs: %w", err)
		}
		for _, info := range r.GetExecutions() {
			if most == 0 {
				return nil
			}
			most--
			each(info)
		}
		if page = r.GetNextPageToken(); len(page) == 0 {
			return nil
		}
	}
}

// rehearseOne replays one run. err says that it could not be tried.
func (s *Studio) rehearseOne(
	ctx context.Context, info *workflowpb.WorkflowExecutionInfo, open bool, with []interceptor.WorkerInterceptor,
) (run StaleRun, stale bool, err error) {
	id, runID := info.GetExecution().GetWorkflowId(), info.GetExecution().GetRunId()
	run = StaleRun{Name: runName(id), WorkflowID: id, RunID: runID, Open: open, Build: carrier(info)}
	if open { // a list does not say what a run was told to stay with
		d, err := s.Temporal.DescribeWorkflowExecution(ctx, id, runID)
		if err != nil {
			return run, false, err
		}
		run.Build, run.Kept = carrier(d.GetWorkflowExecutionInfo()), stays(d.GetWorkflowExecutionInfo())
	}
	h, decided, err := s.history(ctx, id, runID)
	if err != nil || !decided { // what has decided nothing can take any step
		return run, false, err
	}
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{
		Interceptors: with,
		// A machine that has other things to do is no reason to call a run stuck.
		DisableDeadlockDetection: true,
	})
	if err != nil {
		return run, false, fmt.Errorf("make a replayer: %w", err)
	}
	workflows.RegisterWorkflows(r)
	err = r.ReplayWorkflowHistoryWithOptions(tlog.NewStructuredLogger(slog.New(slog.DiscardHandler)), h, worker.ReplayWorkflowHistoryOptions{
		OriginalExecution: workflow.Execution{ID: id, RunID: runID},
	})
	if err != nil {
		run.Reason, _, _ = strings.Cut(err.Error(), "\n")
		return run, true, nil
	}
	return run, false, nil
}

// history reads a run's history. decided: the run itself has taken a step.
func (s *Studio) history(ctx context.Context, id, runID string) (h *history.History, decided bool, err error) {
	h = &history.History{}
	size := 0
	for iter := s.Temporal.GetWorkflowHistory(ctx, id, runID, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); iter.HasNext(); {
		e, err := iter.Next()
		if err != nil {
			return nil, false, fmt.Errorf("read the history of %s: %w", runName(id), err)
		}
		if size += e.Size(); size > maxHistoryBytes {
			return nil, false, fmt.Errorf("read the history of %s: it is larger than %d bytes", runName(id), maxHistoryBytes)
		}
		decided = decided || e.GetEventType() == enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
		h.Events = append(h.Events, e)
	}
	return h, decided, nil
}
