package mp4

import (
	"fmt"
	"io"
	"os"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// A sample is one coded picture: where its bytes lie, which picture of its clip
// it is, and whether decoding may begin there.
type Sample struct {
	Off  int64
	Size uint32
	Pts  media.Frames // in presentation order from 0
	Key  bool         // IDR, and nothing after it in the file is shown before it
}

// videoTrack reads the boxes of an MP4 and returns its only track of pictures.
func videoTrack(f *os.File) (*mp4.TrakBox, error) {
	file, err := ReadBoxes(f)
	if err != nil {
		return nil, err
	}
	for _, t := range file.Moov.Traks {
		if t.Mdia.Hdlr.HandlerType == "vide" {
			return t, nil
		}
	}
	return nil, media.ClipErrorf("the file has no track of pictures")
}

// ReadBoxes parses an MP4 without its media data and makes sure that every
// table the callers look at is there.
func ReadBoxes(f *os.File) (file *mp4.File, err error) {
	// The parser indexes tables as the file claims them; a lying file makes it
	// panic, which is the file's fault.
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, media.ClipErrorf("the MP4's boxes are broken: %v", r)
		}
	}()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read boxes: %w", err)
	}
	file, err = mp4.DecodeFile(f, mp4.WithDecodeMode(mp4.DecModeLazyMdat))
	if err != nil {
		return nil, media.ClipErrorf("the MP4's boxes are broken: %v", err)
	}
	if file.Moov == nil || file.Moov.Mvhd == nil || len(file.Moov.Traks) == 0 {
		return nil, media.ClipErrorf("the file has no movie header")
	}
	for _, t := range file.Moov.Traks {
		if t.Tkhd == nil || t.Mdia == nil || t.Mdia.Mdhd == nil || t.Mdia.Hdlr == nil || t.Mdia.Minf == nil || t.Mdia.Minf.Stbl == nil {
			return nil, media.ClipErrorf("a track of the MP4 is incomplete")
		}
		b := t.Mdia.Minf.Stbl
		if b.Stsd == nil || b.Stts == nil || b.Stsz == nil || b.Stsc == nil || (b.Stco == nil && b.Co64 == nil) {
			return nil, media.ClipErrorf("a sample table of the MP4 is incomplete")
		}
	}
	return file, nil
}

// SampleTable lists a track's samples in decode order with keyframes marked as
// the file claims them, each checked to lie inside the file.
func SampleTable(trak *mp4.TrakBox, f *os.File) ([]Sample, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read sample table: %w", err)
	}
	stbl := trak.Mdia.Minf.Stbl
	n := int64(stbl.Stsz.GetNrSamples())
	if n == 0 || n > media.MaxMasterFrames || n*8 > st.Size() && stbl.Stsz.SampleUniformSize == 0 {
		return nil, media.ClipErrorf("a track claims %d samples", n)
	}
	chunks, err := chunkOffsets(stbl)
	if err != nil {
		return nil, err
	}
	samples := make([]Sample, 0, n)
	for e, entry := range stbl.Stsc.Entries {
		end := uint32(len(chunks))
		if e+1 < len(stbl.Stsc.Entries) {
			end = min(end, stbl.Stsc.Entries[e+1].FirstChunk-1)
		}
		if entry.FirstChunk == 0 || e > 0 && entry.FirstChunk <= stbl.Stsc.Entries[e-1].FirstChunk {
			return nil, media.ClipErrorf("the table of chunks is out of order")
		}
		for c := entry.FirstChunk - 1; c < end; c++ {
			off := chunks[c]
			for range entry.SamplesPerChunk {
				if int64(len(samples)) == n {
					break
				}
				size := stbl.Stsz.GetSampleSize(len(samples) + 1)
				if off < 0 || off+int64(size) > st.Size() {
					return nil, media.ClipErrorf("the file ends inside sample %d of %d: it is truncated", len(samples), n)
				}
				samples = append(samples, Sample{Off: off, Size: size, Key: stbl.Stss == nil})
				off += int64(size)
			}
		}
	}
	if int64(len(samples)) != n {
		return nil, media.ClipErrorf("the table of chunks holds %d of %d samples", len(samples), n)
	}
	if stbl.Stss != nil {
		for _, k := range stbl.Stss.SampleNumber {
			if k >= 1 && int64(k) <= n {
				samples[k-1].Key = true
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
				return nil, media.ClipErrorf("a chunk lies outside every file")
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
