package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/provider"
)

func free() provider.Facts {
	return provider.Facts{Instance: "animatic", Type: "animatic", Model: provider.Model{
		ID: "animatic-1", Modes: []provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeReferences},
		Audio: true, Speech: true, Seed: true,
	}}
}

// vendor makes 5 or 10 seconds of 720p for 1 CNY a second.
func vendor(change ...func(*provider.Model)) provider.Facts {
	m := provider.Model{
		ID: "v-2", Modes: []provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeReferences},
		DurationsMS: []int64{10_000, 5_000}, Rasters: []media.Raster{{Width: 1280, Height: 720}, {Width: 720, Height: 1280}},
		MaxReferences: 2, MaxPrompt: 2000, Audio: true, Speech: true,
		PricePerSecond: drama.Money{Micros: drama.Micro, Currency: "CNY"},
	}
	for _, c := range change {
		c(&m)
	}
	return provider.Facts{Instance: "vendor", Type: "v", Model: m}
}

func file(name string) drama.File { return drama.File{Path: name, SHA256: "sha-" + name} }

func shot(slate string, change ...func(*drama.Shot)) drama.Shot {
	s := drama.Shot{
		Slate: slate, Scene: slate[:1], Size: "CU", Frames: 96, Action: "She waits.", Cut: media.Transition{Kind: media.Cut},
		Position: drama.Position{File: "ep01.yaml", Line: 10, Col: 3},
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

func input(shots ...drama.Shot) Input {
	p := drama.Production{
		Season: drama.Season{
			Show: "s", Language: "en", Dialogue: drama.DialogueNative, Takes: drama.TakePolicy{Max: 3},
			Format:    drama.Format{Raster: media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1}, Fit: media.FitFill},
			Cast:      map[string]drama.Character{"lin": {Name: "Lin", Refs: drama.Refs(file("a.png"), file("b.png"))}, "bo": {Name: "Bo"}},
			Locations: map[string]drama.Location{"store": {Name: "Store", Refs: drama.Refs(file("store.png"))}, "road": {Name: "Road"}},
			Routing:   []drama.Route{{Name: "default", Use: []string{"vendor", "animatic"}}},
			Budget:    &drama.Budget{Currency: "CNY"},
		},
		Episode: drama.Episode{Number: 1},
	}
	for _, s := range shots {
		n := len(p.Episode.Scenes)
		if n == 0 || p.Episode.Scenes[n-1].Number != s.Scene {
			p.Episode.Scenes = append(p.Episode.Scenes, drama.Scene{Number: s.Scene, Set: "INT", Location: "road"})
			n++
		}
		p.Episode.Scenes[n-1].Shots = append(p.Episode.Scenes[n-1].Shots, s)
	}
	return Input{Production: p, Providers: []provider.Facts{free(), vendor()}, Exchange: drama.Exchange{AsOf: "2026-11-01", Rates: map[string]int64{"CNY": drama.Micro, "USD": 7_100_000}}}
}

func build(t *testing.T, in Input) Plan {
	t.Helper()
	p, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// circle circles take n of every shot of a plan.
func circle(in Input, p Plan, slates ...string) Input {
	in.Circles = make(map[string]drama.Circle)
	for _, s := range p.Shots {
		for _, slate := range slates {
			if s.Slate == slate {
				in.Circles[s.Digest] = drama.Circle{Digest: s.Digest, Take: drama.TakeID{Episode: p.Episode, Slate: s.Slate, Number: 2}}
			}
		}
	}
	return in
}

func actions(p Plan) string {
	var all []string
	for _, s := range p.Shots {
		all = append(all, s.Slate+":"+string(s.Action))
	}
	return strings.Join(all, " ")
}

func TestFirstPlan(t *testing.T) {
	p := build(t, input(shot("1A"), shot("1B", func(s *drama.Shot) { s.Frames = 144 })))
	if len(p.Problems) != 0 {
		t.Fatalf("problems: %v", p.Problems)
	}
	a, b := p.Shots[0], p.Shots[1]
	if a.Provider != "vendor" || a.Model != "v-2" || a.Routes[0].MakeMS != 5000 || b.Routes[0].MakeMS != 10_000 {
		t.Errorf("routes %+v, %+v", a.Routes, b.Routes)
	}
	if got := a.Routes[0].Raster.String(); got != "720x1280" {
		t.Errorf("raster %s, want the vendor's upright one", got)
	}
	if got, want := [4]string{a.PriceLow.String(), a.PriceHigh.String(), p.TotalLow.String(), p.TotalHigh.String()},
		[4]string{"5.00 CNY", "15.00 CNY", "15.00 CNY", "45.00 CNY"}; got != want {
		t.Errorf("prices %v, want %v", got, want)
	}
	if a.NextTake != 1 || a.MaxTakes != 3 || len(a.Digest) != 64 || a.Digest == b.Digest {
		t.Errorf("shot %+v", a)
	}
}

func TestReuse(t *testing.T) {
	in := input(shot("1A"), shot("1B"), shot("2A", func(s *drama.Shot) { s.Frames = 60 }))
	in = circle(in, build(t, in), "1A", "2A")
	p := build(t, in)
	// 1A and 1B ask for the very same picture, so one take serves both.
	if got, want := actions(p), "1A:reuse 1B:reuse 2A:reuse"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if p.TotalHigh.Micros != 0 || p.Shots[0].Reuse.Number != 2 {
		t.Errorf("reuse costs %s, take %v", p.TotalHigh, p.Shots[0].Reuse)
	}
	in.Production.Episode.Scenes[1].Shots[0].Action = "She runs."
	in.TakeCounts = map[string]int{"2A": 4}
	p = build(t, in)
	if got, want := actions(p), "1A:reuse 1B:reuse 2A:make"; got != want {
		t.Errorf("after an edit: %s, want %s", got, want)
	}
	if p.Shots[2].NextTake != 5 {
		t.Errorf("next take %d, want 5", p.Shots[2].NextTake)
	}
}

func TestWhatIsNotInTheDigest(t *testing.T) {
	base := build(t, input(shot("1A"))).Shots[0].Digest
	for name, change := range map[string]func(*Input){
		"slate, cut, title and seed": func(in *Input) {
			s := &in.Production.Episode.Scenes[0].Shots[0]
			seed := int64(7)
			s.Slate, s.Cut, s.Title, s.Seed = "1Z", media.Transition{Kind: media.Fade, Frames: 12}, &drama.Title{Text: "x"}, &seed
		},
		"use and routing": func(in *Input) {
			in.Production.Episode.Scenes[0].Shots[0].Use = []string{"animatic"}
			in.Production.Season.Routing[0].Use = []string{"animatic"}
		},
		"another scene's place":   func(in *Input) { in.Production.Season.Locations["store"] = drama.Location{} },
		"somebody else's clothes": func(in *Input) { in.Production.Season.Cast["bo"] = drama.Character{Name: "Bob"} },
	} {
		t.Run(name, func(t *testing.T) {
			in := input(shot("1A"))
			change(&in)
			if got := build(t, in).Shots[0].Digest; got != base {
				t.Errorf("the digest changed")
			}
		})
	}
	for name, change := range map[string]func(*Input){
		"frames": func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Frames++ },
		"raster": func(in *Input) { in.Production.Season.Format.Raster.Width = 720 },
		"fps":    func(in *Input) { in.Production.Season.Format.FPS.Num = 25 },
		"look":   func(in *Input) { in.Production.Season.Look = "noir" },
		"avoid":  func(in *Input) { in.Production.Season.Avoid = "text" },
		"mood":   func(in *Input) { in.Production.Episode.Scenes[0].Mood = "tense" },
		"template": func(in *Input) {
			in.Production.Season.Templates = map[string]string{"shot": "{{.Action}}"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(shot("1A"))
			change(&in)
			if got := build(t, in).Shots[0].Digest; got == base {
				t.Errorf("the digest did not change")
			}
		})
	}
}

func TestReferencesCountByContent(t *testing.T) {
	with := func(f drama.File) string {
		in := input(shot("1A", func(s *drama.Shot) { s.Cast = []string{"lin"} }))
		in.Production.Season.Cast["lin"] = drama.Character{Name: "Lin", Refs: drama.Refs(f)}
		return build(t, in).Shots[0].Digest
	}
	a := with(drama.File{Path: "a.png", SHA256: "1"})
	if with(drama.File{Path: "moved/b.png", SHA256: "1"}) != a {
		t.Error("moving a file changes the digest")
	}
	if with(drama.File{Path: "a.png", SHA256: "2"}) == a {
		t.Error("another picture under the same name does not change the digest")
	}
	in := input(shot("1A", func(s *drama.Shot) { s.Cast = []string{"lin"} }))
	in.Production.Season.Cast["lin"] = drama.Character{Name: "Lin", Refs: drama.Refs(drama.File{Path: "a.png"})}
	if p := build(t, in); len(p.Problems) != 1 {
		t.Errorf("a file that was not read: problems %v, want one", p.Problems)
	}
}

func TestFromIsTransitive(t *testing.T) {
	in := input(shot("1A"), shot("1B", from("1A")), shot("1C", from("1B")))
	before := build(t, in)
	in.Production.Episode.Scenes[0].Shots[0].Action = "She runs."
	after := build(t, in)
	for i, s := range before.Shots {
		if after.Shots[i].Digest == s.Digest {
			t.Errorf("%s keeps its digest though 1A changed", s.Slate)
		}
	}
	if got := after.Shots[1].Routes[0].Mode; got != provider.ModeFirstFrame {
		t.Errorf("mode %s, want first_frame", got)
	}
	in.Production.Episode.Scenes[0].Shots[0].From = &drama.From{Slate: "1C", Frame: "last"}
	if _, err := Build(in); err == nil || !strings.Contains(err.Error(), "circle") {
		t.Errorf("a circle of from: %v", err)
	}
	in.Production.Episode.Scenes[0].Shots[0].From = &drama.From{Slate: "9Z", Frame: "last"}
	if p := build(t, in); len(p.Problems) != 1 {
		t.Errorf("a from that does not exist: %v", p.Problems)
	}
}

func from(slate string) func(*drama.Shot) {
	return func(s *drama.Shot) { s.From = &drama.From{Slate: slate, Frame: "last"} }
}

func TestOnly(t *testing.T) {
	in := input(shot("1A"), shot("1B", from("1A")), shot("2A", func(s *drama.Shot) { s.Frames = 60 }), shot("2B", func(s *drama.Shot) { s.Frames = 61 }))
	in.Only = []string{"1b"}
	p := build(t, in)
	if got, want := actions(p), "1A:make 1B:make 2A:skip 2B:skip"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	in = circle(in, p, "1A", "2B")
	in.Only = []string{"1B", "2"}
	if got, want := actions(build(t, in)), "1A:reuse 1B:make 2A:make 2B:reuse"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	in.Only = []string{"3"}
	if p := build(t, in); len(p.Problems) != 1 {
		t.Errorf("an unknown name: %v", p.Problems)
	}
}

func TestRetake(t *testing.T) {
	seed := int64(99)
	in := input(shot("1A"), shot("1B", from("1A")), shot("2A", func(s *drama.Shot) { s.Frames = 60 }))
	first := build(t, in)
	in = circle(in, first, "1A", "1B", "2A")
	in.TakeCounts = map[string]int{"1A": 2}
	in.Retake = &drama.Retake{Slates: []string{"1A"}, Note: "slower", Seed: &seed, Use: "animatic"}
	p := build(t, in)
	if got, want := actions(p), "1A:make 1B:reuse 2A:reuse"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	s := p.Shots[0]
	if s.Digest != first.Shots[0].Digest {
		t.Error("a note changes the digest")
	}
	if !strings.HasSuffix(s.Prompt.Text, "For this take: slower") || s.NextTake != 3 || s.Provider != "animatic" || len(s.Routes) != 1 {
		t.Errorf("shot %+v", s)
	}
	if s.Seed == nil || *s.Seed != 99 {
		t.Errorf("first seed %v", s.Seed)
	}
	if len(p.Warnings) != 1 || p.Warnings[0].Slate != "1B" {
		t.Errorf("warnings %v, want one about 1B, which starts from the old take", p.Warnings)
	}
}

func TestRetakeOfNothing(t *testing.T) {
	in := input(shot("1A"))
	in.Retake = &drama.Retake{Note: "better"}
	if p := build(t, in); len(p.Problems) != 1 {
		t.Errorf("problems %v, want one", p.Problems)
	}
}

func TestFootage(t *testing.T) {
	clip := func(s *drama.Shot) { f := file("real.mov"); s.Footage, s.Frames = &f, 0 }
	in := input(shot("1A", clip))
	p := build(t, in)
	if got := p.Shots[0]; got.Action != Footage || got.Provider != "" || len(got.Routes) != 0 || p.TotalHigh.Micros != 0 {
		t.Errorf("footage: %+v", got)
	}
	muted := build(t, input(shot("1A", clip, func(s *drama.Shot) { s.Mute = true })))
	if muted.Shots[0].Digest == p.Shots[0].Digest {
		t.Error("muting footage keeps the digest")
	}
	in.Retake = &drama.Retake{Slates: []string{"1A"}}
	if p := build(t, in); len(p.Problems) != 1 {
		t.Errorf("retake of footage: %v, want a problem", p.Problems)
	}
}

// A script's seed is for the first take only.
func TestSeeds(t *testing.T) {
	seven := int64(7)
	in := input(shot("1A", func(s *drama.Shot) { s.Seed = &seven }))
	p := build(t, in)
	if got := p.Shots[0].Seed; got == nil || *got != 7 {
		t.Errorf("first seed %v, want the script's", got)
	}
	in.Tried, in.TakeCounts = map[string]int{p.Shots[0].Digest: 1}, map[string]int{"1A": 1}
	if got := build(t, in).Shots[0].Seed; got != nil {
		t.Errorf("seed %d after a take with the script's, want the take's own", *got)
	}
}

func TestTemplateErrors(t *testing.T) {
	in := input(shot("1A"))
	in.Production.Season.Templates = map[string]string{"shot": "{{.Nope}}"}
	_, err := Build(in)
	var te *prompt.TemplateError
	if !errors.As(err, &te) || te.Purpose != "shot" {
		t.Errorf("error %v, want a TemplateError of shot", err)
	}
}

func TestPlanIsDeterministicAndJSON(t *testing.T) {
	in := input(shot("1A"), shot("1B", from("1A")), shot("2A"))
	a, err := json.Marshal(build(t, in))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(build(t, in))
	if diff := cmp.Diff(string(a), string(b)); diff != "" {
		t.Error(diff)
	}
	var back Plan
	if err := json.Unmarshal(a, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(build(t, in), back); diff != "" {
		t.Errorf("plan does not survive JSON (-want +got):\n%s", diff)
	}
}

// season is 80 episodes of 60 shots.
func season() []Input {
	var all []Input
	for e := range 80 {
		var shots []drama.Shot
		for i := range 60 {
			shots = append(shots, shot(fmt.Sprintf("%d%c", i/10+1, 'A'+rune(i%10)), func(s *drama.Shot) {
				s.Cast = []string{"lin", "bo"}
				s.Action = fmt.Sprintf("Episode %d, shot %d: they wait for somebody who does not come.", e, i)
				s.Lines = []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "Not tonight either."}}
				if i%10 == 1 {
					s.From = &drama.From{Slate: fmt.Sprintf("%dA", i/10+1), Frame: "last"}
				}
			}))
		}
		in := input(shots...)
		in.Production.Episode.Number = e + 1
		all = append(all, in)
	}
	return all
}

func BenchmarkSeason(b *testing.B) {
	all := season()
	for b.Loop() {
		for _, in := range all {
			if p, err := Build(in); err != nil || len(p.Problems) > 0 {
				b.Fatal(err, p.Problems)
			}
		}
	}
}
