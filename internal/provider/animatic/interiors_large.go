package animatic

import "math"

func (b *builder) corridor() {
	b.surface(b.p.floor.lighter(0.2), b.p.floor.darker(0.15), "gloss")
	// A true vanishing point: side walls as wedges towards a far door.
	b.card(9, 0, func(c *canvas, x0, y0, x1, y1 float64) {
		c.fill(rect(x0, 0, x1, y1), flat(b.p.wall.darker(0.25)))
		c.fill(rect(-1.5, 0, 1.5, 2.8), down(0, b.p.wall.darker(0.1), 2.8, b.p.wall))
		c.fill(rect(-0.62, 0, 0.62, 2.15), flat(b.p.wall2))
		c.fill(rect(-0.55, 0, 0.55, 2.08), down(0, b.l.lamp.scale(0.9), 2.08, b.l.lamp).lit())
		c.fill(rect(-0.02, 0, 0.02, 2.08), flat(b.p.wall2))
	})
	b.glow(0, 1.2, 8.9, 2.2, b.l.lamp, 0.5, 0)
	for i, z := range []float64{7, 5.2, 3.6, 2.2} {
		b.card(z, 0, func(c *canvas, x0, y0, x1, y1 float64) {
			w := b.p.wall.darker(0.10 * float64(3-i) * 0.5)
			for _, s := range []float64{-1, 1} {
				edge := s * 1.5
				outer := x1 + 1
				if s < 0 {
					outer = x0 - 1
				}
				c.fill(rect(edge, 0, outer, math.Max(y1, 4)), across(edge, 0, w.darker(0.30), 1, edge+s*1.6, 0, w, 1))
				c.fill(rect(edge, 0, outer, 0.95), tint(b.p.wall2, 0.55))
				c.fill(rect(edge, 0, edge+s*0.10, math.Max(y1, 4)), flat(w.lighter(0.15)))
				c.fill(rect(edge+s*0.35, 0, edge+s*1.15, 2.05), flat(b.p.wood.darker(0.1)))
				c.fill(rect(edge+s*0.42, 0.2, edge+s*1.08, 1.95), flat(b.p.wood.lighter(0.06)))
				c.fill(circle(edge+s*0.50, 1.0, 0.035), flat(hex(0xd6b568)))
				c.fill(rect(edge+s*0.55, 1.55, edge+s*0.95, 1.70), flat(hex(0xf0ead8)))
			}
			c.fill(rect(-1.5, 2.75, 1.5, 2.95), flat(w.darker(0.2)))
			if y1 > 2.95 {
				c.fill(rect(x0, 2.95, x1, y1+1), flat(w.darker(0.45)))
			}
			c.fill(rect(-0.6, 2.74, 0.6, 2.79), flat(b.l.lamp.lighter(0.5)).lit())
		})
		b.glow(0, 2.7, z-0.02, 1.4, b.l.lamp, 0.42, uint64(i&1)*311)
	}
}

func (b *builder) warehouse() {
	b.surface(hex(0x6f6a66), hex(0x4f4c4c), "gloss")
	b.p.wall = mix(b.p.wall, hex(0x75706c), 0.7)
	b.wall(6, 5.5, func(c *canvas, x0, x1 float64) {
		b.row(x0, x1, 0.6, func(_ int, x float64) { c.fill(rect(x, 0, x+0.05, 5.5), tint(hex(0x14101c), 0.22)) })
		b.row(x0, x1, 3.4, func(i int, x float64) {
			c.fill(rect(x+0.4, 3.3, x+2.6, 4.5), flat(hex(0x3a3f45)))
			for k := range 8 {
				gx, gy := x+0.45+0.54*float64(k%4), 3.35+0.57*float64(k/4)
				c.fill(rect(gx, gy, gx+0.48, gy+0.51), down(gy, b.l.skyLow, gy+0.5, b.l.skyLow.lighter(0.3)).lit())
			}
		})
	})
	b.card(5, 0, func(c *canvas, x0, _, x1, y1 float64) {
		b.row(x0, x1, 3.4, func(i int, x float64) {
			k := -b.l.keySide
			c.fill(poly(x+0.4, 4.4, x+2.6, 4.4, x+2.2+k*4, 0, x-0.6+k*4, 0), across(0, 4.4, b.l.skyLow.lighter(0.4), 0.22, 0, 0, b.l.skyLow, 0).light())
		})
	})
	for _, z := range []float64{4, 2.2} {
		b.card(z, 0, func(c *canvas, x0, _, x1, y1 float64) {
			b.row(x0, x1, 3.1+z*0.2, func(i int, x float64) {
				if z < 3 && math.Abs(x+0.3) < 0.9 {
					x += 1.4
				}
				c.fill(rect(x, 0, x+0.38, math.Max(y1, 5)), across(x, 0, hex(0x8d8884), 1, x+0.38, 0, hex(0x55514f), 1))
				c.fill(rect(x, 0, x+0.38, 0.9), tint(hex(0xd9a92e), 0.75))
				for k := range 3 {
					c.fill(poly(x, 0.3*float64(k), x+0.38, 0.3*float64(k)+0.15, x+0.38, 0.3*float64(k)+0.27, x, 0.3*float64(k)+0.12), flat(hex(0x24222a)))
				}
				for k := range 2 + int(2*b.r(i, 260)) {
					bx, s := x+0.7+0.5*float64(k%2)+0.1*b.r(i+k, 261), 0.48
					by := s * float64(k/2)
					c.fill(rect(bx, by, bx+s, by+s), flat(b.p.wood.lighter(0.08*float64(k))))
					c.fill(rect(bx, by+s*0.45, bx+s, by+s*0.55), flat(b.p.wood.darker(0.25)))
					c.fill(rect(bx+s*0.85, by, bx+s, by+s), tint(hex(0x0c0818), 0.25))
				}
			})
		})
	}
	b.pendant(0.3-b.shift, 2.9, 1.6, hex(0x2d3238))
	b.foreground(func(c *canvas, x, s, u float64) { c.fill(rect(x-s*0.16*u, -2, x+s*u, 8), flat(hex(0x3a3634))) })
}

