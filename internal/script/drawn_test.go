package script_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dailies/dailies/internal/script"
)

// latin is a shelf with nothing but Latin letters.
type latin struct{ label bool }

func (latin) Missing(text, _ string) (missing []rune) {
	for _, c := range text {
		if c >= 0x250 && !slices.Contains(missing, c) {
			missing = append(missing, c)
		}
	}
	return missing
}

func (l latin) Has(string) bool { return l.label }

func TestTextsThatNoFontDraws(t *testing.T) {
	const body = `season:
  show: a
  language: en
  budget: {currency: CNY, episode: 5}
  subtitles: {burn: th, sidecar: [ar]}
  cast: {mia: {name: Mia}}
episode: 1
scenes:
- scene: 1
  shots:
  - shot: 1A
    cast: mia
    lines:
    - {who: mia, say: Hello., th: สวัสดี, ar: "مرحبا"}
    - {who: mia, say: Bye., th: ลาก่อน, ar: "مع السلامة"}
    title: {text: "夜班"}
`
	s, problems := script.Load(memory{fstest.MapFS{"home/a.yaml": {Data: []byte(body)}}}, "a.yaml")
	if s == nil {
		t.Fatal(problems)
	}
	got := s.Undrawn(latin{}, script.Error)
	if len(got) != 2 {
		t.Fatalf("%d problems, want one for Thai and one for Chinese (Arabic stands beside the picture): %v", len(got), got)
	}
	for i, want := range []struct {
		line int
		pkg  string
	}{{16, "fonts-noto-cjk"}, {14, "fonts-noto-core"}} {
		if !slices.ContainsFunc(got, func(p script.Problem) bool { return p.Line == want.line && strings.Contains(p.Hint, want.pkg) }) {
			t.Errorf("problem %d: %v", i, got)
		}
	}
}

func TestALabelThatNoFontDraws(t *testing.T) {
	const body = "season: {show: a, language: zh, budget: {currency: CNY, episode: 5}, label: {text: \"AI生成\"}}\nepisode: 1\nscenes: [{scene: 1, scene_prompt: A door.}]\n"
	s, problems := script.Load(memory{fstest.MapFS{"home/a.yaml": {Data: []byte(body)}}}, "a.yaml")
	if s == nil {
		t.Fatal(problems)
	}
	if got := s.Undrawn(latin{}, script.Warning); len(got) != 1 || got.HasErrors() || !strings.Contains(got[0].Hint, "install") {
		t.Errorf("%v", got)
	}
	if got := s.Undrawn(latin{label: true}, script.Error); len(got) != 1 || strings.Contains(got[0].Hint, "install") {
		t.Errorf("%v", got)
	}
}
