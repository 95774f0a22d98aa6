package plan

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/prompt/dialect"
	"github.com/dailies/dailies/internal/provider"
)

// Told is exactly what a vendor is told of a shot in words.
type Told struct {
	Prompt   string `json:"prompt"`
	Negative string `json:"negative,omitempty"` // empty where the model takes none
}

// Told is what the route's model is told, with the remedies that apply by then: in its
// dialect, or the neutral prompt as it stands.
func (s Shot) Told(r Route, remedies []attempts.Remedy) Told {
	softened, bare := slices.Contains(remedies, attempts.RemedySoftened), slices.Contains(remedies, attempts.RemedyNoReferences)
	opening := r.Opening
	if beside := r.Mode == provider.ModeFrameReferences; bare != beside {
		// With pictures beside a frame the dialect says which is what; without them the
		// frame is left, which has its opening.
		opening = ""
	}
	ownWords := r.Dialect == "" || softened && s.OwnSoftened
	if d, err := dialect.Find(r.Dialect); !ownWords && err == nil {
		if len(s.Members) > 0 {
			told := d.TellShots(s.telling(r, remedies), s.members())
			return Told{Prompt: opening + told.Prompt, Negative: told.Negative}
		}
		told := d.Tell(s.telling(r, remedies))
		return Told{Prompt: opening + told.Prompt, Negative: told.Negative}
	}
	text, citation := s.Prompt.Text, r.Citation
	if softened {
		text = s.Softened
	}
	if bare {
		citation = ""
	}
	t := Told{Prompt: opening + text + citation}
	if r.Negative {
		t.Negative = s.Prompt.Negative
	}
	return t
}

// Tellable errs where the route is told in a dialect that this dailies does not have: a
// newer one made the plan.
func (r Route) Tellable() error {
	if r.Dialect == "" {
		return nil
	}
	_, err := dialect.Find(r.Dialect)
	return err
}

// telling is the shot as its dialect is given it.
func (s Shot) telling(r Route, remedies []attempts.Remedy) dialect.Shot {
	t := dialect.Shot{
		Brief: s.Brief, Cite: r.Cite, Negative: s.Prompt.Negative, Field: r.Negative,
		Sound: r.Audio && !slices.Contains(remedies, attempts.RemedySilent), Staging: s.Staging, Note: s.Note,
	}
	t.Mode, t.Ends = dialectMode(r.Mode)
	if slices.Contains(remedies, attempts.RemedyNoReferences) {
		t.Mode, t.Ends = dialectMode(r.Mode.Bare())
	} else {
		t.Voices = r.voicesTold()
		for _, ref := range s.Sent(r) {
			t.Pictures = append(t.Pictures, dialect.Picture{Name: ref.Name, Kind: ref.Kind, As: ref.As})
		}
	}
	if slices.Contains(remedies, attempts.RemedySoftened) {
		t.Restrained = true
		t.Brief.Action, t.Brief.Sound = prompt.Mild(s.Brief.Action), prompt.Mild(s.Brief.Sound)
	}
	return t
}

// WithoutStill is the route when the shot's still failed and the model makes the
// take without one: from its references, or from the text alone.
func (r Route) WithoutStill() Route {
	r.Mode, r.Opening = r.Mode.Unframed(), ""
	if !r.Mode.Shown() {
		r.Voices = nil
	}
	return r
}

// wording chooses the dialect in which the route's model is told the shot, and how it
// names pictures. A show that has taken the wording into its own hands is not spoken
// for, nor is a model that reads the brief itself.
func (b *builder) wording(p Shot, m provider.Model, r *Route) string {
	if b.dialects == nil || m.Dialect == "" || m.Dialect == dialect.Plain || m.ReadsBrief {
		return ""
	}
	d, ok := b.dialects[m.Dialect]
	if !ok {
		return fmt.Sprintf("is told in the dialect %q, which this dailies does not have; use a newer one", m.Dialect)
	}
	r.Dialect, r.Cite, r.Citation = d.Name(), m.Cite, ""
	if m.CiteZH != "" && d.Frame(p.Brief) == "zh" {
		r.Cite = m.CiteZH
	}
	return ""
}

// ownWording says whether the show has templates of its own for what dialects say.
func ownWording(templates map[string]string) bool {
	for _, purpose := range []string{"shot", "scene", "character", "location", "voice"} {
		if _, own := templates[purpose]; own {
			return true
		}
	}
	return false
}

// staging is what the script says of a shot beside its brief.
func (b *builder) staging(s drama.Shot, brief drama.Brief) (g dialect.Staging) {
	for _, c := range brief.Cast {
		if c.Wardrobe != "" && c.Wardrobe != b.season.Cast[c.ID].Wardrobe[prompt.DefaultWardrobe] {
			g.Dressed = append(g.Dressed, c.ID)
		}
		if !b.season.Spoken(s) {
			continue
		}
		talks := func(l drama.Line) bool {
			return l.Who == c.ID && (l.Kind == drama.LineDialogue || l.Kind == "") && drama.Audible(l.Say)
		}
		if slices.ContainsFunc(s.Lines, talks) {
			g.Talking = append(g.Talking, c.ID)
		}
	}
	return g
}

// tellWarnings says what the dialects of those who may make the shots leave unsaid,
// once each; and what is longer than the maker's guide wants, of each shot.
func (b *builder) tellWarnings() {
	said := map[string]bool{}
	once := func(p Shot, instance, kind, message string) {
		if !said[kind+instance] {
			said[kind+instance] = true
			b.warn(p.Position, p.Slate, message)
		}
	}
	for _, whole := range b.plan.Shots {
		shots := []Shot{whole}
		if whole.Still != nil {
			shots = append(shots, whole.Still.Shot)
		}
		for _, p := range shots {
			for i, r := range p.Routes {
				b.tellVoices(p, r, i == 0, once)
				d, err := dialect.Find(r.Dialect)
				if r.Dialect == "" || err != nil {
					continue
				}
				if p.Prompt.Negative != "" && d.Drops(r.Negative) {
					once(p, r.Instance, "avoid", fmt.Sprintf("%s is not told what to avoid: %s has no field for it, and its guide says that naming it may bring it; say in look or action what is to be seen instead", r.Instance, r.Model))
				}
				if d.Foreign(p.Brief) {
					once(p, r.Instance, "language", fmt.Sprintf("%s understands English best, and the directions are in Chinese; write looks, actions and places in English for it, or expect less", r.Instance))
				}
				if i > 0 {
					continue
				}
				if out := p.leftOut(r); len(out) > 0 {
					b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s has %d reference pictures, and %s is shown %d of them: %s stay out; put the best of each first, or give the shot fewer", p.Slate, len(p.References), r.Instance, len(r.Pictures), list(out)))
				}
				if most, have, unit := d.Sweet(p.Brief, p.Told(r, nil).Prompt); most > 0 && have > most {
					b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s has a prompt of %d %s for %s, whose guide advises at most %d: what comes late weighs less; shorten looks or action", p.Slate, have, unit, r.Instance, most))
				}
			}
		}
	}
}
