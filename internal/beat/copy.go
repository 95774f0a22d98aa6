package beat

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// ErrStalled is a source that gave not one byte for as long as it may.
var ErrStalled = errors.New("not a byte came")

// Copy copies until src ends, and beats by time while bytes come, however slowly.
// When none came for stall it calls stop, which MUST make a Read that waits
// return, and errs with ErrStalled. It returns when the last Read has.
func Copy(ctx context.Context, dst io.Writer, src io.Reader, stall time.Duration, stop func()) (n int64, err error) {
	var seen atomic.Int64
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.MultiWriter(dst, (*counter)(&seen)), src)
		done <- err
	}()
	tick := time.NewTicker(min(Every, max(stall/4, time.Millisecond)))
	defer tick.Stop()
	last, moved, beaten := int64(0), time.Now(), time.Now()
	for {
		select {
		case err := <-done:
			return seen.Load(), err
		case now := <-tick.C:
			if s := seen.Load(); s != last {
				last, moved = s, now
			}
			if now.Sub(moved) >= stall {
				stop()
				err := <-done // before the count is read: it may have ended well in this moment
				return seen.Load(), stalled(err)
			}
			if now.Sub(beaten) >= Every {
				Now(ctx)
				beaten = now
			}
		}
	}
}

// stalled is what to say when the copy was stopped; it may have ended well in the
// same moment.
func stalled(err error) error {
	if err == nil {
		return nil
	}
	return ErrStalled
}

type counter atomic.Int64

func (c *counter) Write(p []byte) (int, error) {
	(*atomic.Int64)(c).Add(int64(len(p)))
	return len(p), nil
}
