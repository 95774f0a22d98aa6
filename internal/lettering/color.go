package lettering

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Colours of subtitles are #rrggbb.
const (
	White = "#ffffff"
	Black = "#000000"
	// Aside is the colour of who is in no cast, as narrators are.
	Aside = "#c8c8c8"
)

// Limits of colours that tell speakers apart.
const (
	// ReadableContrast is the least contrast of letters to their outline, as WCAG 2.2 counts
	// it: its level AAA for text (1.4.6).
	ReadableContrast = 7
	// ApartAtLeast is how far two speakers' colours lie apart, at least, as CIE counts it
	// in L*a*b* (1976): eight to ten times what people see side by side.
	ApartAtLeast = 18
)

// Palette are colours for speakers, in the order in which they are given out: first those
// that broadcasters use (white, yellow, cyan, green), then further light ones. All are
// readable on black, and each is apart from each.
func Palette() []string {
	return []string{White, "#ffff00", "#00ffff", "#00ff00", "#ffb066", "#ff9edb", "#b8a6ff", "#ff8a80"}
}

// colorNames are colours that may be written by name.
var colorNames = map[string]string{
	"white": White, "yellow": "#ffff00", "cyan": "#00ffff", "green": "#00ff00", "orange": "#ffb066", "pink": "#ff9edb", "violet": "#b8a6ff", "red": "#ff8a80", "grey": Aside,
}

// ColorNames are the names that Color knows, in the palette's order.
func ColorNames() []string {
	return []string{"white", "yellow", "cyan", "green", "orange", "pink", "violet", "red", "grey"}
}

// Color is a colour as #rrggbb of its name, or of six hexadecimal digits with or without
// the sign.
func Color(text string) (string, bool) {
	text = strings.ToLower(text)
	if hex, ok := colorNames[text]; ok {
		return hex, true
	}
	text = strings.TrimPrefix(text, "#")
	if len(text) != len(White)-1 || strings.Trim(text, "0123456789abcdef") != "" {
		return "", false
	}
	return "#" + text, true
}

// Contrast is that of two colours, as WCAG counts it, from 1 to 21.
func Contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Apart is how far two colours lie apart in L*a*b*.
func Apart(a, b string) float64 {
	x, y := lab(a), lab(b)
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// Next is the first colour of the palette that is apart from all that are taken; where
// none is, they are given out again in their order.
func Next(taken []string) string {
	all := Palette()
	for _, c := range all {
		if !slices.ContainsFunc(taken, func(t string) bool { return Apart(c, t) < ApartAtLeast }) {
			return c
		}
	}
	return all[len(taken)%len(all)]
}

// RGB are the parts of #rrggbb, from 0 to 255.
func RGB(hex string) (r, g, b uint8) {
	var n uint32
	if _, err := fmt.Sscanf(hex, "#%06x", &n); err != nil {
		return 255, 255, 255
	}
	return uint8(n >> 16), uint8(n >> 8 & 0xff), uint8(n & 0xff)
}

// linear are the parts of a colour in light, from 0 to 1 (sRGB).
func linear(hex string) [3]float64 {
	r, g, b := RGB(hex)
	var out [3]float64
	for i, v := range []uint8{r, g, b} {
		c := float64(v) / 255
		if c <= 0.04045 {
			out[i] = c / 12.92
		} else {
			out[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return out
}

func luminance(hex string) float64 {
	c := linear(hex)
	return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
}

// lab is a colour in CIE L*a*b*, under D65.
func lab(hex string) [3]float64 {
	c := linear(hex)
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047)
	y := f(0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2])
	z := f((0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// ASSColor is a colour as scripts of SubStation write it in a style, alpha from 0 (opaque)
// to 255.
func ASSColor(hex string, alpha uint8) string {
	r, g, b := RGB(hex)
	return fmt.Sprintf("&H%02X%02X%02X%02X", alpha, b, g, r)
}

// ASSColored is the override by which what follows is written in a colour.
func ASSColored(hex string) string {
	r, g, b := RGB(hex)
	return fmt.Sprintf(`{\1c&H%02X%02X%02X&}`, b, g, r)
}
