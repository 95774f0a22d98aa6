package ffmpeg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// A sample is one coded picture: where its bytes lie, which picture of its clip
// it is, and whether decoding may begin there.
type sample struct {
	off  int64
	size uint32
	pts  media.Frames // in presentation order from 0
	key  bool         // IDR, and nothing after it in the file is shown before it
}

// segment is a conformed shot open for copying: its samples in decode order.
type segment struct {
	f       *os.File
	samples []sample
	at      []int // decode index of each picture, by pts
	avc1    *mp4.VisualSampleEntryBox
	avcC    []byte // decoder configuration record
}

// openSegment reads the sample table of a conformed shot, an MP4 of H.264 alone
// at a constant rate. The caller closes it.
//
// It returns *media.ClipError when the file is not such a shot.
func openSegment(path string, spec media.Spec) (_ *segment, err error) {
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
	s := &segment{f: f, avc1: trak.Mdia.Minf.Stbl.Stsd.AvcX}
	if s.avc1 == nil || s.avc1.AvcC == nil {
		return nil, clipErrorf("the picture is not H.264 with its headers in front")
	}
	if got := (media.Raster{Width: int(s.avc1.Width), Height: int(s.avc1.Height)}); got != spec.Raster {
		return nil, clipErrorf("the picture is %s, the episode %s", got, spec.Raster)
	}
	if s.avcC, err = avcRecord(s.avc1.AvcC); err != nil {
		return nil, err
	}
	if s.samples, err = sampleTable(trak, f); err != nil {
		return nil, err
	}
	if err := s.number(trak, spec.FPS); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *segment) Close() { s.f.Close() }

// frames is how many pictures the shot has.
func (s *segment) frames() media.Frames { return media.Frames(len(s.samples)) }

// number finds each sample's place in presentation order and refuses a shot
// whose pictures are not evenly spaced at fps.
func (s *segment) number(trak *mp4.TrakBox, fps media.Rational) error {
	stbl, scale := trak.Mdia.Minf.Stbl, int64(trak.Mdia.Mdhd.Timescale)
	if scale*fps.Den%fps.Num != 0 {
		return clipErrorf("its clock of %d Hz cannot hold %s frames a second", scale, fps)
	}
	step := scale * fps.Den / fps.Num
	shown := make([]int64, len(s.samples)) // presentation time of each sample
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
		return clipErrorf("its table of times is shorter than its table of pictures")
	}
	if ctts := stbl.Ctts; ctts != nil {
		for e := range ctts.SampleOffset {
			for j := ctts.EndSampleNr[e]; j < ctts.EndSampleNr[e+1] && int(j) < len(shown); j++ {
				shown[j] += int64(ctts.SampleOffset[e])
			}
		}
	}
	first := slices.Min(shown)
	s.at = make([]int, len(shown))
	for i := range s.at {
		s.at[i] = -1
	}
	for i, t := range shown {
		n := (t - first) / step
		if (t-first)%step != 0 || n >= int64(len(shown)) || s.at[n] >= 0 {
			return clipErrorf("its pictures are not evenly spaced at %s a second", fps)
		}
		s.at[n] = i
		s.samples[i].pts = media.Frames(n)
	}
	// A keyframe that later pictures reach back over is no place to cut at.
	least := s.frames()
	for i, smp := range slices.Backward(s.samples) {
		least = min(least, smp.pts)
		s.samples[i].key = smp.key && least == smp.pts
	}
	if !s.samples[0].key || s.samples[0].pts != 0 {
		return clipErrorf("it does not begin with a keyframe")
	}
	return nil
}

// keyBefore is the last keyframe at or before picture n.
func (s *segment) keyBefore(n media.Frames) media.Frames {
	for i := s.at[n]; ; i-- {
		if smp := s.samples[i]; smp.key && smp.pts <= n {
			return smp.pts
		}
	}
}

// keyAfter is the first keyframe at or after picture n, or the shot's end.
func (s *segment) keyAfter(n media.Frames) media.Frames {
	for ; n < s.frames(); n++ {
		if s.samples[s.at[n]].key {
			return n
		}
	}
	return s.frames()
}

// endBefore is how far pictures can be copied from keyframe from without one of
// them at or behind limit: packets leave in decode order, and a run of them is
// whole only where it holds every picture up to its last.
func (s *segment) endBefore(from, limit media.Frames) media.Frames {
	end, last, first := from, from, s.at[from]
	for i := first; i < len(s.samples); i++ {
		last = max(last, s.samples[i].pts)
		if last >= limit {
			break
		}
		if last-from == media.Frames(i-first) {
			end = last + 1
		}
	}
	return end
}

// videoTrack reads the boxes of an MP4 and returns its only track of pictures.
func videoTrack(f *os.File) (*mp4.TrakBox, error) {
	file, err := readBoxes(f)
	if err != nil {
		return nil, err
	}
	for _, t := range file.Moov.Traks {
		if t.Mdia.Hdlr.HandlerType == "vide" {
			return t, nil
		}
	}
	return nil, clipErrorf("the file has no track of pictures")
}

