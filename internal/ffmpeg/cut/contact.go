package cut

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
	"os"

	"github.com/asticode/go-astiav"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/label"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
)

// The contact sheet of a cut.
const (
	contactSide    = 320 // the longer side of a picture, in pixels
	contactWidth   = 1600
	contactGap     = 8
	contactName    = 24 // the strip under a picture that its name stands in
	contactType    = 16 // points, at 72 to the inch
	contactQuality = 85
	cellQuality    = 95
	maxContact     = 1000 // segments; those behind are left out
)

// writeContact writes one picture a segment, each over its name. A picture is the
// keyframe before the segment's middle: it is decoded alone, once for all cuts.
func (m *pictureMaker) writeContact(ctx context.Context, job media.ContactJob, kept *encoder.Kept) error {
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
	cell := contactCell{g, image.Pt(w, h), kept}
	for i := range n {
		coded, err := cell.picture(ctx, m.open[i], i+1)
		if err != nil {
			return err
		}
		small, err := jpeg.Decode(bytes.NewReader(coded))
		if err != nil {
			return fmt.Errorf("read the small picture of segment %d: %w", i+1, err)
		}
		at := image.Pt(contactGap+i%columns*(w+contactGap), contactGap+i/columns*(h+contactName+contactGap))
		draw.Draw(sheet, image.Rect(at.X, at.Y, at.X+w, at.Y+h), small, image.Point{}, draw.Src)
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

// contactCell is what is drawn of one segment, as it is kept: coded, so that a sheet of
// kept cells and one of new ones are the same.
type contactCell struct {
	graph *footage.Graph
	size  image.Point
	kept  *encoder.Kept
}

// cellMagic names how cells are made; change it with that.
const cellMagic = "dailies contact cell 1"

// picture is the small picture of a segment, as a JPEG. It is only decoded if none is kept
// of the same coded keyframe.
func (c contactCell) picture(ctx context.Context, s *mp4.Segment, number int) ([]byte, error) {
	key := s.KeyBefore(s.Frames() / 2)
	smp := s.Samples[s.At[key]]
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %v %d %d\n", cellMagic, footage.CodecVersion(), c.size, len(s.Record), smp.Size)
	h.Write(s.Record)
	if _, err := io.Copy(h, io.NewSectionReader(s.File, smp.Off, int64(smp.Size))); err != nil {
		return nil, fmt.Errorf("read picture %d of segment %d: %w", key, number, err)
	}
	name := hex.EncodeToString(h.Sum(nil))
	if fields, ok := c.kept.Recall(name); ok && len(fields) == 1 {
		return fields[0], nil
	}
	small, err := c.decode(ctx, s, key, number)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: cellQuality}); err != nil {
		return nil, fmt.Errorf("write the small picture of segment %d: %w", number, err)
	}
	c.kept.Remember(name, b.Bytes())
	return b.Bytes(), nil
}

// decode decodes a keyframe alone and makes it small.
func (c contactCell) decode(ctx context.Context, s *mp4.Segment, key media.Frames, number int) (*image.RGBA, error) {
	d, err := openSegmentDecoder(s, key)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	d.end = d.next + 1 // a decoder that may wait for more decodes more
	pic, err := d.picture(ctx, key)
	if err != nil {
		return nil, err
	}
	pic.SetPts(int64(number))
	small := image.NewRGBA(image.Rectangle{Max: c.size})
	err = c.graph.Push(pic, func(f *astiav.Frame) error {
		pix, stride := footage.FramePlane(f, 0, f.Height())
		if pix == nil || stride < 3*c.size.X || f.Height() != c.size.Y {
			return fmt.Errorf("the small picture of segment %d has no pixels", number)
		}
		for y := range c.size.Y {
			row, out := pix[y*stride:], small.Pix[y*small.Stride:]
			for x := range c.size.X {
				out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = row[3*x], row[3*x+1], row[3*x+2], 255
			}
		}
		return nil
	})
	return small, err
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
