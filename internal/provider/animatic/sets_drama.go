package animatic

import "math"

// lattice is a window or door leaf of old houses.
func (b *builder) lattice(c *canvas, x, y0, w, h float64, frame rgb) {
	pane := hex(0xe9dcc0)
	k := flat(pane.darker(0.15))
	if b.l.lamps {
		k = down(y0, hex(0xe8a052), y0+h, hex(0xffd896)).lit()
	}
	c.fill(rect(x, y0, x+w, y0+h), flat(frame))
	c.fill(rect(x+0.05, y0+0.05, x+w-0.05, y0+h-0.05), k)
	n := max(2, int(w/0.16))
	for i := 1; i < n; i++ {
		px := x + w*float64(i)/float64(n)
		c.fill(rect(px-0.010, y0, px+0.010, y0+h), flat(frame))
	}
	m := max(2, int(h/0.18))
	for i := 1; i < m; i++ {
		py := y0 + h*float64(i)/float64(m)
		c.fill(rect(x, py-0.010, x+w, py+0.010), flat(frame))
	}
}

// paperLantern hangs with its top at y.
func (b *builder) paperLantern(c *canvas, x, y, r float64) {
	k := flat(hex(0xc8321f))
	if b.l.lamps {
		k = down(y-2*r, hex(0xff8a3c), y, hex(0xe0401f)).lit()
	}
	c.fill(line(x, y+0.3, x, y, 0.012), flat(hex(0x2a1a16)))
	c.fill(ellipse(x, y-r, r, r*0.82), k)
	for _, s := range []float64{-0.5, 0, 0.5} {
		c.fill(stroke(curve(x+s*r*0.9, y-0.05*r, x+s*r*1.5, y-r, x+s*r*0.9, y-1.95*r), 0.008, 0.008), tint(hex(0x7a1a10), 0.5))
	}
	for _, q := range []float64{-0.16 * r, -1.8 * r} {
		c.fill(rect(x-r*0.42, y+q-0.03, x+r*0.42, y+q+0.03), flat(hex(0xd0a040)))
	}
	c.fill(line(x, y-1.85*r, x, y-2.6*r, 0.02), flat(hex(0xd0a040)))
}

// ancient is a hall of costume drama: red posts, lattice, a screen, lanterns.
func (b *builder) ancient() {
	wood, red, gold := hex(0x4a2c20), hex(0x8f2a22), hex(0xc79a45)
	b.p.wall, b.p.wall2 = hex(0xb8a07c), wood
	b.surface(hex(0x6a4a36), hex(0x4c3628), "tiles")
	b.wall(4.2, 4.4, func(c *canvas, x0, x1 float64) {
		c.fill(rect(x0, 3.3, x1, 3.75), flat(wood))
		c.fill(rect(x0, 3.42, x1, 3.62), flat(hex(0x2f6a62)))
		b.row(x0, x1, 0.7, func(i int, x float64) { c.fill(poly(x, 3.52, x+0.2, 3.60, x+0.4, 3.52, x+0.2, 3.44), flat(gold)) })
		b.row(x0, x1, 3.0, func(i int, x float64) {
			for q := range 2 {
				b.lattice(c, x+0.35+1.1*float64(q), 0.95, 1.0, 2.1, wood)
				c.fill(rect(x+0.35+1.1*float64(q), 0.2, x+1.35+1.1*float64(q), 0.9), flat(wood.lighter(0.08)))
				c.fill(rect(x+0.47+1.1*float64(q), 0.3, x+1.23+1.1*float64(q), 0.8), flat(wood.lighter(0.16)))
			}
		})
	})
	// the seat of honour before its screen
	b.card(3.1, 0, func(c *canvas, _, _, _, _ float64) {
		x := -b.shift * 0.4
		c.fill(rect(x-1.7, 0, x+1.7, 0.24), flat(hex(0x5b2a20)))
		for k := -2; k <= 2; k++ {
			px := x + 0.62*float64(k)
			c.fill(rect(px-0.30, 0.24, px+0.30, 2.25), flat(gold.darker(0.35)))
			c.fill(rect(px-0.25, 0.34, px+0.25, 2.15), down(0.3, hex(0x9a8a64), 2.2, hex(0xd9c79a)))
			c.fill(blob(px-0.24, 0.6+0.2*b.r(k+9, 540), px, 1.0+0.5*b.r(k+9, 541), px+0.24, 0.6+0.2*b.r(k+9, 542), px, 0.5), tint(hex(0x3f5a58), 0.6))
		}
		c.fill(roundRect(x-0.62, 0.24, x+0.62, 0.62, 0.05), flat(gold.darker(0.15)))
		c.fill(roundRect(x-0.60, 0.6, x+0.60, 1.3, 0.12), flat(hex(0x7c241c)))
		c.fill(stroke(curve(x-0.62, 0.66, x-0.66, 1.28, x-0.3, 1.42, x, 1.50, x+0.3, 1.42, x+0.66, 1.28, x+0.62, 0.66), 0.05, 0.05), flat(gold))
	})
	for _, z := range []float64{2.4, 1.1} {
		b.card(z, 1, func(c *canvas, x0, _, x1, y1 float64) {
			b.row(x0, x1, 4.2, func(i int, x float64) {
				x += 1.75
				c.fill(rect(x, 0.2, x+0.42, math.Max(y1, 5)), across(x, 0, red.lighter(0.08), 1, x+0.42, 0, red.darker(0.4), 1))
				c.fill(rect(x-0.08, 0, x+0.50, 0.22), flat(hex(0x8e8678)))
			})
		})
	}
	b.card(2.0, 2, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 2.1, func(i int, x float64) { b.paperLantern(c, x+0.9, 2.75, 0.24) })
	})
	if b.l.lamps {
		x0, _, x1, _, _ := b.view.seen(1.9)
		b.row(x0, x1, 2.1, func(i int, x float64) { b.glow(x+0.9, 2.5, 1.85, 1.3, hex(0xff9a4a), 0.5, uint64(i+31)) })
	}
}

