package ffmpeg

import (
	"errors"
	"fmt"
	"math"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// picturePlane is one plane of a yuv420p picture in FFmpeg's memory.
type picturePlane struct {
	pix           []byte
	stride        int
	width, height int
	neutral       int // its value in black: 16 for luma, 128 for chroma
}

// row is line y of the plane.
func (p picturePlane) row(y int) []byte { return p.pix[y*p.stride : y*p.stride+p.width] }

// picturePlanes are the three planes of a yuv420p picture. They are valid while
// f holds its buffer.
func picturePlanes(f *astiav.Frame) ([3]picturePlane, error) {
	var out [3]picturePlane
	if f.PixelFormat() != astiav.PixelFormatYuv420P {
		return out, clipErrorf("the picture is %s, not yuv420p", f.PixelFormat().Name())
	}
	w, h := f.Width(), f.Height()
	for i := range out {
		p := picturePlane{width: w, height: h, neutral: 16}
		if i > 0 {
			p = picturePlane{width: (w + 1) / 2, height: (h + 1) / 2, neutral: 128}
		}
		p.pix, p.stride = framePlane(f, i, p.height)
		if p.pix == nil || p.stride < p.width {
			return out, errors.New("read picture: it has no pixels")
		}
		out[i] = p
	}
	return out, nil
}

// newPicture makes an empty yuv420p picture that can be written to.
func newPicture(r media.Raster) (*astiav.Frame, error) {
	f := astiav.AllocFrame()
	if f == nil {
		return nil, errors.New("make picture: out of memory")
	}
	f.SetWidth(r.Width)
	f.SetHeight(r.Height)
	f.SetPixelFormat(astiav.PixelFormatYuv420P)
	if err := f.AllocBuffer(0); err != nil {
		f.Free()
		return nil, fmt.Errorf("make picture: %w", err)
	}
	return f, nil
}

// dissolve mixes b over a into out; at is 0 for a alone and 1 for b alone.
func dissolve(out, a, b [3]picturePlane, at float64) {
	wb := uint32(math.Round(at * 256))
	wa := 256 - wb
	for i := range out {
		for y := range out[i].height {
			o, pa, pb := out[i].row(y), a[i].row(y), b[i].row(y)
			pa, pb = pa[:len(o)], pb[:len(o)]
			for x := range o {
				o[x] = byte((uint32(pa[x])*wa + uint32(pb[x])*wb + 128) >> 8)
			}
		}
	}
}

// softEdge is the width of a wipe's edge in parts of the picture's width.
const softEdge = 0.04

// wipe lets b come in over a from the left, behind a soft edge.
func wipe(out, a, b [3]picturePlane, at float64) {
	for i := range out {
		w := out[i].width
		weight := make([]uint32, w) // of b, in 256ths
		soft := max(1, softEdge*float64(w))
		edge := at*(float64(w)+soft) - soft // b is whole left of it
		for x := range weight {
			weight[x] = uint32(256 * min(1, max(0, 1-(float64(x)+0.5-edge)/soft)))
		}
		for y := range out[i].height {
			o, pa, pb := out[i].row(y), a[i].row(y), b[i].row(y)
			pa, pb = pa[:w], pb[:w]
			for x := range o {
				o[x] = byte((uint32(pa[x])*(256-weight[x]) + uint32(pb[x])*weight[x] + 128) >> 8)
			}
		}
	}
}

// dim draws a towards black; light is 1 for a as it is and 0 for black.
func dim(out, a [3]picturePlane, light float64) {
	for i := range out {
		var table [256]byte
		for v := range table {
			table[v] = byte(math.Round(float64(a[i].neutral) + float64(v-a[i].neutral)*light))
		}
		for y := range out[i].height {
			o, pa := out[i].row(y), a[i].row(y)
			pa = pa[:len(o)]
			for x := range o {
				o[x] = table[pa[x]]
			}
		}
	}
}
