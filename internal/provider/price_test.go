package provider_test

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

func TestPicturesBeyondTheFreeOnesCost(t *testing.T) {
	m := provider.Model{ID: "m", PricePerSecond: drama.Money{Micros: 80_000, Currency: "USD"}, PerPicture: &drama.Money{Micros: 40_000, Currency: "USD"}, FreePictures: 5}
	for _, c := range []struct {
		mode       provider.Mode
		references int
		want       int64
	}{
		{provider.ModeText, 7, 400_000},
		{provider.ModeFirstFrame, 7, 400_000},
		{provider.ModeReferences, 5, 400_000},
		{provider.ModeReferences, 6, 440_000},
		{provider.ModeReferences, 9, 560_000},
	} {
		p, err := m.Price(provider.Bought{Mode: c.mode, MS: 5000, Pictures: c.mode.Sent(c.references)})
		if err != nil || p.Micros != c.want {
			t.Errorf("%s with %d references costs %s, %v, want %d", c.mode, c.references, p, err, c.want)
		}
	}
	m.FreePictures = 0
	for mode, want := range map[provider.Mode]int64{provider.ModeFirstFrame: 440_000, provider.ModeFirstLast: 480_000, provider.ModeImage: 520_000} {
		if p, err := m.Price(provider.Bought{Mode: mode, MS: 5000, Pictures: mode.Sent(3)}); err != nil || p.Micros != want {
			t.Errorf("%s costs %s, %v, want %d", mode, p, err, want)
		}
	}
}
