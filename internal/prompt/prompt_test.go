package prompt

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/templates"
)

var update = flag.Bool("update", false, "write what is rendered into testdata")

const dashes = "--------\n"

// A case is one file: production and overrides as JSON, a line of dashes, the
// prompt of every shot. A version other than v1 ends its name: props-v2.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".golden"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			input, want, _ := strings.Cut(string(raw), dashes)
			var p drama.Production
			d := json.NewDecoder(strings.NewReader(input))
			d.DisallowUnknownFields()
			if err := d.Decode(&p); err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			version := "v1"
			if _, v, ok := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".golden"), "-v"); ok {
				version = "v" + v
			}
			for _, s := range p.Episode.Shots() {
				r, err := Render(Brief(p, s), p.Season.Templates, version)
				if err != nil {
					t.Fatal(err)
				}
				got.WriteString("# " + s.Slate + "\n" + r.Text + "\n")
				if r.Negative != "" {
					got.WriteString("# not: " + r.Negative + "\n")
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(input+dashes+got.String()), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("prompt differs (-want +got); takes that exist would be stale:\n%s", diff)
			}
		})
	}
}

func production() drama.Production {
	shot := drama.Shot{Slate: "1A", Scene: "1", Size: "CU", Frames: 72, Cast: []string{"lin"}, Action: "She looks up", Lines: []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "We're closed."}}}
	return drama.Production{
		Season: drama.Season{
			Show: "s", Language: "en", Dialogue: drama.DialogueNative,
			Format: drama.Format{Raster: media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1}},
			Cast: map[string]drama.Character{"lin": {Name: "Lin Xia", Looks: "woman, 27.", Wardrobe: map[string]string{
				"default": "a blue apron", "gala": "a black dress",
			}}},
		},
		Episode: drama.Episode{Number: 1, Scenes: []drama.Scene{{Number: "1", Shots: []drama.Shot{shot}}}},
	}
}

// A model would speak dots as words, so a silent line is told as what is seen.
func TestASilentLineIsNotSpoken(t *testing.T) {
	p := production()
	lines := &p.Episode.Scenes[0].Shots[0].Lines
	*lines = append(*lines, drama.Line{Who: "lin", Kind: drama.LineDialogue, Say: "……"})
	v := viewOf(Brief(p, p.Episode.Shots()[0]))
	if len(v.Lines) != 1 || v.Action != "She looks up. Lin Xia says nothing for a moment." {
		t.Errorf("lines %v, action %q", v.Lines, v.Action)
	}
}

func TestBriefWardrobe(t *testing.T) {
	for name, c := range map[string]struct {
		continuity map[string]string
		want       string
	}{
		"default": {nil, "a blue apron"},
		"scene":   {map[string]string{"lin": "gala"}, "a black dress"},
		"unknown": {map[string]string{"lin": "none"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := production()
			p.Episode.Scenes[0].Continuity = c.continuity
			if got := Brief(p, p.Episode.Shots()[0]).Cast[0].Wardrobe; got != c.want {
				t.Errorf("wears %q, want %q", got, c.want)
			}
		})
	}
}

func TestBriefLinesOnlyWhenNative(t *testing.T) {
	for dialogue, want := range map[drama.Dialogue]int{drama.DialogueNative: 1, drama.DialogueVoice: 0, drama.DialogueScratch: 0} {
		p := production()
		p.Season.Dialogue = dialogue
		if got := len(Brief(p, p.Episode.Shots()[0]).Lines); got != want {
			t.Errorf("%s: %d lines, want %d", dialogue, got, want)
		}
	}
}

func TestBriefLeavesOutWhatIsNotDefined(t *testing.T) {
	p := production()
	s := p.Episode.Shots()[0]
	s.Cast, s.Props, s.Scene = []string{"nobody"}, []string{"nothing"}, "9"
	b := Brief(p, s)
	if len(b.Cast) != 0 || len(b.Props) != 0 || b.Location != nil {
		t.Errorf("brief has %+v", b)
	}
}

