package mp4

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// Fragmented is a track about to be written as a fragmented MP4 (ISO/IEC 14496-12,
// "Movie Fragments"): a header without samples, then a moof and an mdat for each run
// of samples. A player needs the header and any run of fragments, which playlists
// name by where they lie.
type Fragmented struct {
	Track *Track
	// Starts are the first samples of the fragments, rising from 0. One of pictures
	// begins with a keyframe.
	Starts   []int
	Metadata map[string]string
}

// WrittenFragments is where the parts of a fragmented file lie.
type WrittenFragments struct {
	Written
	Header    int64 // bytes of the header, from the file's first
	Fragments []media.Fragment
}

// Write writes the track to path. What is left behind on an error is no file; the
// caller removes it.
func (f *Fragmented) Write(ctx context.Context, path string) (_ WrittenFragments, err error) {
	var none WrittenFragments
	t := f.Track
	if len(f.Starts) == 0 || f.Starts[0] != 0 || len(t.Lasts) != 1 {
		return none, errors.New("write fragments: they do not begin with the first sample")
	}
	var head bytes.Buffer
	if err := errors.Join(mp4.NewFtyp("iso6", 1, []string{"iso6", "mp41"}).Encode(&head), f.header().Encode(&head)); err != nil {
		return none, fmt.Errorf("write fragments: %w", err)
	}
	out, err := os.Create(path)
	if err != nil {
		return none, fmt.Errorf("create fragments: %w", err)
	}
	defer func() {
		if cerr := out.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("write fragments: %w", cerr)
		}
	}()
	sum := follow(out, len(f.Starts)+1)
	defer func() { _, _ = sum.end() }() // it reads out
	if _, err := out.Write(head.Bytes()); err != nil {
		return none, fmt.Errorf("write fragments: %w", err)
	}
	w := WrittenFragments{Header: int64(head.Len())}
	at := w.Header
	sum.upTo(at)
	for i, from := range f.Starts {
		if err := ctx.Err(); err != nil {
			return none, err
		}
		to := len(t.Samples)
		if i+1 < len(f.Starts) {
			to = f.Starts[i+1]
		}
		if to <= from || to > len(t.Samples) {
			return none, fmt.Errorf("write fragments: number %d holds no samples", i+1)
		}
		part, err := f.write(out, uint32(i+1), from, to)
		if err != nil {
			return none, err
		}
		part.Off = at
		at += part.Bytes
		w.Fragments = append(w.Fragments, part)
		sum.upTo(at)
	}
	end, err := out.Seek(0, io.SeekCurrent)
	if err != nil {
		return none, fmt.Errorf("write fragments: %w", err)
	}
	if end != at {
		return none, errors.New("write fragments: their headers promise another length than was written")
	}
	digest, err := sum.end()
	w.Written = Written{Bytes: end, SHA256: digest}
	return w, err
}

// header is the track's moov, of no samples. As in a master an edit takes off what
// pictures that are not decoded in their order come late, and the priming of sound:
// offsets could be negative instead, but FFmpeg takes those for a later beginning.
func (f *Fragmented) header() *mp4.MoovBox {
	t := *f.Track
	t.Samples, t.chunks, t.Length, t.Extra, t.Refs, t.Shift = nil, nil, 0, nil, nil, nil
	m := &Movie{Tracks: []*Track{&t}, Scale: t.Scale, Metadata: f.Metadata}
	moov := m.moov(false)
	mvex := mp4.NewMvexBox()
	mvex.AddChild(mp4.CreateTrex(1))
	moov.AddChild(mvex)
	return moov
}

