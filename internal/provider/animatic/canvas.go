package animatic

import (
	"image"
	"math"

	"golang.org/x/image/vector"
)

// canvas is what a layer is painted on: premultiplied RGBA, 8 bits. A colour
// over an alpha of 0 is light added to what lies behind.
type canvas struct {
	w, h  int
	pix   []uint8
	to    xf            // painter's units to pixels
	grade func(rgb) rgb // light of the scene; emissive inks pass it by
	seed  uint32        // of the dither
	mask  []uint8
	ras   vector.Rasterizer
}

func newCanvas(w, h int, to xf, grade func(rgb) rgb) *canvas {
	return &canvas{w: w, h: h, pix: make([]uint8, 4*w*h), to: to, grade: grade, seed: 0x9e3779b9}
}

// ink is a flat colour or a gradient, in painter's units.
type ink struct {
	kind           inkKind
	c0, c1         rgb
	a0, a1         float64
	x0, y0, x1, y1 float64 // linear: from and to; radial: centre, x1 = radius, y1 = vertical radius
	emit           bool    // shines by itself: not graded
	add            bool    // adds light
	atop           bool    // only where something is painted already
	power          float64 // radial falloff
}

type inkKind uint8

const (
	inkFlat inkKind = iota
	inkLinear
	inkRadial
)

func flat(c rgb) ink            { return ink{c0: c, a0: 1} }
func tint(c rgb, a float64) ink { return ink{c0: c, a0: a} }
func (k ink) onTop() ink        { k.atop = true; return k }
func (k ink) lit() ink          { k.emit = true; return k }
func (k ink) light() ink        { k.emit, k.add = true, true; return k }
func down(y0 float64, c0 rgb, y1 float64, c1 rgb) ink {
	return ink{kind: inkLinear, c0: c0, c1: c1, a0: 1, a1: 1, y0: y0, y1: y1}
}

func across(x0, y0 float64, c0 rgb, a0, x1, y1 float64, c1 rgb, a1 float64) ink {
	return ink{kind: inkLinear, c0: c0, c1: c1, a0: a0, a1: a1, x0: x0, y0: y0, x1: x1, y1: y1}
}

// radial goes from c0 at the centre to c1 at the radii.
func radial(cx, cy, rx, ry float64, c0 rgb, a0 float64, c1 rgb, a1 float64) ink {
	return ink{kind: inkRadial, c0: c0, c1: c1, a0: a0, a1: a1, x0: cx, y0: cy, x1: rx, y1: ry, power: 1}
}

// fill paints the path.
func (c *canvas) fill(p path, k ink) {
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, o := range p {
		for _, q := range o {
			x, y := c.to.at(q.x, q.y)
			minX, maxX = math.Min(minX, x), math.Max(maxX, x)
			minY, maxY = math.Min(minY, y), math.Max(maxY, y)
		}
	}
	if !(minX < maxX && minY < maxY) {
		return
	}
	x0, y0 := int(math.Max(0, math.Floor(minX))), int(math.Max(0, math.Floor(minY)))
	x1, y1 := int(math.Min(float64(c.w), math.Ceil(maxX))), int(math.Min(float64(c.h), math.Ceil(maxY)))
	if x0 >= x1 || y0 >= y1 {
		return
	}
	w, h := x1-x0, y1-y0
	c.ras.Reset(w, h)
	for _, o := range p {
		for i, q := range o {
			x, y := c.to.at(q.x, q.y)
			// The rasteriser works in float32: keep far-away points near.
			fx := float32(math.Max(-8192, math.Min(16384, x-float64(x0))))
			fy := float32(math.Max(-8192, math.Min(16384, y-float64(y0))))
			if i == 0 {
				c.ras.MoveTo(fx, fy)
			} else {
				c.ras.LineTo(fx, fy)
			}
		}
		c.ras.ClosePath()
	}
	if n := w * h; cap(c.mask) < n {
		c.mask = make([]uint8, n)
	}
	mask := image.Alpha{Pix: c.mask[:w*h], Stride: w, Rect: image.Rect(0, 0, w, h)}
	clear(mask.Pix)
	c.ras.Draw(&mask, mask.Rect, image.Opaque, image.Point{})
	c.blend(mask.Pix, x0, y0, w, h, k)
}

// wash paints the whole canvas.
func (c *canvas) wash(k ink) {
	if n := c.w * c.h; cap(c.mask) < n {
		c.mask = make([]uint8, n)
	}
	m := c.mask[:c.w*c.h]
	for i := range m {
		m[i] = 255
	}
	c.blend(m, 0, 0, c.w, c.h, k)
}

// shade is one entry of a gradient, premultiplied, 0..255 with 8 more bits.
type shade [4]int32

func (c *canvas) shades(k ink, n int) []shade {
	c0, c1 := k.c0, k.c1
	if !k.emit && c.grade != nil {
		c0, c1 = c.grade(c0), c.grade(c1)
	}
	out := make([]shade, n)
	for i := range out {
		t := 0.0
		if n > 1 {
			t = float64(i) / float64(n-1)
		}
		if k.kind == inkRadial && k.power != 1 {
			t = math.Pow(t, k.power)
		}
		a := clamp01(lerp(k.a0, k.a1, t))
		col := mix(c0, c1, t).clamp()
		v := func(x float64) int32 { return int32(math.Round(x * a * 255 * 256)) }
		out[i] = shade{v(col.r), v(col.g), v(col.b), int32(math.Round(a * 255 * 256))}
		if k.add {
			out[i][3] = 0
		}
	}
	return out
}

