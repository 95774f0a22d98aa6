package animatic

import "slices"

import "math"

// frame is one picture: planes as the encoder wants them, in one slice.
type frame struct {
	w, h    int
	buf     []uint8
	y, u, v []uint8
}

func newFrame(w, h int) *frame {
	f := &frame{w: w, h: h, buf: make([]uint8, w*h*3/2)}
	f.y, f.u, f.v = f.buf[:w*h], f.buf[w*h:w*h+w*h/4], f.buf[w*h+w*h/4:]
	return f
}

// node is a sprite placed in a frame. to maps sprite pixels to frame pixels;
// alpha is 0..1.
type node struct {
	s     *sprite
	to    xf
	alpha float64
}

// Tiles of the frame. In each, everything below the topmost layer that covers it
// wholly is left undone.
const (
	outTileW = 64
	outTileH = 32
)

// compose puts nodes together back to front. Where none covers, the frame is
// black. Luma comes out from 0 to 219; finish lifts it to the legal range.
func compose(f *frame, nodes []node) {
	type placed struct {
		inv   xf
		alpha int
		s     *sprite
		// bounds in the frame
		x0, y0, x1, y1 float64
	}
	list := make([]placed, 0, len(nodes))
	for _, n := range nodes {
		al := int(math.Round(256 * clamp01(n.alpha)))
		if n.s == nil || al == 0 {
			continue
		}
		p := placed{inv: n.to.inverse(), alpha: al, s: n.s, x0: math.Inf(1), y0: math.Inf(1), x1: math.Inf(-1), y1: math.Inf(-1)}
		for _, q := range [4]point{{0, 0}, {float64(n.s.w), 0}, {0, float64(n.s.h)}, {float64(n.s.w), float64(n.s.h)}} {
			x, y := n.to.at(q.x, q.y)
			p.x0, p.x1 = math.Min(p.x0, x), math.Max(p.x1, x)
			p.y0, p.y1 = math.Min(p.y0, y), math.Max(p.y1, y)
		}
		if p.x1 <= 0 || p.y1 <= 0 || p.x0 >= float64(f.w) || p.y0 >= float64(f.h) || p.inv == (xf{}) {
			continue
		}
		list = append(list, p)
	}
	hits := make([]int, 0, len(list))
	for ty := 0; ty < f.h; ty += outTileH {
		for tx := 0; tx < f.w; tx += outTileW {
			x1, y1 := min(tx+outTileW, f.w), min(ty+outTileH, f.h)
			hits = hits[:0]
			base := false
			for i := len(list) - 1; i >= 0; i-- {
				p := &list[i]
				if p.x1 < float64(tx) || p.x0 > float64(x1) || p.y1 < float64(ty) || p.y0 > float64(y1) {
					continue
				}
				sx0, sy0, sx1, sy1 := spanOf(p.inv, float64(tx), float64(ty), float64(x1), float64(y1))
				c := p.s.class(sx0-1, sy0-1, sx1+1, sy1+1)
				if c == tileEmpty {
					continue
				}
				hits = append(hits, i)
				if c == tileOpaque && p.alpha == 256 {
					base = true
					break
				}
			}
			if !base {
				blank(f, tx, ty, x1, y1)
			}
			for k, hit := range slices.Backward(hits) {
				p := &list[hit]
				drawTile(f, p.s, p.inv, p.alpha, tx, ty, x1, y1, base && k == len(hits)-1)
			}
		}
	}
}

// spanOf is the rectangle of sprite pixels under a rectangle of the frame.
func spanOf(m xf, x0, y0, x1, y1 float64) (a, b, c, d float64) {
	cx, cy := m.at((x0+x1)/2, (y0+y1)/2)
	hx := (math.Abs(m.a)*(x1-x0) + math.Abs(m.c)*(y1-y0)) / 2
	hy := (math.Abs(m.b)*(x1-x0) + math.Abs(m.d)*(y1-y0)) / 2
	return cx - hx, cy - hy, cx + hx, cy + hy
}

func blank(f *frame, x0, y0, x1, y1 int) {
	for y := y0; y < y1; y++ {
		clear(f.y[y*f.w+x0 : y*f.w+x1])
	}
	cw := f.w / 2
	for y := y0 / 2; y < y1/2; y++ {
		u, v := f.u[y*cw+x0/2:y*cw+x1/2], f.v[y*cw+x0/2:y*cw+x1/2]
		for i := range u {
			u[i], v[i] = 128, 128
		}
	}
}

