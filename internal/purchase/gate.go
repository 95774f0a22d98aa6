package purchase

import (
	"context"
	"slices"
	"sync"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/ledger"
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
	place   place         // that it was let in with
}

// place is a slot that whoever leaves hands to whoever comes in, still in the name of the
// job that had it; the zero place is none.
type place struct {
	slot ledger.Slot
	of   ledger.ID
	ran  bool // the vendor had the job
}

func newGate(n int) *gate { return &gate{free: n, inside: make(map[string]int)} }

// enter waits to be let in, beating, and tells what place it was handed. It ends early
// with ctx, whose error it returns.
func (g *gate) enter(ctx context.Context, show string, urgency int) (place, error) {
	w := &waiter{urgency: urgency, show: show, in: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	g.admit(place{})
	g.mu.Unlock()
	for {
		err := beat.Until(ctx, beat.Every, w.in)
		select {
		case <-w.in:
			return w.place, nil
		default:
		}
		if err == nil {
			continue
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if i := slices.Index(g.waiting, w); i >= 0 {
			g.waiting = slices.Delete(g.waiting, i, i+1)
			return place{}, err
		}
		return w.place, nil // in the same moment
	}
}

// leave makes room for the next, who is handed the place; it is false when nobody waits.
func (g *gate) leave(show string, p place) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.free++
	if g.inside[show]--; g.inside[show] == 0 {
		delete(g.inside, show)
	}
	return g.admit(p)
}

// waits says whether somebody does.
func (g *gate) waits() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting) > 0
}

// admit lets in whoever there is room for; the first of them is handed the place.
func (g *gate) admit(p place) (handed bool) {
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
		w.place, p, handed = p, place{}, true
		close(w.in)
	}
	return handed
}
