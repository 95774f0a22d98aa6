package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// roled is a shot of two people in a place with a prop, whose pictures say what they show.
func roled(most int, size string) Input {
	in := described(func(m *provider.Model) { m.MaxReferences = most })
	season, s := &in.Production.Season, &in.Production.Episode.Scenes[0].Shots[0]
	as := func(name string, role drama.Role) drama.Ref { return drama.Ref{File: file(name), As: role} }
	season.Cast["lin"] = drama.Character{Name: "Lin", Looks: "woman, 29", Refs: []drama.Ref{as("lin-back", drama.RoleBack), as("lin-body", drama.RoleBody), as("lin-face", drama.RoleFace)}}
	season.Cast["bo"] = drama.Character{Name: "Bo", Refs: []drama.Ref{as("bo-face", drama.RoleFace), as("bo-body", drama.RoleBody)}}
	season.Locations["road"] = drama.Location{Name: "Road", Refs: []drama.Ref{as("road-plate", drama.RolePlate), as("road-reverse", drama.RoleReverse)}}
	season.Props = map[string]drama.Prop{"letter": {Name: "letter", Refs: []drama.Ref{as("letter", drama.RoleDetail)}}}
	s.Cast, s.Props, s.Size, s.Action = []string{"bo", "lin"}, []string{"letter"}, size, "She pushes the letter away."
	return in
}

func sent(t *testing.T, p Plan) string {
	t.Helper()
	s := p.Shots[0]
	if s.Provider != "vendor" {
		t.Fatalf("made by %q: %v, %v", s.Provider, s.Rejected, p.Problems)
	}
	var got []string
	for _, r := range s.Sent(s.Routes[0]) {
		got = append(got, r.File.Path)
	}
	slices.Sort(got)
	return strings.Join(got, " ")
}

// What is shown depends on what pictures show: faces of speakers, then as the size asks.
func TestPicturesAreChosenByTheirRole(t *testing.T) {
	for name, c := range map[string]struct {
		most int
		size string
		want string
	}{
		"the speaker alone":       {1, "MS", "lin-face"},
		"faces":                   {2, "MS", "bo-face lin-face"},
		"then clothes":            {3, "MS", "bo-face lin-body lin-face"},
		"close: the place first":  {3, "CU", "bo-face lin-face road-plate"},
		"wide: clothes, no faces": {4, "WS", "bo-body lin-body lin-face road-plate"},
		"then props":              {5, "CU", "bo-face letter lin-body lin-face road-plate"},
	} {
		t.Run(name, func(t *testing.T) {
			in := roled(c.most, c.size)
			if name == "then props" {
				in.Production.Season.Cast["bo"] = drama.Character{Name: "Bo", Refs: in.Production.Season.Cast["bo"].Refs[:1]}
			}
			p := build(t, in)
			if got := sent(t, p); got != c.want {
				t.Errorf("shown %q, want %q", got, c.want)
			}
			if !slices.ContainsFunc(p.Warnings, func(w Problem) bool { return strings.Contains(w.Message, "lin-back (back of lin)") }) {
				t.Errorf("it is not said that the back stays out: %v", p.Warnings)
			}
		})
	}
}

// A picture counts in its wardrobe and at its time of day only.
func TestPicturesOfOtherClothesAndTimesAreNotSent(t *testing.T) {
	in := roled(5, "MS")
	season := &in.Production.Season
	lin := season.Cast["lin"]
	lin.Wardrobe = map[string]string{"default": "apron", "gala": "black dress"}
	lin.Refs = []drama.Ref{lin.Refs[2], {File: file("lin-gala"), As: drama.RoleBody, Wardrobe: "gala"}, {File: file("lin-apron"), As: drama.RoleBody, Wardrobe: "default"}}
	season.Cast["lin"] = lin
	season.Locations["road"] = drama.Location{Name: "Road", Refs: []drama.Ref{{File: file("road-noon"), As: drama.RolePlate, Time: "noon"}, {File: file("road-night"), As: drama.RolePlate, Time: "Night"}}}
	in.Production.Episode.Scenes[0].Time = "night"
	in.Production.Season.Props = nil
	in.Production.Episode.Scenes[0].Shots[0].Props = nil
	if got := sent(t, build(t, in)); got != "bo-body bo-face lin-apron lin-face road-night" {
		t.Errorf("shown %q", got)
	}
	in.Production.Episode.Scenes[0].Continuity = map[string]string{"lin": "gala"}
	p := build(t, in)
	if got := sent(t, p); got != "bo-body bo-face lin-face lin-gala road-night" {
		t.Errorf("in the gala: shown %q", got)
	}
	if told := p.Shots[0].Told(p.Shots[0].Routes[0], nil).Prompt; strings.Contains(told, "not the clothes of the picture") {
		t.Errorf("the picture shows the dress, and yet: %s", told)
	}
}

