package cut

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
)

// maxRungs bounds a ladder: eight sizes in two codecs.
const maxRungs = 16

// Renditions scales a conformed shot to rungs, all in one decode. Keyframes lie where
// the mezzanine has them, so that a cut's parts and a player's switches are at the same
// frames on every rung. A mezzanine at fault is a *media.ClipError.
func Renditions(ctx context.Context, job media.RenditionJob, report func(media.Progress)) (_ *media.RenditionResult, err error) {
	if err := checkRenditions(job); err != nil {
		return nil, err
	}
	seg, err := mp4.OpenSegment(job.In, job.Spec)
	if err != nil {
		return nil, err
	}
	defer seg.Close()
	defer func() {
		if err != nil { // half a rendition is none
			for _, o := range job.Outs {
				_ = os.Remove(o.Path)
			}
		}
	}()
	var outs []*renditionWriter
	defer func() {
		for _, w := range outs {
			w.Close()
		}
	}()
	for _, o := range job.Outs {
		w, err := newRenditionWriter(job.Spec, o)
		if err != nil {
			return nil, err
		}
		outs = append(outs, w)
	}
	dec, err := openSegmentDecoder(seg, 0)
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	for n := range seg.Frames() {
		pic, err := dec.picture(ctx, n)
		if err != nil {
			return nil, err
		}
		if pic.Width() != job.Spec.Raster.Width || pic.Height() != job.Spec.Raster.Height {
			return nil, media.ClipErrorf("picture %d is %dx%d", n, pic.Width(), pic.Height())
		}
		for _, w := range outs {
			if err := w.add(pic, n, seg.Samples[seg.At[n]].Key); err != nil {
				return nil, err
			}
		}
		if report != nil {
			report(media.Progress{Done: n + 1, Total: seg.Frames()})
		}
	}
	for _, w := range outs {
		if err := w.finish(); err != nil {
			return nil, err
		}
	}
	return &media.RenditionResult{Frames: seg.Frames()}, nil
}

func checkRenditions(job media.RenditionJob) error {
	if len(job.Outs) == 0 || len(job.Outs) > maxRungs {
		return fmt.Errorf("check renditions: %d are asked for; 1 to %d are made at once", len(job.Outs), maxRungs)
	}
	for _, o := range job.Outs {
		if err := encoder.CheckSpec(o.Rung.Spec(job.Spec)); err != nil {
			return err
		}
	}
	return encoder.CheckSpec(job.Spec)
}

// renditionWriter scales and encodes pictures to one file.
type renditionWriter struct {
	scale *scaler
	enc   *encoder.Video
	out   *encoder.ClipWriter
}

func newRenditionWriter(spec media.Spec, r media.Rendition) (_ *renditionWriter, err error) {
	w := &renditionWriter{}
	defer func() {
		if err != nil {
			w.Close()
		}
	}()
	if w.scale, err = newScaler(spec.Raster, r.Rung.Raster); err != nil {
		return nil, err
	}
	if w.enc, err = encoder.OpenRung(r.Rung, spec); err != nil {
		return nil, err
	}
	w.out, err = encoder.CreateClip(r.Path, w.enc.CC)
	return w, err
}

func (w *renditionWriter) add(pic *astiav.Frame, n media.Frames, key bool) error {
	small, err := w.scale.scaled(pic)
	if err != nil {
		return err
	}
	defer small.Free()
	small.SetPts(int64(n))
	return w.enc.Encode(small, key, w.packet)
}

func (w *renditionWriter) packet(pkt *astiav.Packet) error { return w.out.Write(0, pkt, 1) }

func (w *renditionWriter) finish() error {
	if err := w.enc.Encode(nil, false, w.packet); err != nil {
		return err
	}
	return w.out.Finish()
}

func (w *renditionWriter) Close() {
	if w.out != nil {
		w.out.Close()
	}
	if w.enc != nil {
		w.enc.Close()
	}
	if w.scale != nil {
		w.scale.Close()
	}
}

// scaler makes smaller copies of conformed pictures.
type scaler struct {
	g *footage.Graph // nil: the size is the same
	n int64
}

func newScaler(from, to media.Raster) (*scaler, error) {
	if from == to {
		return &scaler{}, nil
	}
	whole := footage.Conformed(from)
	g, err := footage.NewVideoGraph(whole.Source(), whole.To(to.Width, to.Height)+",setsar=1")
	if err != nil {
		return nil, fmt.Errorf("scale pictures: %w", err)
	}
	return &scaler{g: g}, nil
}

// scaled is a copy of pic; the caller frees it. pic's time stamp is changed.
func (s *scaler) scaled(pic *astiav.Frame) (out *astiav.Frame, err error) {
	keep := func(f *astiav.Frame) error {
		if out != nil {
			return errors.New("scale picture: two came out of one")
		}
		if out = f.Clone(); out == nil {
			return errors.New("scale picture: out of memory")
		}
		return nil
	}
	if s.g == nil {
		err = keep(pic)
		return out, err
	}
	pic.SetPts(s.n)
	s.n++
	if err := s.g.Push(pic, keep); err != nil {
		return nil, err
	}
	if out == nil {
		return nil, errors.New("scale picture: none came out")
	}
	return out, nil
}

func (s *scaler) Close() {
	if s.g != nil {
		s.g.Close()
	}
}
