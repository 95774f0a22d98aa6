package footage

import (
	"errors"
	"fmt"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// Plane is one plane of a yuv420p picture in FFmpeg's memory.
type Plane struct {
	Pix           []byte
	stride        int
	Width, Height int
	Neutral       int // its value in black: 16 for luma, 128 for chroma
}

// Row is line y of the plane.
func (p Plane) Row(y int) []byte { return p.Pix[y*p.stride : y*p.stride+p.Width] }

// Planes are the three planes of a yuv420p picture. They are valid while
// f holds its buffer.
func Planes(f *astiav.Frame) ([3]Plane, error) {
	var out [3]Plane
	if f.PixelFormat() != astiav.PixelFormatYuv420P {
		return out, media.ClipErrorf("the picture is %s, not yuv420p", f.PixelFormat().Name())
	}
	w, h := f.Width(), f.Height()
	for i := range out {
		p := Plane{Width: w, Height: h, Neutral: 16}
		if i > 0 {
			p = Plane{Width: (w + 1) / 2, Height: (h + 1) / 2, Neutral: 128}
		}
		p.Pix, p.stride = FramePlane(f, i, p.Height)
		if p.Pix == nil || p.stride < p.Width {
			return out, errors.New("read picture: it has no pixels")
		}
		out[i] = p
	}
	return out, nil
}

// NewPicture makes an empty yuv420p picture that can be written to.
func NewPicture(r media.Raster) (*astiav.Frame, error) {
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
