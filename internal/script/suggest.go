package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/near"
)

// Limits on the search for near words: a hostile file must not buy time with
// thousands of unknown names.
const (
	maxNearSearches = 500
	maxNearKnown    = 1000
)

// didYouMean is the hint for a word that is not in the list: the nearest one, or
// the whole list when it is short, or nothing.
func (c *collector) didYouMean(word string, known []string) string {
	if meant := c.nearest(word, known); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	if len(known) == 0 || len(known) > 30 {
		return ""
	}
	return "known: " + strings.Join(known, ", ")
}

// nearest is Nearest within the limits of one load.
func (c *collector) nearest(word string, known []string) string {
	if c.near++; len(known) > maxNearKnown || c.near > maxNearSearches {
		return ""
	}
	return Nearest(word, known)
}

// Nearest is the known word that word was probably meant to be: another word of the
// trade for it, or one with few letters wrong; "" when none is near.
func Nearest(word string, known []string) string {
	if s := synonym(strings.ToLower(word)); slices.Contains(known, s) {
		return s
	}
	return near.Word(word, known)
}

// synonym is this language's word for another word of the trade, or "".
func synonym(word string) string {
	switch strings.NewReplacer(" ", "-", "_", "-").Replace(word) {
	case "closeup", "close-up", "close":
		return "CU"
	case "extreme-closeup", "extreme-close-up", "xcu", "big-close-up":
		return "ECU"
	case "medium-closeup", "medium-close-up":
		return "MCU"
	case "medium", "medium-shot", "mid", "mid-shot":
		return "MS"
	case "long", "long-shot", "full", "full-shot", "fs":
		return "LS"
	case "wide", "wide-shot":
		return "WS"
	case "extreme-wide", "establishing", "xws", "els":
		return "EWS"
	case "over-the-shoulder", "over-shoulder":
		return "OTS"
	case "dolly-in", "dolly":
		return "push-in"
	case "dolly-out", "pull-back":
		return "pull-out"
	case "locked-off", "still", "fixed":
		return "static"
	case "eye-level":
		return "eye"
	case "colour", "style":
		return "look"
	case "negative", "negative_prompt":
		return "avoid"
	case "crossfade", "xfade":
		return "dissolve"
	case "crop", "cover":
		return "fill"
	case "pad", "contain", "letterbox":
		return "fit"
	case "tts":
		return "voice"
	}
	return ""
}
