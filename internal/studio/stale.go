package studio

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
)

// StaleError says that an open run cannot be gone on with by the program that works on it: it was begun by a release whose steps this
// one does not take, or the steps themselves fail. It would wait for ever. What it made and bought is kept.
type StaleError struct {
	Name   string // as the person knows it: a show, an episode
	Begun  bool   // by another release; false: this program's own steps fail
	Reason string // in Temporal's words
}

func (e *StaleError) Error() string {
	why := "this program fails at it"
	if e.Begun {
		why = "it was begun by another release of dailies, which takes other steps than this one"
	}
	return fmt.Sprintf("the run of %s cannot go on: %s (%s). Cancel it and render again: finished takes and jobs that are paid for are used again. Or run the release that began it",
		e.Name, why, e.Reason)
}

// Attempts at a step of the workflow itself after which it counts as failing: replaying the same history does not come out otherwise,
// while anything else may be a moment's.
const (
	otherReleaseAfter = 2
	failingAfter      = 4
)

// stale is a *StaleError if the open run of a workflow cannot go on. What cannot be found out is no finding.
func (s *Studio) stale(ctx context.Context, workflowID string) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	desc, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil || desc.GetPendingWorkflowTask().GetAttempt() < otherReleaseAfter {
		return nil //nolint:nilerr // see above
	}
	found := &StaleError{Name: runName(workflowID)}
	iter := s.Temporal.GetWorkflowHistory(ctx, workflowID, desc.GetWorkflowExecutionInfo().GetExecution().GetRunId(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iter.HasNext() {
		e, err := iter.Next()
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		switch e.GetEventType() {
		case enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
			found.Reason = ""
		case enums.EVENT_TYPE_WORKFLOW_TASK_FAILED:
			failed := e.GetWorkflowTaskFailedEventAttributes()
			found.Begun = failed.GetCause() == enums.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR
			found.Reason, _, _ = strings.Cut(failed.GetFailure().GetMessage(), "\n")
		default: // nothing of the workflow's own
		}
	}
	if found.Reason == "" || !found.Begun && desc.GetPendingWorkflowTask().GetAttempt() < failingAfter {
		return nil
	}
	return found
}

// runName is what a person calls the run.
func runName(workflowID string) string {
	name := strings.TrimPrefix(workflowID, "season/")
	return strings.TrimPrefix(name, "episode/")
}

// unheard is how long a run may leave what it was asked unread before it counts as deaf: a worker that is there reads within
// milliseconds.
const unheard = 5 * time.Second

// terminateDeaf ends, from outside, the open run of a workflow that does not hear what it is asked, and such episodes of a season; it
// says whether the run itself was ended. That loses nothing: takes and circles are objects, and a job that the vendor has accepted is
// taken up by the next run.
func (s *Studio) terminateDeaf(ctx context.Context, workflowID string) (bool, error) {
	desc, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	if gone(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at %s: %w", workflowID, err)
	}
	for _, child := range desc.GetPendingChildren() {
		if _, err := s.terminateDeaf(ctx, child.GetWorkflowId()); err != nil {
			return false, err
		}
	}
	info := desc.GetWorkflowExecutionInfo()
	if info.GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return true, nil
	}
	if !deaf(desc.GetPendingWorkflowTask(), s.now()) && s.stale(ctx, workflowID) == nil {
		return false, nil
	}
	const why = "it did not hear that it was cancelled"
	if err := s.Temporal.TerminateWorkflow(ctx, workflowID, info.GetExecution().GetRunId(), why); err != nil && !gone(err) {
		return false, fmt.Errorf("end %s: %w", workflowID, err)
	}
	return true, nil
}

func deaf(task *workflow.PendingWorkflowTaskInfo, now time.Time) bool {
	return task != nil && now.Sub(task.GetOriginalScheduledTime().AsTime()) > unheard
}
