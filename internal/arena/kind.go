package arena

import (
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Kind is what a shot asks of a model: models are good at different ones.
type Kind string

// Kinds of shots; of several the first that fits.
const (
	Insert Kind = "insert" // a thing, near
	Talk   Kind = "talk"   // somebody speaks on screen
	Group  Kind = "group"  // two or more people
	Place  Kind = "place"  // nobody
	Action Kind = "action" // one person, and the camera moves
	Close  Kind = "close"  // one person, and the camera stands
)

// Kinds are all of them, in the order in which they are tried.
func Kinds() []Kind { return []Kind{Insert, Talk, Group, Place, Action, Close} }

// KindOf is a shot's kind.
func KindOf(s drama.Shot) Kind {
	spoken := func(l drama.Line) bool { return l.Kind == drama.LineDialogue || l.Kind == "" }
	switch {
	case strings.EqualFold(s.Size, "insert"):
		return Insert
	case slices.ContainsFunc(s.Lines, spoken):
		return Talk
	case len(s.Cast) >= 2:
		return Group
	case len(s.Cast) == 0:
		return Place
	case s.Move != "" && !strings.EqualFold(s.Move, "static"):
		return Action
	}
	return Close
}
