package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
)

// Compare is a bake-off of a shot: another model's take is bought beside the circled
// one, for the two to be voted on blind.
type Compare struct {
	Pair string     `json:"pair"` // arena.BakeoffID
	Kind arena.Kind `json:"kind"`
	// Origin is why it is made; empty: it was drawn.
	Origin arena.Origin `json:"origin,omitempty"`
	// Routes are those that may make the other take, in the order drawn for the shot:
	// the first whose model did not make the circled take does.
	Routes   []Route     `json:"routes"`
	Rejected []Rejection `json:"rejected,omitempty"`
	// PriceLow and PriceHigh are the cheapest and the dearest of them, in the season's
	// currency.
	PriceLow  drama.Money `json:"price_low"`
	PriceHigh drama.Money `json:"price_high"`
}

// drawnOf is how finely a share is drawn: in parts of a million.
const drawnOf = 1_000_000

// drawn says whether a shot is of the share that is compared, and with whom first. It
// is chance, and the same chance every time: a plan that is made again draws the same
// shots, and nobody can draw until he likes what comes.
func drawn(show, slate, digest string, share int) (ok bool, turn uint64) {
	sum := sha256.Sum256(fmt.Appendf(nil, "compare/%s/%s/%s", show, slate, digest))
	return binary.BigEndian.Uint64(sum[:])%drawnOf < uint64(max(share, 0)), binary.BigEndian.Uint64(sum[8:])
}

// compare plans the shot's bake-off, if it is drawn for one. A shot that is used again
// is compared too, where nothing has to be made for it first; each digest is
// compared once, whatever came of it.
func (b *builder) compare(p *Shot, s drama.Shot) error {
	c := b.season.Compare
	if c == nil || b.in.Retake != nil || s.Footage != nil || b.only != nil && !b.only[p.Slate] {
		return nil
	}
	switch p.Action {
	case Make:
	case Reuse:
		chosen, known := b.in.Chosen[p.Digest]
		if p.Circled != nil || known && (!chosen.Verdict.Pass || chosen.Digest != p.Digest) || s.From != nil || b.wantsStill(s) {
			return nil
		}
	case Footage, Skip:
		return nil
	}
	if p.Draft != nil || slices.ContainsFunc(p.Routes, func(r Route) bool { return r.Draft != nil }) {
		return nil // a draft beside a whole take is no fair pair
	}
	b.way = whole
	defer func() { b.way = asSeason }()
	id := arena.BakeoffID(b.season.Show, p.Digest)
	ok, turn := drawn(b.season.Show, p.Slate, p.Digest, c.Share)
	if !ok || b.in.Compared[id] || b.pairs[id] {
		return nil
	}
	out := Compare{Pair: id, Kind: arena.KindOf(s), PriceLow: drama.Money{Currency: b.currency}, PriceHigh: drama.Money{Currency: b.currency}}
	alone := p.Action == Make && len(p.Routes) == 1
	with := slices.Clone(c.With)
	for n := uint64(len(with)); n > 1; n-- { // shuffled by the draw
		i := turn % n
		turn /= n
		with[n-1], with[i] = with[i], with[n-1]
	}
	for _, name := range with {
		facts, ok := b.facts(name)
		if !ok {
			continue // checkNames has said so
		}
		r, why := b.fit(*p, s, facts)
		if why == "" && facts.Parked != "" {
			why = parked(facts) // it is not worth a wait
		}
		if why == "" && alone && r.Model == p.Routes[0].Model {
			why = "is the model that makes the shot"
		}
		if why != "" {
			out.Rejected = append(out.Rejected, Rejection{Instance: name, Why: why})
			continue
		}
		out.Routes = append(out.Routes, r)
		if len(out.Routes) == 1 || r.Price.Less(out.PriceLow) {
			out.PriceLow = r.Price
		}
		if out.PriceHigh.Less(r.Price) {
			out.PriceHigh = r.Price
		}
	}
	if len(out.Routes) == 0 {
		b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s is drawn to be compared, but cannot be: %s", p.Slate, rejected(out.Rejected, "compare names nobody that is configured")))
		return nil
	}
	b.pairs[id] = true
	p.Compare = &out
	p.also(phrase.Say("plan.compared", out.Routes[0].Instance))
	var err error
	if p.PriceLow, err = p.PriceLow.Add(out.PriceLow); err != nil {
		return fmt.Errorf("price the comparison of shot %s: %w", p.Slate, err)
	}
	if p.PriceHigh, err = p.PriceHigh.Add(out.PriceHigh); err != nil {
		return fmt.Errorf("price the comparison of shot %s: %w", p.Slate, err)
	}
	return nil
}

// RouteOf is the route by which an instance makes the shot, or its comparison; nil:
// the plan has none.
func (s Shot) RouteOf(instance string) *Route {
	all := s.Routes
	if s.Compare != nil {
		all = append(slices.Clip(all), s.Compare.Routes...)
	}
	i := slices.IndexFunc(all, func(r Route) bool { return r.Instance == instance })
	if i < 0 {
		return nil
	}
	r := all[i]
	return &r
}

// leaderboard orders the routes of a shot by the table that the plan goes by.
func (b *builder) leaderboard(p *Shot, s drama.Shot) {
	if b.in.Table == nil || len(p.Routes) < 2 {
		return
	}
	var all []arena.Candidate
	for _, r := range p.Routes {
		all = append(all, arena.Candidate{Instance: r.Instance, Model: r.Model})
	}
	order, why := b.in.Table.Order(arena.KindOf(s), all)
	routes := make([]Route, len(order))
	for i, at := range order {
		routes[i] = p.Routes[at]
		b.moved[p.Slate] = b.moved[p.Slate] || i != at
	}
	p.Routes, p.Ordered, b.plan.Table = routes, why, b.in.Table.Digest()
}
