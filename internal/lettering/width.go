package lettering

import (
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/media"
)

// Ems is the room of a line so many thousandths of an em wide, by an estimate of
// each letter on the safe side.
func Ems(thousandths, lines int) Room {
	return Room{Limit: thousandths, Measure: ems, Lines: lines}
}

// ems estimates a text's width in thousandths of an em.
func ems(text string) int {
	w := 0
	for _, c := range text {
		switch {
		case wide(c):
			w += 1000
		case unseen(c):
		case unicode.Is(unicode.Mc, c):
			w += 350
		case unicode.IsUpper(c) || c == 'm' || c == 'w':
			w += 750
		case unicode.IsSpace(c) || strings.ContainsRune("ijlt.,;:'!|()", c):
			w += 350
		case unicode.In(c, unicode.Devanagari, unicode.Bengali, unicode.Tamil, unicode.Khmer, unicode.Myanmar):
			w += 680
		default:
			w += 580
		}
	}
	return w
}

// A subtitle's line is counted in letters. This is the width of one.
const letter = 100

// CueLines is how many lines a subtitle has at most.
const CueLines = 2

// CueLetters is how many Latin letters and how many ideographs fit in a line of a
// subtitle: 42 and 18 are common delivery limits for horizontal pictures (Netflix
// asks for 42 Latin, 16 to 18 Chinese); a vertical picture has less room.
func CueLetters(r media.Raster) (latin, ideographs int) {
	switch {
	case r.Height*4 >= r.Width*5: // 4:5 and taller
		return 26, 13
	case r.Height >= r.Width:
		return 34, 15
	default:
		return 42, 18
	}
}

// Cue is the room of a subtitle's line in a raster.
func Cue(r media.Raster) Room {
	latin, ideographs := CueLetters(r)
	each := latin * letter / ideographs
	return Room{Limit: latin * letter, Lines: CueLines, Measure: func(text string) int {
		w := 0
		for _, c := range text {
			switch {
			case wide(c):
				w += each
			case unseen(c):
			case unicode.Is(unicode.Mc, c):
				w += letter / 2
			default:
				w += letter
			}
		}
		return w
	}}
}

// Width measures a text in hundredths of a Latin letter of a raster's subtitles.
func Width(text string, r media.Raster) int { return Cue(r).Measure(text) }

// wide says whether a letter is an em wide.
func wide(c rune) bool {
	return ideographic(c) || unicode.Is(unicode.Hangul, c) ||
		c >= 0x3000 && c <= 0x303f || c >= 0xff00 && c <= 0xff60 || c >= 0x1f000 && c <= 0x1faff
}

// unseen says whether a character takes no room of its own.
func unseen(c rune) bool {
	return unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf) || c >= 0xfe00 && c <= 0xfe0f
}
