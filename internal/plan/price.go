package plan

import (
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// defaultCurrency names the totals of an episode that has neither a budget nor a
// provider with a price.
const defaultCurrency = "CNY"

// currencyOf is the season's one currency: its budget's, else that of the first
// provider that costs money.
func currencyOf(in Input) string {
	if b := in.Production.Season.Budget; b != nil && b.Currency != "" {
		return b.Currency
	}
	for _, f := range in.Providers {
		if c := f.Model.Currency(); c != "" {
			return c
		}
	}
	return defaultCurrency
}

// price is what a take costs, in the season's currency, rounded up to the
// micro-unit.
func (b *builder) price(m provider.Model, r Route) (drama.Money, error) {
	p, err := m.Price(provider.Bought{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio, MS: r.MakeMS})
	if err != nil {
		return drama.Money{}, err
	}
	return b.in.Exchange.Convert(p, b.currency)
}

// total sums the shots and holds the sums against the budget.
func (b *builder) total() error {
	low, high := drama.Money{Currency: b.currency}, drama.Money{Currency: b.currency}
	var err error
	for _, s := range b.plan.Shots {
		if low, err = low.Add(s.PriceLow); err != nil {
			return err
		}
		if high, err = high.Add(s.PriceHigh); err != nil {
			return err
		}
	}
	b.plan.TotalLow, b.plan.TotalHigh = low, high
	b.cap(b.in.MaxCost, "this run's cap (--max-cost)")
	if budget := b.season.Budget; budget != nil {
		b.cap(budget.Episode, "the episode's budget")
		b.cap(budget.Season, "the season's budget")
	} else if high.Micros > 0 && b.in.MaxCost == nil {
		b.warn(drama.Position{}, "", fmt.Sprintf("there is no budget: this may cost up to %s and nothing stops it; add budget to the season", high))
	}
	return nil
}

func (b *builder) cap(limit *drama.Money, what string) {
	if limit == nil {
		return
	}
	have, err := b.in.Exchange.Convert(*limit, b.currency)
	switch {
	case err != nil:
		b.problem(drama.Position{}, "", fmt.Sprintf("%s: %v", what, err))
	case have.Less(b.plan.TotalLow):
		b.problem(drama.Position{}, "", fmt.Sprintf("%s is %s, but the cheapest this can be is %s; raise it or route to cheaper providers", what, have, b.plan.TotalLow))
	case have.Less(b.plan.TotalHigh):
		b.warn(drama.Position{}, "", fmt.Sprintf("%s is %s; with every retake at the dearest provider this would be %s, so the run may pause", what, have, b.plan.TotalHigh))
	}
}
