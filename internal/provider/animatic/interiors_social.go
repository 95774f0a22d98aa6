package animatic

import "math"

func (b *builder) restaurant() {
	b.surface(b.p.wood.lighter(0.05), b.p.wood.darker(0.25), "boards")
	b.wall(3.6, 2.9, func(c *canvas, x0, x1 float64) {
		c.fill(rect(x0, 0, x1, 1.05), flat(b.p.wood.darker(0.1)))
		b.row(x0, x1, 0.5, func(_ int, x float64) {
			c.fill(rect(x+0.04, 0.2, x+0.46, 0.95), flat(b.p.wood.lighter(0.03)))
		})
		b.row(x0, x1, 2.5, func(i int, x float64) {
			if i&1 == 0 {
				b.window(c, i, x+0.2, 1.1, 2.0, 1.35, 3)
			} else {
				b.picture(c, i, x+0.4, 1.6)
				b.picture(c, i+30, x+1.1, 1.55)
				c.fill(rect(x+0.3, 1.3, x+2.0, 1.36), flat(b.p.wood))
				b.plant(c, i, x+1.75, 1.36, 0.45)
			}
		})
	})
	b.card(2.0, 0, func(c *canvas, x0, _, x1, _ float64) {
		b.row(x0, x1, 2.6, func(i int, x float64) {
			b.chair(c, x+0.55, b.p.accent.darker(0.1))
			b.chair(c, x+1.75, b.p.accent.darker(0.1))
			b.table(c, x+1.15, 0.95, 0.76, b.p.wood.lighter(0.2))
			c.fill(roundRect(x+1.0, 0.76, x+1.08, 0.86, 0.02), flat(hex(0xf3efe6)))
			c.fill(roundRect(x+1.22, 0.76, x+1.27, 0.94, 0.02), flat(b.p.accent2))
			c.fill(circle(x+1.245, 0.98, 0.04), flat(hex(0xe8788a)))
		})
	})
	x0, _, x1, _, _ := b.view.seen(1.7)
	b.row(x0, x1, 2.6, func(i int, x float64) {
		if x+1.15 > x0-1 && x+1.15 < x1+1 {
			b.pendant(x+1.15, 2.0, 1.7, b.p.accent)
		}
	})
	b.foreground(func(c *canvas, x, s, u float64) { b.plant(c, 8, x+s*0.2*u, b.floorLine(), 0.75*u) })
}

func (b *builder) bar() {
	b.p.wall = b.p.wall.darker(0.45)
	b.surface(b.p.wood.darker(0.3), b.p.wood.darker(0.5), "gloss")
	neon := b.p.accent.saturate(1.6).lighter(0.15)
	b.wall(3.0, 2.8, func(c *canvas, x0, x1 float64) {
		c.fill(rect(x0, 0.9, x1, 2.3), down(0.9, b.p.wood.darker(0.3), 2.3, b.p.wood.darker(0.6)))
		for _, y := range []float64{1.0, 1.45, 1.9} {
			c.fill(rect(x0, y, x1, y+0.40), across(0, y, hex(0xffb45e), 0.75, 0, y+0.42, hex(0x8a3a2a), 0.10).lit())
			b.row(x0, x1, 0.115, func(i int, x float64) {
				k := i*3 + int(y*10)
				col := mix(hsl(b.r(k, 240), 0.5, 0.30), hex(0xd98a3a), b.r(k, 241)*0.5)
				h := 0.20 + 0.13*b.r(k, 242)
				c.fill(roundRect(x, y, x+0.08, y+h*0.7, 0.018), flat(col))
				c.fill(rect(x+0.027, y+h*0.65, x+0.053, y+h), flat(col.darker(0.2)))
				c.fill(rect(x+0.012, y+0.04, x+0.068, y+h*0.38), tint(hex(0xf0e4c8), 0.55))
			})
			c.fill(rect(x0, y-0.04, x1, y), flat(b.p.wood.darker(0.1)))
		}
		b.row(x0, x1, 3.2, func(i int, x float64) {
			c.fill(stroke(curve(x+0.8, 2.42, x+1.0, 2.62, x+1.3, 2.40, x+1.6, 2.62, x+1.9, 2.42), 0.03, 0.03), flat(neon.lighter(0.5)).lit())
		})
	})
	b0, _, b1, _, _ := b.view.seen(2.9)
	b.row(b0, b1, 3.2, func(i int, x float64) { b.glow(x+1.35, 2.52, 2.9, 1.1, neon, 0.8, uint64(i&1)*91) })
	b.card(1.6, 0, func(c *canvas, x0, _, x1, _ float64) {
		c.fill(rect(x0, 0, x1, 1.05), down(0, b.p.wood.darker(0.5), 1.05, b.p.wood.darker(0.15)))
		c.fill(rect(x0, 1.02, x1, 1.10), flat(b.p.wood.lighter(0.25)))
		b.row(x0, x1, 0.8, func(i int, x float64) {
			c.fill(rect(x+0.05, 0.15, x+0.75, 0.92), tint(hex(0x0a0612), 0.30))
			c.fill(poly(x+0.30, 1.10, x+0.40, 1.10, x+0.43, 1.26, x+0.27, 1.26), tint(hex(0xdfeef5), 0.4))
		})
	})
	for i := range 3 {
		b.pendant(float64(i-1)*1.1-b.shift*0.2, 2.05, 1.3, hex(0x2a2328))
	}
	b.glow(-0.9, 0.9, 0.6, 1.6, b.p.accent2.saturate(1.5), 0.22, 0)
}

