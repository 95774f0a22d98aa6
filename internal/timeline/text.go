package timeline

import (
	"slices"
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
	return w
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
	m := measure(pieces(text, r), r)
	n := len(m.pieces)
	best, bestCost := -1, 0
	for i := 1; i < n; i++ {
		wa, wb := m.width(0, i), m.width(i, n)
		if wa > limit || wb > limit {
			continue
		}
		if cost := max(wa, wb) - m.bonus[i-1]; best < 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	if best > 0 {
		return []string{m.text(0, best), m.text(best, n)}
	}
	// Too much for two lines: as many as it takes, each as full as it gets.
	var lines []string
	from := 0
	for i := 1; i <= n; i++ {
		if i == n || m.width(from, i+1) > limit {
			lines = append(lines, m.text(from, i))
			from = i
		}
	}
	return lines
}

// splitText cuts a text into portions that fit a cue each: at the end of a
// sentence or clause near the middle where there is one, else between words.
func splitText(text string, r media.Raster) []string {
	m := measure(pieces(text, r), r)
	n := len(m.pieces)
	if fits(text, r) && !m.tornApart(text, r) {
		return []string{text}
	}
	total := m.width(0, n)
	best, bestCost := 0, 0
	for i := 1; i < n; i++ {
		off := m.width(0, i) - m.width(i, n)
		if off < 0 {
			off = -off
		}
		if cost := off - m.bonus[i-1]*total/(12*unit); best == 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	if best == 0 {
		return []string{text}
	}
	return append(splitText(m.text(0, best), r), splitText(m.text(best, n), r)...)
}

// measured is a text's pieces with their widths summed up, so that any run of
// them is measured at once.
type measured struct {
	pieces []string
	ends   []int // width of all pieces before and with this one
	spaces []int // width of the spaces at this one's end
	bonus  []int // of a break after this one
}

func measure(p []string, r media.Raster) measured {
	m := measured{pieces: p}
	at := 0
	for _, piece := range p {
		bare := strings.TrimRightFunc(piece, unicode.IsSpace)
		w, b := width(piece, r), width(bare, r)
		at += w
		m.ends = append(m.ends, at)
		m.spaces = append(m.spaces, w-b)
		m.bonus = append(m.bonus, endBonus(bare))
	}
	return m
}

// width of pieces [i, j) without the space at their end.
func (m measured) width(i, j int) int {
	w := m.ends[j-1] - m.spaces[j-1]
	if i > 0 {
		w -= m.ends[i-1]
	}
	return w
}

func (m measured) text(i, j int) string { return strings.TrimSpace(strings.Join(m.pieces[i:j], "")) }

// tornApart says whether breaking a text into lines would cut through an ideograph
// text where nobody can see a word's end, though the text has an end of a sentence
// or clause at which it can go into two cues.
func (m measured) tornApart(text string, r media.Raster) bool {
	first, _, broken := strings.Cut(breakLines(text, r), "\n")
	last := []rune(first)
	if !broken || len(last) == 0 || !isWide(last[len(last)-1]) || endBonus(first) > 0 {
		return false
	}
	return slices.ContainsFunc(m.bonus[:len(m.bonus)-1], func(b int) bool { return b > 0 })
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
	latin, ideographs := lineWidth(r)
	var all []string
	from, units := 0, 0
	before := rune(-1)
	for at, c := range text {
		w := unit
		if isWide(c) {
			w = latin * unit / ideographs
		}
		if before >= 0 && (mayBreak(before, c) || units+w > latin*unit) {
			all = append(all, text[from:at])
			from, units = at, 0
		}
		units += w
		before = c
	}
	return append(all, text[from:])
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
