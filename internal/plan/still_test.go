package plan_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

func cny(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }

// storyboard is an episode whose season asks for stills, of a shot without and one
// with a shot to start from, one that opts out, and one with a reference picture.
func storyboard(t *testing.T) plan.Input {
	t.Helper()
	one, two := cny(1), cny(2)
	painter := func(name string, price *drama.Money, modes ...provider.Mode) provider.Facts {
		return provider.Facts{Instance: name, Type: name, Model: provider.Model{ID: name, Modes: append(modes, provider.ModeImage), Rates: []provider.Rate{{PerTake: price}}}}
	}
	video := func(name string, modes ...provider.Mode) provider.Facts {
		return provider.Facts{Instance: name, Type: name, Model: provider.Model{ID: name, Modes: modes, MaxMS: 10000, PricePerSecond: cny(1)}}
	}
	shot := func(slate string) drama.Shot {
		return drama.Shot{Slate: slate, Scene: "1", Size: "MS", Move: "pan-left", Action: "She waits.", Sound: "rain", Frames: 96, Cut: media.Transition{Kind: media.Cut}}
	}
	from, off, cast := shot("1B"), shot("1C"), shot("1D")
	from.From = &drama.From{Slate: "1A", Frame: "last"}
	off.NoStill = true
	cast.Cast = []string{"mei"}
	return plan.Input{
		Providers: []provider.Facts{
			painter("paint", &one), painter("refs", &two, provider.ModeReferences),
			video("video", provider.ModeText, provider.ModeFirstFrame, provider.ModeReferences), video("words", provider.ModeText, provider.ModeReferences),
		},
		Production: drama.Production{
			Season: drama.Season{
				Show: "s", Language: "en", Format: drama.Format{Raster: media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1}},
				Cast:     map[string]drama.Character{"mei": {Name: "Mei", Refs: drama.Refs(drama.File{Path: "mei.png", SHA256: "aa"})}},
				Routing:  []drama.Route{{Name: "default", Use: []string{"video"}}},
				Stills:   &drama.Stills{Use: []string{"paint", "refs"}},
				Takes:    drama.TakePolicy{Max: 3},
				Dialogue: drama.DialogueNative,
			},
			Episode: drama.Episode{Number: 1, Scenes: []drama.Scene{{Number: "1", Shots: []drama.Shot{shot("1A"), from, off, cast}}}},
		},
	}
}

