package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
)

func TestRead(t *testing.T) {
	got, err := facts.Read([]byte(`
- id: m-1
  name: M One
  modes: [text, first_frame]
  min_ms: 3000
  max_ms: 15000
  rasters: [{width: 720, height: 1280}]
  price_per_second: {micros: 900000, currency: CNY}
  source: https://example.com/m-1
  checked: 2026-11-22
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []provider.Model{{
		ID: "m-1", Name: "M One", Modes: []provider.Mode{provider.ModeText, provider.ModeFirstFrame}, MinMS: 3000, MaxMS: 15000,
		Rasters:        []media.Raster{{Width: 720, Height: 1280}},
		PricePerSecond: drama.Money{Micros: 900_000, Currency: "CNY"}, Source: "https://example.com/m-1", Checked: "2026-11-22",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"a misspelt fact": "- {id: m, max_m: 5}",
		"a wrong type":    "- {id: m, max_ms: long}",
		"no list":         "id: m",
		"no YAML":         "- {",
	} {
		if got, err := facts.Read([]byte(text)); err == nil {
			t.Errorf("%s was read as %v", name, got)
		}
	}
}
