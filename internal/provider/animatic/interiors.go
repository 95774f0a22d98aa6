package animatic

import "math"

func (b *builder) store() {
	b.surface(b.p.floor.lighter(0.25), b.p.floor, "tiles")
	b.wall(3.0, 2.9, func(c *canvas, x0, x1 float64) {
		b.row(x0, x1, 2.3, func(i int, x float64) {
			switch i & 3 {
			case 1: // fridges
				c.fill(rect(x, 0.05, x+2.2, 2.35), flat(hex(0x2c3b45)))
				for k := range 3 {
					fx := x + 0.06 + 0.71*float64(k)
					c.fill(rect(fx, 0.2, fx+0.66, 2.1), down(0.2, hex(0x9fd0d8), 2.1, hex(0xe9fbff)).lit())
					b.shelves2(c, fx+0.02, fx+0.64, 0.25, 2.05, 0.36)
					c.fill(rect(fx+0.60, 0.9, fx+0.63, 1.4), flat(hex(0xd6dde0)))
					c.fill(poly(fx+0.1, 0.2, fx+0.25, 0.2, fx+0.5, 2.1, fx+0.35, 2.1), tint(rgb{1, 1, 1}, 0.12).lit())
				}
				c.fill(rect(x, 2.15, x+2.2, 2.42), flat(b.p.accent))
			case 3: // the window to the street
				b.window(c, i, x+0.1, 0.75, 2.0, 1.55, 2)
				c.fill(roundRect(x+0.5, 2.0, x+1.3, 2.25, 0.06), flat(b.p.accent.saturate(1.3)).lit())
			default:
				b.shelves(c, x, x+2.2, 0.08, 2.15, 0.40, b.goods())
				c.fill(rect(x, 2.15, x+2.2, 2.45), flat(b.p.accent2.darker(0.1)))
				c.fill(roundRect(x+0.3, 2.22, x+1.9, 2.38, 0.05), tint(hex(0xfff7e6), 0.85))
			}
		})
	})
	b.tubes(2.82, 2.2)
	b.card(1.4, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 3.4, func(i int, x float64) {
			if math.Abs(x+0.9) < 1.5 && !b.wide {
				return
			}
			b.shelves(c, x+1.1, x+2.2, 0.06, 1.28, 0.40, b.goods())
			c.fill(rect(x+1.08, 1.28, x+2.22, 1.33), flat(b.p.metal.lighter(0.3)))
		})
	})
	b.foreground(func(c *canvas, x, s, u float64) {
		a, e := x-s*0.16*u, x+s*0.3*u
		b.shelves(c, math.Min(a, e), math.Max(a, e), 0, 1.18, 0.34, b.goods())
	})
}

func (b *builder) shelves2(c *canvas, x0, x1, base, top, gap float64) {
	for y := base; y < top-0.2; y += gap {
		for k := range 6 {
			w := (x1 - x0) / 6
			x := x0 + w*float64(k)
			col := b.goods()[int(b.r(int(y*50)+k/2+int(x0*10), 190)*8)]
			c.fill(roundRect(x+0.008, y, x+w-0.008, y+gap*0.66, 0.02), flat(col))
			c.fill(rect(x+w*0.3, y+gap*0.62, x+w*0.7, y+gap*0.78), flat(col.darker(0.3)))
		}
		c.fill(rect(x0, y-0.02, x1, y), flat(hex(0xd5e2e6)))
	}
}

