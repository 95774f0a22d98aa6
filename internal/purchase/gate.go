package purchase

import (
	"context"
	"slices"
	"sync"

	"github.com/dailies/dailies/internal/beat"
)

// gate lets so many orders in at once. Of those that wait the most urgent goes first;
// of those as urgent, one of the show that has the fewest inside: a small show does not
// wait for all of a big one.
type gate struct {
	mu      sync.Mutex
	free    int
	inside  map[string]int // by show
	waiting []*waiter
}

type waiter struct {
	urgency int
	show    string
	in      chan struct{} // closed when it is let in
}

func newGate(n int) *gate { return &gate{free: n, inside: make(map[string]int)} }

// enter waits to be let in, beating. It ends early with ctx, whose error it returns.
func (g *gate) enter(ctx context.Context, show string, urgency int) error {
	w := &waiter{urgency: urgency, show: show, in: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	g.admit()
	g.mu.Unlock()
	for {
		err := beat.Until(ctx, beat.Every, w.in)
		select {
		case <-w.in:
			return nil
		default:
		}
		if err == nil {
			continue
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if i := slices.Index(g.waiting, w); i >= 0 {
			g.waiting = slices.Delete(g.waiting, i, i+1)
			return err
		}
		return nil // in the same moment
	}
}

// leave makes room for the next.
func (g *gate) leave(show string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.free++
	if g.inside[show]--; g.inside[show] == 0 {
		delete(g.inside, show)
	}
	g.admit()
}

// admit lets in whoever there is room for.
func (g *gate) admit() {
	for g.free > 0 && len(g.waiting) > 0 {
		first := 0
		for i, w := range g.waiting {
			if f := g.waiting[first]; w.urgency < f.urgency || w.urgency == f.urgency && g.inside[w.show] < g.inside[f.show] {
				first = i
			}
		}
		w := g.waiting[first]
		g.waiting = slices.Delete(g.waiting, first, first+1)
		g.free--
		g.inside[w.show]++
		close(w.in)
	}
}