// readBoxes parses an MP4 without its media data and makes sure that every
// table the callers look at is there.
func readBoxes(f *os.File) (file *mp4.File, err error) {
	// The parser indexes tables as the file claims them; a lying file makes it
	// panic, which is the file's fault.
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, clipErrorf("the MP4's boxes are broken: %v", r)
		}
	}()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read boxes: %w", err)
	}
	file, err = mp4.DecodeFile(f, mp4.WithDecodeMode(mp4.DecModeLazyMdat))
	if err != nil {
		return nil, clipErrorf("the MP4's boxes are broken: %v", err)
	}
	if file.Moov == nil || file.Moov.Mvhd == nil || len(file.Moov.Traks) == 0 {
		return nil, clipErrorf("the file has no movie header")
	}
	for _, t := range file.Moov.Traks {
		if t.Tkhd == nil || t.Mdia == nil || t.Mdia.Mdhd == nil || t.Mdia.Hdlr == nil || t.Mdia.Minf == nil || t.Mdia.Minf.Stbl == nil {
			return nil, clipErrorf("a track of the MP4 is incomplete")
		}
		b := t.Mdia.Minf.Stbl
		if b.Stsd == nil || b.Stts == nil || b.Stsz == nil || b.Stsc == nil || (b.Stco == nil && b.Co64 == nil) {
			return nil, clipErrorf("a sample table of the MP4 is incomplete")
		}
	}
	return file, nil
}

// sampleTable lists a track's samples in decode order with keyframes marked as
// the file claims them, each checked to lie inside the file.
func sampleTable(trak *mp4.TrakBox, f *os.File) ([]sample, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read sample table: %w", err)
	}
	stbl := trak.Mdia.Minf.Stbl
	n := int64(stbl.Stsz.GetNrSamples())
	if n == 0 || n > maxMasterPictures || n*8 > st.Size() && stbl.Stsz.SampleUniformSize == 0 {
		return nil, clipErrorf("a track claims %d samples", n)
	}
	chunks, err := chunkOffsets(stbl)
	if err != nil {
		return nil, err
	}
	samples := make([]sample, 0, n)
	for e, entry := range stbl.Stsc.Entries {
		end := uint32(len(chunks))
		if e+1 < len(stbl.Stsc.Entries) {
			end = min(end, stbl.Stsc.Entries[e+1].FirstChunk-1)
		}
		if entry.FirstChunk == 0 || e > 0 && entry.FirstChunk <= stbl.Stsc.Entries[e-1].FirstChunk {
			return nil, clipErrorf("the table of chunks is out of order")
		}
		for c := entry.FirstChunk - 1; c < end; c++ {
			off := chunks[c]
			for range entry.SamplesPerChunk {
				if int64(len(samples)) == n {
					break
				}
				size := stbl.Stsz.GetSampleSize(len(samples) + 1)
				if off < 0 || off+int64(size) > st.Size() {
					return nil, clipErrorf("the file ends inside sample %d of %d: it is truncated", len(samples), n)
				}
				samples = append(samples, sample{off: off, size: size, key: stbl.Stss == nil})
				off += int64(size)
			}
		}
	}
	if int64(len(samples)) != n {
		return nil, clipErrorf("the table of chunks holds %d of %d samples", len(samples), n)
	}
	if stbl.Stss != nil {
		for _, k := range stbl.Stss.SampleNumber {
			if k >= 1 && int64(k) <= n {
				samples[k-1].key = true
			}
		}
	}
	return samples, nil
}

func chunkOffsets(stbl *mp4.StblBox) ([]int64, error) {
	var out []int64
	if stbl.Co64 != nil {
		for _, o := range stbl.Co64.ChunkOffset {
			if o > 1<<62 {
				return nil, clipErrorf("a chunk lies outside every file")
			}
			out = append(out, int64(o))
		}
		return out, nil
	}
	for _, o := range stbl.Stco.ChunkOffset {
		out = append(out, int64(o))
	}
	return out, nil
}

// avcRecord is the decoder configuration record, the box without its header.
func avcRecord(box *mp4.AvcCBox) ([]byte, error) {
	var buf bytes.Buffer
	if err := box.Encode(&buf); err != nil {
		return nil, clipErrorf("the H.264 headers are broken: %v", err)
	}
	return buf.Bytes()[8:], nil
}

// checkAlike refuses segments that a copy cannot join.
func checkAlike(segments []*segment) error {
	for i, s := range segments {
		if !bytes.Equal(s.avcC, segments[0].avcC) {
			return fmt.Errorf("join segments: segment %d has other H.264 headers than the first: conform it to the same spec again", i+1)
		}
	}
	return nil
}

// maxMasterPictures bounds what a sample table may claim: four hours at 240.
const maxMasterPictures = 240 * 3600 * 4

// blame adds which segment an error is about, keeping a *media.ClipError one.
func blame(i int, err error) error {
	if clip, ok := errors.AsType[*media.ClipError](err); ok {
		return clipErrorf("segment %d: %s", i+1, clip.Reason)
	}
	return fmt.Errorf("segment %d: %w", i+1, err)
}