func (b *builder) living() {
	b.surface(b.p.wood.lighter(0.12), b.p.wood.darker(0.15), "boards")
	b.wall(3.2, 2.8, func(c *canvas, x0, x1 float64) {
		c.fill(rect(x0, 0, x1, 0.95), tint(b.p.wall2, 0.45))
		c.fill(rect(x0, 0.93, x1, 0.98), flat(b.p.wall.lighter(0.25)))
		b.row(x0, x1, 2.1, func(i int, x float64) {
			switch ((i % 4) + 4) % 4 {
			case 0:
				b.window(c, i, x+0.35, 1.0, 1.25, 1.25, 2)
				b.curtains(c, x+0.35, 1.0, 1.25, 1.25, b.p.fabric)
			case 1:
				b.picture(c, i, x+0.3, 1.45)
				b.picture(c, i+50, x+0.95, 1.60)
				b.picture(c, i+90, x+1.45, 1.38)
			case 2:
				c.fill(rect(x+0.3, 0, x+1.6, 2.1), flat(b.p.wood.darker(0.25)))
				for k := range 5 {
					y := 0.12 + 0.40*float64(k)
					c.fill(rect(x+0.36, y, x+1.54, y+0.35), flat(b.p.wood.darker(0.55)))
					for q, bx := 0, x+0.40; bx < x+1.35; q++ {
						w := 0.03 + 0.04*b.r(i*40+k*9+q, 200)
						hh := 0.20 + 0.12*b.r(i*40+k*9+q, 201)
						c.fill(rect(bx, y, bx+w, y+hh), flat(mix(hsl(b.r(k*9+q, 202), 0.4, 0.45), b.p.accent, 0.3)))
						bx += w + 0.004
						if b.r(i+k*9+q, 203) < 0.08 {
							bx += 0.16
						}
					}
				}
			case 3:
				b.door(c, x+0.5, b.p.wall2.lighter(0.18))
			}
		})
	})
	b.card(2.2, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 4.4, func(i int, x float64) {
			b.sofa(c, x+1.3, b.p.fabric)
			b.plant(c, i, x+2.9, 0, 0.95)
		})
	})
	b.card(2.1, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 4.4, func(i int, x float64) {
			lx := x - 0.1
			c.fill(line(lx, 0, lx, 1.45, 0.025), flat(hex(0x3a3330)))
			c.fill(ellipse(lx, 0.02, 0.16, 0.03), flat(hex(0x3a3330)))
			shade := hex(0xe9d5b0)
			k := flat(shade)
			if b.l.lamps {
				k = down(1.42, hex(0xffd68c), 1.75, hex(0xffb45c)).lit()
			}
			c.fill(poly(lx-0.22, 1.40, lx+0.22, 1.40, lx+0.14, 1.74, lx-0.14, 1.74), k)
		})
	})
	if b.l.lamps {
		x0, _, x1, _, _ := b.view.seen(2.1)
		b.row(x0, x1, 4.4, func(_ int, x float64) { b.glow(x-0.1, 1.55, 2.05, 1.5, hex(0xffb060), 0.62, 0) })
	}
	b.shaft(2.6)
	b.foreground(func(c *canvas, x, s, u float64) { b.plant(c, 5, x+s*0.2*u, b.floorLine(), 0.75*u) })
}

// shaft is daylight falling in through a window.
func (b *builder) shaft(z float64) {
	if b.l.lamps {
		return
	}
	b.card(z, 10, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 4.2, func(i int, x float64) {
			k := -b.l.keySide
			col := b.l.key
			for q := range 2 {
				a := x + 0.5 + 0.6*float64(q)
				c.fill(poly(a, 2.3, a+0.45, 2.3, a+0.45+k*1.7, 0, a-0.2+k*1.7, 0), across(0, 2.3, col, 0.20, 0, 0, col, 0).light())
			}
		})
	})
}

