package mp4

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// Segment is a conformed shot open for copying: its samples in decode order.
type Segment struct {
	File    *os.File
	Samples []Sample
	At      []int // decode index of each picture, by pts
	Entry   *mp4.VisualSampleEntryBox
	Record  []byte // decoder configuration record: of H.264 avcC, of AV1 av1C
}

// OpenSegment reads the sample table of a conformed shot, an MP4 of H.264 alone
// At a constant rate. The caller closes it.
//
// It returns *media.ClipError when the file is not such a shot.
func OpenSegment(path string, spec media.Spec) (*Segment, error) {
	return OpenRendition(path, media.CodecH264, spec)
}

// OpenRendition is OpenSegment for a shot's rendition on a rung, of the rung's codec.
func OpenRendition(path, codec string, spec media.Spec) (_ *Segment, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open segment: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	trak, err := videoTrack(f)
	if err != nil {
		return nil, err
	}
	s := &Segment{File: f}
	var record mp4.Box
	switch stsd := trak.Mdia.Minf.Stbl.Stsd; {
	case codec == media.CodecH264 && stsd.AvcX != nil && stsd.AvcX.AvcC != nil:
		s.Entry, record = stsd.AvcX, stsd.AvcX.AvcC
	case codec == media.CodecAV1 && stsd.Av01 != nil && stsd.Av01.Av1C != nil:
		s.Entry, record = stsd.Av01, stsd.Av01.Av1C
	default:
		return nil, media.ClipErrorf("the picture is not %s with its headers in front", map[string]string{media.CodecH264: "H.264", media.CodecAV1: "AV1"}[codec])
	}
	if got := (media.Raster{Width: int(s.Entry.Width), Height: int(s.Entry.Height)}); got != spec.Raster {
		return nil, media.ClipErrorf("the picture is %s, the episode %s", got, spec.Raster)
	}
	if s.Record, err = recordOf(record); err != nil {
		return nil, err
	}
	if s.Samples, err = SampleTable(trak, f); err != nil {
		return nil, err
	}
	if err := s.Number(trak, spec.FPS); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Segment) Close() { s.File.Close() }

// Frames is how many pictures the shot has.
func (s *Segment) Frames() media.Frames { return media.Frames(len(s.Samples)) }

// Number finds each sample's place in presentation order and refuses a shot
// whose pictures are not evenly spaced at fps.
func (s *Segment) Number(trak *mp4.TrakBox, fps media.Rational) error {
	stbl, scale := trak.Mdia.Minf.Stbl, int64(trak.Mdia.Mdhd.Timescale)
	if scale*fps.Den%fps.Num != 0 {
		return media.ClipErrorf("its clock of %d Hz cannot hold %s frames a second", scale, fps)
	}
	step := scale * fps.Den / fps.Num
	shown := make([]int64, len(s.Samples)) // presentation time of each sample
	var dts int64
	i := 0
	for e, n := range stbl.Stts.SampleCount {
		for range n {
			if i == len(shown) {
				break
			}
			shown[i] = dts
			dts += int64(stbl.Stts.SampleTimeDelta[e])
			i++
		}
	}
	if i != len(shown) {
		return media.ClipErrorf("its table of times is shorter than its table of pictures")
	}
	if ctts := stbl.Ctts; ctts != nil {
		for e := range ctts.SampleOffset {
			for j := ctts.EndSampleNr[e]; j < ctts.EndSampleNr[e+1] && int(j) < len(shown); j++ {
				shown[j] += int64(ctts.SampleOffset[e])
			}
		}
	}
	first := slices.Min(shown)
	s.At = make([]int, len(shown))
	for i := range s.At {
		s.At[i] = -1
	}
	for i, t := range shown {
		n := (t - first) / step
		if (t-first)%step != 0 || n >= int64(len(shown)) || s.At[n] >= 0 {
			return media.ClipErrorf("its pictures are not evenly spaced at %s a second", fps)
		}
		s.At[n] = i
		s.Samples[i].Pts = media.Frames(n)
	}
	// A keyframe that later pictures reach back over is no place to cut at.
	least := s.Frames()
	for i, smp := range slices.Backward(s.Samples) {
		least = min(least, smp.Pts)
		s.Samples[i].Key = smp.Key && least == smp.Pts
	}
	if !s.Samples[0].Key || s.Samples[0].Pts != 0 {
		return media.ClipErrorf("it does not begin with a keyframe")
	}
	return nil
}

// KeyBefore is the last keyframe at or before picture n.
func (s *Segment) KeyBefore(n media.Frames) media.Frames {
	for i := s.At[n]; ; i-- {
		if smp := s.Samples[i]; smp.Key && smp.Pts <= n {
			return smp.Pts
		}
	}
}

// KeyAfter is the first keyframe at or after picture n, or the shot's end.
func (s *Segment) KeyAfter(n media.Frames) media.Frames {
	for ; n < s.Frames(); n++ {
		if s.Samples[s.At[n]].Key {
			return n
		}
	}
	return s.Frames()
}

// EndBefore is how far pictures can be copied from keyframe from without one of
// them at or behind limit: packets leave in decode order, and a run of them is
// whole only where it holds every picture up to its last.
func (s *Segment) EndBefore(from, limit media.Frames) media.Frames {
	end, last, first := from, from, s.At[from]
	for i := first; i < len(s.Samples); i++ {
		last = max(last, s.Samples[i].Pts)
		if last >= limit {
			break
		}
		if last-from == media.Frames(i-first) {
			end = last + 1
		}
	}
	return end
}

// recordOf is the decoder configuration record, the box without its header.
func recordOf(box mp4.Box) ([]byte, error) {
	var buf bytes.Buffer
	if err := box.Encode(&buf); err != nil {
		return nil, media.ClipErrorf("its headers are broken: %v", err)
	}
	return buf.Bytes()[8:], nil
}

// CheckAlike refuses segments that a copy cannot join.
func CheckAlike(segments []*Segment) error {
	for i, s := range segments {
		if !bytes.Equal(s.Record, segments[0].Record) {
			return fmt.Errorf("join segments: segment %d has other headers than the first: conform it to the same spec again", i+1)
		}
	}
	return nil
}
