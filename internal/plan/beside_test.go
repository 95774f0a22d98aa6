package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// beside is roled with a still, by a model that takes a first frame with references
// beside it, or only one of them.
func beside(both bool, change ...func(*provider.Model)) Input {
	in := roled(9, "MS")
	in.Production.Season.Stills = &drama.Stills{Use: []string{"painter"}}
	price := drama.Money{Micros: 1, Currency: "CNY"}
	in.Providers = append(in.Providers, provider.Facts{Instance: "painter", Type: "painter", Model: provider.Model{
		ID: "painter", Modes: []provider.Mode{provider.ModeImage, provider.ModeReferences}, Rates: []provider.Rate{{PerTake: &price}},
	}})
	m := &in.Providers[0].Model
	m.Dialect, m.Cite = "wan27", "Image {n}"
	m.Modes = []provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeFirstLast, provider.ModeReferences}
	if both {
		m.Modes = append(m.Modes, provider.ModeFrameReferences)
	}
	for _, c := range change {
		c(m)
	}
	return in
}

// A model that takes a frame and references together is sent the still and the faces,
// bodies and props, not the place, which the still has; one that does not, the still.
func TestAStillAndFacesGoTogether(t *testing.T) {
	for name, c := range map[string]struct {
		in   Input
		mode provider.Mode
		sent string
	}{
		"both":         {beside(true), provider.ModeFrameReferences, "bo-body bo-face letter lin-back lin-body lin-face"},
		"one of them":  {beside(false), provider.ModeFirstFrame, ""},
		"only two fit": {beside(true, func(m *provider.Model) { m.MaxReferences = 2 }), provider.ModeFrameReferences, "bo-face lin-face"},
		"fewer beside a frame": {beside(true, func(m *provider.Model) {
			m.Limits = []provider.Limit{{Modes: []provider.Mode{provider.ModeFrameReferences}, MaxReferences: 2}}
		}), provider.ModeFrameReferences, "bo-face lin-face"},
		"a dialect without words for it": {beside(true, func(m *provider.Model) { m.Dialect = "seedance2" }), provider.ModeFirstFrame, ""},
		"too long beside it": {beside(true, func(m *provider.Model) {
			m.Limits = []provider.Limit{{Modes: []provider.Mode{provider.ModeFrameReferences}, MaxPrompt: 20}}
		}), provider.ModeFirstFrame, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := build(t, c.in)
			s := p.Shots[0]
			if got := sent(t, p); got != c.sent || s.Routes[0].Mode != c.mode || s.Still == nil {
				t.Fatalf("from %s, with %q; want %s with %q (%v)", s.Routes[0].Mode, got, c.mode, c.sent, p.Problems)
			}
			for _, w := range p.Warnings {
				if strings.Contains(w.Message, "road-plate") {
					t.Errorf("the plate is missed: %s", w.Message)
				}
			}
			told := s.Told(s.Routes[0], nil).Prompt
			if bound := strings.Contains(told, "Image 1"); bound != (c.sent != "") {
				t.Errorf("told: %s", told)
			}
		})
	}
}

// Nobody's picture: the place's alone is no reason to send any beside a frame that shows it.
func TestAFrameOfNobodyGoesAlone(t *testing.T) {
	in := beside(true)
	for _, id := range []string{"lin", "bo"} {
		in.Production.Season.Cast[id] = drama.Character{Name: id}
	}
	if s := build(t, in).Shots[0]; s.Routes[0].Mode != provider.ModeFirstFrame {
		t.Errorf("from %s", s.Routes[0].Mode)
	}
}

// A frame of another shot is as good as a still, and without the pictures that are refused
// the frame is left, without a still that failed the pictures.
func TestWhatIsLeftOfAFrameWithReferences(t *testing.T) {
	s := build(t, beside(true)).Shots[0]
	r := s.Routes[0]
	if r.Text == nil || !slices.Contains(r.Remedies, attempts.RemedyNoReferences) {
		t.Fatalf("without a still %v, remedies %v", r.Text, r.Remedies)
	}
	if bare := s.Told(r, []attempts.Remedy{attempts.RemedyNoReferences}).Prompt; strings.Contains(bare, "Image 1") || strings.Contains(bare, "underpass") {
		t.Errorf("refused pictures: %s", bare)
	}
	tagged := build(t, beside(true, func(m *provider.Model) {
		m.Dialect, m.Cite, m.Opening = "omni", "<IMAGE_REF_{n0}>", map[provider.Mode]string{provider.ModeFirstFrame: "<FIRST_FRAME> "}
	})).Shots[0]
	for want, remedies := range map[string][]attempts.Remedy{
		"[# Sources <FIRST_FRAME>@Image1] [# References <IMAGE_REF_0>@Image2 <IMAGE_REF_1>@Image3 ": nil,
		"<FIRST_FRAME> A": {attempts.RemedyNoReferences},
	} {
		if told := tagged.Told(tagged.Routes[0], remedies).Prompt; !strings.HasPrefix(told, want) {
			t.Errorf("with %v told: %.120s", remedies, told)
		}
	}
	alone := r.WithoutStill()
	if told := s.Told(alone, nil).Prompt; alone.Mode != provider.ModeReferences || !strings.Contains(told, "Image 1") || strings.Contains(told, "first frame") {
		t.Errorf("without the still, from %s: %s", alone.Mode, told)
	}
	in := beside(true)
	in.Production.Season.Stills = nil
	first, second := in.Production.Episode.Scenes[0].Shots[0], in.Production.Episode.Scenes[0].Shots[0]
	second.Slate, second.From = "1B", &drama.From{Slate: first.Slate, Frame: "last"}
	in.Production.Episode.Scenes[0].Shots = []drama.Shot{first, second}
	p := build(t, in)
	if got := []provider.Mode{p.Shots[0].Routes[0].Mode, p.Shots[1].Routes[0].Mode}; got[0] != provider.ModeReferences || got[1] != provider.ModeFrameReferences {
		t.Errorf("made from %v", got)
	}
}

