package conform

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
)

func TestPicker(t *testing.T) {
	rate := func(n, d int64) media.Rational { return media.Rational{Num: n, Den: d} }
	every := func(n int, fps media.Rational, round time.Duration) []time.Duration {
		var ts []time.Duration
		for i := range n {
			ts = append(ts, media.Frames(i).Duration(fps).Round(round))
		}
		return ts
	}
	for _, c := range []struct {
		name  string
		pts   []time.Duration // begin of each picture, then the end
		fps   media.Rational
		start media.Frames
		want  []int // picture shown by each output frame
	}{
		{"same rate", every(6, rate(24, 1), 1), rate(24, 1), 0, []int{0, 1, 2, 3, 4}},
		{"same rate, milliseconds", every(6, rate(30, 1), time.Millisecond), rate(30, 1), 0, []int{0, 1, 2, 3, 4}},
		{"ntsc, milliseconds", every(6, rate(30000, 1001), time.Millisecond), rate(30000, 1001), 0, []int{0, 1, 2, 3, 4}},
		{"60 to 30", every(9, rate(60, 1), 1), rate(30, 1), 0, []int{0, 2, 4, 6}},
		{"60 to 30, milliseconds", every(9, rate(60, 1), time.Millisecond), rate(30, 1), 0, []int{0, 2, 4, 6}},
		{"12 to 24", every(4, rate(12, 1), 1), rate(24, 1), 0, []int{0, 0, 1, 1, 2, 2}},
		{"24 to 30", every(9, rate(24, 1), 1), rate(30, 1), 0, []int{0, 1, 1, 2, 3, 4, 5, 5, 6, 7}},
		{"start", every(6, rate(24, 1), 1), rate(24, 1), 2, []int{2, 3, 4}},
		{"variable", []time.Duration{0, 100 * time.Millisecond, 900 * time.Millisecond, time.Second}, rate(10, 1), 0, []int{0, 1, 1, 1, 1, 1, 1, 1, 1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := picker{fps: c.fps, start: c.start}
			var got []int
			for i, ts := range c.pts[1:] {
				from, to := p.Take(ts, 0)
				for range to - from {
					got = append(got, i)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("pictures shown (-want +got):\n%s", d)
			}
		})
	}
}
