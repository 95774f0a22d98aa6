package beat_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/internal/beat"
)

// heard collects what a listener is told.
type heard struct {
	mu  sync.Mutex
	all []any
}

func (h *heard) with(ctx context.Context) context.Context {
	return beat.With(ctx, func(detail any) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.all = append(h.all, detail)
	})
}

// drip gives a byte at a time.
type drip struct {
	left  int
	every time.Duration
	stop  chan struct{} // closed: a Read that waits returns
	quiet bool          // when nothing is left: silence instead of the end
}

func (d *drip) Read(p []byte) (int, error) {
	wait := time.After(d.every)
	if d.left == 0 {
		if !d.quiet {
			return 0, io.EOF
		}
		wait = nil
	}
	select {
	case <-wait:
	case <-d.stop:
		return 0, errors.New("closed")
	}
	d.left--
	p[0] = 'x'
	return 1, nil
}

// However slowly bytes come, the work beats by time and is not ended.
func TestASlowSourceBeatsByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		ctx := h.with(t.Context())
		beat.Say(ctx, "receipt")
		var to bytes.Buffer
		// A megabyte an hour and less: forty minutes of a byte every forty seconds.
		n, err := beat.Copy(ctx, &to, &drip{left: 60, every: 40 * time.Second}, time.Minute, func() { t.Error("stopped") })
		if n != 60 || err != nil || to.Len() != 60 {
			t.Fatalf("%d bytes, %v", n, err)
		}
		if len(h.all) < 100 {
			t.Errorf("%d beats in forty minutes", len(h.all))
		}
		for _, detail := range h.all {
			if detail != "receipt" {
				t.Fatalf("a beat wiped out what was said before: %v", detail)
			}
		}
	})
}

func TestASilentSourceIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		d := &drip{left: 3, every: time.Second, quiet: true, stop: make(chan struct{})}
		n, err := beat.Copy(t.Context(), io.Discard, d, time.Minute, func() { close(d.stop) })
		if n != 3 || !errors.Is(err, beat.ErrStalled) {
			t.Errorf("%d bytes, %v", n, err)
		}
		if took := time.Since(began); took < time.Minute || took > 2*time.Minute {
			t.Errorf("after %s", took)
		}
	})
}

func TestCallsAndWaitsBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		ctx := h.with(t.Context())
		got, err := beat.While(ctx, func() (string, error) { time.Sleep(35 * time.Second); return "answer", nil })
		if got != "answer" || err != nil || len(h.all) != 3 {
			t.Errorf("%s, %v, %d beats", got, err, len(h.all))
		}
		time.Sleep(time.Minute)
		if len(h.all) != 3 {
			t.Errorf("%d beats, some after the call was over", len(h.all))
		}
		if _, err := beat.While(ctx, func() (int, error) { return 0, nil }); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if err := beat.Wait(ctx, 35*time.Second); err != nil || len(h.all) < 6 {
			t.Errorf("%v, %d beats", err, len(h.all))
		}
		ended, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		if err := beat.Wait(ended, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

// Without a listener nothing happens.
func TestNobodyListens(t *testing.T) {
	beat.Now(t.Context())
	beat.Say(t.Context(), 1)
	if n, err := beat.Copy(t.Context(), io.Discard, strings.NewReader("abc"), time.Minute, func() {}); n != 3 || err != nil {
		t.Error(n, err)
	}
}

// Progress of work that has just begun is not worth a beat; later it is, and stays said.
func TestProgressIsSaidOfWorkThatLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		ctx := h.with(t.Context())
		beat.Progress(ctx, 1)
		beat.Now(ctx)
		if len(h.all) != 0 {
			t.Errorf("told %v at the beginning", h.all)
		}
		time.Sleep(3 * time.Second)
		beat.Progress(ctx, 2)
		beat.Now(ctx)
		if len(h.all) != 2 || h.all[0] != 2 || h.all[1] != 2 {
			t.Errorf("told %v, want 2 twice", h.all)
		}
	})
}
