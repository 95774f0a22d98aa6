package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/prompt/dialect"
	"github.com/dailies/dailies/internal/provider"
)

// Sent are the reference pictures that the route's model is shown, in the order of
// their numbers; none where it starts from something else.
func (s Shot) Sent(r Route) []Reference {
	if !r.Mode.Shown() {
		return nil
	}
	if r.Pictures == nil {
		return s.References
	}
	var sent []Reference
	for _, i := range r.Pictures {
		if i >= 0 && i < len(s.References) {
			sent = append(sent, s.References[i])
		}
	}
	return sent
}

// show chooses which of the shot's pictures the route's model is shown, or says why it
// cannot be shown them. A model without a dialect is shown all or is not asked.
func (b *builder) show(p Shot, m provider.Model, r *Route) string {
	if !r.Mode.Shown() || len(p.References) == 0 {
		return ""
	}
	if !slices.Contains(m.Modes, provider.ModeReferences) {
		return "takes no reference pictures"
	}
	if r.Mode == provider.ModeFrameReferences {
		return b.showBeside(p, m, r)
	}
	return b.choosePictures(p, m, r)
}

// showBeside chooses the pictures that are shown beside a first frame. That has the
// place and its light already: a plate from elsewhere, or of another hour, would argue
// with it.
func (b *builder) showBeside(p Shot, m provider.Model, r *Route) string {
	if d := b.dialects[m.Dialect]; r.Dialect == "" || d == nil || !d.Beside() {
		return "is told of no pictures beside a first frame"
	}
	var kept []int
	seen := p
	seen.References = nil
	for i, x := range p.References {
		if x.Kind != "location" {
			kept, seen.References = append(kept, i), append(seen.References, x)
		}
	}
	if why := b.choosePictures(seen, m.For(provider.Asked{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio}), r); why != "" {
		return why
	}
	if r.Pictures == nil {
		r.Pictures = kept
		return ""
	}
	for i, x := range r.Pictures {
		r.Pictures[i] = kept[x]
	}
	return ""
}

func (b *builder) choosePictures(p Shot, m provider.Model, r *Route) string {
	most := m.MaxReferences
	if d := b.dialects[m.Dialect]; r.Dialect != "" && d != nil && d.Useful() > 0 && (most == 0 || d.Useful() < most) {
		most = d.Useful()
	}
	if most == 0 || len(p.References) <= most {
		return ""
	}
	if r.Dialect == "" {
		return fmt.Sprintf("takes %d reference pictures, this shot has %d", most, len(p.References))
	}
	roled := p.roled()
	if roled {
		r.Pictures = byRole(p, most)
	} else {
		r.Pictures = choose(p.References, p.order(), most)
	}
	for _, id := range p.speakers() {
		has := func(i int) bool {
			x := p.References[i]
			return x.Kind == "cast" && x.Name == id && (!roled || x.known())
		}
		if !slices.ContainsFunc(r.Pictures, has) && slices.ContainsFunc(p.References, func(x Reference) bool { return x.Kind == "cast" && x.Name == id && (!roled || x.known()) }) {
			return fmt.Sprintf("is shown %d reference pictures at most, so that nobody would know the face of %s, who speaks", most, id)
		}
	}
	return ""
}

// speakers are those in the picture whose mouth is seen to speak, in order.
func (s Shot) speakers() (ids []string) {
	for _, l := range s.Brief.Lines {
		if (l.Kind == drama.LineDialogue || l.Kind == "") && drama.Audible(l.Say) && !slices.Contains(ids, l.Who) {
			ids = append(ids, l.Who)
		}
	}
	for _, id := range s.Staging.Talking {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// order is whose pictures help most: who speaks, others in the picture, the place, props
// that the action names, other props.
func (s Shot) order() (all []dialect.Picture) {
	add := func(kind, id string) {
		if p := (dialect.Picture{Name: id, Kind: kind}); !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	for _, id := range s.speakers() {
		add("cast", id)
	}
	for _, c := range s.Brief.Cast {
		add("cast", c.ID)
	}
	if l := s.Brief.Location; l != nil {
		add("location", l.ID)
	}
	for _, named := range []bool{true, false} {
		for _, p := range s.Brief.Props {
			if names(s.Brief.Action, p) == named {
				add("prop", p.ID)
			}
		}
	}
	return all
}

// names says whether the action speaks of a prop.
func names(action string, p drama.BriefProp) bool {
	action = strings.ToLower(action)
	for _, name := range []string{p.Name, strings.ReplaceAll(p.ID, "-", " ")} {
		if name != "" && strings.Contains(action, strings.ToLower(name)) {
			return true
		}
	}
	return false
}

// choose takes pictures up to most: of each subject the first, which a script puts best,
// then of each the second. They stay in the order in which the script has them.
func choose(refs []Reference, order []dialect.Picture, most int) (chosen []int) {
	for round := 0; len(chosen) < most && round < len(refs); round++ {
		for _, subject := range order {
			n := 0
			for i, r := range refs {
				if r.Kind != subject.Kind || r.Name != subject.Name {
					continue
				}
				if n == round && len(chosen) < most {
					chosen = append(chosen, i)
				}
				n++
			}
		}
	}
	slices.Sort(chosen)
	return chosen
}

// leftOut names the pictures that the route's model is not shown.
func (s Shot) leftOut(r Route) (all []string) {
	for i, ref := range s.References {
		if r.Mode == provider.ModeFrameReferences && ref.Kind == "location" {
			continue // the frame shows it
		}
		if r.Pictures != nil && !slices.Contains(r.Pictures, i) {
			name := path.Base(ref.File.Path)
			if ref.Sheet != "" {
				name = ref.Sheet
			}
			if ref.As != "" && ref.Sheet == "" {
				name += fmt.Sprintf(" (%s of %s)", ref.As, ref.Name)
			}
			all = append(all, name)
		}
	}
	return all
}
