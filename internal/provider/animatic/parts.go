package animatic

import "math"

// window is a pane with what lies outside, a frame and, where it rains, drops.
func (b *builder) window(c *canvas, i int, x, y0, w, h float64, panes int) {
	top, low := b.l.skyTop, b.l.skyLow
	frame := b.p.wall.lighter(0.34)
	if b.sc.kind == "store" || b.sc.kind == "office" || b.sc.kind == "station" {
		frame = hex(0x39404c)
	}
	c.fill(rect(x-0.06, y0-0.06, x+w+0.06, y0+h+0.06), flat(frame))
	c.fill(rect(x, y0, x+w, y0+h), down(y0, low, y0+h, top).lit())
	// the town outside, clipped to the pane by being painted in steps
	n := max(3, int(w/0.22))
	for k := range n {
		bw := w / float64(n)
		bx := x + bw*float64(k)
		bh := h * (0.18 + 0.50*b.r(i*31+k, 110))
		col := mix(low.scale(0.55), top, 0.45)
		if b.sc.time == "day" {
			col = mix(low.scale(0.78), hex(0x7d93ab), 0.5)
		}
		c.fill(rect(bx, y0, bx+bw*1.02, y0+bh), flat(col).lit())
		if b.l.lamps && b.sc.time != "day" {
			for q := range 7 {
				if b.r(i*31+k*9+q, 111) < 0.45 {
					wx, wy := bx+bw*(0.18+0.55*b.r(k*9+q, 112)), y0+bh*(0.1+0.8*b.r(k*9+q, 113))
					c.fill(rect(wx, wy, wx+bw*0.16, wy+0.035), tint(hex(0xffcf80), 0.85).lit())
				}
			}
		}
	}
	if b.sc.rain {
		for k := range 34 {
			dx, dy := x+w*b.r(i*50+k, 114), y0+h*b.r(i*50+k, 115)
			r := 0.006 + 0.010*b.r(k, 116)
			c.fill(ellipse(dx, dy, r*0.8, r), tint(rgb{1, 1, 1}, 0.34).lit())
			if k%4 == 0 {
				c.fill(line(dx, dy, dx+0.01, dy-0.16*b.r(k, 117)-0.03, 0.006), tint(rgb{1, 1, 1}, 0.20).lit())
			}
		}
	}
	c.fill(poly(x+w*0.1, y0, x+w*0.34, y0, x+w*0.62, y0+h, x+w*0.38, y0+h), tint(rgb{1, 1, 1}, 0.07).lit())
	for k := 1; k < panes; k++ {
		px := x + w*float64(k)/float64(panes)
		c.fill(rect(px-0.02, y0, px+0.02, y0+h), flat(frame))
	}
	c.fill(rect(x-0.09, y0-0.10, x+w+0.09, y0-0.05), flat(frame.darker(0.12)))
}

func (b *builder) curtains(c *canvas, x, y0, w, h float64, col rgb) {
	for _, s := range []float64{0, 1} {
		cx := x - 0.16 + s*(w-0.02)
		for k := range 5 {
			fx := cx + 0.065*float64(k)
			c.fill(rect(fx, y0-0.25, fx+0.067, y0+h+0.12), flat(mix(col, col.darker(0.35), float64(k%2)*0.7)))
		}
	}
	c.fill(rect(x-0.28, y0+h+0.09, x+w+0.28, y0+h+0.13), flat(b.p.wood.darker(0.3)))
}