func built(t *testing.T, in plan.Input) plan.Plan {
	t.Helper()
	p, err := plan.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestStills(t *testing.T) {
	p := built(t, storyboard(t))
	if len(p.Problems) > 0 {
		t.Fatal(p.Problems)
	}
	a, from, off, cast := p.Shots[0], p.Shots[1], p.Shots[2], p.Shots[3]
	if a.Still == nil || a.Still.Slate != "1A-still" || a.Still.Provider != "paint" || a.Still.Routes[0].Mode != provider.ModeImage {
		t.Fatalf("1A: %+v", a.Still)
	}
	for _, word := range []string{"rain", "pan"} {
		if strings.Contains(strings.ToLower(a.Still.Prompt.Text), word) {
			t.Errorf("a still shows no %s: %s", word, a.Still.Prompt.Text)
		}
	}
	if r := a.Routes[0]; r.Mode != provider.ModeFirstFrame || r.Text == nil || *r.Text != cny(4) {
		t.Errorf("1A is made from %s, without a still for %v", r.Mode, r.Text)
	}
	if a.PriceLow != cny(5) || a.PriceHigh != cny(3*4+3*2) {
		t.Errorf("1A costs %s to %s, want 5 to 18", a.PriceLow, a.PriceHigh)
	}
	if from.Still != nil || off.Still != nil || off.Routes[0].Mode != provider.ModeText {
		t.Error("a shot that starts from another, or wants none, has a still")
	}
	// Only one painter can be shown the reference, and the take starts from the still alone.
	if cast.Still == nil || cast.Still.Provider != "refs" || len(cast.Still.Rejected) != 1 || cast.Routes[0].Mode != provider.ModeFirstFrame {
		t.Errorf("1D: %+v", cast.Still)
	}
}

// The digests tell what is wanted, not who makes it; editing what a picture shows
// changes both, what only moves or sounds the shot's alone.
func TestStillDigests(t *testing.T) {
	in := storyboard(t)
	shot := &in.Production.Episode.Scenes[0].Shots[0]
	first := built(t, in).Shots[0]
	digests := func() (still, whole bool) {
		s := built(t, in).Shots[0]
		return s.Still.Digest != first.Still.Digest, s.Digest != first.Digest
	}
	in.Production.Season.Stills.Use = []string{"refs"}
	if still, whole := digests(); still || whole {
		t.Error("who makes the still is in a digest")
	}
	in.Production.Season.Stills.Approve = true
	if still, whole := digests(); still || whole {
		t.Error("approval is in a digest")
	}
	shot.Sound = "thunder"
	if still, whole := digests(); still || !whole {
		t.Errorf("another sound: still %v, shot %v", still, whole)
	}
	shot.Sound, shot.Action = "rain", "She sits."
	if still, whole := digests(); !still || !whole {
		t.Errorf("another action: still %v, shot %v", still, whole)
	}
	in = storyboard(t)
	in.Production.Season.Stills = nil
	if built(t, in).Shots[0].Digest == first.Digest {
		t.Error("a shot with a still has the digest of one without")
	}
}

func TestKnownStillIsFree(t *testing.T) {
	in := storyboard(t)
	d := built(t, in).Shots[0].Still.Digest
	in.Stills = map[string]drama.Still{d: {Digest: d, Take: drama.TakeID{Slate: "1A-still", Number: 1}}}
	s := built(t, in).Shots[0]
	if s.Still.Action != plan.Reuse || s.Still.Made == nil || s.PriceLow != cny(4) || s.PriceHigh != cny(12) || len(s.Still.Routes) == 0 {
		t.Errorf("%s, %s to %s: %+v", s.Still.Action, s.PriceLow, s.PriceHigh, s.Still)
	}
}

// Nothing is drawn for those who start from no picture.
func TestStillOnlyForWhoTakesIt(t *testing.T) {
	in := storyboard(t)
	in.Production.Season.Routing[0].Use = []string{"words", "video"}
	in.Production.Episode.Scenes[0].Shots = in.Production.Episode.Scenes[0].Shots[:1]
	p := built(t, in)
	if s := p.Shots[0]; s.Still != nil || s.PriceLow != cny(4) || s.Routes[1].Mode != provider.ModeText || len(p.Problems) > 0 {
		t.Errorf("%+v, %v", s, p.Problems)
	}
	in.Production.Season.Routing[0].Use = []string{"video", "words"}
	if s := built(t, in).Shots[0]; s.Still == nil || s.Routes[1].Mode != provider.ModeText {
		t.Errorf("%+v", s)
	}
}

func TestStillProblems(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*plan.Input)
		want   string
	}{
		"not configured": {func(in *plan.Input) { in.Production.Season.Stills.Use = []string{"pain"} }, `stills names the provider "pain"`},
		"makes takes":    {func(in *plan.Input) { in.Production.Season.Stills.Use = []string{"video"} }, "nobody can make the still of shot 1A: video makes takes, not pictures"},
		"parked":         {func(in *plan.Input) { in.Providers[0].Parked, in.Providers[1].Parked = "no key", "no key" }, "paint is parked: no key"},
		"makes pictures": {func(in *plan.Input) { in.Production.Season.Routing[0].Use = []string{"paint"} }, "paint makes pictures, not takes"},
		"slate taken":    {func(in *plan.Input) { in.Production.Episode.Scenes[0].Shots[2].Slate = "1A-still" }, "another shot's slate"},
	} {
		t.Run(name, func(t *testing.T) {
			in := storyboard(t)
			c.change(&in)
			var all strings.Builder
			for _, p := range built(t, in).Problems {
				all.WriteString(p.Message + "\n")
			}
			if !strings.Contains(all.String(), c.want) {
				t.Errorf("problems do not say %q:\n%s", c.want, all.String())
			}
		})
	}
}

// drawnOnce is the input once the stills of its shots were made by the first route.
func drawnOnce(t *testing.T, in plan.Input) plan.Input {
	t.Helper()
	in.Stills = make(map[string]drama.Still)
	for _, s := range built(t, in).Shots {
		if s.Still == nil {
			continue
		}
		made := drama.Still{
			Digest: s.Still.Digest, Told: s.Still.Told, Take: drama.TakeID{Slate: s.Still.Slate, Number: 1},
			Provider: s.Still.Provider, Model: s.Still.Model, Asked: s.Still.Asked(s.Still.Provider, nil),
		}
		in.Stills[made.Digest], in.Stills[made.Told] = made, made
	}
	return in
}

// What a painter is never told makes no still stale; what it is told does.
func TestOnlyWhatThePainterIsToldMakesAStillStale(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*plan.Input)
		model  func(*provider.Model) // of all painters, from the start
		want   plan.Action
	}{
		"avoid, unread": {func(in *plan.Input) { in.Production.Season.Avoid = "hats" }, nil, plan.Reuse},
		"avoid, read":   {func(in *plan.Input) { in.Production.Season.Avoid = "hats" }, func(m *provider.Model) { m.Negative = true }, plan.Make},
		"frame rate":    {func(in *plan.Input) { in.Production.Season.Format.FPS = media.Rational{Num: 25, Den: 1} }, nil, plan.Reuse},
		"another size that the painter does not choose": {
			func(in *plan.Input) { in.Production.Season.Format.Raster = media.Raster{Width: 720, Height: 1280} },
			func(m *provider.Model) { m.Rasters = []media.Raster{{Width: 1024, Height: 1792}} }, plan.Reuse,
		},
		"another size": {func(in *plan.Input) { in.Production.Season.Format.Raster = media.Raster{Width: 720, Height: 1280} }, nil, plan.Make},
		"another shape": {
			func(in *plan.Input) { in.Production.Season.Format.Raster = media.Raster{Width: 1920, Height: 1080} },
			func(m *provider.Model) {
				m.Rasters = []media.Raster{{Width: 1024, Height: 1792}, {Width: 1792, Height: 1024}}
			}, plan.Make,
		},
		"looks":         {func(in *plan.Input) { in.Production.Season.Look = "Black and white." }, nil, plan.Make},
		"other picture": {func(in *plan.Input) { in.Production.Season.Cast["mei"].Refs[0].SHA256 = "bb" }, nil, plan.Make},
		"nothing is noted of it": {func(in *plan.Input) {
			in.Production.Season.Avoid = "hats"
			for digest, s := range in.Stills {
				s.Asked = nil
				in.Stills[digest] = s
			}
		}, nil, plan.Make},
		"it draws by the brief": {func(in *plan.Input) { in.Production.Season.Avoid = "hats" }, func(m *provider.Model) { m.ReadsBrief = true }, plan.Make},
	} {
		t.Run(name, func(t *testing.T) {
			in := storyboard(t)
			if c.model != nil {
				c.model(&in.Providers[0].Model)
				c.model(&in.Providers[1].Model)
			}
			in = drawnOnce(t, in)
			c.change(&in)
			s := built(t, in).Shots[3] // with a reference
			if s.Still == nil || s.Still.Action != c.want {
				t.Errorf("got %+v, want %s", s.Still, c.want)
			}
		})
	}
}

func TestAnEndedMakerOfStillsIsNotAsked(t *testing.T) {
	in := storyboard(t)
	in.Providers[0].Model.Until, in.Now = "2026-11-11", time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	p := built(t, in)
	if st := p.Shots[0].Still; st == nil || st.Provider != "refs" || len(st.Rejected) != 1 || st.Rejected[0].Why != "ended on 2026-11-11" {
		t.Errorf("still %+v", st)
	}
	in.Now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	p = built(t, in)
	told := ""
	for _, w := range p.Warnings {
		told += w.Message
	}
	if p.Shots[0].Still.Provider != "paint" || !strings.Contains(told, "paint, who makes 1A-still, ends on 2026-11-11: route to refs instead") {
		t.Errorf("still by %s, told %q", p.Shots[0].Still.Provider, told)
	}
}
