package animatic

import "strings"

import "math"

// things puts on the stage what the script names: furniture that the action
// needs in front of the figures, and the object of an insert.
func (b *builder) things() {
	act := wordsOf(b.sh.brief.Action)
	size := b.sh.sizeOf()
	if size == "INSERT" {
		b.insert()
		return
	}
	if size == "ECU" || size == "CU" || size == "OTS" || len(b.sh.actors) == 0 {
		return
	}
	lead := b.sh.actors[0]
	if lead.walk != 0 {
		return
	}
	sits := lead.pose.kind == "sit"
	switch {
	case act.has("counter", "till", "register", "cashier", "bar", "柜台") || b.sc.kind == "bar" && !sits:
		b.card(-0.32, 12, func(c *canvas, x0, y0, x1, _ float64) {
			c.fill(rect(x0, 0, x1, 0.96), down(0, b.p.wood.darker(0.35), 0.96, b.p.wood.darker(0.05)))
			b.row(x0, x1, 0.9, func(_ int, x float64) { c.fill(rect(x+0.06, 0.1, x+0.84, 0.82), tint(hex(0x0c0814), 0.18)) })
			c.fill(rect(x0, 0.93, x1, 1.0), flat(b.p.wood.lighter(0.35)))
			c.fill(rect(x0, 0.985, x1, 1.0), flat(b.p.wood.lighter(0.6)))
			if b.sc.kind == "store" {
				b.row(x0, x1, 2.2, func(i int, x float64) {
					rx := x + 0.95
					c.fill(poly(rx, 1.0, rx+0.42, 1.0, rx+0.38, 1.16, rx+0.04, 1.16), flat(hex(0x3c424c)))
					c.fill(roundRect(rx+0.06, 1.14, rx+0.36, 1.36, 0.02), flat(hex(0x2a2e36)))
					c.fill(rect(rx+0.09, 1.18, rx+0.33, 1.32), flat(hex(0x9fe6c8)).lit())
				})
			}
		})
	case sits || act.has("table", "desk", "dinner", "breakfast", "meal", "桌"):
		if sits && !act.has("table", "desk", "dinner", "breakfast", "meal", "eat", "drink", "type", "write", "coffee", "桌") && b.sc.kind != "restaurant" && b.sc.kind != "office" && b.sc.kind != "classroom" {
			for _, a := range b.sh.actors {
				if a.pose.kind == "sit" && b.sc.kind != "car" {
					b.card(a.z+0.06, 5, func(c *canvas, _, _, _, _ float64) {
						c.fill(roundRect(a.x-0.34, 0.34, a.x+0.34, 0.46, 0.05), flat(b.p.fabric.darker(0.1)))
						c.fill(roundRect(a.x-0.32, 0.42, a.x+0.32, 0.98, 0.08), flat(b.p.fabric))
						for _, s := range []float64{-0.28, 0.28} {
							c.fill(rect(a.x+s-0.025, 0, a.x+s+0.025, 0.36), flat(b.p.wood.darker(0.4)))
						}
					})
				}
			}
			return
		}
		b.card(-0.34, 12, func(c *canvas, x0, y0, x1, _ float64) {
			y := 0.76
			c.fill(rect(-1.1, y-0.07, 1.1, y), flat(b.p.wood.lighter(0.12)))
			c.fill(rect(-1.1, y-0.016, 1.1, y), flat(b.p.wood.lighter(0.4)))
			for _, s := range []float64{-1, 1} {
				c.fill(rect(s*0.98-0.05, 0, s*0.98+0.05, y-0.07), flat(b.p.wood.darker(0.3)))
			}
			c.fill(roundRect(0.36, y, 0.44, y+0.11, 0.02), flat(hex(0xf0ebe0)))
			c.fill(ellipse(-0.40, y+0.012, 0.16, 0.02), flat(hex(0xf6f2ea)))
			if b.sc.kind == "office" || act.has("laptop", "computer", "type", "typing") {
				c.fill(poly(-0.52, y, -0.10, y, -0.14, y+0.27, -0.54, y+0.27), flat(hex(0x2b2e36)))
			}
		})
	}
}

// insertKinds are the things an insert can show, by the words that name them.
func insertKinds() []struct {
	kind  string
	words []string
} {
	return []struct {
		kind  string
		words []string
	}{
		{"phone", []string{"phone", "smartphone", "mobile", "cellphone", "手机", "电话"}},
		{"letter", []string{"letter", "envelope", "note", "paper", "document", "contract", "receipt", "信", "纸"}},
		{"photo", []string{"photo", "photograph", "picture", "polaroid", "照片"}},
		{"gun", []string{"gun", "pistol", "revolver", "枪"}},
		{"knife", []string{"knife", "blade", "dagger", "sword", "刀"}},
		{"key", []string{"key", "keys", "钥匙"}},
		{"ring", []string{"ring", "necklace", "locket", "戒指"}},
		{"watch", []string{"watch", "clock", "表", "钟"}},
		{"cup", []string{"cup", "coffee", "mug", "tea", "杯"}},
		{"glass", []string{"glass", "wine", "whisky", "whiskey", "bottle", "酒"}},
		{"umbrella", []string{"umbrella", "伞"}},
		{"jacket", []string{"jacket", "coat", "raincoat", "overcoat", "collar", "shirt", "dress", "夹克", "外套"}},
		{"bag", []string{"bag", "suitcase", "briefcase", "backpack", "包"}},
		{"flower", []string{"flower", "rose", "bouquet", "花"}},
		{"book", []string{"book", "diary", "notebook", "passport", "书", "日记"}},
		{"shoes", []string{"shoe", "shoes", "footprint", "footprints", "boots", "脚印", "鞋"}},
		{"door", []string{"door", "handle", "knob", "lock", "门"}},
	}
}

