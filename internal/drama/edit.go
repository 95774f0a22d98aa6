package drama

import (
	"time"

	"github.com/dailies/dailies/internal/media"
)

// Edit is an editor's cut of an episode as it came back: which frames of which takes, in
// which order. Cuts are laid out by its newest version; versions are written once.
type Edit struct {
	Episode EpisodeID      `json:"episode"`
	Version int            `json:"version"` // 1, 2, 3 …
	FPS     media.Rational `json:"fps,omitzero"`
	// Events are the cut, in order; none: the edit was taken back, and the script's order
	// holds again.
	Events []EditEvent `json:"events,omitempty"`
	// Knew are the shots of the script when it came back, with the take that each had then.
	// What has changed since is not the editor's.
	Knew []EditShot `json:"knew,omitempty"`
	// Circled are the choices that were made with it, to be unmade with it.
	Circled []EditCircle `json:"circled,omitempty"`
	// Cut is the newest cut when it came back.
	Cut int `json:"cut,omitempty"`
	// Name and SHA256 are of the editor's file, Lost what of it was not carried.
	Name   string    `json:"name,omitempty"`
	SHA256 string    `json:"sha256,omitempty"`
	Lost   []string  `json:"lost,omitempty"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// EditEvent is a piece of a take in an editor's cut.
type EditEvent struct {
	Slate string `json:"slate"`
	Take  int    `json:"take"` // number
	// In is the first frame of the take that is shown, counted from the clip's own first.
	In     media.Frames     `json:"in"`
	Frames media.Frames     `json:"frames"` // overlaps included
	Out    media.Transition `json:"out"`    // into the next
}

// EditShot is a shot of the script as an editor knew it.
type EditShot struct {
	Slate  string       `json:"slate"`
	Take   int          `json:"take"`
	Frames media.Frames `json:"frames"` // as the script had it; 0: the footage's own length
}

// EditCircle is a choice that came with an edit.
type EditCircle struct {
	Slate string `json:"slate"`
	Was   int    `json:"was"`
	Now   int    `json:"now"`
}