// siheyuan is a courtyard of grey brick under tiled roofs.
func (b *builder) siheyuan() {
	brick, tile, red := hex(0x8b8d8a), hex(0x4a5157), hex(0x9c3128)
	b.surface(hex(0x8c8880), hex(0xa19c92), "paving")
	b.skyline(90, 5, 14, 470)
	b.card(9, 0, func(c *canvas, x0, _, x1, _ float64) {
		c.fill(rect(x0, 0.3, x1, 3.0), flat(brick))
		for y := 0.36; y < 3.0; y += 0.22 {
			c.fill(rect(x0, y, x1, y+0.02), tint(hex(0x54565a), 0.4))
		}
		c.fill(rect(x0, 0, x1, 0.32), flat(hex(0xb2aca0)))
		b.row(x0, x1, 6.6, func(i int, x float64) {
			// a bay: posts, lattice, the double door in the middle
			for k := range 4 {
				px := x + 0.5 + 1.85*float64(k)
				c.fill(rect(px-0.11, 0.3, px+0.11, 3.0), flat(red))
			}
			b.lattice(c, x+0.72, 1.15, 1.4, 1.6, red.darker(0.35))
			b.lattice(c, x+4.42, 1.15, 1.4, 1.6, red.darker(0.35))
			c.fill(rect(x+2.55, 0.3, x+4.0, 2.75), flat(red.darker(0.25)))
			c.fill(rect(x+3.26, 0.3, x+3.29, 2.75), flat(red.darker(0.6)))
			for _, s := range []float64{3.12, 3.43} {
				c.fill(circle(x+s, 1.45, 0.06), flat(hex(0xd0a548)))
			}
			c.fill(rect(x+0.4, 2.78, x+6.2, 3.05), flat(hex(0x2f6a62)))
			b.paperLantern(c, x+2.3, 2.75, 0.22)
			b.paperLantern(c, x+4.25, 2.75, 0.22)
		})
		// the roof, its eaves turned up
		c.fill(poly(x0, 3.0, x1, 3.0, x1, 4.55, x0, 4.55), down(3.0, tile.lighter(0.06), 4.5, tile.darker(0.1)))
		b.row(x0, x1, 0.26, func(_ int, x float64) {
			c.fill(rect(x, 3.0, x+0.05, 4.5), tint(hex(0x22262b), 0.5))
			c.fill(circle(x+0.025, 3.02, 0.075), flat(tile.lighter(0.12)))
		})
		c.fill(rect(x0, 4.45, x1, 4.68), flat(tile.darker(0.25)))
	})
	b.card(5.2, 0, func(c *canvas, _, _, _, _ float64) {
		b.tree(c, 5, 2.9-b.shift, 4.6)
		if b.sc.all.has("pomegranate", "persimmon", "石榴", "柿子") {
			for k := range 16 {
				c.fill(circle(2.9-b.shift+1.5*(b.r(k, 475)*2-1), 2.6+1.7*b.r(k, 476), 0.09), flat(hex(0xd8502e)))
			}
		}
	})
	b.card(3.2, 0, func(c *canvas, _, _, _, _ float64) {
		// the stone table, a water vat
		x := -1.9 - b.shift
		c.fill(rect(x-0.12, 0, x+0.12, 0.62), flat(hex(0x85817a)))
		c.fill(ellipse(x, 0.68, 0.62, 0.09), flat(hex(0xb0aba0)))
		for _, s := range []float64{-0.85, 0.85} {
			c.fill(roundRect(x+s-0.2, 0, x+s+0.2, 0.42, 0.08), flat(hex(0x98938a)))
		}
		x = 1.7 - b.shift
		c.fill(blob(x-0.42, 0.75, x+0.42, 0.75, x+0.55, 0.4, x+0.35, 0, x-0.35, 0, x-0.55, 0.4), flat(hex(0x5a4a40)))
		c.fill(ellipse(x, 0.74, 0.40, 0.06), flat(hex(0x2c3a3c)))
	})
	if b.l.lamps {
		b.glow(-1.4-b.shift, 2.5, 8.8, 2.2, hex(0xff9a4a), 0.5, 41)
		b.glow(1.5-b.shift, 2.5, 8.8, 2.2, hex(0xff9a4a), 0.5, 43)
	}
}

