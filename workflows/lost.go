package workflows

import (
	"errors"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/provider"
)

// onMedia carries out a step of mediaWork. Its attempts are counted because work that
// cannot be done must be noticed; attempts that ended with the death of their worker,
// for want of space or of the store, or because a voice is away say nothing of the
// work and are not counted: a finished take is never given up for them, and the
// activity's last failure says what is waited for.
func onMedia(ctx workflow.Context, step, in, out any) error {
	return onMediaFor(ctx, ctx, step, in, out)
}

// onMediaFor is onMedia for a step that outlives the cancelling of its run: what
// passes is waited for no longer than the run lives.
func onMediaFor(run, ctx workflow.Context, step, in, out any) error {
	for {
		err := workflow.ExecuteActivity(ctx, step, in).Get(ctx, out)
		if ctx.Err() != nil || !workerLost(err) && (run.Err() != nil || !passes(ctx, err)) {
			return err
		}
	}
}

// passes says that what was in the way is no fault of the work and passes.
func passes(ctx workflow.Context, err error) bool {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	if !ok || app.NonRetryable() {
		return false
	}
	switch app.Type() {
	case activities.ErrMachine:
		return true
	case string(provider.KindTransient), string(provider.KindThrottled), string(provider.KindAmbiguous):
		// Runs of the first release gave a shot up for a voice that was away.
		return workflow.GetVersion(ctx, "voices are waited for", workflow.DefaultVersion, 1) > workflow.DefaultVersion
	}
	return false
}

// workerLost says that the last attempt ended because nobody was there any more.
func workerLost(err error) bool {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		return app.Type() == activities.ErrOrphan
	}
	var late *temporal.TimeoutError
	return errors.As(err, &late) && late.TimeoutType() == enums.TIMEOUT_TYPE_HEARTBEAT
}
