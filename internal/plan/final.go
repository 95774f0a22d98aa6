package plan

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/provider"
)

// Final is a draft of which the final is bought.
type Final struct {
	Of    drama.TakeID `json:"of"`
	Draft drama.Draft  `json:"draft"`
	// Asked is what the draft was asked for, and so the final; nil: it was not noted.
	Asked *drama.Asked `json:"asked,omitempty"`
	// Chosen says that the draft is NG and a person chose it nevertheless: of its final
	// the same is no news.
	Chosen bool `json:"chosen,omitempty"`

	take drama.Take
}

// wish is what a retake is called.
func wish(r drama.Retake) string {
	if r.Final {
		return "final"
	}
	return "retake"
}

// usesDraft notes that the take that is used again is a draft.
func (b *builder) usesDraft(p *Shot, t drama.Take) {
	if t.Draft == nil {
		return
	}
	p.Draft = t.Draft
	switch {
	case t.Draft.Expired(b.in.Now):
		p.also(phrase.Say("plan.draft-over"))
	case !t.Draft.Until.IsZero():
		p.also(phrase.Say("plan.draft-until", t.Draft.Until.UTC().Format(utcMinute)))
	default:
		p.also(phrase.Say("plan.draft"))
	}
}

// finish plans the final of the shot's circled draft, or says why there is none.
func (b *builder) finish(p *Shot, s drama.Shot, circle drama.Circle, circled bool) {
	t, known := b.in.Chosen[p.Digest]
	switch {
	case s.Footage != nil && !circled:
		p.Action = Footage
		p.because(phrase.Say("plan.footage"))
		return
	case !circled:
		p.Action = Skip
		p.because(phrase.Say("plan.no-circle"))
		b.problem(s.Position, s.Slate, fmt.Sprintf("shot %s has no circled draft as it is now: render it, or choose one with dailies circle %s %s TAKE", s.Slate, b.plan.Episode, s.Slate))
		return
	}
	id := circle.Take
	p.Action, p.Reuse = Reuse, &id
	p.because(phrase.Say("plan.no-draft", fmt.Sprint(id.Number)))
	if !known || t.ID != id || t.Draft == nil {
		return
	}
	p.Draft = t.Draft
	if t.Draft.Expired(b.in.Now) {
		p.because(phrase.Say("plan.draft-gone", fmt.Sprint(id.Number)))
		b.problem(s.Position, s.Slate, fmt.Sprintf("the draft of shot %s, take %d, expired at %s: no final can be bought of it. Choose: keep the draft as it is, or dailies final %s %s --anew, which buys a new take from the prompt",
			s.Slate, id.Number, t.Draft.Until.UTC().Format(utcMinute), b.plan.Episode, s.Slate))
		return
	}
	p.Action, p.Reuse, p.Draft, p.From, p.To, p.Note = Make, nil, nil, nil, nil, t.Note
	p.because(phrase.Say("plan.final", fmt.Sprint(id.Number)))
	p.MaxTakes = 1 // the same take again would be the same again
	p.Final = &Final{Of: id, Draft: *t.Draft, Asked: t.Asked, Chosen: !t.Verdict.Pass, take: t}
}

// routeFinal finds out whether and at what price the draft's maker delivers its final.
func (b *builder) routeFinal(p *Shot) error {
	r, why := b.finalRoute(*p, p.Final.take)
	if why != "" {
		p.Rejected = append(p.Rejected, Rejection{Instance: p.Final.take.Provider, Why: why})
		b.problem(p.Position, p.Slate, fmt.Sprintf("the final of take %d of shot %s cannot be bought: %s %s; keep the draft, or dailies final %s %s --anew buys a new take from the prompt",
			p.Final.Of.Number, p.Slate, p.Final.take.Provider, why, b.plan.Episode, p.Slate))
		return nil
	}
	p.Routes, p.Provider, p.Model = []Route{r}, r.Instance, r.Model
	p.PriceLow, p.PriceHigh = r.Price, r.Price
	return nil
}

// finalRoute is the route by which the final of a draft is bought, or why it cannot be.
func (b *builder) finalRoute(p Shot, t drama.Take) (Route, string) {
	f, ok := b.facts(t.Provider)
	m := f.Model
	r := Route{Route: attempts.Route{Instance: f.Instance, Model: m.ID}, Type: f.Type, ReadsFPS: m.ReadsFPS, ReadsBrief: m.ReadsBrief, Negative: m.Negative}
	switch {
	case !ok:
		return r, "is not in the config any more"
	case m.ID != t.Model:
		return r, fmt.Sprintf("made the draft with %s, and has %s now: only the same model knows it", t.Model, m.ID)
	case m.Draft == nil:
		return r, "sells no finals"
	case t.Draft == nil || t.Draft.ID == "":
		return r, "told no id of the draft"
	}
	if why := b.absent(f); why != "" {
		return r, why
	}
	if a := t.Asked; a != nil {
		r.Mode, r.MakeMS, r.Raster = provider.Mode(a.Mode), a.MakeMS, a.Raster
		r.Audio = a.Audio && !slices.Contains(t.Remedies, string(attempts.RemedySilent))
	} else {
		// A take that nobody judged does not note it: it was asked for as it would be now.
		b.way = asSeason
		if !b.season.Takes.Draft {
			b.way = otherwise
		}
		now, why := b.fit(p, b.shots[p.Slate], f)
		b.way = asSeason
		if why != "" {
			return r, why
		}
		r.Mode, r.MakeMS, r.Raster, r.Audio = now.Mode, now.MakeMS, now.Raster, now.Audio
	}
	if t.Pack != nil { // its vendor knows the clip whole
		r.MakeMS = t.Pack.Whole()
	}
	return b.finalOf(m, r)
}
