package rehearsal

import (
	"context"

	"github.com/dailies/dailies/internal/provider"
)

// directed is the fake vendor as a test wants it.
type directed struct {
	provider.Provider
	good  bool
	until func(slate string) bool
}

// Submit takes the brackets out of the action where the vendor is to be good.
func (d directed) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if d.good {
		r.Brief.Action = "plain"
	}
	j, err := d.Provider.Submit(ctx, r)
	if err == nil {
		j.Extra = map[string]string{"slate": r.Take.Slate}
	}
	return j, err
}

// Poll holds a job for as long as the test says.
func (d directed) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if d.until != nil && d.until(j.Extra["slate"]) {
		return provider.Status{Job: j, State: provider.Running, Word: "running"}, nil
	}
	return d.Provider.Poll(ctx, j)
}

// found and stops add the optional parts of the contract.
type found struct {
	directed
	provider.Finder
}

type stops struct{ directed }

// Cancel stops any job.
func (stops) Cancel(context.Context, provider.Job) (bool, error) { return true, nil }

var _ provider.Canceler = stops{}

func direct(p provider.Provider, o Options, good bool) provider.Provider {
	d := directed{Provider: p, good: good, until: o.Until}
	if o.Canceler {
		return stops{d}
	}
	if f, ok := p.(provider.Finder); ok {
		return found{d, f}
	}
	return d
}
