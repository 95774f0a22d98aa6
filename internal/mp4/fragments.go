package mp4

import (
	"errors"
	"fmt"
	"io"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// maxFragments bounds a file that is read.
const maxFragments = 1_000_000

// ReadFragmented reads the boxes of a fragmented MP4, and no media data. A file that is
// none, or lies, is a *media.ClipError.
func ReadFragmented(f io.ReadSeeker) (out *media.FragmentedTrack, err error) {
	// The parser indexes tables as the file claims them; a lying file makes it panic,
	// which is the file's fault.
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, media.ClipErrorf("the MP4's boxes are broken: %v", r)
		}
	}()
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fmt.Errorf("read fragments: %w", err)
	}
	file, err := mp4.DecodeFile(f, mp4.WithDecodeMode(mp4.DecModeLazyMdat))
	switch {
	case err != nil:
		return nil, media.ClipErrorf("the MP4's boxes are broken: %v", err)
	case file.Init == nil || file.Init.Moov == nil || len(file.Init.Moov.Traks) != 1 || file.Init.Moov.Mvex == nil || file.Init.Moov.Mvex.Trex == nil:
		return nil, media.ClipErrorf("it is no fragmented MP4 of one track")
	}
	moov := file.Init.Moov
	trak := moov.Traks[0]
	if trak.Mdia == nil || trak.Mdia.Mdhd == nil || trak.Mdia.Hdlr == nil || trak.Mdia.Minf == nil || trak.Mdia.Minf.Stbl == nil ||
		trak.Mdia.Minf.Stbl.Stsd == nil || trak.Mdia.Mdhd.Timescale == 0 {
		return nil, media.ClipErrorf("its track is incomplete")
	}
	stsd := trak.Mdia.Minf.Stbl.Stsd
	out = &media.FragmentedTrack{Scale: int64(trak.Mdia.Mdhd.Timescale), Metadata: Metadata(moov)}
	if out.Codecs, err = (&Track{Stsd: stsd}).Codecs(); err != nil {
		return nil, media.ClipErrorf("its codec is none that a player is promised")
	}
	for _, v := range []*mp4.VisualSampleEntryBox{stsd.AvcX, stsd.Av01} {
		if v != nil {
			out.Raster = media.Raster{Width: int(v.Width), Height: int(v.Height)}
		}
	}
	for _, s := range file.Segments {
		for _, frag := range s.Fragments {
			if len(out.Fragments) == maxFragments {
				return nil, media.ClipErrorf("it has more than %d fragments", maxFragments)
			}
			part, err := fragmentPart(frag, moov.Mvex.Trex)
			if err != nil {
				return nil, media.ClipErrorf("fragment %d: %v", len(out.Fragments)+1, err)
			}
			out.Fragments = append(out.Fragments, part)
		}
	}
	if len(out.Fragments) == 0 {
		return nil, media.ClipErrorf("it holds no fragment")
	}
	for i := range out.Fragments {
		end := size
		if i+1 < len(out.Fragments) {
			end = out.Fragments[i+1].Off
		}
		p := &out.Fragments[i]
		if end-p.Off < p.Bytes {
			return nil, media.ClipErrorf("the file ends inside fragment %d: it is truncated", i+1)
		}
		p.Bytes = end - p.Off
	}
	out.Header = out.Fragments[0].Off
	return out, nil
}

func fragmentPart(frag *mp4.Fragment, trex *mp4.TrexBox) (media.PlacedFragment, error) {
	var none media.PlacedFragment
	if frag.Moof == nil || len(frag.Moof.Trafs) != 1 || frag.Mdat == nil {
		return none, errors.New("it is not of one track")
	}
	traf := frag.Moof.Trafs[0]
	if traf.Tfhd == nil || traf.Tfdt == nil || len(traf.Truns) != 1 || len(traf.Trun.Samples) == 0 {
		return none, errors.New("it is not one run of samples")
	}
	ticks := traf.Trun.AddSampleDefaultValues(traf.Tfhd, trex)
	var bytes int64
	for _, s := range traf.Trun.Samples {
		bytes += int64(s.Size)
	}
	if have := int64(frag.Mdat.Size()) - int64(frag.Mdat.HeaderSize()); bytes != have {
		return none, fmt.Errorf("its samples have %d bytes, its media data %d", bytes, have)
	}
	first := traf.Trun.Samples[0]
	const atMost = 1 << 40
	if ticks > atMost || traf.Tfdt.BaseMediaDecodeTime() > atMost {
		return none, errors.New("it lies outside of all time")
	}
	return media.PlacedFragment{
		Fragment: media.Fragment{
			Off: int64(frag.Moof.StartPos), Bytes: int64(traf.Trun.DataOffset) + bytes, First: int64(traf.Trun.DataOffset) + int64(first.Size), Ticks: int64(ticks),
		},
		At: int64(traf.Tfdt.BaseMediaDecodeTime()), Key: first.Flags&mp4.NonSyncSampleFlags == 0,
	}, nil
}
