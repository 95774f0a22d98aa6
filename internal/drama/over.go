package drama

import (
	"time"

	"github.com/dailies/dailies/internal/media"
)

// How much of a take is silent around the words of its own: their first and last sounds
// reach beyond the times that listeners tell, and what is breathed between two words is
// heard with them.
const (
	muteAround  = 150 * time.Millisecond
	muteBetween = 600 * time.Millisecond
)

// LayOver lays spoken lines over a take of a shot of so many frames, in the place of what
// it says itself: each begins where its line is heard, the first of a take whose lines
// nobody recognises where it begins to speak; and the take is silent where it speaks, all
// of it where nobody knows when.
func (t Take) LayOver(s Speech, frames media.Frames, fps media.Rational) Speech {
	id := t.ID
	s.Over, s.Mute = &id, t.speaks(frames, fps)
	begins := map[int]media.Frames{}
	for _, c := range t.Spoken(fps) {
		begins[c.Line] = c.From
	}
	for i := range s.Lines {
		if from, ok := begins[s.Lines[i].Line]; ok {
			s.Lines[i].At = &from
		}
	}
	if len(s.Lines) > 0 && s.Lines[0].At == nil && t.Heard != nil && len(t.Heard.Words) > 0 && fps.Valid() {
		from := max(frameAt(t.Heard.Words[0].FromMS, fps, false)-t.Head, 0)
		s.Lines[0].At = &from
	}
	return s
}

// speaks is where a take's own speech is heard, in frames from the first that the cut shows.
func (t Take) speaks(frames media.Frames, fps media.Rational) [][2]media.Frames {
	whole := [][2]media.Frames{{0, frames}}
	if t.Heard == nil || len(t.Heard.Words) == 0 || !fps.Valid() {
		return whole
	}
	around, between := media.FramesIn(muteAround, fps), media.FramesIn(muteBetween, fps)
	var all [][2]media.Frames
	for _, w := range t.Heard.Words {
		from, to := frameAt(w.FromMS, fps, false)-t.Head-around, frameAt(w.ToMS, fps, true)-t.Head+around
		if from, to = max(from, 0), min(to, frames); to <= from {
			continue
		}
		if n := len(all); n > 0 && from <= all[n-1][1]+between {
			all[n-1][1] = max(all[n-1][1], to)
			continue
		}
		all = append(all, [2]media.Frames{from, to})
	}
	if len(all) == 0 {
		return whole
	}
	return all
}
