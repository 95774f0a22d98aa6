package animatic

import (
	"maps"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/prose"
)

// words is a text as what it names.
type words struct{ prose.Text }

func wordsOf(texts ...string) words { return words{prose.Read(texts...)} }

func (w words) has(any ...string) bool { return w.Has(any...) }

// named takes names for names: 小雨 is no rain.
func (w words) named(names ...string) words { return words{w.Named(names...)} }

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
	"青": hex(0x6fa8a0), "淡青": hex(0xa9cdc4), "褐": hex(0x6b4a30), "咖啡色": hex(0x6b4a35), "米色": hex(0xe3d5b8), "米白": hex(0xf0e8d6), "藏蓝": hex(0x223356), "藏青": hex(0x223356),
	"墨绿": hex(0x1f4a3a), "酒红": hex(0x6b2036), "大红": hex(0xc4231f), "玫红": hex(0xc23a70), "杏色": hex(0xe8cda6), "驼色": hex(0xbd8d55), "卡其": hex(0xa99c70), "香槟色": hex(0xe4d0a4),
	"月白": hex(0xdbe6ea), "宝蓝": hex(0x2348a0), "花白": hex(0xb9b6b4), "天蓝": hex(0x7fb6de), "军绿": hex(0x55603a), "牛仔": hex(0x48648f), "亚麻色": hex(0xcbb083),
}

// hueNames are in a fixed order, so that a text is read the same way each time.
var hueNames = slices.Sorted(maps.Keys(hues))

// colour is a colour where a text names it.
type colour struct {
	rgb
	at int
}

// shaded is a colour under the adverb before it.
func shaded(before string, c rgb) rgb {
	before = strings.TrimRight(before, " -")
	for _, s := range []string{"dark", "deep", "深", "暗"} {
		if strings.HasSuffix(before, s) {
			return c.darker(0.4)
		}
	}
	for _, s := range []string{"light", "pale", "soft", "浅", "淡"} {
		if strings.HasSuffix(before, s) {
			return c.lighter(0.4)
		}
	}
	for _, s := range []string{"bright", "vivid", "鲜", "亮"} {
		if strings.HasSuffix(before, s) {
			return c.saturate(1.3)
		}
	}
	return c
}

func (w words) places() []colour {
	var out []colour
	for _, h := range w.All(hueNames...) {
		out = append(out, colour{shaded(w.Clause(h.At), hues[hueNames[h.Word]]), h.At})
	}
	return out
}

// colours lists the colours named, in the order of the text.
func (w words) colours() []rgb {
	var out []rgb
	for _, c := range w.places() {
		out = append(out, c.rgb)
	}
	return out
}

// colourBefore is the colour that stands up to four words before one of the
// words, in the same clause: "blue convenience-store apron" and 黑色的西装 are an
// apron that is blue and a suit that is black.
func (w words) colourBefore(any ...string) (rgb, bool) {
	plural := slices.Clone(any)
	for _, a := range any {
		if a != "" && a[0] < 0x80 {
			plural = append(plural, a+"s")
		}
	}
	colours := w.places()
	for _, h := range w.All(plural...) {
		for _, c := range slices.Backward(colours) {
			if c.at > h.At {
				continue
			}
			between := w.String()[c.at:h.At]
			if strings.ContainsAny(between, ",.;:!?()\n，。；：！？、") || len(strings.Fields(between)) > 4 || len(between) > 60 {
				break
			}
			return c.rgb, true
		}
	}
	return rgb{}, false
}
