package animatic

import "math"

// rgb is a colour in sRGB, 0..1 a channel. Painters mix in sRGB, as poster
// artists do; the picture is graded as a whole afterwards.
type rgb struct{ r, g, b float64 }

func hex(v uint32) rgb {
	return rgb{float64(v>>16&255) / 255, float64(v>>8&255) / 255, float64(v&255) / 255}
}

// mix goes from a (t = 0) to b (t = 1).
func mix(a, b rgb, t float64) rgb {
	return rgb{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

func (c rgb) times(d rgb) rgb       { return rgb{c.r * d.r, c.g * d.g, c.b * d.b} }
func (c rgb) scale(k float64) rgb   { return rgb{c.r * k, c.g * k, c.b * k}.clamp() }
func (c rgb) luma() float64         { return 0.2126*c.r + 0.7152*c.g + 0.0722*c.b }
func (c rgb) lighter(t float64) rgb { return mix(c, rgb{1, 1, 1}, t) }

// darker goes towards a deep blue-violet rather than black: shadows with colour.
func (c rgb) darker(t float64) rgb { return mix(c, rgb{0.06, 0.05, 0.12}, t) }

func (c rgb) saturate(k float64) rgb {
	l := c.luma()
	return mix(rgb{l, l, l}, c, k).clamp()
}

func (c rgb) clamp() rgb {
	return rgb{clamp01(c.r), clamp01(c.g), clamp01(c.b)}
}

func clamp01(v float64) float64 { return math.Max(0, math.Min(1, v)) }

// hsl takes hue in turns, saturation and lightness 0..1.
func hsl(h, s, l float64) rgb {
	h -= math.Floor(h)
	f := func(n float64) float64 {
		k := math.Mod(n+h*12, 12)
		return l - s*math.Min(l, 1-l)*math.Max(-1, math.Min(math.Min(k-3, 9-k), 1))
	}
	return rgb{f(0), f(8), f(4)}
}

func lerp(a, b, t float64) float64 { return a + (b-a)*t }

// ease is slow at both ends.
func ease(t float64) float64 {
	t = clamp01(t)
	return t * t * t * (t*(6*t-15) + 10)
}

// smooth goes 0..1 between a and b.
func smooth(a, b, x float64) float64 {
	t := clamp01((x - a) / (b - a))
	return t * t * (3 - 2*t)
}
