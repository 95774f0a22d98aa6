package openrouter

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/dailies/dailies/internal/provider"
)

func TestCosts(t *testing.T) {
	for text, want := range map[string]int64{
		`{"cost":0.5}`: 500_000, `{"cost":"0.5"}`: 500_000, `{"cost":0.0988}`: 98_800, `{"cost":1e-7}`: 1, `{"cost":0.3}`: 300_000, `{"cost":0}`: 0, `{"cost":2.5E+1}`: 25_000_000,
		`{"cost":0.1234560000000000000000001}`: 123_457, `{"cost":9007199254.740993}`: -1, `{"cost":123456789.740993}`: 123_456_789_740_993,
		`{}`: -1, `{"cost":null}`: -1, `{"cost":-0.5}`: -1, `{"cost":1e999999999}`: -1, `{"cost":1e99}`: -1, `{"cost":{}}`: -1, `{"cost":[1]}`: -1, `{"cost":"1/3"}`: -1, `{"cost":"0x10"}`: -1, `{"cost":true}`: -1,
		`{"cost":0.01,"is_byok":true}`: -1,
	} {
		var u usage
		if err := json.Unmarshal([]byte(text), &u); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := int64(-1)
		if m := u.price(); m != nil {
			if got = m.Micros; m.Currency != "USD" {
				t.Errorf("%s: in %s", text, m.Currency)
			}
		}
		if got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

// Each word of a size leads back to it, and no two are one size.
func TestWords(t *testing.T) {
	for _, tr := range tiers {
		for _, r := range ratios {
			of := raster(tr, r)
			if a, b := words(of); a != tr.word || b != r.word || of.Width%2 != 0 || of.Height%2 != 0 || of.ShortSide() != tr.lines {
				t.Errorf("%s %s is %s, which is %s %s", tr.word, r.word, of, a, b)
			}
		}
	}
}

func FuzzListing(f *testing.F) {
	f.Add(`{"id":"a/b","supported_resolutions":["720p","4K"],"supported_aspect_ratios":["9:16"],"supported_sizes":["834x1112"],"supported_durations":[5],"supported_frame_images":["first_frame","last_frame"],"generate_audio":true,"pricing_skus":{"text_to_video_duration_seconds_with_audio_720p":"0.1","duration_seconds":1,"cents_per_image_input":"2"}}`)
	f.Add(`{"id":"a/b","supported_sizes":["834x1112","1280x720"],"supported_durations":["5"],"pricing_skus":{"video_tokens":"0.00001","video_tokens_without_audio":0.000009}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var l listed
		if json.Unmarshal([]byte(text), &l) != nil {
			return
		}
		m, ok := l.model()
		if !ok {
			return
		}
		if !slices.IsSorted(m.DurationsMS) || len(m.DurationsMS) == 0 || len(m.Rasters) == 0 {
			t.Errorf("%q: %+v", text, m)
		}
		for _, mode := range m.Modes {
			for _, r := range m.Rasters {
				for _, audio := range []bool{true, false} {
					if audio && !m.Audio {
						continue
					}
					if p, err := m.Price(provider.Bought{Mode: mode, Raster: r, Audio: audio, MS: m.DurationsMS[0]}); err != nil || p.Micros < 0 {
						t.Errorf("%q: %s at %s, sound %v: %s, %v", text, mode, r, audio, p, err)
					}
				}
			}
		}
	})
}
