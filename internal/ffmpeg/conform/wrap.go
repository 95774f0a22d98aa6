package conform

import (
	"math"
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/media"
)

// textLayout is how a text stands in a raster, in pixels.
type textLayout struct {
	size       int // of the type, an em
	lines      []string
	sideMargin int
	edgeMargin int // to top or bottom
}

// maxTextLines is how many lines a text may take before its type is made
// smaller.
const maxTextLines = 3

// layoutText sets a text: type relative to the short side, lines broken by
// width, margins that keep clear of what players lay over a vertical picture.
func layoutText(r media.Raster, t media.Text) textLayout {
	share := 0.055 // of the short side
	if t.Style == "title" {
		share = 0.09
	}
	l := textLayout{size: max(8, int(float64(r.ShortSide())*share)), sideMargin: r.Width * 7 / 100}
	l.edgeMargin = r.Height * 7 / 100
	if r.Height > r.Width {
		// Players put captions and buttons over the lowest part of a vertical
		// picture and their tabs over the top.
		l.edgeMargin = r.Height * 16 / 100
	}
	for ; ; l.size = l.size * 9 / 10 {
		l.lines = wrapText(t.Text, float64(r.Width-2*l.sideMargin)/float64(l.size))
		if len(l.lines) <= maxTextLines || l.size < 12 || strings.Count(t.Text, "\n") >= maxTextLines {
			return l
		}
	}
}

// wrapText breaks a text into lines of at most width ems: at spaces, and between
// ideographs, but not where a line would begin with closing or end with opening
// punctuation. Lines of one paragraph come out about equally long. libass itself
// breaks at spaces only.
func wrapText(text string, width float64) []string {
	var lines []string
	for paragraph := range strings.Lines(strings.ReplaceAll(text, "\r", "")) {
		pieces := splitPieces(strings.TrimSpace(paragraph))
		if len(pieces) == 0 {
			continue
		}
		few := fillLines(pieces, width)
		if len(few) > 1 && len(pieces) <= maxEvenPieces {
			few = evenLines(pieces, len(few), width)
		}
		lines = append(lines, few...)
	}
	return lines
}

// fillLines puts as many pieces on each line as fit.
func fillLines(pieces []string, width float64) []string {
	var lines []string
	line := ""
	for _, p := range pieces {
		if line != "" && textWidth(line+strings.TrimRight(p, " ")) > width {
			lines = append(lines, strings.TrimSpace(line))
			line = ""
		}
		line += p
	}
	return append(lines, strings.TrimSpace(line))
}

// maxEvenPieces bounds the work of evenLines; longer paragraphs are just filled.
const maxEvenPieces = 200

// evenLines puts pieces on n lines that differ little in length and rather end
// with punctuation. fillLines has shown that n lines hold them.
func evenLines(pieces []string, n int, width float64) []string {
	upTo := make([]float64, len(pieces)+1)
	for i, p := range pieces {
		upTo[i+1] = upTo[i] + textWidth(p)
	}
	mean := upTo[len(pieces)] / float64(n)
	// cost is the least of laying pieces [0,i) on a number of lines; from is where
	// the last of these begins.
	cost := make([][]float64, n+1)
	from := make([][]int, n+1)
	for k := range cost {
		cost[k] = make([]float64, len(pieces)+1)
		from[k] = make([]int, len(pieces)+1)
		for i := range cost[k] {
			cost[k][i] = math.Inf(1)
		}
	}
	cost[0][0] = 0
	for k := 1; k <= n; k++ {
		for i := k; i <= len(pieces); i++ {
			for j := i - 1; j >= k-1; j-- {
				last := pieces[i-1]
				w := upTo[i] - upTo[j] - textWidth(last) + textWidth(strings.TrimRight(last, " "))
				if w > width && j < i-1 {
					break
				}
				c := cost[k-1][j] + (w-mean)*(w-mean)
				if i < len(pieces) && !endsClause(last) {
					c += mean * mean / 4
				}
				if c < cost[k][i] {
					cost[k][i], from[k][i] = c, j
				}
			}
		}
	}
	if math.IsInf(cost[n][len(pieces)], 1) {
		return fillLines(pieces, width)
	}
	lines := make([]string, n)
	for k, i := n, len(pieces); k > 0; k-- {
		j := from[k][i]
		lines[k-1] = strings.TrimSpace(strings.Join(pieces[j:i], ""))
		i = j
	}
	return lines
}

// endsClause says whether a piece ends where a speaker would pause.
func endsClause(piece string) bool {
	return strings.ContainsAny(lastRune(strings.TrimRight(piece, " ")), ",.!?:;，。！？：；…—」』”")
}

func lastRune(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	return string(r[len(r)-1])
}

// splitPieces cuts a text where a line may end.
func splitPieces(text string) []string {
	var pieces []string
	runes := []rune(text)
	from := 0
	for i := 1; i < len(runes); i++ {
		if breaksBetween(runes[i-1], runes[i]) {
			pieces = append(pieces, string(runes[from:i]))
			from = i
		}
	}
	if from < len(runes) {
		pieces = append(pieces, string(runes[from:]))
	}
	return pieces
}

// breaksBetween says whether a line may end after a and begin with b.
func breaksBetween(a, b rune) bool {
	if unicode.IsSpace(b) {
		return false
	}
	if unicode.IsSpace(a) {
		return true
	}
	if strings.ContainsRune(`([{“‘「『《〈（【〔`, a) || strings.ContainsRune(`)]}”’」』》〉）】〕,.!?:;，。！？、：；…—ーっゃゅょッャュョ々%％`, b) {
		return false
	}
	return ideograph(a) || ideograph(b)
}

// ideograph says whether lines may break on either side of a letter.
func ideograph(c rune) bool {
	return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) || fullWidthPunctuation(c)
}

func fullWidthPunctuation(c rune) bool {
	return c >= 0x3000 && c <= 0x303f || c >= 0xff00 && c <= 0xff60
}

// textWidth estimates a text's width in ems, on the safe side.
func textWidth(text string) float64 {
	w := 0.0
	for _, c := range text {
		switch {
		case ideograph(c) || unicode.Is(unicode.Hangul, c) || c > 0x1f000:
			w++
		case unicode.Is(unicode.Mn, c):
		case unicode.IsUpper(c) || c == 'm' || c == 'w':
			w += 0.75
		case unicode.IsSpace(c) || strings.ContainsRune("ijlt.,;:'!|()", c):
			w += 0.35
		default:
			w += 0.58
		}
	}
	return w
}
