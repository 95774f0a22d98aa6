package plan

import "github.com/dailies/dailies/internal/drama"

// Packing are a plan's sums with neighbours made in one call and without, in the season's
// currency: of takes that are made whole, and where somebody sells drafts, of drafts.
type Packing struct {
	On     bool    `json:"on"` // the season asks for it
	Whole  *Packed `json:"whole,omitempty"`
	Drafts *Packed `json:"drafts,omitempty"`
}

// Packed are the sums of a plan one way.
type Packed struct {
	// Shots are made together, in so many Calls.
	Shots int `json:"shots"`
	Calls int `json:"calls"`
	// Low to High is what the plan costs with packs; it costs Singly to High without.
	Low    drama.Money `json:"low"`
	Singly drama.Money `json:"singly"`
	High   drama.Money `json:"high"`
}

// packing sums the plan up with packs and without; it follows drafts.
func (b *builder) packing() {
	own, other := b.together[asSeason], b.together[otherwise]
	// Where the model could be told two shots at once it is said even if nothing is saved.
	if own.able < 2 && other.able < 2 && (!b.season.Takes.Pack || b.plan.TotalHigh.Micros == 0) {
		return
	}
	sums := func(p packed, low, high drama.Money) *Packed {
		out := &Packed{Shots: p.shots, Calls: len(p.packs), Low: low, Singly: low, High: high}
		if b.season.Takes.Pack {
			out.Singly.Micros += p.saved
		} else {
			out.Low.Micros -= p.saved
		}
		return out
	}
	k := &Packing{On: b.season.Takes.Pack}
	mine := sums(own, b.plan.TotalLow, b.plan.TotalHigh)
	d := b.plan.Drafts
	switch {
	case d == nil:
		k.Whole = mine
	case d.On:
		k.Drafts, k.Whole = mine, sums(other, d.WholeLow, d.WholeHigh)
	default:
		k.Whole, k.Drafts = mine, sums(other, d.Low, d.High)
	}
	b.plan.Packing = k
}
