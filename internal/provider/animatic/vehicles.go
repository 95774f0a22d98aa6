package animatic

import (
	"math"
	"slices"
)

// vehicle is what drives, as the action names it.
type vehicle struct {
	kind string
	col  rgb
	name string // of one that is not drawn
}

// vehicleKinds are words of vehicles seen from outside; the narrower first.
func vehicleKinds() []struct {
	kind  string
	words []string
	col   rgb
} {
	return []struct {
		kind  string
		words []string
		col   rgb
	}{
		{"taxi", []string{"taxi", "cab", "出租车", "的士", "网约车"}, hex(0xe0b030)},
		{"police", []string{"police car", "patrol car", "警车"}, hex(0xe8eaec)},
		{"ambulance", []string{"ambulance", "救护车"}, hex(0xf2f2ee)},
		{"scooter", []string{"electric scooter", "e-bike", "scooter", "moped", "电动车", "电瓶车", "小电驴", "外卖车", "motorbike", "motorcycle", "摩托车", "摩托"}, hex(0x2f7fb0)},
		{"bicycle", []string{"bicycle", "bike", "自行车", "单车", "共享单车"}, hex(0x3b8f6a)},
		{"bus", []string{"bus", "coach bus", "公交", "公交车", "大巴", "巴士"}, hex(0x2f8f6a)},
		{"truck", []string{"truck", "lorry", "卡车", "货车", "大货车", "泥头车"}, hex(0x9a4a32)},
		{"van", []string{"van", "minibus", "面包车", "商务车", "保姆车"}, hex(0xd9dcdf)},
		{"car", []string{"car", "sedan", "limousine", "limo", "suv", "jeep", "轿车", "汽车", "豪车", "跑车", "迈巴赫", "劳斯莱斯", "宾利", "奔驰", "宝马", "越野车", "私家车", "婚车", "车"}, hex(0x2b2d36)},
		{"horse", []string{"horse", "horses", "马", "骏马", "战马", "骑马", "白马", "上马", "策马"}, rgb{}},
		{"carriage", []string{"horse carriage", "horse-drawn carriage", "rickshaw", "sedan chair", "马车", "轿子", "黄包车", "三轮车", "花轿"}, rgb{}},
		{"helicopter", []string{"helicopter", "直升机"}, rgb{}},
		{"plane", []string{"airplane", "aeroplane", "private jet", "飞机", "私人飞机"}, rgb{}},
		{"boat", []string{"boat", "yacht", "ship", "ferry", "船", "游艇", "渡船", "轮船", "乌篷船"}, rgb{}},
		{"tractor", []string{"tractor", "excavator", "bulldozer", "拖拉机", "挖掘机"}, rgb{}},
	}
}

// length is how long a vehicle is, in metres.
func (v vehicle) length() float64 {
	switch v.kind {
	case "bus":
		return 8.8
	case "truck":
		return 6.8
	case "boat", "plane", "helicopter":
		return 6.4
	case "scooter", "bicycle":
		return 2
	case "van", "ambulance":
		return 5.4
	}
	return 4.2
}

// vehicleOf is the vehicle of a shot; false: none.
func (s *shot) vehicleOf() (vehicle, bool) {
	act := s.act
	rides := s.rider() != nil
	inside := s.scene.inside && s.scene.kind != "warehouse"
	if inside && !rides || s.scene.kind == "car" || s.scene.kind == "train" || s.sizeOf() == "INSERT" {
		return vehicle{}, false
	}
	for _, k := range vehicleKinds() {
		i := act.First(k.words...)
		if i < 0 {
			continue
		}
		v := vehicle{kind: k.kind, col: k.col}
		if k.col == (rgb{}) {
			v.name = k.words[0]
			if k.words[i][0] >= 0x80 { // the plain word of the script's own language
				v.name = k.words[slices.IndexFunc(k.words, func(w string) bool { return w[0] >= 0x80 })]
			}
		}
		if c, ok := act.colourBefore(k.words...); ok {
			v.col = c
		} else if v.name == "" && k.kind == "car" {
			v.col = hsl(at(s.seed, 5, 5), 0.25, 0.30)
			if act.has("luxury", "limousine", "limo", "豪车", "迈巴赫", "劳斯莱斯", "宾利", "婚车") {
				v.col = hex(0x16171d)
			}
		}
		return v, true
	}
	return vehicle{}, false
}

// rider is who rides, if anybody does.
func (s *shot) rider() *actor {
	for _, a := range s.actors {
		if a.pose.ride {
			return a
		}
	}
	return nil
}

