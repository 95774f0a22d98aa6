package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// described is a shot with a line and pictures, for a vendor with a dialect of its own and
// one that nobody has described.
func described(change ...func(*provider.Model)) Input {
	in := input(shot("1A", func(s *drama.Shot) {
		s.Cast, s.Lines = []string{"lin", "bo"}, []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "Take it back."}}
	}))
	in.Production.Season.Avoid = "neon"
	in.Production.Season.Cast["lin"] = drama.Character{Name: "Lin", Looks: "woman, 29, red hair, a scar", Wardrobe: map[string]string{"default": "a blue apron", "gala": "a black dress"}, Refs: drama.Refs(file("a.png"))}
	in.Providers = []provider.Facts{vendor(append([]func(*provider.Model){func(m *provider.Model) {
		m.Dialect, m.Cite = "seedance2", "[Image {n}]"
	}}, change...)...), free()}
	return in
}

// The route says in which dialect its model is told the shot, the take keeps it, and
// the shot's identity knows nothing of it.
func TestAModelIsToldInItsDialect(t *testing.T) {
	in := described()
	s := build(t, in).Shots[0]
	told := s.Told(s.Routes[0], nil).Prompt
	if s.Routes[0].Dialect != "v3/seedance2" || s.Routes[0].Citation != "" || !strings.Contains(told, "says: {Take it back.}") || !strings.Contains(told, "([Image 1])") {
		t.Errorf("in %s: %s", s.Routes[0].Dialect, told)
	}
	if a := s.Asked("vendor", nil); a.Dialect != "v3/seedance2" || a.Prompt != s.Prompt.Text {
		t.Errorf("the take keeps %q, %q", a.Dialect, a.Prompt)
	}
	if plain := s.RouteOf("animatic"); plain.Dialect != "" || s.Told(*plain, nil).Prompt != s.Prompt.Text+plain.Citation {
		t.Errorf("a model that nobody described is told %q in %q", s.Told(*plain, nil).Prompt, plain.Dialect)
	}
	for _, version := range []string{"v1", "v2"} {
		in.Templates = version
		old := build(t, in).Shots[0]
		if old.Routes[0].Dialect != "" || old.Told(old.Routes[0], nil).Prompt != old.Prompt.Text+old.Routes[0].Citation || version == "v2" && old.Digest != s.Digest {
			t.Errorf("a show of %s is told %q in %q; digest %s, was %s", version, old.Told(old.Routes[0], nil).Prompt, old.Routes[0].Dialect, old.Digest, s.Digest)
		}
	}
}

// A show with wording of its own is not spoken for; one that words only the refused
// shot, only there.
func TestAShowsOwnWordingStands(t *testing.T) {
	for purpose, own := range map[string]bool{"shot": true, "scene": true, "character": true, "location": true, "voice": true, "negative": false, "softened": false} {
		in := described()
		in.Production.Season.Templates = map[string]string{purpose: "own words"}
		s := build(t, in).Shots[0]
		if (s.Routes[0].Dialect == "") != own {
			t.Errorf("with its own %s the show is told in %q", purpose, s.Routes[0].Dialect)
		}
		soft := s.Told(s.Routes[0], []attempts.Remedy{attempts.RemedySoftened}).Prompt
		if purpose == "softened" && soft != "own words" {
			t.Errorf("its own softened template is told as %q", soft)
		}
	}
}

// What a vendor refused is told mildly, without its pictures, without sound, in the
// dialect too: whom no picture shows any more is described.
func TestRemediesHoldInADialect(t *testing.T) {
	in := described()
	in.Production.Episode.Scenes[0].Shots[0].Action = "She hides the gun."
	in.Production.Episode.Scenes[0].Shots[0].Sound = "rain"
	s := build(t, in).Shots[0]
	told := func(all ...attempts.Remedy) string { return s.Told(s.Routes[0], all).Prompt }
	if got := told(attempts.RemedySoftened); strings.Contains(got, "gun") || !strings.Contains(got, "invented adult") {
		t.Errorf("softened: %s", got)
	}
	if got := told(attempts.RemedyNoReferences); strings.Contains(got, "[Image") || !strings.Contains(got, "a scar") || !strings.Contains(got, "a blue apron") {
		t.Errorf("without references: %s", got)
	}
	if got := told(attempts.RemedySilent); strings.Contains(got, "rain") {
		t.Errorf("silent: %s", got)
	}
	if got := told(); !strings.Contains(got, "rain") || !strings.Contains(got, "gun") || strings.Contains(got, "a scar") {
		t.Errorf("as it is: %s", got)
	}
}

// The clothes in a picture are not said again; other clothes are.
func TestClothesThatThePictureDoesNotShowAreSaid(t *testing.T) {
	for wears, want := range map[string]string{"default": "", "gala": "a black dress, not the clothes of the picture"} {
		in := described()
		in.Production.Episode.Scenes[0].Continuity = map[string]string{"lin": wears}
		s := build(t, in).Shots[0]
		if got := s.Told(s.Routes[0], nil).Prompt; !strings.Contains(got, want) || strings.Contains(got, "blue apron") {
			t.Errorf("in %s: %s", wears, got)
		}
	}
}

