package animatic

import "math"

// head paints skull, ears, neck, nose and hair; the moving parts of the face are
// sprites of their own (face.go).
func (f *figurePainter) head() {
	a, p := f.a, f.a.p
	t := a.face * 0.024 // features slide over the face as it turns
	skin := p.skin
	shade := skin.times(rgb{0.86, 0.72, 0.70})
	f.hairBack()
	// The neck moves with the body so that it never leaves the collar.
	f.part(layerTorso+0, -0.09, shoulderY-0.06, 0.09, headY, func(in instant) xf { return a.body(in) }, func(c *canvas) {
		w := 0.050 * (0.7 + 0.3*p.broad)
		if p.female || p.child {
			w = 0.041
		}
		c.fill(blob(-w, headY-0.03, w, headY-0.03, w*1.0, shoulderY+0.06, w*1.35, shoulderY+0.02, 0, shoulderY-0.012, -w*1.35, shoulderY+0.02, -w, shoulderY+0.06), flat(skin.darker(0.10)))
		c.fill(blob(-w*1.2, headY, w*1.2, headY, w*1.1, neckY-0.002, t, neckY-0.030, -w*1.1, neckY+0.004), tint(shade.darker(0.25), 0.75).onTop())
		f.model(c, -w, 1.3, w, 1.5, 0.7)
	})
	jaw, chin := 0.058, 0.020
	if p.female || p.child {
		jaw, chin = 0.052, 0.015
	}
	if p.broad > 1.1 {
		jaw, chin = 0.066, 0.028
	}
	face := blob(
		t*0.6, 1.452,
		t*0.6+chin+0.006, 1.457, t*0.4+jaw*0.80, 1.483, t*0.3+jaw*1.12, 1.525,
		0.077, 1.575, 0.080, 1.62, 0.066, 1.67, 0, 1.700, -0.066, 1.67, -0.080, 1.62, -0.077, 1.575,
		t*0.3-jaw*1.12, 1.525, t*0.4-jaw*0.80, 1.483, t*0.6-chin-0.006, 1.457,
	)
	f.part(layerHead, -0.13, 1.43, 0.13, 1.74, a.head, func(c *canvas) {
		// ears: the far one hides as the head turns
		for _, s := range []float64{-1, 1} {
			hide := math.Max(0, a.face*s) // the ear on the side we turn to
			if hide > 0.55 {
				continue
			}
			ex := s * (0.079 - 0.012*hide)
			c.fill(ellipse(ex-t*0.5, 1.566, 0.015, 0.026), flat(skin.darker(0.08)))
			c.fill(ellipse(ex-t*0.5+s*0.001, 1.566, 0.008, 0.016), flat(shade))
			if p.earrings {
				c.fill(circle(ex-t*0.5, 1.536, 0.007), flat(hex(0xf0dfa0)))
			}
		}
		c.fill(face, flat(skin))
		// cheeks, the plane under the brow, the side away from the key
		blush := mix(skin, hex(0xe0604a), 0.5)
		for _, s := range []float64{-1, 1} {
			c.fill(ellipse(s*0.046+t, 1.535, 0.026, 0.018), radial(s*0.046+t, 1.535, 0.026, 0.018, blush, 0.34, blush, 0).onTop())
			c.fill(ellipse(s*0.035+t, eyeY+0.004, 0.026, 0.017), radial(s*0.035+t, eyeY+0.004, 0.026, 0.017, shade, 0.34, shade, 0).onTop())
		}
		k := f.st.scene.light.keySide
		c.fill(blob(-k*0.10, 1.72, -k*0.030+t, 1.70, -k*0.038+t, 1.60, -k*0.026+t, 1.55, -k*0.040+t, 1.50, -k*0.016+t, 1.44, -k*0.10, 1.44), tint(shade, 0.42).onTop())
		// nose: a shadow on one side and a light tip
		nx := t * 1.45
		c.fill(blob(nx-k*0.003, eyeY-0.004, nx-k*0.010, 1.545, nx-k*0.0155, 1.530, nx-k*0.004, 1.523, nx+k*0.002, 1.530, nx+k*0.001, 1.555), tint(shade, 0.75).onTop())
		c.fill(ellipse(nx+k*0.003, 1.537, 0.0042, 0.0055), radial(nx+k*0.003, 1.537, 0.0042, 0.0055, skin.lighter(0.6), 0.5, skin, 0).onTop())
		for _, s := range []float64{-1, 1} {
			c.fill(ellipse(nx+s*0.0075, 1.5245, 0.0036, 0.0022), tint(shade.darker(0.45), 0.8).onTop())
		}
		// under the lip and the chin
		c.fill(ellipse(t*1.1, 1.476, 0.014, 0.004), tint(shade, 0.55).onTop())
		f.model(c, -0.085, 1.44, 0.085, 1.7, 0.9)
		f.rimOn(c, curve(-k*0.070, 1.66, -k*0.0815, 1.61, -k*0.077, 1.56, t*0.3-k*jaw*1.10, 1.52, t*0.4-k*jaw*0.8, 1.483), 0.007)
		if p.old {
			line := tint(shade.darker(0.2), 0.6)
			for _, s := range []float64{-1, 1} {
				c.fill(stroke(curve(s*0.019+t*1.2, 1.528, s*0.031+t*1.1, 1.508, s*0.034+t, 1.490), 0.002, 0.003), line.onTop())
				c.fill(stroke(curve(s*0.060+t, 1.580, s*0.068+t, 1.574), 0.002, 0.002), line.onTop())
			}
			c.fill(stroke(curve(-0.03+t, 1.642, t, 1.646, 0.03+t, 1.642), 0.002, 0.002), line.onTop())
			c.fill(stroke(curve(-0.026+t, 1.654, t, 1.657, 0.026+t, 1.654), 0.002, 0.002), line.onTop())
		}
		if p.scar {
			c.fill(stroke(curve(-0.047+t, 1.622, -0.040+t, 1.598, -0.044+t, 1.566), 0.003, 0.004), tint(hex(0xb05a50), 0.85).onTop())
		}
		f.beard(c, t)
		if p.hat == "hood" {
			c.fill(blob(-0.10, 1.74, 0.10, 1.74, 0.09, 1.66, 0, 1.65, -0.09, 1.66), tint(hex(0x100c18), 0.5).onTop())
		}
	})
	f.hairFront(t)
}

