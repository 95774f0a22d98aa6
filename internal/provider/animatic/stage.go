package animatic

import (
	"math"
	"sort"
)

// Limits on one layer's memory: beyond this it is painted smaller and enlarged.
const maxLayerPixels = 5 << 20

// item is a sprite that stands in the world or on the screen.
type item struct {
	s       *sprite
	z       float64                  // depth, for order and parallax
	layer   int                      // order among equals
	toWorld xf                       // sprite pixels to metres (Y up)
	local   func(in instant) xf      // movement in metres; nil: none
	alpha   func(in instant) float64 // nil: 1
	screen  func(in instant) xf      // sprite pixels to frame pixels; used instead of the world
}

// instant is a moment of the shot.
type instant struct {
	n    int
	sec  float64
	u    float64
	cam  camera
	shot *shot
}

// stage holds the finished layers of a shot.
type stage struct {
	view     *view
	scene    *scene
	aperture float64
	items    []*item
	rack     bool
	figures  bool // people are being painted, not the set
}

// defocus is the radius in pixels of the blur of a thing at depth z.
func (st *stage) defocus(z float64) float64 {
	v := st.view
	return st.aperture * v.scale * math.Abs(z) / math.Max(v.dist+z, 0.2)
}

// card paints a flat layer at depth z. The painter is given the metres that the
// shot will ever see there and paints what lies within. Empty cards cost nothing.
func (st *stage) card(z float64, layer int, paint func(c *canvas, x0, y0, x1, y1 float64)) *item {
	x0, y0, x1, y1, k := st.view.seen(z)
	return st.cardIn(z, layer, x0, y0, x1, y1, k, paint)
}

// cardIn is card with the rectangle given.
func (st *stage) cardIn(z float64, layer int, x0, y0, x1, y1, k float64, paint func(c *canvas, x0, y0, x1, y1 float64)) *item {
	if st.figures {
		// Faces get a little of the key light even in the dark.
		l := st.scene.light
		l.ambient = mix(l.ambient, l.key, 0.30)
		return st.graded(z, layer, x0, y0, x1, y1, k, l.gradeAt(math.Min(st.view.dist, 4)+z, st.scene.inside), paint)
	}
	grade := st.scene.light.gradeAt(math.Min(st.view.dist, 4)+z, st.scene.inside)
	return st.graded(z, layer, x0, y0, x1, y1, k, grade, paint)
}

// graded paints a layer under a grade, in both states of focus where it is racked.
func (st *stage) graded(z float64, layer int, x0, y0, x1, y1, k float64, grade func(rgb) rgb, paint func(c *canvas, x0, y0, x1, y1 float64)) *item {
	radius := st.defocus(z)
	it := st.layer(z, layer, x0, y0, x1, y1, k, radius, grade, paint)
	switch {
	case !st.rack:
	case math.Abs(z) > 0.3:
		// While focus is on the background it is sharp …
		sharp := st.layer(z, layer, x0, y0, x1, y1, k, 0, grade, paint)
		sharp.alpha = func(in instant) float64 { return in.cam.focus }
	default:
		// … and the subject is not.
		it.alpha = func(in instant) float64 { return 1 - smooth(0.55, 1, in.cam.focus) }
		soft := st.layer(z, layer, x0, y0, x1, y1, k, st.aperture*st.view.scale*0.5, grade, paint)
		soft.alpha = func(in instant) float64 { return smooth(0, 0.6, in.cam.focus) }
	}
	return it
}

func (st *stage) layer(z float64, layer int, x0, y0, x1, y1, k, radius float64, grade func(rgb) rgb, paint func(c *canvas, x0, y0, x1, y1 float64)) *item {
	if radius > 1.6 {
		// What is out of focus needs few pixels.
		pad := radius * 1.5 / k
		x0, x1, y0, y1 = x0-pad, x1+pad, y0-pad, y1+pad
		small := math.Max(radius/2.4, 1)
		k /= small
		radius /= small
	}
	if n := (x1 - x0) * (y1 - y0) * k * k; n > maxLayerPixels {
		k *= math.Sqrt(maxLayerPixels / n)
	}
	w, h := int((x1-x0)*k)+4, int((y1-y0)*k)+4
	w, h = w+w&1, h+h&1
	to := xf{a: k, d: -k, e: 2 - x0*k, f: 2 + y1*k}
	c := newCanvas(w, h, to, grade)
	paint(c, x0, y0, x1, y1)
	if radius > 1.1 {
		c.blur(1)
	}
	it := &item{s: newSprite(c), z: z, layer: layer, toWorld: to.inverse()}
	st.items = append(st.items, it)
	return it
}

