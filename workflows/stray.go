package workflows

import (
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
)

// CollectName is the workflow that brings in the clip of a job which no shot wants any
// more. It is no part of the run that began it: a cut need not wait for it.
const CollectName = "Collect"

// CollectWorkflowID is the one workflow that such a job has at a time.
func CollectWorkflowID(in activities.Stray) string { return "collect/" + in.Job.String() }

// Collect waits for a stray job's end and files what came of it.
func Collect(ctx workflow.Context, in activities.Stray) error {
	var clip activities.Clip
	what := fmt.Sprintf("collect job %s of %s", in.Job, in.Instance)
	p := PriorityOf(in.Job.Take.Episode.Show, false)
	err := workflow.ExecuteActivity(takes(ctx, in.Instance, what, p), generator.Collect, in).Get(ctx, &clip)
	file := activities.FileInput{Stray: in}
	switch kind, no := noClip(err); {
	case err == nil:
		file.Clip = &clip
	case ctx.Err() != nil, kind == "", kind == activities.ErrRecord:
		return err // it is no take's end; the next run's plan says how it stands
	default:
		file.NoClip = &no
	}
	return workflow.ExecuteActivity(records(ctx, "file what came of job "+in.Job.String()), library.File, file).Get(ctx, nil)
}

// collectStrays begins to bring in what earlier runs left, beside the run.
func (e *episode) collectStrays(ctx workflow.Context) {
	for _, told := range e.plan.Told {
		e.problem(told)
	}
	for _, s := range e.plan.Strays {
		child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
			WorkflowID: CollectWorkflowID(s), TaskQueue: TaskQueue,
			WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
			// It outlives the run: an episode may be delivered long before.
			ParentClosePolicy: enums.PARENT_CLOSE_POLICY_ABANDON,
			StaticSummary:     "collect job " + s.Job.String(),
		})
		// One that is begun already is begun.
		_ = workflow.ExecuteChildWorkflow(child, CollectName, s).GetChildWorkflowExecution().Get(ctx, nil)
	}
}
