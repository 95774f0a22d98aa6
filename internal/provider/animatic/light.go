package animatic

import "math"

// light is how the scene is lit.
type light struct {
	ambient  rgb     // multiplies everything that does not shine itself
	haze     rgb     // what distance fades to
	hazeFar  float64 // share of haze at 30 m
	key      rgb     // colour of the light that models faces
	keySide  float64 // -1 from the left, 1 from the right
	rim      rgb
	sat      float64
	contrast float64
	lamps    bool // practical lights are on
	lamp     rgb
	skyTop   rgb
	skyLow   rgb
	vignette float64
}

// palette is a location's own colours, in daylight.
type palette struct {
	wall, wall2, floor, wood, accent, accent2, metal, plant, fabric rgb
}

func lightOf(s *scene) light {
	l := light{sat: 1, contrast: 1.04, keySide: 1, lamp: hex(0xffc069), vignette: 0.22}
	if at(s.seed, 1, 7) < 0.5 {
		l.keySide = -1
	}
	switch s.time {
	case "night":
		l.skyTop, l.skyLow = hex(0x0a1026), hex(0x2b3560)
		l.lamps = true
	case "dusk":
		l.skyTop, l.skyLow = hex(0x3a3a78), hex(0xf08a5c)
		l.lamps = true
	case "dawn":
		l.skyTop, l.skyLow = hex(0x6d86b8), hex(0xf6c7a8)
	default:
		l.skyTop, l.skyLow = hex(0x4c93cf), hex(0xcfe6ee)
	}
	if s.rain || s.snow || s.fog {
		grey := map[string]rgb{"night": hex(0x232a3c), "dusk": hex(0x6b6478), "dawn": hex(0x98a2b0)}[s.time]
		if s.time == "day" {
			grey = hex(0xa9b4bd)
		}
		l.skyTop, l.skyLow = mix(l.skyTop, grey, 0.65), mix(l.skyLow, grey.lighter(0.12), 0.65)
	}
	switch {
	case s.inside && s.time == "night":
		l.ambient, l.key, l.rim = rgb{0.80, 0.72, 0.68}, hex(0xffdcae), hex(0x6f86c8)
		if s.text.has("fluorescent", "neon") || s.kind == "store" || s.kind == "hospital" || s.kind == "office" || s.kind == "station" || s.kind == "corridor" {
			l.ambient, l.key, l.rim, l.lamp = rgb{0.72, 0.80, 0.80}, hex(0xe6fff4), hex(0x7ec0d8), hex(0xe8fff2)
		}
		if s.kind == "car" || s.kind == "bar" || s.kind == "cell" || s.kind == "warehouse" {
			l.ambient = rgb{0.52, 0.52, 0.66}
		}
	case s.inside && s.time == "dusk":
		l.ambient, l.key, l.rim = rgb{0.94, 0.78, 0.70}, hex(0xffc890), hex(0xb08ad0)
	case s.inside && s.time == "dawn":
		l.ambient, l.key, l.rim = rgb{0.88, 0.88, 0.98}, hex(0xffe6cc), hex(0xa8c4f0)
	case s.inside:
		l.ambient, l.key, l.rim = rgb{0.98, 0.96, 0.93}, hex(0xfff6e4), hex(0xcfe4f6)
		l.lamps = s.kind == "bar" || s.kind == "warehouse" || s.kind == "cell" || s.kind == "store" || s.kind == "hospital" || s.kind == "office" || s.kind == "corridor" || s.kind == "station"
	case s.time == "night":
		l.ambient, l.key, l.rim = rgb{0.46, 0.52, 0.78}, hex(0xbfd0ff), hex(0xffb070)
	case s.time == "dusk":
		l.ambient, l.key, l.rim = rgb{0.86, 0.66, 0.70}, hex(0xffb27a), hex(0xff8d5c)
	case s.time == "dawn":
		l.ambient, l.key, l.rim = rgb{0.88, 0.84, 0.94}, hex(0xffdfc4), hex(0xffc8a0)
	default:
		l.ambient, l.key, l.rim = rgb{1, 0.99, 0.96}, hex(0xfff4dc), hex(0xffffff)
	}
	l.haze = mix(l.skyLow, l.skyTop, 0.25)
	l.hazeFar = 0.62
	if s.fog {
		l.hazeFar = 0.95
	}
	if s.rain || s.snow {
		l.hazeFar = 0.8
		if !s.inside {
			l.ambient = l.ambient.times(rgb{0.86, 0.9, 0.97})
			l.sat = 0.86
		}
	}
	switch s.mood {
	case "tense":
		l.ambient, l.sat, l.contrast, l.vignette = l.ambient.times(rgb{0.84, 0.95, 0.95}), l.sat*0.80, 1.10, 0.36
	case "sad":
		l.ambient, l.sat, l.vignette = l.ambient.times(rgb{0.88, 0.93, 1.02}), l.sat*0.66, 0.30
	case "warm":
		l.ambient, l.sat = l.ambient.times(rgb{1.06, 0.98, 0.88}), l.sat*1.06
	case "happy":
		l.ambient, l.sat, l.vignette = l.ambient.times(rgb{1.04, 1.03, 0.99}), l.sat*1.14, 0.14
	case "angry":
		l.ambient, l.sat, l.contrast, l.vignette = l.ambient.times(rgb{1.02, 0.86, 0.84}), l.sat*1.05, 1.14, 0.38
	case "dream":
		l.ambient, l.sat = l.ambient.times(rgb{0.96, 0.90, 1.06}), l.sat*0.95
	}
	return l
}

