package script

import (
	"fmt"
	"slices"
	"strings"
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
	if near := c.nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
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

// Nearest is the known word that word was probably meant to be, without regard to
// case: another word of the trade for it, or one with few letters wrong; "" when
// none is near.
func Nearest(word string, known []string) string {
	if len(word) > 64 {
		return ""
	}
	if s := synonym(strings.ToLower(word)); slices.Contains(known, s) {
		return s
	}
	w := []rune(strings.ToLower(word))
	best, at := "", min(3, 1+len(w)/4)+1
	if len(w) < 2 {
		at = 1
	}
	for _, k := range known {
		if d := distance(w, []rune(strings.ToLower(k)), at); d < at {
			best, at = k, d
		}
	}
	return best
}

// distance counts insertions, deletions, replacements and swaps of neighbours
// between a and b (optimal string alignment); at least limit when it is not below.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before := make([]int, len(b)+1)
	above := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		if slices.Min(row) >= limit {
			return limit
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
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
