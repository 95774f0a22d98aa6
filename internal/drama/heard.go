package drama

import (
	"time"

	"github.com/dailies/dailies/internal/media"
)

// Heard is what a listener heard a take say, held against its lines. Times are of the
// take, in milliseconds: they do not depend on a rate.
type Heard struct {
	By       string      `json:"by"` // the listener's model
	Text     string      `json:"text"`
	Language string      `json:"language,omitempty"` // as the listener calls it
	Words    []HeardWord `json:"words,omitempty"`    // empty: it tells no times
	// Lines is when each of the take's lines is heard, in their order; empty: that is not
	// known. A line whose words were not recognised lies where there is room for it.
	Lines []HeardLine `json:"lines,omitempty"`
	// Differences are what is not said as written, in words.
	Differences []string `json:"differences,omitempty"`
	// Over says that the take is used all the same: its lines are spoken by their voices, in
	// the place of what it says itself.
	Over bool `json:"over,omitempty"`
}

// Over says that the take's lines are spoken by voices, over its own sound.
func (t Take) Over() bool { return t.Heard != nil && t.Heard.Over }

// HeardWord is a word as heard. In Chinese it may be a character or more.
type HeardWord struct {
	Word   string `json:"word"`
	FromMS int64  `json:"from_ms"`
	ToMS   int64  `json:"to_ms"`
}

// HeardLine is when a line is heard.
type HeardLine struct {
	FromMS int64 `json:"from_ms"`
	ToMS   int64 `json:"to_ms"`
	// Matched says that its words were recognised.
	Matched bool `json:"matched,omitempty"`
}

// Spoken is when the take's lines are spoken, in frames of the rate from the first that
// the cut shows: as its maker told, else as they were heard; nil: nobody knows.
func (t Take) Spoken(fps media.Rational) []SpokenCue {
	if t.Head == 0 {
		return t.spoken(fps)
	}
	var all []SpokenCue
	for _, c := range t.spoken(fps) {
		if c.From, c.To = max(c.From-t.Head, 0), c.To-t.Head; c.To > c.From {
			all = append(all, c)
		}
	}
	return all
}

func (t Take) spoken(fps media.Rational) []SpokenCue {
	if len(t.Cues) > 0 || t.Heard == nil || !fps.Valid() {
		return t.Cues
	}
	var all []SpokenCue
	for i, l := range t.Heard.Lines {
		from, to := frameAt(l.FromMS, fps, false), frameAt(l.ToMS, fps, true)
		if to > from {
			all = append(all, SpokenCue{Line: i, From: from, To: to})
		}
	}
	return all
}

// longestMS bounds what is counted, so that nothing overflows.
const longestMS = int64(24 * time.Hour / time.Millisecond)

// frameAt is the frame that a time lies in, or the one after it.
func frameAt(ms int64, fps media.Rational, up bool) media.Frames {
	n, den := min(max(ms, 0), longestMS)*fps.Num, 1000*fps.Den
	if up {
		n += den - 1
	}
	return media.Frames(n / den)
}
