package ffmpeg

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/Eyevinn/mp4ff/mp4"
)

// moov builds the header for the offsets as they are now. wide asks for 64-bit
// offsets.
func (m *muxMovie) moov(wide bool) *mp4.MoovBox {
	moov := mp4.NewMoovBox()
	mvhd := mp4.CreateMvhd()
	mvhd.Timescale, mvhd.Duration = m.scale, uint64(m.length)
	mvhd.NextTrackID = uint32(len(m.tracks) + 1)
	if m.length > math.MaxUint32 {
		mvhd.Version = 1
	}
	moov.AddChild(mvhd)
	for i, t := range m.tracks {
		moov.AddChild(m.trak(t, uint32(i+1), wide))
	}
	if udta := m.udta(); udta != nil {
		moov.AddChild(udta)
	}
	return moov
}

func (m *muxMovie) trak(t *muxTrack, id uint32, wide bool) *mp4.TrakBox {
	trak := mp4.NewTrakBox()
	shown := t.length * int64(m.scale) / int64(t.scale)
	tkhd := mp4.CreateTkhd()
	tkhd.TrackID, tkhd.Duration, tkhd.AlternateGroup = id, uint64(shown), t.group
	tkhd.Flags = 3 // enabled, in the movie
	if t.hidden {
		tkhd.Flags = 2
	}
	if t.handler == "soun" {
		tkhd.Volume = 0x0100
	}
	tkhd.Width, tkhd.Height = mp4.Fixed32(t.raster.Width<<16), mp4.Fixed32(t.raster.Height<<16)
	elst := &mp4.ElstBox{Entries: []mp4.ElstEntry{{SegmentDuration: uint64(shown), MediaTime: t.skip, MediaRateInteger: 1}}}
	var media int64
	for i := range t.samples {
		media += int64(t.last(i))
	}
	mdhd := &mp4.MdhdBox{Timescale: t.scale, Duration: uint64(media)}
	mdhd.SetLanguage(t.lang)
	if max(shown, media) > math.MaxUint32 {
		tkhd.Version, elst.Version, mdhd.Version = 1, 1, 1
	}
	trak.AddChild(tkhd)
	if t.skip != 0 || t.shift != nil || t.handler == "soun" {
		edts := &mp4.EdtsBox{}
		edts.AddChild(elst)
		trak.AddChild(edts)
	}
	if t.refs != nil {
		trak.AddChild(t.refs)
	}
	mdia := mp4.NewMdiaBox()
	mdia.AddChild(mdhd)
	if t.tag != "" {
		mdia.AddChild(mp4.CreateElng(t.tag))
	}
	mdia.AddChild(&mp4.HdlrBox{HandlerType: t.handler, Name: t.name})
	minf := mp4.NewMinfBox()
	for _, h := range t.header {
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

func (t *muxTrack) stbl(wide bool) *mp4.StblBox {
	stbl := mp4.NewStblBox()
	stbl.AddChild(t.stsd)
	stts, ctts := &mp4.SttsBox{}, &mp4.CttsBox{EndSampleNr: []uint32{0}}
	stsz, stss := &mp4.StszBox{SampleNumber: uint32(len(t.samples))}, &mp4.StssBox{}
	for i, s := range t.samples {
		if d := t.last(i); len(stts.SampleCount) == 0 || stts.SampleTimeDelta[len(stts.SampleTimeDelta)-1] != d {
			stts.SampleCount = append(stts.SampleCount, 1)
			stts.SampleTimeDelta = append(stts.SampleTimeDelta, d)
		} else {
			stts.SampleCount[len(stts.SampleCount)-1]++
		}
		if t.shift != nil {
			if n := len(ctts.SampleOffset); n > 0 && ctts.SampleOffset[n-1] == t.shift[i] {
				ctts.EndSampleNr[n]++
			} else {
				ctts.SampleOffset = append(ctts.SampleOffset, t.shift[i])
				ctts.EndSampleNr = append(ctts.EndSampleNr, uint32(i+1))
			}
		}
		stsz.SampleSize = append(stsz.SampleSize, s.size)
		if s.key {
			stss.SampleNumber = append(stss.SampleNumber, uint32(i+1))
		}
	}
	stbl.AddChild(stts)
	if len(stss.SampleNumber) < len(t.samples) {
		stbl.AddChild(stss)
	}
	if t.shift != nil {
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
	for _, b := range t.extra {
		stbl.AddChild(b)
	}
	return stbl
}

// udta holds the chapters and, as FFmpeg's own muxer places it, a metadata box
// of mdta keys. It is nil when there is neither.
func (m *muxMovie) udta() mp4.Box {
	udta := &mp4.UdtaBox{}
	if len(m.metadata) > 0 {
		udta.AddChild(m.meta())
	}
	if len(m.chapters) > 0 {
		udta.AddChild(m.chpl())
	}
	if len(udta.Children) == 0 {
		return nil
	}
	return udta
}

// meta is a list of keys and a list of values (Apple, QuickTime File Format,
// "Metadata item keys atom").
func (m *muxMovie) meta() mp4.Box {
	meta := mp4.CreateMetaBox(0, &mp4.HdlrBox{HandlerType: "mdta"})
	names := make([]string, 0, len(m.metadata))
	for k := range m.metadata {
		names = append(names, k)
	}
	slices.Sort(names)
	keys := cat(be32(0), be32(uint32(len(names))))
	var ilst []byte
	for i, k := range names {
		keys = cat(keys, be32(uint32(8+len(k))), []byte("mdta"), []byte(k))
		value := []byte(m.metadata[k])
		const utf8 = 1
		data := cat(be32(uint32(16+len(value))), []byte("data"), be32(utf8), be32(0), value)
		ilst = cat(ilst, be32(uint32(8+len(data))), be32(uint32(i+1)), data)
	}
	meta.AddChild(box("keys", keys))
	meta.AddChild(box("ilst", ilst))
	return meta
}

// chpl is Nero's list of chapters, which FFmpeg and most players read.
func (m *muxMovie) chpl() mp4.Box {
	list := m.chapters[:min(len(m.chapters), math.MaxUint8)]
	b := cat(be32(1<<24), be32(0), []byte{byte(len(list))})
	for _, c := range list {
		title := cutText(c.Title, math.MaxUint8)
		b = cat(b, be64(uint64(c.At.Duration(m.fps)/100)), []byte{byte(len(title))}, []byte(title))
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
