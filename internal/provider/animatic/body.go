package animatic

import (
	"math"
	"strings"
)

// unknownProp stands before the name of a prop that cannot be drawn.
const unknownProp = "?"

// Order of a figure's parts.
const (
	layerShadow = iota
	layerHairBack
	layerArmFar
	layerLegs
	layerTorso
	layerHead
	layerEyes
	layerLids
	layerMouth
	layerBrows
	layerHairFront
	layerArmNear
	layerMarker
)

// figurePainter puts an actor's parts on the stage.
type figurePainter struct {
	st *stage
	sh *shot
	a  *actor
	k  float64 // pixels a metre of the reference figure
	// what is seen, in the reference figure's metres
	x0, y0, x1, y1 float64
}

// figure paints an actor. Only the parts in frame are painted.
func (st *stage) figure(a *actor, sh *shot) {
	x0, y0, x1, y1, k := st.view.seen(a.z)
	s, drop := a.p.tall, a.sitDrop()
	reach := math.Abs(a.walk)/2 + 0.12
	f := &figurePainter{
		st: st, sh: sh, a: a, k: k * s,
		x0: (x0-a.x-reach)/s - 0.05, x1: (x1-a.x+reach)/s + 0.05, y0: y0/s/a.fore + drop - 0.25, y1: y1/s/a.fore + drop + 0.25,
	}
	if a.pose.kind == "lie" {
		f.x0, f.x1, f.y0, f.y1 = -0.8, 0.8, -0.1, 2.2
	} else {
		f.shadow()
	}
	f.legs()
	f.torso()
	f.arms()
	if a.pose.away {
		f.headAway()
		return
	}
	f.head()
	f.face(sh)
}

// part paints one piece that moves as one.
func (f *figurePainter) part(layer int, x0, y0, x1, y1 float64, motion func(instant) xf, paint func(c *canvas)) *item {
	x0, y0, x1, y1 = math.Max(x0, f.x0), math.Max(y0, f.y0), math.Min(x1, f.x1), math.Min(y1, f.y1)
	if x1-x0 < 0.004 || y1-y0 < 0.004 {
		return nil
	}
	before := len(f.st.items)
	it := f.st.cardIn(f.a.z, layer, x0, y0, x1, y1, f.k, func(c *canvas, _, _, _, _ float64) { paint(c) })
	for _, i := range f.st.items[before:] {
		i.local = motion
	}
	return it
}

// model shades a part as if lit from the key side: dark away, bright towards.
func (f *figurePainter) model(c *canvas, x0, y0, x1, y1, strength float64) {
	l := f.st.scene.light
	dark, bright := x0, x1
	if l.keySide < 0 {
		dark, bright = x1, x0
	}
	mid := (x0 + x1) / 2
	c.fill(rect(x0-1, y0-1, x1+1, y1+1), across(dark, 0, hex(0x1c1430), 0.34*strength, mid+(bright-mid)*0.1, 0, hex(0x1c1430), 0).onTop())
	c.fill(rect(x0-1, y0-1, x1+1, y1+1), across(bright, 0, l.key, 0.26*strength, mid+(bright-mid)*0.35, 0, l.key, 0).onTop().lit())
}

// rimOn draws a thin line of light along the edge away from the key.
func (f *figurePainter) rimOn(c *canvas, line []point, w float64) {
	l := f.st.scene.light
	c.fill(stroke(line, w, w*0.4), tint(l.rim, 0.42).onTop().lit())
}

func (f *figurePainter) shadow() {
	a := f.a
	y := 0.0
	f.part(layerShadow, -0.5, -0.16, 0.5, 0.1, func(in instant) xf {
		m := a.root(in)
		m.f = 0
		return m
	}, func(c *canvas) {
		k := radial(0, y-0.02, 0.40, 0.075, hex(0x0a0814), 0.55, hex(0x0a0814), 0)
		c.fill(ellipse(0, y-0.02, 0.40, 0.075), k.lit())
	})
}

