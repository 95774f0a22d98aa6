package footage

import (
	"testing"
)

func TestDisplayMatrix(t *testing.T) {
	// Rows a b u, c d v, x y w; 16.16 fixed point.
	const one = 1 << 16
	for name, c := range map[string]struct {
		a, b, c, d int32
		want       turn
	}{
		"upright":   {one, 0, 0, one, upright},
		"phone":     {0, one, -one, 0, turn90},
		"180":       {-one, 0, 0, -one, turn180},
		"270":       {0, -one, one, 0, turn270},
		"mirrored":  {-one, 0, 0, one, mirrored},
		"flipped":   {one, 0, 0, -one, upsideDown},
		"transpose": {0, one, one, 0, transposed},
		"anti":      {0, -one, -one, 0, antiTransposed},
		"tilted":    {one, one / 20, -one / 20, one, upright},
	} {
		m := make([]byte, 36)
		for i, v := range map[int]int32{0: c.a, 1: c.b, 3: c.c, 4: c.d} {
			for k := range 4 {
				m[4*i+k] = byte(uint32(v) >> (8 * k))
			}
		}
		if got := parseTurn(m); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if parseTurn(nil) != upright {
		t.Error("no matrix is not upright")
	}
}