func (b *builder) bedroom() {
	b.surface(b.p.wood.lighter(0.05), b.p.wood.darker(0.2), "boards")
	b.wall(3.0, 2.7, func(c *canvas, x0, x1 float64) {
		b.row(x0, x1, 2.4, func(i int, x float64) {
			switch i & 1 {
			case 0:
				b.window(c, i, x+0.5, 0.95, 1.3, 1.3, 2)
				b.curtains(c, x+0.5, 0.95, 1.3, 1.3, b.p.fabric.lighter(0.15))
			default:
				b.picture(c, i, x+0.7, 1.5)
				b.picture(c, i+60, x+1.3, 1.62)
			}
		})
	})
	b.card(1.7, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 4.8, func(i int, x float64) {
			bx := x + 1.5
			c.fill(roundRect(bx-1.05, 0.1, bx+1.05, 1.15, 0.12), flat(b.p.wood))
			for k := range 4 {
				c.fill(roundRect(bx-0.98+0.5*float64(k), 0.6, bx-0.54+0.5*float64(k), 1.08, 0.06), flat(b.p.fabric.darker(0.1)))
			}
			for _, s := range []float64{-0.48, 0.48} {
				c.fill(roundRect(bx+s-0.38, 0.56, bx+s+0.38, 0.84, 0.12), flat(hex(0xf2ede4)))
				c.fill(roundRect(bx+s-0.38, 0.56, bx+s+0.38, 0.66, 0.06), tint(hex(0x6a6078), 0.25))
			}
			c.fill(roundRect(bx-1.0, 0.12, bx+1.0, 0.62, 0.10), flat(b.p.fabric.lighter(0.35)))
			c.fill(rect(bx-1.0, 0.42, bx+1.0, 0.58), flat(hex(0xefe9df)))
			c.fill(stroke(curve(bx-0.8, 0.40, bx-0.2, 0.28, bx+0.3, 0.34, bx+0.9, 0.2), 0.01, 0.03), tint(b.p.fabric.darker(0.2), 0.4))
			nx := bx + 1.4
			c.fill(rect(nx-0.24, 0, nx+0.24, 0.52), flat(b.p.wood.darker(0.15)))
			c.fill(rect(nx-0.20, 0.28, nx+0.20, 0.46), flat(b.p.wood.lighter(0.08)))
			c.fill(rect(nx-0.02, 0.52, nx+0.02, 0.75), flat(hex(0xcfc4b4)))
			k := flat(hex(0xeadfca))
			if b.l.lamps {
				k = flat(hex(0xffcf8a)).lit()
			}
			c.fill(poly(nx-0.16, 0.72, nx+0.16, 0.72, nx+0.10, 0.96, nx-0.10, 0.96), k)
		})
	})
	if b.l.lamps {
		x0, _, x1, _, _ := b.view.seen(1.7)
		b.row(x0, x1, 4.8, func(_ int, x float64) { b.glow(x+2.9, 0.85, 1.65, 1.3, hex(0xffae5c), 0.65, 0) })
	}
	b.shaft(2.4)
}

func (b *builder) kitchen() {
	b.surface(b.p.floor.lighter(0.2), b.p.floor, "tiles")
	b.wall(2.6, 2.7, func(c *canvas, x0, x1 float64) {
		for y := 0.95; y < 1.55; y += 0.12 {
			for x := math.Floor(x0/0.24) * 0.24; x < x1; x += 0.24 {
				off := 0.12 * math.Mod(math.Round(y/0.12), 2)
				c.fill(rect(x+off+0.008, y+0.006, x+off+0.232, y+0.114), flat(mix(b.p.wall.lighter(0.35), b.p.accent2.lighter(0.4), 0.3*b.r(int(x*9)+int(y*70), 210))))
			}
		}
		cab := b.p.wall2.lighter(0.12)
		b.row(x0, x1, 2.6, func(i int, x float64) {
			if i&1 == 0 {
				b.window(c, i, x+0.3, 1.1, 1.4, 1.15, 2)
			} else {
				for k := range 3 {
					cx := x + 0.05 + 0.82*float64(k)
					c.fill(rect(cx, 1.62, cx+0.80, 2.45), flat(cab))
					c.fill(rect(cx+0.06, 1.68, cx+0.74, 2.39), flat(cab.lighter(0.07)))
					c.fill(rect(cx+0.66, 1.72, cx+0.69, 1.90), flat(hex(0xd9cba8)))
				}
			}
		})
		c.fill(rect(x0, 0.1, x1, 0.88), flat(cab.darker(0.08)))
		b.row(x0, x1, 0.62, func(i int, x float64) {
			c.fill(rect(x+0.02, 0.14, x+0.60, 0.84), flat(cab.lighter(0.04)))
			c.fill(rect(x+0.22, 0.76, x+0.40, 0.785), flat(hex(0xd9cba8)))
		})
		c.fill(rect(x0, 0.88, x1, 0.95), flat(hex(0xe6ded0)))
		b.row(x0, x1, 1.3, func(i int, x float64) {
			switch i & 3 {
			case 0:
				c.fill(roundRect(x, 0.95, x+0.34, 1.17, 0.05), flat(hex(0x9aa3a8)))
				c.fill(line(x-0.08, 1.10, x+0.42, 1.10, 0.025), flat(hex(0x5a5f66)))
			case 1:
				for k := range 4 {
					c.fill(roundRect(x+0.11*float64(k), 0.95, x+0.11*float64(k)+0.09, 1.12+0.07*b.r(i+k, 211), 0.02), flat(b.goods()[(i+k)&7]))
				}
			case 2:
				b.plant(c, i, x+0.1, 0.95, 0.30)
			}
		})
	})
	b.pendant(-0.6-b.shift*0.3, 2.15, 1.2, b.p.accent)
	b.pendant(0.7-b.shift*0.3, 2.15, 1.2, b.p.accent)
}

