package main

import (
	"strings"
	"testing"
)

// A language that the offline voice has no voice for is told before a take is made.
func TestALanguageWithoutAVoice(t *testing.T) {
	t.Chdir(t.TempDir())
	const body = `season: {show: a, language: LANG, dialogue: HOW, budget: {currency: CNY, episode: 1}}
episode: 1
scenes:
- {scene: 1, duration: 9s, lines: [{who: narrator, say: "SAY"}]}
`
	for _, c := range []struct {
		language, how, say string
		code               int
		told               bool
	}{
		{"km", "scratch", "ទីបំផុត", exitScript, true},
		{"km", "native", "ទីបំផុត", exitDone, true},
		{"km", "scratch", "……", exitDone, false}, // nobody speaks that
		{"th", "scratch", "ในที่สุด", exitDone, false},
		{"en", "scratch", "At last.", exitDone, false},
	} {
		write(t, "a.yaml", strings.NewReplacer("LANG", c.language, "HOW", c.how, "SAY", c.say).Replace(body))
		r := dailies(t, "validate", "a.yaml")
		if told := strings.Contains(r.stderr, "offline voice"); r.code != c.code || told != c.told {
			t.Errorf("%s, %s, %q: code %d, %s", c.language, c.how, c.say, r.code, r.stderr)
		}
	}
}
