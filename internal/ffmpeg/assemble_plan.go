package ffmpeg

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/media"
)

// A cutList is where each segment lies on the finished timeline.
type cutList struct {
	segments []media.Segment
	joins    []media.Frames // first frame of each segment
	total    media.Frames
	label    media.Frames // frames from 0 that carry the label
}

// newCutList lays segments end to end, overlapping where they dissolve or wipe.
func newCutList(segments []media.Segment, label media.Frames) (cutList, error) {
	if len(segments) == 0 {
		return cutList{}, errors.New("lay out cut: no segments")
	}
	c := cutList{segments: segments, joins: make([]media.Frames, len(segments))}
	var head media.Frames // frames of this segment that the transition before takes
	for i, s := range segments {
		out, in, err := c.share(i)
		if err != nil {
			return cutList{}, err
		}
		if s.Frames <= 0 || head+out > s.Frames {
			return cutList{}, fmt.Errorf("lay out cut: segment %d has %d frames, its transitions need %d", i+1, s.Frames, head+out)
		}
		if s.Frames > maxMasterPictures-c.total {
			return cutList{}, errors.New("lay out cut: longer than four hours")
		}
		c.joins[i] = c.total
		c.total += s.Frames - s.Out.Overlap()
		head = in
	}
	c.label = min(max(label, 0), c.total)
	return c, nil
}

// share is how many frames the transition out of segment i takes of it and of
// the next.
func (c cutList) share(i int) (out, in media.Frames, err error) {
	t, last := c.segments[i].Out, i == len(c.segments)-1
	if t.Frames < 0 {
		return 0, 0, fmt.Errorf("lay out cut: segment %d: a transition of %d frames", i+1, t.Frames)
	}
	switch t.Kind {
	case media.Cut, "":
		return 0, 0, nil
	case media.Fade:
		if last {
			return t.Frames, 0, nil
		}
		return t.Frames / 2, t.Frames - t.Frames/2, nil // out and in, half each
	case media.Dissolve, media.Wipe:
		if last {
			return 0, 0, fmt.Errorf("lay out cut: the last segment cannot %s into nothing", t.Kind)
		}
		return t.Frames, t.Frames, nil
	default:
		return 0, 0, fmt.Errorf("lay out cut: segment %d: unknown transition %q", i+1, t.Kind)
	}
}

// fades is how many frames of segment i fade in at its head and out at its tail.
func (c cutList) fades(i int) (head, tail media.Frames) {
	if i > 0 && c.segments[i-1].Out.Kind == media.Fade {
		_, head, _ = c.share(i - 1)
	}
	if c.segments[i].Out.Kind == media.Fade {
		tail, _, _ = c.share(i)
	}
	return head, tail
}

// overlap is how many frames segment i shares with the one before.
func (c cutList) overlap(i int) media.Frames {
	if i == 0 {
		return 0
	}
	return c.segments[i-1].Out.Overlap()
}

// own is the part of segment i that is on screen alone, on the timeline.
func (c cutList) own(i int) (from, to media.Frames) {
	from = c.joins[i] + c.overlap(i)
	return from, c.joins[i] + c.segments[i].Frames - c.segments[i].Out.Overlap()
}

// untouched is the part of segment i's own frames that fades leave alone and the
// label does not cover, on the timeline. It may be empty.
func (c cutList) untouched(i int) (from, to media.Frames) {
	from, to = c.own(i)
	head, tail := c.fades(i)
	return max(from+head, c.label), to - tail
}

// A span is a run of frames of the finished timeline that is either copied from
// one segment or made anew.
type span struct {
	from, to media.Frames
	copied   bool
	seg      int // of a copy
}

// spans divides the timeline: as much as can be is copied, and what is not
// begins with a keyframe of its own at each hard join.
func (c cutList) spans(open []*segment) []span {
	var out []span
	made := func(from, to media.Frames) {
		// A run that is made anew is split where a keyframe must stand.
		for i := range c.joins {
			if j := c.joins[i]; j > from && j < to && c.overlap(i) == 0 {
				out = append(out, span{from: from, to: j})
				from = j
			}
		}
		if from < to {
			out = append(out, span{from: from, to: to})
		}
	}
	var done media.Frames
	for i, s := range open {
		from, to := c.untouched(i)
		if from >= to {
			continue
		}
		at := c.joins[i]
		key := s.keyAfter(from - at)
		if key >= to-at {
			continue
		}
		end := s.endBefore(key, to-at)
		if end <= key {
			continue
		}
		made(done, at+key)
		out = append(out, span{from: at + key, to: at + end, copied: true, seg: i})
		done = at + end
	}
	made(done, c.total)
	return out
}

// sources are the segments on screen at frame f: one, or two in an overlap.
func (c cutList) sources(f media.Frames) (a, b int) {
	i, found := slices.BinarySearch(c.joins, f)
	if !found {
		i--
	}
	if i > 0 && f < c.joins[i]+c.overlap(i) {
		return i - 1, i
	}
	return i, -1
}

// light is how bright frame f is: 1 but in a fade.
func (c cutList) light(f media.Frames) float64 {
	i, _ := c.sources(f)
	head, tail := c.fades(i)
	if k := f - c.joins[i]; k < head {
		return float64(k+1) / float64(head+1)
	}
	if k := c.joins[i] + c.segments[i].Frames - 1 - f; k < tail {
		return float64(k) / float64(tail) // the last picture is black
	}
	return 1
}

// blend is how far a dissolve or wipe has come at frame f, between 0 and 1.
func (c cutList) blend(f media.Frames) float64 {
	_, b := c.sources(f)
	if b < 0 {
		return 0
	}
	return float64(f-c.joins[b]+1) / float64(c.overlap(b)+1)
}
