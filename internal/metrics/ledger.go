package metrics

import (
	"context"
	"sync"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
)

// Ledger counts what is written to a ledger: an outcome when it is written, and not when
// somebody else's stands already.
func (s *Set) Ledger(of ledger.Ledger) ledger.Ledger { return &counted{Ledger: of, set: s} }

type counted struct {
	ledger.Ledger

	set *Set
	// by is whose the jobs are that this process has begun, so that an outcome costs no
	// look at the store.
	mu sync.Mutex
	by map[ledger.ID]string
}

// mostKnown bounds what is remembered of jobs that others settle.
const mostKnown = 10000

func (c *counted) Intend(ctx context.Context, i ledger.Intent) error {
	err := c.Ledger.Intend(ctx, i)
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.by == nil || len(c.by) >= mostKnown {
			c.by = make(map[ledger.ID]string)
		}
		c.by[i.ID] = i.Provider
	}
	return err
}

func (c *counted) Hold(ctx context.Context, id ledger.ID, h ledger.Hold) error {
	err := c.Ledger.Hold(ctx, id, h)
	if err == nil {
		c.set.holds.WithLabelValues(c.provider(ctx, id, false)).Inc()
	}
	return err
}

func (c *counted) Settle(ctx context.Context, id ledger.ID, o ledger.Outcome) error {
	err := c.Ledger.Settle(ctx, id, o)
	if err != nil {
		return err
	}
	name := c.provider(ctx, id, true)
	c.set.jobs.WithLabelValues(name, stateOf(o.State)).Inc()
	if o.Price.Micros > 0 {
		c.set.spend.WithLabelValues(name, o.Price.Currency).Add(float64(o.Price.Micros) / drama.Micro)
	}
	return nil
}

// provider is whose job it is; none where even the ledger does not know.
func (c *counted) provider(ctx context.Context, id ledger.ID, done bool) string {
	c.mu.Lock()
	name, known := c.by[id]
	if done {
		delete(c.by, id)
	}
	c.mu.Unlock()
	if known {
		return name
	}
	if e, err := c.Get(ctx, id); err == nil && e.Intent.Provider != "" {
		return e.Intent.Provider
	}
	return "none"
}

// stateOf keeps to the words that the ledger knows.
func stateOf(state string) string {
	switch state {
	case "succeeded", "failed", "refused", "cancelled", "expired", "not_accepted", "dropped", "resubmitted":
		return state
	}
	return "other"
}