// glow adds light that shines at depth z: round, of a radius in metres.
func (st *stage) glow(x, y, z, r float64, col rgb, strength float64, flicker uint64) {
	const n = 64
	c := newCanvas(n, n, xf{a: n / 2, d: n / 2, e: n / 2, f: n / 2}, nil)
	k := radial(0, 0, 1, 1, col, strength, col, 0).light()
	k.power = 0.55
	c.fill(circle(0, 0, 0.98), k)
	it := &item{s: newSprite(c), z: z, layer: 9, toWorld: xf{a: 2 * r / n, d: -2 * r / n, e: x - r, f: y + r}}
	if flicker != 0 {
		it.alpha = func(in instant) float64 {
			f := 0.9 + 0.1*wander(flicker, in.sec*2.2)
			if wander(flicker+5, in.sec*1.1) > 0.62 {
				f *= 0.55 + 0.45*math.Abs(noise(flicker+9, in.sec*13))
			}
			return f
		}
	}
	st.items = append(st.items, it)
}

// floor paints the ground as the neutral camera sees it. The painter works in
// units of the frame's pixels, right of the middle and below the horizon.
func (st *stage) floor(paint func(c *canvas, half, bottom float64)) {
	v := st.view
	// What part of the painted floor is ever seen.
	half, bottom, k := 0.0, 0.0, 0.0
	cx, h0 := float64(v.w)/2, float64(v.h)/2+v.horizon
	for _, cam := range v.sampled() {
		m := v.ground(cam)
		inv := m.inverse()
		for _, q := range [4]point{{0, 0}, {float64(v.w), 0}, {0, float64(v.h)}, {float64(v.w), float64(v.h)}} {
			x, y := inv.at(q.x, q.y)
			half = math.Max(half, math.Abs(x-cx))
			bottom = math.Max(bottom, y-h0)
		}
		k = math.Max(k, math.Hypot(m.a, m.b))
	}
	if bottom <= 2 {
		return
	}
	half, bottom = half*1.04+4, bottom*1.04+4
	k = math.Min(k, 1.5)
	if r := st.defocus(2); r > 3 {
		k = math.Min(k, 3/r)
	}
	if n := 2 * half * bottom * k * k; n > maxLayerPixels {
		k *= math.Sqrt(maxLayerPixels / n)
	}
	w, h := int(2*half*k)&^1+4, int(bottom*k)&^1+4
	to := xf{a: k, d: k, e: half * k, f: 1}
	c := newCanvas(w, h, to, st.scene.light.gradeAt(math.Min(v.dist, 4), st.scene.inside))
	paint(c, half, bottom)
	if r := st.defocus(2); r > 3 {
		c.blur(1)
	}
	back := move(cx, h0).after(to.inverse())
	st.items = append(st.items, &item{s: newSprite(c), z: 1e6, layer: 1, screen: func(in instant) xf { return v.ground(in.cam).after(back) }})
}

// sky is a backdrop at infinity: it only pans and tilts.
func (st *stage) sky(paint func(c *canvas, w, h, horizon float64)) {
	v := st.view
	// Painted over more than the frame, at a third of its size: it is soft.
	const margin = 1.0
	short := float64(min(v.w, v.h))
	pad := margin * short
	k := 0.4
	w, h := (float64(v.w)+2*pad)*k, (float64(v.h)+2*pad)*k
	if w*h > maxLayerPixels {
		k *= math.Sqrt(maxLayerPixels / (w * h))
		w, h = (float64(v.w)+2*pad)*k, (float64(v.h)+2*pad)*k
	}
	to := xf{a: k, d: k, e: pad * k, f: pad * k}
	c := newCanvas(int(w)&^1, int(h)&^1, to, nil)
	paint(c, float64(v.w), float64(v.h), float64(v.h)/2+v.horizon)
	back := to.inverse()
	st.items = append(st.items, &item{s: newSprite(c), z: 1e9, screen: func(in instant) xf {
		cam := in.cam
		z := 1 + (cam.zoom-1)*0.8
		pan := cam.pan * short
		if v.rig.move == "orbit" {
			pan = cam.pan * v.rig.see * v.scale * 0.5
		}
		pan = math.Max(-pad*0.9, math.Min(pad*0.9, pan))
		m := about(stretch(z, z), float64(v.w)/2, float64(v.h)/2).after(move(pan, cam.tilt*short))
		return v.rolled(m.after(back), cam)
	}})
}

// sortItems puts the layers in order, far to near.
func (st *stage) sortItems() {
	sort.SliceStable(st.items, func(i, j int) bool {
		a, b := st.items[i], st.items[j]
		if a.z != b.z {
			return a.z > b.z
		}
		return a.layer < b.layer
	})
}

// nodes places every layer for an instant.
func (st *stage) nodes(in instant, out []node) []node {
	for _, it := range st.items {
		n := node{s: it.s, alpha: 1}
		if it.alpha != nil {
			n.alpha = it.alpha(in)
			if n.alpha <= 0.003 {
				continue
			}
		}
		switch {
		case it.screen != nil:
			n.to = it.screen(in)
		default:
			m := st.view.plane(it.z, in.cam)
			if it.local != nil {
				m = m.after(it.local(in))
			}
			n.to = m.after(it.toWorld)
		}
		out = append(out, n)
	}
	return out
}