func (f *figurePainter) beard(c *canvas, t float64) {
	p := f.a.p
	col := mix(p.hair, p.skin, 0.12)
	switch p.beard {
	case "stubble":
		c.fill(blob(-0.078, 1.54, -0.045+t, 1.522, -0.024+t, 1.514, t*1.1, 1.520, 0.024+t, 1.514, 0.045+t, 1.522, 0.078, 1.54, 0.07, 1.44, 0, 1.43, -0.07, 1.44), tint(col, 0.26).onTop())
	case "full":
		c.fill(blob(-0.079, 1.56, -0.062, 1.52, -0.030+t, 1.517, t*1.2, 1.522, 0.030+t, 1.517, 0.062, 1.52, 0.079, 1.56, 0.076, 1.48, 0.035+t*0.6, 1.436, t*0.6, 1.428, -0.035+t*0.6, 1.436, -0.076, 1.48), flat(col))
		c.fill(blob(-0.017+t*1.15, 1.5015, 0.017+t*1.15, 1.5015, 0.014+t*1.15, 1.489, -0.014+t*1.15, 1.489), tint(p.skin.darker(0.2), 0.8).onTop())
	case "moustache":
		c.fill(blob(-0.028+t*1.2, 1.508, -0.012+t*1.2, 1.519, t*1.25, 1.516, 0.012+t*1.2, 1.519, 0.028+t*1.2, 1.508, 0.012+t*1.2, 1.508, t*1.2, 1.510, -0.012+t*1.2, 1.508), flat(col))
	}
}

