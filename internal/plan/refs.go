package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/prompt/dialect"
	"github.com/dailies/dailies/internal/provider"
)

// inTurn is how pictures of one subject stand in a row where they say what they show: a
// face before a body is what guides ask for (Seedance 2.0's among them).
var inTurn = []drama.Role{drama.RoleFace, "", drama.RolePlate, drama.RoleBody, drama.RoleDetail, drama.RoleReverse, drama.RoleExpression, drama.RoleBack}

// References lists the pictures of a brief: cast first, then props, then the
// place.
func References(b drama.Brief) []Reference {
	var all []Reference
	add := func(kind, name string, refs []drama.Ref) {
		if slices.ContainsFunc(refs, func(r drama.Ref) bool { return r.As != "" }) {
			refs = slices.Clone(refs)
			slices.SortStableFunc(refs, func(x, y drama.Ref) int { return slices.Index(inTurn, x.As) - slices.Index(inTurn, y.As) })
		}
		for _, r := range refs {
			all = append(all, Reference{Name: name, Kind: kind, File: r.File, As: r.As, Sheet: r.Sheet})
		}
	}
	for _, c := range b.Cast {
		add("cast", c.ID, c.Refs)
	}
	for _, p := range b.Props {
		add("prop", p.ID, p.Refs)
	}
	if b.Location != nil {
		add("location", b.Location.ID, b.Location.Refs)
	}
	return all
}

// signed adds to pictures of the cast what was signed for their likeness. It is no part of
// a brief: nobody's picture changes by it.
func (b *builder) signed(refs []Reference) []Reference {
	for i, r := range refs {
		if c := b.season.Cast[r.Name].Consent; r.Kind == "cast" && c != nil {
			refs[i].Consent = c.SHA256
		}
	}
	return refs
}

// known says whether a picture shows a face by which somebody is known: one that says
// so, or one that says nothing of what it shows.
func (r Reference) known() bool {
	return r.Kind == "cast" && (r.As == drama.RoleFace || r.As == "")
}

// roled says whether any picture of the shot says what it shows.
func (s Shot) roled() bool {
	return slices.ContainsFunc(s.References, func(r Reference) bool { return r.As != "" })
}

// far are sizes in which a face is too small to be known, near those in which clothes
// are hardly seen.
func (s Shot) far() bool {
	return slices.Contains([]string{"ws", "ews", "ls"}, strings.ToLower(s.Brief.Size))
}

func (s Shot) near() bool {
	return slices.Contains([]string{"ecu", "cu", "mcu"}, strings.ToLower(s.Brief.Size))
}

// byRole takes pictures up to most by what they show: the faces of those who speak, other
// faces, bodies in these clothes, the place, props that the action names, and then what
// is left. In a close shot the place comes before bodies, in a wide one bodies before
// the faces of those who say nothing. They stay in the order in which the script has them.
func byRole(s Shot, most int) (chosen []int) {
	take := func(fit func(Reference) bool) {
		for i, r := range s.References {
			if len(chosen) < most && !slices.Contains(chosen, i) && fit(r) {
				chosen = append(chosen, i)
			}
		}
	}
	// first takes one picture of each subject, in turn.
	first := func(order []dialect.Picture, fit func(Reference) bool) {
		for _, subject := range order {
			had := false
			take(func(r Reference) bool {
				ok := !had && r.Kind == subject.Kind && r.Name == subject.Name && fit(r)
				had = had || ok
				return ok
			})
		}
	}
	as := func(roles ...drama.Role) func(Reference) bool {
		return func(r Reference) bool { return slices.Contains(roles, r.As) }
	}
	speak := s.speakers()
	var speakers, others, place, named, unnamed []dialect.Picture
	for _, x := range s.order() {
		switch {
		case x.Kind == "cast" && slices.Contains(speak, x.Name):
			speakers = append(speakers, x)
		case x.Kind == "cast":
			others = append(others, x)
		case x.Kind == "location":
			place = append(place, x)
		default:
			i := slices.IndexFunc(s.Brief.Props, func(p drama.BriefProp) bool { return p.ID == x.Name })
			if i >= 0 && names(s.Brief.Action, s.Brief.Props[i]) {
				named = append(named, x)
			} else {
				unnamed = append(unnamed, x)
			}
		}
	}
	faces := func(of []dialect.Picture) {
		first(of, as(drama.RoleFace))
		first(of, func(r Reference) bool { return r.known() && !s.shows(chosen, r.Name) })
	}
	bodies := func() {
		first(speakers, as(drama.RoleBody))
		first(others, as(drama.RoleBody))
	}
	stage := func() { first(place, as(drama.RolePlate, "")) }
	faces(speakers)
	switch {
	case s.far():
		bodies()
		stage()
		faces(others)
	case s.near():
		faces(others)
		stage()
		bodies()
	default:
		faces(others)
		bodies()
		stage()
	}
	first(named, func(Reference) bool { return true })
	first(unnamed, func(Reference) bool { return true })
	take(as(drama.RoleExpression, drama.RoleReverse, ""))
	take(func(Reference) bool { return true })
	slices.Sort(chosen)
	return chosen
}

// shows says whether the face of a member of the cast is among pictures.
func (s Shot) shows(pictures []int, id string) bool {
	return slices.ContainsFunc(pictures, func(i int) bool { return s.References[i].Name == id && s.References[i].known() })
}

// needFaces speaks up where somebody is seen to speak whose face no picture shows,
// though the show has pictures of faces. A show whose pictures say nothing of what they
// show is left alone, and so is a shot whose makers are shown none.
func (b *builder) needFaces(p *Shot) {
	shown := func(r Route) bool { return r.Mode == provider.ModeReferences && !r.ReadsBrief }
	if p.Action != Make || !slices.ContainsFunc(p.Routes, shown) {
		return
	}
	typed, any := b.faces()
	if !any {
		return
	}
	for _, id := range p.speakers() {
		inPicture := slices.ContainsFunc(p.Brief.Cast, func(c drama.BriefCast) bool { return c.ID == id })
		if !inPicture || slices.ContainsFunc(p.References, func(r Reference) bool { return r.Name == id && r.known() }) {
			continue
		}
		of := b.season.Cast[id].Refs
		text := fmt.Sprintf("%s speaks in shot %s, and no picture shows the face", id, p.Slate)
		if slices.ContainsFunc(of, func(r drama.Ref) bool { return r.As == drama.RoleFace }) {
			text += " in what is worn there"
		}
		text += fmt.Sprintf(": another one would be made up in every take; give %s a picture as: face, or make one with dailies sheet", id)
		if typed || slices.ContainsFunc(of, func(r drama.Ref) bool { return r.As != "" && r.Sheet == "" }) {
			b.problem(p.Position, p.Slate, text)
		} else {
			b.warn(p.Position, p.Slate, text)
		}
	}
}

// faces says whether the show has pictures of faces: any, and such as the script itself
// names. Of a look book that is half approved nothing can be demanded yet.
func (b *builder) faces() (typed, any bool) {
	for _, c := range b.season.Cast {
		for _, r := range c.Refs {
			if r.As == drama.RoleFace {
				any, typed = true, typed || r.Sheet == ""
			}
		}
	}
	return typed, any
}
