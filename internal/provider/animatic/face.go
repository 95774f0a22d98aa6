package animatic

import "math"

// face puts eyes, brows and mouth on the stage: sprites that move against the
// head every frame.
func (f *figurePainter) face(sh *shot) {
	a, p := f.a, f.a.p
	t := a.face * 0.024
	if p.shades {
		f.mouth(sh, t)
		return
	}
	for _, s := range []float64{-1, 1} {
		f.eye(s, t)
	}
	f.mouth(sh, t)
}

func (f *figurePainter) eye(s, t float64) {
	a, p := f.a, f.a.p
	ex := s*0.0345 + t*1.12
	// The eye on the far side of a turned head is narrower.
	narrow := 1 - 0.22*math.Max(0, a.face*s)
	big := 1.0
	if p.child {
		big = 1.32
	} else if p.female {
		big = 1.08
	}
	w, h := 0.0215*narrow*big, 0.0112*big
	if p.old {
		h *= 0.82
	}
	skin := p.skin
	lash := mix(p.hair, hex(0x1a1218), 0.6)
	white := mix(hex(0xf6f1ea), skin, 0.10)
	almond := blob(ex-s*w*0.98, eyeY-h*0.15, ex-s*w*0.45, eyeY+h*0.78, ex+s*w*0.2, eyeY+h*0.98, ex+s*w*0.80, eyeY+h*0.62, ex+s*w*1.05, eyeY+h*0.10, ex+s*w*0.55, eyeY-h*0.72, ex-s*w*0.2, eyeY-h*0.86)
	f.part(layerEyes, ex-0.034, eyeY-0.022, ex+0.034, eyeY+0.022, a.head, func(c *canvas) {
		c.fill(almond, flat(white))
		c.fill(rect(ex-0.1, eyeY, ex+0.1, eyeY+0.1), across(0, eyeY+h, hex(0x2a1a30), 0.5, 0, eyeY+h*0.1, hex(0x2a1a30), 0).onTop())
	})
	// the iris moves with the gaze
	r := h * 0.96
	f.part(layerEyes+0, ex-0.018, eyeY-0.018, ex+0.018, eyeY+0.018, func(in instant) xf {
		gx, gy := a.gazeAt(in)
		return a.head(in).after(move(gx*w*0.36, gy*h*0.30))
	}, func(c *canvas) {
		ix, iy := ex, eyeY+h*0.06
		c.fill(circle(ix, iy, r), flat(p.eyes.darker(0.35)))
		c.fill(circle(ix, iy, r*0.86), radial(ix, iy-r*0.3, r, r, p.eyes.lighter(0.25), 1, p.eyes, 1))
		c.fill(circle(ix, iy, r*0.46), flat(hex(0x0e0a10)))
		k := f.st.scene.light.keySide
		c.fill(circle(ix+k*r*0.34, iy+r*0.36, r*0.24), tint(rgb{1, 1, 1}, 0.95).lit())
		c.fill(circle(ix-k*r*0.30, iy-r*0.38, r*0.12), tint(rgb{1, 1, 1}, 0.5).lit())
	})
	// The lid hangs from the crease and comes down to blink. It also cuts off the
	// iris above, so a relaxed eye is never a stare.
	crease := eyeY + h*1.55
	lidSkin := skin.times(rgb{0.93, 0.84, 0.82})
	f.part(layerLids, ex-0.040, eyeY-0.020, ex+0.040, crease+0.006, func(in instant) xf {
		b := a.blink(in)
		open := 0.26 // of the way from crease to lower lid at rest
		k := lerp(open, 1.0, b)
		return a.head(in).after(about(stretch(1, k), 0, crease))
	}, func(c *canvas) {
		low := eyeY - h*0.80
		lid := blob(ex-s*w*1.06, crease-(crease-low)*0.66, ex-s*w*0.7, crease-h*0.2, ex, crease, ex+s*w*0.8, crease-h*0.25, ex+s*w*1.16, crease-(crease-low)*0.56,
			ex+s*w*0.85, low+h*0.50, ex+s*w*0.2, low, ex-s*w*0.55, low+h*0.12)
		c.fill(lid, flat(lidSkin))
		edge := curve(ex-s*w*1.04, crease-(crease-low)*0.70, ex-s*w*0.55, low+h*0.10, ex+s*w*0.2, low-h*0.02, ex+s*w*0.85, low+h*0.48, ex+s*w*1.28, crease-(crease-low)*0.50)
		thick := 0.0058
		if p.female {
			thick = 0.0082
		}
		c.fill(stroke(edge, thick*0.6, thick), flat(lash))
	})
	// lower lid, a soft line; and what shows under the eye at rest
	f.part(layerLids, ex-0.034, eyeY-0.022, ex+0.034, eyeY, a.head, func(c *canvas) {
		c.fill(stroke(curve(ex-s*w*0.8, eyeY-h*0.62, ex-s*w*0.1, eyeY-h*0.98, ex+s*w*0.6, eyeY-h*0.82, ex+s*w*1.0, eyeY-h*0.2), 0.0012, 0.0022), tint(lash, 0.55))
	})
	// brow
	f.part(layerBrows, ex-0.046, eyeY+0.005, ex+0.046, eyeY+0.062, func(in instant) xf {
		lift := 0.0035*math.Max(0, wander(a.seed+40, in.sec*0.6)) + 0.006*in.shot.loudness(a, in.n)*math.Max(0, noise(a.seed+41, in.sec*1.7))
		return a.head(in).after(move(0, lift))
	}, func(c *canvas) {
		b := a.brow
		y := eyeY + 0.0255 + 0.007*b.raise
		inner, outer := y-0.008*b.anger, y+0.002*b.anger
		if b.mouth < -0.3 && b.anger <= 0 {
			inner += 0.006
			outer -= 0.004
		}
		w0, w1 := 0.0092, 0.0042
		if p.female || p.child {
			w0, w1 = 0.0068, 0.0026
		}
		col := mix(p.hair, p.skin, 0.12)
		if p.hairstyle == "bald" || p.hair.luma() > 0.5 {
			col = mix(p.hair, hex(0x5a4434), 0.5)
		}
		c.fill(stroke(curve(ex-s*0.0215*narrow, inner, ex+s*0.002, (inner+outer)/2+0.006, ex+s*0.027*narrow, outer-0.001), w0, w1), flat(col))
	})
}

