package encoder

import (
	"fmt"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

func TestLevelFollowsRasterAndRate(t *testing.T) {
	for _, c := range []struct {
		w, h int
		fps  int64
		want string
	}{{1080, 1920, 30, "4.0"}, {1080, 1920, 60, "4.2"}, {720, 1280, 24, "3.1"}, {1920, 1080, 24, "4.0"}, {2160, 3840, 30, "5.1"}, {180, 320, 24, "1.2"}} {
		spec := media.Spec{Raster: media.Raster{Width: c.w, Height: c.h}, FPS: media.Rational{Num: c.fps, Den: 1}}
		if got := h264Level(spec); got != c.want {
			t.Errorf("%s: level %s, want %s", fmt.Sprint(spec.Raster, "@", c.fps), got, c.want)
		}
	}
}
