package animatic

import (
	"strings"
	"unicode"
)

// maxWords bounds how much of a text is looked at for keywords.
const maxWords = 4000

// words is a text as a bag of words: what the script says, not what it means.
type words struct {
	raw  string
	list []string
	set  map[string]bool
}

func wordsOf(texts ...string) words {
	raw := strings.ToLower(strings.Join(texts, " . "))
	if r := []rune(raw); len(r) > maxWords*8 {
		raw = string(r[:maxWords*8])
	}
	w := words{raw: raw, set: map[string]bool{}}
	w.list = strings.FieldsFunc(raw, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if len(w.list) > maxWords {
		w.list = w.list[:maxWords]
	}
	for _, s := range w.list {
		w.set[s] = true
	}
	return w
}

// has says whether one of the words is there, also as a plural, a third person
// or a form in -ing or -ed. A word with a space or in Han script is looked for
// as it stands.
func (w words) has(any ...string) bool {
	for _, s := range any {
		if strings.ContainsRune(s, ' ') || s != "" && s[0] >= 0x80 {
			if strings.Contains(w.raw, s) {
				return true
			}
			continue
		}
		if w.set[s] || w.set[s+"s"] || w.set[s+"es"] || w.set[s+"ing"] || w.set[s+"ed"] {
			return true
		}
		if stem, ok := strings.CutSuffix(s, "e"); ok && (w.set[stem+"ing"] || w.set[s+"d"]) {
			return true
		}
		if n := len(s); n > 2 && (w.set[s+s[n-1:]+"ing"] || w.set[s+s[n-1:]+"ed"]) {
			return true
		}
	}
	return false
}

// hues are the colours a writer names.
var hues = map[string]rgb{
	"black": hex(0x23222b), "white": hex(0xf2efe8), "grey": hex(0x8b8f98), "gray": hex(0x8b8f98), "silver": hex(0xb9bec7),
	"red": hex(0xc8372d), "crimson": hex(0xa61f33), "scarlet": hex(0xd0342c), "maroon": hex(0x6e1f2a), "burgundy": hex(0x6b2036),
	"orange": hex(0xe07b2e), "amber": hex(0xe0a030), "yellow": hex(0xe9c440), "gold": hex(0xd1a545), "golden": hex(0xd1a545), "mustard": hex(0xc99a2e),
	"green": hex(0x4c8c55), "olive": hex(0x74783c), "lime": hex(0x9ccc4a), "emerald": hex(0x21805a), "mint": hex(0xa6d8bd), "khaki": hex(0xa99c70),
	"teal": hex(0x2a7d80), "turquoise": hex(0x3aa6a6), "cyan": hex(0x4bb7c9), "blue": hex(0x3767b0), "navy": hex(0x223356), "indigo": hex(0x3b3a86),
	"purple": hex(0x70489b), "violet": hex(0x7a52a8), "lavender": hex(0xb7a4d6), "pink": hex(0xe793a8), "magenta": hex(0xb83d80),
	"brown": hex(0x77502f), "tan": hex(0xb98f63), "beige": hex(0xd9c6a5), "cream": hex(0xefe3c8), "ivory": hex(0xf1ead6), "camel": hex(0xbd8d55),
	"denim": hex(0x48648f), "charcoal": hex(0x3d3f47), "blond": hex(0xdcb56a), "blonde": hex(0xdcb56a), "ginger": hex(0xb5602c), "auburn": hex(0x7d3a24),
	"黑": hex(0x23222b), "白": hex(0xf2efe8), "灰": hex(0x8b8f98), "红": hex(0xc8372d), "橙": hex(0xe07b2e), "黄": hex(0xe9c440), "绿": hex(0x4c8c55),
	"蓝": hex(0x3767b0), "紫": hex(0x70489b), "粉": hex(0xe793a8), "棕": hex(0x77502f), "金": hex(0xd1a545), "银": hex(0xb9bec7),
}

// colours lists the colours named, in the order of the text.
func (w words) colours() []rgb {
	var out []rgb
	for i, s := range w.list {
		c, ok := hues[s]
		if !ok {
			for _, r := range s {
				if c, ok = hues[string(r)]; ok && r >= 0x80 {
					break
				}
				ok = false
			}
		}
		if !ok {
			continue
		}
		if i > 0 {
			switch w.list[i-1] {
			case "dark", "deep":
				c = c.darker(0.4)
			case "light", "pale", "soft":
				c = c.lighter(0.4)
			case "bright", "vivid":
				c = c.saturate(1.3)
			}
		}
		out = append(out, c)
	}
	return out
}

// colourBefore is the colour that stands up to four words before one of the
// words: "blue convenience-store apron" makes the apron blue.
func (w words) colourBefore(any ...string) (rgb, bool) {
	for i, s := range w.list {
		for _, a := range any {
			if s != a && s != a+"s" {
				continue
			}
			for j := i - 1; j >= max(0, i-4); j-- {
				if c, ok := hues[w.list[j]]; ok {
					one := words{list: w.list[max(0, j-1) : j+1]}
					if cs := one.colours(); len(cs) > 0 {
						return cs[len(cs)-1], true
					}
					return c, true
				}
			}
		}
	}
	return rgb{}, false
}
