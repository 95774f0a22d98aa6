package plan

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/prompt/dialect"
	"github.com/dailies/dailies/internal/provider"
)

// still is what a shot's still should show, whoever makes it.
type still struct {
	brief  drama.Brief
	text   prompt.Prompt
	digest string
	told   string
}

// wantsStill says whether the script asks for a still of the shot.
func (b *builder) wantsStill(s drama.Shot) bool {
	return b.season.Stills != nil && !s.NoStill && s.From == nil && s.Footage == nil
}

// sketch is the still that the script asks for; nil for none.
func (b *builder) sketch(s drama.Shot, brief drama.Brief) (*still, error) {
	if !b.wantsStill(s) {
		return nil, nil
	}
	d := still{brief: prompt.Still(brief)}
	var err error
	if d.text, err = b.renderer.Render(d.brief); err != nil {
		return nil, err
	}
	d.digest, d.told = stillDigest(d.brief, d.text), toldDigest(d.brief, d.text)
	return &d, nil
}

// drawn is the still that is there for a shot: of its digest, or one whose maker
// would be asked for the same again.
func (b *builder) drawn(s still) (drama.Still, bool) {
	if made, ok := b.in.Stills[s.digest]; ok {
		return made, true
	}
	made, ok := b.in.Stills[s.told]
	return made, ok && b.sameStill(s, made)
}

// sameStill says whether the maker of a still, asked for one as it is now, would be
// asked for what that one is.
func (b *builder) sameStill(s still, made drama.Still) bool {
	return b.sameWords(made.Asked, s.brief, s.text) && b.samePictures(made.Asked.Brief, s.brief) &&
		b.sameSize(s.brief.Raster, made.Asked, made.Provider, made.Model)
}

// digestedStill is the exact content of a still's digest, under the rules of
// digested: who makes it, and all that only moves or sounds, are no part of it.
type digestedStill struct {
	Still    int      `json:"still"` // 1
	Prompt   string   `json:"prompt"`
	Negative string   `json:"negative,omitempty"`
	Raster   string   `json:"raster"`
	Refs     []string `json:"refs,omitempty"` // SHA-256
}

func stillDigest(b drama.Brief, text prompt.Prompt) string {
	d := digestedStill{Still: 1, Prompt: text.Text, Negative: text.Negative, Raster: b.Raster.String()}
	d.Refs = pictures(b)
	return hash(d)
}

// toldDigest is the digest of what every maker of a still is told. What only some
// are, and the size, which some choose themselves, is looked at by sameStill.
func toldDigest(b drama.Brief, text prompt.Prompt) string {
	return hash(struct {
		Told   int      `json:"told"` // 1
		Prompt string   `json:"prompt"`
		Refs   []string `json:"refs,omitempty"` // SHA-256
	}{1, text.Text, pictures(b)})
}

// planStill plans the shot's still, as yet without knowing who makes it.
func (b *builder) planStill(p *Shot, s drama.Shot) error {
	r, err := b.render(s)
	if err != nil || r.still == nil {
		return err
	}
	slate := drama.StillSlate(p.Slate)
	if _, taken := b.shots[slate]; taken || !drama.ValidSlate(slate) {
		b.problem(p.Position, p.Slate, fmt.Sprintf("the still of shot %s would be kept as %s, which is another shot's slate or too long; rename a shot, or write still: false", p.Slate, slate))
		return nil
	}
	none := drama.Money{Currency: b.currency}
	p.Still = &Still{Approve: b.season.Stills.Approve, Told: r.still.told, Shot: Shot{
		Slate: slate, Scene: p.Scene, Action: Make, Reason: "no still yet", Digest: r.still.digest, Brief: r.still.brief, Prompt: r.still.text,
		References: p.References, PriceLow: none, PriceHigh: none, NextTake: b.in.TakeCounts[slate] + 1, MaxTakes: p.MaxTakes, Position: p.Position,
		Staging: dialect.Staging{Dressed: p.Staging.Dressed}, OwnSoftened: p.OwnSoftened,
	}}
	if s.Sheet != nil && s.Note != "" { // what is asked for beside the sheet is no part of which sheet it is
		p.Still.Note, p.Still.Prompt.Text = s.Note, forThisTake(p.Still.Prompt.Text, s.Note)
	}
	if made, ok := b.drawn(*r.still); ok && s.Sheet == nil {
		p.Still.Action, p.Still.Reuse, p.Still.Made = Reuse, &made.Take, &made
		p.Still.Reason = fmt.Sprintf("still %s is the same", made.Take)
		if made.Digest != r.still.digest {
			p.Still.Reason = fmt.Sprintf("%s would be asked for still %s the same again", made.Provider, made.Take)
		}
	}
	return nil
}