// frame is a picture on the wall.
func (b *builder) picture(c *canvas, i int, x, y float64) {
	w, h := 0.24+0.22*b.r(i, 120), 0.26+0.20*b.r(i, 121)
	c.fill(rect(x-0.015, y-0.03, x+w+0.03, y+h), tint(hex(0x0a0814), 0.25))
	c.fill(rect(x, y, x+w, y+h), flat(b.p.wood.darker(0.25)))
	c.fill(rect(x+0.025, y+0.025, x+w-0.025, y+h-0.025), flat(hex(0xeee6d6)))
	col := mix(b.p.accent, b.p.accent2, b.r(i, 122))
	c.fill(rect(x+0.05, y+0.05, x+w-0.05, y+h-0.05), down(y, col.darker(0.2), y+h, col.lighter(0.4)))
	c.fill(circle(x+w*(0.35+0.3*b.r(i, 123)), y+h*0.60, w*0.13), flat(b.p.accent2.lighter(0.5)))
}

func (b *builder) door(c *canvas, x float64, col rgb) {
	c.fill(rect(x-0.08, 0, x+0.98, 2.14), flat(b.p.wall.lighter(0.25)))
	c.fill(rect(x, 0, x+0.9, 2.06), down(0, col.darker(0.12), 2.06, col))
	for _, y := range []float64{0.22, 1.15} {
		c.fill(rect(x+0.14, y, x+0.76, y+0.74), flat(col.darker(0.14)))
		c.fill(rect(x+0.16, y+0.02, x+0.74, y+0.70), flat(col.lighter(0.03)))
	}
	c.fill(circle(x+0.80, 1.02, 0.035), flat(hex(0xd6b568)))
}

// pendant is a hanging lamp with its glow.
func (b *builder) pendant(x, y, z float64, col rgb) {
	b.card(z, 2, func(c *canvas, x0, _, x1, y1 float64) {
		if x < x0-0.4 || x > x1+0.4 {
			return
		}
		c.fill(line(x, y+0.1, x, math.Max(y1, y+1), 0.012), flat(hex(0x1c1a20)))
		c.fill(blob(x-0.17, y-0.02, x-0.12, y+0.13, x, y+0.18, x+0.12, y+0.13, x+0.17, y-0.02), flat(col))
		if b.l.lamps {
			c.fill(ellipse(x, y-0.02, 0.15, 0.030), flat(b.l.lamp.lighter(0.4)).lit())
		}
	})
	if b.l.lamps {
		b.glow(x, y-0.05, z-0.01, 0.95, b.l.lamp, 0.50, 0)
	}
}

// tubes are fluorescent strips on the ceiling, one of them tired.
func (b *builder) tubes(y, z float64) {
	b.card(z, 1, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 1.7, func(i int, x float64) {
			c.fill(poly(x+0.1, y+0.07, x+1.3, y+0.07, x+1.22, y, x+0.18, y), flat(hex(0xc9d3d2)))
			c.fill(poly(x+0.2, y+0.045, x+1.2, y+0.045, x+1.16, y+0.012, x+0.24, y+0.012), flat(b.l.lamp.lighter(0.6)).lit())
		})
	})
	x0, _, x1, _, _ := b.view.seen(z)
	b.row(x0, x1, 1.7, func(i int, x float64) {
		if x > x0-1.5 && x < x1+0.5 {
			b.glow(x+0.7, y, z-0.02, 1.15, b.l.lamp, 0.34, uint64(1+i&1)*uint64(i&1)*77)
		}
	})
}

func (b *builder) plant(c *canvas, i int, x, y, size float64) {
	pot := mix(hex(0xb5694a), hex(0xe8e2d8), b.r(i, 130))
	c.fill(poly(x-size*0.16, y+size*0.30, x+size*0.16, y+size*0.30, x+size*0.12, y, x-size*0.12, y), flat(pot))
	for k := range 9 {
		a := math.Pi * (0.12 + 0.76*float64(k)/8)
		l := size * (0.55 + 0.40*b.r(i*9+k, 131))
		s, co := math.Sincos(a)
		tx, ty := x+co*l, y+size*0.28+s*l
		c.fill(blob(x, y+size*0.28, x+co*l*0.5-s*size*0.09, y+size*0.28+s*l*0.55+co*size*0.05, tx, ty, x+co*l*0.5+s*size*0.07, y+size*0.28+s*l*0.5), flat(mix(b.p.plant, b.p.plant.darker(0.4), b.r(k, 132))))
	}
}

