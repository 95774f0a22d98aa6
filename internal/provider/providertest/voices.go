package providertest

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/provider"
)

// voices holds the facts of models that are given fixed voices against each other.
func voices(t *testing.T, s Suite) {
	for _, m := range s.New(t).Models() {
		v := m.Voices
		if m.OnsetMS != 0 && (m.OnsetMS < 0 || m.OnsetMS > 10_000 || m.OnsetSource == "") {
			t.Errorf("%s: begins to speak after %d ms, measured by %q", m.ID, m.OnsetMS, m.OnsetSource)
		}
		if v == nil {
			continue
		}
		switch {
		case v.Most() <= 0 || v.Samples < 0 || v.IDs < 0 || v.Source == "":
			t.Errorf("%s: takes %d samples and %d ids, says %q", m.ID, v.Samples, v.IDs, v.Source)
		case !m.Audio || !m.Speech:
			t.Errorf("%s: takes voices, but does not speak", m.ID)
		case len(v.Modes) == 0 || slices.ContainsFunc(v.Modes, func(mode provider.Mode) bool { return !slices.Contains(m.Modes, mode) }):
			t.Errorf("%s: takes voices in %v, and has the modes %v", m.ID, v.Modes, m.Modes)
		case v.MaxMS > 0 && v.MinMS > v.MaxMS, v.TotalMS > 0 && v.MaxMS > v.TotalMS:
			t.Errorf("%s: samples of %d to %d ms, together %d", m.ID, v.MinMS, v.MaxMS, v.TotalMS)
		case v.PerPicture && v.Cite != "", v.Cite != "" && !strings.Contains(v.Cite, "{n"), v.CiteZH != "" && v.Cite == "":
			t.Errorf("%s: voices are cited as %q, %q, with pictures: %v", m.ID, v.Cite, v.CiteZH, v.PerPicture)
		}
	}
}

// Voiced is the request with as many voices as its model takes, or one more; each of a
// reference picture's where they go with pictures.
func Voiced(m provider.Model, r provider.Request, more int) provider.Request {
	r.Audio = true
	wav := "RIFF\x00\x00\x00\x00WAVEfmt "
	n := m.Voices.Most() + more
	if m.Voices.PerPicture && more == 0 {
		n = min(n, len(r.References))
	}
	for i := range n {
		v := provider.Voice{Name: "v"}
		if m.Voices.PerPicture {
			v.Name = r.References[i%len(r.References)].Name
		}
		if m.Voices.Samples == 0 {
			v.ID = "voice-" + string(rune('a'+i))
		}
		if v.ID == "" {
			v.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(wav)), nil }
		}
		if m.Voices.ByURL {
			v.URL = "https://store.example/voice.wav?sig=3"
		}
		r.Voices = append(r.Voices, v)
	}
	return r
}