// hairBack is what hangs behind head and shoulders.
func (f *figurePainter) hairBack() {
	a, p := f.a, f.a.p
	dark := p.hair.darker(0.22)
	switch p.hairstyle {
	case "long":
		f.part(layerHairBack, -0.17, 1.18, 0.17, 1.74, a.hairSway, func(c *canvas) {
			c.fill(blob(0, 1.735, 0.092, 1.69, 0.107, 1.60, 0.112, 1.48, 0.126, 1.34, 0.105, 1.235, 0.045, 1.215, -0.045, 1.215, -0.105, 1.235, -0.126, 1.34, -0.112, 1.48, -0.107, 1.60, -0.092, 1.69), flat(dark))
			f.model(c, -0.13, 1.2, 0.13, 1.7, 0.8)
		})
	case "bob":
		f.part(layerHairBack, -0.15, 1.40, 0.15, 1.74, a.hairSway, func(c *canvas) {
			c.fill(blob(0, 1.735, 0.090, 1.69, 0.105, 1.60, 0.112, 1.50, 0.095, 1.435, 0.04, 1.43, -0.04, 1.43, -0.095, 1.435, -0.112, 1.50, -0.105, 1.60, -0.090, 1.69), flat(dark))
		})
	case "ponytail":
		f.part(layerHairBack, -0.24, 1.25, 0.24, 1.74, a.hairSway, func(c *canvas) {
			s := -a.side()
			c.fill(stroke(curve(s*0.06, 1.66, s*0.125, 1.62, s*0.135, 1.50, s*0.105, 1.36), 0.07, 0.030), flat(dark))
		})
	case "bun":
		f.part(layerHairBack, -0.16, 1.55, 0.16, 1.82, a.head, func(c *canvas) {
			s := -a.side()
			c.fill(circle(s*0.030, 1.735, 0.048), flat(dark))
			c.fill(stroke(curve(s*0.0, 1.75, s*0.03, 1.762, s*0.06, 1.745), 0.004, 0.004), tint(p.hair.lighter(0.25), 0.7).onTop())
		})
	case "curly":
		f.part(layerHairBack, -0.18, 1.46, 0.18, 1.80, a.hairSway, func(c *canvas) {
			c.fill(circle(0, 1.635, 0.118), flat(dark))
			for i := range 18 {
				s, co := math.Sincos(math.Pi * (-0.18 + 1.36*float64(i)/17))
				c.fill(circle(0.112*co, 1.632+0.100*s, 0.026+0.008*at(p.seed, i, 12)), flat(mix(dark, p.hair, at(p.seed, i, 13))))
			}
		})
	}
}

// hairFront is the cap of hair, the fringe, glasses and hat.
func (f *figurePainter) hairFront(t float64) {
	a, p := f.a, f.a.p
	s := a.side() // the parting
	u := t * s
	// Hair is written for a head that looks right and mirrored for the other.
	lock := func(xy ...float64) path { return blob(xy...).moved(stretch(s, 1)) }
	f.part(layerHairFront, -0.19, 1.42, 0.19, 1.86, a.head, func(c *canvas) {
		h := p.hair
		shine := h.lighter(0.30)
		strand := func(w float64, xy ...float64) {
			c.fill(stroke(curve(xy...), w, w*0.3), tint(shine, 0.34).onTop())
		}
		switch p.hairstyle {
		case "bald":
			c.fill(ellipse(s*0.02, 1.685, 0.026, 0.010), tint(p.skin.lighter(0.7), 0.35))
		case "crop":
			c.fill(lock(-0.083, 1.615, -0.086, 1.665, -0.055, 1.712, 0, 1.724, 0.055, 1.712, 0.086, 1.665, 0.083, 1.615, 0.071, 1.652, 0.04+u*0.5, 1.672, u*0.5, 1.676, -0.04+u*0.5, 1.672, -0.071, 1.652), flat(h))
		case "short", "curly":
			c.fill(lock(-0.083, 1.585, -0.092, 1.65, -0.066, 1.722, 0.0, 1.744, 0.066, 1.724, 0.093, 1.65, 0.083, 1.588,
				0.074, 1.632, 0.055+u*0.6+0.010, 1.668, 0.012+u*0.6, 1.655, -0.030+u*0.6, 1.674, -0.070, 1.640), flat(h))
			strand(0.010, -s*0.05, 1.700, 0, 1.716, s*0.05, 1.690)
			strand(0.006, -s*0.03, 1.682, s*0.01, 1.694, s*0.045, 1.676)
		case "pixie":
			c.fill(lock(-0.084, 1.545, -0.098, 1.62, -0.082, 1.700, -0.02, 1.742, 0.05, 1.735, 0.092, 1.68, 0.096, 1.60, 0.084, 1.545,
				0.077, 1.60, 0.066+u*0.5, 1.640, 0.030+u*0.6, 1.628, -0.010+u*0.6, 1.650, -0.045+u*0.6, 1.668, -0.076, 1.61), flat(h))
			strand(0.010, -s*0.055, 1.690, -s*0.005, 1.716, s*0.055, 1.672)
			strand(0.007, -s*0.03, 1.676, s*0.02, 1.690, s*0.062, 1.650)
		case "bob":
			c.fill(lock(-0.088, 1.46, -0.104, 1.55, -0.098, 1.66, -0.055, 1.728, 0.0, 1.742, 0.055, 1.728, 0.098, 1.66, 0.104, 1.55, 0.088, 1.46, 0.074, 1.50, 0.080, 1.58, 0.070, 1.640,
				0.030+u*0.5, 1.636, u*0.5, 1.640, -0.030+u*0.5, 1.636, -0.070, 1.640, -0.080, 1.58, -0.074, 1.50), flat(h))
			strand(0.012, -0.06, 1.700, 0, 1.712, 0.06, 1.696)
		default: // long, ponytail, bun: parted, swept to the sides
			c.fill(lock(-0.084, 1.545, -0.098, 1.62, -0.085, 1.700, -0.03, 1.742, 0.03, 1.742, 0.085, 1.700, 0.098, 1.62, 0.084, 1.545,
				0.0775, 1.61, 0.060+u*0.4, 1.652, -0.022+u*0.7, 1.692, -0.060+u*0.4, 1.652, -0.0775, 1.61), flat(h))
			strand(0.010, -s*0.022, 1.712, s*0.030, 1.704, s*0.074, 1.64)
			strand(0.008, -s*0.030, 1.706, -s*0.064, 1.686, -s*0.084, 1.62)
			if p.hairstyle == "long" {
				for _, q := range []float64{-1, 1} {
					c.fill(stroke(curve(q*0.084, 1.60, q*0.092, 1.53, q*0.088, 1.46), 0.026, 0.014), flat(h))
				}
			}
		}
		f.model(c, -0.1, 1.44, 0.1, 1.75, 0.8)
		k := -f.st.scene.light.keySide
		f.rimOn(c, curve(k*0.02, 1.738, k*0.066, 1.720, k*0.092, 1.66, k*0.092, 1.60), 0.010)
		f.hat(c, t)
		f.glasses(c, t)
	})
}

