package animatic

import "math"

// hills are soft ridges.
func (b *builder) hills(z, base, rise float64, col rgb, channel int) {
	b.card(z, 0, func(c *canvas, x0, y0, x1, _ float64) {
		n := 26
		o := []point{}
		for i := 0; i <= n; i++ {
			x := x0 + (x1-x0)*float64(i)/float64(n)
			y := base + rise*(0.5+0.5*noise(b.sc.seed+uint64(channel), x/(z*0.34)))*(0.75+0.25*noise(b.sc.seed+uint64(channel)+3, x/(z*0.09)))
			o = append(o, point{x, y})
		}
		o = append(o, point{x1, math.Min(y0, -z*0.3)}, point{x0, math.Min(y0, -z*0.3)})
		c.fill(path{o}, down(base, col.darker(0.10), base+rise, col.lighter(0.08)))
	})
}

func (b *builder) grass() (near, far rgb) {
	switch {
	case b.sc.snow:
		return hex(0xe3e9f0), hex(0xcfd8e4)
	case b.sc.all.has("desert", "sand", "beach", "沙漠"):
		return hex(0xcfa873), hex(0xdcbd8c)
	}
	return hsl(0.25+0.05*b.r(0, 380), 0.34, 0.34), hsl(0.24+0.05*b.r(0, 380), 0.30, 0.44)
}

func (b *builder) field() {
	near, far := b.grass()
	mount := hex(0x6f7f96)
	b.hills(120, 4, 34, mount, 390)
	b.hills(60, 1, 12, mix(mount, far, 0.5), 391)
	b.hills(28, 0, 3.6, far.darker(0.1), 392)
	b.surface(near, far, "grass")
	b.card(9, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 8, func(i int, x float64) {
			switch {
			case b.sc.all.has("cemetery", "graveyard", "grave", "墓"):
				for k := range 3 {
					gx := x + 1.8*float64(k)
					c.fill(roundRect(gx, -0.1, gx+0.6, 1.0+0.3*b.r(i+k, 393), 0.26), flat(hex(0x8b8d92)))
				}
			case b.sc.all.has("desert", "沙漠"):
				c.fill(blob(x, 0, x+0.8, 0.6, x+1.8, 0.3, x+2.4, 0), flat(hex(0xa57c55)))
			default:
				b.tree(c, i, x+4*b.r(i, 394), 4.2+2*b.r(i, 395))
			}
		})
	})
	b.foregroundGrass(near)
}

// foregroundGrass is a dark fringe at the bottom of wide frames.
func (b *builder) foregroundGrass(col rgb) {
	if !b.wide {
		return
	}
	z := -b.view.dist * 0.5
	keep := b.aperture
	b.aperture = math.Max(b.aperture, 0.005)
	_, y0, _, _, _ := b.view.seen(z)
	it := b.card(z, 12, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 0.05, func(i int, x float64) {
			h := 0.10 + 0.22*b.r(i, 400)*b.r(i, 401)*2
			l := (b.r(i, 402) - 0.5) * 0.12
			base := y0 - 0.05
			c.fill(poly(x-0.016, base, x+0.016, base, x+l, base+0.12+h), flat(col.darker(0.45)))
		})
	})
	it.local = func(in instant) xf { return about(xf{a: 1, c: 0.05 * wander(77, in.sec*0.6), d: 1}, 0, y0) }
	b.aperture = keep
}

