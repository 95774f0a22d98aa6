package drama

import (
	"slices"
	"time"
)

// OnLips says whether somebody who is seen in the shot says the line.
func (s Shot) OnLips(l Line) bool {
	return (l.Kind == LineDialogue || l.Kind == "") && slices.Contains(s.Cast, l.Who)
}

// Synced is what a vendor delivered of a shot's pictures with other lips, and what QC said
// of it. Digest is of the pictures and the speech that were sent, and of the model.
type Synced struct {
	Digest   string   `json:"digest"`
	Take     TakeID   `json:"take"` // as which it was bought: see LipsSlate
	Media    Object   `json:"media"`
	Provider string   `json:"provider"`
	Model    string   `json:"model"`
	Price    Money    `json:"price"`
	Pass     bool     `json:"pass"`
	Reasons  []string `json:"reasons,omitempty"` // why it cannot be used
	// NG are those that were bought before it, or it, and cannot be used.
	NG     []TakeID  `json:"ng,omitempty"`
	MadeAt time.Time `json:"made_at"`
}

// ManifestLips says that a shot of a dub shows other lips than the cut's.
type ManifestLips struct {
	Slate    string `json:"slate"`
	Take     TakeID `json:"take"`
	Provider string `json:"provider"`
	Model    string `json:"model"`
	Price    Money  `json:"price"`
	// Rehearsal: the pictures are the cut's and only marked where somebody speaks.
	Rehearsal bool `json:"rehearsal,omitempty"`
}
