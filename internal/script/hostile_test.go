package script_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/dailies/dailies/internal/script"
)

// Files that want to buy time or memory: each is refused, with few words, at once.
func TestHostileFiles(t *testing.T) {
	const size = 1 << 19
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	lines := func(head string, line func(i int) string) string {
		var b strings.Builder
		b.WriteString(head)
		for i := 0; b.Len() < size; i++ {
			b.WriteString(line(i))
		}
		return b.String()
	}
	episode := "season: {show: a, language: en}\nepisode: 1\nscenes:\n"
	var merges strings.Builder
	merges.WriteString("show: a\nlanguage: en\ncast:\n  m0: &m0 {name: x}\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&merges, "  m%d: &m%d {<<: [*m%d, *m%d, *m%d]}\n", i, i, i-1, i-1, i-1)
	}
	for name, body := range map[string]string{
		"over 4 MiB":            strings.Repeat("#\n", 3<<20),
		"brackets":              fill("["),
		"braces":                fill("{"),
		"dashes":                fill("- "),
		"one key again":         fill("a: b\n"),
		"comments in a list":    fill("- #\n"),
		"questions":             fill("? "),
		"a text without end":    "show: \"" + fill("a\n"),
		"merges of merges":      merges.String(),
		"one line of mappings":  episode + "- {lines: [" + fill("{a: b},") + "]}",
		"one line of keys":      "{" + fill("a,") + "}",
		"aliases":               "show: &a x\nepisodes: [" + fill("*a,") + "]",
		"anchors":               lines("", func(i int) string { return fmt.Sprintf("k%d: &a%d x\n", i, i) }),
		"a chain of from":       lines(episode, func(i int) string { return fmt.Sprintf("- {scene: %d, action: x, from: %d}\n", i, i+1) }),
		"unknown names":         lines(episode, func(i int) string { return fmt.Sprintf("- {scene: %d, action: x, cast: c%d}\n", i, i) }),
		"tabs":                  fill("\ta\n"),
		"brackets line by line": fill("a: [\n"),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			s, problems := script.Load(memory{fstest.MapFS{"home/a.yaml": {Data: []byte(body)}}}, "a.yaml")
			if s != nil || !problems.HasErrors() || len(problems) > 2001 {
				t.Errorf("script: %v, %d problems", s != nil, len(problems))
			}
			for _, p := range problems {
				if len(p.Source) > 1000 || len(p.Message) > 1000 {
					t.Fatalf("a problem of %d bytes", len(p.Source)+len(p.Message))
				}
			}
			// Far over what it takes (under 1 s), far below what quadratic work would.
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// A file of nothing but warnings must not hide an error behind them.
func TestManyWarningsDoNotHideAnError(t *testing.T) {
	var b strings.Builder
	b.WriteString("season: {show: a, language: en}\nepisode: 1\nscenes:\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "- {scene: %d, duration: 18f, lines: [{who: narrator, say: We are closed tonigt.}]}\n", i)
	}
	b.WriteString("- {scene: last, scene_prompt: x}\n")
	s, problems := script.Load(memory{fstest.MapFS{"home/a.yaml": {Data: []byte(b.String())}}}, "a.yaml")
	if s != nil || !problems.HasErrors() {
		t.Errorf("script: %v, %d problems", s != nil, len(problems))
	}
}
