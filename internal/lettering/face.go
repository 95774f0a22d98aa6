package lettering

import (
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/media"
)

// System is a writing system: its name, the typeface that draws it here and the
// Debian package that holds the typeface.
type System struct {
	Name, Face, Package string
	// Scale is how much larger than the others the type must be set to look as
	// large, in percent: type is measured with its tallest marks. 0: as it is.
	Scale   int
	letters *unicode.RangeTable
}

const (
	notoCore = "fonts-noto-core"
	notoCJK  = "fonts-noto-cjk"
)

func systems() []System {
	noto := func(script string, letters *unicode.RangeTable) System {
		return System{Name: script, Face: "Noto Sans " + script, Package: notoCore, letters: letters}
	}
	arabic := noto("Arabic", unicode.Arabic)
	arabic.Scale = 130
	return []System{
		arabic, noto("Hebrew", unicode.Hebrew), noto("Thai", unicode.Thai), noto("Lao", unicode.Lao),
		noto("Khmer", unicode.Khmer), noto("Myanmar", unicode.Myanmar), noto("Devanagari", unicode.Devanagari),
		noto("Bengali", unicode.Bengali), noto("Tamil", unicode.Tamil), noto("Telugu", unicode.Telugu), noto("Kannada", unicode.Kannada),
		noto("Malayalam", unicode.Malayalam), noto("Gujarati", unicode.Gujarati), noto("Gurmukhi", unicode.Gurmukhi),
		noto("Oriya", unicode.Oriya), noto("Sinhala", unicode.Sinhala), noto("Ethiopic", unicode.Ethiopic),
		noto("Armenian", unicode.Armenian), noto("Georgian", unicode.Georgian), noto("Thaana", unicode.Thaana),
		noto("Syriac", unicode.Syriac), noto("Cherokee", unicode.Cherokee),
		{Name: "Tibetan", Face: "Noto Serif Tibetan", Package: notoCore, letters: unicode.Tibetan},
		{Name: "Mongolian", Face: "Noto Sans Mongolian", Package: notoCore, letters: unicode.Mongolian},
		{Name: "Chinese", Face: "Noto Sans CJK SC", Package: notoCJK, letters: unicode.Han},
		{Name: "Japanese", Face: "Noto Sans CJK JP", Package: notoCJK, letters: unicode.Hiragana},
		{Name: "Japanese", Face: "Noto Sans CJK JP", Package: notoCJK, letters: unicode.Katakana},
		{Name: "Korean", Face: "Noto Sans CJK KR", Package: notoCJK, letters: unicode.Hangul},
		{Name: "Latin", Face: "Noto Sans CJK SC", Package: notoCJK, letters: unicode.Latin},
		{Name: "Cyrillic", Face: "Noto Sans CJK SC", Package: notoCJK, letters: unicode.Cyrillic},
		{Name: "Greek", Face: "Noto Sans CJK SC", Package: notoCJK, letters: unicode.Greek},
	}
}

// Sample is a few letters of a writing system.
type Sample struct{ Name, Letters string }

// Samples are letters of writing systems in which dramas are subtitled and that
// Noto Sans CJK does not draw.
func Samples() []Sample {
	return []Sample{
		{"Arabic", "مرحبا"},
		{"Hebrew", "שלום"},
		{"Thai", "ที่"},
		{"Devanagari", "घर"},
		{"Bengali", "ঘর"},
		{"Tamil", "வீடு"},
		{"Khmer", "ផ្ទះ"},
		{"Lao", "ບ້ານ"},
		{"Myanmar", "အိမ်"},
	}
}

// SystemOf is the writing system of a letter; the zero System where it is of none
// (digits, punctuation) or of one that is not known here.
func SystemOf(c rune) System {
	for _, s := range systems() {
		if unicode.Is(s.letters, c) {
			return s
		}
	}
	return System{}
}

// Face is the typeface of a text: that of the first writing system in it that the
// face of its language does not draw. Noto Sans CJK draws Latin, Greek and Cyrillic
// too; which of its shapes a Chinese character has is the language's.
func Face(text, language string) string {
	if s := ownFace(text); s.Face != "" {
		return s.Face
	}
	l := strings.ToLower(language)
	switch {
	case strings.HasPrefix(l, "ja"):
		return "Noto Sans CJK JP"
	case strings.HasPrefix(l, "ko"):
		return "Noto Sans CJK KR"
	case strings.HasPrefix(l, "zh-hk"), strings.HasPrefix(l, "zh-mo"), strings.HasPrefix(l, "zh-hant-hk"), strings.HasPrefix(l, "yue"):
		return "Noto Sans CJK HK"
	case strings.HasPrefix(l, "zh-tw"), strings.HasPrefix(l, "zh-hant"):
		return "Noto Sans CJK TC"
	default:
		return "Noto Sans CJK SC"
	}
}

// FaceAs is Face in a show's own look: its font, unless the text is of a writing system
// that has a face of its own.
func FaceAs(look *media.TextStyle, text, language string) string {
	if look == nil || look.Font == "" || ownFace(text).Face != "" {
		return Face(text, language)
	}
	return look.Font
}

// ownFace is the first writing system of a text that Noto Sans CJK does not draw.
func ownFace(text string) System {
	for _, c := range text {
		if c < 0x530 || ideographic(c) || unicode.Is(unicode.Hangul, c) {
			continue
		}
		if s := SystemOf(c); s.Package == notoCore {
			return s
		}
	}
	return System{}
}