func (c *canvas) blend(mask []uint8, x0, y0, w, h int, k ink) {
	n := 1
	if k.kind != inkFlat {
		n = 512
	}
	shades := c.shades(k, n)
	inv := c.to.inverse()
	var gx, gy, g0 float64 // linear: t = gx*X + gy*Y + g0
	if k.kind == inkLinear {
		dx, dy := k.x1-k.x0, k.y1-k.y0
		l := dx*dx + dy*dy
		if l == 0 {
			l = 1
		}
		gx = (inv.a*dx + inv.b*dy) / l
		gy = (inv.c*dx + inv.d*dy) / l
		g0 = ((inv.e-k.x0)*dx + (inv.f-k.y0)*dy) / l
	}
	rnd := c.seed ^ uint32(x0*7919+y0*104729+w)
	for y := range h {
		row := c.pix[4*((y+y0)*c.w+x0):]
		m := mask[y*w : y*w+w]
		for x, cover := range m {
			if cover == 0 || k.atop && row[4*x+3] == 0 {
				continue
			}
			s := shades[0]
			if n > 1 {
				X, Y := float64(x+x0)+0.5, float64(y+y0)+0.5
				var t float64
				if k.kind == inkLinear {
					t = gx*X + gy*Y + g0
				} else {
					ux, uy := inv.at(X, Y)
					ux, uy = (ux-k.x0)/k.x1, (uy-k.y0)/k.y1
					t = math.Sqrt(ux*ux + uy*uy)
				}
				i := int(t * float64(n-1))
				s = shades[min(max(i, 0), n-1)]
			}
			p := row[4*x : 4*x+4 : 4*x+4]
			cv := int32(cover) + int32(cover>>7) // 0..256
			if k.atop {
				cv = cv * int32(p[3]) / 255
			}
			rnd = rnd*1664525 + 1013904223
			dither := int32(rnd >> 24)
			if n == 1 {
				dither = 128
			}
			ia := 256*255 - (s[3]*cv)>>8 // 0..65280
			for ch := range 3 {
				v := ((s[ch]*cv)>>8 + int32(p[ch])*ia/255 + dither) >> 8
				p[ch] = uint8(min(v, 255))
			}
			if !k.atop && !k.add {
				p[3] = uint8(min(((s[3]*cv)>>8+int32(p[3])*ia/255+128)>>8, 255))
			}
		}
	}
}

// blur softens the canvas by three box passes of radius r pixels, edges held.
func (c *canvas) blur(r int) {
	r = min(r, (min(c.w, c.h)-1)/2)
	if r < 1 {
		return
	}
	tmp := make([]uint8, len(c.pix))
	sums := make([]uint32, 4*c.w)
	scale := (1<<24 + uint64(2*r+1)/2) / uint64(2*r+1)
	for range 3 {
		for y := range c.h {
			boxRow(tmp[4*y*c.w:4*(y+1)*c.w], c.pix[4*y*c.w:4*(y+1)*c.w], c.w, r, scale)
		}
		// down the columns, a row at a time so that memory is read in order
		row := func(y int) []uint8 { y = min(max(y, 0), c.h-1); return tmp[4*y*c.w : 4*(y+1)*c.w] }
		clear(sums)
		for y := -r; y <= r; y++ {
			for i, v := range row(y) {
				sums[i] += uint32(v)
			}
		}
		for y := range c.h {
			out, in, old := c.pix[4*y*c.w:4*(y+1)*c.w], row(y+r+1), row(y-r)
			for i := range out {
				v := sums[i]
				out[i] = uint8((uint64(v)*scale + 1<<23) >> 24)
				sums[i] = v + uint32(in[i]) - uint32(old[i])
			}
		}
	}
}

// boxRow averages 2r+1 neighbours along a row of n pixels.
func boxRow(dst, src []uint8, n, r int, scale uint64) {
	var s0, s1, s2, s3 uint32
	for i := -r; i <= r; i++ {
		q := src[4*min(max(i, 0), n-1):]
		s0, s1, s2, s3 = s0+uint32(q[0]), s1+uint32(q[1]), s2+uint32(q[2]), s3+uint32(q[3])
	}
	for i := range n {
		d := dst[4*i : 4*i+4 : 4*i+4]
		d[0] = uint8((uint64(s0)*scale + 1<<23) >> 24)
		d[1] = uint8((uint64(s1)*scale + 1<<23) >> 24)
		d[2] = uint8((uint64(s2)*scale + 1<<23) >> 24)
		d[3] = uint8((uint64(s3)*scale + 1<<23) >> 24)
		q, o := src[4*min(i+r+1, n-1):], src[4*max(i-r, 0):]
		s0, s1 = s0+uint32(q[0])-uint32(o[0]), s1+uint32(q[1])-uint32(o[1])
		s2, s3 = s2+uint32(q[2])-uint32(o[2]), s3+uint32(q[3])-uint32(o[3])
	}
}