func (f *figurePainter) legs() {
	a, g := f.a, f.a.p.wear
	col := g.bottom
	long := g.kind == "dress" || g.kind == "robe"
	shoe := hex(0x2a2530)
	if at(a.p.seed, 4, 4) > 0.6 {
		shoe = hex(0x4a3428)
	}
	if g.kind == "shirt" && !a.p.female || g.kind == "hoodie" {
		shoe = hex(0xd8d5d0)
	}
	sit := a.pose.kind == "sit"
	for _, side := range []float64{-a.side(), a.side()} {
		x := side * 0.085
		if a.walk != 0 {
			x = side * 0.045 // seen from the side, one leg lies behind the other
		}
		legCol := col
		if g.skirt && !long || g.kind == "dress" {
			legCol = a.p.skin.darker(0.12)
		}
		if side == -a.side() {
			legCol = legCol.darker(0.18)
		}
		w := 0.155 * (0.6 + 0.4*a.p.broad)
		if sit {
			f.part(layerLegs, -0.36, 0.37, 0.36, hipY+0.06, func(in instant) xf { return a.thigh(in, side) }, func(c *canvas) {
				// Thighs come towards us: short, then the shins.
				c.fill(stroke(curve(x, hipY-0.06, x+side*0.035, hipY-0.20, x+side*0.03, 0.52, x+side*0.02, 0.44), w*1.1, 0.10), flat(legCol))
				f.model(c, x-0.09, 0, x+0.09, hipY, 0.8)
				f.shoe(c, x, 0.40, shoe)
			})
			continue
		}
		f.part(layerLegs, x-0.16, -0.03, x+0.16, kneeY+0.10, func(in instant) xf { return a.shin(in, side) }, func(c *canvas) {
			c.fill(stroke(curve(x+side*0.006, kneeY+0.02, x+side*0.010, 0.30, x+side*0.004, 0.055), w*0.74, 0.088), flat(legCol))
			f.model(c, x-0.07, 0, x+0.07, hipY, 0.8)
			f.shoe(c, x, 0, shoe)
		})
		f.part(layerLegs, x-0.14, kneeY-0.10, x+0.14, hipY+0.06, func(in instant) xf { return a.thigh(in, side) }, func(c *canvas) {
			c.fill(stroke(curve(x, hipY+0.01, x+side*0.012, 0.68, x+side*0.006, kneeY), w, w*0.74), flat(legCol))
			f.model(c, x-0.09, 0, x+0.09, hipY, 0.8)
		})
	}
}

func (f *figurePainter) shoe(c *canvas, x, y float64, col rgb) {
	d := f.a.side() * 0.03
	if f.a.walk != 0 {
		d *= 1.9
	}
	c.fill(blob(x-0.052+d*0.2, y, x+0.052+d*1.6, y, x+0.055+d*1.7, y+0.035, x+0.02+d*0.3, y+0.085, x-0.045, y+0.08, x-0.055, y+0.03), flat(col))
}

