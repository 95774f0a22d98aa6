package ark

import (
	"context"
	"net/http"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Cancel stops a task that is still queued. A running one cannot be stopped.
//
// It asks for the task first, and so makes two requests: the same DELETE that
// cancels a queued task deletes the record of a finished one, with the URL of a
// clip that is paid for, and answers both alike. Between the two requests a task
// may begin to run, which the DELETE refuses; it cannot also end in that time.
//
// https://www.volcengine.com/docs/82379/1521720
func (p *Provider) Cancel(ctx context.Context, j provider.Job) (stopped bool, err error) {
	t, err := p.get(ctx, wire.Cancel, j)
	if err != nil {
		return false, err
	}
	switch states[t.Status] {
	case provider.Cancelled:
		return true, nil // by an earlier call
	case provider.Queued:
		return p.delete(ctx, j)
	default: // running, or over: there is nothing to stop
		return false, nil
	}
}

func (p *Provider) delete(ctx context.Context, j provider.Job) (bool, error) {
	path, err := taskPath(wire.Cancel, j)
	if err != nil {
		return false, err
	}
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Cancel, Method: http.MethodDelete, Path: path})
	switch {
	case err == nil:
		return true, nil
	case provider.KindOf(err, "") == provider.KindInvalid:
		return false, nil // it began to run: no code is documented for that
	}
	return false, gone(a, err)
}
