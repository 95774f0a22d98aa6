package ffmpeg

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/Eyevinn/mp4ff/mp4"
	"github.com/asticode/go-astiav"
)

// file checks the container without decoding: header in front, every sample
// inside the file, spans that must be copies, metadata.
func (v *verifier) file() error {
	if !strings.Contains(v.res.Info.Container, "mp4") {
		v.problem("it is %s, not MP4", v.res.Info.Container)
		return nil
	}
	f, err := os.Open(v.job.In)
	if err != nil {
		return fmt.Errorf("read boxes: %w", err)
	}
	defer f.Close()
	boxes, err := readBoxes(f)
	if problem, err := asProblem(err); err != nil {
		return err
	} else if problem != "" {
		v.problem("%s", problem)
		return nil
	}
	v.res.Faststart = headerInFront(boxes)
	if !v.res.Faststart {
		v.problem("its header stands behind its media data: a player must fetch all of it first")
	}
	v.res.Metadata = mdtaKeys(boxes.Moov)
	for i, t := range boxes.Moov.Traks {
		samples, err := sampleTable(t, f)
		if problem, err := asProblem(err); err != nil {
			return err
		} else if problem != "" {
			v.problem("track %d: %s", i+1, problem)
			continue
		}
		if t.Mdia.Hdlr.HandlerType == "vide" {
			if err := v.copies(f, t, samples); err != nil {
				return err
			}
		}
	}
	return nil
}

// headerInFront says whether moov comes before the first mdat.
func headerInFront(file *mp4.File) bool {
	for _, b := range file.Children {
		switch b.Type() {
		case "moov":
			return true
		case "mdat":
			return false
		}
	}
	return false
}

// copies compares the digests of spans that must be copies of their segments.
func (v *verifier) copies(f *os.File, trak *mp4.TrakBox, samples []sample) error {
	if len(v.job.PacketDigests) == 0 {
		return nil
	}
	s := &segment{f: f, samples: samples}
	fps := v.job.FPS
	if !fps.Valid() {
		v.problem("spans of frames cannot be compared without a frame rate")
		return nil
	}
	if problem, err := asProblem(s.number(trak, fps)); err != nil {
		return err
	} else if problem != "" {
		v.problem("its pictures: %s", problem)
		return nil
	}
	var buf []byte
	for _, d := range v.job.PacketDigests {
		h := sha256.New()
		for _, smp := range s.samples {
			if smp.pts < d.From || smp.pts >= d.To {
				continue
			}
			if cap(buf) < int(smp.size) {
				buf = make([]byte, smp.size)
			}
			if _, err := f.ReadAt(buf[:smp.size], smp.off); err != nil {
				return fmt.Errorf("read picture %d: %w", smp.pts, err)
			}
			h.Write(buf[:smp.size])
		}
		if got := hex.EncodeToString(h.Sum(nil)); got != d.SHA256 {
			v.problem("frames %d to %d are not the copy that they should be", d.From, d.To)
		}
	}
	return nil
}

// maxMetadata bounds one metadata value, and the number of keys.
const maxMetadata = 64 << 10

// mdtaKeys reads the metadata whose keys are of the namespace mdta, where FFmpeg
// writes it and where QuickTime does.
func mdtaKeys(moov *mp4.MoovBox) map[string]string {
	out := map[string]string{}
	boxes := moov.Children
	for _, b := range moov.Children {
		if u, ok := b.(*mp4.UdtaBox); ok {
			boxes = append(slices.Clip(boxes), u.Children...)
		}
	}
	for _, b := range boxes {
		meta, ok := b.(*mp4.MetaBox)
		if !ok || meta.Hdlr == nil || meta.Hdlr.HandlerType != "mdta" {
			continue
		}
		var keys []string
		for _, c := range meta.Children {
			switch c.Type() {
			case "keys":
				keys = readKeys(payload(c))
			case "ilst":
				readValues(payload(c), keys, out)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// payload is a box without its header, as it stands in a file.
func payload(b mp4.Box) []byte {
	var buf strings.Builder
	if err := b.Encode(&buf); err != nil || buf.Len() < 8 {
		return nil
	}
	return []byte(buf.String()[8:])
}

func readKeys(b []byte) []string {
	var keys []string
	for b = b[min(8, len(b)):]; len(b) >= 8; {
		n := int(binary.BigEndian.Uint32(b))
		if n < 8 || n > len(b) || len(keys) == maxMetadata {
			break
		}
		name := ""
		if string(b[4:8]) == "mdta" {
			name = string(b[8:n])
		}
		keys = append(keys, name)
		b = b[n:]
	}
	return keys
}

func readValues(b []byte, keys []string, out map[string]string) {
	for len(b) >= 8+16 {
		n, key := int(binary.BigEndian.Uint32(b)), int(binary.BigEndian.Uint32(b[4:]))
		if n < 8+16 || n > len(b) {
			return
		}
		if data := b[8:n]; string(data[4:8]) == "data" && key >= 1 && key <= len(keys) && keys[key-1] != "" && len(data) <= maxMetadata {
			out[keys[key-1]] = string(data[16:])
		}
		b = b[n:]
	}
}

// cues checks that every subtitle lies inside the file and names the languages.
func (v *verifier) cues(ctx context.Context) error {
	in, err := openInput(ctx, v.job.In, clipDemuxers)
	if err != nil {
		return err
	}
	defer in.Close()
	texts := map[int]*astiav.Stream{}
	for _, s := range in.streams {
		if s.CodecParameters().MediaType() == astiav.MediaTypeSubtitle {
			texts[s.Index()] = s
		}
	}
	if len(texts) == 0 || !v.fps.Valid() {
		return nil
	}
	end := v.res.Frames.Duration(v.fps)
	pkt := astiav.AllocPacket()
	if pkt == nil {
		return errors.New("read cues: out of memory")
	}
	defer pkt.Free()
	for {
		err := in.Read(pkt)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if problem, err := asProblem(err); err != nil {
			return err
		} else if problem != "" {
			v.problem("its subtitles: %s", problem)
			return nil
		}
		if s := texts[pkt.StreamIndex()]; s != nil && pkt.Size() > 2 { // less is a gap between cues
			d := decoder{base: s.TimeBase()}
			if from, to := d.Time(pkt.Pts()), d.Time(pkt.Pts()+pkt.Duration()); from < 0 || to > end {
				v.problem("a subtitle of stream %d from %s to %s lies outside the file", pkt.StreamIndex(), from, to)
			}
		}
		pkt.Unref()
	}
}
