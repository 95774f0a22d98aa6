package ffmpeg

import (
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
		total := 0.0
		for _, p := range pieces {
			total += textWidth(p)
		}
		// As few lines as it takes, then as even as they can be.
		few := fillLines(pieces, width)
		if n := float64(len(few)); n > 1 {
			for w := total / n; w < width; w += 0.5 {
				if even := fillLines(pieces, w); len(even) <= len(few) {
					few = even
					break
				}
			}
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