func (f *figurePainter) torso() {
	a, p, g := f.a, f.a.p, f.a.p.wear
	sh := a.shoulderHalf()
	waist, hip := sh*0.80, sh*0.84
	if p.female && !p.child {
		waist, hip = sh*0.72, sh*0.98
	}
	if p.broad > 1.1 {
		waist = sh * 0.98
	}
	bottom := hipY - 0.03
	switch g.kind {
	case "coat":
		bottom = 0.46
	case "robe":
		bottom = 0.06
	case "dress":
		bottom = 0.34
	case "apron":
		bottom = 0.60
	case "jacket", "hoodie":
		bottom = hipY - 0.02
	}
	if g.skirt && g.kind != "dress" {
		bottom = 0.52
	}
	if a.pose.kind == "sit" && bottom < 0.62 {
		bottom = 0.62
	}
	top := g.top
	main := top
	if g.kind == "apron" {
		main = g.second
	}
	flare := 1.0
	switch g.kind {
	case "dress", "robe":
		flare = 1.45
	case "coat":
		flare = 1.12
	}
	half := math.Max(sh*1.06, hip*flare*1.12) + 0.02
	f.part(layerTorso, -half, bottom-0.04, half, 1.50, a.body, func(c *canvas) {
		outline := func(b float64) path {
			return blob(
				-sh*0.36, shoulderY+0.062, 0, shoulderY+0.052, sh*0.36, shoulderY+0.062,
				sh*0.84, shoulderY+0.016, sh*1.02, shoulderY-0.055, sh*0.93, shoulderY-0.17,
				waist, 1.07, hip*0.98, hipY+0.02, hip*flare, b+0.04, hip*flare*0.93, b,
				0, b-0.012,
				-hip*flare*0.93, b, -hip*flare, b+0.04, -hip*0.98, hipY+0.02, -waist, 1.07,
				-sh*0.93, shoulderY-0.17, -sh*1.02, shoulderY-0.055, -sh*0.84, shoulderY+0.016,
			)
		}
		if bottom > hipY-0.06 {
			// trousers' waist under a short top
			c.fill(poly(-hip*0.94, hipY+0.06, hip*0.94, hipY+0.06, hip*0.90, hipY-0.06, hip*0.15, hipY-0.10, -hip*0.15, hipY-0.10, -hip*0.90, hipY-0.06), flat(g.bottom))
		}
		if g.kind == "apron" {
			c.fill(outline(hipY-0.03), flat(main))
			c.fill(poly(-hip, hipY+0.05, hip, hipY+0.05, hip*0.97, bottom+0.03, hip*0.90, bottom, -hip*0.90, bottom, -hip*0.97, bottom+0.03), flat(g.top.darker(0.1)))
		} else {
			c.fill(outline(bottom), flat(main))
		}
		if g.skirt && g.kind != "dress" {
			c.fill(blob(-waist*1.02, 1.05, waist*1.02, 1.05, hip*1.1, hipY, hip*1.25, bottom, 0, bottom-0.02, -hip*1.25, bottom, -hip*1.1, hipY), flat(g.bottom))
		}
		f.details(c, sh, waist, hip, bottom)
		// soft folds and the shade under the chin
		fold := main.darker(0.30)
		c.fill(stroke(curve(sh*0.72, 1.24, sh*0.50, 1.16, sh*0.44, 1.06), 0.004, 0.010), tint(fold, 0.5).onTop())
		c.fill(stroke(curve(-sh*0.70, 1.22, -sh*0.52, 1.12, -sh*0.50, 1.02), 0.004, 0.010), tint(fold, 0.5).onTop())
		c.fill(stroke(curve(-hip*0.3, bottom+0.3, -hip*0.36, bottom+0.14, -hip*0.44, bottom+0.01), 0.003, 0.012), tint(fold, 0.4).onTop())
		c.fill(stroke(curve(hip*0.34, bottom+0.26, hip*0.40, bottom+0.12, hip*0.44, bottom+0.01), 0.003, 0.012), tint(fold, 0.4).onTop())
		f.model(c, -sh*1.05, bottom, sh*1.05, 1.5, 1)
		c.fill(rect(-1, bottom-0.1, 1, bottom+0.4), across(0, bottom-0.05, hex(0x1c1430), 0.30, 0, bottom+0.4, hex(0x1c1430), 0).onTop())
		rim := -f.st.scene.light.keySide
		f.rimOn(c, curve(rim*sh*0.5, shoulderY+0.055, rim*sh*0.86, shoulderY+0.012, rim*sh*1.005, shoulderY-0.06, rim*sh*0.92, shoulderY-0.2), 0.014)
	})
}

