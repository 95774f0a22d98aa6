package activities

import (
	"testing"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
)

// A draft may be as small as it was asked for, and where the whole show is smaller still, as
// small as the show.
func TestHowSmallADraftMayBe(t *testing.T) {
	fps := media.Rational{Num: 24, Den: 1}
	judged := func(show, clip media.Raster) drama.Verdict {
		w := shotWork{
			script: &drama.Production{},
			shot:   drama.Shot{Frames: 48},
			take:   drama.Take{Provider: "seedance", Draft: &drama.Draft{ID: "d"}, Origin: drama.OriginGenerated},
			plan:   plan.Shot{Routes: []plan.Route{{Route: attempts.Route{Instance: "seedance"}, Raster: media.Raster{Width: 480, Height: 854}}}},
		}
		w.job.Spec.FPS, w.job.Spec.Raster = fps, show
		return (&Media{}).measured(w, media.ConformResult{Measurements: media.Measurements{Info: media.Info{Raster: clip, FPS: fps}, Decoded: 48, Conformed: 48, Motion: 5, HasAudio: true}})
	}
	for name, c := range map[string]struct {
		show, clip media.Raster
		pass       bool
	}{
		"a draft of a large show":   {media.Raster{Width: 1080, Height: 1920}, media.Raster{Width: 480, Height: 854}, true},
		"too small for a draft":     {media.Raster{Width: 1080, Height: 1920}, media.Raster{Width: 144, Height: 256}, false},
		"a draft of a small show":   {media.Raster{Width: 144, Height: 256}, media.Raster{Width: 144, Height: 256}, true},
		"too small for a small one": {media.Raster{Width: 144, Height: 256}, media.Raster{Width: 90, Height: 160}, false},
	} {
		if v := judged(c.show, c.clip); v.Pass != c.pass {
			t.Errorf("%s: %+v", name, v)
		}
	}
}