// write appends samples [from,to) as one fragment.
func (f *Fragmented) write(out *os.File, number uint32, from, to int) (media.Fragment, error) {
	t := f.Track
	const otherPicture = mp4.NonSyncSampleFlags | mp4.SampleDependsOn1
	tfhd := mp4.CreateTfhd(1)
	tfhd.Flags |= mp4.TfhdDefaultSampleDurationPresentFlag | mp4.TfhdDefaultSampleFlagsPresentFlag
	tfhd.DefaultSampleDuration, tfhd.DefaultSampleFlags = t.Lasts[0], mp4.SyncSampleFlags
	trun := &mp4.TrunBox{Flags: mp4.TrunDataOffsetPresentFlag | mp4.TrunSampleSizePresentFlag}
	if t.Shift != nil {
		tfhd.DefaultSampleFlags = otherPicture
		trun.Flags |= mp4.TrunSampleCompositionTimeOffsetPresentFlag
		trun.SetFirstSampleFlags(mp4.SyncSampleFlags)
	}
	var size int64
	for i, s := range t.Samples[from:to] {
		one := mp4.Sample{Size: s.Size}
		if t.Shift != nil {
			one.CompositionTimeOffset = t.Shift[from+i]
			if s.Key != (i == 0) {
				return media.Fragment{}, fmt.Errorf("write fragments: number %d does not hold one keyframe, in front", number)
			}
		}
		trun.Samples = append(trun.Samples, one)
		size += int64(s.Size)
	}
	traf := &mp4.TrafBox{}
	moof := &mp4.MoofBox{}
	const header = 8 // of mdat
	err := errors.Join(traf.AddChild(tfhd), traf.AddChild(mp4.CreateTfdt(uint64(from)*uint64(t.Lasts[0]))), traf.AddChild(trun),
		moof.AddChild(mp4.CreateMfhd(number)), moof.AddChild(traf))
	if err != nil {
		return media.Fragment{}, fmt.Errorf("write fragments: %w", err)
	}
	if size > math.MaxUint32-header {
		return media.Fragment{}, fmt.Errorf("write fragments: number %d has %d bytes", number, size)
	}
	trun.DataOffset = int32(moof.Size() + header)
	w := bufio.NewWriter(out)
	err = moof.Encode(w)
	_, mdat := w.Write(cat(be32(uint32(size+header)), []byte("mdat")))
	if err := errors.Join(err, mdat, w.Flush()); err != nil {
		return media.Fragment{}, fmt.Errorf("write fragments: %w", err)
	}
	if err := copySamples(out, t.Samples[from:to]); err != nil {
		return media.Fragment{}, err
	}
	before := int64(moof.Size()) + header
	return media.Fragment{
		Bytes: before + size, First: before + int64(t.Samples[from].Size), Ticks: int64(to-from) * int64(t.Lasts[0]),
	}, nil
}

// Keyframes are a track's keyframes by their place in decode order, which is the place
// at which they are shown too where every group of pictures is closed.
func Keyframes(t *Track) []int {
	var all []int
	for i, s := range t.Samples {
		if s.Key {
			all = append(all, i)
		}
	}
	return all
}

// Codecs is what the track is coded as, in the words of RFC 6381 that playlists use.
func (t *Track) Codecs() (string, error) {
	stsd, ok := t.Stsd.(*mp4.StsdBox)
	switch {
	case ok && stsd.AvcX != nil && stsd.AvcX.AvcC != nil:
		c := stsd.AvcX.AvcC
		return fmt.Sprintf("avc1.%02X%02X%02X", c.AVCProfileIndication, c.ProfileCompatibility, c.AVCLevelIndication), nil
	case ok && stsd.Av01 != nil && stsd.Av01.Av1C != nil:
		// AV1 Codec ISO Media File Format Binding, "Codecs Parameter String".
		c := stsd.Av01.Av1C
		tier := "M"
		if c.SeqTier0 == 1 {
			tier = "H"
		}
		depth := 8 + 2*int(c.HighBitdepth)
		if c.TwelveBit == 1 {
			depth = 12
		}
		return fmt.Sprintf("av01.%d.%02d%s.%02d", c.SeqProfile, c.SeqLevelIdx0, tier, depth), nil
	case ok && stsd.Mp4a != nil:
		const lowComplexity = "mp4a.40.2"
		return lowComplexity, nil
	}
	return "", errors.New("name a track's codec: it is none that is known")
}