// train is the inside of a fast train: windows with the country going by, seats.
func (b *builder) train() {
	b.surface(hex(0x6d7278), hex(0x565b62), "gloss")
	const period = 14.0
	b.passing(9, period, 11, func(c *canvas, x0, y0, x1, y1 float64) {
		c.fill(rect(x0, y0-1, x1, y1+1), down(0, b.l.skyLow, 5, b.l.skyTop).lit())
		b.row(x0, x1, period/7, func(i int, x float64) {
			k := ((i % 7) + 7) % 7
			c.fill(ellipse(x+1, 0.1, 2.6+1.5*b.r(k, 551), 1.0+1.4*b.r(k, 552)), flat(mix(b.p.plant, b.l.skyLow, 0.35)))
			if k%3 == 0 {
				c.fill(rect(x, 0, x+0.7+b.r(k, 553), 1.6+1.2*b.r(k, 554)), flat(mix(hex(0x9098a6), b.l.skyLow, 0.4)))
			}
			c.fill(rect(x-0.04, 0, x+0.04, 4.5), tint(hex(0x4a525c), 0.6))
		})
		c.fill(rect(x0, -2, x1, 0.3), flat(mix(b.p.plant.darker(0.2), b.l.skyLow, 0.2)))
	})
	shell := hex(0xe4e6e8)
	b.card(1.5, 0, func(c *canvas, x0, y0, x1, y1 float64) {
		hole := path{}
		b.row(x0, x1, 1.9, func(_ int, x float64) { hole = hole.and(roundRect(x+0.12, 0.98, x+1.62, 1.86, 0.14)) })
		c.fill(rect(x0-1, y0-1, x1+1, y1+1).minus(hole), down(0, shell.darker(0.12), 2.4, shell))
		c.fill(rect(x0, 0.84, x1, 0.90), flat(shell.darker(0.25)))
		c.fill(rect(x0, 0, x1, 0.42), flat(hex(0x8d949b)))
		c.fill(rect(x0, 2.12, x1, 2.34), flat(hex(0xbfc5ca)))
		c.fill(rect(x0, 2.34, x1, 2.38), flat(hex(0xfff6dd)).lit())
		b.row(x0, x1, 1.9, func(_ int, x float64) {
			c.fill(rect(x+1.66, 0.92, x+1.72, 1.9), flat(shell.darker(0.1)))
			c.fill(poly(x+0.3, 0.98, x+0.6, 0.98, x+1.1, 1.86, x+0.8, 1.86), tint(rgb{1, 1, 1}, 0.10).lit())
		})
	})
	seat := hex(0x2f4f86)
	if c, ok := b.sc.text.colourBefore("seat", "seats", "座椅", "座位"); ok {
		seat = c
	}
	b.card(0.75, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 1.9, func(_ int, x float64) {
			x += 1.62
			c.fill(roundRect(x-0.26, 0.0, x+0.26, 1.22, 0.12), flat(seat))
			c.fill(roundRect(x-0.22, 0.98, x+0.22, 1.26, 0.09), flat(hex(0xeceff1)))
			c.fill(roundRect(x-0.30, 0.50, x+0.30, 0.60, 0.04), flat(seat.darker(0.35)))
		})
	})
}

// passing paints what goes by outside, metres a second, and comes round again after
// a period: what it paints must repeat as often.
func (b *builder) passing(z, period, speed float64, paint func(c *canvas, x0, y0, x1, y1 float64)) {
	x0, y0, x1, y1, k := b.view.seen(z)
	it := b.cardIn(z, 0, x0-period, y0, x1, y1, k, paint)
	it.local = func(in instant) xf { return move(math.Mod(in.sec*speed, period), 0) }
}

