package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// Drafted is what there is to know of a route by which takes are made as drafts.
type Drafted struct {
	// Days is how long a final can be bought, and Final what it costs, in the season's
	// currency; 0: no end is known.
	Days  int         `json:"days,omitempty"`
	Final drama.Money `json:"final"`
}

// Drafts are the sums of a plan with drafts and without, in the season's currency.
type Drafts struct {
	On    bool `json:"on"`    // the season asks for drafts
	Shots int  `json:"shots"` // that are, or would be, drafts
	// Low to High is what the plan costs where takes are made as drafts, Finals what the
	// finals of all drafts cost then, those that are circled already with them.
	Low    drama.Money `json:"low"`
	High   drama.Money `json:"high"`
	Finals drama.Money `json:"finals"`
	// WholeLow to WholeHigh is what it costs without drafts.
	WholeLow  drama.Money `json:"whole_low"`
	WholeHigh drama.Money `json:"whole_high"`
}

// way is how takes are made.
type way int

const (
	asSeason way = iota // as the season says
	otherwise
	whole // no drafts
)

// priced is what a shot costs the other way.
type priced struct {
	low, high drama.Money
	final     drama.Money
	draft     bool
	routes    []Route
}

// asDraft says whether takes of the shot by the model are made as drafts.
func (b *builder) asDraft(slate string, m provider.Model) bool {
	if m.Draft == nil || b.way == whole || b.in.Retake != nil && b.in.Retake.Whole && b.retaken[slate] {
		return false
	}
	return b.season.Takes.Draft != (b.way == otherwise)
}

// format is what a take is to fill: of a draft by a model without a list of sizes, the
// season's format made smaller.
func (b *builder) format(m provider.Model, r Route) drama.Format {
	f := b.season.Format
	if r.Draft == nil || len(m.Rasters) > 0 {
		return f
	}
	if side := f.Raster.ShortSide(); m.Draft.ShortSide > 0 && side > m.Draft.ShortSide {
		even := func(n int) int { return max(n*m.Draft.ShortSide/side/2*2, 2) }
		f.Raster = media.Raster{Width: even(f.Raster.Width), Height: even(f.Raster.Height)}
	}
	return f
}

// priceFinal says what the final of a draft by the route costs, or why there is none.
func (b *builder) priceFinal(m provider.Model, r *Route) string {
	final, why := b.finalOf(m, *r)
	if why != "" {
		return why
	}
	r.Draft.Final = final.Price
	return ""
}

// finalOf is the route by which the final of a draft that was made by r is bought.
func (b *builder) finalOf(m provider.Model, r Route) (Route, string) {
	f := m.Finishing()
	made := r.Raster
	r.Draft, r.Text, r.Remedies, r.Seed, r.Still = nil, nil, nil, false, false
	if len(m.Draft.Finals) > 0 {
		i := slices.IndexFunc(f.Rasters, func(x media.Raster) bool { return sameShape(x, made) })
		if i < 0 {
			return r, fmt.Sprintf("makes no final of the shape %s", made)
		}
		r.Raster = f.Rasters[i]
	} else {
		var why string
		if r.Raster, why = raster(b.season.Format, f.For(provider.Asked{Mode: r.Mode, Audio: r.Audio})); why != "" {
			return r, why
		}
	}
	price, err := b.price(f, r, 0)
	if err != nil {
		return r, "has no usable price of a final: " + err.Error()
	}
	r.Price = price
	return r, ""
}

// otherWay notes what the shot costs with drafts, or without, as the season does not
// ask for it; nothing where nobody can make it so.
func (b *builder) otherWay(p *Shot, s drama.Shot) {
	sells := func(name string) bool {
		f, ok := b.facts(name)
		return ok && f.Model.Draft != nil && f.Model.Currency() != ""
	}
	if !slices.ContainsFunc(b.uses(s), sells) || b.in.Retake != nil && b.in.Retake.Whole {
		return
	}
	other := *p
	other.Routes, other.Rejected = nil, nil
	b.way = otherwise
	defer func() { b.way = asSeason }()
	if b.makers(&other, s) != nil || len(other.Routes) == 0 {
		return
	}
	o := priced{low: other.PriceLow, high: other.PriceHigh, routes: other.Routes}
	if d := other.Routes[0].Draft; d != nil {
		o.draft, o.final = true, d.Final
	}
	own := p.Routes[0].Draft
	if !o.draft && own == nil {
		return // whoever makes it makes no drafts
	}
	b.others[p.Slate] = o
}

