package footage

import (
	"time"

	"github.com/dailies/dailies/internal/media"
)

// Shortest runs that are told of, in frames: shorter ones are nobody's fault.
const (
	leastBlack = 2
	leastStill = 6
)

// Runs says where so many frames that show the pictures are nearly black or nearly still.
// until is how many of them show pictures from before a time. "Nearly" is meant: who
// holds a finished file to it must find no run that coding made of these.
func (m *PictureMeter) Runs(until func(time.Duration) media.Frames, frames media.Frames) media.Runs {
	black, still := make([]bool, frames), make([]bool, frames)
	quiet := true // nothing moved since the picture that was shown last
	for i, t := range m.times {
		if i > 0 && m.moves[i-1] >= stillMean {
			quiet = false
		}
		from, to := min(max(until(t), 0), frames), frames
		if i == 0 {
			from = 0
		}
		if i+1 < len(m.times) {
			to = min(max(until(m.times[i+1]), 0), frames)
		}
		for n := from; n < to; n++ {
			black[n] = m.dark[i]
			still[n] = n > 0 && (quiet || n > from)
		}
		if to > from {
			quiet = true
		}
	}
	return media.Runs{Black: spans(black, leastBlack), Still: spans(still, leastStill)}
}

// spans are the runs of at least so many frames that are set.
func spans(set []bool, least media.Frames) [][2]media.Frames {
	var out [][2]media.Frames
	from := media.Frames(-1)
	for n := range media.Frames(len(set) + 1) {
		if n < media.Frames(len(set)) && set[n] {
			if from < 0 {
				from = n
			}
			continue
		}
		if from >= 0 && n-from >= least {
			out = append(out, [2]media.Frames{from, n})
		}
		from = -1
	}
	return out
}