func (b *builder) bathroom() {
	b.surface(b.p.floor.lighter(0.3), b.p.floor, "tiles")
	b.wall(2.4, 2.7, func(c *canvas, x0, x1 float64) {
		for y := 0.15; y < 1.8; y += 0.2 {
			for x := math.Floor(x0/0.2) * 0.2; x < x1; x += 0.2 {
				c.fill(rect(x+0.006, y+0.006, x+0.194, y+0.194), flat(b.p.wall.lighter(0.30+0.1*b.r(int(x*11)+int(y*13)*9, 220))))
			}
		}
		b.row(x0, x1, 2.2, func(i int, x float64) {
			c.fill(roundRect(x+0.2, 1.15, x+1.1, 2.15, 0.06), flat(b.p.metal.lighter(0.4)))
			c.fill(roundRect(x+0.24, 1.19, x+1.06, 2.11, 0.05), down(1.19, b.p.wall.darker(0.1), 2.11, b.p.wall.lighter(0.5)))
			c.fill(poly(x+0.4, 1.2, x+0.55, 1.2, x+0.9, 2.1, x+0.75, 2.1), tint(rgb{1, 1, 1}, 0.25))
			c.fill(blob(x+0.25, 0.92, x+1.05, 0.92, x+0.95, 0.72, x+0.65, 0.68, x+0.35, 0.72), flat(hex(0xf3f1ec)))
			c.fill(rect(x+0.58, 0.0, x+0.72, 0.72), flat(hex(0xe2dfd8)))
			c.fill(stroke(curve(x+0.65, 0.92, x+0.65, 1.06, x+0.55, 1.04), 0.03, 0.03), flat(b.p.metal))
			c.fill(roundRect(x+1.35, 0.9, x+1.75, 1.5, 0.03), flat(b.p.fabric.lighter(0.2)))
		})
	})
	b.tubes(2.5, 2.0)
}

func (b *builder) office() {
	b.surface(b.p.floor.lighter(0.05), b.p.floor.darker(0.2), "gloss")
	if b.sc.text.has("police", "precinct", "interrogation") {
		b.p.wall = mix(b.p.wall, hex(0x7d8a86), 0.6)
	}
	b.wall(3.6, 2.9, func(c *canvas, x0, x1 float64) {
		b.row(x0, x1, 2.5, func(i int, x float64) {
			if ((i%3)+3)%3 == 2 {
				c.fill(rect(x+0.2, 0.1, x+1.2, 1.35), flat(b.p.metal.darker(0.15)))
				for k := range 3 {
					y := 0.14 + 0.40*float64(k)
					c.fill(rect(x+0.24, y, x+1.16, y+0.36), flat(b.p.metal.lighter(0.08)))
					c.fill(rect(x+0.58, y+0.24, x+0.82, y+0.28), flat(hex(0x3a3f48)))
				}
				b.plant(c, i, x+0.55, 1.35, 0.5)
				c.fill(rect(x+1.45, 1.2, x+2.25, 2.0), flat(hex(0xf1efe9)))
				for k := range 9 {
					nx, ny := x+1.52+0.22*float64(k%3), 1.28+0.22*float64(k/3)
					c.fill(rect(nx, ny, nx+0.15, ny+0.15), flat(b.goods()[(k*3+i&3)&7].lighter(0.35)))
				}
				return
			}
			b.window(c, i, x+0.05, 0.55, 2.4, 2.0, 3)
			if b.sc.mood == "tense" || i&1 == 1 {
				for y := 1.9; y < 2.55; y += 0.07 {
					c.fill(rect(x+0.05, y, x+2.45, y+0.045), tint(hex(0xe6e4dc), 0.92))
				}
			}
		})
	})
	b.card(1.9, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 3.0, func(i int, x float64) {
			b.table(c, x+1.0, 1.7, 0.74, b.p.wood.lighter(0.15))
			c.fill(roundRect(x+0.62, 0.92, x+1.30, 1.36, 0.02), flat(hex(0x22252d)))
			c.fill(rect(x+0.65, 0.95, x+1.27, 1.33), down(0.95, hex(0x3d6f9e), 1.33, hex(0x8cc4ea)).lit())
			for k := range 5 {
				c.fill(rect(x+0.70, 1.26-0.06*float64(k), x+0.80+0.35*b.r(i+k, 230), 1.28-0.06*float64(k)), tint(rgb{1, 1, 1}, 0.5).lit())
			}
			c.fill(rect(x+0.92, 0.74, x+1.0, 0.93), flat(hex(0x22252d)))
			c.fill(rect(x+1.45, 0.74, x+1.75, 0.80), flat(hex(0xf0ece2)))
			c.fill(rect(x+1.47, 0.80, x+1.73, 0.84), flat(b.p.accent))
			c.fill(roundRect(x+0.25, 0.74, x+0.34, 0.86, 0.02), flat(b.p.accent2))
		})
	})
	b.tubes(2.82, 2.4)
	b.foreground(func(c *canvas, x, s, u float64) { b.plant(c, 3, x+s*0.2*u, b.floorLine(), 0.75*u) })
}

