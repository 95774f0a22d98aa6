package profile_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
)

// The table is read whole, and has the receivers that people ask for.
func TestTable(t *testing.T) {
	names := profile.Names()
	for _, want := range []string{
		"base", "tiktok", "tiktok-drama", "youtube-shorts", "youtube", "reels", "cn-base", "douyin", "hongguo", "kuaishou", "wechat", "bilibili",
		"broadcast-cn", "broadcast-eu", "eu", "in", "distributor", "archive", profile.Master,
	} {
		if !slices.Contains(names, want) {
			t.Errorf("there is no profile %s", want)
		}
	}
	for _, p := range profile.Built().Profiles {
		for _, l := range profile.Wishes(p) {
			if l.Wanted == "" || len(l.Sources) == 0 || l.Sources[0].Says == "" || l.Sources[0].Checked == "" {
				t.Errorf("%s: rule %s wants %q by %v", p.Name, l.Rule, l.Wanted, l.Sources)
			}
		}
	}
	if p, unknown := profile.Find([]string{"tiktok", "tictoc"}); p != nil || unknown != "tictoc" {
		t.Errorf("%v, %q", p, unknown)
	}
}

// A mistake in the table is an error, not a rule that is never broken.
func TestReadIsStrict(t *testing.T) {
	const sources = "sources: {own: {says: ours, kind: own, checked: 2026-11-28}}\nprofiles:\n"
	for name, text := range map[string]string{
		"no such rule":    `- {name: a, title: A, rules: {rastre: {any: [1x1], sources: [own]}}}`,
		"no such key":     `- {name: a, title: A, rules: {raster: {all: [1x1], sources: [own]}}}`,
		"no limit":        `- {name: a, title: A, rules: {raster: {sources: [own]}}}`,
		"no source":       `- {name: a, title: A, rules: {raster: {any: [1x1]}}}`,
		"unknown source":  `- {name: a, title: A, rules: {raster: {any: [1x1], sources: [them]}}}`,
		"from one below":  `- {name: a, title: A, from: [b], rules: {}}`,
		"half a box":      `- {name: a, title: A, box: [1, 2]}`,
		"without a title": `- {name: a}`,
	} {
		if _, err := profile.Read([]byte(sources + text)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	table, err := profile.Read([]byte(sources + "- {name: a, title: A, box: [1, 2, 3, 4], rules: {seconds: {max: 9, sources: [own]}, fps: {any: [24], sources: [own]}}}\n" +
		"- {name: b, title: B, from: [a], rules: {seconds: {max: 5, sources: [own]}}, sheet: {ai: yes}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if b := table.Profiles[1]; *b.Rules["seconds"].Max != 5 || b.Rules["fps"].Any[0] != "24" || len(b.Box) != 4 {
		t.Errorf("b is %+v", b)
	}
}

// The safe box is the one that all receivers leave, in the raster's own pixels; wide
// pictures have none.
func TestSafe(t *testing.T) {
	full := media.Raster{Width: 1080, Height: 1920}
	if got := profile.Safe([]string{"tiktok", "wechat"}, full); got != (media.Box{X0: 120, Y0: 288, X1: 888, Y1: 1248}) {
		t.Errorf("%+v", got)
	}
	if got := profile.Safe([]string{"tiktok"}, media.Raster{Width: 180, Height: 320}); got != (media.Box{X0: 20, Y0: 48, X1: 148, Y1: 208}) {
		t.Errorf("%+v", got)
	}
	for _, r := range []media.Raster{{Width: 1920, Height: 1080}, {Width: 1080, Height: 1080}} {
		if got := profile.Safe([]string{"tiktok"}, r); !got.Empty() {
			t.Errorf("%s: %+v", r, got)
		}
	}
	if got := profile.Safe(nil, full); !got.Empty() {
		t.Errorf("nobody asks: %+v", got)
	}
	if got := profile.Safe([]string{"archive"}, full); !got.Empty() {
		t.Errorf("the shelf leaves all: %+v", got)
	}
}

// What a profile wants of a script, before anything is made.
func TestPlanned(t *testing.T) {
	right := drama.Season{
		Format:   drama.Format{Raster: media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1}},
		Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5},
		Label:    drama.Label{Text: "AI生成", Position: "top-left", Frames: 72}, Filing: &drama.Filing{},
	}
	right.Safe = profile.Safe([]string{"cn-base"}, right.Format.Raster)
	for name, c := range map[string]struct {
		of     string
		change func(*drama.Season)
		frames media.Frames
		want   string // the rule that is broken; empty: none
	}{
		"right":             {"cn-base", nil, 24 * 60, ""},
		"wide":              {"cn-base", func(s *drama.Season) { s.Format.Raster = media.Raster{Width: 1920, Height: 1080} }, 0, "raster"},
		"slow":              {"tiktok", func(s *drama.Season) { s.Format.FPS = media.Rational{Num: 12, Den: 1} }, 0, "fps"},
		"loud":              {"cn-base", func(s *drama.Season) { s.Loudness.Integrated = -9 }, 0, "loudness"},
		"peaks":             {"cn-base", func(s *drama.Season) { s.Loudness.TruePeak = 0 }, 0, "true_peak"},
		"unlabelled":        {"cn-base", func(s *drama.Season) { s.Label.Off = true }, 0, "label"},
		"English words":     {"cn-base", func(s *drama.Season) { s.Label.Text = "AI-generated" }, 0, "label.words"},
		"AI is not first":   {"eu", func(s *drama.Season) { s.Label.Text = "made by AI" }, 0, "label.first"},
		"a second":          {"cn-base", func(s *drama.Season) { s.Label.Frames = 24 }, 0, "label.seconds"},
		"in the middle":     {"cn-base", func(s *drama.Season) { s.Label.Position = "center" }, 0, "label.place"},
		"far from the edge": {"cn-base", func(s *drama.Season) { s.Label.Position = "bottom-right" }, 0, "label.place"},
		"not whole":         {"in", nil, 0, "label.whole"},
		"not filed":         {"cn-base", func(s *drama.Season) { s.Filing = nil }, 0, "filing"},
		"too long":          {"youtube-shorts", nil, 24 * 181, "seconds"},
		"too short":         {"tiktok", nil, 24, "seconds"},
	} {
		s := right
		if c.change != nil {
			c.change(&s)
		}
		profiles, _ := profile.Find([]string{c.of})
		var broken []string
		for _, l := range profile.Judge(profiles, profile.Planned(s, c.frames)) {
			if l.Failed() {
				broken = append(broken, l.Rule)
			}
		}
		if strings.Join(broken, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, broken, c.want)
		}
	}
}

