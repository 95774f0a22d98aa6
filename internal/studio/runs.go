package studio

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/workflows"
)

// Runs tells a show's account of runs.
type Runs struct{ Temporal client.Client }

// Open says whether a chain of runs, named by its first, is open; an empty first: any of
// the workflow's.
func (r Runs) Open(ctx context.Context, workflow, first string) (bool, error) {
	d, err := r.Temporal.DescribeWorkflowExecution(ctx, workflow, "")
	if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("ask for %s: %w", workflow, err)
	}
	info := d.GetWorkflowExecutionInfo()
	return info.GetCloseTime() == nil && (first == "" || info.GetFirstRunId() == first), nil
}

// Wake tells a run that money may have come back to the account.
func (r Runs) Wake(ctx context.Context, workflow string) error {
	return r.Temporal.SignalWorkflow(ctx, workflow, "", workflows.SignalMoney, nil)
}