func (b *builder) hospital() {
	b.surface(b.p.floor.lighter(0.35), b.p.floor.lighter(0.1), "gloss")
	b.p.wall = mix(b.p.wall, hex(0xdfe9e6), 0.6)
	b.wall(3.0, 2.8, func(c *canvas, x0, x1 float64) {
		c.fill(rect(x0, 0, x1, 1.0), flat(mix(b.p.wall, b.p.accent2, 0.22)))
		c.fill(rect(x0, 0.98, x1, 1.06), flat(hex(0xf4f4f0)))
		b.row(x0, x1, 2.6, func(i int, x float64) {
			if i&1 == 0 {
				b.window(c, i, x+0.4, 1.15, 1.4, 1.2, 2)
				for y := 1.95; y < 2.4; y += 0.06 {
					c.fill(rect(x+0.4, y, x+1.8, y+0.04), flat(hex(0xeef0ee)))
				}
			} else {
				for k := range 7 {
					cx := x + 0.2 + 0.26*float64(k)
					c.fill(rect(cx, 0.45, cx+0.27, 2.4), flat(mix(hex(0xbfdcd6), hex(0x9cc4bc), float64(k%2))))
				}
				c.fill(rect(x+0.1, 2.4, x+2.2, 2.44), flat(b.p.metal))
			}
		})
	})
	b.card(1.5, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 4.2, func(i int, x float64) {
			bx := x + 1.4
			c.fill(roundRect(bx-1.05, 0.55, bx-0.95, 1.2, 0.03), flat(b.p.metal.lighter(0.3)))
			c.fill(roundRect(bx-1.0, 0.45, bx+1.0, 0.72, 0.06), flat(hex(0xf5f5f2)))
			c.fill(roundRect(bx-0.5, 0.42, bx+1.02, 0.70, 0.06), flat(hex(0xa9cbd6)))
			c.fill(roundRect(bx-0.98, 0.68, bx-0.55, 0.84, 0.07), flat(hex(0xffffff)))
			c.fill(rect(bx-1.0, 0.30, bx+1.0, 0.36), flat(b.p.metal))
			for _, s := range []float64{-0.85, 0.85} {
				c.fill(rect(bx+s-0.02, 0.05, bx+s+0.02, 0.45), flat(b.p.metal))
				c.fill(circle(bx+s, 0.05, 0.05), flat(hex(0x4a4f58)))
			}
			c.fill(line(bx+1.35, 0, bx+1.35, 1.9, 0.025), flat(b.p.metal))
			c.fill(roundRect(bx+1.25, 1.55, bx+1.40, 1.85, 0.04), tint(hex(0xe6f6f8), 0.85))
			c.fill(roundRect(bx-1.75, 1.05, bx-1.2, 1.45, 0.03), flat(hex(0x2b323a)))
			c.fill(rect(bx-1.71, 1.09, bx-1.24, 1.41), flat(hex(0x0d1f1c)).lit())
			c.fill(stroke([]point{{bx - 1.70, 1.25}, {bx - 1.58, 1.25}, {bx - 1.54, 1.34}, {bx - 1.50, 1.15}, {bx - 1.46, 1.25}, {bx - 1.26, 1.25}}, 0.015, 0.015), flat(hex(0x5cf0a8)).lit())
			c.fill(rect(bx-1.5, 0, bx-1.46, 1.05), flat(b.p.metal))
		})
	})
	b.tubes(2.72, 2.1)
}