// gradeAt is the light's effect on a painted colour so many metres away.
func (l light) gradeAt(metres float64, inside bool) func(rgb) rgb {
	t := l.hazeFar * (1 - math.Exp(-math.Max(metres-3, 0)/16))
	if inside {
		t *= 0.25
	}
	return func(c rgb) rgb {
		c = c.times(l.ambient).saturate(l.sat)
		c = rgb{(c.r-0.42)*l.contrast + 0.42, (c.g-0.42)*l.contrast + 0.42, (c.b-0.42)*l.contrast + 0.42}.clamp()
		return mix(c, l.haze, t)
	}
}

// paletteOf hashes a location into colours that belong together: one hue for
// the walls, its neighbour for the floor, the opposite for accents. Colours that
// the script names win.
func paletteOf(s *scene) palette {
	h := at(s.seed, 0, 1)
	warm := map[string]float64{"store": 0.44, "hospital": 0.46, "bar": 0.88, "restaurant": 0.06, "palace": 0.04, "bedroom": 0.6, "classroom": 0.12, "office": 0.58, "kitchen": 0.13, "station": 0.55, "warehouse": 0.1, "cell": 0.25, "church": 0.09, "corridor": 0.5, "living": 0.09, "car": 0.6}
	if w, ok := warm[s.kind]; ok {
		h = w + (h-0.5)*0.14
	}
	p := palette{
		wall:    hsl(h, 0.22, 0.66),
		wall2:   hsl(h+0.03, 0.28, 0.46),
		floor:   hsl(h-0.05, 0.16, 0.44),
		wood:    hsl(0.07+0.02*at(s.seed, 0, 2), 0.38, 0.40),
		accent:  hsl(h+0.5+0.08*(at(s.seed, 0, 3)-0.5), 0.58, 0.52),
		accent2: hsl(h+0.42, 0.50, 0.60),
		metal:   hsl(0.6, 0.07, 0.56),
		plant:   hsl(0.33+0.06*at(s.seed, 0, 4), 0.34, 0.38),
		fabric:  hsl(h+0.55+0.2*at(s.seed, 0, 5), 0.34, 0.46),
	}
	if c, ok := s.text.colourBefore("wall", "walls", "room", "tiles", "wallpaper"); ok {
		p.wall, p.wall2 = mix(p.wall, c, 0.7), mix(p.wall2, c.darker(0.3), 0.7)
	}
	if c, ok := s.text.colourBefore("floor", "carpet"); ok {
		p.floor = mix(p.floor, c, 0.7)
	}
	if c, ok := s.text.colourBefore("neon", "light", "lights", "sign", "door", "curtains", "sofa"); ok {
		p.accent = c.saturate(1.1)
	}
	return p
}