// gazeAt is where the eyes point, -1..1: mostly at one thing, with small darts.
func (a *actor) gazeAt(in instant) (float64, float64) {
	step := math.Floor(in.sec/1.3 + 7*at(a.seed, 6, 6))
	i := int(step)
	dart := 0.35 * (at(a.seed, i, 20) - 0.5)
	if at(a.seed, i, 21) > 0.82 {
		dart *= 2.6
	}
	f := math.Min((in.sec/1.3+7*at(a.seed, 6, 6)-step)*14, 1) // a dart takes a tenth of a second
	before := 0.35 * (at(a.seed, i-1, 20) - 0.5)
	gx := a.gaze + lerp(before, dart, f)
	return math.Max(-1, math.Min(1, gx)), a.pose.look*0.9 + 0.15*(at(a.seed, i, 22)-0.5)
}

// mouth shapes: how far it is open and how wide.
var mouthShapes = [...]struct{ open, wide float64 }{{0, 1}, {0.20, 1}, {0.42, 0.95}, {0.70, 0.88}, {0.50, 0.68}}

func (f *figurePainter) mouth(sh *shot, t float64) {
	a, p := f.a, f.a.p
	mx, my := t*1.2, 1.4975
	lip := mix(p.skin.times(rgb{0.80, 0.58, 0.56}), hex(0xb04a48), 0.25)
	if p.lips {
		lip = mix(lip, hex(0xb83a4a), 0.55)
	}
	for i, shape := range mouthShapes {
		if i > 0 && len(a.lines) == 0 {
			break
		}
		before := len(f.st.items)
		f.part(layerMouth, mx-0.045, my-0.040, mx+0.045, my+0.026, a.head, func(c *canvas) {
			w := 0.0215 * shape.wide * (1 + 0.10*math.Max(0, a.brow.mouth))
			if p.child {
				w *= 0.85
			}
			if !p.female && !p.child {
				w *= 1.08
			}
			curl := 0.0055 * a.brow.mouth
			o := 0.019 * shape.open
			if shape.open == 0 {
				c.fill(blob(mx-w, my+curl, mx-w*0.35, my+0.0052, mx, my+0.0036, mx+w*0.35, my+0.0052, mx+w, my+curl, mx+w*0.4, my-0.0076-curl*0.4, mx, my-0.0090-curl*0.5, mx-w*0.4, my-0.0076-curl*0.4), tint(lip, map[bool]float64{true: 0.95, false: 0.62}[p.lips]))
				c.fill(stroke(curve(mx-w*1.06, my+curl, mx-w*0.4, my-0.0008-curl*0.3, mx, my-0.0016-curl*0.4, mx+w*0.4, my-0.0008-curl*0.3, mx+w*1.06, my+curl), 0.0022, 0.0022), flat(lip.darker(0.62)))
				return
			}
			outer := blob(mx-w*1.05, my+curl*0.6, mx-w*0.4, my+0.0058+o*0.25, mx, my+0.0044+o*0.25, mx+w*0.4, my+0.0058+o*0.25, mx+w*1.05, my+curl*0.6, mx+w*0.5, my-0.0080-o*0.85, mx, my-0.0100-o, mx-w*0.5, my-0.0080-o*0.85)
			c.fill(outer, tint(lip, map[bool]float64{true: 0.95, false: 0.75}[p.lips]))
			inner := blob(mx-w*0.86, my+curl*0.6, mx-w*0.3, my+0.0016+o*0.25, mx+w*0.3, my+0.0016+o*0.25, mx+w*0.86, my+curl*0.6, mx+w*0.45, my-0.0026-o*0.80, mx, my-0.0036-o*0.92, mx-w*0.45, my-0.0026-o*0.80)
			c.fill(inner, flat(hex(0x43161c)))
			top := my + 0.0010 + o*0.25
			c.fill(roundRect(mx-w*0.50, top-0.0022-o*0.16, mx+w*0.50, top, 0.0016), tint(hex(0xf4eee6), 0.92).onTop())
			if shape.open > 0.4 {
				c.fill(ellipse(mx, my-0.0048-o*0.78, w*0.5, o*0.34), tint(hex(0xc2555c), 0.9).onTop())
			}
		})
		if len(a.lines) == 0 {
			continue
		}
		for _, it := range f.st.items[before:] {
			focus := it.alpha
			it.alpha = func(in instant) float64 {
				switch {
				case a.viseme(in, sh) != i:
					return 0
				case focus != nil:
					return focus(in)
				}
				return 1
			}
		}
	}
}

// viseme is the mouth's shape at an instant, from how loud the actor speaks.
func (a *actor) viseme(in instant, sh *shot) int {
	v := sh.loudness(a, in.n)
	switch {
	case v < 0.10:
		return 0
	case v < 0.32:
		return 1
	case v < 0.60:
		if at(a.seed, in.n/3, 50) > 0.6 {
			return 4
		}
		return 2
	}
	if at(a.seed, in.n/4, 51) > 0.72 {
		return 4
	}
	return 3
}