// details are what tells one garment from another.
func (f *figurePainter) details(c *canvas, sh, waist, hip, bottom float64) {
	a, p, g := f.a, f.a.p, f.a.p.wear
	t := 0.02 * a.face // the front turns with the face
	if a.pose.away {
		if g.kind == "hoodie" {
			c.fill(blob(-0.11, shoulderY+0.05, 0, shoulderY+0.07, 0.11, shoulderY+0.05, 0.10, shoulderY-0.05, 0, shoulderY-0.13, -0.10, shoulderY-0.05), flat(g.top.darker(0.18)))
		} else {
			c.fill(stroke(curve(0, shoulderY+0.05, 0.004, 1.2, 0, bottom), 0.005, 0.005), tint(g.top.darker(0.4), 0.45).onTop())
		}
		if g.kind == "apron" {
			c.fill(stroke(curve(-sh*0.5, shoulderY+0.05, sh*0.3, 1.12), 0.028, 0.028), flat(g.top).onTop())
			c.fill(stroke(curve(sh*0.5, shoulderY+0.05, -sh*0.3, 1.12), 0.028, 0.028), flat(g.top).onTop())
		}
		return
	}
	skin := p.skin.darker(0.06)
	neckline := func(depth, half float64) path {
		return blob(-half+t, shoulderY+0.07, half+t, shoulderY+0.07, half*0.62+t, shoulderY+0.045-depth*0.55, t, shoulderY+0.045-depth, -half*0.62+t, shoulderY+0.045-depth*0.55)
	}
	lapel := func(in, out, low float64, col rgb) {
		for _, s := range []float64{-1, 1} {
			c.fill(poly(s*0.055+t, shoulderY+0.068, s*out+t, shoulderY+0.02, s*(out+0.012)+t, shoulderY-0.06, s*in+t, low, t, low-0.01), flat(col).onTop())
		}
	}
	switch g.kind {
	case "suit", "coat", "jacket":
		c.fill(poly(-0.066+t, shoulderY+0.08, 0.066+t, shoulderY+0.08, t+0.012, 1.08, t-0.012, 1.08), flat(g.second).onTop())
		c.fill(neckline(0.045, 0.05), flat(skin).onTop())
		if g.tie || g.kind == "suit" && !p.female {
			tie := hsl(at(p.seed, 2, 8), 0.5, 0.34)
			c.fill(poly(t-0.016, shoulderY+0.02, t+0.016, shoulderY+0.02, t+0.011, shoulderY-0.012, t+0.021, 1.15, t, 1.10, t-0.021, 1.15, t-0.011, shoulderY-0.012), flat(tie).onTop())
		}
		lapel(0.012, 0.098, 1.10, g.top.lighter(0.07))
		c.fill(stroke(curve(t, 1.10, t+0.006, bottom+0.02), 0.005, 0.006), tint(g.top.darker(0.5), 0.7).onTop())
		for _, y := range []float64{1.07, 0.98, 0.89} {
			c.fill(circle(t+0.022, y, 0.008), flat(g.top.darker(0.45)).onTop())
		}
		if g.kind == "coat" {
			c.fill(rect(-hip*1.2, 1.0, hip*1.2, 1.035), tint(g.top.darker(0.28), 0.8).onTop())
		}
	case "apron":
		c.fill(neckline(0.055, 0.062), flat(skin).onTop())
		for _, s := range []float64{-1, 1} {
			c.fill(stroke([]point{{s*0.075 + t, shoulderY + 0.07}, {s*0.085 + t, 1.26}}, 0.026, 0.026), flat(g.top.darker(0.08)).onTop())
		}
		c.fill(roundRect(-0.115+t, 1.02, 0.115+t, 1.285, 0.02).and(poly(-waist*1.02+t, 1.06, waist*1.02+t, 1.06, hip*1.02+t, hipY, hip*0.97+t, bottom, -hip*0.97+t, bottom, -hip*1.02+t, hipY)), flat(g.top).onTop())
		c.fill(roundRect(-0.07+t, 1.06, 0.07+t, 1.15, 0.012), tint(g.top.darker(0.3), 0.55).onTop())
		c.fill(rect(-0.5, 1.035, 0.5, 1.055), tint(g.top.darker(0.3), 0.7).onTop())
	case "dress":
		c.fill(neckline(0.135, 0.115), flat(skin).onTop())
		c.fill(stroke(curve(-waist, 1.065, t, 1.05, waist, 1.065), 0.022, 0.022), tint(g.top.darker(0.35), 0.8).onTop())
		if a.p.earrings {
			c.fill(stroke(curve(-0.05+t, shoulderY+0.035, t, shoulderY-0.005, 0.05+t, shoulderY+0.035), 0.006, 0.006), flat(hex(0xe9d9a0)).onTop())
		}
	case "hoodie":
		c.fill(neckline(0.04, 0.055), flat(g.top.darker(0.45)).onTop())
		c.fill(stroke(curve(-0.10+t, shoulderY+0.07, -0.085+t, shoulderY-0.005, t, shoulderY-0.05, 0.085+t, shoulderY-0.005, 0.10+t, shoulderY+0.07), 0.05, 0.05), flat(g.top.darker(0.12)).onTop())
		for _, s := range []float64{-1, 1} {
			c.fill(line(s*0.03+t, shoulderY-0.03, s*0.034+t, shoulderY-0.15, 0.008), flat(g.second).onTop())
		}
		c.fill(blob(-0.12+t, 1.06, 0.12+t, 1.06, 0.16+t, 0.94, -0.16+t, 0.94), tint(g.top.darker(0.25), 0.7).onTop())
	case "robe":
		c.fill(poly(-0.07+t, shoulderY+0.08, 0.07+t, shoulderY+0.08, t+0.02, 1.16, t-0.02, 1.16), flat(g.second).onTop())
		c.fill(neckline(0.05, 0.05), flat(skin).onTop())
		c.fill(stroke([]point{{0.075 + t, shoulderY + 0.08}, {-0.06 + t, 1.08}}, 0.045, 0.05), flat(g.top.lighter(0.22)).onTop())
		c.fill(stroke([]point{{-0.075 + t, shoulderY + 0.08}, {0.05 + t, 1.10}}, 0.045, 0.05), flat(g.top.lighter(0.22)).onTop())
		c.fill(rect(-0.5, 1.0, 0.5, 1.09), flat(g.second.darker(0.3)).onTop())
	case "uniform":
		lapel(0.03, 0.085, shoulderY-0.05, g.top.lighter(0.1))
		c.fill(neckline(0.05, 0.045), flat(skin).onTop())
		c.fill(stroke(curve(t, shoulderY-0.02, t, bottom), 0.005, 0.005), tint(g.top.darker(0.5), 0.7).onTop())
		for _, s := range []float64{-1, 1} {
			c.fill(roundRect(s*0.085-0.045+t, 1.20, s*0.085+0.045+t, 1.265, 0.008), tint(g.top.darker(0.25), 0.8).onTop())
			c.fill(roundRect(s*sh*0.72-0.045, shoulderY+0.022, s*sh*0.72+0.045, shoulderY+0.042, 0.008), flat(hex(0xcaa84e)).onTop())
		}
		c.fill(circle(0.085+t, 1.285, 0.016), flat(hex(0xd9c069)).onTop())
	default:
		if g.collar || !p.female && at(p.seed, 5, 5) > 0.5 {
			c.fill(neckline(0.06, 0.05), flat(skin).onTop())
			for _, s := range []float64{-1, 1} {
				c.fill(poly(s*0.052+t, shoulderY+0.075, s*0.10+t, shoulderY+0.03, s*0.055+t, shoulderY-0.02, s*0.006+t, shoulderY+0.005), flat(g.top.lighter(0.12)).onTop())
			}
			c.fill(stroke(curve(t, shoulderY-0.02, t, bottom), 0.004, 0.004), tint(g.top.darker(0.4), 0.6).onTop())
		} else {
			c.fill(neckline(0.06, 0.07), flat(skin).onTop())
			c.fill(stroke(curve(-0.068+t, shoulderY+0.07, -0.044+t, shoulderY+0.012, t, shoulderY-0.018, 0.044+t, shoulderY+0.012, 0.068+t, shoulderY+0.07), 0.012, 0.012), tint(g.top.darker(0.2), 0.8).onTop())
		}
	}
	if g.scarf {
		c.fill(blob(-0.10, shoulderY+0.10, 0.10, shoulderY+0.10, 0.115, shoulderY+0.02, 0, shoulderY-0.04, -0.115, shoulderY+0.02), flat(g.second))
		c.fill(stroke(curve(0.03, shoulderY, 0.05, 1.2, 0.045, 1.08), 0.07, 0.06), flat(g.second.darker(0.1)).onTop())
	}
}

