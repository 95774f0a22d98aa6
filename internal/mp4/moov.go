package mp4

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/Eyevinn/mp4ff/mp4"
)

// moov builds the header for the offsets as they are now. wide asks for 64-bit
// offsets.
func (m *Movie) moov(wide bool) *mp4.MoovBox {
	moov := mp4.NewMoovBox()
	mvhd := mp4.CreateMvhd()
	mvhd.Timescale, mvhd.Duration = m.Scale, uint64(m.Length)
	mvhd.NextTrackID = uint32(len(m.Tracks) + 1)
	if m.Length > math.MaxUint32 {
		mvhd.Version = 1
	}
	moov.AddChild(mvhd)
	for i, t := range m.Tracks {
		moov.AddChild(m.trak(t, uint32(i+1), wide))
	}
	if udta := m.udta(); udta != nil {
		moov.AddChild(udta)
	}
	return moov
}

func (m *Movie) trak(t *Track, id uint32, wide bool) *mp4.TrakBox {
	trak := mp4.NewTrakBox()
	shown := t.Length * int64(m.Scale) / int64(t.Scale)
	tkhd := mp4.CreateTkhd()
	tkhd.TrackID, tkhd.Duration, tkhd.AlternateGroup = id, uint64(shown), t.group
	tkhd.Flags = 3 // enabled, in the movie
	if t.hidden {
		tkhd.Flags = 2
	}
	if t.Handler == "soun" {
		tkhd.Volume = 0x0100
	}
	tkhd.Width, tkhd.Height = mp4.Fixed32(t.Raster.Width<<16), mp4.Fixed32(t.Raster.Height<<16)
	elst := &mp4.ElstBox{Entries: []mp4.ElstEntry{{SegmentDuration: uint64(shown), MediaTime: t.Skip, MediaRateInteger: 1}}}
	var media int64
	for i := range t.Samples {
		media += int64(t.last(i))
	}
	mdhd := &mp4.MdhdBox{Timescale: t.Scale, Duration: uint64(media)}
	mdhd.SetLanguage(t.Lang)
	if max(shown, media) > math.MaxUint32 {
		tkhd.Version, elst.Version, mdhd.Version = 1, 1, 1
	}
	trak.AddChild(tkhd)
	if !t.noEdits && (t.Skip != 0 || t.Shift != nil || t.Handler == "soun") {
		edts := &mp4.EdtsBox{}
		edts.AddChild(elst)
		trak.AddChild(edts)
	}
	if t.Refs != nil {
		trak.AddChild(t.Refs)
	}
	mdia := mp4.NewMdiaBox()
	mdia.AddChild(mdhd)
	if t.tag != "" {
		mdia.AddChild(mp4.CreateElng(t.tag))
	}
	mdia.AddChild(&mp4.HdlrBox{HandlerType: t.Handler, Name: t.Name})
	minf := mp4.NewMinfBox()
	for _, h := range t.Header {
		minf.AddChild(h)
	}
	dinf := &mp4.DinfBox{}
	dinf.AddChild(mp4.CreateDref())
	minf.AddChild(dinf)
	minf.AddChild(t.stbl(wide))
	mdia.AddChild(minf)
	trak.AddChild(mdia)
	return trak
}

