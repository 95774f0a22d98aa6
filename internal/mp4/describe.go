package mp4

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/Eyevinn/mp4ff/aac"
	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// Describe says what a file's boxes and parameter sets say, without decoding. What a
// broken file leaves unsaid stays empty; only reading can err.
func Describe(f *os.File, file *mp4.File) (media.Made, error) {
	made := media.Made{Fragmented: file.IsFragmented()}
	for _, trak := range file.Moov.Traks {
		made.Tracks = append(made.Tracks, track(trak, file.Moov.Traks))
		switch kind := trak.Mdia.Hdlr.HandlerType; {
		case kind == "vide" && made.Video.Codec == "" && !chaptersOf(trak, file.Moov.Traks):
			v, err := pictures(f, trak)
			if err != nil {
				return made, err
			}
			made.Video = v
		case kind == "soun" && made.Sound == nil:
			s := soundOf(f, trak)
			made.Sound = &s
		}
	}
	marks, err := Marks(f)
	if err != nil {
		return made, err
	}
	for _, m := range marks {
		switch m.Kind {
		case MarkAIGC:
			made.AIGC = append(made.AIGC, media.MadeAIGC{Place: m.Place, Value: m.Value})
		case MarkC2PA:
			made.C2PA++
		}
	}
	return made, nil
}

func track(trak *mp4.TrakBox, all []*mp4.TrakBox) media.MadeTrack {
	t := media.MadeTrack{Kind: trak.Mdia.Hdlr.HandlerType, Language: trak.Mdia.Mdhd.GetLanguage(), Chapters: chaptersOf(trak, all)}
	if e := trak.Mdia.Elng; e != nil && e.Language != "" {
		t.Language = e.Language
	}
	if trak.Edts != nil {
		for _, e := range trak.Edts.Elst {
			t.Edits += len(e.Entries)
		}
	}
	return t
}

// chaptersOf says whether a track holds the chapters of another one.
func chaptersOf(trak *mp4.TrakBox, all []*mp4.TrakBox) bool {
	for _, other := range all {
		for _, b := range other.Children {
			refs, ok := b.(*mp4.TrefBox)
			if !ok {
				continue
			}
			for _, r := range refs.Children {
				if r.Type() != "chap" {
					continue
				}
				for ids := payload(r); len(ids) >= 4; ids = ids[4:] {
					if binary.BigEndian.Uint32(ids) == trak.Tkhd.TrackID {
						return true
					}
				}
			}
		}
	}
	return false
}

// pictures describes a track of pictures.
func pictures(f *os.File, trak *mp4.TrakBox) (media.MadeVideo, error) {
	stbl := trak.Mdia.Minf.Stbl
	v := media.MadeVideo{SAR: media.Rational{Num: 1, Den: 1}, Even: even(stbl.Stts)}
	entry := stbl.Stsd.AvcX
	if entry == nil {
		if kids := stbl.Stsd.Children; len(kids) > 0 {
			v.Codec = kids[0].Type()
		}
		return v, nil
	}
	v.Codec = entry.Type()
	if sps := parameterSet(entry); sps != nil {
		parameters(&v, sps)
	}
	// The container's word on the shape of a pixel counts before the coded one
	// (ISO/IEC 14496-12, 12.1.4).
	if p := entry.Pasp; p != nil && p.HSpacing > 0 && p.VSpacing > 0 {
		v.SAR = media.Rational{Num: int64(p.HSpacing), Den: int64(p.VSpacing)}
	}
	samples, err := SampleTable(trak, f)
	if err != nil {
		return v, nil //nolint:nilerr // whoever reads the samples says so
	}
	v.BitRate = bitRate(samples, trak)
	return v, gops(f, samples, &v)
}

// parameterSet is the first sequence parameter set of an entry; nil where none can be
// read.
func parameterSet(entry *mp4.VisualSampleEntryBox) (sps *avc.SPS) {
	defer func() {
		if recover() != nil { // the parser trusts lengths that the file claims
			sps = nil
		}
	}()
	if entry.AvcC == nil || len(entry.AvcC.SPSnalus) == 0 {
		return nil
	}
	sps, err := avc.ParseSPSNALUnit(entry.AvcC.SPSnalus[0], true)
	if err != nil {
		return nil
	}
	return sps
}

// parameters takes over what a sequence parameter set says (ITU-T H.264, 7.4.2.1 and
// annex E).
func parameters(v *media.MadeVideo, sps *avc.SPS) {
	v.Profile = profileName(sps.Profile)
	v.Chroma = []string{"4:0:0", "4:2:0", "4:2:2", "4:4:4"}[min(sps.ChromaFormatIDC, 3)]
	v.Bits, v.Interlaced = 8+int(sps.BitDepthLumaMinus8), !sps.FrameMbsOnlyFlag
	u := sps.VUI
	if u == nil {
		return
	}
	if u.SampleAspectRatioWidth > 0 && u.SampleAspectRatioHeight > 0 {
		v.SAR = media.Rational{Num: int64(u.SampleAspectRatioWidth), Den: int64(u.SampleAspectRatioHeight)}
	}
	v.FullRange = u.VideoFullRangeFlag
	if u.ColourDescriptionFlag {
		v.Primaries, v.Transfer, v.Matrix = colour(u.ColourPrimaries), colour(u.TransferCharacteristics), colour(u.MatrixCoefficients)
	}
}

