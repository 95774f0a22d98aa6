package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/purchase"
)

// Prices are of what is bought beside takes, as the config says: nobody who sells it
// tells what it costs. Without a price nothing is booked.
type Prices struct {
	Ledger   ledger.Ledger
	Exchange drama.Exchange
	Look     drama.Money                    // of the judge's look at a take
	Hear     drama.Money                    // of listening to a minute
	Speech   func(voice string) drama.Money // of a thousand characters; nil: nothing
}

// Kinds of what is bought beside takes: the tail of the slate it is booked under.
const (
	asideJudge  = "-judge"
	asidePair   = "-pairs"
	asideVoice  = "-voice"
	asideListen = "-listen"
)

// asideAttempts is what a job id has room for.
const asideAttempts = 99

// aside buys something for a shot, written ahead like a take: the intent before the
// call, the outcome after it. What may have been sold counts.
func (p Prices) aside(ctx context.Context, id drama.TakeID, seller, model string, price drama.Money, now func() time.Time, call func() error) error {
	if p.Ledger == nil || price.Micros == 0 {
		return call()
	}
	var job ledger.ID
	for attempt := 1; ; attempt++ {
		job = ledger.ID{Take: id, Attempt: attempt}
		err := p.Ledger.Intend(ctx, ledger.Intent{ID: job, Key: job.Key(), Provider: seller, Model: model, Estimate: price, At: now()})
		if err == nil {
			break
		}
		if errors.Is(err, ledger.ErrExists) && attempt == asideAttempts {
			return noOpinion{fmt.Errorf("book %s: it was bought %d times: %w", job, attempt, err)}
		}
		if !errors.Is(err, ledger.ErrExists) {
			return fmt.Errorf("book %s: %w", job, err)
		}
	}
	called := call()
	out := ledger.Outcome{State: purchase.StateSucceeded, Price: price, Estimated: true, At: now()}
	if called != nil {
		out.State, out.Reason = purchase.StateFailed, called.Error()
		switch provider.KindOf(called, provider.KindAmbiguous) {
		case provider.KindAmbiguous, provider.KindUnknown:
			// It may be on the bill.
		default:
			out.Price, out.Estimated = drama.Money{Currency: price.Currency}, false
		}
	}
	if err := p.Ledger.Settle(context.WithoutCancel(ctx), job, out); err != nil && !errors.Is(err, ledger.ErrExists) {
		return fmt.Errorf("book %s: %w", job, err)
	}
	return called
}

// booked is what was bought under an id since a moment, in the run's currency.
func (p Prices) booked(ctx context.Context, id drama.TakeID, currency string, since time.Time) (drama.Money, error) {
	total := drama.Money{Currency: currency}
	if p.Ledger == nil {
		return total, nil
	}
	for attempt := 1; attempt <= asideAttempts; attempt++ {
		e, err := p.Ledger.Get(ctx, ledger.ID{Take: id, Attempt: attempt})
		if errors.Is(err, ledger.ErrNotFound) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		if e.Intent.At.Before(since) {
			continue
		}
		price := e.Intent.Estimate
		if e.Outcome != nil {
			price = e.Outcome.Price
		}
		if price, err = p.Exchange.Convert(price, currency); err != nil {
			return total, damaged("sum what %s has cost: %w", id, err)
		}
		if total, err = total.Add(price); err != nil {
			return total, err
		}
	}
	return total, nil
}

// judgedID is the id that the looks at a take are booked under.
func judgedID(take drama.TakeID) drama.TakeID {
	take.Slate += asideJudge
	return take
}

// pairedID is the id that the looks at a take beside an earlier one are booked under.
func pairedID(take drama.TakeID) drama.TakeID {
	take.Slate += asidePair
	return take
}

// lookPrice is what a look costs; nothing where nobody looks.
func (m *Media) lookPrice() drama.Money {
	if m.Judge == nil {
		return drama.Money{}
	}
	return m.Prices.Look
}
