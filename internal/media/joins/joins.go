package joins

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/media"
)

// A List is where each segment lies on the finished timeline.
type List struct {
	Segments []media.Segment
	Joins    []media.Frames // first frame of each segment
	Total    media.Frames
	Label    media.Frames // frames from 0 that carry the label
}

// New lays segments end to end, overlapping where they dissolve or wipe.
func New(segments []media.Segment, label media.Frames) (List, error) {
	if len(segments) == 0 {
		return List{}, errors.New("lay out cut: no segments")
	}
	c := List{Segments: segments, Joins: make([]media.Frames, len(segments))}
	var head media.Frames // frames of this segment that the transition before takes
	for i, s := range segments {
		out, in, err := c.share(i)
		if err != nil {
			return List{}, err
		}
		if s.Frames <= 0 || head+out > s.Frames {
			return List{}, fmt.Errorf("lay out cut: segment %d has %d frames, its transitions need %d", i+1, s.Frames, head+out)
		}
		if s.Frames > media.MaxMasterFrames-c.Total {
			return List{}, errors.New("lay out cut: longer than four hours")
		}
		c.Joins[i] = c.Total
		c.Total += s.Frames - s.Out.Overlap()
		head = in
	}
	c.Label = min(max(label, 0), c.Total)
	return c, nil
}

// share is how many frames the transition out of segment i takes of it and of
// the next.
func (c List) share(i int) (out, in media.Frames, err error) {
	t, last := c.Segments[i].Out, i == len(c.Segments)-1
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

// Fades is how many frames of segment i fade in at its head and out at its tail.
func (c List) Fades(i int) (head, tail media.Frames) {
	if i > 0 && c.Segments[i-1].Out.Kind == media.Fade {
		_, head, _ = c.share(i - 1)
	}
	if c.Segments[i].Out.Kind == media.Fade {
		tail, _, _ = c.share(i)
	}
	return head, tail
}

// Overlap is how many frames segment i shares with the one before.
func (c List) Overlap(i int) media.Frames {
	if i == 0 {
		return 0
	}
	return c.Segments[i-1].Out.Overlap()
}

// own is the part of segment i that is on screen alone, on the timeline.
func (c List) own(i int) (from, to media.Frames) {
	from = c.Joins[i] + c.Overlap(i)
	return from, c.Joins[i] + c.Segments[i].Frames - c.Segments[i].Out.Overlap()
}

// Untouched is the part of segment i's own frames that fades leave alone and the
// Label does not cover, on the timeline. It may be empty.
func (c List) Untouched(i int) (from, to media.Frames) {
	from, to = c.own(i)
	head, tail := c.Fades(i)
	return max(from+head, c.Label), to - tail
}

// Sources are the segments on screen at frame f: one, or two in an overlap.
func (c List) Sources(f media.Frames) (a, b int) {
	i, found := slices.BinarySearch(c.Joins, f)
	if !found {
		i--
	}
	if i > 0 && f < c.Joins[i]+c.Overlap(i) {
		return i - 1, i
	}
	return i, -1
}

// Light is how bright frame f is: 1 but in a fade.
func (c List) Light(f media.Frames) float64 {
	i, _ := c.Sources(f)
	head, tail := c.Fades(i)
	if k := f - c.Joins[i]; k < head {
		return float64(k+1) / float64(head+1)
	}
	if k := c.Joins[i] + c.Segments[i].Frames - 1 - f; k < tail {
		return float64(k) / float64(tail) // the last picture is black
	}
	return 1
}

// Blend is how far a dissolve or wipe has come at frame f, between 0 and 1.
func (c List) Blend(f media.Frames) float64 {
	_, b := c.Sources(f)
	if b < 0 {
		return 0
	}
	return float64(f-c.Joins[b]+1) / float64(c.Overlap(b)+1)
}

// Blame adds which segment an error is about, keeping a *media.ClipError one.
func Blame(i int, err error) error {
	if clip, ok := errors.AsType[*media.ClipError](err); ok {
		return media.ClipErrorf("segment %d: %s", i+1, clip.Reason)
	}
	return fmt.Errorf("segment %d: %w", i+1, err)
}
