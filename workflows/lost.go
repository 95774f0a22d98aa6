package workflows

import (
	"errors"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
)

// onMedia carries out a step of mediaWork. Its attempts are counted because a
// machine that cannot do the work must be noticed; attempts that ended with the
// death of their worker say nothing of the work and are not counted: a finished
// take is never given up because machines were killed under it.
func onMedia(ctx workflow.Context, step, in, out any) error {
	for {
		err := workflow.ExecuteActivity(ctx, step, in).Get(ctx, out)
		if ctx.Err() != nil || !workerLost(err) {
			return err
		}
	}
}

// workerLost says that the last attempt ended because nobody was there any more.
func workerLost(err error) bool {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		return app.Type() == activities.ErrOrphan
	}
	var late *temporal.TimeoutError
	return errors.As(err, &late) && late.TimeoutType() == enums.TIMEOUT_TYPE_HEARTBEAT
}