func (b *builder) park() {
	near, far := b.grass()
	if !b.sc.all.has("mountain", "forest") {
		b.skyline(80, 6, 22, 410)
	}
	b.hills(40, 0, 4, far, 411)
	b.surface(near, far, "grass")
	b.card(16, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 3.4, func(i int, x float64) { b.tree(c, i+60, x+2*b.r(i, 412), 5.5+2.5*b.r(i, 413)) })
	})
	b.card(7, 0, func(c *canvas, x0, _, x1, _ float64) {
		c.fill(rect(x0, 0.02, x1, 0.14), flat(hex(0xb9a98c)))
		b.row(x0, x1, 4.8, func(i int, x float64) {
			b.tree(c, i, x+2.6+b.r(i, 414), 4.6+1.6*b.r(i, 415))
			for k := range 4 {
				c.fill(circle(x+0.4*float64(k), 0.3, 0.32+0.12*b.r(i*4+k, 416)), flat(b.p.plant.darker(0.05*float64(k))))
			}
		})
	})
	b.card(3.0, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 5.6, func(i int, x float64) {
			bx := x + 1.6
			for k := range 3 {
				c.fill(rect(bx, 0.58+0.14*float64(k), bx+1.7, 0.68+0.14*float64(k)), flat(b.p.wood.lighter(0.1)))
			}
			c.fill(rect(bx-0.05, 0.44, bx+1.75, 0.50), flat(b.p.wood.lighter(0.2)))
			for _, q := range []float64{0.12, 1.55} {
				c.fill(rect(bx+q, 0, bx+q+0.06, 0.95), flat(hex(0x2a2d33)))
			}
		})
	})
	x0, _, x1, _, _ := b.view.seen(3.4)
	b.row(x0, x1, 6.5, func(_ int, x float64) {
		if x+4 > x0-1.5 && x+4 < x1+1 {
			b.lampPost(x+4, 3.4)
		}
	})
	b.foregroundGrass(near)
}

func (b *builder) forest() {
	near, far := b.grass()
	near = near.darker(0.2)
	bamboo := b.sc.all.has("bamboo", "竹")
	b.hills(50, 0, 10, b.p.plant, 420)
	b.surface(near, far.darker(0.15), "grass")
	for pass, z := range []float64{20, 12, 7, 3.8} {
		b.card(z, 0, func(c *canvas, x0, _, x1, y1 float64) {
			step := []float64{1.1, 1.2, 1.5, 2.1}[pass]
			b.row(x0, x1, step, func(i int, x float64) {
				i += pass * 1000
				x += step * 0.7 * b.r(i, 421)
				if pass == 3 && math.Abs(x) < 0.55 {
					x += 1.1
				}
				w := 0.16 + 0.26*b.r(i, 422)
				col := hsl(0.07, 0.22, 0.17+0.05*b.r(i, 423))
				top := math.Max(y1, 9)
				if bamboo {
					col, w = hsl(0.26, 0.40, 0.38), 0.09
				}
				c.fill(poly(x-w*0.6, -0.1, x+w*0.6, -0.1, x+w*0.36, top, x-w*0.36, top), across(x-w*0.5, 0, col.lighter(0.10), 1, x+w*0.5, 0, col.darker(0.4), 1))
				if bamboo {
					for y := 0.6; y < top; y += 0.7 {
						c.fill(rect(x-w*0.55, y, x+w*0.55, y+0.03), flat(col.darker(0.35)))
					}
				} else {
					c.fill(poly(x-w*1.1, -0.1, x, 0.5, x+w*1.1, -0.1), flat(col.darker(0.1)))
				}
				for k := range 5 {
					y := 2.6 + 1.1*float64(k) + b.r(i*5+k, 424)
					s := float64(k%2)*2 - 1
					leaf := mix(b.p.plant, hsl(0.27, 0.36, 0.30), b.r(i*5+k, 425))
					if b.sc.snow {
						leaf = hex(0xdce4ec)
					}
					r := 0.5 + 0.5*b.r(i*5+k, 426)
					c.fill(ellipse(x+s*(0.4+0.4*b.r(i+k, 427)), y, r*1.3, r*0.62), tint(leaf.darker(0.15*float64(k%2)), 0.95))
				}
				c.fill(ellipse(x+step*0.4, 0.05, 0.5, 0.28), flat(mix(b.p.plant, near, 0.5)))
			})
		})
		if pass == 1 && b.sc.time != "night" {
			b.card(z-1, 10, func(c *canvas, x0, _, x1, y1 float64) {
				b.row(x0, x1, 3.2, func(i int, x float64) {
					k := -b.l.keySide
					c.fill(poly(x, y1+1, x+0.7, y1+1, x+1.2+k*3.2, 0, x-0.4+k*3.2, 0), across(0, y1, b.l.key, 0.24, 0, 0.3, b.l.key, 0).light())
				})
			})
		}
	}
	b.foregroundGrass(near)
}