// A retake's note is told as a part of its own, once.
func TestARetakesNoteIsToldOnce(t *testing.T) {
	in := described()
	in.Retake = &drama.Retake{Slates: []string{"1A"}, Note: "slower"}
	s := build(t, in).Shots[0]
	if got := s.Told(s.Routes[0], nil).Prompt; strings.Count(got, "slower") != 1 || !strings.Contains(got, "For this take: slower.") {
		t.Errorf("told %s", got)
	}
}

// Where a voice is laid over the take, who has a line on screen is seen talking, and
// nobody is where there is none.
func TestLipsMoveWhereAVoiceIsLaidOver(t *testing.T) {
	in := described(func(m *provider.Model) { m.Speech = false })
	in.Production.Season.Dialogue = drama.DialogueVoice
	s := build(t, in).Shots[0]
	if got := s.Told(s.Routes[0], nil).Prompt; !strings.Contains(got, "seen talking") || strings.Contains(got, "Take it back") || !strings.Contains(got, "Bo says nothing") {
		t.Errorf("dubbed: %s", got)
	}
	in.Production.Episode.Scenes[0].Shots[0].Lines[0].Kind = drama.LineVO
	s = build(t, in).Shots[0]
	if got := s.Told(s.Routes[0], nil).Prompt; strings.Contains(got, "talking") || !strings.Contains(got, "Nobody speaks.") {
		t.Errorf("a voice-over laid over it: %s", got)
	}
}

// What a dialect leaves unsaid is a warning, once an instance.
func TestWhatADialectLeavesUnsaidIsAWarning(t *testing.T) {
	for name, c := range map[string]struct {
		dialect string
		change  func(*Input)
		want    int
	}{
		"avoid is dropped":  {"runway", func(*Input) {}, 1},
		"avoid has a field": {"ltx", func(in *Input) { in.Providers[0].Model.Negative = true }, 0},
		"nothing to avoid":  {"runway", func(in *Input) { in.Production.Season.Avoid = "" }, 0},
		"Chinese to an English ear": {"veo", func(in *Input) {
			in.Production.Episode.Scenes[0].Shots[0].Action = strings.Repeat("她把手机举到耳边。", 9)
		}, 1},
		"longer than advised": {"veo", func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Action = strings.Repeat("She waits. ", 120) }, 1},
	} {
		in := described(func(m *provider.Model) { m.Dialect, m.Cite = c.dialect, "" })
		c.change(&in)
		p := build(t, in)
		of := slices.DeleteFunc(slices.Clone(p.Warnings), func(w Problem) bool { return w.Slate == "" }) // of the shot, not of the budget
		if len(of) != c.want || len(p.Shots[0].Routes) != 2 {
			t.Errorf("%s: %v; rejected %v", name, of, p.Shots[0].Rejected)
		}
	}
}

// The limit is held against what is told, not against the neutral prompt, and a remedy
// that makes the prompt too long is none.
func TestTheLimitIsHeldAgainstTheDialect(t *testing.T) {
	s := build(t, described()).Shots[0]
	told := len([]rune(s.Told(s.Routes[0], nil).Prompt))
	if told <= len(s.Prompt.Text) {
		t.Fatalf("the dialect's prompt has %d characters, the neutral one %d, so this shows nothing", told, len(s.Prompt.Text))
	}
	if p := build(t, described(func(m *provider.Model) { m.MaxPrompt = told - 1 })).Shots[0]; len(p.Rejected) != 1 || p.Provider != "animatic" {
		t.Errorf("rejected %v", p.Rejected)
	}
	for looks, want := range map[string]bool{"woman": true, strings.Repeat("tall, ", 150) + "woman": false} {
		in := described(func(m *provider.Model) { m.MaxPrompt = told })
		in.Production.Season.Cast["lin"] = drama.Character{Name: "Lin", Looks: looks, Refs: drama.Refs(file("a.png"))}
		s := build(t, in).Shots[0]
		if s.Provider != "vendor" || slices.Contains(s.Routes[0].Remedies, attempts.RemedyNoReferences) != want {
			t.Errorf("looks of %d characters: %s with %v; rejected %v", len(looks), s.Provider, s.Routes[0].Remedies, s.Rejected)
		}
	}
}

// A dialect that this dailies does not have is no model's.
func TestADialectThatIsNotThere(t *testing.T) {
	p := build(t, described(func(m *provider.Model) { m.Dialect = "klingon" }))
	if r := p.Shots[0].Rejected; len(r) != 1 || !strings.Contains(r[0].Why, "klingon") {
		t.Errorf("rejected %v", r)
	}
	if err := (Route{Dialect: "v9/klingon"}).Tellable(); err == nil {
		t.Error("told in a dialect that is not there")
	}
}
