package app

import (
	"errors"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/studio"
)

// TestWhoMakesAModel: the one who knows it, or who knows the one that it is like; several,
// and nobody, are told with what to do.
func TestWhoMakesAModel(t *testing.T) {
	makers := []maker{
		{"ark", []provider.Model{{ID: "seedance-2", MaxMS: 15000}, {ID: "seedance-1", MaxMS: 12000}}},
		{"fal", []provider.Model{{ID: "seedance-2", MaxMS: 10000}, {ID: "kling-3"}}},
	}
	own := append(makers, maker{"gpu", []provider.Model{{ID: "any", AnyModel: true, MaxMS: 5000}}})
	for name, c := range map[string]struct {
		makers []maker
		trial  studio.Trial
		by     string
		ms     int64
		err    string
	}{
		"one knows it":          {makers, studio.Trial{Model: "seedance-1"}, "ark", 12000, ""},
		"two know it":           {makers, studio.Trial{Model: "seedance-2"}, "", 0, "ark, fal can all make takes"},
		"one of them named":     {makers[1:], studio.Trial{Model: "seedance-2", Use: "fal"}, "fal", 10000, ""},
		"like a known one":      {makers, studio.Trial{Model: "seedance-9", Like: "seedance-1"}, "ark", 12000, ""},
		"like a slip":           {makers, studio.Trial{Model: "seedance-9", Like: "kling3"}, "", 0, "did you mean kling-3?"},
		"a slip":                {makers, studio.Trial{Model: "seedance1"}, "", 0, "did you mean seedance-1?"},
		"nobody":                {makers, studio.Trial{Model: "sora-7"}, "", 0, "providers --refresh"},
		"a server of one's own": {own, studio.Trial{Model: "sora-7"}, "gpu", 5000, ""},
		"its own comes last":    {own, studio.Trial{Model: "seedance-1"}, "ark", 12000, ""},
	} {
		by, m, err := choose(c.makers, c.trial)
		if c.err != "" {
			if !errors.Is(err, studio.ErrModel) || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || by != c.by || m.ID != c.trial.Model || m.MaxMS != c.ms {
			t.Errorf("%s: %s, %+v, %v", name, by, m, err)
		}
	}
}