// vehicles puts the one vehicle that the action names on the stage.
func (b *builder) vehicles() {
	size := b.sh.sizeOf()
	if size == "INSERT" || size == "ECU" || size == "CU" {
		return
	}
	v, ok := b.sh.vehicleOf()
	if !ok {
		return
	}
	z, x, side := 1.3, 0.0, 1.0
	if len(b.sh.actors) == 0 {
		z = 0
		if v.kind == "bus" || v.kind == "truck" || v.kind == "car" || v.kind == "taxi" {
			z = 0.8
		}
	} else {
		side = b.sh.actors[0].side()
		x = side * 1.5
		if v.kind == "scooter" || v.kind == "bicycle" {
			x, z = side*0.8, 0.5
		}
	}
	who := b.sh.rider()
	if who != nil {
		z, x, side = who.z+0.04, who.x, who.side()
	}
	it := b.card(z, 4, func(c *canvas, _, _, _, _ float64) { b.vehicle(c, v, x, side) })
	if it == nil || who != nil {
		return
	}
	act := b.sh.act
	total := b.sh.sec
	switch {
	case act.has("drives away", "drives off", "pulls away", "speeds away", "leaves", "开走", "离去", "驶离", "驶去"):
		it.local = func(in instant) xf { return move(side*7*ease(smooth(0.15*total, total*1.1, in.sec)), 0) }
	case act.has("stop", "stops", "pull up", "pulls up", "arrive", "brake", "park", "停", "停下", "驶来", "开来", "停在", "刹车", "停稳"):
		it.local = func(in instant) xf { return move(-side*3.6*(1-ease(smooth(0, 0.65*total, in.sec))), 0) }
	case act.has("drive", "pass", "passes", "speed", "race", "rush", "驶过", "驶", "行驶", "飞驰", "疾驰", "开过", "经过", "穿行"):
		it.local = func(in instant) xf { return move(side*lerp(-3.4, 3.4, in.u), 0) }
	}
}

