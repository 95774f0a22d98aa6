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

// What a vendor writes about its voices is held against the script, where they speak.
func TestAnOnlineVoiceOfOtherLanguages(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "dailies.yaml", "voices:\n  mandarin: {type: qwen-tts, api_key_env: K}\n  hailuo: {type: minimax, api_key_env: K}\n  own: {type: openai, base_url: \"http://gpu:8000\"}\n")
	const body = `season: {show: a, language: LANG, dialogue: HOW, budget: {currency: CNY, episode: 1}, cast: {lin: {name: Lin, voice: {provider: WHO}}}}
episode: 1
scenes:
- {scene: 1, duration: 9s, cast: lin, lines: [{who: lin, say: "12"}]}
`
	for _, c := range []struct {
		language, how, who string
		told               bool
	}{
		{"th", "voice", "mandarin", true},
		{"th", "scratch", "mandarin", false}, // nobody asks it
		{"zh-Hant-TW", "voice", "mandarin", false},
		{"th", "voice", "hailuo", false},
		{"km", "voice", "hailuo", true},
		{"km", "voice", "own", false}, // who knows
	} {
		write(t, "a.yaml", strings.NewReplacer("LANG", c.language, "HOW", c.how, "WHO", c.who).Replace(body))
		r := dailies(t, "validate", "a.yaml")
		if told := strings.Contains(r.stderr, "by its vendor's pages "+c.who); told != c.told {
			t.Errorf("%s, %s, %s: %s", c.language, c.how, c.who, r.stderr)
		}
	}
}

// A voice that is cast for a dub is held against the language of the dub, whoever speaks the
// episode itself.
func TestAVoiceForADubOfAnotherLanguage(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "dailies.yaml", "voices:\n  mandarin: {type: qwen-tts, api_key_env: K}\n")
	const body = `season: {show: a, language: en, subtitles: {sidecar: [TO]}, budget: {currency: CNY, episode: 1}, cast: {lin: {name: Lin, voice: {languages: {TO: {provider: mandarin}}}}}}
episode: 1
scenes:
- {scene: 1, duration: 9s, cast: lin, lines: [{who: lin, say: "12", TO: "12"}]}
`
	for to, told := range map[string]bool{"th": true, "zh": false} {
		write(t, "a.yaml", strings.ReplaceAll(body, "TO", to))
		if r := dailies(t, "validate", "a.yaml"); strings.Contains(r.stderr, "mandarin does not speak "+to) != told {
			t.Errorf("%s: %s", to, r.stderr)
		}
	}
}
