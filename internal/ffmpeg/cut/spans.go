package cut

import (
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
)

// A span is a run of frames of the finished timeline that is either copied from
// one segment or made anew.
type span struct {
	from, to media.Frames
	copied   bool
	seg      int // of a copy
}

// divide divides the timeline of a cut: as much as can be is copied, and what is not
// begins with a keyframe of its own at each hard join.
func divide(c joins.List, open []*mp4.Segment) []span {
	var out []span
	made := func(from, to media.Frames) {
		// A run that is made anew is split wherever other segments come on screen:
		// each part is encoded by itself, and so depends on nothing but them.
		for i, join := range c.Joins {
			for _, j := range []media.Frames{join, join + c.Overlap(i)} {
				if j > from && j < to {
					out = append(out, span{from: from, to: j})
					from = j
				}
			}
		}
		if from < to {
			out = append(out, span{from: from, to: to})
		}
	}
	var done media.Frames
	for i, s := range open {
		from, to := c.Untouched(i)
		if from >= to {
			continue
		}
		at := c.Joins[i]
		key := s.KeyAfter(from - at)
		if key >= to-at {
			continue
		}
		end := s.EndBefore(key, to-at)
		if end <= key {
			continue
		}
		made(done, at+key)
		out = append(out, span{from: at + key, to: at + end, copied: true, seg: i})
		done = at + end
	}
	made(done, c.Total)
	return out
}
