package plan

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

func TestWhoCannot(t *testing.T) {
	line := drama.Line{Who: "bo", Kind: drama.LineDialogue, Say: "No."}
	for name, c := range map[string]struct {
		shot   func(*drama.Shot)
		vendor func(*provider.Model)
		why    string // part of the reason; empty: it can
	}{
		"can":            {nil, nil, ""},
		"too long":       {func(s *drama.Shot) { s.Frames = 288 }, nil, "at most 10s, this shot is 12s"},
		"range too long": {func(s *drama.Shot) { s.Frames = 293 }, func(m *provider.Model) { m.DurationsMS, m.MinMS, m.MaxMS = nil, 3000, 8000 }, "at most 8s, this shot is 12.209s"},
		"no frames":      {from("1B"), func(m *provider.Model) { m.Modes = []provider.Mode{provider.ModeText} }, "start from a frame"},
		"no references":  {func(s *drama.Shot) { s.Cast = []string{"lin"} }, func(m *provider.Model) { m.Modes = []provider.Mode{provider.ModeText} }, "no reference pictures"},
		"too many refs":  {func(s *drama.Shot) { s.Cast = []string{"lin"} }, func(m *provider.Model) { m.MaxReferences = 1 }, "takes 1 reference pictures, this shot has 2"},
		"needs picture":  {nil, func(m *provider.Model) { m.Modes = []provider.Mode{provider.ModeFirstFrame} }, "needs a picture"},
		"wrong shape":    {nil, func(m *provider.Model) { m.Rasters = m.Rasters[:1] }, "nearest shape is 1280x720"},
		"long prompt":    {nil, func(m *provider.Model) { m.MaxPrompt = 5 }, "prompts of 5 characters"},
		"mute":           {func(s *drama.Shot) { s.Lines = []drama.Line{line} }, func(m *provider.Model) { m.Speech = false }, "does not speak"},
		"mute, no lines": {nil, func(m *provider.Model) { m.Speech, m.Audio = false, false }, ""},
		"strange money":  {nil, func(m *provider.Model) { m.PricePerSecond.Currency = "XXX" }, "no usable price"},
	} {
		t.Run(name, func(t *testing.T) {
			s := shot("1A")
			if c.shot != nil {
				c.shot(&s)
			}
			in := input(s, shot("1B"))
			if c.vendor == nil {
				c.vendor = func(*provider.Model) {}
			}
			in.Providers = []provider.Facts{vendor(c.vendor), free()}
			p := build(t, in)
			got := p.Shots[0]
			if c.why == "" {
				if got.Provider != "vendor" || len(got.Rejected) != 0 {
					t.Errorf("rejected: %+v", got.Rejected)
				}
				return
			}
			if len(got.Rejected) != 1 || !strings.Contains(got.Rejected[0].Why, c.why) {
				t.Fatalf("rejected %+v, want because %q", got.Rejected, c.why)
			}
			if got.Provider != "animatic" || !strings.Contains(got.Reason, c.why) {
				t.Errorf("shot goes to %q because %q", got.Provider, got.Reason)
			}
			// With nobody else the same is a problem of the shot, at its place.
			in.Production.Season.Routing[0].Use = []string{"vendor"}
			p = build(t, in)
			found := false
			for _, x := range p.Problems {
				found = found || x.Slate == "1A" && x.Position.Line == 10 && strings.Contains(x.Message, c.why)
			}
			if !found {
				t.Errorf("problems %v, want %q", p.Problems, c.why)
			}
		})
	}
}

