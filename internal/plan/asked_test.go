package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// made is the input once every shot of it has a circled take by its first route.
func made(t *testing.T, in Input) Input {
	t.Helper()
	p := build(t, in)
	in.Earlier, in.TakeCounts = make(map[string][]Earlier), make(map[string]int)
	takes := make(map[string]drama.TakeID)
	for _, s := range p.Shots {
		id := drama.TakeID{Episode: p.Episode, Slate: s.Slate, Number: 1}
		takes[s.Slate] = id
		var from *drama.AskedFrom
		if s.From != nil {
			from = &drama.AskedFrom{Take: takes[s.From.Slate], Frame: "last", Frames: p.Shots[0].Frames}
		}
		take := drama.Take{
			ID: id, Digest: s.Digest, Provider: s.Provider, Model: s.Model, Media: drama.Object{Key: "k"}, Asked: s.Asked(s.Provider, from),
			Verdict:  drama.Verdict{Pass: true},
			Measured: &media.Measurements{Duration: time.Duration(s.Routes[0].MakeMS) * time.Millisecond},
		}
		in.TakeCounts[s.Slate] = 1
		in.Earlier[s.Slate] = []Earlier{{Take: take, Circle: &drama.Circle{Digest: s.Digest, Take: id, By: "qc"}}}
	}
	return in
}

func spoken(s *drama.Shot) {
	s.Cast = []string{"bo"}
	s.Lines = []drama.Line{{Who: "bo", Kind: drama.LineDialogue, Say: "We're closed."}, {Who: "bo", Kind: drama.LineDialogue, Say: "Go."}}
}

// What the chosen model is never told makes no take stale; what it is told does,
// and the plan says what that was.
func TestOnlyWhatTheModelIsToldMakesATakeStale(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Input)
		model  func(*provider.Model) // of the vendor, from the start
		want   Action
		reason string
	}{
		{name: "avoid, unread", change: func(in *Input) { in.Production.Season.Avoid = "hats" }, want: Reuse, reason: "avoid"},
		{
			name: "avoid, read", change: func(in *Input) { in.Production.Season.Avoid = "hats" },
			model: func(m *provider.Model) { m.Negative = true }, want: Make, reason: "changed since take 1: avoid",
		},
		{
			name: "voice of a native line", want: Reuse, reason: "voice of bo, voice of line 1",
			change: func(in *Input) {
				in.Production.Season.Cast["bo"] = drama.Character{Name: "Bo", Voice: &drama.Voice{Provider: "espeak", Name: "en"}}
			},
		},
		{
			name: "frame rate", want: Reuse, reason: "frame rate, 24/1 to 25/1",
			change: func(in *Input) { in.Production.Season.Format.FPS = media.Rational{Num: 25, Den: 1} },
		},
		{
			name: "frame rate that is asked for", want: Make, reason: "frame rate",
			change: func(in *Input) { in.Production.Season.Format.FPS = media.Rational{Num: 25, Den: 1} },
			model:  func(m *provider.Model) { m.ReadsFPS = true },
		},
		{
			name: "trim within what was made", change: func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Frames = 60 },
			want: Reuse, reason: "length, 96 to 60 frames",
		},
		{
			name: "longer, within what was made", change: func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Frames = 120 },
			want: Reuse, reason: "length, 96 to 120 frames",
		},
		{
			name: "longer than what was made", change: func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Frames = 130 },
			want: Make, reason: "changed since take 1: length, 96 to 130 frames",
		},
		{
			name: "another size of the same shape", want: Reuse, reason: "raster",
			change: func(in *Input) { in.Production.Season.Format.Raster = media.Raster{Width: 720, Height: 1280} },
		},
		{
			name: "another shape", want: Make, reason: "raster",
			change: func(in *Input) { in.Production.Season.Format.Raster = media.Raster{Width: 1920, Height: 1080} },
		},
		{
			name: "label and subtitles", want: Reuse, // by digest: there is no circle here, so by request
			change: func(in *Input) {
				in.Production.Season.Label.Text, in.Production.Season.Subtitles.Burn = "AI", "en"
				in.Production.Season.Avoid = "hats"
			},
		},
		{
			name: "words", change: func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Lines[1].Say = "Come back!" },
			want: Make, reason: "changed since take 1: words of line 2",
		},
		{
			name: "looks", change: func(in *Input) { in.Production.Season.Cast["bo"] = drama.Character{Name: "Bo", Looks: "tall"} },
			want: Make, reason: "changed since take 1: looks of bo",
		},
		{
			name: "pictures", want: Make, reason: "pictures of bo",
			change: func(in *Input) {
				in.Production.Season.Cast["bo"] = drama.Character{Name: "Bo", Refs: drama.Refs(file("bo.png"))}
			},
		},
		{
			name: "sound that nobody made", want: Make, reason: "sound",
			change: func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Sound = "rain" },
		},
		{
			name: "a maker who is not configured any more", want: Reuse, reason: "avoid",
			change: func(in *Input) {
				in.Production.Season.Avoid = "hats"
				in.Providers = in.Providers[:1]
				in.Production.Season.Routing[0].Use = []string{"animatic"}
			},
		},
		{
			name: "a take that was not circled", want: Make, reason: "changed since take 1: avoid",
			change: func(in *Input) { in.Production.Season.Avoid = "hats"; in.Earlier["1A"][0].Circle = nil },
		},
		{
			name: "an older release's take", want: Make, reason: "not noted",
			change: func(in *Input) { in.Production.Season.Avoid = "hats"; in.Earlier["1A"][0].Take.Asked = nil },
		},
		{
			name: "a clip shorter than was asked for", want: Make, reason: "length",
			change: func(in *Input) {
				in.Production.Episode.Scenes[0].Shots[0].Frames = 118
				in.Earlier["1A"][0].Take.Measured.Duration = 4 * time.Second
			},
		},
		{
			name: "nothing, but it is NG", want: Make, reason: "no take is circled: take 1 is NG",
			change: func(in *Input) {
				in.Earlier["1A"][0].Circle, in.Earlier["1A"][0].Take.Verdict.Pass = nil, false
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := input(shot("1A", spoken))
			model := c.model
			if model == nil {
				model = func(*provider.Model) {}
			}
			in.Providers = []provider.Facts{free(), vendor(model)}
			in = made(t, in)
			c.change(&in)
			s := build(t, in).Shots[0]
			if s.Action != c.want || !strings.Contains(s.Reason, c.reason) {
				t.Errorf("%s, because %q; want %s, because of %q", s.Action, s.Reason, c.want, c.reason)
			}
			if c.want == Reuse && (s.Reuse == nil || s.Reuse.Number != 1 || s.Circled == nil || s.PriceHigh.Micros != 0) {
				t.Errorf("reuse of %v by %v for %s", s.Reuse, s.Circled, s.PriceHigh)
			}
		})
	}
}

