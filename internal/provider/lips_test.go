package provider_test

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

func TestWhatIsSentAndBilledOfLips(t *testing.T) {
	hd := media.Raster{Width: 1080, Height: 1920}
	for _, c := range []struct {
		name         string
		m            provider.Model
		frames       media.Frames
		num, den     int64
		sent, billed int64
		why          string
	}{
		{"seconds", provider.Model{MinMS: 2000, LipSync: &provider.LipSync{}}, 72, 24, 1, 3000, 3000, ""},
		{"a short one is lengthened", provider.Model{MinMS: 2000, LipSync: &provider.LipSync{}}, 24, 24, 1, 2000, 2000, ""},
		{"pictures", provider.Model{LipSync: &provider.LipSync{BilledFPS: 25}}, 90, 30, 1, 3000, 3600, ""},
		{"a part of a millisecond", provider.Model{LipSync: &provider.LipSync{}}, 76, 24, 1, 3167, 3167, ""},
		{"too long", provider.Model{MaxMS: 2000, LipSync: &provider.LipSync{}}, 72, 24, 1, 0, 0, "at most 2 s"},
		{"too large", provider.Model{LipSync: &provider.LipSync{MaxSide: 1280}}, 72, 24, 1, 0, 0, "1080x1920"},
		{"too small", provider.Model{LipSync: &provider.LipSync{MinSide: 1200}}, 72, 24, 1, 0, 0, "1200"},
		{"too slow", provider.Model{LipSync: &provider.LipSync{MinFPS: 15, MaxFPS: 60}}, 36, 12, 1, 0, 0, "15 to 60"},
		{"too much sound", provider.Model{LipSync: &provider.LipSync{MaxSoundBytes: 5_000_000}}, 720, 24, 1, 0, 0, "5000000"},
		{"one that changes none", provider.Model{}, 72, 24, 1, 0, 0, "changes no lips"},
	} {
		sent, billed, why := c.m.Lip(c.frames, media.Rational{Num: c.num, Den: c.den}, hd)
		if sent != c.sent || billed != c.billed || !strings.Contains(why, c.why) || (why == "") != (c.why == "") {
			t.Errorf("%s: %d ms sent, %d billed, %q", c.name, sent, billed, why)
		}
	}
}
