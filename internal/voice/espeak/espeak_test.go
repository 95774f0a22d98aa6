package espeak

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/voice"
)

func TestSpeak(t *testing.T) {
	s := New(Options{})
	for _, c := range []struct {
		name    string
		r       voice.Request
		clauses []string
	}{
		{"english", voice.Request{Text: "We're closed, in 3.5 minutes.", Language: "en"}, []string{"We're closed,", "in 3.5 minutes."}},
		{"variant", voice.Request{Text: "Go!", Language: "en-US", Name: "en-us+f3", Rate: 165, Pitch: 60}, []string{"Go!"}},
		{"variant alone", voice.Request{Text: "Go!", Language: "en", Name: "+m3"}, []string{"Go!"}},
		{"mandarin", voice.Request{Text: "五分钟后打烊。你是谁？", Language: "zh"}, []string{"五分钟后打烊。", "你是谁？"}},
		{"mandarin by a plain voice", voice.Request{Text: "你好", Language: "zh", Name: "zh+f2"}, []string{"你好"}},
		{"other language", voice.Request{Text: "Bonjour.", Language: "fr-FR"}, []string{"Bonjour."}},
		{"option as text", voice.Request{Text: "--voices", Language: "en"}, []string{"--voices"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.Speak(t.Context(), c.r)
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			at := 0
			for _, k := range got.Clauses {
				if k.From < at || k.To <= k.From || k.To > len(got.Samples) {
					t.Errorf("clause %+v does not follow %d within %d samples", k, at, len(got.Samples))
				}
				at = k.To
				texts = append(texts, k.Text)
			}
			if d := cmp.Diff(c.clauses, texts); d != "" {
				t.Error(d)
			}
			if seconds := float64(len(got.Samples)) / float64(got.Rate); seconds < 0.15 || seconds > 6 {
				t.Errorf("lasts %.2f s", seconds)
			}
			if at != len(got.Samples) {
				t.Errorf("last clause ends at %d of %d: silence was not trimmed", at, len(got.Samples))
			}
			again, err := s.Speak(t.Context(), c.r)
			if err != nil || !cmp.Equal(got, again) {
				t.Errorf("second time differs (err %v)", err)
			}
		})
	}
}

func TestVariantsSoundDifferent(t *testing.T) {
	s := New(Options{})
	var names []string
	var all [][]int16
	for _, name := range []string{"en-gb", "en-gb+f3", "en-gb+m3", "en-us+f2"} {
		got, err := s.Speak(t.Context(), voice.Request{Text: "Who are you?", Name: name})
		if err != nil {
			t.Fatal(err)
		}
		for i, other := range all {
			if cmp.Equal(other, got.Samples) {
				t.Errorf("%s sounds like %s", name, names[i])
			}
		}
		names, all = append(names, name), append(all, got.Samples)
	}
}

func TestRefusals(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		binary string
		r      voice.Request
		want   string
	}{
		{"empty", t.Context(), "", voice.Request{Text: " \x01 "}, "characters"},
		{"too long", t.Context(), "", voice.Request{Text: strings.Repeat("a", maxText+1)}, "characters"},
		{"too many clauses", t.Context(), "", voice.Request{Text: strings.Repeat("a. ", maxClauses+1)}, "clauses"},
		{"no sound", t.Context(), "", voice.Request{Text: "…"}, "nothing to say"},
		{"option as voice", t.Context(), "", voice.Request{Text: "a", Name: "--path=/etc"}, "not a voice's name"},
		{"path as voice", t.Context(), "", voice.Request{Text: "a", Name: "../../etc/passwd"}, "not a voice's name"},
		{"unknown voice", t.Context(), "", voice.Request{Text: "a", Name: "vx"}, `the nearest is "`},
		{"missing program", t.Context(), "no-such-espeak", voice.Request{Text: "a"}, "install the package espeak-ng"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(Options{Binary: c.binary}).Speak(c.ctx, c.r)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := New(Options{}).Speak(ended, voice.Request{Text: "a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}
