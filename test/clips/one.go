package clips

import (
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// One makes a clip by the FFmpeg command line's arguments in a folder of the
// test's own and returns its path; name's ending chooses the container.
func One(t testing.TB, name string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	if err := Write(t.Context(), append(args, out)...); err != nil {
		t.Fatalf("make clip %v: %v", args, err)
	}
	return out
}

// SmallSpec is a Spec that is quick to encode.
func SmallSpec() media.Spec {
	return media.Spec{
		Raster: media.Raster{Width: 180, Height: 320}, FPS: media.Rational{Num: 24, Den: 1},
		Fit: media.FitFill, Encoder: media.Encoder{Preset: "ultrafast", CRF: 23},
	}
}
