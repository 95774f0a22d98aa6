package animatic

// sprite is a finished layer in the form in which frames are put together:
// luma (0..219, black is 0) and alpha in full size, chroma (biased by 128) and
// its alpha in half size, all premultiplied. Working in the encoder's own
// colours means that no frame is ever converted.
type sprite struct {
	w, h   int // even
	y, a   []uint8
	u, v   []uint8
	ca     []uint8
	cw, ch int
	tw, th int
	tiles  []tileClass
}

type tileClass uint8

const (
	tileEmpty tileClass = iota
	tileMixed
	tileOpaque
)

const tileSize = 32

// newSprite converts a canvas; the canvas is not used afterwards.
func newSprite(c *canvas) *sprite {
	w, h := c.w&^1, c.h&^1
	s := &sprite{w: w, h: h, cw: w / 2, ch: h / 2}
	s.y, s.a = make([]uint8, w*h), make([]uint8, w*h)
	s.u, s.v, s.ca = make([]uint8, s.cw*s.ch), make([]uint8, s.cw*s.ch), make([]uint8, s.cw*s.ch)
	rnd := uint32(c.w*31 + c.h)
	for y := range h {
		src := c.pix[4*y*c.w:]
		for x := range w {
			p := src[4*x : 4*x+4 : 4*x+4]
			rnd = rnd*1664525 + 1013904223
			// bt.709, limited range: 219 steps; dithered, since 219 are few for a sky.
			l := (11966*uint32(p[0]) + 40254*uint32(p[1]) + 4064*uint32(p[2]) + rnd>>16) >> 16
			s.y[y*w+x] = uint8(l)
			s.a[y*w+x] = p[3]
		}
	}
	for y := range s.ch {
		for x := range s.cw {
			i := 4 * (2*y*c.w + 2*x)
			j := i + 4*c.w
			sum := func(k int) int32 {
				return int32(c.pix[i+k]) + int32(c.pix[i+4+k]) + int32(c.pix[j+k]) + int32(c.pix[j+4+k])
			}
			r, g, b := sum(0), sum(1), sum(2)
			rnd = rnd*1664525 + 1013904223
			d := int32(rnd >> 14)
			o := y*s.cw + x
			s.u[o] = uint8((-6596*r - 22189*g + 28784*b + d + 128<<18) >> 18)
			s.v[o] = uint8((28784*r - 26145*g - 2639*b + d + 128<<18) >> 18)
			s.ca[o] = uint8((sum(3) + 2) / 4)
		}
	}
	s.classify()
	return s
}

func (s *sprite) classify() {
	s.tw, s.th = (s.w+tileSize-1)/tileSize, (s.h+tileSize-1)/tileSize
	s.tiles = make([]tileClass, s.tw*s.th)
	for ty := range s.th {
		for tx := range s.tw {
			empty, opaque := true, true
			for y := ty * tileSize; y < min((ty+1)*tileSize, s.h) && (empty || opaque); y++ {
				for x := tx * tileSize; x < min((tx+1)*tileSize, s.w); x++ {
					a := s.a[y*s.w+x]
					opaque = opaque && a == 255
					empty = empty && a == 0 && s.y[y*s.w+x] == 0
				}
			}
			switch {
			case opaque:
				s.tiles[ty*s.tw+tx] = tileOpaque
			case !empty:
				s.tiles[ty*s.tw+tx] = tileMixed
			}
		}
	}
}

// class says what the rectangle of sprite pixels holds; outside is empty.
func (s *sprite) class(x0, y0, x1, y1 float64) tileClass {
	if x1 < 0 || y1 < 0 || x0 > float64(s.w) || y0 > float64(s.h) {
		return tileEmpty
	}
	inside := x0 >= 1 && y0 >= 1 && x1 <= float64(s.w)-2 && y1 <= float64(s.h)-2
	tx0, ty0 := max(int(x0)/tileSize, 0), max(int(y0)/tileSize, 0)
	tx1, ty1 := min(int(x1)/tileSize, s.tw-1), min(int(y1)/tileSize, s.th-1)
	all, none := inside, true
	for ty := ty0; ty <= ty1; ty++ {
		for tx := tx0; tx <= tx1; tx++ {
			t := s.tiles[ty*s.tw+tx]
			all = all && t == tileOpaque
			none = none && t == tileEmpty
			if !all && !none {
				return tileMixed
			}
		}
	}
	switch {
	case none:
		return tileEmpty
	case all:
		return tileOpaque
	}
	return tileMixed
}
