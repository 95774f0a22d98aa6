package studio

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/dailies/dailies/activities"
)

// errOrphan ends an attempt whose worker is dead. It is tried again at once: the
// wait that Temporal grows after each attempt is for work that fails, and this
// did not.
func errOrphan() error {
	return temporal.NewApplicationErrorWithOptions("the worker of this attempt was killed", activities.ErrOrphan,
		temporal.ApplicationErrorOptions{NextRetryDelay: 50 * time.Millisecond})
}

// ReleaseOrphans hands out again what was being done when the last owner of an
// embedded engine was killed, and returns how many steps that were. Without it
// the work goes on too, but only when the heartbeat timeouts notice, minutes
// later. It MUST only be called while no worker runs anywhere: by the new owner
// of an engine, before its own workers start.
func (s *Studio) ReleaseOrphans(ctx context.Context, namespace string) (int, error) {
	released := 0
	var page []byte
	for {
		list, err := s.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: namespace, Query: `ExecutionStatus = "Running"`, NextPageToken: page,
		})
		if err != nil {
			return released, fmt.Errorf("list running work: %w", err)
		}
		for _, w := range list.GetExecutions() {
			n, err := s.releaseOf(ctx, namespace, w.GetExecution().GetWorkflowId(), w.GetExecution().GetRunId())
			released += n
			if err != nil {
				return released, err
			}
		}
		if page = list.GetNextPageToken(); len(page) == 0 {
			return released, nil
		}
	}
}

func (s *Studio) releaseOf(ctx context.Context, namespace, workflow, run string) (int, error) {
	desc, err := s.Temporal.DescribeWorkflowExecution(ctx, workflow, run)
	if gone(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look at %s: %w", workflow, err)
	}
	released := 0
	for _, a := range desc.GetPendingActivities() {
		if a.GetState() == enums.PENDING_ACTIVITY_STATE_SCHEDULED {
			continue
		}
		err := s.Temporal.CompleteActivityByID(ctx, namespace, workflow, run, a.GetActivityId(), nil, errOrphan())
		if err != nil && !gone(err) {
			return released, fmt.Errorf("release a step of %s: %w", workflow, err)
		}
		released++
	}
	return released, nil
}

// gone says that what was asked about has ended meanwhile.
func gone(err error) bool {
	var none *serviceerror.NotFound
	return errors.As(err, &none)
}