func (b *builder) sofa(c *canvas, x float64, col rgb) {
	c.fill(roundRect(x-1.0, 0.10, x+1.0, 0.52, 0.08), flat(col.darker(0.12)))
	c.fill(roundRect(x-0.92, 0.36, x+0.92, 0.95, 0.14), flat(col))
	c.fill(roundRect(x-0.90, 0.34, x-0.01, 0.56, 0.07), flat(col.lighter(0.10)))
	c.fill(roundRect(x+0.01, 0.34, x+0.90, 0.56, 0.07), flat(col.lighter(0.10)))
	for _, s := range []float64{-1, 1} {
		c.fill(roundRect(x+s*1.0-0.13, 0.12, x+s*1.0+0.13, 0.70, 0.10), flat(col.darker(0.05)))
	}
	c.fill(roundRect(x-0.72, 0.50, x-0.36, 0.82, 0.09), flat(b.p.accent))
	c.fill(roundRect(x+0.40, 0.50, x+0.74, 0.80, 0.09), flat(b.p.accent2))
	for _, s := range []float64{-0.85, 0.85} {
		c.fill(rect(x+s-0.03, 0, x+s+0.03, 0.12), flat(b.p.wood.darker(0.4)))
	}
}

func (b *builder) table(c *canvas, x, w, y float64, col rgb) {
	for _, s := range []float64{-1, 1} {
		c.fill(poly(x+s*(w/2-0.10), y, x+s*(w/2-0.05), y, x+s*(w/2-0.07), 0, x+s*(w/2-0.10), 0), flat(col.darker(0.4)))
	}
	c.fill(roundRect(x-w/2, y-0.05, x+w/2, y, 0.015), flat(col))
	c.fill(rect(x-w/2, y-0.012, x+w/2, y), flat(col.lighter(0.2)))
}

func (b *builder) chair(c *canvas, x float64, col rgb) {
	c.fill(roundRect(x-0.21, 0.50, x+0.21, 0.92, 0.06), flat(col))
	c.fill(roundRect(x-0.23, 0.42, x+0.23, 0.50, 0.03), flat(col.lighter(0.1)))
	for _, s := range []float64{-0.19, 0.19} {
		c.fill(rect(x+s-0.018, 0, x+s+0.018, 0.46), flat(col.darker(0.4)))
	}
}

// shelves are goods in rows, seen from the front.
func (b *builder) shelves(c *canvas, x0, x1, base, top, gap float64, goods []rgb) {
	c.fill(rect(x0, base, x1, top), down(base, b.p.wall2.darker(0.45), top, b.p.wall2.darker(0.2)))
	for y := base + 0.04; y < top-0.1; y += gap {
		seed := int(y*100) + int(math.Floor(x0*10))*7
		for x, k := x0+0.03, 0; x < x1-0.05; k++ {
			w := 0.05 + 0.10*b.r(seed+k, 140)
			h := gap * (0.50 + 0.36*b.r(seed+k, 141))
			col := goods[int(b.r(seed+k/3, 142)*float64(len(goods)))]
			col = mix(col, col.darker(0.3), b.r(seed+k, 143)*0.6)
			if x+w > x1-0.02 {
				break
			}
			switch {
			case b.r(seed+k/4, 144) < 0.35: // bottles
				c.fill(roundRect(x, y, x+w*0.7, y+h*0.72, w*0.16), flat(col))
				c.fill(rect(x+w*0.22, y+h*0.68, x+w*0.48, y+h), flat(col.darker(0.2)))
				c.fill(rect(x+w*0.05, y+h*0.22, x+w*0.65, y+h*0.48), tint(hex(0xf6f0e2), 0.75))
				w *= 0.8
			default:
				c.fill(rect(x, y, x+w, y+h), flat(col))
				c.fill(rect(x+w*0.15, y+h*0.45, x+w*0.85, y+h*0.78), tint(hex(0xf9f4e8), 0.6))
				c.fill(rect(x, y, x+w*0.18, y+h), tint(hex(0x100a20), 0.18))
			}
			x += w + 0.012
		}
		c.fill(rect(x0, y-0.035, x1, y), flat(b.p.metal.lighter(0.35)))
		c.fill(rect(x0, y-0.045, x1, y-0.030), flat(b.p.metal.darker(0.3)))
		for x := x0 + 0.1; x < x1-0.1; x += 0.23 {
			c.fill(rect(x, y-0.03, x+0.07, y-0.006), flat(hex(0xf4e08a)))
		}
	}
}

