// Package beat lets work that lasts say that it is alive, and what it last had to
// say, to whoever runs it: an engine that takes silence for death. The listener
// travels in the context; without one nothing happens. It knows no engine.
//
// A beat means that time is being used as intended: a call with a limit of its own
// is under way, or bytes are coming. Nothing beats for work that stands still.
package beat

import (
	"context"
	"sync"
	"time"
)

// Every is how often something that is alive says so: far under any engine's limit.
const Every = 10 * time.Second

type key struct{}

// pulse is a listener and what it was last told, which every later beat repeats:
// an engine keeps only the last word, and a beat without one would wipe it out.
type pulse struct {
	tell  func(detail any)
	began time.Time
	mu    sync.Mutex
	last  any
}

// With makes a context whose beats tell is told. tell MUST be safe for concurrent use;
// detail is what was last said, nil before anything was.
func With(ctx context.Context, tell func(detail any)) context.Context {
	return context.WithValue(ctx, key{}, &pulse{tell: tell, began: time.Now()})
}

// Now says that the work is alive. Work that has only begun need not say so: to an
// engine a beat costs as much as a step, and most steps end before the first.
func Now(ctx context.Context) {
	if p, ok := ctx.Value(key{}).(*pulse); ok {
		p.now()
	}
}

func (p *pulse) now() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last != nil || time.Since(p.began) >= Every {
		p.tell(p.last)
	}
}

// Say is a beat with something to remember; later beats repeat it.
func Say(ctx context.Context, detail any) {
	if p, ok := ctx.Value(key{}).(*pulse); ok {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.last = detail
		p.tell(detail)
	}
}

// soon is when it begins to matter how far work has got.
const soon = 2 * time.Second

// Progress is Say for what is news for a moment only: of work that has just begun, which
// most likely ends at once, nobody is told.
func Progress(ctx context.Context, detail any) {
	if p, ok := ctx.Value(key{}).(*pulse); ok && time.Since(p.began) >= soon {
		Say(ctx, detail)
	}
}

// While makes one call that has a limit of its own, and beats meanwhile. It returns
// when the call does. The call stays in the caller's goroutine: one of its own would
// have to grow its stack anew for every request.
func While[T any](ctx context.Context, call func() (T, error)) (T, error) {
	p, ok := ctx.Value(key{}).(*pulse)
	if !ok {
		return call()
	}
	stop := p.while()
	defer stop()
	return call()
}

// while beats until stop is called; stop returns after the last beat.
func (p *pulse) while() (stop func()) {
	var mu sync.Mutex
	over := false
	var tick *time.Timer
	mu.Lock()
	defer mu.Unlock()
	tick = time.AfterFunc(Every, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			p.now()
			tick.Reset(Every)
		}
	})
	return func() {
		tick.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}

// Wait sleeps for d, beating all the while. It ends early with ctx, whose error it
// returns.
func Wait(ctx context.Context, d time.Duration) error { return Until(ctx, d, nil) }

// Until is Wait that ends early, without an error, when there is something in wake too.
func Until(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	for d > 0 {
		Now(ctx)
		nap := min(d, Every)
		t := time.NewTimer(nap)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-wake:
			t.Stop()
			return ctx.Err()
		case <-t.C:
		}
		d -= nap
	}
	return ctx.Err()
}