func (f *figurePainter) arms() {
	a := f.a
	near, far := a.side(), -a.side()
	// The near arm is drawn in front when it holds something up; else both lie
	// behind the torso's edge.
	f.arm(far, a.pose.far, layerArmFar, "")
	f.arm(near, a.pose.near, layerArmNear, a.pose.prop)
}

func (f *figurePainter) arm(side float64, m arm, layer int, prop string) {
	a, p, g := f.a, f.a.p, f.a.p.wear
	sh := a.shoulderHalf()
	sx, sy := side*sh*0.90, shoulderY-0.035
	// Arms are written for a figure that faces right with its right hand near.
	ex, ey := sx+side*m.ex, sy+m.ey
	hx, hy := sx+side*m.hx, sy+m.hy
	col := g.top
	if g.kind == "apron" {
		col = g.second
	}
	if layer == layerArmFar {
		col = col.darker(0.10)
	}
	pad, up := 0.16, 0.16
	switch prop {
	case "":
	case "umbrella":
		pad, up = 0.55, 1.05
	default:
		pad, up = 0.46, 0.30
	}
	bx0, bx1 := math.Min(sx, math.Min(ex, hx))-pad, math.Max(sx, math.Max(ex, hx))+pad
	by0, by1 := math.Min(sy, math.Min(ey, hy))-pad, math.Max(sy, math.Max(ey, hy))+up
	f.part(layer, bx0, by0, bx1, by1, func(in instant) xf { return a.armSwing(in, side) }, func(c *canvas) {
		w := 0.098 * (0.5 + 0.5*p.broad)
		if p.female {
			w = 0.080
		}
		if g.kind == "coat" || g.kind == "robe" || g.kind == "hoodie" || g.kind == "jacket" || g.kind == "suit" {
			w *= 1.16
		}
		whole := curve(sx, sy, (sx+ex)/2+side*0.012, (sy+ey)/2, ex, ey, (ex+hx)/2, (ey+hy)/2, hx, hy)
		skin := p.skin
		hand := func() {
			dx, dy := hx-ex, hy-ey
			l := math.Max(math.Hypot(dx, dy), 0.01)
			dx, dy = dx/l, dy/l
			c.fill(blob(hx-dy*0.030, hy+dx*0.030, hx+dx*0.05-dy*0.032, hy+dy*0.05+dx*0.032, hx+dx*0.088, hy+dy*0.088, hx+dx*0.06+dy*0.028, hy+dy*0.06-dx*0.028, hx+dy*0.028, hy-dx*0.028), flat(skin))
			c.fill(stroke(curve(hx+dx*0.01-dy*0.02*side, hy+dy*0.01+dx*0.02*side, hx+dx*0.045-dy*0.045*side, hy+dy*0.045+dx*0.045*side), 0.020, 0.016), flat(skin.darker(0.06)))
		}
		if prop != "" {
			paintHeld(c, prop, a.pose.propC, hx+(hx-ex)*0.12, hy+(hy-ey)*0.12+0.02, side)
		}
		hand()
		if g.bare {
			c.fill(stroke(whole, w*0.8, 0.052), flat(skin))
			c.fill(stroke(whole[:len(whole)/4], w*1.12, w*0.98), flat(col))
		} else {
			c.fill(stroke(whole, w*0.98, 0.064*w/0.09), flat(col))
			c.fill(stroke([]point{{hx + (ex-hx)*0.12, hy + (ey-hy)*0.12}, {hx, hy}}, 0.066*w/0.09, 0.064*w/0.09), flat(col.darker(0.18)).onTop())
			c.fill(stroke([]point{{ex + side*0.02, ey + 0.03}, {ex - side*0.02, ey - 0.005}}, 0.006, 0.010), tint(col.darker(0.35), 0.6).onTop())
		}
		lo, hi := math.Min(sx, math.Min(ex, hx))-0.05, math.Max(sx, math.Max(ex, hx))+0.05
		f.model(c, lo, 0.5, hi, 1.5, 0.7)
		if label, ok := strings.CutPrefix(prop, unknownProp); ok {
			(&builder{sh: f.sh}).placeholder(c, label, hx, hy+0.12, 0.26, 0.15)
		}
		if layer == layerArmFar {
			c.fill(rect(-1, 0, 1, 2), tint(hex(0x1c1430), 0.12).onTop())
		}
	})
}