// inside is the run of k in [0,n) for which 0 <= s0+k*ds < limit, in 16.16.
func inside(s0, ds, limit int64, from, to int) (int, int) {
	switch {
	case ds == 0:
		if s0 < 0 || s0 >= limit {
			return 0, 0
		}
	case ds > 0:
		if s0 < 0 {
			from = max(from, int((-s0+ds-1)/ds))
		}
		to = min(to, int(max((limit-s0+ds-1)/ds, 0)))
	default:
		if s0 >= limit {
			from = max(from, int((s0-limit)/-ds)+1)
		}
		if s0 < 0 {
			return 0, 0
		}
		to = min(to, int(s0/-ds)+1)
	}
	return from, to
}

// drawTile draws the part of a sprite that falls on a tile, bilinear.
func drawTile(f *frame, s *sprite, m xf, alpha, x0, y0, x1, y1 int, opaque bool) {
	const one = 1 << 16
	fix := func(v float64) int64 { return int64(math.Floor(v*one + 0.5)) }
	du, dv := fix(m.a), fix(m.b)
	limU, limV := int64(s.w-1)*one, int64(s.h-1)*one
	for y := y0; y < y1; y++ {
		sx, sy := m.at(float64(x0)+0.5, float64(y)+0.5)
		u, v := fix(sx-0.5), fix(sy-0.5)
		from, to := inside(u, du, limU, 0, x1-x0)
		from, to = inside(v, dv, limV, from, to)
		if from >= to {
			continue
		}
		dst := f.y[y*f.w+x0+from : y*f.w+x0+to]
		u, v = u+int64(from)*du, v+int64(from)*dv
		if opaque {
			copyRow(dst, s.y, s.w, u, v, du, dv)
		} else {
			mixRow(dst, s.y, s.a, s.w, u, v, du, dv, alpha)
		}
	}
	// The chroma sample (i, j) sits at frame (2i+1, 2j+1); its place in the
	// sprite is halved again. The steps are the same.
	limU, limV = int64(s.cw-1)*one, int64(s.ch-1)*one
	cw := f.w / 2
	for y := y0 / 2; y < y1/2; y++ {
		sx, sy := m.at(float64(x0)+1, float64(2*y)+1)
		u, v := fix(sx/2-0.5), fix(sy/2-0.5)
		from, to := inside(u, du, limU, 0, (x1-x0)/2)
		from, to = inside(v, dv, limV, from, to)
		if from >= to {
			continue
		}
		o := y*cw + x0/2
		u, v = u+int64(from)*du, v+int64(from)*dv
		if opaque {
			copyRow(f.u[o+from:o+to], s.u, s.cw, u, v, du, dv)
			copyRow(f.v[o+from:o+to], s.v, s.cw, u, v, du, dv)
		} else {
			mixChromaRow(f.u[o+from:o+to], f.v[o+from:o+to], s, u, v, du, dv, alpha)
		}
	}
}

func copyRow(dst, src []uint8, w int, u, v, du, dv int64) {
	if dv == 0 {
		i := int(v>>16) * w
		fv := uint32(v>>8) & 255
		r0, r1 := src[i:i+w], src[i+w:i+2*w]
		r1 = r1[:len(r0)]
		for x := range dst {
			k := int(u >> 16)
			fu := uint32(u>>8) & 255
			u += du
			if uint(k+1) >= uint(len(r0)) {
				continue
			}
			t := uint32(r0[k])*(256-fu) + uint32(r0[k+1])*fu
			b := uint32(r1[k])*(256-fu) + uint32(r1[k+1])*fu
			dst[x] = uint8((t*(256-fv) + b*fv + 1<<15) >> 16)
		}
		return
	}
	for x := range dst {
		dst[x] = uint8(bilinear(src, w, u, v))
		u += du
		v += dv
	}
}

func bilinear(src []uint8, w int, u, v int64) uint32 {
	k := int(v>>16)*w + int(u>>16)
	fu, fv := uint32(u>>8)&255, uint32(v>>8)&255
	t := uint32(src[k])*(256-fu) + uint32(src[k+1])*fu
	b := uint32(src[k+w])*(256-fu) + uint32(src[k+w+1])*fu
	return (t*(256-fv) + b*fv + 1<<15) >> 16
}