// insert shows one thing large.
func (b *builder) insert() {
	br := b.sh.brief
	look := wordsOf(br.Action)
	var names strings.Builder
	var looks strings.Builder
	for _, p := range br.Props {
		names.WriteString(" " + p.ID)
		looks.WriteString(" " + p.Looks)
	}
	kind, own := "box", wordsOf(names.String(), looks.String())
	for _, src := range []words{own, look} {
		for _, k := range insertKinds() {
			if src.has(k.words...) {
				kind = k.kind
				break
			}
		}
		if kind != "box" {
			break
		}
	}
	col := hsl(at(hash("prop", br.Show, names.String(), br.Action), 0, 0), 0.42, 0.46)
	if cs := own.colours(); len(cs) > 0 {
		col = cs[0]
	} else if cs := look.colours(); len(cs) > 0 {
		col = cs[0]
	} else {
		switch kind {
		case "phone", "gun", "watch":
			col = hex(0x24262e)
		case "letter", "photo":
			col = hex(0xf1e8d4)
		case "knife":
			col = hex(0xc6ccd6)
		case "key", "ring":
			col = hex(0xd6b35c)
		}
	}
	// a table top fills the lower half; the thing stands on it
	b.card(0.30, 0, func(c *canvas, x0, y0, x1, _ float64) {
		c.fill(rect(x0, y0-1, x1, 0.90), down(0.6, b.p.wood.darker(0.30), 0.90, b.p.wood.lighter(0.10)))
		c.fill(rect(x0, 0.893, x1, 0.90), flat(b.p.wood.lighter(0.35)))
		for k := range 7 {
			y := 0.88 - 0.03*float64(k)*(1+0.2*float64(k))
			c.fill(stroke(curve(x0, y, (x0+x1)/2, y+0.006*(b.r(k, 500)-0.5), x1, y+0.004), 0.002, 0.002), tint(b.p.wood.darker(0.5), 0.5))
		}
	})
	cracked := own.has("cracked", "broken", "shattered") || look.has("cracked", "broken", "shattered")
	b.card(0.04, 1, func(c *canvas, _, _, _, _ float64) {
		c.fill(ellipse(0.01, 0.868, 0.16, 0.022), radial(0.01, 0.868, 0.16, 0.022, hex(0x08060c), 0.7, hex(0x08060c), 0).lit())
	})
	it := b.card(0, 2, func(c *canvas, _, _, _, _ float64) { paintInsert(c, b, kind, col, cracked) })
	ring := b.sc.all.has("rings", "ringing", "buzz", "buzzes", "vibrates", "vibrating", "振动")
	seed := b.sh.seed
	it.local = func(in instant) xf {
		a := 0.006 * wander(seed+70, in.sec*0.5)
		if ring && kind == "phone" && int(in.sec*1.2)%2 == 0 {
			a += 0.012 * noise(seed+71, in.sec*24)
		}
		return about(turn(a), 0, 0.87)
	}
	if kind == "phone" {
		b.glow(0, 1.02, -0.01, 0.26, hex(0x9fd4ff), 0.30, 0)
	}
	// a key light across the table
	k := b.l.keySide
	b.glow(k*0.22, 1.18, 0.2, 0.42, b.l.key, 0.22, 0)
}

func paintInsert(c *canvas, b *builder, kind string, col rgb, cracked bool) {
	x, y := 0.0, 0.87
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
	case "box":
		c.fill(rect(-0.12, y, 0.10, y+0.17), flat(col))
		c.fill(poly(0.10, y, 0.155, y+0.035, 0.155, y+0.205, 0.10, y+0.17), flat(col.darker(0.3)))
		c.fill(poly(-0.12, y+0.17, 0.10, y+0.17, 0.155, y+0.205, -0.065, y+0.205), flat(col.lighter(0.25)))
		c.fill(rect(-0.025, y, 0.005, y+0.17), tint(hex(0xf1e7d0), 0.5).onTop())
	default:
		x, y = 0, 0.90
		k := 1.7
		sub := *c
		sub.to = c.to.after(xf{a: k, d: k, e: 0, f: y - k*y + 0.02})
		if kind == "umbrella" {
			sub.to = c.to.after(xf{a: 0.3, d: 0.3, e: 0, f: y - 0.3*y - 0.02})
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