func (b *builder) cell() {
	b.surface(hex(0x5d5a58), hex(0x3c3a3c), "paving")
	b.p.wall = hex(0x6d6862)
	b.wall(2.6, 2.7, func(c *canvas, x0, x1 float64) {
		for y := 0.0; y < 2.7; y += 0.16 {
			for x := math.Floor(x0/0.36) * 0.36; x < x1; x += 0.36 {
				off := 0.18 * math.Mod(math.Round(y/0.16), 2)
				c.fill(rect(x+off+0.008, y+0.008, x+off+0.352, y+0.152), flat(b.p.wall.scale(0.86+0.22*b.r(int(x*9)+int(y*29)*5, 270))))
			}
		}
		b.row(x0, x1, 3.0, func(i int, x float64) {
			c.fill(rect(x+0.7, 1.65, x+1.5, 2.25), flat(hex(0x2a2826)))
			c.fill(rect(x+0.74, 1.69, x+1.46, 2.21), down(1.69, b.l.skyLow, 2.21, b.l.skyTop.lighter(0.1)).lit())
			for k := range 5 {
				bx := x + 0.80 + 0.145*float64(k)
				c.fill(rect(bx, 1.65, bx+0.03, 2.25), flat(hex(0x1c1a1c)))
			}
		})
	})
	b.shaft(2.2)
	b.pendant(0.1, 2.1, 0.9, hex(0x24262a))
	b.card(1.3, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 3.2, func(_ int, x float64) { b.table(c, x+1.9, 1.2, 0.74, hex(0x7a7f84)) })
	})
	if b.sc.text.has("prison", "cell", "jail", "dungeon") {
		b.foreground(func(c *canvas, x, s, u float64) {
			for k := range 2 {
				bx := x - s*0.26*u*float64(k)
				c.fill(rect(bx, -2, bx+0.045*u, 6), flat(hex(0x1a191c)))
			}
		})
	}
}

