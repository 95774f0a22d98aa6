package drama

import (
	"math"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// How much slower or faster than it was spoken a dubbed line may be heard: beyond that
// listeners notice.
const (
	SlowestDub = 0.85
	FastestDub = 1.25
)

// DubWindow is where a dubbed line may be heard, in frames of its shot: from where the
// original begins (From); best until that ends (To); at the latest until the next line
// begins, or the shot ends (End).
type DubWindow struct {
	Line int          `json:"line"` // index into the shot's lines
	From media.Frames `json:"from"`
	To   media.Frames `json:"to"`
	End  media.Frames `json:"end"`
}

// DubWindows are the windows of the lines of a shot of so many frames, by when they are
// heard in the original, in order.
func DubWindows(heard []SpokenCue, frames media.Frames) []DubWindow {
	var all []DubWindow
	for _, c := range heard {
		if n := len(all); n > 0 {
			all[n-1].End = max(all[n-1].From+1, min(all[n-1].End, c.From))
			all[n-1].To = min(all[n-1].To, all[n-1].End)
		}
		all = append(all, DubWindow{Line: c.Line, From: c.From, To: c.To, End: frames})
	}
	return all
}

// Fit is how fast a line that lasts n frames is heard in the window, and how long it lasts
// then. Where lips are seen it takes as long as the original, as far as it may; else it is
// hurried only where it has to be. It is not ok where it does not fit at FastestDub.
func (w DubWindow) Fit(n media.Frames, lips bool) (rate float64, length media.Frames, ok bool) {
	n = max(n, 1)
	rate = 1
	if lips {
		rate = min(max(hurry(n, w.To-w.From), SlowestDub), FastestDub)
	}
	if length = slowed(n, rate); length > w.End-w.From {
		rate = min(hurry(n, w.End-w.From), FastestDub)
		length = slowed(n, rate)
	}
	return rate, length, length <= w.End-w.From
}

// hurry is how much faster n frames have to go to fit into room, in steps that a manifest
// can say.
func hurry(n, room media.Frames) float64 {
	const steps = 1000
	return math.Ceil(float64(n)/float64(max(room, 1))*steps) / steps
}

func slowed(n media.Frames, rate float64) media.Frames {
	return media.Frames(math.Ceil(float64(n)/rate - 1e-9))
}

// DubLine is a line of a dub: what it was to fit, and how it did. Frames are of its shot.
type DubLine struct {
	Slate string `json:"slate"`
	DubWindow
	Who     string       `json:"who"`
	Text    string       `json:"text"`
	Natural media.Frames `json:"natural"` // how long the voice speaks it
	Rate    float64      `json:"rate"`    // how much faster it is heard
	Length  media.Frames `json:"length"`  // and how long that is
	Fits    bool         `json:"fits"`
}

// Dub is a finished dub of an episode's cut.
type Dub struct {
	Language string      `json:"language"`
	Number   int         `json:"number"` // of the dubs into the language, from 1
	Cut      int         `json:"cut"`    // whose pictures it has
	Master   Deliverable `json:"master"`
	Manifest Deliverable `json:"manifest"`
	Lines    int         `json:"lines"`
	Lips     int         `json:"lips,omitempty"` // shots that show other lips
	Notes    []string    `json:"notes,omitempty"`
	// Same says that it was there already.
	Same bool `json:"same,omitempty"`
}

// Silenced is where a take's own speech is silent so that others can speak, in frames from
// the first that the cut shows: around what was heard or told of it, all of it where
// nobody knows when it speaks.
func (t Take) Silenced(frames media.Frames, fps media.Rational) [][2]media.Frames {
	if t.Heard != nil && len(t.Heard.Words) > 0 || len(t.Cues) == 0 || !fps.Valid() {
		return t.speaks(frames, fps)
	}
	around := media.FramesIn(cueAround, fps)
	var all [][2]media.Frames
	for _, c := range t.Spoken(fps) {
		from, to := max(c.From-around, 0), min(c.To+around, frames)
		if n := len(all); n > 0 && from <= all[n-1][1] {
			all[n-1][1] = max(all[n-1][1], to)
		} else if from < to {
			all = append(all, [2]media.Frames{from, to})
		}
	}
	return all
}

// cueAround is how much around a line of which its maker told when it is spoken is silent.
const cueAround = 80 * time.Millisecond