// vehicle draws one from its side, its middle at x, driving towards side.
func (b *builder) vehicle(c *canvas, v vehicle, x, side float64) {
	X := func(d float64) float64 { return x + side*d }
	glass := b.l.skyLow.scale(0.55)
	wheel := func(d, r float64) {
		c.fill(circle(X(d), r, r), flat(hex(0x17171c)))
		c.fill(circle(X(d), r, r*0.5), flat(hex(0x9a9ea6)))
	}
	lamps := func(front, back, y float64) {
		c.fill(rect(math.Min(X(front-0.12), X(front)), y, math.Max(X(front-0.12), X(front)), y+0.13), flat(hex(0xfff0c4)).lit())
		c.fill(rect(math.Min(X(back), X(back+0.12)), y, math.Max(X(back), X(back+0.12)), y+0.13), flat(hex(0xd8463c)).lit())
	}
	box := func(d0, y0, d1, y1, r float64) path {
		return roundRect(math.Min(X(d0), X(d1)), y0, math.Max(X(d0), X(d1)), y1, r)
	}
	shadow := func(w float64) { c.fill(ellipse(x, 0.06, w, 0.09), tint(hex(0x08060e), 0.5).lit()) }
	switch v.kind {
	case "car", "taxi", "police":
		shadow(2.1)
		c.fill(blob(X(-2.0), 0.35, X(-1.98), 0.80, X(-1.25), 0.92, X(-0.75), 1.40, X(0.55), 1.42, X(1.15), 0.94, X(1.95), 0.80, X(2.08), 0.40, X(1.45), 0.28, X(-1.45), 0.28), flat(v.col))
		c.fill(blob(X(-1.06), 0.94, X(-0.66), 1.32, X(-0.05), 1.34, X(-0.05), 0.94).and(blob(X(0.03), 0.94, X(0.03), 1.34, X(0.5), 1.33, X(0.96), 0.94)), flat(glass).lit())
		c.fill(rect(math.Min(X(-1.9), X(1.9)), 0.60, math.Max(X(-1.9), X(1.9)), 0.625), tint(v.col.darker(0.5), 0.6))
		for _, d := range []float64{-0.2, 0.75} {
			c.fill(box(d-0.12, 0.80, d+0.02, 0.83, 0.01), flat(v.col.lighter(0.35)))
		}
		wheel(-1.28, 0.33)
		wheel(1.30, 0.33)
		lamps(2.03, -2.0, 0.64)
		switch v.kind {
		case "taxi":
			c.fill(box(-0.24, 1.42, 0.24, 1.58, 0.03), flat(hex(0xfff2c8)).lit())
			b.text(c, "TAXI", x, 1.50, 0.42, 0.13, hex(0x2a2620))
			c.fill(rect(math.Min(X(-1.9), X(1.9)), 0.66, math.Max(X(-1.9), X(1.9)), 0.80), tint(hex(0x2f6f9e), 0.75).onTop())
		case "police":
			c.fill(rect(math.Min(X(-1.9), X(1.9)), 0.62, math.Max(X(-1.9), X(1.9)), 0.80), tint(hex(0x2348a0), 0.9).onTop())
			c.fill(box(-0.30, 1.42, 0, 1.52, 0.02), flat(hex(0xe23b34)).lit())
			c.fill(box(0, 1.42, 0.30, 1.52, 0.02), flat(hex(0x3a78f0)).lit())
		}
	case "bus", "truck", "van", "ambulance":
		long, high := 2.6, 2.2
		if v.kind == "bus" {
			long, high = 4.4, 2.9
		}
		if v.kind == "truck" {
			long, high = 3.4, 2.7
		}
		shadow(long * 1.05)
		c.fill(box(-long, 0.42, long, high, 0.12), flat(v.col))
		switch v.kind {
		case "truck":
			c.fill(box(-long, 0.55, long-1.5, high, 0.03), flat(hex(0x6f7a80)))
			c.fill(box(long-1.2, 1.35, long-0.2, high-0.25, 0.06), flat(glass).lit())
		case "bus":
			for d := -long + 0.3; d < long-1.0; d += 1.15 {
				c.fill(box(d, 1.35, d+1.0, high-0.4, 0.05), flat(glass).lit())
			}
			c.fill(box(long-0.75, 0.75, long-0.1, high-0.4, 0.05), flat(glass).lit())
		default:
			for d := -long + 0.4; d < long-0.6; d += 1.3 {
				c.fill(box(d, 1.25, d+1.1, high-0.25, 0.07), flat(glass).lit())
			}
		}
		if v.kind == "ambulance" {
			c.fill(box(-long, 0.85, long, 1.05, 0.01), flat(hex(0xd8362e)))
			c.fill(box(-0.6, high, 0.6, high+0.14, 0.03), flat(hex(0x4a8af4)).lit())
		}
		wheel(-long*0.62, 0.42)
		wheel(long*0.62, 0.42)
		lamps(long, -long, 0.7)
	case "scooter":
		shadow(0.85)
		wheel(-0.55, 0.24)
		wheel(0.60, 0.24)
		c.fill(blob(X(-0.72), 0.46, X(-0.62), 0.72, X(-0.05), 0.76, X(0.0), 0.62, X(-0.05), 0.36, X(0.30), 0.30, X(0.30), 0.20, X(-0.30), 0.22, X(-0.60), 0.36), flat(v.col))
		c.fill(stroke([]point{{X(0.30), 0.24}, {X(0.50), 1.02}}, 0.16, 0.10), flat(v.col.lighter(0.08)))
		c.fill(box(-0.70, 0.72, 0.0, 0.82, 0.05), flat(hex(0x23242a)))
		c.fill(line(X(0.48), 1.02, X(0.34), 1.10, 0.035), flat(hex(0x23242a)))
		c.fill(circle(X(0.56), 0.90, 0.07), flat(hex(0xfff0c4)).lit())
		if b.sh.act.has("delivery", "courier", "外卖") || b.sh.wears("外卖", "delivery") {
			c.fill(box(-0.92, 0.80, -0.42, 1.28, 0.03), flat(hex(0xf0b42a)))
			c.fill(box(-0.92, 1.20, -0.42, 1.28, 0.03), flat(hex(0x30343c)))
		}
	case "bicycle":
		shadow(0.8)
		for _, d := range []float64{-0.55, 0.55} {
			c.fill(circle(X(d), 0.34, 0.34).minus(circle(X(d), 0.34, 0.30)), flat(hex(0x1b1c22)))
			c.fill(line(X(d), 0.02, X(d), 0.66, 0.006).and(line(X(d)-0.32, 0.34, X(d)+0.32, 0.34, 0.006)), tint(hex(0xb8bcc4), 0.7))
		}
		for _, l := range [][4]float64{{-0.55, 0.34, -0.18, 0.80}, {-0.55, 0.34, 0, 0.32}, {0, 0.32, -0.2, 0.86}, {0, 0.32, 0.42, 0.82}, {-0.18, 0.80, 0.42, 0.82}, {0.42, 0.96, 0.55, 0.34}} {
			c.fill(line(X(l[0]), l[1], X(l[2]), l[3], 0.035), flat(v.col))
		}
		c.fill(box(-0.34, 0.86, -0.06, 0.92, 0.03), flat(hex(0x23242a)))
		c.fill(line(X(0.40), 0.98, X(0.30), 1.04, 0.03), flat(hex(0x23242a)))
	default:
		w, h := 2.2, 1.5
		switch v.kind {
		case "horse":
			w, h = 1.9, 0.86
		case "boat", "plane", "helicopter":
			w, h = 3.2, 1.4
		}
		if b.sh.rider() != nil {
			b.mount(c, v.name, x, h/2+0.05, w, h, side)
			return
		}
		b.placeholder(c, v.name, x, h/2+0.05, w, h)
	}
}
