package footage

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// Picture is what one decoded Picture is like, as far as it decides how it is
// conformed. It is comparable: another value needs another filter graph.
type Picture struct {
	Width, Height int // as coded
	Format        astiav.PixelFormat
	SARNum        int64 // sample aspect ratio
	SARDen        int64
	Turn          turn
	Matrix        astiav.ColorSpace
	Transfer      astiav.ColorTransferCharacteristic
	Primaries     astiav.ColorPrimaries
	Range         astiav.ColorRange
	Palette       bool // transparency is part of the format, not of the pictures
	Dolby         int  // see dolbyAlone
}

// sdLines is the height under which untagged colour is taken as bt.601.
const sdLines = 720

// Describe reads a decoded picture; stream supplies what the picture leaves
// open.
func Describe(f *astiav.Frame, in *Input, s *astiav.Stream) (Picture, error) {
	p := Picture{Width: f.Width(), Height: f.Height(), Format: f.PixelFormat(), SARNum: 1, SARDen: 1}
	if err := checkRaster(p.Width, p.Height); err != nil {
		return Picture{}, err
	}
	if sar := in.fc.GuessSampleAspectRatio(s, f); sar.Num() > 0 && sar.Den() > 0 {
		p.SARNum, p.SARDen = int64(sar.Num()), int64(sar.Den())
	}
	// An aspect beyond this is damage, not a lens.
	if p.SARNum > 32*p.SARDen || p.SARDen > 32*p.SARNum {
		p.SARNum, p.SARDen = 1, 1
	}
	p.Turn = frameTurn(f, s)
	p.Matrix, p.Transfer, p.Primaries, p.Range = frameColor(f)
	cp := s.CodecParameters()
	p.Palette, p.Dolby = cp.CodecID() == astiav.CodecIDGif, dolbyAlone(s)
	if p.Matrix == astiav.ColorSpaceUnspecified {
		p.Matrix = cp.ColorSpace()
	}
	if p.Transfer == astiav.ColorTransferCharacteristicUnspecified {
		p.Transfer = cp.ColorTransferCharacteristic()
	}
	if p.Primaries == astiav.ColorPrimariesUnspecified {
		p.Primaries = cp.ColorPrimaries()
	}
	if p.Range == astiav.ColorRangeUnspecified {
		p.Range = cp.ColorRange()
	}
	if strings.HasPrefix(p.Format.Name(), "yuvj") {
		p.Range = astiav.ColorRangeJpeg
	}
	return p, nil
}

// Chain is the filter Chain that makes a picture of spec out of p: cropped or
// padded to the raster, upright, with square pixels, bt.709 limited yuv420p, its
// colours changed by grade. What is cropped keeps its focus; nil: its middle.
func (p Picture) Chain(spec media.Spec, grade media.Tone, focus *media.Focus) string {
	over, p := p.flat()
	return over + p.chain(spec, graded(grade), focus)
}

// graded is the filter of a tone, to be put behind others. Chroma is a difference from
// 128, and what leaves 8 bits is cut off.
func graded(t media.Tone) string {
	if t == (media.Tone{}) {
		return ""
	}
	var planes []string
	for i, name := range []string{"y", "u", "v"} {
		planes = append(planes, fmt.Sprintf("%s='clip(round(val*%.5f%+.4f),1,254)'", name, t.Gain[i], t.Offset[i]))
	}
	return ",lutyuv=" + strings.Join(planes, ":")
}

func (p Picture) chain(spec media.Spec, grade string, focus *media.Focus) string {
	r := spec.Raster
	switch spec.Fit {
	case media.FitFit:
		w, h := p.Inside(r)
		return fmt.Sprintf("%s%s,pad=%d:%d:%d:%d:color=black,setsar=1", p.To(w, h), grade, r.Width, r.Height,
			even((r.Width-w)/2), even((r.Height-h)/2))
	case media.FitBlur:
		w, h := p.Inside(r)
		if w == r.Width && h == r.Height {
			return p.To(w, h) + grade + ",setsar=1"
		}
		// The backdrop is blurred small: an eighth of the raster costs a
		// sixty-fourth and looks the same.
		bw, bh := max(16, even(r.Width/8)), max(16, even(r.Height/8))
		return fmt.Sprintf("split[front][back];[back]%s,%s,gblur=sigma=%d,scale=%d:%d:flags=bilinear[blurred];"+
			"[front]%s[sharp];[blurred][sharp]overlay=%d:%d:format=yuv420,format=yuv420p%s,setsar=1",
			p.crop(r, nil), p.To(bw, bh), max(2, r.ShortSide()/180), r.Width, r.Height,
			p.To(w, h), even((r.Width-w)/2), even((r.Height-h)/2), grade)
	default: // media.FitFill
		return p.crop(r, focus) + "," + p.To(r.Width, r.Height) + grade + ",setsar=1"
	}
}

