package footage

import (
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// TestFocus: a crop keeps the focus, as far as the picture's edges allow, however the
// coded picture is turned.
func TestFocus(t *testing.T) {
	upright := media.Raster{Width: 1080, Height: 1920}
	for name, c := range map[string]struct {
		width, height int
		turn          turn
		focus         *media.Focus
		want          string
	}{
		"the middle":            {1920, 1080, 0, nil, "crop=607:1080:656:0"},
		"the middle, said":      {1920, 1080, 0, &media.Focus{X: 500, Y: 500}, "crop=607:1080:656:0"},
		"left":                  {1920, 1080, 0, &media.Focus{X: 250, Y: 500}, "crop=607:1080:176:0"},
		"the left edge":         {1920, 1080, 0, &media.Focus{X: 0, Y: 0}, "crop=607:1080:0:0"},
		"the right edge":        {1920, 1080, 0, &media.Focus{X: 1000, Y: 1000}, "crop=607:1080:1312:0"},
		"a telephone held flat": {1080, 1920, turn270, &media.Focus{X: 1000, Y: 500}, "crop=1080:607:0:1312"},
		"the other way round":   {1080, 1920, turn90, &media.Focus{X: 1000, Y: 500}, "crop=1080:607:0:0"},
		"nothing to crop":       {1080, 1920, 0, &media.Focus{X: 0, Y: 0}, "null"},
	} {
		p := Conformed(media.Raster{Width: c.width, Height: c.height})
		p.Turn = c.turn
		if got := p.crop(upright, c.focus); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
