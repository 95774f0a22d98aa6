package substation

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// value is a field of a style, and where it stands.
type value struct {
	text string
	col  int
}

// fields are those of one style, by their names in small letters.
type fields struct {
	*reader
	at map[string]value
}

// look reads what a style says of texts.
func (s fields) look(of string) Style {
	short := min(s.x, s.y)
	most := mostSize
	if of == "title" {
		most = mostTitle
	}
	out := Style{Line: s.line, Col: s.at["outlinecolour"].col}
	out.TextStyle = media.TextStyle{
		Font: s.font(), Size: s.length("Fontsize", short, leastSize, most, "the short side"),
		Bold: s.flag("Bold"), Italic: s.flag("Italic"),
		Box:     s.oneOf("BorderStyle", "1", "3") == "3",
		Outline: s.length("Outline", short, 0, mostOutline, "the short side"), Shadow: s.length("Shadow", short, 0, mostOutline, "the short side"),
		Left: s.length("MarginL", s.x, 0, mostSides/2, "the width"), Right: s.length("MarginR", s.x, 0, mostSides/2, "the width"),
		Vertical: s.length("MarginV", s.y, 0, mostVertical, "the height"),
	}
	align, err := strconv.Atoi(s.oneOf("Alignment", "1", "2", "3", "4", "5", "6", "7", "8", "9"))
	if err == nil {
		out.Align = align
	}
	var alpha uint8
	if out.Color, alpha = s.color("PrimaryColour"); alpha != 0 {
		s.wrong(s.at["primarycolour"].col, "begin it with &H00", "letters that pictures shine through cannot be read")
	}
	if out.Edge, alpha = s.color("OutlineColour"); alpha != 0 {
		s.wrong(s.at["outlinecolour"].col, "begin it with &H00", "an outline that pictures shine through holds no letters apart from them")
	}
	out.Back, out.Alpha = s.color("BackColour")
	for _, plain := range [][2]string{{"Underline", "0"}, {"StrikeOut", "0"}, {"ScaleX", "100"}, {"ScaleY", "100"}, {"Spacing", "0"}, {"Angle", "0"}} {
		v, there := s.at[strings.ToLower(plain[0])]
		if n, err := strconv.ParseFloat(v.text, 64); there && (err != nil || strconv.FormatFloat(n, 'f', -1, 64) != plain[1]) {
			s.wrong(v.col, "write "+plain[1], "%s is %s, and texts are set without it", plain[0], clip(v.text))
		}
	}
	s.readable(out.TextStyle)
	return out
}

// readable holds a style to what is read on every picture.
func (s fields) readable(l media.TextStyle) {
	edge := s.at["outlinecolour"]
	if is := lettering.Contrast(l.Color, l.Edge); is < leastContrast {
		s.wrong(edge.col, "take a darker one, or a lighter one for the letters", "letters of %s cannot be read in %s: their contrast is %.1f to 1, and at least %.1f to 1 is wanted", l.Color, l.Edge, is, leastContrast)
	}
	if l.Outline == 0 && !l.Box {
		s.wrong(s.at["outline"].col, "write an Outline, or BorderStyle 3", "letters without an outline or a box cannot be read on every picture")
	}
}

func (s fields) field(name string) (value, bool) {
	v, ok := s.at[strings.ToLower(name)]
	if !ok {
		s.wrong(1, "add it to Format and to each Style", "the style has no %s: Format does not name it", name)
	}
	return v, ok
}

// font is the name of a family. What else libass would read in one is refused.
func (s fields) font() string {
	v, ok := s.field("Fontname")
	if !ok || v.text == "" {
		return ""
	}
	bad := strings.IndexFunc(v.text, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(" -_.", c)
	})
	if bad >= 0 || len([]rune(v.text)) > maxFont {
		s.wrong(v.col, "", "%s is no name of a font: letters, digits, blanks, - _ . and at most %d of them", clip(v.text), maxFont)
		return ""
	}
	return v.text
}

// length is a length in thousandths of what it is relative to.
func (s fields) length(name string, of, least, most int, what string) int {
	v, ok := s.field(name)
	if !ok {
		return least
	}
	n, err := strconv.ParseFloat(v.text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || n < 0 {
		s.wrong(v.col, "", "%s is %s; it is a number, 0 or more", name, clip(v.text))
		return least
	}
	share := int(math.Round(1000 * min(n, maxRes) / float64(of)))
	if share < least || share > most {
		s.wrong(v.col, "", "%s is %s, which is %.1f %% of %s; it is from %.1f to %.1f (%s to %s here)", name, v.text, float64(share)/10, what, float64(least)/10, float64(most)/10,
			strconv.Itoa((least*of+999)/1000), strconv.Itoa(most*of/1000))
		return least
	}
	return share
}

func (s fields) flag(name string) bool {
	return s.oneOf(name, "0", "-1", "1") != "0"
}

func (s fields) oneOf(name string, words ...string) string {
	v, ok := s.field(name)
	if !ok {
		return words[0]
	}
	for _, w := range words {
		if v.text == w {
			return w
		}
	}
	s.wrong(v.col, "", "%s is %s; it is one of %s", name, clip(v.text), strings.Join(words, " "))
	return words[0]
}

func (s fields) color(name string) (string, uint8) {
	v, ok := s.field(name)
	if !ok {
		return lettering.White, 0
	}
	hex, alpha, ok := asHex(v.text)
	if !ok {
		s.wrong(v.col, "", "%s is %s; a colour is written &HAABBGGRR, such as &H00FFFFFF", name, clip(v.text))
	}
	return hex, alpha
}
