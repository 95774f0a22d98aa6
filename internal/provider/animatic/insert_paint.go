package animatic

import "math"

func paintInsert(c *canvas, b *builder, kind string, col rgb, cracked bool) {
	y := 0.87
	shine := func(p path) { c.fill(p, tint(rgb{1, 1, 1}, 0.22).onTop()) }
	switch kind {
	case "phone":
		c.fill(roundRect(-0.078, y, 0.078, y+0.285, 0.020), flat(col))
		c.fill(roundRect(-0.071, y+0.008, 0.071, y+0.277, 0.015), down(y, hex(0x1f4f86), y+0.28, hex(0x7fc4f2)).lit())
		c.fill(roundRect(-0.020, y+0.262, 0.020, y+0.270, 0.004), flat(hex(0x101218)).lit())
		c.fill(circle(0, y+0.195, 0.030), tint(rgb{1, 1, 1}, 0.9).lit())
		c.fill(circle(0, y+0.202, 0.011).and(ellipse(0, y+0.180, 0.018, 0.010)), flat(hex(0x7fa6c4)).lit())
		c.fill(roundRect(-0.040, y+0.135, 0.040, y+0.147, 0.005), tint(rgb{1, 1, 1}, 0.9).lit())
		c.fill(circle(-0.036, y+0.055, 0.022), flat(hex(0xe0483e)).lit())
		c.fill(circle(0.036, y+0.055, 0.022), flat(hex(0x3fbf6a)).lit())
		if cracked {
			for k := range 7 {
				a := 0.6 + float64(k)*0.8
				ex, ey := 0.035+0.10*math.Cos(a), y+0.225+0.12*math.Sin(a)
				c.fill(stroke([]point{{0.035, y + 0.225}, {0.035 + (ex-0.035)*0.5 + 0.008*(b.r(k, 510)-0.5), y + 0.225 + (ey-y-0.225)*0.5}, {ex, ey}}, 0.0026, 0.001), tint(rgb{1, 1, 1}, 0.85).onTop().lit())
			}
		}
	case "letter":
		c.fill(poly(-0.13, y, 0.12, y-0.004, 0.135, y+0.185, -0.115, y+0.19), flat(col))
		c.fill(poly(-0.115, y+0.19, 0.135, y+0.185, 0.012, y+0.085), flat(col.darker(0.10)))
		c.fill(stroke([]point{{-0.115, y + 0.19}, {0.012, y + 0.085}, {0.135, y + 0.185}}, 0.003, 0.003), flat(col.darker(0.35)))
		c.fill(circle(0.011, y+0.092, 0.020), flat(hex(0xa8322e)))
		c.fill(circle(0.011, y+0.092, 0.012), flat(hex(0x8a2622)))
	case "photo":
		c.fill(poly(-0.11, y, 0.10, y-0.004, 0.115, y+0.245, -0.095, y+0.25), flat(hex(0xf5f1e6)))
		c.fill(poly(-0.096, y+0.055, 0.090, y+0.051, 0.101, y+0.232, -0.084, y+0.236), down(y, hex(0x9b7a5a), y+0.24, hex(0xe4c9a0)))
		for _, q := range []float64{-0.032, 0.034} {
			c.fill(circle(q, y+0.160, 0.024), flat(hex(0x5a4234)))
			c.fill(blob(q-0.045, y+0.055, q-0.035, y+0.115, q, y+0.135, q+0.035, y+0.115, q+0.045, y+0.055), flat(hex(0x4a3a40)))
		}
	case "gun":
		c.fill(roundRect(-0.15, y+0.10, 0.13, y+0.165, 0.010), flat(col))
		c.fill(poly(0.04, y+0.11, 0.125, y+0.11, 0.155, y-0.005, 0.085, y-0.005), flat(hex(0x3a2a22)))
		c.fill(stroke(curve(0.035, y+0.10, 0.02, y+0.06, 0.06, y+0.055), 0.008, 0.008), flat(col))
		shine(rect(-0.14, y+0.148, 0.12, y+0.156))
	case "knife":
		c.fill(poly(-0.20, y+0.03, 0.03, y+0.065, 0.03, y+0.02, -0.14, y+0.006), flat(col))
		shine(poly(-0.19, y+0.032, 0.03, y+0.06, 0.03, y+0.045))
		c.fill(roundRect(0.03, y+0.016, 0.17, y+0.066, 0.012), flat(hex(0x3d2a20)))
	case "key":
		c.fill(circle(-0.07, y+0.065, 0.045), flat(col))
		c.fill(circle(-0.07, y+0.065, 0.022), flat(b.p.wood))
		c.fill(rect(-0.03, y+0.055, 0.12, y+0.077).and(rect(0.07, y+0.03, 0.085, y+0.06)).and(rect(0.10, y+0.025, 0.118, y+0.06)), flat(col))
		shine(rect(-0.03, y+0.070, 0.12, y+0.074))
	case "ring":
		c.fill(stroke(circle(0, y+0.075, 0.062)[0], 0.016, 0.016), flat(col))
		c.fill(poly(-0.030, y+0.165, 0.030, y+0.165, 0.040, y+0.150, 0, y+0.118, -0.040, y+0.150), flat(hex(0xd8f2ff)).lit())
		shine(poly(-0.010, y+0.165, 0.012, y+0.165, 0, y+0.118))
	case "watch":
		c.fill(rect(-0.035, y, 0.035, y+0.28), flat(hex(0x4a3428)))
		c.fill(circle(0, y+0.14, 0.085), flat(col))
		c.fill(circle(0, y+0.14, 0.072), flat(hex(0xf4efe4)))
		for k := range 12 {
			a := float64(k) * 0.5236
			c.fill(circle(0.060*math.Cos(a), y+0.14+0.060*math.Sin(a), 0.004), flat(hex(0x2a2a30)))
		}
		c.fill(line(0, y+0.14, 0.028, y+0.17, 0.007).and(line(0, y+0.14, -0.012, y+0.192, 0.005)), flat(hex(0x20202a)))
	case "shoes":
		for _, q := range []float64{-0.09, 0.07} {
			c.fill(blob(q-0.045, y, q+0.055, y-0.006, q+0.062, y+0.03, q+0.02, y+0.07, q+0.012, y+0.13, q-0.04, y+0.13, q-0.05, y+0.04), flat(col))
			c.fill(rect(q-0.05, y-0.006, q+0.062, y+0.008), flat(hex(0x1a171c)))
		}
	case "door":
		c.fill(rect(-0.4, y-0.4, 0.4, y+0.6), flat(b.p.wall2))
		c.fill(roundRect(-0.035, y+0.0, 0.035, y+0.26, 0.03), flat(col))
		c.fill(stroke(curve(0, y+0.17, 0.05, y+0.175, 0.14, y+0.165), 0.030, 0.024), flat(hex(0xd9c48a)))
		c.fill(circle(0, y+0.06, 0.012), flat(hex(0x16131a)))
	case "jacket":
		// laid flat: body, sleeves, collar, buttons
		for _, s := range []float64{-1, 1} {
			c.fill(stroke(curve(s*0.075, y+0.245, s*0.135, y+0.19, s*0.150, y+0.06), 0.070, 0.052), flat(col.darker(0.16)))
			c.fill(stroke([]point{{s*0.149 - 0.001, y + 0.072}, {s * 0.150, y + 0.052}}, 0.054, 0.054), flat(col.darker(0.30)).onTop())
		}
		c.fill(blob(-0.045, y+0.300, 0, y+0.292, 0.045, y+0.300, 0.105, y+0.268, 0.112, y+0.13, 0.120, y+0.002, 0, y-0.004, -0.120, y+0.002, -0.112, y+0.13, -0.105, y+0.268), flat(col))
		c.fill(poly(-0.040, y+0.302, 0.040, y+0.302, 0, y+0.235), flat(col.darker(0.45)).onTop())
		for _, s := range []float64{-1, 1} {
			c.fill(poly(s*0.030, y+0.310, s*0.075, y+0.292, s*0.052, y+0.222, s*0.004, y+0.232), flat(col.lighter(0.16)))
			c.fill(roundRect(s*0.065-0.028, y+0.055, s*0.065+0.028, y+0.095, 0.006), tint(col.darker(0.3), 0.6).onTop())
		}
		c.fill(stroke([]point{{0, y + 0.235}, {0.002, y}}, 0.004, 0.004), tint(col.darker(0.5), 0.8).onTop())
		for k := range 4 {
			c.fill(circle(0.014, y+0.20-0.052*float64(k), 0.0065), flat(col.darker(0.55)).onTop())
		}
	case "clock":
		c.fill(circle(0, y+0.15, 0.135), flat(hex(0x3a2c26)))
		c.fill(circle(0, y+0.15, 0.118), flat(col))
		for k := range 12 {
			a := float64(k) * 0.5236
			r := 0.005
			if k%3 == 0 {
				r = 0.009
			}
			c.fill(circle(0.098*math.Cos(a), y+0.15+0.098*math.Sin(a), r), flat(hex(0x2a2a30)))
		}
		h, m := 1.15, 0.45
		if b.sh.act.has("midnight", "twelve", "noon", "午夜", "十二点", "零点") {
			h, m = 1.62, 1.5708
		}
		c.fill(line(0, y+0.15, 0.060*math.Cos(h), y+0.15+0.060*math.Sin(h), 0.011), flat(hex(0x20202a)))
		c.fill(line(0, y+0.15, 0.092*math.Cos(m), y+0.15+0.092*math.Sin(m), 0.007), flat(hex(0x20202a)))
		c.fill(circle(0, y+0.15, 0.009), flat(hex(0xb03a30)))
	case "document":
		c.fill(poly(-0.115, y, 0.105, y-0.004, 0.120, y+0.285, -0.10, y+0.29), flat(col))
		for k := range 9 {
			yy, w := y+0.235-0.024*float64(k), 0.17
			if k%4 == 3 {
				w = 0.10
			}
			c.fill(line(-0.085+0.012*float64(9-k)/9, yy, -0.085+w, yy-0.001, 0.005), tint(hex(0x4a4658), 0.65))
		}
		c.fill(line(-0.03, y+0.262, 0.06, y+0.261, 0.011), tint(hex(0x2a2734), 0.8))
		c.fill(circle(0.062, y+0.045, 0.028).minus(circle(0.062, y+0.045, 0.023)), tint(hex(0xc4231f), 0.85))
	case "laptop":
		c.fill(poly(-0.19, y+0.03, 0.19, y+0.03, 0.22, y-0.01, -0.22, y-0.01), flat(hex(0xaeb4bb)))
		c.fill(roundRect(-0.185, y+0.03, 0.185, y+0.27, 0.010), flat(col))
		c.fill(rect(-0.172, y+0.042, 0.172, y+0.258), down(y+0.04, hex(0x2f5f92), y+0.26, hex(0x8cc4ea)).lit())
		for k := range 5 {
			c.fill(rect(-0.15, y+0.22-0.032*float64(k), -0.15+0.12+0.12*b.r(k, 520), y+0.228-0.032*float64(k)), tint(rgb{1, 1, 1}, 0.7).lit())
		}
	case "candle":
		c.fill(rect(-0.028, y, 0.028, y+0.19), flat(col))
		c.fill(ellipse(0, y+0.19, 0.028, 0.007), flat(col.lighter(0.3)))
		c.fill(blob(0, y+0.265, 0.017, y+0.222, 0, y+0.200, -0.017, y+0.222), flat(hex(0xffdf9a)).lit())
		c.fill(ellipse(0, y, 0.07, 0.012), flat(hex(0xc79a45)))
	case "jade":
		c.fill(line(0, y+0.27, 0, y+0.20, 0.006), flat(hex(0xa8322e)))
		c.fill(circle(0, y+0.135, 0.068).minus(circle(0, y+0.135, 0.020)), flat(col))
		c.fill(stroke(curve(-0.045, y+0.15, -0.02, y+0.185, 0.02, y+0.185, 0.045, y+0.15), 0.004, 0.004), tint(col.darker(0.35), 0.7))
		for k := range 5 {
			c.fill(line(-0.012+0.006*float64(k), y+0.065, -0.016+0.008*float64(k), y+0.0, 0.004), flat(hex(0xa8322e)))
		}
		shine(circle(-0.028, y+0.165, 0.012))
	case "pen":
		c.fill(poly(-0.15, y+0.012, 0.11, y+0.075, 0.12, y+0.052, -0.145, y-0.004), flat(col.darker(0.2)))
		c.fill(poly(-0.15, y+0.012, -0.145, y-0.004, -0.185, y-0.006), flat(hex(0xd6b35c)))
		c.fill(poly(0.02, y+0.054, 0.11, y+0.075, 0.113, y+0.068, 0.022, y+0.047), flat(hex(0xd6b35c)))
	case "parcel":
		c.fill(rect(-0.12, y, 0.10, y+0.17), flat(col))
		c.fill(poly(0.10, y, 0.155, y+0.035, 0.155, y+0.205, 0.10, y+0.17), flat(col.darker(0.3)))
		c.fill(poly(-0.12, y+0.17, 0.10, y+0.17, 0.155, y+0.205, -0.065, y+0.205), flat(col.lighter(0.25)))
		c.fill(rect(-0.025, y, 0.005, y+0.17), tint(hex(0xf1e7d0), 0.5).onTop())
	default:
		x, y := 0.0, 0.90
		k := 1.7
		sub := *c
		lift := 0.02
		switch kind {
		case "thermos", "sword", "suitcase", "lantern", "microphone":
			lift = 0.07
		}
		sub.to = c.to.after(xf{a: k, d: k, e: 0, f: y - k*y + lift})
		if kind == "umbrella" {
			sub.to = c.to.after(xf{a: 0.3, d: 0.3, e: 0, f: y - 0.3*y - 0.02})
		}
		if kind == "sword" {
			sub.to = c.to.after(xf{a: 0.34, d: 0.34, e: 0, f: y - 0.34*y - 0.01})
		}
		if kind == "suitcase" || kind == "lantern" {
			sub.to = c.to.after(xf{a: 0.62, d: 0.62, e: 0, f: y - 0.62*y + 0.24})
		}
		if kind == "bag" {
			sub.to = c.to.after(xf{a: 0.75, d: 0.75, e: 0, f: y - 0.75*y + 0.25})
		}
		paintHeld(&sub, kind, col, x, y, 1)
	}
	k := b.l.keySide
	c.fill(rect(-0.5, 0.4, 0.5, 1.5), across(-k*0.16, 0, hex(0x140c20), 0.36, k*0.02, 0, hex(0x140c20), 0).onTop())
	c.fill(rect(-0.5, 0.4, 0.5, 1.5), across(k*0.16, 0, b.l.key, 0.24, 0, 0, b.l.key, 0).onTop().lit())
}
