package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

// Failure is an activity's error with the decision that goes with it. Final ones
// are for the run to decide on; the others are tried again by the engine.
type Failure struct {
	Type  string // a provider.Kind, or one of the Err… constants
	Final bool
	After time.Duration // not before; 0: by the retry policy
	// NoClip is told to the run; set by Generate.
	NoClip *NoClip
	// Missing is told to whoever watches; set by Generate.
	Missing *Missing
	Err     error
}

func (f *Failure) Error() string { return f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// damaged is a record that will be the same when it is read again.
func damaged(format string, args ...any) error {
	return &Failure{Type: ErrRecord, Final: true, Err: fmt.Errorf(format, args...)}
}

// Interceptor makes every error of an activity the outermost ApplicationError
// that says whether the engine may try again: the SDK looks at the outermost
// error only. Every worker that runs these activities MUST have it.
func Interceptor() interceptor.WorkerInterceptor { return &failures{} }

type failures struct {
	interceptor.WorkerInterceptorBase
}

func (*failures) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	f := &inbound{}
	f.Next = next
	return f
}

type inbound struct {
	interceptor.ActivityInboundInterceptorBase
}

func (f *inbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	// A step that was asked to stop may have to go on, to collect what is paid for: it is
	// taken for dead if it cannot say that it lives.
	alive := context.WithoutCancel(ctx)
	out, err := f.Next.ExecuteActivity(beat.With(named(ctx, in.Args), func(detail any) {
		if detail == nil {
			activity.RecordHeartbeat(alive)
			return
		}
		activity.RecordHeartbeat(alive, detail)
	}), in)
	if err == nil {
		return out, nil
	}
	return nil, applicationError(ctx, err)
}

// AsFailure is the decision that an error of these steps stands for. A record that
// contradicts, or cannot be read, is the same when it is read again. false: it may
// get better by itself.
func AsFailure(err error) (*Failure, bool) {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f, true
	}
	if library.Damaged(err) != nil {
		return &Failure{Type: ErrRecord, Final: true, Err: err}, true
	}
	for _, same := range []error{library.ErrOtherTake, library.ErrOtherCut, library.ErrRate, library.ErrNoPlan, store.ErrTooLarge} {
		if errors.Is(err, same) {
			return &Failure{Type: ErrRecord, Final: true, Err: err}, true
		}
	}
	return nil, false
}

// ends makes a store's lasting no, and a damaged job, the end of a step that nothing
// paid hangs on: the run ends with the reason, and the next one goes on where it was.
// Steps that have a paid clip in hand wait for the store instead.
func ends(err error) error {
	if _, ok := errors.AsType[*store.RefusedError](err); ok {
		return &Failure{Type: ErrStore, Final: true, Err: err}
	}
	if _, ok := errors.AsType[*ledger.DamagedError](err); ok {
		return &Failure{Type: ErrRecord, Final: true, Err: err}
	}
	return err
}

func applicationError(ctx context.Context, err error) error {
	f, failed := AsFailure(err)
	switch {
	case failed && f.NoClip != nil: // it cost something, cancelled or not
	case cancelled(ctx):
		return temporal.NewCanceledError()
	case !failed:
		// Not known to be hopeless: the store, the disk, a worker that stops.
		o := temporal.ApplicationErrorOptions{}
		if handedBack(ctx) {
			o.NextRetryDelay = handOver
		}
		return temporal.NewApplicationErrorWithOptions(err.Error(), ErrMachine, o)
	}
	o := temporal.ApplicationErrorOptions{NonRetryable: f.Final, NextRetryDelay: f.After}
	switch {
	case f.NoClip != nil:
		o.Details = []any{*f.NoClip}
	case f.Missing != nil:
		o.Details = []any{*f.Missing}
	}
	return temporal.NewApplicationErrorWithOptions(err.Error(), f.Type, o)
}

// cancelled says that the run asked for the activity to stop; a worker that
// shuts down ends the context too but gives another cause.
func cancelled(ctx context.Context) bool {
	return ctx.Err() != nil && temporal.IsCanceledError(context.Cause(ctx))
}

// handOver is when the next worker may go on with what one that stops has handed back,
// however often the step was tried before: nothing is wrong with it.
const handOver = time.Second

// handedBack says that the activity ended because its worker stops.
func handedBack(ctx context.Context) bool {
	return ctx.Err() != nil && !cancelled(ctx) && !errors.Is(ctx.Err(), context.DeadlineExceeded)
}

var _ interceptor.WorkerInterceptor = (*failures)(nil)