func TestOverride(t *testing.T) {
	b := Brief(production(), production().Episode.Shots()[0])
	got, err := Render(b, map[string]string{"shot": "{{range .Cast}}{{template \"character\" .}}{{end}}\n\n  x  {{.Size}}", "character": "C {{.Name}}"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if want := "C Lin Xia\nx CU"; got.Text != want {
		t.Errorf("rendered %q, want %q", got.Text, want)
	}
}

func TestTemplateErrorsNameTemplateAndLine(t *testing.T) {
	b := Brief(production(), production().Episode.Shots()[0])
	for name, c := range map[string]struct {
		purpose, text string
		line          int
	}{
		"syntax":         {"shot", "a\n{{if}}", 2},
		"unknown field":  {"shot", "a\n\n{{.Nope}}", 3},
		"unknown func":   {"character", "{{env \"HOME\"}}", 1},
		"inner template": {"character", "a\n{{.Nope}}", 2},
		"range number":   {"shot", "\n{{range 1000000000}}{{end}}", 2},
		"range variable": {"shot", "{{$n := 9999999}}\n{{range $n}}{{end}}", 2},
		"range dot":      {"shot", "{{with 99999999}}{{range .}}{{end}}{{end}}", 1},
		"range deep":     {"shot", "{{range .Cast}}{{range $.Cast}}{{range $.Cast}}{{range $.Cast}}{{end}}{{end}}{{end}}{{end}}", 1},
		"circle":         {"character", "{{template \"character\" .}}", 1},
		"define":         {"shot", "{{define \"x\"}}{{end}}", 1},
		"printf":         {"shot", "\n{{printf \"%1000000d\" 1}}", 2},
		"no such call":   {"shot", "{{template \"nope\" .}}", 1},
		"too large":      {"shot", strings.Repeat("x", MaxBytes+1), 1},
		"many calls":     {"shot", strings.Repeat("{{template \"location\" .}}", 1100), 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Render(b, map[string]string{c.purpose: c.text}, "")
			var te *TemplateError
			if !errors.As(err, &te) {
				t.Fatalf("error %v, want a TemplateError", err)
			}
			if te.Purpose != c.purpose || te.Line != c.line {
				t.Errorf("error in %s line %d (%v), want %s line %d", te.Purpose, te.Line, te, c.purpose, c.line)
			}
		})
	}
}

func TestOutputIsLimited(t *testing.T) {
	b := Brief(production(), production().Episode.Shots()[0])
	for range 40 {
		b.Cast = append(b.Cast, b.Cast[0])
	}
	long := "{{range .Cast}}" + strings.Repeat("x", 1000) + "{{end}}"
	_, err := Render(b, map[string]string{"shot": long}, "")
	if _, ok := errors.AsType[*TemplateError](err); !ok {
		t.Errorf("error %v, want a TemplateError", err)
	}
}

func TestUnknownPurposeAndVersion(t *testing.T) {
	if _, err := New(map[string]string{"shots": ""}, ""); err == nil || !strings.Contains(err.Error(), "voice") {
		t.Errorf("unknown purpose: %v, want the names of those that exist", err)
	}
	if _, err := New(nil, "v999"); err == nil || !strings.Contains(err.Error(), templates.Version) {
		t.Errorf("unknown version: %v, want the one that exists", err)
	}
	if _, err := New(nil, "../v1"); err == nil {
		t.Error("a version may not be a path")
	}
}

func TestStops(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a": "a.", "a.": "a.", "a,": "a.", "a?": "a?", "雨": "雨。", "雨。": "雨。", "he said “no”": "he said “no”", "a … ": "a …",
	} {
		if got := stop(in); got != want {
			t.Errorf("stop(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzTemplates(f *testing.F) {
	f.Add("{{.Size}}")
	f.Add("{{range .Cast}}{{template \"voice\" .}}{{end}}")
	f.Add("{{range $i, $c := .Cast}}{{$i}}{{end}}")
	b := Brief(production(), production().Episode.Shots()[0])
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Render(b, map[string]string{"shot": text}, "")
		if err == nil && len(p.Text) > MaxBytes {
			t.Errorf("%d bytes", len(p.Text))
		}
	})
}