func (t *Track) stbl(wide bool) *mp4.StblBox {
	stbl := mp4.NewStblBox()
	stbl.AddChild(t.Stsd)
	stts, ctts := &mp4.SttsBox{}, &mp4.CttsBox{EndSampleNr: []uint32{0}}
	stsz, stss := &mp4.StszBox{SampleNumber: uint32(len(t.Samples))}, &mp4.StssBox{}
	for i, s := range t.Samples {
		if d := t.last(i); len(stts.SampleCount) == 0 || stts.SampleTimeDelta[len(stts.SampleTimeDelta)-1] != d {
			stts.SampleCount = append(stts.SampleCount, 1)
			stts.SampleTimeDelta = append(stts.SampleTimeDelta, d)
		} else {
			stts.SampleCount[len(stts.SampleCount)-1]++
		}
		if t.Shift != nil {
			if n := len(ctts.SampleOffset); n > 0 && ctts.SampleOffset[n-1] == t.Shift[i] {
				ctts.EndSampleNr[n]++
			} else {
				ctts.SampleOffset = append(ctts.SampleOffset, t.Shift[i])
				ctts.EndSampleNr = append(ctts.EndSampleNr, uint32(i+1))
			}
		}
		stsz.SampleSize = append(stsz.SampleSize, s.Size)
		if s.Key {
			stss.SampleNumber = append(stss.SampleNumber, uint32(i+1))
		}
	}
	for _, off := range ctts.SampleOffset {
		if off < 0 {
			ctts.Version = 1 // signed offsets
		}
	}
	stbl.AddChild(stts)
	if len(stss.SampleNumber) < len(t.Samples) {
		stbl.AddChild(stss)
	}
	if t.Shift != nil {
		stbl.AddChild(ctts)
	}
	stsc, stco, co64 := &mp4.StscBox{}, &mp4.StcoBox{}, &mp4.Co64Box{}
	stsc.SetSingleSampleDescriptionID(1)
	for i, c := range t.chunks {
		if n := len(stsc.Entries); n == 0 || int(stsc.Entries[n-1].SamplesPerChunk) != c.count {
			stsc.Entries = append(stsc.Entries, mp4.StscEntry{FirstChunk: uint32(i + 1), SamplesPerChunk: uint32(c.count)})
		}
		stco.ChunkOffset = append(stco.ChunkOffset, uint32(c.off))
		co64.ChunkOffset = append(co64.ChunkOffset, uint64(c.off))
	}
	stbl.AddChild(stsc)
	stbl.AddChild(stsz)
	if wide {
		stbl.AddChild(co64)
	} else {
		stbl.AddChild(stco)
	}
	for _, b := range t.Extra {
		stbl.AddChild(b)
	}
	return stbl
}

// udta holds the chapters and, as FFmpeg's own muxer places it, a metadata box
// of mdta keys. It is nil when there is neither.
func (m *Movie) udta() mp4.Box {
	udta := &mp4.UdtaBox{}
	if len(m.Metadata) > 0 {
		udta.AddChild(m.meta())
	}
	if len(m.Chapters) > 0 {
		udta.AddChild(m.chpl())
	}
	if len(udta.Children) == 0 {
		return nil
	}
	return udta
}

// meta is a list of keys and a list of values (Apple, QuickTime File Format,
// "Metadata item keys atom").
func (m *Movie) meta() mp4.Box {
	meta := mp4.CreateMetaBox(0, &mp4.HdlrBox{HandlerType: "mdta"})
	names := make([]string, 0, len(m.Metadata))
	for k := range m.Metadata {
		names = append(names, k)
	}
	slices.Sort(names)
	keys := cat(be32(0), be32(uint32(len(names))))
	var ilst []byte
	for i, k := range names {
		keys = cat(keys, be32(uint32(8+len(k))), []byte("mdta"), []byte(k))
		value := []byte(m.Metadata[k])
		const utf8 = 1
		data := cat(be32(uint32(16+len(value))), []byte("data"), be32(utf8), be32(0), value)
		ilst = cat(ilst, be32(uint32(8+len(data))), be32(uint32(i+1)), data)
	}
	meta.AddChild(box("keys", keys))
	meta.AddChild(box("ilst", ilst))
	return meta
}

// chpl is Nero's list of chapters, which FFmpeg and most players read.
func (m *Movie) chpl() mp4.Box {
	list := m.Chapters[:min(len(m.Chapters), math.MaxUint8)]
	b := cat(be32(1<<24), be32(0), []byte{byte(len(list))})
	for _, c := range list {
		title := cutText(c.Title, math.MaxUint8)
		b = cat(b, be64(uint64(c.At.Duration(m.FPS)/100)), []byte{byte(len(title))}, []byte(title))
	}
	return box("chpl", b)
}

// box is a box of raw bytes.
func box(name string, payload []byte) mp4.Box {
	return mp4.CreateUnknownBox(name, uint64(8+len(payload)), payload)
}

func cat(parts ...[]byte) []byte { return slices.Concat(parts...) }

func be16(v uint16) []byte { return binary.BigEndian.AppendUint16(nil, v) }
func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
func be64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }
