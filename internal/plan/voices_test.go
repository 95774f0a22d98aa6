package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// spokenTo is a shot in which two speak, one with a sample of six seconds.
func spokenTo(facts *provider.Voices, change ...func(*Input)) Input {
	in := described(func(m *provider.Model) { m.Voices, m.Speech, m.Audio = facts, true, true })
	c := in.Production.Season.Cast["lin"]
	c.Voice = &drama.Voice{Sample: &drama.File{Path: "lin.wav", SHA256: "aa", Type: "audio/wav"}, SampleMS: 6000, IDs: map[string]string{"v": "id-of-lin"}, Says: "low, dry"}
	in.Production.Season.Cast["lin"] = c
	for _, f := range change {
		f(&in)
	}
	return in
}

func cites(refs ...provider.Mode) *provider.Voices {
	return &provider.Voices{Samples: 3, Modes: refs, MinMS: 2000, MaxMS: 15_000, TotalMS: 15_000, Cite: "[Audio {n}]", CiteZH: "音频{n}"}
}

func warned(p Plan, words string) bool {
	return slices.ContainsFunc(p.Warnings, func(w Problem) bool { return strings.Contains(w.Message, words) })
}

// Whose sample is sent is bound to it by name; whose is not is described, in the same
// words in every prompt.
func TestAVoiceIsBoundOrDescribed(t *testing.T) {
	in := spokenTo(cites(provider.ModeReferences))
	s := build(t, in).Shots[0]
	told := s.Told(s.Routes[0], nil).Prompt
	if v := s.Routes[0].Voices; len(v) != 1 || v[0].Who != "lin" || v[0].Sample.SHA256 != "aa" || !strings.Contains(told, "voice of [Audio 1]") || strings.Contains(told, "low, dry") {
		t.Errorf("given %+v, told %s", v, told)
	}
	in = spokenTo(cites(provider.ModeFirstFrame)) // the shot has references
	s = build(t, in).Shots[0]
	if told := s.Told(s.Routes[0], nil).Prompt; len(s.Routes[0].Voices) != 0 || !strings.Contains(told, "low, dry") {
		t.Errorf("given %+v, told %s", s.Routes[0].Voices, told)
	}
}

// A show without samples, ids and descriptions keeps the digests of its shots, so that
// its takes are not bought again; what a voice is locked to is part of them.
func TestAVoiceIsPartOfTheDigestWhereItIsLocked(t *testing.T) {
	digest := func(v *drama.Voice) string {
		in := described()
		c := in.Production.Season.Cast["lin"]
		c.Voice = v
		in.Production.Season.Cast["lin"] = c
		return build(t, in).Shots[0].Digest
	}
	seen := map[string]bool{}
	for _, v := range []*drama.Voice{
		{Provider: "booth"},
		{Provider: "booth", Sample: &drama.File{SHA256: "aa"}},
		{Provider: "booth", IDs: map[string]string{"kling": "x"}},
		{Provider: "booth", Says: "low"},
	} {
		d := digest(v)
		if seen[d] {
			t.Errorf("%+v is as another", v)
		}
		seen[d] = true
	}
}

func TestVoicesThatAreNotSentAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		facts  *provider.Voices
		change func(*Input)
		warns  string
	}{
		"too short": {&provider.Voices{Samples: 1, Modes: []provider.Mode{provider.ModeReferences}, MinMS: 7000, MaxMS: 9000, Cite: "{n}"}, nil, "lasts 6s"},
		"by address only": {
			&provider.Voices{Samples: 1, Modes: []provider.Mode{provider.ModeReferences}, ByURL: true, Cite: "{n}"},
			func(in *Input) { in.NoURLs = true }, "by its address only",
		},
		"none taken, none described": {nil, func(in *Input) { in.Production.Season.Cast["lin"].Voice.Says = "" }, "a voice of its own"},
	} {
		t.Run(name, func(t *testing.T) {
			change := c.change
			if change == nil {
				change = func(*Input) {}
			}
			p := build(t, spokenTo(c.facts, change))
			if v := p.Shots[0].Routes[0].Voices; len(v) != 0 || !warned(p, c.warns) {
				t.Errorf("given %+v; told %+v", v, p.Warnings)
			}
		})
	}
}

func TestIDsGoBeforeSamples(t *testing.T) {
	f := cites(provider.ModeReferences)
	f.IDs = 2
	s := build(t, spokenTo(f)).Shots[0]
	if v := s.Routes[0].Voices; len(v) != 1 || v[0].ID != "id-of-lin" || v[0].Sample != nil {
		t.Errorf("given %+v", v)
	}
}

