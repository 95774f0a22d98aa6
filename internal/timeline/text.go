package timeline

import (
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// breakLines breaks a cue's text into the lines of a raster's subtitles.
func breakLines(text, language string, r media.Raster) string {
	return strings.Join(lettering.Lines(text, language, lettering.Cue(r)), "\n")
}

// splitText cuts a text into portions that fit a cue each: at the end of a
// sentence or clause near the middle where there is one, else between words.
func splitText(text, language string, r media.Raster) []string {
	room := lettering.Cue(r)
	pieces := lettering.Pieces(text, language, room)
	lines := lettering.Lines(text, language, room)
	if len(lines) <= lettering.CueLines && !cutsARun(pieces, lines) {
		return []string{text}
	}
	widths, total := make([]int, len(pieces)), 0
	for i, p := range pieces {
		widths[i] = room.Measure(p.Text)
		total += widths[i]
	}
	best, bestCost, before := 0, 0, 0
	for i := 1; i < len(pieces); i++ {
		before += widths[i-1]
		off := 2*before - total
		if off < 0 {
			off = -off
		}
		// A twelfth of the whole stands against a letter's worth of bonus.
		if cost := off - bonus(pieces[i-1].After)*total/12; best == 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	if best == 0 {
		return []string{text}
	}
	return append(splitText(lettering.Join(pieces[:best]), language, r), splitText(lettering.Join(pieces[best:]), language, r)...)
}

// bonus is how good it is to end a cue at a break.
func bonus(b lettering.Break) int {
	switch b {
	case lettering.Sentence:
		return 8
	case lettering.Clause:
		return 5
	case lettering.Word, lettering.Loose:
		return 0
	case lettering.Clinging:
		return -2
	case lettering.Torn:
	}
	return -8
}

// cutsARun says whether breaking a text into lines cuts through a run of letters
// where nobody can see a word's end, though the text has an end of a sentence or
// clause at which it can go into two cues.
func cutsARun(pieces []lettering.Piece, lines []string) bool {
	if len(lines) < 2 {
		return false
	}
	clause, at := false, 0
	blank := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || r == '\u200e' || r == '\u200f' {
				return -1
			}
			return r
		}, s)
	}
	first := len(blank(lines[0]))
	cut := false
	for i, p := range pieces[:len(pieces)-1] {
		at += len(blank(pieces[i].Text))
		clause = clause || p.After >= lettering.Clause
		cut = cut || at == first && p.After < lettering.Clause && !strings.HasSuffix(p.Text, " ")
	}
	return cut && clause
}

// clean makes one paragraph of a text, without control characters.
func clean(text string) string {
	text = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return ' '
		}
		if unicode.IsControl(c) || c == '\ufeff' {
			return -1
		}
		return c
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