func (f *figurePainter) glasses(c *canvas, t float64) {
	p := f.a.p
	if !p.glasses && !p.shades {
		return
	}
	frame := hex(0x1d1a22)
	for _, s := range []float64{-1, 1} {
		x := s*0.0345 + t*1.12
		if p.shades {
			c.fill(roundRect(x-0.029, eyeY-0.022, x+0.029, eyeY+0.016, 0.012), flat(hex(0x14121a)))
			c.fill(line(x-0.016, eyeY+0.006, x-0.002, eyeY+0.010, 0.005), tint(rgb{1, 1, 1}, 0.35))
		} else {
			c.fill(circle(x, eyeY-0.002, 0.0275), tint(hex(0xcfe6ff), 0.13))
			c.fill(circle(x, eyeY-0.002, 0.0285).minus(circle(x, eyeY-0.002, 0.0255)), flat(frame))
			c.fill(line(x-0.012, eyeY+0.012, x-0.004, eyeY+0.016, 0.003), tint(rgb{1, 1, 1}, 0.5))
		}
		c.fill(line(x+s*0.027, eyeY+0.004, s*0.082, eyeY+0.006, 0.004), flat(frame))
	}
	c.fill(stroke(curve(-0.008+t*1.12, eyeY+0.002, t*1.12, eyeY+0.006, 0.008+t*1.12, eyeY+0.002), 0.004, 0.004), flat(frame))
}

func (f *figurePainter) hat(c *canvas, t float64) {
	a, p := f.a, f.a.p
	col := p.wear.top.darker(0.25)
	if p.wear.kind == "uniform" {
		col = p.wear.top.darker(0.2)
	}
	switch p.hat {
	case "cap":
		c.fill(blob(-0.094, 1.645, -0.085, 1.715, -0.03, 1.755, 0.03, 1.755, 0.085, 1.715, 0.094, 1.645, 0, 1.662), flat(col))
		c.fill(blob(-0.05+t*2.6, 1.655, t*3, 1.668, 0.05+t*2.6, 1.655, 0.075+t*3.2, 1.632, t*3.4, 1.622, -0.075+t*3.2, 1.632), flat(col.darker(0.25)))
	case "brim":
		c.fill(ellipse(t, 1.672, 0.155, 0.026), flat(col.darker(0.2)))
		c.fill(blob(-0.085, 1.675, -0.078, 1.765, -0.03, 1.785, 0, 1.772, 0.03, 1.785, 0.078, 1.765, 0.085, 1.675, 0, 1.664), flat(col))
		c.fill(blob(-0.086, 1.675, 0.086, 1.675, 0.084, 1.700, 0, 1.690, -0.084, 1.700), flat(hex(0x17141c)))
	case "beanie", "helmet":
		if p.hat == "helmet" {
			col = hex(0xe0b23a)
		}
		c.fill(blob(-0.098, 1.635, -0.092, 1.715, -0.04, 1.765, 0.04, 1.765, 0.092, 1.715, 0.098, 1.635, 0.05, 1.650, -0.05, 1.650), flat(col))
		c.fill(blob(-0.099, 1.632, 0, 1.645, 0.099, 1.632, 0.098, 1.662, 0, 1.676, -0.098, 1.662), flat(col.darker(0.16)))
	case "crown":
		gold := hex(0xe2b84a)
		c.fill(poly(-0.075, 1.70, -0.085, 1.775, -0.045, 1.738, 0, 1.790, 0.045, 1.738, 0.085, 1.775, 0.075, 1.70), flat(gold))
		c.fill(circle(0, 1.722, 0.011), flat(hex(0xb3263a)))
	case "hood":
		hood := p.wear.top
		outer := blob(0, 1.80, 0.10, 1.765, 0.135, 1.66, 0.135, 1.54, 0.115, 1.43, 0.04, 1.40, -0.04, 1.40, -0.115, 1.43, -0.135, 1.54, -0.135, 1.66, -0.10, 1.765)
		c.fill(outer.minus(blob(t, 1.705, 0.066+t, 1.672, 0.082+t, 1.59, 0.070+t, 1.49, 0.03+t, 1.440, -0.03+t, 1.440, -0.070+t, 1.49, -0.082+t, 1.59, -0.066+t, 1.672)), flat(hood.darker(0.12)))
	}
	_ = a
}