func (b *builder) hall() {
	b.surface(b.p.floor.lighter(0.3), b.p.floor, "tiles")
	gold := hex(0xc9a04a)
	if b.sc.kind == "palace" {
		b.p.wall = mix(b.p.wall, hex(0x8a2f2c), 0.55)
	} else {
		b.p.wall = mix(b.p.wall, hex(0xb5a68e), 0.6)
	}
	b.wall(6, 6.5, func(c *canvas, x0, x1 float64) {
		b.row(x0, x1, 2.8, func(i int, x float64) {
			col := b.l.skyLow.lighter(0.2)
			c.fill(rect(x+0.7, 1.2, x+1.9, 4.2).and(circle(x+1.3, 4.2, 0.6)), flat(b.p.wall.lighter(0.3)))
			c.fill(rect(x+0.8, 1.3, x+1.8, 4.2), down(1.3, col, 4.2, b.l.skyTop.lighter(0.2)).lit())
			c.fill(circle(x+1.3, 4.2, 0.5), flat(b.l.skyTop.lighter(0.2)).lit())
			if b.sc.kind == "church" {
				for k := range 12 {
					gx, gy := x+0.84+0.32*float64(k%3), 1.4+0.7*float64(k/3)
					c.fill(rect(gx, gy, gx+0.28, gy+0.62), tint(b.goods()[k&7].saturate(1.3), 0.6).lit())
				}
			}
			c.fill(rect(x+1.28, 1.3, x+1.32, 4.6), flat(b.p.wall.lighter(0.3)))
			c.fill(rect(x+0.2, 4.9, x+2.6, 5.1), flat(gold))
		})
	})
	b.card(5, 0, func(c *canvas, x0, _, x1, _ float64) {
		if b.l.lamps {
			return
		}
		b.row(x0, x1, 2.8, func(_ int, x float64) {
			k := -b.l.keySide
			c.fill(poly(x+0.8, 4.6, x+1.8, 4.6, x+1.9+k*3.4, 0, x+0.2+k*3.4, 0), across(0, 4.6, b.l.key, 0.22, 0, 0.2, b.l.key, 0).light())
		})
	})
	for _, z := range []float64{4, 2.2} {
		b.card(z, 1, func(c *canvas, x0, _, x1, y1 float64) {
			b.row(x0, x1, 3.6, func(i int, x float64) {
				x += 1.45
				col := mix(b.p.wall.lighter(0.35), hex(0xd8cdb8), 0.5)
				if b.sc.kind == "palace" {
					col = hex(0x9c3a30)
				}
				c.fill(rect(x, 0.25, x+0.55, math.Max(y1, 6)), across(x, 0, col, 1, x+0.55, 0, col.darker(0.4), 1))
				for k := range 3 {
					fx := x + 0.09 + 0.16*float64(k)
					c.fill(rect(fx, 0.4, fx+0.05, math.Max(y1, 6)), tint(hex(0x140a14), 0.15))
				}
				c.fill(rect(x-0.10, 0, x+0.65, 0.28), flat(gold.darker(0.2)))
				c.fill(rect(x-0.05, 0.28, x+0.60, 0.40), flat(gold))
				// sconce
				c.fill(rect(x+0.24, 1.9, x+0.31, 2.15), flat(gold))
				if b.l.lamps {
					c.fill(blob(x+0.275, 2.36, x+0.315, 2.22, x+0.275, 2.15, x+0.235, 2.22), flat(hex(0xffdf9a)).lit())
				}
			})
		})
		if b.l.lamps {
			x0, _, x1, _, _ := b.view.seen(z)
			b.row(x0, x1, 3.6, func(i int, x float64) { b.glow(x+1.72, 2.25, z-0.02, 1.5, hex(0xffb055), 0.6, uint64(i+7)) })
		}
	}
	b.foreground(func(c *canvas, x, s, u float64) { c.fill(rect(x-s*0.14*u, -2, x+s*u, 8), flat(b.p.wall.darker(0.5))) })
}

func (b *builder) station() {
	b.surface(b.p.floor.lighter(0.12), b.p.floor.darker(0.1), "tiles")
	b.wall(5.2, 3.6, func(c *canvas, x0, x1 float64) {
		for y := 0.2; y < 2.6; y += 0.3 {
			c.fill(rect(x0, y, x1, y+0.02), tint(hex(0x10141c), 0.25))
		}
		b.row(x0, x1, 0.3, func(_ int, x float64) { c.fill(rect(x, 0.2, x+0.02, 2.6), tint(hex(0x10141c), 0.18)) })
		c.fill(rect(x0, 2.05, x1, 2.45), flat(b.p.accent))
		b.row(x0, x1, 4, func(i int, x float64) {
			c.fill(roundRect(x+0.4, 0.9, x+1.6, 1.85, 0.03), flat(b.goods()[(i*3)&7].lighter(0.15)))
			c.fill(circle(x+1.0, 1.45, 0.26), tint(hex(0xfff2dc), 0.6))
			c.fill(roundRect(x+2.2, 2.12, x+3.4, 2.38, 0.04), flat(hex(0xf6f4ec)))
		})
	})
	// the train stands, or passes where the script says so
	pass := b.sc.all.has("train passes", "train passing", "passing train", "train arrives", "train rushes")
	it := b.card(4.2, 0, func(c *canvas, x0, _, x1, _ float64) {
		const car = 5.6
		b.row(x0-car, x1+car, car, func(i int, x float64) {
			c.fill(roundRect(x+0.05, 0.05, x+car-0.05, 2.7, 0.14), down(0.05, hex(0x9aa5ad), 2.7, hex(0xe4e9ea)))
			c.fill(rect(x+0.05, 0.62, x+car-0.05, 0.86), flat(b.p.accent))
			for k := range 3 {
				wx := x + 0.35 + 1.75*float64(k)
				c.fill(roundRect(wx, 1.2, wx+1.15, 2.1, 0.08), down(1.2, hex(0xffe9bd), 2.1, hex(0xfff7e0)).lit())
				c.fill(roundRect(wx+0.1, 1.2, wx+0.34, 1.62, 0.1), tint(hex(0x30343c), 0.5))
				if k < 2 {
					c.fill(roundRect(wx+1.25, 0.2, wx+1.65, 2.3, 0.04), flat(hex(0x7d8890)))
				}
			}
		})
	})
	if pass {
		it.local = func(in instant) xf { return move(math.Mod(in.sec*9, 5.6), 0) }
	}
	for _, z := range []float64{2.4} {
		b.card(z, 0, func(c *canvas, x0, _, x1, y1 float64) {
			b.row(x0, x1, 3.2, func(i int, x float64) {
				x += 1.3
				c.fill(rect(x, 0, x+0.34, math.Max(y1, 4)), across(x, 0, b.p.wall.lighter(0.3), 1, x+0.34, 0, b.p.wall.darker(0.3), 1))
				c.fill(rect(x-0.45, 1.9, x+0.79, 2.2), flat(hex(0x1f2a44)))
				c.fill(rect(x-0.38, 2.0, x+0.5, 2.09), tint(rgb{1, 1, 1}, 0.85).lit())
				c.fill(roundRect(x+0.9, 0.40, x+2.3, 0.47, 0.02), flat(b.p.wood.lighter(0.1)))
				for _, q := range []float64{1.0, 2.2} {
					c.fill(rect(x+q-0.02, 0, x+q+0.02, 0.4), flat(hex(0x3a3f48)))
				}
			})
		})
	}
	b.tubes(3.1, 2.6)
}

