package drama

import (
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// Limits of what a person may leave on a picture.
const (
	MaxNote    = 4000  // characters of a note, or of the reason of a mark
	MaxStrokes = 64    // of a note
	MaxPoints  = 2048  // of a stroke
	StrokeUnit = 10000 // a stroke's coordinates are in this part of the picture's width and height
)

// Note is what a person said about pictures: a range of frames of a take, or of a cut
// as it is played. It is tied to what it was made on, so nobody reads it against
// another version, and it is open until somebody says that it is done.
type Note struct {
	ID      string    `json:"id"` // sorts by the time it was made
	Episode EpisodeID `json:"episode"`
	// Slate is the shot that it is about; of a note on a cut, the one shown at From.
	Slate string `json:"slate,omitempty"`
	// Take is the number of the take that was looked at; 0: it was the cut.
	Take int `json:"take,omitempty"`
	Cut  int `json:"cut,omitempty"`
	// From and To are the first and the last frame, of the take or of the cut.
	From media.Frames `json:"from"`
	To   media.Frames `json:"to"`
	Text string       `json:"text"`
	// Strokes are lines drawn over the picture: x, y, x, y … in StrokeUnits.
	Strokes [][]int   `json:"strokes,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`

	// Version counts what was done to the note; 0: nothing.
	Version   int       `json:"version"`
	Done      bool      `json:"done,omitempty"`
	Deleted   bool      `json:"deleted,omitempty"`
	ChangedBy string    `json:"changed_by,omitempty"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
}

// Problem says why a note cannot be kept, its text aside; nil if it can. frames is the
// length of what it is on.
func (n Note) Problem(frames media.Frames) error {
	switch {
	case n.Text == "" && len(n.Strokes) == 0:
		return fmt.Errorf("the note says nothing: write a word or draw")
	case (n.Take > 0) == (n.Cut > 0):
		return fmt.Errorf("the note is on neither a take nor a cut: name one of them")
	case n.From < 0 || n.To < n.From || n.To >= frames:
		return fmt.Errorf("frames %d to %d are not in it: it has 0 to %d", n.From, n.To, frames-1)
	case len(n.Strokes) > MaxStrokes:
		return fmt.Errorf("the note has %d strokes, at most %d are kept", len(n.Strokes), MaxStrokes)
	}
	for _, s := range n.Strokes {
		if len(s) == 0 || len(s)%2 != 0 || len(s) > 2*MaxPoints {
			return fmt.Errorf("a stroke is a list of x, y with 1 to %d points, not %d numbers", MaxPoints, len(s))
		}
		for _, v := range s {
			if v < 0 || v > StrokeUnit {
				return fmt.Errorf("a stroke leaves the picture: %d is not in 0 to %d", v, StrokeUnit)
			}
		}
	}
	return nil
}

// Mark is what a person decided about a take besides circling it. Takes keep what QC
// found; a mark stands beside it, and the newest counts.
type Mark struct {
	Take TakeID `json:"take"`
	// State is TakeNG, TakeHold or TakePrint; empty takes the mark back.
	State   TakeState `json:"state,omitempty"`
	Why     string    `json:"why,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Version int       `json:"version"` // 1, 2, 3 …
}

// Problem says why a mark cannot be kept, its reason aside.
func (m Mark) Problem() error {
	switch m.State {
	case "", TakeNG, TakeHold, TakePrint:
		return nil
	case TakeCircle: // is no mark: a circle moves
	}
	return fmt.Errorf("a take is marked %s, %s or %s, not %q", TakeNG, TakeHold, TakePrint, m.State)
}
