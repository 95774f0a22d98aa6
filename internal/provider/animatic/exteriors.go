package animatic

import "math"

func (b *builder) street() {
	asphalt := hex(0x55565e)
	b.skyline(70, 14, 46, 300)
	b.card(16, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 7, func(i int, x float64) { b.facade(c, i+500, x, 6.8, 9+9*b.r(i, 310), false) })
	})
	ground := "road"
	if b.view.camY > 4 {
		ground = "paving" // from above the carriageway is out of frame
	}
	b.surface(asphalt, asphalt.lighter(0.12), ground)
	b.card(7.5, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 4.6, func(i int, x float64) {
			if b.r(i, 311) < 0.16 && b.wide {
				return // a gap between houses
			}
			b.facade(c, i, x, 4.5, 6.5+5*b.r(i, 312), true)
		})
		c.fill(rect(x0, 0, x1, 0.12), flat(hex(0x8d8b88)))
	})
	if b.l.lamps {
		x0, _, x1, _, _ := b.view.seen(7.4)
		b.row(x0, x1, 4.6, func(i int, x float64) { b.glow(x+2.2, 1.5, 7.4, 2.6, hex(0xffb868), 0.42, 0) })
		if b.sc.text.has("neon") || b.sc.all.has("neon") || b.sc.mood == "tense" || b.sc.mood == "dream" {
			b.row(x0, x1, 4.6, func(i int, x float64) {
				b.glow(x+4.2, 3.4, 7.3, 1.6, []rgb{hex(0xff3d86), hex(0x36d6ff), hex(0x9d5cff)}[i&1+i>>1&1], 0.55, uint64(i&3)*5)
			})
		}
	}
	x0, _, x1, _, _ := b.view.seen(3.6)
	b.row(x0, x1, 5.2, func(i int, x float64) {
		if x > x0-1.5 && x < x1+1 {
			b.lampPost(x+1.1, 3.6)
		}
	})
	b.card(4.6, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 6.4, func(i int, x float64) { b.parkedCar(c, i, x+2.6) })
	})
	b.foreground(func(c *canvas, x, s, u float64) {
		c.fill(line(x-s*0.06*u, -2, x-s*0.06*u, 8, 0.11*u), flat(hex(0x22252e)))
		c.fill(roundRect(x-s*0.06*u-0.10*u, 0.72, x-s*0.06*u+0.10*u, 1.0, 0.03), flat(hex(0x3b3f4a)))
	})
}

func (b *builder) parkedCar(c *canvas, i int, x float64) {
	col := hsl(b.r(i, 320), 0.35, 0.40)
	c.fill(ellipse(x, 0.10, 2.05, 0.10), tint(hex(0x08060e), 0.5).lit())
	c.fill(blob(x-1.95, 0.35, x-1.9, 0.78, x-1.2, 0.90, x-0.7, 1.36, x+0.6, 1.38, x+1.15, 0.92, x+1.85, 0.80, x+1.98, 0.40, x+1.4, 0.30, x-1.4, 0.30), flat(col))
	c.fill(blob(x-1.02, 0.92, x-0.62, 1.28, x-0.05, 1.30, x-0.05, 0.92).and(blob(x+0.03, 0.92, x+0.03, 1.30, x+0.55, 1.29, x+0.95, 0.92)), flat(b.l.skyLow.scale(0.55)).lit())
	for _, s := range []float64{-1.2, 1.2} {
		c.fill(circle(x+s, 0.32, 0.33), flat(hex(0x17171c)))
		c.fill(circle(x+s, 0.32, 0.17), flat(hex(0x9a9ea6)))
	}
	c.fill(rect(x-1.94, 0.62, x-1.78, 0.74), flat(hex(0xd8463c)).lit())
}

