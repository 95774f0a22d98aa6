package cut

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"

	"github.com/asticode/go-astiav"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/label"
	"github.com/dailies/dailies/internal/media"
)

// The contact sheet of a cut.
const (
	contactSide    = 320 // the longer side of a picture, in pixels
	contactWidth   = 1600
	contactGap     = 8
	contactName    = 24 // the strip under a picture that its name stands in
	contactType    = 16 // points, at 72 to the inch
	contactQuality = 85
	maxContact     = 1000 // segments; those behind are left out
)

// writeContact writes one picture a segment, each over its name. A picture is the
// keyframe before the segment's middle: it is decoded alone.
func (m *pictureMaker) writeContact(ctx context.Context, job media.ContactJob) error {
	n := min(len(m.open), maxContact)
	if len(job.Names) != len(m.open) {
		return fmt.Errorf("there are %d names for %d segments", len(job.Names), len(m.open))
	}
	whole := footage.Conformed(m.spec.Raster)
	w, h := whole.Inside(media.Raster{Width: contactSide, Height: contactSide})
	g, err := footage.NewVideoGraph(whole.Source(), fmt.Sprintf("scale=%d:%d:flags=area:in_color_matrix=bt709:in_range=tv,format=rgb24", w, h))
	if err != nil {
		return err
	}
	defer g.Close()
	fnt, closer, err := label.OpenFont("")
	if err != nil {
		return err
	}
	defer closer.Close()
	face, err := opentype.NewFace(fnt, &opentype.FaceOptions{Size: contactType, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return fmt.Errorf("open font: %w", err)
	}
	defer face.Close()

	columns := max(1, min(n, contactWidth/(w+contactGap)))
	rows := (n + columns - 1) / columns
	sheet := image.NewRGBA(image.Rect(0, 0, columns*(w+contactGap)+contactGap, rows*(h+contactName+contactGap)+contactGap))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.Gray{Y: 24}), image.Point{}, draw.Src)
	for i := range n {
		at := image.Pt(contactGap+i%columns*(w+contactGap), contactGap+i/columns*(h+contactName+contactGap))
		if err := m.contactPicture(ctx, g, i, sheet, image.Rect(at.X, at.Y, at.X+w, at.Y+h)); err != nil {
			return err
		}
		d := font.Drawer{Dst: sheet, Src: image.White, Face: face, Dot: fixed.P(at.X+2, at.Y+h+contactName-7)}
		d.DrawString(job.Names[i])
	}
	f, err := os.OpenFile(job.Out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write contact sheet: %w", err)
	}
	if err := jpeg.Encode(f, sheet, &jpeg.Options{Quality: contactQuality}); err != nil {
		f.Close()
		return fmt.Errorf("write contact sheet: %w", err)
	}
	return f.Close()
}

// contactPicture draws a picture of segment i into where of the sheet.
func (m *pictureMaker) contactPicture(ctx context.Context, g *footage.Graph, i int, sheet *image.RGBA, where image.Rectangle) error {
	s := m.open[i]
	key := s.KeyBefore(s.Frames() / 2)
	d, err := openSegmentDecoder(s, key)
	if err != nil {
		return err
	}
	defer d.Close()
	pic, err := d.picture(ctx, key)
	if err != nil {
		return err
	}
	pic.SetPts(int64(i))
	return g.Push(pic, func(f *astiav.Frame) error {
		pix, stride := footage.FramePlane(f, 0, f.Height())
		if pix == nil || stride < 3*where.Dx() || f.Height() != where.Dy() {
			return fmt.Errorf("the small picture of segment %d has no pixels", i+1)
		}
		for y := range where.Dy() {
			row := pix[y*stride:]
			out := sheet.Pix[sheet.PixOffset(where.Min.X, where.Min.Y+y):]
			for x := range where.Dx() {
				copy(out[4*x:4*x+3], row[3*x:3*x+3])
			}
		}
		return nil
	})
}

// writePoster writes frame at of the cut, as the master shows it.
func (m *pictureMaker) writePoster(ctx context.Context, at media.Frames, out string) error {
	c := m.composer()
	defer c.Close()
	f, err := c.compose(ctx, min(max(at, 0), m.cut.Total-1))
	if err != nil {
		return err
	}
	defer f.Free()
	r := m.spec.Raster
	return encoder.WriteFrame(f, footage.Conformed(r), r, out)
}