func (b *builder) car() {
	// Outside slides by behind the windows; at night it is lights.
	const period = 9.0
	b.passing(7, period, 3.1, func(c *canvas, x0, y0, x1, y1 float64) {
		if b.l.lamps || b.sc.rain {
			b.row(x0, x1, period/14, func(i int, x float64) {
				k := ((i % 14) + 14) % 14
				col := []rgb{hex(0xffb45e), hex(0xff6a5a), hex(0xfff0cc), hex(0x7ec8ff), hex(0xffd48a)}[int(b.r(k, 280)*5)]
				y, r := 0.5+2.6*b.r(k, 281), 0.10+0.20*b.r(k, 282)
				c.fill(circle(x, y, r), tint(col, 0.42).lit())
				c.fill(circle(x, y, r*0.85), tint(col.lighter(0.3), 0.22).lit())
			})
		}
		b.row(x0, x1, period/4, func(i int, x float64) {
			k := ((i % 4) + 4) % 4
			c.fill(rect(x, -1, x+1.6, 1.2+2.2*b.r(k, 283)), tint(mix(b.l.skyTop, hex(0x30384a), 0.6), 0.8).lit())
		})
	})
	body := hex(0x23242c)
	b.card(1.1, 0, func(c *canvas, x0, y0, x1, y1 float64) {
		seat := hex(0x4a3d38)
		// rear window frame: pillars and roof
		outer := rect(x0-1, y0-1, x1+1, y1+1)
		c.fill(outer.minus(roundRect(-0.98, 1.02, 0.98, 1.92, 0.22)), flat(body))
		c.fill(rect(-1.02, 0.98, 1.02, 1.03), flat(body.lighter(0.15)))
		for _, s := range []float64{-0.42, 0.42} {
			c.fill(roundRect(s-0.30, 0.0, s+0.30, 1.20, 0.14), flat(seat))
			c.fill(roundRect(s-0.15, 1.16, s+0.15, 1.42, 0.08), flat(seat.lighter(0.08)))
			c.fill(rect(s-0.02, 0.1, s+0.02, 1.15), tint(seat.darker(0.4), 0.6))
		}
	})
	b.glow(0.6*b.l.keySide, 1.5, 0.9, 1.0, mix(b.l.rim, b.l.lamp, 0.5), 0.28, hash("car"))
	if b.sh.sizeOf() != "ECU" && b.sh.sizeOf() != "CU" {
		b.card(-0.35, 12, func(c *canvas, x0, y0, x1, _ float64) {
			top := 0.98
			c.fill(blob(x0-1, top-0.02, 0, top+0.05, x1+1, top-0.02, x1+1, y0-1, x0-1, y0-1), flat(hex(0x17181f)))
			c.fill(stroke(curve(-0.30, top-0.10, -0.22, top+0.12, 0, top+0.17, 0.22, top+0.12, 0.30, top-0.10), 0.035, 0.035), flat(hex(0x0e0f14)))
			c.fill(stroke(curve(-0.26, top, -0.17, top+0.11, 0, top+0.15), 0.006, 0.006), tint(rgb{1, 1, 1}, 0.25))
		})
	}
}
