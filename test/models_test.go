package test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/prompt/dialect"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/templates"
)

var update = flag.Bool("update", false, "write the generated parts of docs")

// TestModelsInDocs keeps the list of providers, models and prices in the docs what
// the folders' models.yaml say.
func TestModelsInDocs(t *testing.T) {
	const doc = "../docs/adding-a-provider.md"
	files, err := filepath.Glob("../internal/provider/*/models.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no models.yaml: %v", err)
	}
	var list strings.Builder
	list.WriteString("| adapter | model | from | length | sizes | sound | price | checked |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		models, err := facts.Read(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, m := range models {
			fmt.Fprintf(&list, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", filepath.Base(filepath.Dir(file)), strings.ReplaceAll(m.ID, "|", "\\|"),
				modeWords(m), lengthWords(m), sizeWords(m), soundWords(m), priceWords(m), checkedWords(m))
		}
	}
	have, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- models -->\n", "<!-- /models -->"
	before, rest, ok := strings.Cut(string(have), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the list", doc)
	}
	want := before + begin + list.String() + end + after
	if *update {
		if err := os.WriteFile(doc, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(have)); diff != "" {
		t.Errorf("%s is not what models.yaml say; run go test ./test -run Models -update:\n%s", doc, diff)
	}
}

func checkedWords(m provider.Model) string {
	if m.Until != "" {
		return m.Checked + "; made until " + m.Until
	}
	return m.Checked
}

// Every model says in which dialect it is told a shot, one that there is, or that nobody
// has described it.
func TestEveryModelHasADialect(t *testing.T) {
	known, err := dialect.Load(templates.Version)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../internal/provider/*/models.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no models.yaml: %v", err)
	}
	used := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		models, err := facts.Read(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, m := range models {
			if m.Lips() {
				continue // it is told nothing in words
			}
			used[m.Dialect] = true
			if known[m.Dialect] == nil && m.Dialect != dialect.Plain {
				t.Errorf("%s: %s has the dialect %q, which there is not", file, m.ID, m.Dialect)
			}
			if d := known[m.Dialect]; slices.Contains(m.Modes, provider.ModeFrameReferences) && (d == nil || !d.Beside()) {
				t.Errorf("%s: %s takes references beside a first frame, and %s has no words for that", file, m.ID, m.Dialect)
			}
			if m.AnyModel && m.Dialect != dialect.Plain {
				t.Errorf("%s: %s is told in %s, whatever model it is", file, m.ID, m.Dialect)
			}
		}
	}
	for name := range known {
		if !used[name] {
			t.Errorf("no model is told in %s", name)
		}
	}
}

func modeWords(m provider.Model) string {
	words := map[provider.Mode]string{
		provider.ModeText: "text", provider.ModeFirstFrame: "first frame", provider.ModeFirstLast: "first and last frame", provider.ModeReferences: "references",
		provider.ModeFrameReferences: "first frame with references", provider.ModeImage: "makes pictures",
		provider.ModeLipSync: "changes lips",
	}
	var out []string
	for _, mode := range m.Modes {
		out = append(out, words[mode])
	}
	return strings.Join(out, ", ")
}

// lengthWords are the lengths, with those that a limit allows where it holds.
func lengthWords(m provider.Model) string {
	words := lengths(m)
	for _, l := range m.Limits {
		var when []string
		if len(l.Modes) > 0 {
			when = append(when, "from "+modeWords(provider.Model{Modes: l.Modes}))
		}
		if l.Above > 0 {
			when = append(when, fmt.Sprintf("above %d", l.Above))
		}
		if only := lengths(provider.Model{DurationsMS: l.DurationsMS, MinMS: l.MinMS, MaxMS: l.MaxMS}); only != "any" {
			words += "; " + strings.Join(when, ", ") + ": " + only
		}
	}
	return words
}

func lengths(m provider.Model) string {
	if len(m.DurationsMS) > 0 {
		var out []string
		for _, ms := range m.DurationsMS {
			out = append(out, fmt.Sprintf("%g", float64(ms)/1000))
		}
		return strings.Join(out, ", ") + " s"
	}
	if m.Pictures() {
		return "-"
	}
	if m.MaxMS == 0 {
		return "any"
	}
	return fmt.Sprintf("%g to %g s", float64(m.MinMS)/1000, float64(m.MaxMS)/1000)
}

func sizeWords(m provider.Model) string {
	if len(m.Rasters) == 0 {
		return "any"
	}
	var short []int
	for _, r := range m.Rasters {
		if !slices.Contains(short, r.ShortSide()) {
			short = append(short, r.ShortSide())
		}
	}
	slices.Sort(short)
	if len(short) == 1 {
		return fmt.Sprintf("%d", short[0])
	}
	return fmt.Sprintf("%d to %d", short[0], short[len(short)-1])
}

func soundWords(m provider.Model) string {
	switch {
	case m.Speech && m.AudioAlways:
		return "speaks, always on"
	case m.Speech:
		return "speaks"
	case m.Audio:
		return "sound"
	}
	return "silent"
}

// priceWords are the lowest and the highest price of what the model makes, by the
// second of a take of its longest length, or by the picture.
func priceWords(m provider.Model) string {
	var low, high drama.Money
	first := true
	rasters, ms := m.Rasters, m.MaxMS
	if len(rasters) == 0 {
		rasters = append(rasters, media.Raster{Width: 1080, Height: 1920})
	}
	if len(m.DurationsMS) > 0 {
		ms = m.DurationsMS[len(m.DurationsMS)-1]
	}
	modes := m.Modes
	if slices.Contains(modes, provider.ModeImage) {
		modes = []provider.Mode{provider.ModeImage}
	}
	for _, mode := range modes {
		for _, r := range rasters {
			for _, audio := range []bool{false, true} {
				p, err := m.Price(provider.Bought{Mode: mode, Raster: r, Audio: audio, MS: ms})
				if err != nil || audio && !m.Audio || !audio && m.AudioAlways {
					continue
				}
				if mode != provider.ModeImage {
					p.Micros = p.Micros * 1000 / max(ms, 1)
				}
				if first || p.Less(low) {
					low = p
				}
				if first || high.Less(p) {
					high = p
				}
				first = false
			}
		}
	}
	pictures := ""
	if p := m.PerPicture; p != nil {
		pictures = fmt.Sprintf("; %.3f %s a picture sent", float64(p.Micros)/drama.Micro, p.Currency)
		if m.FreePictures > 0 {
			pictures += fmt.Sprintf(" beyond %d", m.FreePictures)
		}
	}
	switch {
	case high.Micros == 0:
		return "free"
	case low.Micros == high.Micros:
		return fmt.Sprintf("%.3f %s", float64(low.Micros)/drama.Micro, low.Currency) + pictures
	}
	return fmt.Sprintf("%.3f to %.3f %s", float64(low.Micros)/drama.Micro, float64(high.Micros)/drama.Micro, high.Currency) + pictures
}
