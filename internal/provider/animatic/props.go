package animatic

import "math"

// beds puts one under whoever lies, and a blanket over them.
func (b *builder) beds() {
	for _, a := range b.sh.actors {
		if a.pose.kind != "lie" || a.bed < 0.3 {
			continue
		}
		h := -a.side() // where the head is
		sheet, cover := hex(0xf3f2ee), b.p.fabric.lighter(0.25)
		if b.sc.kind == "hospital" {
			cover = hex(0xa9cbd6)
		}
		at := func(d float64) float64 { return a.x + h*d }
		box := func(d0, y0, d1, y1, r float64) path {
			return roundRect(math.Min(at(d0), at(d1)), y0, math.Max(at(d0), at(d1)), y1, r)
		}
		b.card(a.z+0.05, 3, func(c *canvas, _, _, _, _ float64) {
			c.fill(box(1.02, 0.1, 1.10, 1.15, 0.03), flat(b.p.wood))
			c.fill(box(-1.15, 0.1, -1.08, 0.8, 0.03), flat(b.p.wood))
			c.fill(box(-1.1, 0.30, 1.05, 0.62, 0.06), flat(sheet))
			c.fill(box(0.45, 0.56, 1.0, 0.74, 0.08), flat(hex(0xffffff)))
			c.fill(box(-1.1, 0.26, 1.05, 0.36, 0.02), flat(b.p.metal))
		})
		b.card(a.z-0.06, 13, func(c *canvas, _, _, _, _ float64) {
			y := a.bed
			c.fill(blob(at(0.28), y+0.16, at(-0.2), y+0.20, at(-0.8), y+0.17, at(-1.08), y+0.10, at(-1.12), 0.34, at(0.30), 0.34), flat(cover))
			c.fill(box(0.16, y-0.26, 0.30, y+0.17, 0.05), flat(sheet))
			c.fill(stroke(curve(at(0.1), y+0.05, at(-0.4), y-0.02, at(-0.9), y+0.02), 0.012, 0.02), tint(cover.darker(0.3), 0.4).onTop())
		})
	}
}

// things puts on the stage what the script names: furniture that the action
// needs in front of the figures, and the object of an insert.
func (b *builder) things() {
	act := b.sh.act
	size := b.sh.sizeOf()
	if size == "INSERT" {
		b.insert()
		return
	}
	if size == "ECU" || size == "CU" || size == "OTS" || len(b.sh.actors) == 0 {
		return
	}
	b.beds()
	lead := b.sh.actors[0]
	if lead.walk != 0 || lead.pose.ride || lead.pose.kind == "lie" || b.sc.kind == "train" {
		return
	}
	sits := lead.pose.kind == "sit"
	for _, a := range b.sh.actors {
		sits = sits || a.pose.kind == "sit"
	}
	if act.has("kneel", "kneels", "crouch", "squat", "跪", "蹲", "跪下", "跪倒", "on the bed", "by the bed", "床边", "病床") {
		return
	}
	switch {
	case act.has("counter", "till", "register", "cashier", "bar", "柜台", "收银台", "吧台", "前台") || b.sc.kind == "bar" && !sits:
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
	case sits || act.has("table", "desk", "dinner", "breakfast", "meal", "桌", "桌上", "桌前", "桌子", "餐桌", "书桌", "办公桌", "吃饭", "案几", "饭桌"):
		if sits && !act.has("table", "desk", "dinner", "breakfast", "meal", "eat", "drink", "type", "write", "coffee", "桌", "桌上", "桌前", "桌子", "餐桌", "书桌", "办公桌", "吃饭", "喝茶", "写", "案几", "饭桌") && b.sc.kind != "restaurant" && b.sc.kind != "office" && b.sc.kind != "classroom" {
			seat, stool := b.p.fabric, false
			if !b.sc.inside || b.sc.kind == "ancient" {
				seat, stool = b.p.wood, true
				if act.has("stone", "石凳", "台阶", "steps") {
					seat = hex(0xa7a39a)
				}
			}
			for _, a := range b.sh.actors {
				if a.pose.kind == "sit" && b.sc.kind != "car" {
					b.card(a.z+0.06, 5, func(c *canvas, _, _, _, _ float64) {
						c.fill(roundRect(a.x-0.34, 0.34, a.x+0.34, 0.46, 0.05), flat(seat.darker(0.1)))
						if !stool {
							c.fill(roundRect(a.x-0.32, 0.42, a.x+0.32, 0.98, 0.08), flat(seat))
						}
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
			if b.sc.kind == "office" || act.has("laptop", "computer", "type", "typing", "电脑", "笔记本电脑", "打字") {
				c.fill(poly(-0.52, y, -0.10, y, -0.14, y+0.27, -0.54, y+0.27), flat(hex(0x2b2e36)))
			}
		})
	}
}
