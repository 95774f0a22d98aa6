package cut

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/label"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
)

// pictureMaker makes the pictures of a cut that cannot be copied.
type pictureMaker struct {
	cut  joins.List
	open []*mp4.Segment
	spec media.Spec
	// stamps are laid over the opening, in this order.
	stamps []*label.Stamp
	// rung is another size that pictures are made at, with the headers of like; without
	// like it is the spec's, with the segments'.
	rung media.Rung
	like *mp4.Segment
}

// out is what the pictures are encoded as.
func (m *pictureMaker) out() media.Rung {
	if m.like == nil {
		return media.Rung{Raster: m.spec.Raster, Codec: media.CodecH264}
	}
	return m.rung
}

// make encodes every span that is not copied into sp and returns the samples by
// span. done is called with the frames of each. One span is made at a time: its
// encoder has threads of its own, and the pictures that two would hold at once
// are more than a media child is given.
func (m *pictureMaker) make(ctx context.Context, spans []span, sp *mp4.Spool, done func(media.Frames)) ([][]mp4.Encoded, error) {
	out := make([][]mp4.Encoded, len(spans))
	for i, s := range spans {
		if s.copied {
			continue
		}
		var err error
		if out[i], err = m.span(ctx, s, sp); err != nil {
			return nil, err
		}
		done(s.to - s.from)
	}
	return out, nil
}

// span encodes one run of frames with an encoder of its own: a closed GOP or
// several, with the headers of the segments.
func (m *pictureMaker) span(ctx context.Context, s span, sp *mp4.Spool) ([]mp4.Encoded, error) {
	r := m.out()
	enc, err := encoder.OpenRung(r, m.spec)
	if err != nil {
		return nil, err
	}
	defer enc.Close()
	scale, err := newScaler(m.spec.Raster, r.Raster)
	if err != nil {
		return nil, err
	}
	defer scale.Close()
	if err := m.sameHeaders(enc.CC.ExtraData()); err != nil {
		return nil, err
	}
	c := m.composer()
	defer c.Close()

	samples := make([]mp4.Encoded, 0, s.to-s.from)
	emit := func(pkt *astiav.Packet) error {
		b := pkt.Data()
		if r.Codec == media.CodecAV1 {
			b = mp4.AV1Sample(b)
		} else {
			b = avc.ConvertByteStreamToNaluSample(b)
		}
		off, err := sp.Add(b)
		if err != nil {
			return err
		}
		samples = append(samples, mp4.Encoded{File: sp.File, Sample: mp4.Sample{
			Off: off, Size: uint32(len(b)), Pts: media.Frames(pkt.Pts()), Key: pkt.Flags().Has(astiav.PacketFlagKey),
		}})
		return nil
	}
	for f := s.from; f < s.to; f++ {
		pic, err := c.compose(ctx, f)
		if err != nil {
			return nil, err
		}
		small, err := scale.scaled(pic)
		pic.Free()
		if err != nil {
			return nil, err
		}
		small.SetPts(int64(f))
		err = enc.Encode(small, f == s.from, emit)
		small.Free()
		if err != nil {
			return nil, err
		}
	}
	if err := enc.Encode(nil, false, emit); err != nil {
		return nil, err
	}
	if media.Frames(len(samples)) != s.to-s.from || !samples[0].Key || samples[0].Pts != s.from {
		return nil, fmt.Errorf("encode frames %d to %d: the encoder gave %d pictures", s.from, s.to, len(samples))
	}
	return samples, nil
}

var errOtherHeaders = errors.New("encode transition: the segments' headers are not those of this spec: conform them to it again")

// sameHeaders compares the encoder's parameter sets with the segments': pictures
// made anew are joined to copies under the same headers.
func (m *pictureMaker) sameHeaders(extra []byte) error {
	like := m.open[0]
	if m.like != nil {
		like = m.like
	}
	if m.out().Codec == media.CodecAV1 {
		if !bytes.HasSuffix(like.Record, mp4.AV1Sample(extra)) {
			return errOtherHeaders
		}
		return nil
	}
	for _, nalu := range avc.ExtractNalusFromByteStream(extra) {
		switch avc.GetNaluType(nalu[0]) {
		case avc.NALU_SPS, avc.NALU_PPS:
			want := binary.BigEndian.AppendUint16(nil, uint16(len(nalu)))
			if !bytes.Contains(like.Record, append(want, nalu...)) {
				return errOtherHeaders
			}
		default:
		}
	}
	return nil
}

// composer makes pictures of the finished timeline in rising order.
type composer struct {
	*pictureMaker
	decoders map[int]*segmentDecoder
}

func (m *pictureMaker) composer() *composer {
	return &composer{pictureMaker: m, decoders: map[int]*segmentDecoder{}}
}

// compose is frame f of the timeline; the caller frees it.
func (c *composer) compose(ctx context.Context, f media.Frames) (*astiav.Frame, error) {
	ia, ib := c.cut.Sources(f)
	a, err := c.picture(ctx, ia, f)
	if err != nil {
		return nil, err
	}
	light := c.cut.Light(f)
	stamped := slices.ContainsFunc(c.stamps, func(s *label.Stamp) bool { return f < s.Frames })
	if ib < 0 && light == 1 && !stamped {
		out := a.Clone()
		if out == nil {
			return nil, errors.New("make picture: out of memory")
		}
		return out, nil
	}
	out, err := footage.NewPicture(c.spec.Raster)
	if err != nil {
		return nil, err
	}
	if err := c.draw(ctx, out, a, ib, f, light); err != nil {
		out.Free()
		return nil, err
	}
	return out, nil
}

// draw draws frame f into out.
func (c *composer) draw(ctx context.Context, out, a *astiav.Frame, ib int, f media.Frames, light float64) error {
	po, err := footage.Planes(out)
	if err != nil {
		return err
	}
	pa, err := footage.Planes(a)
	if err != nil {
		return err
	}
	if ib < 0 {
		dim(po, pa, light)
	} else {
		b, err := c.picture(ctx, ib, f)
		if err != nil {
			return err
		}
		pb, err := footage.Planes(b)
		if err != nil {
			return err
		}
		if c.cut.Segments[ib-1].Out.Kind == media.Wipe {
			wipe(po, pa, pb, c.cut.Blend(f))
		} else {
			dissolve(po, pa, pb, c.cut.Blend(f))
		}
	}
	for _, s := range c.stamps {
		if f < s.Frames {
			s.Lay(po)
		}
	}
	return nil
}

// picture is the picture of segment i at frame f of the timeline.
func (c *composer) picture(ctx context.Context, i int, f media.Frames) (*astiav.Frame, error) {
	n := f - c.cut.Joins[i]
	d := c.decoders[i]
	if d == nil {
		for j, old := range c.decoders { // those that the timeline has passed
			if j < i-1 {
				old.Close()
				delete(c.decoders, j)
			}
		}
		var err error
		if d, err = openSegmentDecoder(c.open[i], n); err != nil {
			return nil, joins.Blame(i, err)
		}
		c.decoders[i] = d
	}
	pic, err := d.picture(ctx, n)
	if err != nil {
		return nil, joins.Blame(i, err)
	}
	if pic.Width() != c.spec.Raster.Width || pic.Height() != c.spec.Raster.Height {
		return nil, joins.Blame(i, media.ClipErrorf("picture %d is %dx%d", n, pic.Width(), pic.Height()))
	}
	return pic, nil
}

// Close frees the decoders.
func (c *composer) Close() {
	for _, d := range c.decoders {
		d.Close()
	}
}