func (b *builder) goods() []rgb {
	return []rgb{hex(0xd9503f), hex(0xf0b646), hex(0x4e9a6a), hex(0x3f7fb8), hex(0xe9e3d3), hex(0x8a5aa0), hex(0xe58a4c), hex(0x59b3b0), b.p.accent}
}

// foreground is something dark and soft at the edge of a wide frame: at x, on
// side s, in units u of half the frame's width.
func (b *builder) foreground(paint func(c *canvas, x, s, u float64)) {
	if b.view.rig.see < 2 || b.sh.sizeOf() == "OTS" || b.sh.sizeOf() == "POV" {
		return
	}
	z := -b.view.dist * 0.52
	half := float64(b.view.w) / 2 / (b.view.scale * b.view.dist / (b.view.dist + z))
	side := 1.0
	if at(b.sc.seed, 3, 150) < 0.5 {
		side = -1
	}
	if len(b.sh.actors) == 1 {
		side = -b.sh.actors[0].side() // leave the looking room open
	}
	keep := b.aperture
	b.aperture = math.Max(b.aperture, 0.006)
	b.card(z, 12, func(c *canvas, _, _, _, _ float64) { paint(c, side*half, side, half) })
	b.aperture = keep
}

// floorLine is where the bottom of the frame cuts the foreground plane.
func (b *builder) floorLine() float64 {
	_, y0, _, _, _ := b.view.seen(-b.view.dist * 0.52)
	return y0 - 0.04
}

// facade is a house front with windows and, below, a shop.
func (b *builder) facade(c *canvas, i int, x, w, h float64, shop bool) {
	base := hsl(0.02+0.11*b.r(i, 160)+0.5*math.Floor(b.r(i, 161)*1.35), 0.14+0.16*b.r(i, 162), 0.42+0.20*b.r(i, 163))
	c.fill(rect(x, 0, x+w, h), down(0, base.darker(0.25), h, base))
	c.fill(rect(x, h-0.18, x+w, h+0.10), flat(base.lighter(0.12)))
	c.fill(rect(x+w-0.10, 0, x+w, h), tint(hex(0x0c0818), 0.28))
	start := 0.5
	if shop {
		start = 3.5
		b.shopfront(c, i, x+0.12, w-0.24)
	}
	cols := max(2, int(w/1.05))
	step := w / float64(cols)
	for y := start; y < h-1.2; y += 1.65 {
		for k := range cols {
			wx := x + step*(float64(k)+0.22)
			lit := b.l.lamps && b.r(i*200+k*17+int(y*7), 164) < 0.42
			glass := down(y, b.l.skyLow.scale(0.62), y+1.1, b.l.skyTop.scale(0.8)).lit()
			if lit {
				warm := mix(hex(0xffc878), hex(0xffe6b8), b.r(i*90+k, 165))
				glass = down(y, warm.scale(0.85), y+1.1, warm).lit()
			}
			c.fill(rect(wx-0.06, y-0.06, wx+step*0.56+0.06, y+1.16), flat(base.lighter(0.20)))
			c.fill(rect(wx, y, wx+step*0.56, y+1.1), glass)
			if lit && b.r(i*77+k, 166) < 0.5 {
				c.fill(rect(wx, y, wx+step*0.20, y+1.1), tint(base.darker(0.3), 0.5))
			}
			c.fill(rect(wx+step*0.27, y, wx+step*0.29, y+1.1), flat(base.lighter(0.20)))
			c.fill(rect(wx-0.10, y-0.14, wx+step*0.56+0.10, y-0.06), flat(base.darker(0.22)))
			if b.r(i*55+k+int(y), 167) < 0.18 {
				c.fill(roundRect(wx, y-0.52, wx+0.5, y-0.16, 0.03), flat(hex(0xb9bec2)))
				c.fill(circle(wx+0.3, y-0.34, 0.12), flat(hex(0x7f868c)))
			}
		}
	}
}