// A sample that a voice has to make is priced once, however many shots need it; one that
// is there costs nothing.
func TestSamplesToBeMade(t *testing.T) {
	in := spokenTo(cites(provider.ModeReferences), func(in *Input) {
		in.Production.Season.Cast["lin"].Voice.Sample = nil
		second := in.Production.Episode.Scenes[0].Shots[0]
		second.Slate = "1B"
		in.Production.Episode.Scenes[0].Shots = append(in.Production.Episode.Scenes[0].Shots, second)
		in.Samples = map[string]Sample{"lin": {Key: "k", Price: drama.Money{Micros: 20_000, Currency: "CNY"}}}
	})
	p := build(t, in)
	low := p.Shots[0].PriceLow.Micros + p.Shots[1].PriceLow.Micros
	for _, s := range p.Shots {
		if !s.Samples || s.Sample.Micros != 20_000 || s.Routes[0].Voices[0].Made != "k" {
			t.Errorf("%s: %v, %s, %+v", s.Slate, s.Samples, s.Sample, s.Routes[0].Voices)
		}
	}
	if p.TotalLow.Micros != low+20_000 || p.Samples.Micros != 20_000 {
		t.Errorf("the episode costs %s, its shots %d", p.TotalLow, low)
	}
	in.Samples["lin"] = Sample{Key: "k", There: true}
	if p := build(t, in); p.TotalLow.Micros != low || p.Shots[0].Samples || p.Shots[0].Routes[0].Voices[0].Made != "k" {
		t.Errorf("with the sample: %s, %+v", p.TotalLow, p.Shots[0].Routes[0].Voices)
	}
}

// The time that a model takes before it speaks counts where the lines just fit.
func TestOnset(t *testing.T) {
	in := spokenTo(nil)
	shots := in.Production.Episode.Scenes[0].Shots
	need := drama.SpeechFrames(shots[0].Lines[0].Say, "en", in.Production.Season.Format.FPS)
	shots[0].Frames = need + media.FramesIn(1e9, in.Production.Season.Format.FPS)
	in.Providers[0].Model.MinMS = 0
	for ms, want := range map[int64]bool{0: false, 900: false, 2000: true} {
		in.Providers[0].Model.OnsetMS = ms
		if p := build(t, in); warned(p, "begins to speak after") != want {
			t.Errorf("an onset of %d ms: %+v", ms, p.Warnings)
		}
	}
}

// A shot that ends on another's frame is made by who takes a first and a last frame, and
// what it ends on is part of what it is.
func TestToIsAFrameToEndOn(t *testing.T) {
	in := input(shot("1A"), shot("1B"), shot("1C", func(s *drama.Shot) { s.From = &drama.From{Slate: "1A", Frame: "last"} }))
	in.Providers = []provider.Facts{vendor(func(m *provider.Model) { m.Modes = []provider.Mode{provider.ModeText, provider.ModeFirstFrame} }), free()}
	before := build(t, in).Shots[2]
	in.Production.Episode.Scenes[0].Shots[2].To = &drama.From{Slate: "1B", Frame: "first"}
	p := build(t, in)
	s := p.Shots[2]
	if s.Digest == before.Digest || s.To == nil || len(s.Rejected) == 0 || !strings.Contains(s.Rejected[0].Why, "cannot end on a frame") {
		t.Errorf("%+v, rejected %+v", s.To, s.Rejected)
	}
	in.Providers[0].Model.Modes = append(in.Providers[0].Model.Modes, provider.ModeFirstLast)
	in.Providers[0].Model.Dialect = "seedance2"
	in.Only = []string{"1C"} // needs both
	p = build(t, in)
	s = p.Shots[2]
	if p.Shots[0].Action != Make || p.Shots[1].Action != Make || s.Routes[0].Mode != provider.ModeFirstLast {
		t.Fatalf("%s, %s, %+v", p.Shots[0].Action, p.Shots[1].Action, s.Routes)
	}
	if told := s.Told(s.Routes[0], nil).Prompt; !strings.Contains(told, "begins exactly on the first frame") || !strings.Contains(told, "ends exactly on the last frame") {
		t.Errorf("told %s", told)
	}
	in.Providers[0].Model.SilentEnd, in.Providers[0].Model.AudioAlways = true, true
	if s := build(t, in).Shots[2]; s.Routes[0].Audio {
		t.Error("a take with a silent end is asked for sound")
	}
}
