package plan

import (
	"fmt"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/provider"
)

// Try is a wish to see what another model makes of shots that have their takes: one take
// each is bought beside the circled one, which stays circled.
type Try struct {
	// Facts are who would make them, with the facts of the model that is tried; the
	// instance's own model may be another.
	Facts  provider.Facts `json:"facts"`
	Slates []string       `json:"slates"` // or scene numbers
}

// try plans nothing but the takes that are tried: no other shot is made.
func (b *builder) try(t Try) error {
	sources := make(map[string]bool)
	for _, p := range b.plan.Shots {
		if b.only[p.Slate] && p.From != nil {
			sources[p.From.Slate] = true
		}
	}
	for i := range b.plan.Shots {
		p := &b.plan.Shots[i]
		s := b.shots[p.Slate]
		none := ""
		switch {
		case !b.only[p.Slate] && !sources[p.Slate]:
			if p.Action != Reuse {
				p.Action = Skip
				p.because(phrase.Say("plan.untried"))
			}
			continue
		case p.Action == Reuse:
		case !b.only[p.Slate]:
			none = fmt.Sprintf("a shot that is tried starts from %s, which has no circled take: render it first", p.Slate)
		case s.Footage != nil:
			none = fmt.Sprintf("shot %s is footage: no model made it, and none can be tried on it", p.Slate)
		default:
			none = fmt.Sprintf("shot %s has no circled take for another to stand beside: render it first", p.Slate)
		}
		if none != "" {
			p.Action = Skip
			b.problem(p.Position, p.Slate, none)
		}
		if p.Action == Skip || !b.only[p.Slate] {
			continue
		}
		if err := b.tryShot(p, s, t); err != nil {
			return err
		}
	}
	return b.total()
}

// tryShot plans the take of one shot.
func (b *builder) tryShot(p *Shot, s drama.Shot, t Try) error {
	model := t.Facts.Model.ID
	id := arena.TryID(b.season.Show, p.Digest, model)
	if b.in.Compared[id] || b.pairs[id] {
		p.because(phrase.Say("plan.tried", model))
		return nil
	}
	if err := b.planStill(p, s); err != nil {
		return err
	}
	if p.Still != nil && p.Still.Made == nil {
		p.Still = nil // it was circled without one
	}
	r, why := b.fit(*p, s, t.Facts)
	if why == "" && t.Facts.Parked != "" {
		why = parked(t.Facts) // it is not worth a wait
	}
	if why != "" {
		b.problem(p.Position, p.Slate, fmt.Sprintf("%s of %s cannot make shot %s: it %s", model, t.Facts.Instance, p.Slate, why))
		return nil
	}
	b.pairs[id] = true
	p.Compare = &Compare{Pair: id, Kind: arena.KindOf(s), Origin: arena.Try, Routes: []Route{r}, PriceLow: r.Price, PriceHigh: r.Price}
	p.also(phrase.Say("plan.beside", model, t.Facts.Instance))
	p.PriceLow, p.PriceHigh = r.Price, r.Price
	if len(r.Remedies) > 0 {
		var err error
		if p.Softened, err = b.renderer.Soften(p.Brief); err != nil {
			return fmt.Errorf("shot %s: %w", p.Slate, err)
		}
	}
	return nil
}
