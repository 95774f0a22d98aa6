package mp4

import (
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// PictureTrack is the track of coded pictures in decode order, described as like
// is. Decoding times are even; presentation lies later by the same delay everywhere,
// which an edit takes off again, so that the first picture is shown at 0.
func PictureTrack(samples []Encoded, like *Segment, fps media.Rational) *Track {
	scale, step := VideoClock(fps)
	t := &Track{
		Samples: samples, Scale: uint32(scale), Lasts: []uint32{uint32(step)}, Length: int64(len(samples)) * step,
		Handler: "vide", Name: "pictures", Lang: "und", Raster: media.Raster{Width: int(like.Entry.Width), Height: int(like.Entry.Height)},
		Header: []mp4.Box{mp4.CreateVmhd()}, Stsd: pictureEntry(like),
	}
	var delay int64
	for i, s := range samples {
		delay = max(delay, int64(i)-int64(s.Pts))
	}
	t.Shift = make([]int32, len(samples))
	for i, s := range samples {
		t.Shift[i] = int32((int64(s.Pts) - int64(i) + delay) * step)
	}
	t.Skip = delay * step
	return t
}

// pictureEntry describes the pictures as the segment does, but for a bit rate
// that is no longer true.
func pictureEntry(s *Segment) mp4.Box {
	stsd := mp4.NewStsdBox()
	entry := mp4.CreateVisualSampleEntryBox(s.Entry.Type(), s.Entry.Width, s.Entry.Height, nil)
	entry.CompressorName = ""
	for _, b := range s.Entry.Children {
		if b.Type() != "btrt" {
			entry.AddChild(b)
		}
	}
	stsd.AddChild(entry)
	return stsd
}

// SoundTrack is the track of AAC frames of so many samples each, described by its
// AudioSpecificConfig; an edit leaves the priming out and ends after length samples.
func SoundTrack(frames []Encoded, each uint32, priming int64, config []byte, length int64) *Track {
	stsd := mp4.NewStsdBox()
	stsd.AddChild(mp4.CreateAudioSampleEntryBox("mp4a", media.Channels, 16, media.SampleRate, mp4.CreateEsdsBox(config)))
	return &Track{
		Samples: frames, Scale: media.SampleRate, Lasts: []uint32{each}, Skip: priming, Length: length,
		Handler: "soun", Name: "sound", Lang: "und", Header: []mp4.Box{mp4.CreateSmhd()}, Stsd: stsd,
		// A player that begins in the middle must decode one frame more than
		// it plays (ISO/IEC 14496-12, "roll" recovery).
		Extra: []mp4.Box{
			&mp4.SgpdBox{Version: 1, GroupingType: "roll", DefaultLength: 2, SampleGroupEntries: []mp4.SampleGroupEntry{&mp4.RollSampleGroupEntry{RollDistance: -1}}},
			&mp4.SbgpBox{GroupingType: "roll", SampleCounts: []uint32{uint32(len(frames))}, GroupDescriptionIndices: []uint32{1}},
		},
	}
}

// WithoutEdits lays the track out so that it needs no edit list: pictures are shown before
// they would be decoded, by negative offsets (ISO/IEC 14496-12, 8.6.1.3, version 1), and of
// sound the whole frames of priming are left out, so that its first frame, which nothing
// comes before, rises from silence.
func (t *Track) WithoutEdits() {
	t.noEdits = true
	for i := range t.Shift {
		t.Shift[i] -= int32(t.Skip)
	}
	if t.Shift == nil && len(t.Lasts) == 1 && t.Lasts[0] > 0 {
		t.Samples = t.Samples[min(int(t.Skip/int64(t.Lasts[0])), len(t.Samples)):]
		for _, b := range t.Extra {
			if group, ok := b.(*mp4.SbgpBox); ok {
				group.SampleCounts = []uint32{uint32(len(t.Samples))}
			}
		}
	}
	t.Skip = 0
}