func (b *builder) waterside() {
	beach := b.sc.all.has("beach", "shore", "coast", "沙滩", "海滩", "海边")
	open := b.sc.all.has("sea", "ocean", "大海", "海面", "海上", "海")
	top, low := b.l.skyTop, b.l.skyLow
	switch {
	case open && !beach: // nothing but water
	case !beach:
		b.skyline(120, 4, 30, 430)
	default:
		b.hills(140, 1, 14, hex(0x6f86a0), 431)
	}
	// the water is a floor of its own: sky upside down, with glints that travel
	v := b.view
	b.floor(func(c *canvas, half, bottom float64) {
		c.fill(rect(-half, 0, half, bottom), down(0, low.scale(0.85), bottom*0.7, mix(top, hex(0x123048), 0.5)).lit())
		for i := range 240 {
			q := b.r(i, 432)
			y := bottom * q * q
			x := (b.r(i, 433)*2 - 1) * half
			w := half * (0.02 + 0.16*q) * (0.4 + b.r(i, 434))
			c.fill(ellipse(x, y, w, 0.6+bottom*0.004*(0.4+3*q)), tint(mix(low.lighter(0.35), top, b.r(i, 435)*0.8), 0.20+0.2*b.r(i, 436)).lit())
		}
	})
	for i := range 3 {
		z := []float64{30, 14, 7}[i]
		it := b.card(z, 2, func(c *canvas, x0, _, x1, _ float64) {
			b.row(x0, x1, z*0.05, func(k int, x float64) {
				y := -v.camY*0 + 0.02*z*b.r(k, 440+i)
				col := low.lighter(0.5)
				if b.l.lamps && b.r(k, 450+i) < 0.4 {
					col = hex(0xffc37a)
				}
				w := z * 0.018 * (0.5 + b.r(k, 441+i))
				c.fill(ellipse(x, y, w, z*0.0016), tint(col, 0.5).lit())
			})
		})
		it.local = func(in instant) xf {
			return move(z*0.02*math.Sin(in.sec*0.8+float64(i)), z*0.002*math.Sin(in.sec*1.3+2*float64(i)))
		}
	}
	if beach {
		near, _ := hex(0xd6b88a), 0
		b.card(4.5, 3, func(c *canvas, x0, y0, x1, _ float64) {
			c.fill(blob(x0-2, 0.05, (x0+x1)/2, 0.12, x1+2, 0.02, x1+2, y0-1, x0-2, y0-1), down(y0, near.darker(0.15), 0.2, near))
			c.fill(stroke(curve(x0-1, 0.07, (x0+x1)/2, 0.14, x1+1, 0.04), 0.05, 0.05), tint(rgb{1, 1, 1}, 0.75))
		})
		b.card(0.5, -1, func(c *canvas, x0, y0, x1, _ float64) {
			c.fill(rect(x0, y0-1, x1, 0.03), flat(near))
		})
	} else if !open || len(b.sh.actors) > 0 {
		// a pier of planks with a rail
		b.card(2.4, 3, func(c *canvas, x0, y0, x1, _ float64) {
			c.fill(rect(x0, y0-1, x1, 0.02), down(math.Max(y0, -2), b.p.wood.darker(0.35), 0.02, b.p.wood.lighter(0.08)))
			for y := -0.04; y > math.Max(y0, -2.4); y -= 0.10 - 0.9*y*0.1 {
				c.fill(rect(x0, y, x1, y+0.012), tint(b.p.wood.darker(0.6), 0.5))
			}
			b.row(x0, x1, 1.5, func(_ int, x float64) {
				c.fill(rect(x, 0, x+0.08, 1.12), flat(hex(0x2d3440)))
			})
			for _, y := range []float64{0.45, 0.78, 1.08} {
				c.fill(rect(x0, y, x1, y+0.045), flat(hex(0x2d3440)))
			}
		})
		x0, _, x1, _, _ := b.view.seen(2.3)
		b.row(x0, x1, 6, func(_ int, x float64) {
			if x+2.2 > x0-1.2 && x+2.2 < x1+1 {
				b.lampPost(x+2.2, 2.3)
			}
		})
	}
}

