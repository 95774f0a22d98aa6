package measure

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
)

// Runs are told in frames of the shot, whatever the clip's rate is.
func TestRuns(t *testing.T) {
	var m PictureMeter
	picture := func(luma byte) []byte {
		p := make([]byte, 16*16)
		for i := range p {
			p[i] = luma
		}
		return p
	}
	// Twelve pictures a second: four that move, eight that stand still, four that are black.
	for i := range 16 {
		luma := byte(60 + 20*min(i, 4))
		if i >= 12 {
			luma = 16
		}
		m.Add(time.Duration(i)*time.Second/12, picture(luma), 16, 16, 16)
	}
	fps := media.Rational{Num: 24, Den: 1}
	until := func(at time.Duration) media.Frames { return media.FramesIn(at, fps) }
	got := m.Runs(until, 32)
	want := media.Runs{Black: [][2]media.Frames{{24, 32}}, Still: [][2]media.Frames{{9, 24}, {25, 32}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
