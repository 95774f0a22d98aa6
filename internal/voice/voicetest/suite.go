// Package voicetest holds every voice to the contract of package voice. A new
// voice's test fills a Suite and calls Run; one that speaks over the network also
// brings its vendor, which the suite then has misbehave in every way that is known.
package voicetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// Key is the credential that New gives to a voice that wants one.
const Key = "sk-voicetest-0123456789abcdef"

// Suite says how to get at a voice and what is peculiar about it.
type Suite struct {
	// New makes the voice; base is its vendor's address, empty without Online.
	New func(t *testing.T, base string) voice.Speaker
	// Request is a line that the voice can speak.
	Request voice.Request
	// MostText is how many characters a line may have.
	MostText int
	// Unknown is the name of a voice that does not exist, Names what the error must
	// then say: the nearest, or where the names are.
	Unknown, Names string
	// Online is for a voice that speaks over the network.
	Online *Online
}

// Run runs the suite.
func Run(t *testing.T, s Suite) {
	base := ""
	var served *counted
	if s.Online != nil {
		s.Online.check(t)
		served = s.Online.serve(t, s.Online.Vendor(Sound(s.Online.Rate, time.Second), s.Online.Rate))
		base = served.URL
	}
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s Suite, base string)
	}{
		{"speaks a line", speaks},
		{"says the same again if it says so", deterministic},
		{"an unknown voice is told what there is", unknownVoice},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, s, base) })
	}
	before := served.count()
	t.Run("honours an ended context", func(t *testing.T) { endedContext(t, s, base) })
	t.Run("refuses what cannot be spoken", func(t *testing.T) { refuses(t, s, base) })
	if after := served.count(); after != before {
		t.Errorf("%d requests were made for lines that cannot be spoken", after-before)
	}
	if s.Online != nil {
		s.misbehaving(t)
	}
}

func speaks(t *testing.T, s Suite, base string) {
	v := s.New(t, base)
	if v.Name() == "" {
		t.Error("the voice has no name")
	}
	got, err := v.Speak(t.Context(), s.Request)
	if err != nil {
		t.Fatal(err)
	}
	whole(t, got)
}

// whole checks a Speech: audible, trimmed, its clauses in order within it.
func whole(t *testing.T, got voice.Speech) {
	t.Helper()
	if len(got.Samples) == 0 || got.Rate < 8000 {
		t.Fatalf("%d samples at %d Hz", len(got.Samples), got.Rate)
	}
	// What a voice does to its sound afterwards may move a threshold by a little.
	trimmed, _ := pcm.Trim(got.Samples, got.Rate)
	if quiet := len(got.Samples) - len(trimmed); quiet > got.Rate/50 {
		t.Errorf("%d samples of silence around the line", quiet)
	}
	at := 0
	for _, c := range got.Clauses {
		if c.Text == "" || c.From < at || c.To <= c.From || c.To > len(got.Samples) {
			t.Errorf("clause %+v does not follow %d within %d samples", c, at, len(got.Samples))
		}
		at = c.To
	}
}

func deterministic(t *testing.T, s Suite, base string) {
	v := s.New(t, base)
	if !v.Deterministic() {
		return
	}
	var all [2]voice.Speech
	for i := range all {
		var err error
		if all[i], err = v.Speak(t.Context(), s.Request); err != nil {
			t.Fatal(err)
		}
	}
	if !cmp.Equal(all[0], all[1]) {
		t.Error("the second time differs")
	}
}

func unknownVoice(t *testing.T, s Suite, base string) {
	if s.Online != nil {
		base = s.Online.serve(t, s.Online.Unknown.handler()).URL
	}
	r := s.Request
	r.Name = s.Unknown
	_, err := s.New(t, base).Speak(t.Context(), r)
	if err == nil || !strings.Contains(err.Error(), s.Names) || provider.KindOf(err, "") != provider.KindInvalid {
		t.Errorf("got %v (kind %q), want %q and invalid", err, provider.KindOf(err, ""), s.Names)
	}
}

func endedContext(t *testing.T, s Suite, base string) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.New(t, base).Speak(ctx, s.Request); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context is cancelled", err)
	}
}

func refuses(t *testing.T, s Suite, base string) {
	for name, text := range map[string]string{
		"empty": "", "blank": " \n\t", "control characters": "\x00\x07", "only marks": "…!",
		"too long": strings.Repeat("a", s.MostText+1), "too long in Chinese": strings.Repeat("啊", s.MostText+1),
	} {
		r := s.Request
		r.Text = text
		_, err := s.New(t, base).Speak(t.Context(), r)
		if kind := provider.KindOf(err, ""); kind != provider.KindInvalid {
			t.Errorf("%s: %v (kind %q), want invalid", name, err, kind)
		}
	}
}