func (b *builder) alley() {
	b.surface(hex(0x4c4a52), hex(0x3a3942), "cobble")
	b.skyline(40, 10, 30, 330)
	b.card(11, 0, func(c *canvas, x0, _, x1, y1 float64) {
		b.facade(c, 3, -2.6, 5.2, 7, true)
		b.facade(c, 4, -9, 6.3, 9, false)
		b.facade(c, 5, 2.7, 6.3, 8.5, false)
	})
	b.glow(0, 1.6, 10.9, 3.4, hex(0xffb05e), 0.5, 0)
	for i, z := range []float64{7, 4.4, 2.4} {
		b.card(z, 0, func(c *canvas, x0, _, x1, y1 float64) {
			open := 1.25 + 0.12*float64(i)
			for _, s := range []float64{-1, 1} {
				edge := s*open - b.shift*0.25
				out := x1 + 1
				if s < 0 {
					out = x0 - 1
				}
				brick := hsl(0.03+0.03*b.r(i, 340), 0.24, 0.36)
				c.fill(rect(edge, 0, out, math.Max(y1, 9)), across(edge, 0, brick.darker(0.4), 1, edge+s*2.4, 0, brick, 1))
				for y := 0.1; y < math.Min(y1, 9); y += 0.22 {
					for x, n := 0.0, 0; x < 2.2 && n < 8; x, n = x+0.42, n+1 {
						off := 0.2 * math.Mod(math.Round(y/0.22), 2)
						if b.r(n+i*40+int(y*50), 341) < 0.5 {
							bx := edge + s*(x+off)
							c.fill(rect(bx, y, bx+s*0.36, y+0.17), tint(brick.lighter(0.14), 0.30))
						}
					}
				}
				// pipe, unit, fire stairs, window
				c.fill(rect(edge+s*0.16, 0, edge+s*0.24, math.Max(y1, 9)), flat(hex(0x2a2a30)))
				y := 2.3 + 0.5*b.r(i, 342)
				c.fill(roundRect(math.Min(edge, edge-s*0.35), y, math.Max(edge, edge-s*0.35)+0.02, y+0.42, 0.04), flat(hex(0x8f969c)))
				c.fill(rect(edge+s*0.5, y-0.6, edge+s*1.1, y+0.5), flat(brick.darker(0.5)))
				if b.l.lamps {
					c.fill(rect(edge+s*0.54, y-0.56, edge+s*1.06, y+0.46), flat(hex(0xf2b868).scale(0.75+0.25*b.r(i, 343))).lit())
					c.fill(rect(edge+s*0.78, y-0.6, edge+s*0.82, y+0.5), flat(brick.darker(0.5)))
				}
				// bins and crates at the foot
				bx := edge + s*0.15
				c.fill(roundRect(math.Min(bx, bx-s*0.5), 0, math.Max(bx, bx-s*0.5), 0.85, 0.04), flat(hex(0x2f4a44)))
				c.fill(roundRect(math.Min(bx+s*0.03, bx-s*0.54), 0.80, math.Max(bx+s*0.03, bx-s*0.54), 0.92, 0.03), flat(hex(0x3c5c54)))
			}
		})
	}
	neon := []rgb{hex(0xff3d7f), hex(0x35d0ff), hex(0xffb02e)}
	for i, z := range []float64{6.9, 4.3, 2.3} {
		s := float64(i%2)*2 - 1
		x := s*(1.02+0.12*float64(i)) - b.shift*0.25
		if b.l.lamps {
			b.card(z, 3, func(c *canvas, _, _, _, _ float64) {
				c.fill(roundRect(x-0.17, 2.0, x+0.17, 3.3, 0.05), flat(hex(0x1b1822)))
				for k := range 3 {
					c.fill(roundRect(x-0.10, 2.12+0.38*float64(k), x+0.10, 2.40+0.38*float64(k), 0.05), flat(neon[i].lighter(0.35)).lit())
				}
			})
			b.glow(x, 2.65, z-0.02, 1.7, neon[i], 0.75, uint64(i)*13)
		}
	}
	b.card(1.8, 1, func(c *canvas, x0, _, x1, _ float64) {
		for k := range 3 {
			y := 4.2 + 0.5*float64(k)
			c.fill(stroke(curve(x0-1, y+0.5, 0, y, x1+1, y+0.6), 0.012, 0.012), flat(hex(0x17161c)))
		}
	})
}

