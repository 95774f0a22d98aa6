package script_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/script"
)

// The script of the design, in full, becomes this production.
func TestProduction(t *testing.T) {
	_, m, typed, _ := readCase(t, "testdata/problems/good.txtar")
	s, problems := script.Load(m, typed)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	got, err := json.MarshalIndent(s.Production(0), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/night-shift.json", append(got, '\n'))
	if s.Dir != "/home/shows/night-shift" {
		t.Errorf("Dir = %q", s.Dir)
	}
	var names []string
	for _, p := range s.Providers {
		names = append(names, p.Name)
	}
	want := []string{"espeak", "happyhorse", "seedance", "animatic", "seedance", "kling"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("providers (-want +got):\n%s", diff)
	}
	at := s.Providers[len(s.Providers)-1].Position
	p := s.ProblemAt(at, script.Error, "did you mean x?", "no provider called %s", "kling")
	if p.File != "shows/night-shift/ep01.yaml" || !strings.Contains(p.Source, "use: [kling]") || p.Line != at.Line {
		t.Errorf("problem at %+v is %+v", at, p)
	}
}

// single loads one file in memory and returns its only episode.
func single(t *testing.T, body string) drama.Production {
	t.Helper()
	m := memory{fstest.MapFS{"home/a.yaml": {Data: []byte(body)}}}
	s, problems := script.Load(m, "a.yaml")
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	return s.Production(0)
}

func TestTextIsTheTextAsWritten(t *testing.T) {
	for _, written := range []string{"no", "007", "1e5", "22:30", "2026-01-01", "true", "0x1F", ".5", "1_000", "on", ".nan", "12"} {
		t.Run(written, func(t *testing.T) {
			p := single(t, "season: {show: a, language: en}\nepisode: 1\nscenes:\n- scene: 1\n  mood: "+written+"\n  scene_prompt: x\n")
			if got := p.Episode.Scenes[0].Mood; got != written {
				t.Errorf("mood = %q", got)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	p := single(t, "season: {show: a, language: zh}\nepisode: 12\nscenes:\n- {scene: 3, scene_prompt: 雨}\n")
	s := p.Season
	want := drama.Season{
		Show: "a", Language: "zh",
		Format: drama.Format{Raster: media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1}, Fit: media.FitFill},
		Cast:   map[string]drama.Character{}, Locations: map[string]drama.Location{}, Props: map[string]drama.Prop{},
		Routing: []drama.Route{{Name: "default", Use: []string{"animatic"}}}, Takes: drama.TakePolicy{Max: 3},
		Dialogue: drama.DialogueNative, Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5},
		Label: drama.Label{Text: "AI生成", Position: "top-left", Frames: 72},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("season (-want +got):\n%s", diff)
	}
	shot := p.Episode.Shots()[0]
	if shot.Slate != "3" || shot.Frames != 120 || shot.Cut.Kind != media.Cut || p.ID().Code() != "ep12" {
		t.Errorf("shot = %+v of %s", shot, p.ID())
	}
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		fps, duration string
		want          media.Frames
	}{
		{"24", "4s", 96},
		{"24", "4.5s", 108},
		{"24", "1m2s", 1488},
		{"24", "96f", 96},
		{"30", "1M", 1800},
		{"23.976", "10s", 240},
		{"24000/1001", "1001s", 24000},
		{"59.94", "1s", 60},
		{"25", "0.1s", 3}, // 2.5 frames
		{"48000/2002", "1001s", 24000},
	} {
		t.Run(c.fps+" "+c.duration, func(t *testing.T) {
			p := single(t, "season: {show: a, language: en, format: {fps: "+c.fps+"}}\nepisode: 1\nscenes: [{scene: 1, scene_prompt: x, duration: "+c.duration+"}]\n")
			if got := p.Episode.Shots()[0].Frames; got != c.want {
				t.Errorf("frames = %d, want %d", got, c.want)
			}
		})
	}
}

func TestOrderOfRoutes(t *testing.T) {
	p := single(t, `season:
  show: a
  language: en
  routing:
    default: x
    b: {when: {size: cu, needs: AUDIO, duration_min: 2s}, use: [y, z]}
    a: {when: {cast_min: 2}, use: w}
episode: 1
scenes: [{scene: 1, scene_prompt: x}]
`)
	two, min := media.Frames(48), 2
	want := []drama.Route{
		{Name: "b", When: &drama.When{Size: []string{"CU"}, Needs: []string{"audio"}, DurationMin: &two}, Use: []string{"y", "z"}},
		{Name: "a", When: &drama.When{CastMin: &min}, Use: []string{"w"}},
		{Name: "default", Use: []string{"x"}},
	}
	if diff := cmp.Diff(want, p.Season.Routing); diff != "" {
		t.Errorf("routing (-want +got):\n%s", diff)
	}
}

func TestFromIsResolved(t *testing.T) {
	p := single(t, `season: {show: a, language: en}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, action: x, cut: Dissolve}
  - {shot: 1B, action: x, from: 1a, cut: fade 0.5s}
- {scene: 2, scene_prompt: x, from: 1B.first}
`)
	shots := p.Episode.Shots()
	if diff := cmp.Diff([]*drama.From{nil, {Slate: "1A", Frame: "last"}, {Slate: "1B", Frame: "first"}}, []*drama.From{shots[0].From, shots[1].From, shots[2].From}); diff != "" {
		t.Errorf("from (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]media.Transition{{Kind: media.Dissolve, Frames: 12}, {Kind: media.Fade, Frames: 12}, {Kind: media.Cut}}, []media.Transition{shots[0].Cut, shots[1].Cut, shots[2].Cut}); diff != "" {
		t.Errorf("cuts (-want +got):\n%s", diff)
	}
}

func TestTheSmallestScriptInTheReferenceLoads(t *testing.T) {
	_, rest, _ := strings.Cut(string(script.Reference()), "```yaml\n")
	body, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("no example")
	}
	if p := single(t, body); p.Episode.Shots()[0].Slate != "1A" {
		t.Errorf("production = %+v", p)
	}
}

// disk is the Opener of the package's documentation.
type disk struct{ t *testing.T }

func (d disk) Abs(p string) (string, error) {
	abs, err := filepath.Abs(filepath.FromSlash(p))
	return filepath.ToSlash(abs), err
}

func (d disk) Open(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	d.t.Cleanup(func() { _ = root.Close() })
	return root.FS(), nil
}

func TestSymlinksStayInTheShow(t *testing.T) {
	dir := t.TempDir()
	show, outside := filepath.Join(dir, "show"), filepath.Join(dir, "outside")
	write := func(name, body string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, name); err != nil {
			t.Fatal(err)
		}
	}
	episode := func(footage string) string {
		return "season: ../season.yaml\nepisode: 1\nscenes: [{scene: 1, footage: " + footage + "}]\n"
	}
	mov := "\x00\x00\x00\x14ftypqt  "
	write(filepath.Join(show, "season.yaml"), "show: a\nlanguage: en\nepisodes: [eps/ep01.yaml, eps/ep02.yaml, linked/ep03.yaml]\n")
	write(filepath.Join(show, "takes", "in.mov"), mov)
	write(filepath.Join(outside, "out.mov"), mov)
	write(filepath.Join(outside, "ep03.yaml"), episode("../takes/in.mov"))
	write(filepath.Join(show, "eps", "ep01.yaml"), episode("../takes/alias.mov"))
	write(filepath.Join(show, "eps", "ep02.yaml"), episode("../takes/escape.mov"))
	link("in.mov", filepath.Join(show, "takes", "alias.mov"))
	link(filepath.Join(outside, "out.mov"), filepath.Join(show, "takes", "escape.mov"))
	link(outside, filepath.Join(show, "linked"))

	s, problems := script.Load(disk{t}, filepath.Join(show, "eps", "ep01.yaml"))
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	want := &drama.File{Path: "takes/alias.mov", Bytes: 12, Type: "video/quicktime"}
	got := s.Episodes[0].Shots()[0].Footage
	want.SHA256 = got.SHA256
	if diff := cmp.Diff(want, got); diff != "" || len(got.SHA256) != 64 {
		t.Errorf("footage (-want +got):\n%s", diff)
	}
	for _, name := range []string{"eps/ep02.yaml", "linked/ep03.yaml"} {
		if s, problems := script.Load(disk{t}, filepath.Join(show, filepath.FromSlash(name))); s != nil || !problems.HasErrors() {
			t.Errorf("%s: read outside the show: %v", name, problems)
		}
	}
	t.Chdir(filepath.Join(show, "eps"))
	s, problems = script.Load(disk{t}, "ep01.yaml")
	if problems.HasErrors() || s.ProblemAt(drama.Position{File: "season.yaml", Line: 1, Col: 1}, script.Error, "", "x").File != "../season.yaml" {
		t.Errorf("from inside the folder: %v", problems)
	}
}

func TestFormat(t *testing.T) {
	problems := script.Problems{
		{File: "a.yaml", Line: 1, Col: 7, Message: "wrong", Hint: "did you mean b?", Source: "夜\tlo\x1b[1m: x", Span: 3},
		{File: "b\n.yaml", Message: "late", Severity: script.Warning},
	}
	if got := problems[0].String(); got != "a.yaml:1:7: wrong; did you mean b?" {
		t.Errorf("String() = %q", got)
	}
	var plain, color bytes.Buffer
	if err := problems.Format(&plain, false); err != nil {
		t.Fatal(err)
	}
	want := "a.yaml:1:7: wrong; did you mean b?\n    1 | 夜    lo\uFFFD[1m: x\n      |           ^^^\nb\uFFFD.yaml: warning: late\n"
	if diff := cmp.Diff(want, plain.String()); diff != "" {
		t.Errorf("plain (-want +got):\n%s", diff)
	}
	if err := problems.Format(&color, true); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"\x1b[0m", "\x1b[1m", "\x1b[31;1m", "\x1b[33;1m", "\x1b[2m"} {
		if !strings.Contains(color.String(), code) {
			t.Errorf("no %q in %q", code, color.String())
		}
	}
}
