package lettering

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Marks of direction that are not seen.
const (
	toRight = "\u200e" // left-to-right mark
	toLeft  = "\u200f" // right-to-left mark
)

// Directed marks a paragraph's lines so that each is set in the paragraph's
// direction wherever it was broken: whoever draws a line alone judges it by its
// first letter, and puts the mark at its end on the wrong side. Lines without any
// letter that runs to the left come back as they are.
func Directed(lines []string, language string) []string {
	left, right := 0, 0
	first := bidi.ON
	for _, line := range lines {
		for _, c := range line {
			switch p, _ := bidi.LookupRune(c); p.Class() {
			case bidi.R, bidi.AL:
				left++
				if first == bidi.ON {
					first = bidi.R
				}
			case bidi.L:
				right++
				if first == bidi.ON {
					first = bidi.L
				}
			default:
			}
		}
	}
	if left == 0 {
		return lines
	}
	mark := toRight
	if first == bidi.R || leftward(language) {
		mark = toLeft
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = mark + strings.Trim(line, toRight+toLeft) + mark
	}
	return out
}

// leftward says whether a language is written from right to left.
func leftward(language string) bool {
	primary, rest, _ := strings.Cut(strings.ToLower(language), "-")
	if script, _, _ := strings.Cut(rest, "-"); script == "arab" || script == "hebr" {
		return true
	} else if len(script) == 4 {
		return false
	}
	switch primary {
	case "ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb", "arc", "syr":
		return true
	}
	return false
}