func (b *builder) rooftop() {
	b.skyline(90, 6, 34, 350)
	b.skyline(45, 2, 18, 360)
	b.card(22, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 6, func(i int, x float64) {
			h := -1.5 + 5.5*b.r(i, 370)
			col := hsl(0.6+0.5*math.Floor(b.r(i, 371)*1.4), 0.14, 0.34)
			c.fill(rect(x, -12, x+5.2, h), flat(col))
			c.fill(rect(x+1, h, x+1.6, h+0.9), flat(col.darker(0.3)))
			for k := range 40 {
				wx, wy := x+0.4+0.62*float64(k%8), h-0.9-1.0*float64(k/8)
				if b.l.lamps && b.r(i*40+k, 372) < 0.4 {
					c.fill(rect(wx, wy, wx+0.36, wy+0.55), tint(hex(0xffcb80), 0.9).lit())
				} else {
					c.fill(rect(wx, wy, wx+0.36, wy+0.55), tint(hex(0x10141e), 0.35))
				}
			}
		})
	})
	b.surface(hex(0x77757a), hex(0x5b5a61), "paving")
	b.card(3.6, 0, func(c *canvas, x0, _, x1, _ float64) {
		c.fill(rect(x0, 0, x1, 0.85), down(0, hex(0x5e5c62), 0.85, hex(0x85828a)))
		c.fill(rect(x0, 0.82, x1, 0.94), flat(hex(0x98959c)))
		b.row(x0, x1, 1.2, func(_ int, x float64) { c.fill(rect(x, 0.94, x+0.04, 1.5), flat(hex(0x2b2d35))) })
		c.fill(rect(x0, 1.46, x1, 1.51), flat(hex(0x2b2d35)))
		b.row(x0, x1, 7.5, func(i int, x float64) {
			tx := x + 2.0
			c.fill(line(tx, 0, tx+0.1, 1.7, 0.08).and(line(tx+1.5, 0, tx+1.4, 1.7, 0.08)), flat(hex(0x3a3230)))
			c.fill(rect(tx, 1.7, tx+1.5, 3.0), across(tx, 0, hex(0x8a6248), 1, tx+1.5, 0, hex(0x4a3328), 1))
			c.fill(poly(tx-0.1, 3.0, tx+1.6, 3.0, tx+0.75, 3.5), flat(hex(0x4a3a36)))
			c.fill(roundRect(tx+3.0, 0, tx+4.4, 0.95, 0.05), flat(hex(0xa9adb0)))
			c.fill(circle(tx+3.7, 0.5, 0.33), flat(hex(0x6d7276)))
			c.fill(circle(tx+3.7, 0.5, 0.10), flat(hex(0x3a3f44)))
			c.fill(line(tx-1.0, 0, tx-1.0, 3.6, 0.04), flat(hex(0x2b2d35)))
			for k := range 4 {
				c.fill(line(tx-1.35+0.05*float64(k), 2.6+0.25*float64(k), tx-0.65-0.05*float64(k), 2.6+0.25*float64(k), 0.025), flat(hex(0x2b2d35)))
			}
		})
	})
	// a string of bulbs
	if b.l.lamps {
		b.card(2.6, 1, func(c *canvas, x0, _, x1, _ float64) {
			c.fill(stroke(curve(x0-1, 3.0, (x0+x1)/2-0.4, 2.45, x1+1, 3.1), 0.012, 0.012), flat(hex(0x16151b)))
			b.row(x0, x1, 0.55, func(i int, x float64) {
				y := 2.43 + 0.10*(x*x)*0.25
				c.fill(circle(x, y, 0.045), flat(hex(0xffe2a6)).lit())
			})
		})
		x0, _, x1, _, _ := b.view.seen(2.6)
		b.row(x0, x1, 1.1, func(i int, x float64) {
			if x > x0 && x < x1 {
				b.glow(x, 2.43+0.025*x*x, 2.58, 0.5, hex(0xffc070), 0.5, 0)
			}
		})
	}
}
