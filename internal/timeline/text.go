package timeline

import (
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/media"
)

// maxLines is how many lines of text a cue has at most.
const maxLines = 2

// unit is the width of a Latin letter. Ideographs are counted by lineWidth's
// second figure.
const unit = 100

// lineWidth is how many Latin letters and how many ideographs fit in a line of a
// subtitle: 42 and 18 are common delivery limits for horizontal pictures
// (Netflix asks for 42 Latin, 16 to 18 Chinese); a vertical picture has less room.
func lineWidth(r media.Raster) (latin, ideographs int) {
	switch {
	case r.Height*4 >= r.Width*5: // 4:5 and taller
		return 26, 13
	case r.Height >= r.Width:
		return 34, 15
	default:
		return 42, 18
	}
}

// width of a text in units of a raster's line.
func width(text string, r media.Raster) int {
	latin, ideographs := lineWidth(r)
	wide := latin * unit / ideographs
	w := 0
	for _, c := range text {
		switch {
		case isWide(c):
			w += wide
		case unicode.Is(unicode.Mn, c) || c == '\u200b':
		default:
			w += unit
		}
	}
	return max(w, 1)
}

// fits says whether a text goes into the lines of one cue.
func fits(text string, r media.Raster) bool {
	return strings.Count(breakLines(text, r), "\n") < maxLines
}

// breakLines breaks a cue's text into as few lines as it takes, about equally
// long, rather at the end of a clause.
func breakLines(text string, r media.Raster) string {
	latin, _ := lineWidth(r)
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if width(line, r) <= latin*unit {
			out = append(out, line)
			continue
		}
		out = append(out, wrap(line, latin*unit, r)...)
	}
	return strings.Join(out, "\n")
}

func wrap(text string, limit int, r media.Raster) []string {
	pieces := pieces(text, r)
	best, bestCost := -1, 0
	for i := 1; i < len(pieces); i++ {
		a, b := join(pieces[:i]), join(pieces[i:])
		wa, wb := width(a, r), width(b, r)
		if wa > limit || wb > limit {
			continue
		}
		cost := max(wa, wb) - endBonus(a)
		if best < 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	if best > 0 {
		return []string{join(pieces[:best]), join(pieces[best:])}
	}
	// Too much for two lines: as many as it takes, each as full as it gets.
	var lines []string
	from := 0
	for i := 1; i <= len(pieces); i++ {
		if i == len(pieces) || width(join(pieces[from:i+1]), r) > limit {
			lines = append(lines, join(pieces[from:i]))
			from = i
		}
	}
	return lines
}

// splitText cuts a text into portions that fit a cue each: at the end of a
// sentence or clause near the middle where there is one, else between words.
func splitText(text string, r media.Raster) []string {
	p := pieces(text, r)
	if fits(text, r) && !tornApart(text, p, r) {
		return []string{text}
	}
	total := width(text, r)
	best, bestCost := 0, 0
	for i := 1; i < len(p); i++ {
		a, b := join(p[:i]), join(p[i:])
		off := width(a, r) - width(b, r)
		if off < 0 {
			off = -off
		}
		cost := off - endBonus(a)*total/(12*unit)
		if best == 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	if best == 0 {
		return []string{text}
	}
	return append(splitText(join(p[:best]), r), splitText(join(p[best:]), r)...)
}

// tornApart says whether breaking a text into lines would cut through an ideograph
// text where nobody can see a word's end, though the text has an end of a sentence
// or clause at which it can go into two cues.
func tornApart(text string, p []string, r media.Raster) bool {
	first, _, broken := strings.Cut(breakLines(text, r), "\n")
	last := []rune(first)
	if !broken || !isWide(last[len(last)-1]) || endBonus(first) > 0 {
		return false
	}
	for i := 1; i < len(p); i++ {
		if endBonus(p[i-1]) > 0 {
			return true
		}
	}
	return false
}

// endBonus is how good it is to break after a text, in units.
func endBonus(text string) int {
	runes := []rune(strings.TrimRight(text, "”’\"')」』 "))
	if len(runes) == 0 {
		return 0
	}
	switch last := runes[len(runes)-1]; {
	case strings.ContainsRune(".!?…。！？", last):
		return 8 * unit
	case strings.ContainsRune(",;:—–，、；：", last):
		return 5 * unit
	}
	return 0
}

// pieces are the parts of a text between which a line may end: words with the
// space after them, single ideographs with the punctuation that belongs to them.
// A word that no line could hold is cut.
func pieces(text string, r media.Raster) []string {
	latin, _ := lineWidth(r)
	var all []string
	var piece []rune
	runes := []rune(text)
	for i, c := range runes {
		piece = append(piece, c)
		if i+1 == len(runes) || mayBreak(c, runes[i+1]) || width(string(piece), r) >= latin*unit {
			all = append(all, string(piece))
			piece = piece[:0]
		}
	}
	return all
}

func mayBreak(a, b rune) bool {
	switch {
	case unicode.IsSpace(b):
		return false
	case unicode.IsSpace(a):
		return true
	case strings.ContainsRune("([{“‘「『《〈（【", a), strings.ContainsRune(")]}”’」』》〉）】,.!?:;，。！？、：；…—ー々%％", b):
		return false
	}
	return isWide(a) || isWide(b)
}

func isWide(c rune) bool {
	return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		c >= 0x3000 && c <= 0x303f || c >= 0xff00 && c <= 0xff60 || c > 0x1f000
}

func join(pieces []string) string { return strings.TrimSpace(strings.Join(pieces, "")) }

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