// routeStill finds who may make the still, and adds its price to the shot's. One
// that is there already costs nothing.
func (b *builder) routeStill(p *Shot) error {
	if p.Still == nil {
		return nil
	}
	st := &p.Still.Shot
	// Also for one that is there: a person may ask for another.
	begins := len(st.References)
	if s := b.shots[p.Slate].Sheet; s != nil && slices.Contains(edited, s.As) {
		begins = max(begins, 1) // it is made when the picture that it is made from is approved
	}
	open := b.unparked(b.season.Stills.Use, func(f provider.Facts) string { _, why := b.draw(*st, f, begins); return why })
	for _, name := range b.season.Stills.Use {
		facts, ok := b.facts(name)
		if !ok {
			continue // checkNames has said so
		}
		r, why := b.draw(*st, facts, begins)
		if why == "" && (open || st.Action == Reuse) {
			why = parked(facts)
		}
		if why != "" {
			st.Rejected = append(st.Rejected, Rejection{Instance: name, Why: why})
			continue
		}
		st.Routes = append(st.Routes, r)
		if len(r.Remedies) > 0 && st.Softened == "" {
			var err error
			if st.Softened, err = b.renderer.Soften(st.Brief); err != nil {
				return fmt.Errorf("still of shot %s: %w", p.Slate, err)
			}
		}
	}
	if len(st.Routes) > 0 {
		st.Provider, st.Model = st.Routes[0].Instance, st.Routes[0].Model
	}
	if st.Action == Reuse {
		return nil
	}
	if len(st.Routes) == 0 {
		b.problem(p.Position, p.Slate, fmt.Sprintf("nobody can make the still of shot %s: %s; change stills, or write still: false in the shot",
			p.Slate, rejected(st.Rejected, "nobody in stills is configured")))
		return nil
	}
	p.also(phrase.Say("plan.still-first", st.Provider))
	st.PriceLow = st.Routes[0].Price
	for _, r := range st.Routes {
		st.PriceHigh.Micros = max(st.PriceHigh.Micros, r.Price.Micros*int64(st.MaxTakes))
	}
	var err error
	if p.PriceLow, err = p.PriceLow.Add(st.PriceLow); err != nil {
		return fmt.Errorf("price the still of shot %s: %w", p.Slate, err)
	}
	if p.PriceHigh, err = p.PriceHigh.Add(st.PriceHigh); err != nil {
		return fmt.Errorf("price the still of shot %s: %w", p.Slate, err)
	}
	return nil
}

// edited are the roles of sheets that are made by editing another.
var edited = []drama.Role{drama.RoleBody, drama.RoleBack, drama.RoleExpression, drama.RoleReverse}

// draw says how an instance would make a still that begins with so many pictures, or why
// it cannot.
func (b *builder) draw(p Shot, f provider.Facts, begins int) (Route, string) {
	m := f.Model
	r := Route{Route: attempts.Route{Instance: f.Instance, Model: m.ID}, Type: f.Type, Mode: provider.ModeImage, Seed: m.Seed, Negative: m.Negative, ReadsFPS: m.ReadsFPS, ReadsBrief: m.ReadsBrief}
	if why := b.absent(f); why != "" {
		return r, why
	}
	if !slices.Contains(m.Modes, provider.ModeImage) {
		return r, "makes takes, not pictures"
	}
	if begins < m.MinReferences {
		return r, "edits pictures, and this one has none to begin with"
	}
	if len(p.References) > 0 {
		r.Citation = citation(p.Brief, p.References, m.Cite)
	}
	var why string
	if r.Raster, why = raster(b.season.Format, m); why != "" {
		return r, why
	}
	if why = b.wording(p, m, &r); why != "" {
		return r, why
	}
	if why = b.show(p, m, &r); why != "" {
		return r, why
	}
	return r, b.afford(p, m, &r)
}