func profileName(idc uint32) string {
	switch idc {
	case 66:
		return "Baseline"
	case 77:
		return "Main"
	case 88:
		return "Extended"
	case 100:
		return "High"
	case 110:
		return "High 10"
	case 122:
		return "High 4:2:2"
	case 244:
		return "High 4:4:4"
	}
	return fmt.Sprintf("profile %d", idc)
}

// colour names the codes of ITU-T H.273 that pictures of our days have; primaries,
// transfer and matrix share those of BT.709.
func colour(code uint) string {
	switch code {
	case 1:
		return "bt709"
	case 2:
		return "" // unspecified
	case 5:
		return "bt470bg"
	case 6:
		return "smpte170m"
	case 9:
		return "bt2020"
	case 14:
		return "bt2020-10"
	case 16:
		return "smpte2084"
	case 18:
		return "arib-std-b67"
	}
	return fmt.Sprintf("code %d", code)
}

// even says whether every sample lasts as long as the others; the last may differ, as
// some muxers have it.
func even(stts *mp4.SttsBox) bool {
	for i, d := range stts.SampleTimeDelta {
		if d != stts.SampleTimeDelta[0] && (i+1 < len(stts.SampleTimeDelta) || stts.SampleCount[i] > 1) {
			return false
		}
	}
	return len(stts.SampleTimeDelta) > 0
}

func bitRate(samples []Sample, trak *mp4.TrakBox) int64 {
	var bytes, units int64
	for _, s := range samples {
		bytes += int64(s.Size)
	}
	stts := trak.Mdia.Minf.Stbl.Stts
	for i, d := range stts.SampleTimeDelta {
		units += int64(d) * int64(stts.SampleCount[i])
	}
	if units <= 0 || bytes > 1<<40 {
		return 0
	}
	return int64(float64(8*bytes) * float64(trak.Mdia.Mdhd.Timescale) / float64(units))
}

// gops looks where decoding may begin: at a closed group, which an IDR picture begins,
// nothing refers to what came before.
func gops(f io.ReaderAt, samples []Sample, v *media.MadeVideo) error {
	last := 0
	for i, s := range samples {
		if !s.Key {
			continue
		}
		v.Keyframes++
		v.LongestGOP, last = max(v.LongestGOP, i-last), i
		idr, err := beginsIDR(f, s)
		if err != nil {
			return err
		}
		if !idr {
			if v.OpenGOPs++; v.OpenGOPs == 1 {
				v.FirstOpen = i
			}
		}
	}
	v.LongestGOP = max(v.LongestGOP, len(samples)-last)
	return nil
}

// maxUnits bounds the NAL units that are looked at before a sample's first slice.
const maxUnits = 64

// beginsIDR says whether a sample's first slice is of an IDR picture. Lengths are of
// four bytes, as all muxers of our days write them.
func beginsIDR(f io.ReaderAt, s Sample) (bool, error) {
	at, end := s.Off, s.Off+int64(s.Size)
	for range maxUnits {
		if at+5 > end {
			return false, nil
		}
		var head [5]byte
		if _, err := f.ReadAt(head[:], at); err != nil {
			return false, fmt.Errorf("read the picture at byte %d: %w", at, err)
		}
		switch avc.GetNaluType(head[4]) {
		case avc.NALU_IDR:
			return true, nil
		case avc.NALU_NON_IDR, 2, 3, 4: // a slice, or a partition of one
			return false, nil
		default:
		}
		at += 4 + (int64(head[0])<<24 | int64(head[1])<<16 | int64(head[2])<<8 | int64(head[3]))
	}
	return false, nil
}

func soundOf(f *os.File, trak *mp4.TrakBox) media.MadeSound {
	var s media.MadeSound
	entry := trak.Mdia.Minf.Stbl.Stsd.Mp4a
	if entry == nil {
		if kids := trak.Mdia.Minf.Stbl.Stsd.Children; len(kids) > 0 {
			s.Codec = kids[0].Type()
		}
		return s
	}
	s.Codec, s.Rate, s.Channels = entry.Type(), int(entry.SampleRate), int(entry.ChannelCount)
	if c := audioConfig(entry); c != nil {
		s.Rate, s.Channels = c.SamplingFrequency, int(c.ChannelConfiguration)
		switch {
		case c.SBRPresentFlag:
			s.Profile = "HE"
		case c.ObjectType == aac.AAClc:
			s.Profile = "LC"
		default:
			s.Profile = fmt.Sprintf("object type %d", c.ObjectType)
		}
	}
	if samples, err := SampleTable(trak, f); err == nil {
		s.BitRate = bitRate(samples, trak)
	}
	return s
}

func audioConfig(entry *mp4.AudioSampleEntryBox) (c *aac.AudioSpecificConfig) {
	defer func() {
		if recover() != nil {
			c = nil
		}
	}()
	if entry.Esds == nil || entry.Esds.DecConfigDescriptor == nil || entry.Esds.DecConfigDescriptor.DecSpecificInfo == nil {
		return nil
	}
	c, err := aac.DecodeAudioSpecificConfig(bytes.NewReader(entry.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig))
	if err != nil {
		return nil
	}
	return c
}