func (b *builder) shopfront(c *canvas, i int, x, w float64) {
	col := hsl(b.r(i, 170), 0.55, 0.42)
	c.fill(rect(x, 0.1, x+w, 2.55), flat(hex(0x2b2a33)))
	if b.l.lamps {
		c.fill(rect(x+0.1, 0.5, x+w-0.1, 2.4), down(0.5, hex(0xe8a860), 2.4, hex(0xffdca0)).lit())
	} else {
		c.fill(rect(x+0.1, 0.5, x+w-0.1, 2.4), down(0.5, b.l.skyLow.scale(0.55), 2.4, b.l.skyLow.scale(0.75)).lit())
	}
	for k := range 6 {
		gx := x + 0.2 + (w-0.5)*b.r(i*6+k, 171)
		c.fill(roundRect(gx, 0.5, gx+0.22, 0.7+0.5*b.r(i*6+k, 172), 0.03), tint(b.goods()[k], 0.75))
	}
	c.fill(rect(x+w*0.62, 0.1, x+w*0.64, 2.4), flat(hex(0x2b2a33)))
	// awning
	n := max(4, int(w/0.3))
	for k := range n {
		sx := x + w*float64(k)/float64(n)
		stripe := col
		if k%2 == 1 {
			stripe = hex(0xf1eadb)
		}
		c.fill(poly(sx, 3.0, sx+w/float64(n), 3.0, sx+w/float64(n)+0.05, 2.45, sx-0.05, 2.45), flat(stripe))
	}
	c.fill(rect(x, 3.0, x+w, 3.35), flat(col.darker(0.25)))
	c.fill(roundRect(x+w*0.2, 3.08, x+w*0.8, 3.27, 0.05), flat(mix(col, rgb{1, 1, 1}, 0.6)).lit())
}

// skyline is a row of far towers.
func (b *builder) skyline(z, low, high float64, channel int) {
	b.card(z, 0, func(c *canvas, x0, _, x1, _ float64) {
		step := high * 0.26
		b.row(x0, x1, step, func(i int, x float64) {
			h := lerp(low, high, b.r(i, channel)*b.r(i, channel+1)*1.4)
			w := step * (0.72 + 0.5*b.r(i, channel+2))
			col := hsl(0.62+0.06*b.r(i, channel+3), 0.16, 0.40)
			c.fill(rect(x, -z*0.2, x+w, h), flat(col))
			if b.r(i, channel+4) < 0.3 {
				c.fill(poly(x+w*0.3, h, x+w*0.5, h*1.10, x+w*0.7, h), flat(col))
				c.fill(rect(x+w*0.485, h*1.08, x+w*0.515, h*1.2), flat(col))
			}
			cell := step * 0.11
			for yy := h - cell*1.6; yy > 0; yy -= cell * 1.7 {
				for xx := x + cell*0.6; xx < x+w-cell; xx += cell * 1.3 {
					q := b.r(int(xx*31)+int(yy*57)*13+i*7, channel+5)
					switch {
					case b.l.lamps && q < 0.36:
						c.fill(rect(xx, yy, xx+cell*0.62, yy+cell*0.8), tint(mix(hex(0xffc46a), hex(0xfff0cc), q*2.5), 0.9).lit())
					case !b.l.lamps:
						c.fill(rect(xx, yy, xx+cell*0.62, yy+cell*0.8), tint(col.lighter(0.25), 0.55))
					}
				}
			}
		})
	})
}