// A picture of the place is not shown beside a frame, so another one makes no take stale
// that was made so; another face does.
func TestAPlateIsNoBusinessOfAFrameWithReferences(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*drama.Season)
		want   Action
	}{
		"another plate": {func(s *drama.Season) {
			s.Locations["road"] = drama.Location{Name: "Road", Refs: []drama.Ref{{File: file("another"), As: drama.RolePlate}}}
		}, Reuse},
		"another face": {func(s *drama.Season) {
			s.Cast["bo"] = drama.Character{Name: "Bo", Refs: []drama.Ref{{File: file("another"), As: drama.RoleFace}}}
		}, Make},
	} {
		t.Run(name, func(t *testing.T) {
			in := beside(true)
			in.Production.Season.Stills = nil
			scene := in.Production.Episode.Scenes[0]
			before, after := scene.Shots[0], scene.Shots[0]
			before.Cast, before.Props, before.Lines = nil, nil, nil
			after.Slate, after.Scene, after.From = "2A", "2", &drama.From{Slate: before.Slate, Frame: "last"}
			in.Production.Episode.Scenes = []drama.Scene{
				{Number: "1", Set: "INT", Location: "store", Shots: []drama.Shot{before}},
				{Number: "2", Set: scene.Set, Location: scene.Location, Shots: []drama.Shot{after}},
			}
			in = made(t, in)
			c.change(&in.Production.Season)
			if s := build(t, in).Shots[1]; s.Action != c.want || s.From == nil {
				t.Errorf("%s: %s (%s)", name, s.Action, s.Reason)
			}
		})
	}
}

// Who only edits pictures is asked for none without one to begin with.
func TestAnEditorNeedsAPicture(t *testing.T) {
	for name, refs := range map[string]bool{"with pictures": true, "without": false} {
		in := beside(false)
		in.Providers[len(in.Providers)-1].Model.MinReferences = 1
		if !refs {
			in.Production.Season.Cast = map[string]drama.Character{"lin": {Name: "Lin"}, "bo": {Name: "Bo"}}
			in.Production.Season.Props, in.Production.Season.Locations = map[string]drama.Prop{"letter": {Name: "letter"}}, map[string]drama.Location{"road": {Name: "Road"}}
		}
		s := build(t, in).Shots[0]
		if s.Still == nil || (s.Still.Provider == "painter") != refs {
			t.Errorf("%s: %+v", name, s.Still)
		}
	}
}

// A sheet that waits for the one that it is made from is quoted by who will make it.
func TestASheetThatWaitsIsQuotedByItsEditor(t *testing.T) {
	for as, maker := range map[drama.Role]string{drama.RoleBody: "painter", drama.RoleBack: "painter", drama.RoleFace: "words"} {
		in := beside(false)
		in.Providers[len(in.Providers)-1].Model.MinReferences = 1
		words := in.Providers[len(in.Providers)-1]
		words.Instance, words.Model.ID, words.Model.MinReferences = "words", "words", 0
		in.Providers = append(in.Providers, words)
		season, s := &in.Production.Season, &in.Production.Episode.Scenes[0].Shots[0]
		season.Stills.Use = []string{"painter", "words"}
		season.Cast["lin"] = drama.Character{Name: "Lin"}
		s.Cast, s.Props, s.Lines, s.Scene = []string{"lin"}, nil, nil, "1"
		in.Production.Episode.Scenes[0].Location = ""
		s.Sheet = &drama.Sheet{Kind: "cast", ID: "lin", As: as}
		p := build(t, in)
		if st := p.Shots[0].Still; st == nil || st.Provider != maker {
			t.Errorf("%s is made by %+v (%v)", as, st, p.Problems)
		}
	}
}

// A signed consent goes with the pictures of whom it is of, and changes nothing else.
func TestAConsentGoesWithThePictures(t *testing.T) {
	in := beside(true)
	before := build(t, in).Shots[0]
	lin := in.Production.Season.Cast["lin"]
	lin.Consent = &drama.File{Path: "lin.pdf", SHA256: "c1"}
	in.Production.Season.Cast["lin"] = lin
	s := build(t, in).Shots[0]
	for _, r := range append(s.References, s.Still.References...) {
		if want := map[bool]string{true: "c1"}[r.Name == "lin"]; r.Consent != want {
			t.Errorf("%s of %s has the consent %q", r.File.Path, r.Name, r.Consent)
		}
	}
	if s.Digest != before.Digest || s.Still.Digest != before.Still.Digest {
		t.Error("a signature makes takes stale")
	}
}

// What is sent beside a frame is paid for, and the frame with it.
func TestPicturesBesideAFrameArePaid(t *testing.T) {
	each := drama.Money{Micros: 1000, Currency: "CNY"}
	free := build(t, beside(true)).Shots[0].Routes[0]
	paid := build(t, beside(true, func(m *provider.Model) { m.PerPicture, m.FreePictures = &each, 1 })).Shots[0].Routes[0]
	if more := paid.Price.Micros - free.Price.Micros; more != 6*each.Micros {
		t.Errorf("six pictures and a frame, one of them free, cost %d more", more)
	}
}