// villa is a house behind its gate.
func (b *builder) villa() {
	stone, iron := hex(0xc9bfae), hex(0x24262c)
	near, far := b.grass()
	b.hills(40, 0, 4, far, 481)
	b.surface(hex(0xa79f92), hex(0xbdb5a6), "paving")
	b.card(16, 0, func(c *canvas, x0, _, x1, _ float64) {
		c.fill(rect(x0, 0, x1, 0.8), flat(near))
		c.fill(rect(-7, 0, 7, 6.4), down(0, hex(0xe6dfd0).darker(0.1), 6.4, hex(0xeee8dc)))
		c.fill(poly(-7.6, 6.3, 7.6, 6.3, 5.6, 8.4, -5.6, 8.4), flat(hex(0x5a5f68)))
		for r := range 2 {
			for k := range 5 {
				x, y := -6+2.65*float64(k), 0.9+2.9*float64(r)
				col := flat(b.l.skyLow.scale(0.6))
				if b.l.lamps {
					col = flat(hex(0xffd28a)).lit()
				}
				c.fill(rect(x-0.08, y-0.08, x+1.5, y+2.0), flat(stone))
				c.fill(rect(x, y, x+1.42, y+1.92), col)
				c.fill(rect(x+0.68, y, x+0.74, y+1.92), flat(stone))
			}
		}
		for _, s := range []float64{-1.9, -0.9, 0.9, 1.9} {
			c.fill(rect(s-0.16, 0, s+0.16, 3.4), flat(hex(0xf3eee4)))
		}
		c.fill(rect(-2.3, 3.3, 2.3, 3.7), flat(hex(0xf3eee4)))
	})
	b.card(6, 0, func(c *canvas, x0, _, x1, _ float64) {
		for _, s := range []float64{-1, 1} {
			edge := x1
			if s < 0 {
				edge = x0
			}
			c.fill(rect(math.Min(s*2.2, edge), 0, math.Max(s*2.2, edge), 1.5), flat(b.p.plant.darker(0.1)))
		}
	})
	b.card(5, 1, func(c *canvas, x0, _, x1, _ float64) {
		for _, s := range []float64{-1, 1} {
			x := s * 1.9
			c.fill(rect(x-0.32, 0, x+0.32, 2.6), flat(stone))
			for y := 0.3; y < 2.5; y += 0.36 {
				c.fill(rect(x-0.32, y, x+0.32, y+0.02), tint(stone.darker(0.4), 0.5))
			}
			c.fill(rect(x-0.40, 2.55, x+0.40, 2.72), flat(stone.lighter(0.2)))
			k := flat(hex(0x6b665e))
			if b.l.lamps || b.sc.time == "dawn" {
				k = flat(hex(0xffdc9a)).lit()
			}
			c.fill(circle(x, 2.92, 0.18), k)
			// a leaf of the gate
			for i := range 8 {
				gx := s * (0.12 + 0.19*float64(i))
				top := 2.15 + 0.35*math.Sin(math.Pi*(1-float64(i)/8)/2)
				c.fill(rect(gx-0.02, 0.1, gx+0.02, top), flat(iron))
				c.fill(poly(gx-0.04, top, gx+0.04, top, gx, top+0.13), flat(iron))
			}
			for _, y := range []float64{0.18, 1.05, 1.95} {
				c.fill(rect(math.Min(s*0.05, s*1.55), y, math.Max(s*0.05, s*1.55), y+0.05), flat(iron))
			}
			c.fill(circle(s*0.8, 1.5, 0.18).minus(circle(s*0.8, 1.5, 0.14)), flat(hex(0xc9a04a)))
		}
	})
}

// room is four walls, for a place that nothing is said of.
func (b *builder) room() {
	b.surface(b.p.floor.lighter(0.12), b.p.floor, "boards")
	b.wall(3.4, 2.8, func(c *canvas, x0, x1 float64) {
		b.row(x0, x1, 5.2, func(i int, x float64) {
			b.window(c, i, x+0.6, 1.0, 1.3, 1.25, 2)
			b.door(c, x+3.3, b.p.wall2.lighter(0.18))
		})
	})
	b.shaft(2.6)
}

// open is ground and sky, for a place outside that nothing is said of.
func (b *builder) open() {
	near, far := b.p.floor, mix(b.p.floor, b.l.skyLow, 0.35)
	b.hills(60, 0, 6, mix(b.p.floor, b.l.skyLow, 0.5), 480)
	b.surface(near, far, "plain")
}

// nameOfPlace writes on the set what it stands for.
func (b *builder) nameOfPlace() {
	z, y := 3.3, 2.05
	if !b.sc.inside {
		z, y = 6, 2.6
	}
	_, _, _, _, k := b.view.seen(z)
	visible := float64(b.view.w) / math.Max(k, 1e-6)
	w := math.Min(visible*0.8, 4.5)
	if b.view.rig.see < 1.1 {
		return // too close to see more of the set than its colour
	}
	b.card(z, 5, func(c *canvas, _, _, _, _ float64) { b.placeholder(c, b.sc.label, 0, y, w, w*0.24) })
}
