package plan

import (
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// Currency is the season's one currency, in which a run counts.
func Currency(season drama.Season, providers []provider.Facts) string {
	return currencyOf(Input{Production: drama.Production{Season: season}, Providers: providers})
}

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

// price is what a take with so many references costs, in the season's currency, rounded up to the
// micro-unit.
func (b *builder) price(m provider.Model, r Route, references int) (drama.Money, error) {
	p, err := priceOf(m, r, references)
	if err != nil {
		return drama.Money{}, err
	}
	return b.in.Exchange.Convert(p, b.currency)
}

// priceOf is the price in the model's currency: of a draft, its part of it.
func priceOf(m provider.Model, r Route, references int) (drama.Money, error) {
	p, err := m.Price(provider.Bought{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio, MS: r.MakeMS, Pictures: r.Mode.Sent(references)})
	if err != nil || r.Draft == nil || m.Draft == nil || m.Draft.PricePPM == 0 {
		return p, err
	}
	return provider.PartOf(p, m.Draft.PricePPM)
}

// total sums the shots and holds the sums against the budget.
func (b *builder) total() error {
	low, high := drama.Money{Currency: b.currency}, drama.Money{Currency: b.currency}
	look, err := b.in.Exchange.Convert(b.in.Look, b.currency)
	if err != nil {
		b.problem(drama.Position{}, "", fmt.Sprintf("the judge: %v", err))
	}
	paid := map[string]bool{}
	for i := range b.plan.Shots {
		due := b.samples(&b.plan.Shots[i], paid)
		if low.Micros, high.Micros = low.Micros+due, high.Micros+due; due > 0 {
			b.plan.Samples = drama.Money{Micros: b.plan.Samples.Micros + due, Currency: b.currency}
		}
		b.lines(&b.plan.Shots[i])
		b.hear(&b.plan.Shots[i])
		least, most := b.cover(&b.plan.Shots[i])
		low.Micros, high.Micros = low.Micros+least, high.Micros+most
		s := b.plan.Shots[i]
		low.Micros, high.Micros = low.Micros+s.Lines.Micros, high.Micros+s.Lines.Micros
		if s.Lips != nil {
			low.Micros, high.Micros = low.Micros+s.Lips.PriceLow.Micros, high.Micros+s.Lips.PriceHigh.Micros
		}
		if low, err = low.Add(s.PriceLow); err != nil {
			return err
		}
		if high, err = high.Add(s.PriceHigh); err != nil {
			return err
		}
		// Whoever sells nothing is not looked at for money.
		if n := int64(s.BestOf - 1); n > 0 && s.Routes[0].Price.Micros > 0 {
			// More than one take of a shot is bought from what is left.
			b.spare += n * (s.Routes[0].Price.Micros + 3*look.Micros + s.Hear.Micros)
		}
		if s.Action == Make && len(s.Routes) > 0 && s.Routes[0].Price.Micros > 0 {
			low.Micros += look.Micros * int64(max(s.BestOf, 1)+2*max(s.BestOf-1, 0))
		}
		if s.Action == Make && len(s.Routes) > 0 && s.Speaks(s.Routes[0]) {
			low.Micros += s.Hear.Micros * int64(max(s.BestOf, 1))
		}
		own := s.PriceHigh.Micros
		if s.Compare != nil && s.Compare.PriceHigh.Micros > 0 {
			own -= s.Compare.PriceHigh.Micros
			aside := look.Micros + s.Hear.Micros
			low.Micros += aside
			high.Micros += aside
			b.spare += s.Compare.PriceLow.Micros + aside
		}
		if s.Action == Make {
			high.Micros += s.Hear.Micros * int64(max(s.MaxTakes, 1))
		}
		if s.Action == Make && own > 0 {
			high.Micros += look.Micros * int64(max(s.MaxTakes, 1)+2*max(s.BestOf-1, 0))
		}
	}
	b.tellUnheard()
	b.plan.TotalLow, b.plan.TotalHigh = low, high
	for _, c := range b.caps() {
		b.hold(c)
	}
	if len(b.plan.Caps) == 0 && high.Micros > 0 {
		b.warn(drama.Position{}, "", fmt.Sprintf("there is no budget: this may cost up to %s and nothing stops it; add budget to the season", high))
	}
	return nil
}

// lines prices the lines of a shot that voices have yet to speak.
func (b *builder) lines(s *Shot) {
	if s.Action == Skip {
		return
	}
	for _, price := range b.in.Lines[s.Slate] {
		in, err := b.in.Exchange.Convert(price, b.currency)
		if err != nil {
			b.problem(s.Position, s.Slate, fmt.Sprintf("the voices of shot %s: %v", s.Slate, err))
			return
		}
		s.Lines = drama.Money{Micros: s.Lines.Micros + in.Micros, Currency: b.currency}
	}
}

// caps are this run's, and those of episode and season as they stand: where the
// caller does not know, as the script says, with nothing spent.
func (b *builder) caps() []drama.CapState {
	var all []drama.CapState
	add := func(name drama.CapName, limit *drama.Money) {
		if limit != nil {
			all = append(all, drama.CapState{Name: name, Limit: *limit})
		}
	}
	add(drama.CapRun, b.in.MaxCost)
	if b.in.Caps != nil {
		return append(all, b.in.Caps...)
	}
	if budget := b.season.Budget; budget != nil {
		add(drama.CapEpisode, budget.Episode)
		add(drama.CapSeason, budget.Season)
	}
	return all
}

// hold compares a cap with the sums.
func (b *builder) hold(c drama.CapState) {
	for _, m := range []*drama.Money{&c.Limit, &c.Spent, &c.Reserved} {
		if m.Currency == "" {
			m.Currency = b.currency // typed without one
		}
		in, err := b.in.Exchange.Convert(*m, b.currency)
		if err != nil {
			b.problem(drama.Position{}, "", fmt.Sprintf("%s: %v", c.Name.Words(), err))
			return
		}
		*m = in
	}
	b.plan.Caps = append(b.plan.Caps, c)
	over := "pauses"
	if b.season.Budget != nil && b.season.Budget.OnExceed == "stop" {
		over = "stops"
	}
	// Comparisons are bought from what is left: no cap is in their way.
	low, high, left := b.plan.TotalLow, b.plan.TotalHigh, c.Left()
	low.Micros -= b.spare
	switch {
	case low.Micros == 0 && high.Micros == 0:
	case c.Limit.Less(low):
		b.problem(drama.Position{}, "", fmt.Sprintf("%s is %s, but the cheapest this can be is %s; raise it or route to cheaper providers", c.Name.Words(), c.Limit, low))
	case left.Less(low):
		b.warn(drama.Position{}, "", fmt.Sprintf("%s is %s, of which %s is left, but the cheapest this can be is %s: the run %s when it is spent; raise it or route to cheaper providers", c.Name.Words(), c.Limit, left, low, over))
	case left.Less(high):
		b.warn(drama.Position{}, "", fmt.Sprintf("%s is %s, of which %s is left; with every retake at the dearest provider this would be %s, so the run may end over it: then it %s", c.Name.Words(), c.Limit, left, high, over))
	}
}
