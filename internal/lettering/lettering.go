// Package lettering sets text: where its lines may end, which way it runs, how wide
// it is, which typeface draws its writing system. Burned subtitles, the cues of
// subtitle files and titles all break here, so that a viewer sees the same lines.
//
// It is pure and estimates widths; it opens no font. Unicode's rules (grapheme
// clusters, UAX #29, and line breaks, UAX #14) come from rivo/uniseg. Thai words come from
// a dictionary. What else they leave to one (Lao, Khmer, Burmese, Chinese and Japanese
// words, Thai names) is answered by rules of spelling: such a break never harms a
// syllable, but may stand inside a word.
package lettering

import (
	"math"
	"strings"
)

// Room is a line: a text fits where Measure of it is at most Limit.
type Room struct {
	Limit   int
	Measure func(text string) int
	// Lines is how many a text should have at most. One that needs more gets more.
	Lines int
}

// maxEven bounds the work of even; longer paragraphs are just filled.
const maxEven = 200

// Lines breaks a text into as few lines as its paragraphs need, about equally long,
// rather at the end of a sentence or clause than of a word, and rather there than
// inside one. A line gets one more where that keeps a run of ideographs whole
// and room has it. No line is wider than room unless a single letter is. Each line
// runs in its paragraph's direction (Directed). Blank paragraphs are left out.
func Lines(text, language string, room Room) []string {
	lines, _ := Lay(text, language, room)
	return lines
}

// Lay is Lines, and the worst place at which one of them ends: Sentence where no line
// is broken.
func Lay(text, language string, room Room) (lines []string, worst Break) {
	worst = Sentence
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r", ""), "\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph == "" {
			continue
		}
		pieces := Pieces(paragraph, language, room)
		ends := lineEnds(pieces, room)
		for _, end := range ends[:len(ends)-1] {
			worst = min(worst, pieces[end-1].After)
		}
		lines = append(lines, Directed(texts(pieces, ends), language)...)
	}
	return lines, worst
}

// lineEnds gives where each line of a paragraph ends.
func lineEnds(pieces []Piece, room Room) []int {
	few := fill(pieces, room)
	if len(few) == 1 || len(pieces) > maxEven {
		return few
	}
	ends, torn := even(pieces, len(few), room)
	if torn && len(few) < room.Lines {
		if more, stillTorn := even(pieces, len(few)+1, room); !stillTorn {
			ends = more
		}
	}
	if ends == nil {
		return few
	}
	return ends
}

// Join is pieces as the text of a line, without the blanks at its ends.
func Join(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
	}
	return strings.TrimSpace(b.String())
}

func texts(pieces []Piece, ends []int) []string {
	lines, from := make([]string, 0, len(ends)), 0
	for _, end := range ends {
		lines = append(lines, Join(pieces[from:end]))
		from = end
	}
	return lines
}

// fill puts as many pieces on each line as fit, and gives where each line ends.
func fill(pieces []Piece, room Room) []int {
	var ends []int
	w, from := 0, 0
	for i, p := range pieces {
		if i > from && w+p.bare > room.Limit {
			ends = append(ends, i)
			w, from = 0, i
		}
		w += p.width
	}
	return append(ends, len(pieces))
}

// Costs of a break, in shares of the square of a line's mean width.
func (b Break) cost() float64 {
	switch b {
	case Sentence:
		return 0
	case Clause:
		return 0.02
	case Word:
		return 0.25
	case Loose:
		return 0.5
	case Clinging:
		return 1
	case Torn:
	}
	return 4
}

// even lays pieces on n lines that differ little in length, with the best breaks.
// It gives where each ends, nil when they do not fit, and whether a line ends where
// no word surely does.
func even(pieces []Piece, n int, room Room) (ends []int, torn bool) {
	count := len(pieces)
	if n > count {
		return nil, true
	}
	upTo := make([]int, count+1)
	for i, p := range pieces {
		upTo[i+1] = upTo[i] + p.width
	}
	mean := float64(upTo[count]) / float64(n)
	// cost is the least of laying pieces [0,i) on k lines; from is where the last
	// of these begins.
	cost, from := make([][]float64, n+1), make([][]int, n+1)
	for k := range cost {
		cost[k], from[k] = make([]float64, count+1), make([]int, count+1)
		for i := range cost[k] {
			cost[k][i] = math.Inf(1)
		}
	}
	cost[0][0] = 0
	for k := 1; k <= n; k++ {
		for i := k; i <= count; i++ {
			last := pieces[i-1]
			for j := i - 1; j >= k-1; j-- {
				w := upTo[i-1] - upTo[j] + last.bare
				if w > room.Limit && j < i-1 {
					break
				}
				off := float64(w) - mean
				c := cost[k-1][j] + off*off
				if i < count {
					c += mean * mean * last.After.cost()
				}
				if c < cost[k][i] {
					cost[k][i], from[k][i] = c, j
				}
			}
		}
	}
	if math.IsInf(cost[n][count], 1) {
		return nil, true
	}
	ends = make([]int, n)
	for k, i := n, count; k > 0; k-- {
		ends[k-1] = i
		torn = torn || i < count && pieces[i-1].After < Word
		i = from[k][i]
	}
	return ends, torn
}