func mixRow(dst, y, a []uint8, w int, u, v, du, dv int64, alpha int) {
	al := uint32(alpha)
	if dv == 0 {
		// The common case: no roll, so the whole run lies between two rows.
		i := int(v>>16) * w
		fv := uint32(v>>8) & 255
		y0, y1 := y[i:i+w], y[i+w:i+2*w]
		a0, a1 := a[i:i+w], a[i+w:i+2*w]
		y1, a0, a1 = y1[:len(y0)], a0[:len(y0)], a1[:len(y0)]
		for x := range dst {
			k := int(u >> 16)
			fu := uint32(u>>8) & 255
			u += du
			if uint(k+1) >= uint(len(y0)) {
				continue
			}
			// Most of a layer is all or nothing: look before interpolating.
			p, q, r, s := a0[k], a0[k+1], a1[k], a1[k+1]
			if p|q|r|s == 0 && y0[k]|y0[k+1]|y1[k]|y1[k+1] == 0 {
				continue
			}
			sy := (uint32(y0[k])*(256-fu) + uint32(y0[k+1])*fu) * (256 - fv)
			sy = (sy + (uint32(y1[k])*(256-fu)+uint32(y1[k+1])*fu)*fv + 1<<15) >> 16
			if p&q&r&s == 255 && al == 256 {
				dst[x] = uint8(sy)
				continue
			}
			sa := (uint32(p)*(256-fu) + uint32(q)*fu) * (256 - fv)
			sa = (sa + (uint32(r)*(256-fu)+uint32(s)*fu)*fv + 1<<15) >> 16
			if al != 256 {
				sa, sy = sa*al>>8, sy*al>>8
			}
			dst[x] = over(dst[x], sy, sa)
		}
		return
	}
	for x := range dst {
		k := int(v>>16)*w + int(u>>16)
		a4 := a[k] | a[k+1] | a[k+w] | a[k+w+1]
		if a4 == 0 && y[k]|y[k+1]|y[k+w]|y[k+w+1] == 0 {
			u += du
			v += dv
			continue
		}
		sa, sy := bilinear(a, w, u, v), bilinear(y, w, u, v)
		u += du
		v += dv
		if al != 256 {
			sa, sy = sa*al>>8, sy*al>>8
		}
		dst[x] = over(dst[x], sy, sa)
	}
}

// over is a premultiplied luma laid over another.
func over(below uint8, sy, sa uint32) uint8 {
	t := uint32(below)*(255-sa) + 128
	return uint8(min(sy+(t+t>>8)>>8, 219))
}

func mixChromaRow(du8, dv8 []uint8, s *sprite, u, v, du, dv int64, alpha int) {
	al := int32(alpha)
	w := s.cw
	dv8 = dv8[:len(du8)]
	for x := range du8 {
		k := int(v>>16)*w + int(u>>16)
		fu, fv := int32(u>>8)&255, int32(v>>8)&255
		u += du
		v += dv
		ca, su0, sv0 := s.ca[k:k+w+2], s.u[k:k+w+2], s.v[k:k+w+2]
		w11 := fu * fv
		w01, w10 := fu<<8-w11, fv<<8-w11
		w00 := 1<<16 - w01 - w10 - w11
		sa := (int32(ca[0])*w00 + int32(ca[1])*w01 + int32(ca[w])*w10 + int32(ca[w+1])*w11 + 1<<15) >> 16
		su := (int32(su0[0])*w00+int32(su0[1])*w01+int32(su0[w])*w10+int32(su0[w+1])*w11+1<<15)>>16 - 128
		sv := (int32(sv0[0])*w00+int32(sv0[1])*w01+int32(sv0[w])*w10+int32(sv0[w+1])*w11+1<<15)>>16 - 128
		if sa|su|sv == 0 {
			continue
		}
		if sa == 255 && al == 256 {
			du8[x], dv8[x] = uint8(su+128), uint8(sv+128)
			continue
		}
		if al != 256 {
			sa, su, sv = sa*al>>8, su*al>>8, sv*al>>8
		}
		keep := 255 - sa
		cu, cv := int32(du8[x])-128, int32(dv8[x])-128
		du8[x] = uint8(min(max(su+div255(cu*keep)+128, 16), 240))
		dv8[x] = uint8(min(max(sv+div255(cv*keep)+128, 16), 240))
	}
}

// div255 divides to the nearest, also below zero.
func div255(v int32) int32 {
	if v < 0 {
		return -((-v + 127) / 255)
	}
	return (v + 127) / 255
}
