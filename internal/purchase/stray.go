package purchase

import (
	"context"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ids"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
)

// Collect brings in the clip of a job that the vendor has and that no order is for any
// more: it is paid for. Where ctx ends it stops, and the job goes on. Errors as Buy's;
// Record for a job without a receipt.
func (b *Buyer) Collect(ctx context.Context, id ledger.ID) (Clip, error) {
	e, err := b.Ledger.Get(ctx, id)
	if err != nil {
		return Clip{}, err
	}
	intent := e.Intent
	j := &job{
		Buyer: b, order: Order{Take: id.Take, Instance: intent.Provider, Seed: intent.Seed, Estimate: intent.Estimate},
		spent: drama.Money{Currency: intent.Estimate.Currency},
	}
	j.log = ids.Log(ctx, b.logger()).With("take", id.Take.String(), "provider", intent.Provider)
	ok := false
	if j.provider, j.instance, ok = b.Providers(intent.Provider); !ok {
		err := fmt.Errorf("collect job %s: this worker has no provider %s; check its config", id, intent.Provider)
		return Clip{}, &Failure{Type: Record, Final: true, Err: err}
	}
	j.request = provider.Request{Key: intent.Key, Take: id.Take, Model: intent.Model}
	switch slate := id.Take.Slate; {
	case drama.IsLips(slate):
		j.request.Mode = provider.ModeLipSync
	case drama.ShotSlate(slate) != slate:
		j.request.Mode = provider.ModeImage
	}
	defer j.pass()
	defer j.flies(false)
	j.gates.at(id, true)
	defer j.gates.at(id, false)
	switch {
	case e.Outcome != nil:
		clip, _, err := j.ended(id, e)
		return clip, err
	case e.Receipt != nil:
		return j.collect(ctx, id, intent, *e.Receipt)
	}
	return Clip{}, &Failure{Type: Record, Final: true, Err: fmt.Errorf("collect job %s: nobody knows whether the vendor has it", id)}
}