// lampPost stands at x with its pool of light.
func (b *builder) lampPost(x, z float64) {
	b.card(z, 1, func(c *canvas, _, _, _, _ float64) {
		col := hex(0x2a2d38)
		c.fill(line(x, 0, x, 4.1, 0.07), flat(col))
		c.fill(stroke(curve(x, 4.0, x+0.1, 4.35, x+0.6, 4.45), 0.06, 0.05), flat(col))
		c.fill(blob(x+0.45, 4.48, x+0.92, 4.42, x+0.90, 4.36, x+0.45, 4.38), flat(col))
		if b.l.lamps {
			c.fill(ellipse(x+0.70, 4.36, 0.20, 0.035), flat(hex(0xffe2ad)).lit())
		}
		c.fill(rect(x-0.09, 0, x+0.09, 0.35), flat(col))
	})
	if b.l.lamps {
		b.glow(x+0.70, 4.3, z-0.02, 1.9, hex(0xffb866), 0.55, hash("lamp")*uint64(int64(x*3)&1))
		b.card(z-0.03, 2, func(c *canvas, _, _, _, _ float64) {
			c.fill(poly(x+0.5, 4.36, x+0.9, 4.36, x+2.1, 0, x-0.9, 0), across(0, 4.4, hex(0xffc880), 0.20, 0, 0.3, hex(0xffc880), 0).light())
		})
	}
}

// tree is a trunk with a crown of leaves; bare in snow.
func (b *builder) tree(c *canvas, i int, x, h float64) {
	trunk := hsl(0.06, 0.26, 0.24)
	lean := (b.r(i, 180) - 0.5) * 0.5
	c.fill(stroke(curve(x, -0.1, x+lean*0.2, h*0.25, x+lean*0.5, h*0.48, x+lean, h*0.72), h*0.055, h*0.018), flat(trunk))
	for k := range 4 {
		s := float64(k%2)*2 - 1
		y := h * (0.36 + 0.09*float64(k))
		c.fill(stroke(curve(x+lean*0.4, y, x+s*h*0.10, y+h*0.08, x+s*h*(0.16+0.06*b.r(i*4+k, 181)), y+h*0.20), h*0.022, h*0.006), flat(trunk))
	}
	leaf := mix(b.p.plant, hsl(0.22+0.12*b.r(i, 182), 0.36, 0.34), 0.6)
	if b.sc.snow {
		leaf = hex(0xdfe6ee)
	} else if b.sc.all.has("autumn", "fall", "maple", "秋") {
		leaf = hsl(0.04+0.07*b.r(i, 182), 0.62, 0.46)
	} else if b.sc.all.has("cherry", "blossom", "sakura", "樱") {
		leaf = hsl(0.95, 0.55, 0.80)
	}
	for pass := range 3 {
		for k := range 9 {
			a := 2 * math.Pi * float64(k) / 9
			s, co := math.Sincos(a)
			r := h * (0.15 + 0.05*b.r(i*30+k, 183))
			cx, cy := x+lean+co*h*0.19, h*0.74+s*h*0.15
			switch pass {
			case 0:
				c.fill(circle(cx, cy, r), flat(leaf.darker(0.30)))
			case 1:
				c.fill(circle(cx+b.l.keySide*h*0.02, cy+h*0.025, r*0.82), flat(leaf))
			case 2:
				c.fill(circle(cx+b.l.keySide*h*0.05, cy+h*0.06, r*0.45), tint(leaf.lighter(0.22), 0.7))
			}
		}
	}
}