// drafts sums the plan up with drafts and without.
func (b *builder) drafts() error {
	if b.in.Retake != nil && b.in.Retake.Final {
		return nil
	}
	d := Drafts{On: b.season.Takes.Draft, Low: b.plan.TotalLow, High: b.plan.TotalHigh, Finals: drama.Money{Currency: b.currency}}
	d.WholeLow, d.WholeHigh = d.Low, d.High
	low, high := &d.WholeLow, &d.WholeHigh
	if !d.On {
		low, high = &d.Low, &d.High
	}
	var circled []string
	var first time.Time
	finals, clips := drama.Money{Currency: b.currency}, map[string]bool{}
	for _, p := range b.plan.Shots {
		if p.Action == Reuse && p.Draft != nil && !p.Draft.Expired(b.in.Now) {
			if r, why := b.finalRoute(p, b.used(p)); why == "" {
				d.Shots++
				if clip := sameClip(b.used(p)); clip == "" || !clips[clip] {
					clips[clip] = true
					finals.Micros += r.Price.Micros
				}
				circled = append(circled, p.Slate)
				if u := p.Draft.Until; first.IsZero() || !u.IsZero() && u.Before(first) {
					first = u
				}
			}
		}
		o, other := b.others[p.Slate]
		if p.Action != Make || len(p.Routes) == 0 {
			continue
		}
		if own := p.Routes[0].Draft; own != nil {
			d.Shots++
			d.Finals.Micros += own.Final.Micros
		} else if other && o.draft {
			d.Shots++
			d.Finals.Micros += o.final.Micros
		}
		if other {
			mine := p.own()
			low.Micros += o.low.Micros - mine[0].Micros
			high.Micros += o.high.Micros - mine[1].Micros
		}
	}
	drafted := b.together[asSeason]
	if !d.On {
		drafted = b.together[otherwise]
	}
	if b.season.Takes.Pack {
		low.Micros -= b.together[otherwise].saved
		d.Finals.Micros -= drafted.finals
	}
	d.Finals.Micros += finals.Micros
	b.tellDrafts(circled, finals, first)
	if d.On {
		b.holdFinals(d)
	}
	if d.Shots > 0 && (d.Finals.Micros > 0 || d.High.Micros > 0) { // what is free needs no sums
		b.plan.Drafts = &d
	}
	return nil
}

// holdFinals says where a cap has room for the drafts, and not for their finals too.
func (b *builder) holdFinals(d Drafts) {
	for _, c := range b.plan.Caps {
		all, left := d.Low, c.Left()
		if d.Finals.Micros == 0 || left.Less(all) {
			continue // the drafts themselves do not fit, which is said
		}
		if all.Micros += d.Finals.Micros; left.Less(all) {
			b.warn(drama.Position{}, "", fmt.Sprintf("%s leaves %s: with the finals of all drafts this is %s at least; raise it before dailies final %s, or buy some of them", c.Name.Words(), left, all, b.plan.Episode))
		}
	}
}

// own are the lowest and the highest price of the shot's own takes.
func (p Shot) own() [2]drama.Money {
	low, high := p.PriceLow, p.PriceHigh
	if p.Still != nil {
		low.Micros -= p.Still.PriceLow.Micros
		high.Micros -= p.Still.PriceHigh.Micros
	}
	if p.Compare != nil {
		low.Micros -= p.Compare.PriceLow.Micros
		high.Micros -= p.Compare.PriceHigh.Micros
	}
	return [2]drama.Money{low, high}
}

// tellDrafts says of the drafts that the cut would show until when their finals can be
// bought, and of those that have expired what there is to choose.
func (b *builder) tellDrafts(circled []string, finals drama.Money, first time.Time) {
	var expired []string
	var at drama.Position // of the first shot with a draft
	for _, p := range b.plan.Shots {
		if p.Action != Reuse || p.Draft == nil {
			continue
		}
		at = cmp.Or(at, p.Position)
		if p.Draft.Expired(b.in.Now) {
			expired = append(expired, p.Slate)
		}
	}
	if len(circled) > 0 {
		until := ""
		if !first.IsZero() {
			until = fmt.Sprintf(" until %s (%s)", first.UTC().Format(utcMinute), drama.Draft{Until: first}.Left(b.in.Now))
		}
		b.warn(at, "", fmt.Sprintf("drafts are used for %s: dailies final %s buys their finals for %s%s", some(circled), b.plan.Episode, finals, until))
	}
	if len(expired) > 0 {
		b.warn(at, "", fmt.Sprintf("drafts of which no final can be bought any more, for they have expired, are used for %s: they stay, or dailies final %s %s --anew buys new takes from the prompts", some(expired), b.plan.Episode, strings.Join(expired[:min(len(expired), 5)], " ")))
	}
	if !b.season.Takes.Draft {
		return
	}
	said := map[string]bool{}
	for _, p := range b.plan.Shots {
		if p.Action != Make || len(p.Routes) == 0 || p.Routes[0].Draft != nil || said[p.Provider] || p.Final != nil {
			continue
		}
		said[p.Provider] = true
		if r := b.in.Retake; r == nil || !r.Whole || !b.retaken[p.Slate] {
			b.warn(p.Position, p.Slate, fmt.Sprintf("takes.draft asks for drafts, and %s (%s) sells none: its takes are made whole", p.Provider, p.Model))
		}
	}
}

const utcMinute = "2006-01-02 15:04 UTC"

// used is the take that is used again, as far as it was read.
func (b *builder) used(p Shot) drama.Take {
	if t, ok := b.in.Chosen[p.Digest]; ok && p.Reuse != nil && t.ID == *p.Reuse {
		return t
	}
	for _, e := range b.in.Earlier[p.Slate] {
		if p.Reuse != nil && e.Take.ID == *p.Reuse {
			return e.Take
		}
	}
	return drama.Take{}
}