// A rule that several profiles have from one is told once.
func TestToldOnce(t *testing.T) {
	profiles, _ := profile.Find([]string{"douyin", "kuaishou"})
	v := profile.Planned(drama.Season{Format: drama.Format{Raster: media.Raster{Width: 64, Height: 64}, FPS: media.Rational{Num: 24, Den: 1}}}, 0)
	n := 0
	for _, l := range profile.Judge(profiles, v) {
		if l.Rule == "raster" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the raster is told of %d times", n)
	}
}

func TestNamed(t *testing.T) {
	profiles, _ := profile.Find([]string{"wechat"})
	for file, ok := range map[string]bool{"第三十天 - 第2集.mp4": true, "ep02.mp4": false} {
		lines := profile.Named(profiles, file, "第三十天", 2)
		if len(lines) != 1 || lines[0].OK != ok {
			t.Errorf("%s: %+v", file, lines)
		}
	}
	if lines := profile.Named(profiles, "master.mp4", "第三十天", 2); len(lines) != 1 || !lines[0].Unknown || lines[0].Wanted != "第三十天 - 第2集" {
		t.Errorf("%+v", lines)
	}
}

// Slack is for numbers that coding moves, and for nothing else.
func TestSlack(t *testing.T) {
	profiles, _ := profile.Find([]string{"tiktok"})
	s := profile.Subject{Seen: media.VerifyResult{
		Info: media.Info{FPS: media.Rational{Num: 24, Den: 1}}, Frames: 240, Integrated: -16, Made: &media.Made{Sound: &media.MadeSound{}},
	}}
	for peak, ok := range map[float64]bool{-3: true, -1.45: true, -1.2: false, math.Inf(1): false} {
		s.Seen.TruePeak = peak
		for _, l := range profile.Judge(profiles, profile.Measure(s)) {
			if l.Rule == "true_peak" && l.OK != ok {
				t.Errorf("%.2f dBTP: %+v", peak, l)
			}
		}
	}
}