// Who speaks has a face, in a show that has pictures of faces; others are left alone.
func TestASpeakerWithoutAFace(t *testing.T) {
	in := roled(5, "MS")
	season := &in.Production.Season
	lin := season.Cast["lin"]
	lin.Refs = lin.Refs[:2]
	season.Cast["lin"] = lin
	if p := build(t, in); len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "lin speaks in shot") {
		t.Errorf("problems %v", p.Problems)
	}
	for i := range lin.Refs {
		lin.Refs[i].As = ""
	}
	if p := build(t, in); len(p.Problems) != 0 {
		t.Errorf("pictures that say nothing of what they show: %v", p.Problems)
	}
	lin.Refs = nil
	season.Cast["lin"] = lin
	bo := season.Cast["bo"]
	bo.Refs[0].Sheet = "bo: face"
	if p := build(t, in); len(p.Problems) != 0 || !slices.ContainsFunc(p.Warnings, func(w Problem) bool { return strings.Contains(w.Message, "lin speaks in shot") }) {
		t.Errorf("a look book with one face: problems %v, warnings %v", p.Problems, p.Warnings)
	}
	bo.Refs[0].As = ""
	bo.Refs[1].As = ""
	if p := build(t, in); slices.ContainsFunc(p.Warnings, func(w Problem) bool { return strings.Contains(w.Message, "lin speaks in shot") }) {
		t.Errorf("a show without faces: %v", p.Warnings)
	}
}

// What a picture shows is part of a shot's identity only where that is said.
func TestTheRoleIsPartOfTheDigest(t *testing.T) {
	plain := build(t, pictured()).Shots[0].Digest
	in := pictured()
	in.Production.Season.Cast["lin"].Refs[0].As = drama.RoleFace
	if build(t, in).Shots[0].Digest == plain {
		t.Error("a face has the digest of a picture that says nothing")
	}
}

// A sheet is planned as so many stills and no take, and priced so.
func TestASheetIsStillsAndNoTake(t *testing.T) {
	in := described()
	painter := provider.Facts{Instance: "painter", Model: provider.Model{ID: "p", Modes: []provider.Mode{provider.ModeImage, provider.ModeReferences}, PricePerSecond: drama.Money{Currency: "CNY"}}}
	in.Providers = append(in.Providers, painter)
	season, s := &in.Production.Season, &in.Production.Episode.Scenes[0].Shots[0]
	season.Stills = &drama.Stills{Use: []string{"painter"}}
	season.Cast["lin"] = drama.Character{Name: "Lin", Refs: []drama.Ref{{File: file("face"), As: drama.RoleFace}, {File: file("body"), As: drama.RoleBody}}}
	s.Cast, s.Lines, s.Sheet, s.Candidates = []string{"lin"}, nil, &drama.Sheet{Kind: "cast", ID: "lin", As: drama.RoleBody}, 3
	p := build(t, in)
	got := p.Shots[0]
	if len(p.Problems) > 0 || got.Draw != 3 || len(got.Routes) > 0 || got.Still == nil || got.Still.Provider != "painter" {
		t.Fatalf("planned %+v, problems %v", got, p.Problems)
	}
	if refs := got.Still.References; len(refs) != 1 || refs[0].As != drama.RoleFace {
		t.Errorf("a body is made from %v, and not from the face", refs)
	}
	in.Stills = map[string]drama.Still{got.Still.Digest: {Digest: got.Still.Digest}}
	if again := build(t, in).Shots[0]; again.Still.Made != nil || again.Still.Action != Make {
		t.Error("a candidate that is there is used in place of one that is asked for")
	}
}

// A take that lacks what the look book has now is kept, and says what it lacks; one whose
// words have changed too is made again.
func TestATakeWithoutTheNewSheetIsStale(t *testing.T) {
	in := described()
	s := &in.Production.Episode.Scenes[0].Shots[0]
	old := build(t, in).Shots[0]
	take := drama.Take{ID: drama.TakeID{Episode: in.Production.ID(), Slate: s.Slate, Number: 1}, Digest: old.Digest, Provider: old.Provider, Model: old.Model, Verdict: drama.Verdict{Pass: true}, Media: drama.Object{Key: "k"}}
	take.Asked = old.Asked(old.Provider, nil)
	in.Earlier = map[string][]Earlier{s.Slate: {{Take: take, Circle: &drama.Circle{Digest: old.Digest, Take: take.ID}}}}
	in.TakeCounts = map[string]int{s.Slate: 1}
	lin := in.Production.Season.Cast["lin"]
	lin.Refs = append(slices.Clone(lin.Refs), drama.Ref{File: file("new"), As: drama.RoleFace, Sheet: "lin: face"})
	in.Production.Season.Cast["lin"] = lin
	p := build(t, in)
	got := p.Shots[0]
	if got.Action != Reuse || len(got.Stale) != 1 || got.Stale[0] != "sheet of lin: face" || got.Circled != nil || len(p.Warnings) == 0 {
		t.Errorf("%s: %s, stale %v, warnings %v", got.Action, got.Reason, got.Stale, p.Warnings)
	}
	in.Retake = &drama.Retake{Slates: []string{s.Slate}}
	if again := build(t, in).Shots[0]; again.Action != Make {
		t.Errorf("a retake: %s, %s", again.Action, again.Reason)
	}
	in.Retake = nil
	s.Action += " And leaves."
	if changed := build(t, in).Shots[0]; changed.Action != Make {
		t.Errorf("with another action: %s, %s", changed.Action, changed.Reason)
	}
}
