package drama

import "github.com/dailies/dailies/internal/media"

// Speech is the lines of a shot as spoken, in order.
type Speech struct {
	Lines []SpokenLine `json:"lines"`
	// Over is the take whose own speech they take the place of; nil: there is none. Mute is
	// where that take is silent, in frames of the shot.
	Over *TakeID           `json:"over,omitempty"`
	Mute [][2]media.Frames `json:"mute,omitempty"`
	// Cost is what was paid for them now; it is no part of how they sound.
	Cost Money `json:"cost,omitzero"`
}

// SpokenLine is one line's sound: mono WAV in the store, Frames long.
type SpokenLine struct {
	Line   int          `json:"line"` // index into the shot's lines
	Sound  Object       `json:"sound"`
	Frames media.Frames `json:"frames"` // rounded up
	// At is where it begins in the shot, where lips say so; nil: there is none such.
	At *media.Frames `json:"at,omitempty"`
	// Rate is how much faster than in Sound it is heard; 0: as it is there.
	Rate float64 `json:"rate,omitempty"`
}

// Place lays the lines over a shot of so many frames: a short lead-in, then each line for
// as long as it lasts, what is left shared out after the lines. Lines that are
// too long for the shot begin as early as they can and run into each other's room
// only as much as they must; none begins outside the shot.
func (s Speech) Place(frames media.Frames, fps media.Rational) []SpokenCue {
	n := media.Frames(len(s.Lines))
	if n == 0 || frames < n || !fps.Valid() {
		return nil
	}
	total := media.Frames(0)
	for _, l := range s.Lines {
		total += max(l.Frames, 1)
	}
	if s.Over != nil && s.Lines[0].At != nil {
		return s.placeAt(frames, total)
	}
	free := max(frames-total, 0)
	lead := min(media.Frames(fps.Num/(4*fps.Den)), free/(n+1))
	gap := (free - lead) / n
	var cues []SpokenCue
	at := lead
	for i, l := range s.Lines {
		from := min(at, frames-n+media.Frames(i))
		to := min(from+max(l.Frames, 1), frames)
		cues = append(cues, SpokenCue{Line: l.Line, From: from, To: to})
		at = from + max(l.Frames, 1) + gap
	}
	return cues
}

// placeAt lays the lines where they begin, one after another, earlier only as far as what
// follows would pass the shot's end. total is how long they are together.
func (s Speech) placeAt(frames, total media.Frames) []SpokenCue {
	var cues []SpokenCue
	end, n := media.Frames(0), media.Frames(len(s.Lines))
	for i, l := range s.Lines {
		from := end
		if l.At != nil {
			from = max(from, *l.At)
		}
		from = max(end, min(from, frames-total))
		from = min(from, frames-n+media.Frames(i))
		length := max(l.Frames, 1)
		cues = append(cues, SpokenCue{Line: l.Line, From: from, To: min(from+length, frames)})
		end, total = from+length, total-length
	}
	return cues
}
