package effects

import (
	"context"
	"io"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// faulty is a runner whose clips have a little of everything that QC looks for, each over
// the line from which it is told of; the longest shot has no sound instead.
type faulty struct{ media.Runner }

func (f faulty) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	r, err := f.Runner.Run(ctx, job, in, report)
	if err != nil || r.Conform == nil {
		return r, err
	}
	m := &r.Conform.Measurements
	m.BlackRatio, m.LongestBlack, m.FrozenRatio, m.LongestFreeze = 0.3, 30, 0.4, 30
	m.Flicker, m.HardCuts, m.Bars, m.Sharpness = 6, []media.Frames{20}, media.Bars{Top: m.Info.Raster.Height / 10}, 3
	m.ClippedRatio, m.AVLengthDelta, m.Music = 0.01, 300*time.Millisecond, 0.9
	m.Texts = []media.PaintedText{{Left: 0.1, Top: 0.8, Right: 0.9, Bottom: 0.9, From: 3, To: 40}}
	m.Silent = job.Conform.Frames == 120
	return r, nil
}
