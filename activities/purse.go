package activities

import (
	"context"
	"fmt"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
)

// purse is what a planned run knows of money, in one currency.
type purse struct {
	currency string
	caps     Caps
	season   *drama.Money // the season's cap as it is now
	spent    drama.Money  // on the episode so far
}

// money finds the caps of a run and what its episode has cost.
func (p *Planner) money(ctx context.Context, prod drama.Production, in PlanInput) (purse, error) {
	facts, err := p.Facts(ctx)
	if err != nil {
		return purse{}, fmt.Errorf("ask for the configured providers: %w", err)
	}
	m := purse{currency: plan.Currency(prod.Season, facts)}
	var record *account.Record
	if p.Account != nil {
		if record, err = p.Account.Caps(ctx, in.ID.Show, m.currency); err != nil {
			return purse{}, err
		}
	}
	var ofEpisode, ofSeason *drama.Money
	if b := prod.Season.Budget; b != nil {
		ofEpisode, ofSeason = b.Episode, b.Season
	}
	m.season = record.SeasonCap(ofSeason)
	m.caps = Caps{Run: in.MaxCost, Episode: record.EpisodeCap(in.ID.Number, ofEpisode), Season: ofSeason, Shared: m.season != nil}
	for _, c := range []**drama.Money{&m.caps.Run, &m.caps.Episode, &m.caps.Season, &m.season} {
		if *c == nil {
			continue
		}
		limit := **c
		if limit.Currency == "" {
			limit.Currency = m.currency // typed without one
		}
		// What cannot be converted is a problem of the plan, which says so.
		if in, err := p.Exchange.Convert(limit, m.currency); err == nil {
			limit = in
		}
		*c = &limit
	}
	m.spent, err = library.Spent(ctx, p.Ledger, in.ID, p.Exchange, m.currency)
	return m, err
}

// states are the caps that a plan is held against. What the season has spent is
// the account's to say, when the run asks it.
func (m purse) states() []drama.CapState {
	if m.currency == "" {
		return nil
	}
	none := drama.Money{Currency: m.currency}
	all := []drama.CapState{}
	if m.caps.Episode != nil {
		all = append(all, drama.CapState{Name: drama.CapEpisode, Limit: *m.caps.Episode, Spent: m.spent, Reserved: none})
	}
	if m.season != nil {
		all = append(all, drama.CapState{Name: drama.CapSeason, Limit: *m.season, Spent: none, Reserved: none})
	}
	return all
}

// tighter is the one cap that runs of the first release know.
func (m purse) tighter() *drama.Money {
	if m.caps.Run != nil && (m.caps.Episode == nil || m.caps.Run.Less(*m.caps.Episode)) {
		return m.caps.Run
	}
	return m.caps.Episode
}