func (b *builder) classroom() {
	b.surface(b.p.wood.lighter(0.15), b.p.wood, "boards")
	b.wall(3.6, 2.9, func(c *canvas, x0, x1 float64) {
		c.fill(rect(x0, 0, x1, 1.0), flat(mix(b.p.wall, hex(0x8fb59a), 0.5)))
		b.row(x0, x1, 3.6, func(i int, x float64) {
			if i&1 == 0 {
				c.fill(rect(x+0.1, 0.95, x+3.3, 2.25), flat(b.p.wood))
				c.fill(rect(x+0.17, 1.02, x+3.23, 2.18), down(1.02, hex(0x24483c), 2.18, hex(0x315e4d)))
				for k := range 4 {
					y := 1.95 - 0.22*float64(k)
					c.fill(stroke(curve(x+0.4, y, x+0.8, y+0.02, x+1.3+b.r(k, 250), y-0.01), 0.014, 0.010), tint(hex(0xf3f2ea), 0.6))
				}
				c.fill(circle(x+2.6, 1.6, 0.28).and(circle(x+2.6, 1.6, 0.26)), tint(hex(0xf3f2ea), 0.12))
				c.fill(rect(x+0.2, 0.90, x+3.2, 0.96), flat(b.p.wood.lighter(0.2)))
			} else {
				b.window(c, i, x+0.3, 1.05, 1.3, 1.4, 2)
				b.window(c, i+9, x+1.9, 1.05, 1.3, 1.4, 2)
			}
		})
		b.row(x0, x1, 5.1, func(i int, x float64) {
			c.fill(circle(x+2, 2.55, 0.17), flat(hex(0x3a3a40)))
			c.fill(circle(x+2, 2.55, 0.145), flat(hex(0xf5f2ea)))
			c.fill(line(x+2, 2.55, x+2.06, 2.63, 0.014).and(line(x+2, 2.55, x+1.93, 2.56, 0.014)), flat(hex(0x2a2a30)))
		})
	})
	for _, z := range []float64{2.2, 1.1} {
		b.card(z, 0, func(c *canvas, x0, _, x1, _ float64) {
			b.row(x0, x1, 1.5, func(i int, x float64) {
				if z < 1.5 && math.Abs(x+0.6) < 0.9 {
					return
				}
				b.chair(c, x+0.6, b.p.wood)
				b.table(c, x+0.6, 0.95, 0.72, b.p.wood.lighter(0.25))
				c.fill(rect(x+0.4, 0.72, x+0.7, 0.76), flat(b.goods()[(i*5)&7]))
			})
		})
	}
	b.shaft(2.8)
}