// Who draws from the brief is told everything.
func TestADrawnTakeIsStaleWithItsBrief(t *testing.T) {
	in := input(shot("1A"))
	drawn := free()
	drawn.Model.ReadsBrief = true
	in.Providers, in.Production.Season.Routing[0].Use = []provider.Facts{drawn}, []string{"animatic"}
	in = made(t, in)
	in.Production.Season.Avoid = "hats"
	if s := build(t, in).Shots[0]; s.Action != Make || !strings.Contains(s.Reason, "avoid") {
		t.Errorf("%s, because %q", s.Action, s.Reason)
	}
}

// A shot that starts from another's frame is the same while that frame is.
func TestAFrameIsTheSameWhileItsTakeIs(t *testing.T) {
	chain := input(shot("1A"), shot("2A", func(s *drama.Shot) { s.From = &drama.From{Slate: "1A", Frame: "last"} }))
	for _, c := range []struct {
		name   string
		change func(*Input)
		want   string
	}{
		{"nobody is told", func(in *Input) { in.Production.Season.Avoid = "hats" }, "1A:reuse 2A:reuse"},
		{"the first is cut shorter: another last frame", func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Frames = 60 }, "1A:reuse 2A:make"},
		{"the first is made anew", func(in *Input) { in.Production.Episode.Scenes[0].Shots[0].Action = "She runs." }, "1A:make 2A:make"},
		{"the second is cut shorter", func(in *Input) { in.Production.Episode.Scenes[1].Shots[0].Frames = 60 }, "1A:reuse 2A:reuse"},
	} {
		in := chain
		in.Production.Episode.Scenes = []drama.Scene{in.Production.Episode.Scenes[0], in.Production.Episode.Scenes[1]}
		for i := range in.Production.Episode.Scenes {
			in.Production.Episode.Scenes[i].Shots = append([]drama.Shot(nil), in.Production.Episode.Scenes[i].Shots...)
		}
		in = made(t, in)
		c.change(&in)
		if c.want == "1A:make 2A:make" {
			in.Production.Season.Avoid = "hats" // so that the second is stale of itself
		}
		if got := actions(build(t, in)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A retake is a wish: it is made although an earlier take would do.
func TestARetakeUsesNoEarlierTake(t *testing.T) {
	in := made(t, input(shot("1A")))
	in.Production.Season.Avoid = "hats"
	in.Retake = &drama.Retake{Slates: []string{"1A"}}
	if got := actions(build(t, in)); got != "1A:make" {
		t.Errorf("%s", got)
	}
}

// A person may choose what QC would not: the plan says what that means.
func TestAnUnusualChoiceIsSaid(t *testing.T) {
	in := input(shot("1A"))
	p := build(t, in)
	slate, digest := p.Shots[0].Slate, p.Shots[0].Digest
	id := drama.TakeID{Episode: p.Episode, Slate: slate, Number: 2}
	in.Circles = map[string]drama.Circle{digest: {Digest: digest, Take: id, By: "ana"}}
	good := drama.Take{ID: id, Digest: digest, Verdict: drama.Verdict{Pass: true}, Asked: p.Shots[0].Asked(p.Shots[0].Provider, nil)}
	ng, older := good, good
	ng.Verdict = drama.Verdict{Reasons: []string{"black for 12 frames"}}
	older.Digest = "another"
	asked := *good.Asked
	asked.Brief.Action = "She ran."
	older.Asked = &asked
	for name, c := range map[string]struct {
		take drama.Take
		says string
	}{"as usual": {good, ""}, "NG": {ng, "black for 12 frames"}, "older": {older, "action"}} {
		in.Chosen = map[string]drama.Take{digest: c.take}
		p := build(t, in)
		if p.Shots[0].Action != Reuse {
			t.Errorf("%s: %s", name, p.Shots[0].Action)
		}
		if c.says == "" {
			if len(p.Warnings) > 0 {
				t.Errorf("%s: warned of %v", name, p.Warnings)
			}
			continue
		}
		if len(p.Warnings) != 1 || p.Warnings[0].Slate != slate || !strings.Contains(p.Warnings[0].Message, c.says) || !strings.Contains(p.Shots[0].Reason, c.says) {
			t.Errorf("%s: reason %q, warnings %v", name, p.Shots[0].Reason, p.Warnings)
		}
	}
}