// headAway is the head from behind.
func (f *figurePainter) headAway() {
	a, p := f.a, f.a.p
	f.part(layerTorso, -0.09, shoulderY-0.02, 0.09, headY, a.body, func(c *canvas) {
		c.fill(blob(-0.046, headY-0.03, 0.046, headY-0.03, 0.048, shoulderY+0.06, 0.07, shoulderY+0.02, 0, shoulderY, -0.07, shoulderY+0.02, -0.048, shoulderY+0.06), flat(p.skin.darker(0.14)))
		f.model(c, -0.05, 1.3, 0.05, 1.5, 0.8)
	})
	f.part(layerHairFront, -0.2, 1.16, 0.2, 1.84, a.hairSway, func(c *canvas) {
		for _, s := range []float64{-1, 1} {
			c.fill(ellipse(s*0.082, 1.566, 0.014, 0.025), flat(p.skin.darker(0.1)))
		}
		skull := blob(0, 1.740, 0.062, 1.722, 0.091, 1.66, 0.090, 1.58, 0.068, 1.50, 0.045, 1.468, 0, 1.462, -0.045, 1.468, -0.068, 1.50, -0.090, 1.58, -0.091, 1.66, -0.062, 1.722)
		h := p.hair
		if p.hairstyle == "bald" {
			h = p.skin
		}
		c.fill(skull, flat(h))
		switch p.hairstyle {
		case "long":
			c.fill(blob(0, 1.742, 0.095, 1.68, 0.108, 1.56, 0.118, 1.38, 0.095, 1.225, 0, 1.20, -0.095, 1.225, -0.118, 1.38, -0.108, 1.56, -0.095, 1.68), flat(h))
		case "bob":
			c.fill(blob(0, 1.742, 0.095, 1.68, 0.108, 1.56, 0.098, 1.445, 0, 1.43, -0.098, 1.445, -0.108, 1.56, -0.095, 1.68), flat(h))
		case "bun":
			c.fill(circle(0, 1.70, 0.052), flat(h.darker(0.12)))
		case "ponytail":
			c.fill(stroke(curve(0, 1.65, 0.01, 1.56, -0.008, 1.42, 0.0, 1.28), 0.075, 0.03), flat(h.darker(0.1)))
		case "curly":
			for i := range 22 {
				s, co := math.Sincos(2 * math.Pi * float64(i) / 22)
				c.fill(circle(0.095*co, 1.62+0.10*s, 0.03), flat(h))
			}
		}
		for i := range 5 {
			x := -0.06 + 0.03*float64(i)
			c.fill(stroke(curve(x*0.5, 1.72, x, 1.62, x*1.05, 1.50), 0.006, 0.002), tint(h.lighter(0.3), 0.25).onTop())
		}
		f.model(c, -0.1, 1.2, 0.1, 1.75, 1)
		k := -f.st.scene.light.keySide
		f.rimOn(c, curve(k*0.02, 1.736, k*0.062, 1.720, k*0.090, 1.66, k*0.089, 1.58, k*0.07, 1.50), 0.012)
		if p.hat != "" {
			f.hat(c, 0)
		}
	})
}
