package plan

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// lipper changes lips for two yuan a second.
func lipper(change ...func(*provider.Facts)) provider.Facts {
	f := provider.Facts{Instance: "lips", Type: "sync", Model: provider.Model{
		ID: "l-1", Modes: []provider.Mode{provider.ModeLipSync}, MinMS: 2000, MaxMS: 60_000, PricePerSecond: cny(2), LipSync: &provider.LipSync{MinSide: 480, MaxSide: 2160},
	}}
	for _, c := range change {
		c(&f)
	}
	return f
}

// dubbed is a show that is dubbed with other lips: in 1A Lin is seen and speaks, in 1B
// nobody does.
func dubbed(t *testing.T, f provider.Facts, change ...func(*Input)) Input {
	t.Helper()
	in := input(shot("1A", func(s *drama.Shot) {
		s.Cast = []string{"lin"}
		s.Lines = []drama.Line{{Who: "lin", Say: "Yes.", Translation: drama.Text{"zh": "是的。"}}}
	}), shot("1B", func(s *drama.Shot) {
		s.Lines = []drama.Line{{Who: "lin", Kind: drama.LineVO, Say: "No.", Translation: drama.Text{"zh": "不。"}}}
	}))
	in.Production.Season.Cast = map[string]drama.Character{"lin": {Name: "Lin"}, "bo": {Name: "Bo"}}
	in.Providers = append(in.Providers, f)
	in.Dub, in.LipSync = "zh", &LipSync{Instance: "lips", Said: map[string]string{"1A": "yes in zh"}}
	for _, c := range change {
		c(&in)
	}
	lips, dub := in.LipSync, in.Dub
	in.LipSync, in.Dub = nil, ""
	in = circle(in, build(t, in), "1A", "1B")
	in.LipSync, in.Dub = lips, dub
	return in
}

func TestLipsArePlanned(t *testing.T) {
	in := dubbed(t, lipper())
	p := build(t, in)
	l := p.Shots[0].Lips
	if len(p.Problems) > 0 || l == nil || p.Shots[1].Lips != nil {
		t.Fatalf("%v, %+v, %+v", p.Problems, l, p.Shots[1].Lips)
	}
	ms := milliseconds(p.Shots[0].Frames, in.Production.Season.Format.FPS)
	if want := cny(2).Micros * max(ms, 2000) / 1000; l.Action != Make || l.Slate != "1A-lips" || l.Who != "lin" || l.PriceLow.Micros != want || p.TotalLow.Micros != want || p.TotalHigh.Micros != lipTakes*want {
		t.Errorf("%s, %d at %s, %s to %s: %+v", l.Action, ms, l.PriceLow, p.TotalLow, p.TotalHigh, l)
	}
	in.LipSync.Done = map[string]bool{l.Digest: true}
	if p := build(t, in); p.Shots[0].Lips.Action != Reuse || p.TotalHigh.Micros != 0 {
		t.Errorf("what is there costs %s", p.TotalHigh)
	}
	for name, change := range map[string]func(*Input){
		"other words": func(in *Input) { in.LipSync.Said["1A"] = "yes again" },
		"another model": func(in *Input) {
			in.Providers[len(in.Providers)-1].Model.ID = "l-2"
		},
	} {
		in := dubbed(t, lipper(), change)
		in.LipSync.Done = map[string]bool{l.Digest: true}
		if p := build(t, in); p.Shots[0].Lips.Action != Make {
			t.Errorf("%s: the lips of before are used", name)
		}
	}
}

// TestWhoseLipsStay: why is said, before anything is bought.
func TestWhoseLipsStay(t *testing.T) {
	for _, c := range []struct {
		name    string
		facts   provider.Facts
		change  func(*Input)
		problem string
		warning string
	}{
		{"nobody of that name", lipper(func(f *provider.Facts) { f.Instance = "lisp" }), nil, `did you mean "lisp"`, ""},
		{"one that makes takes", lipper(), func(in *Input) { in.LipSync.Instance = in.Providers[0].Instance }, "changes no lips; those that do: lips", ""},
		{"without its key", lipper(func(f *provider.Facts) { f.Parked = "SYNC_API_KEY is not set" }), nil, "SYNC_API_KEY", ""},
		{"by address, of a store that is not reached", lipper(func(f *provider.Facts) { f.Model.LipSync.ByURL = true }), func(in *Input) { in.NoURLs = true }, "configure s3", ""},
		{"too small", lipper(func(f *provider.Facts) { f.Model.LipSync.MinSide = 4000 }), nil, "", "lips takes clips of 4000"},
		{"too long", lipper(func(f *provider.Facts) { f.Model.MaxMS = 500; f.Model.MinMS = 100 }), nil, "", "at most"},
		{"two who speak", lipper(), func(in *Input) {
			s := &in.Production.Episode.Scenes[0].Shots[0]
			s.Cast = []string{"lin", "bo"}
			s.Lines = append(s.Lines, drama.Line{Who: "bo", Say: "So?", Translation: drama.Text{"zh": "那又怎样？"}})
		}, "", "several people"},
	} {
		change := c.change
		if change == nil {
			change = func(*Input) {}
		}
		p := build(t, dubbed(t, c.facts, change))
		said := func(all []Problem) string {
			var words []string
			for _, q := range all {
				words = append(words, q.Message)
			}
			return strings.Join(words, "\n")
		}
		if p.Shots[0].Lips != nil || !strings.Contains(said(p.Problems), c.problem) || (c.problem == "") != (len(p.Problems) == 0) || !strings.Contains(said(p.Warnings), c.warning) {
			t.Errorf("%s: %+v; %q, %q", c.name, p.Shots[0].Lips, said(p.Problems), said(p.Warnings))
		}
	}
}

// TestWhoChangesLipsMakesNoTakes.
func TestWhoChangesLipsMakesNoTakes(t *testing.T) {
	in := input(shot("1A"))
	in.Providers = append(in.Providers, lipper())
	in.Production.Season.Routing = []drama.Route{{Name: "all", Use: []string{"lips"}}}
	if p := build(t, in); len(p.Problems) == 0 || !strings.Contains(p.Problems[0].Message, "makes no takes") {
		t.Errorf("%v", p.Problems)
	}
}
