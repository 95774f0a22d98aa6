package plan_test

// The example shows in scripts/ are what a writer copies, so they must be right
// without a warning, from the text to the plan.

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/script"
)

type disk struct{}

func (disk) Abs(p string) (string, error)   { return filepath.Abs(p) }
func (disk) Open(dir string) (fs.FS, error) { return os.DirFS(dir), nil }
func load(t *testing.T, path string) *script.Script {
	t.Helper()
	s, problems := script.Load(disk{}, path)
	var text strings.Builder
	problems.Format(&text, false)
	if s == nil || text.Len() > 0 {
		t.Fatalf("%s has problems:\n%s", path, text.String())
	}
	return s
}

// builtIn stands for the built-in provider: free, and able to do all.
func builtIn() []provider.Facts {
	return []provider.Facts{{Instance: "animatic", Type: "animatic", Model: provider.Model{
		ID: "animatic", Modes: []provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeReferences},
		Audio: true, Speech: true, Seed: true,
	}}}
}

func TestExampleShow(t *testing.T) {
	s := load(t, "../../scripts/lost-property/season.yaml")
	if len(s.Episodes) != 3 {
		t.Fatalf("%d episodes, want 3", len(s.Episodes))
	}
	seen := make(map[string]bool)
	for i, e := range s.Episodes {
		p := s.Production(i)
		var frames media.Frames
		shots := e.Shots()
		for _, shot := range shots {
			frames += shot.Frames - shot.Cut.Overlap()
			seen[string(shot.Cut.Kind)] = true
			seen["from"] = seen["from"] || shot.From != nil
			seen["title"] = seen["title"] || shot.Title != nil
			needs := media.Frames(0)
			for _, l := range shot.Lines {
				seen[string(l.Kind)] = true
				needs += drama.SpeechFrames(l.Say, s.Season.Language, s.Season.Format.FPS)
				for _, language := range s.Season.Subtitles.Sidecar {
					if l.In(language, s.Season.Language) == "" {
						t.Errorf("%s: a line has no %s", shot.Slate, language)
					}
				}
			}
			// A line wants air around it, and real voices are slower than the estimate.
			if 4*needs > 3*shot.Frames {
				t.Errorf("%s %s: lines take %d of %d frames, over three quarters", p.ID(), shot.Slate, needs, shot.Frames)
			}
		}
		if n := len(shots); n < 8 || n > 14 {
			t.Errorf("%s has %d shots, want 8 to 14", p.ID(), n)
		}
		if d := frames.Duration(s.Season.Format.FPS).Seconds(); d < 40 || d > 55 {
			t.Errorf("%s lasts %.1f s, want 40 to 55", p.ID(), d)
		}
		made, err := plan.Build(plan.Input{Production: p, Providers: builtIn()})
		if err != nil {
			t.Fatal(err)
		}
		if len(made.Problems) > 0 || len(made.Warnings) > 0 {
			t.Errorf("%s: plan has problems %v, warnings %v", p.ID(), made.Problems, made.Warnings)
		}
	}
	for _, want := range []string{"dialogue", "vo", "os", "inner", "narration", "cut", "dissolve", "fade", "wipe", "from", "title"} {
		if !seen[want] {
			t.Errorf("the example shows no %s", want)
		}
	}
}

// TestChineseExampleShow: what a short upright drama in China needs is in it, and it is
// as right as the other.
func TestChineseExampleShow(t *testing.T) {
	s := load(t, "../../scripts/thirtieth-day/season.yaml")
	if f := s.Season.Format.Raster; f.Height <= f.Width || s.Season.Language != "zh" || len(s.Season.Subtitles.Sidecar) < 2 || s.Season.Subtitles.Burn != "zh" {
		t.Errorf("not upright, not Chinese, or without two subtitles: %+v", s.Season)
	}
	if l := s.Season.Label; l.Off || aigc.WrongWords(l.Text) != "" || !aigc.Edge(l.Position) || !aigc.Code(l.Producer) {
		t.Errorf("the label is not what the law asks for: %+v", l)
	}
	p := s.Production(0)
	seen, frames := make(map[string]bool), media.Frames(0)
	for _, shot := range p.Episode.Shots() {
		frames += shot.Frames - shot.Cut.Overlap()
		seen[shot.Size] = true
		for _, l := range shot.Lines {
			seen[string(l.Kind)] = true
			if l.In("en", "zh") == "" {
				t.Errorf("%s: a line has no English", shot.Slate)
			}
			if needs := drama.SpeechFrames(l.Say, "zh", s.Season.Format.FPS); 4*needs > 3*shot.Frames {
				t.Errorf("%s: its line takes %d of %d frames, over three quarters", shot.Slate, needs, shot.Frames)
			}
		}
	}
	if n := len(p.Episode.Shots()); n < 6 || n > 10 {
		t.Errorf("%d shots, want 6 to 10", n)
	}
	if d := frames.Duration(s.Season.Format.FPS).Seconds(); d < 30 || d > 50 {
		t.Errorf("it lasts %.1f s, want 30 to 50", d)
	}
	for _, want := range []string{"dialogue", "inner", "os", "vo", "insert", "OTS", "two-shot"} {
		if !seen[want] {
			t.Errorf("the example shows no %s", want)
		}
	}
	made, err := plan.Build(plan.Input{Production: p, Providers: builtIn()})
	if err != nil {
		t.Fatal(err)
	}
	if len(made.Problems) > 0 || len(made.Warnings) > 0 {
		t.Errorf("plan has problems %v, warnings %v", made.Problems, made.Warnings)
	}
}

// TestTheReadmeNamesEveryExample, and every example is right without a warning.
func TestTheReadmeNamesEveryExample(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := os.ReadDir("../../scripts")
	if err != nil || len(examples) < 3 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	for _, e := range examples {
		file := "scripts/" + e.Name()
		if !strings.Contains(string(readme), file) {
			t.Errorf("the README does not name %s", file)
		}
		if e.IsDir() {
			file += "/season.yaml"
		}
		load(t, "../../"+file)
	}
}

func TestMinimal(t *testing.T) {
	s := load(t, "../../scripts/minimal.yaml")
	raw, err := os.ReadFile("../../scripts/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw), "\n"); n > 16 {
		t.Errorf("minimal.yaml has %d lines; it says about fifteen", n)
	}
	if !slices.ContainsFunc(s.Episodes[0].Shots(), func(x drama.Shot) bool { return len(x.Lines) > 0 }) {
		t.Error("nobody speaks in minimal.yaml")
	}
}