func TestRouting(t *testing.T) {
	two, short := 2, media.Frames(48)
	routes := []drama.Route{
		{Name: "faces", When: &drama.When{Size: []string{"ECU", "cu"}, CastMin: &two}, Use: []string{"a"}},
		{Name: "quick", When: &drama.When{DurationMax: &short}, Use: []string{"b"}},
		{Name: "store", When: &drama.When{Location: []string{"store"}, Set: []string{"EXT"}}, Use: []string{"c"}},
		{Name: "chained", When: &drama.When{Needs: []string{"first_frame"}}, Use: []string{"d"}},
		{Name: "talk", When: &drama.When{Needs: []string{"audio"}}, Use: []string{"e"}},
		{Name: "seeded", When: &drama.When{Needs: []string{"seed", "references"}}, Use: []string{"f"}},
		{Name: "ends", When: &drama.When{Needs: []string{"last_frame"}}, Use: []string{"g"}},
		{Name: "moves", When: &drama.When{Move: []string{"orbit"}}, Use: []string{"h"}},
		{Name: "default", Use: []string{"z"}},
	}
	seed := int64(1)
	for name, c := range map[string]struct {
		change func(*drama.Shot)
		want   string
	}{
		"faces":    {func(s *drama.Shot) { s.Cast = []string{"bo", "lin"} }, "a"},
		"one face": {func(s *drama.Shot) { s.Cast = []string{"bo"} }, "z"},
		"quick":    {func(s *drama.Shot) { s.Frames = 48 }, "b"},
		"first of two": {func(s *drama.Shot) {
			s.Frames, s.Cast = 48, []string{"bo", "lin"}
		}, "a"},
		"chained": {from("1B"), "d"},
		"audio":   {func(s *drama.Shot) { s.Sound = "rain" }, "e"},
		"seeded": {func(s *drama.Shot) {
			s.Seed, s.Cast = &seed, []string{"lin"}
		}, "f"},
		"only half": {func(s *drama.Shot) { s.Seed = &seed }, "z"},
		"ends":      {func(s *drama.Shot) { s.Slate = "1C" }, "g"},
		"moves":     {func(s *drama.Shot) { s.Move = "Orbit" }, "h"},
		"override":  {func(s *drama.Shot) { s.Frames, s.Use = 48, []string{"y"} }, "y"},
	} {
		t.Run(name, func(t *testing.T) {
			s := shot("1A", c.change)
			in := input(s, shot("1B"), shot("1D", from("1C")))
			in.Production.Season.Routing = routes
			in.Providers = nil
			for _, r := range "abcdefghyz" {
				f := free()
				f.Instance = string(r)
				in.Providers = append(in.Providers, f)
			}
			p := build(t, in)
			if p.Shots[0].Provider != c.want {
				t.Errorf("goes to %q, want %q", p.Shots[0].Provider, c.want)
			}
		})
	}
}

func TestUnknownProviders(t *testing.T) {
	in := input(shot("1A", func(s *drama.Shot) { s.Use = []string{"animtic", "vendor"} }))
	in.Production.Season.Routing = []drama.Route{{Name: "default", Use: []string{"seedance"}}}
	p := build(t, in)
	if len(p.Problems) != 2 {
		t.Fatalf("problems %v, want two", p.Problems)
	}
	if m := p.Problems[0].Message; strings.Contains(m, "did you mean") || !strings.Contains(m, "routing default") {
		t.Errorf("%s", m)
	}
	if m := p.Problems[1]; !strings.Contains(m.Message, `did you mean "animatic"`) || m.Position.Line != 10 || m.Slate != "1A" {
		t.Errorf("%+v", m)
	}
}

// Where a parked instance may be mended at any moment, a shot that nobody else can make
// waits for it; where somebody else can, it is left out.
func TestParkedForNow(t *testing.T) {
	in := input(shot("1A"))
	in.Providers[1].Parked, in.Providers[1].Waits = "there is no key", true
	if p := build(t, in); p.Shots[0].Provider != "animatic" || len(p.Shots[0].Routes) != 1 || len(p.Shots[0].Rejected) != 1 {
		t.Errorf("another is there: %+v", p.Shots[0])
	}
	parked := in.Providers[1].Instance
	in.Production.Season.Routing = []drama.Route{{Name: "default", Use: []string{parked}}}
	p := build(t, in)
	if s := p.Shots[0]; len(p.Problems) != 0 || s.Provider != parked || !strings.Contains(s.Reason, "there is no key") || !strings.Contains(p.Warnings[0].Message, "waits until vendor can be asked") || s.PriceLow.Micros == 0 {
		t.Errorf("nobody else is there: %+v, %v, %v", s, p.Problems, p.Warnings)
	}
	in.Providers[1].Waits = false
	if p := build(t, in); len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "is parked: there is no key") {
		t.Errorf("for good: %v", p.Problems)
	}
}

func TestParked(t *testing.T) {
	in := input(shot("1A"))
	in.Providers[1].Parked = "the key was refused"
	p := build(t, in)
	if p.Shots[0].Provider != "animatic" || p.TotalHigh.Micros != 0 || !strings.Contains(p.Shots[0].Reason, "the key was refused") {
		t.Errorf("shot %+v", p.Shots[0])
	}
}