// Lost is what of p lies outside spec's raster, and what of the raster p leaves
// open, each as a part of the whole, 0..1.
func (p Picture) Lost(spec media.Spec) (cropped, unfilled float64) {
	dw, dh := p.displayed()
	shape := float64(dw) / float64(dh) * float64(spec.Raster.Height) / float64(spec.Raster.Width)
	part := 1 - min(shape, 1/shape)
	if spec.Fit == media.FitFit || spec.Fit == media.FitBlur {
		return 0, part
	}
	return part, 0
}

// displayed is the picture's size in square pixels, upright.
func (p Picture) displayed() (w, h int64) {
	w, h = int64(p.Width)*p.SARNum, int64(p.Height)*p.SARDen
	if p.Turn.swaps() {
		return h, w
	}
	return w, h
}

// Shape is displayed, in pixels as near to the coded ones as square pixels can
// be: the longer axis of a pixel is stretched, nothing is thrown away.
func (p Picture) Shape() media.Raster {
	w, h := int64(p.Width), int64(p.Height)
	if p.SARNum >= p.SARDen {
		w = (w*p.SARNum + p.SARDen/2) / p.SARDen
	} else {
		h = (h*p.SARDen + p.SARNum/2) / p.SARNum
	}
	r := media.Raster{Width: int(min(w, MaxSide)), Height: int(min(h, MaxSide))}
	if p.Turn.swaps() {
		r.Width, r.Height = r.Height, r.Width
	}
	return r
}

// Inside is the largest even size of p's shape that lies Inside r.
func (p Picture) Inside(r media.Raster) (w, h int) {
	dw, dh := p.displayed()
	rw, rh := int64(r.Width), int64(r.Height)
	if dw*rh >= dh*rw {
		return r.Width, max(2, evenNearest(rw*dh, dw))
	}
	return max(2, evenNearest(rh*dw, dh)), r.Height
}

// crop cuts r's shape out of p, in coded pixels before any turn: the middle of it, or
// as near to having the focus in its own middle as the picture's edges allow.
func (p Picture) crop(r media.Raster, focus *media.Focus) string {
	dw, dh := p.displayed()
	rw, rh := int64(r.Width), int64(r.Height)
	cw, ch := int64(p.Width), int64(p.Height)
	if p.Turn.swaps() {
		dw, dh, rw, rh = dh, dw, rh, rw
	}
	if dw*rh > dh*rw { // too wide
		cw = cw * rw * dh / (rh * dw)
	} else {
		ch = ch * rh * dw / (rw * dh)
	}
	// Less than a pixel pair too much is left in: a crop moves chroma.
	if int64(p.Width)-cw < 2 {
		cw = int64(p.Width)
	}
	if int64(p.Height)-ch < 2 {
		ch = int64(p.Height)
	}
	if cw == int64(p.Width) && ch == int64(p.Height) {
		return "null"
	}
	x, y := int(int64(p.Width)-cw)/2, int(int64(p.Height)-ch)/2
	if focus != nil {
		at := p.Turn.coded(*focus)
		x = min(max(p.Width*at.X/1000-int(cw)/2, 0), p.Width-int(cw))
		y = min(max(p.Height*at.Y/1000-int(ch)/2, 0), p.Height-int(ch))
	}
	return fmt.Sprintf("crop=%d:%d:%d:%d", max(2, cw), max(2, ch), even(x), even(y))
}

// To scales To w x h upright, in the mezzanine's colour.
func (p Picture) To(w, h int) string {
	sw, sh := w, h
	if p.Turn.swaps() {
		sw, sh = h, w
	}
	steps := []string{p.scale(sw, sh)}
	if t := p.Turn.filter(); t != "" {
		steps = append(steps, t)
	}
	return strings.Join(steps, ",")
}

// Conformed is a picture as mezzanines have them, of raster r.
func Conformed(r media.Raster) Picture {
	return Picture{
		Width: r.Width, Height: r.Height, Format: astiav.PixelFormatYuv420P, SARNum: 1, SARDen: 1,
		Matrix: astiav.ColorSpaceBt709, Transfer: astiav.ColorTransferCharacteristicBt709,
		Primaries: astiav.ColorPrimariesBt709, Range: astiav.ColorRangeMpeg,
	}
}

func even(n int) int { return n &^ 1 }

// evenNearest is num/den rounded to the nearest even number.
func evenNearest(num, den int64) int { return int((num+den)/(2*den)) * 2 }

// Shown is one decoded picture on its way. Whoever receives it frees frame.
type Shown struct {
	Fields FieldOrder // as the decoder flags it
	Frame  *astiav.Frame
	At     time.Duration // since the clip's first picture
	What   Picture
}

// Source is p as the input of a filter graph, one picture a second.
func (p Picture) Source() VideoSource {
	return VideoSource{Width: p.Width, Height: p.Height, Format: p.Format, TimeBase: astiav.NewRational(1, 1)}
}

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