func (b *builder) temple() {
	near, far := hex(0x8d877c), hex(0xa39c8e)
	b.hills(90, 3, 26, hex(0x5f7484), 460)
	b.hills(45, 0, 8, b.p.plant.darker(0.1), 461)
	b.surface(near, far, "paving")
	red, roof := hex(0xa8392e), hex(0x3b4652)
	b.card(11, 0, func(c *canvas, x0, _, x1, _ float64) {
		for k := range 4 {
			c.fill(rect(-5.2+0.3*float64(k), 0.22*float64(k), 5.2-0.3*float64(k), 0.22*float64(k)+0.22), flat(hex(0xb8b0a2).darker(0.06*float64(k))))
		}
		for tier := range 2 {
			y, w := 0.9+3.1*float64(tier), 3.9-1.0*float64(tier)
			c.fill(rect(-w, y, w, y+2.3), flat(red.darker(0.3)))
			for k := range 7 {
				x := -w + 2*w*float64(k)/6
				c.fill(rect(x-0.14, y, x+0.14, y+2.3), flat(red))
			}
			for k := range 6 {
				x := -w + 2*w*(float64(k)+0.5)/6
				col := flat(hex(0x3a2420))
				if b.l.lamps {
					col = down(y, hex(0xe89a48), y+1.8, hex(0xffd48a)).lit()
				}
				c.fill(rect(x-0.30, y+0.2, x+0.30, y+1.8), col)
				c.fill(rect(x-0.02, y+0.2, x+0.02, y+1.8), flat(red.darker(0.4)))
				c.fill(rect(x-0.30, y+0.9, x+0.30, y+0.94), flat(red.darker(0.4)))
			}
			e := w + 1.3
			c.fill(blob(-e-0.3, y+2.75, -e*0.8, y+2.42, -w*0.5, y+2.36, 0, y+2.34, w*0.5, y+2.36, e*0.8, y+2.42, e+0.3, y+2.75, w*0.92, y+2.95, w*0.62, y+3.35, 0, y+3.42, -w*0.62, y+3.35, -w*0.92, y+2.95), flat(roof))
			c.fill(stroke(curve(-e-0.2, y+2.72, -e*0.75, y+2.42, 0, y+2.36, e*0.75, y+2.42, e+0.2, y+2.72), 0.10, 0.10), flat(hex(0xc79a45)))
		}
	})
	b.card(6, 0, func(c *canvas, x0, _, x1, _ float64) {
		for _, s := range []float64{-1, 1} {
			b.tree(c, 3+int(s), s*3.6, 5.2)
		}
	})
	b.card(3.4, 0, func(c *canvas, x0, _, x1, _ float64) {
		for _, s := range []float64{-1, 1} {
			x := s * 1.55
			c.fill(rect(x-0.09, 0, x+0.09, 1.0), flat(hex(0x8b8880)))
			c.fill(rect(x-0.24, 0.95, x+0.24, 1.05), flat(hex(0x9c988e)))
			k := flat(hex(0x6b665e))
			if b.l.lamps {
				k = flat(hex(0xffca7a)).lit()
			}
			c.fill(rect(x-0.17, 1.05, x+0.17, 1.40), k)
			c.fill(blob(x-0.36, 1.40, x, 1.62, x+0.36, 1.40, x, 1.44), flat(hex(0x7b776e)))
		}
	})
	if b.l.lamps {
		for _, s := range []float64{-1, 1} {
			b.glow(s*1.55, 1.22, 3.35, 1.2, hex(0xffb45c), 0.6, uint64(s+3))
		}
		b.glow(0, 2.2, 10.8, 4.5, hex(0xffa850), 0.4, 0)
	}
}
