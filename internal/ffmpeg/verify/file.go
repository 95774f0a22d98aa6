package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	mp4ff "github.com/Eyevinn/mp4ff/mp4"
	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
)

// file checks the container without decoding: header in front, every sample
// inside the file, spans that must be copies, metadata.
func (v *verifier) file() error {
	if !strings.Contains(v.res.Info.Container, "mp4") {
		v.problem(RuleContainer, "it is %s, not MP4", v.res.Info.Container)
		return nil
	}
	f, err := os.Open(v.job.In)
	if err != nil {
		return fmt.Errorf("read boxes: %w", err)
	}
	defer f.Close()
	boxes, err := mp4.ReadBoxes(f)
	if problem, err := asProblem(err); err != nil {
		return err
	} else if problem != "" {
		v.problem(RuleContainer, "%s", problem)
		return nil
	}
	v.res.Faststart = mp4.HeaderInFront(boxes)
	if !v.res.Faststart {
		v.problem(RuleMoov, "its header stands behind its media data: a player must fetch all of it first")
	}
	v.res.Metadata = mp4.Metadata(boxes.Moov)
	made, err := mp4.Describe(f, boxes)
	if err != nil {
		return err
	}
	v.res.Made = &made
	for i, t := range boxes.Moov.Traks {
		samples, err := mp4.SampleTable(t, f)
		if problem, err := asProblem(err); err != nil {
			return err
		} else if problem != "" {
			v.problem(RuleSamples, "track %d: %s", i+1, problem)
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

// copies compares the digests of spans that must be copies of their segments.
func (v *verifier) copies(f *os.File, trak *mp4ff.TrakBox, samples []mp4.Sample) error {
	if len(v.job.PacketDigests) == 0 {
		return nil
	}
	s := &mp4.Segment{File: f, Samples: samples}
	fps := v.job.FPS
	if !fps.Valid() {
		v.problem(RuleCopies, "spans of frames cannot be compared without a frame rate")
		return nil
	}
	if problem, err := asProblem(s.Number(trak, fps)); err != nil {
		return err
	} else if problem != "" {
		v.problem(RuleSamples, "its pictures: %s", problem)
		return nil
	}
	var buf []byte
	for _, d := range v.job.PacketDigests {
		h := sha256.New()
		for _, smp := range s.Samples {
			if smp.Pts < d.From || smp.Pts >= d.To {
				continue
			}
			if cap(buf) < int(smp.Size) {
				buf = make([]byte, smp.Size)
			}
			if _, err := f.ReadAt(buf[:smp.Size], smp.Off); err != nil {
				return fmt.Errorf("read picture %d: %w", smp.Pts, err)
			}
			h.Write(buf[:smp.Size])
		}
		if got := hex.EncodeToString(h.Sum(nil)); got != d.SHA256 {
			v.problem(RuleCopies, "frames %d to %d are not the copy that they should be", d.From, d.To)
		}
	}
	return nil
}

// cues checks that every subtitle lies inside the file and names the languages.
func (v *verifier) cues(ctx context.Context) error {
	in, err := footage.Open(ctx, v.job.In, footage.Clips)
	if err != nil {
		return err
	}
	defer in.Close()
	texts := map[int]*astiav.Stream{}
	for _, s := range in.Streams {
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
			v.problem(RuleCueInside, "its subtitles: %s", problem)
			return nil
		}
		if s := texts[pkt.StreamIndex()]; s != nil && pkt.Size() > 2 { // less is a gap between cues
			d := footage.Decoder{Base: s.TimeBase()}
			from, to := d.Time(pkt.Pts()), d.Time(pkt.Pts()+pkt.Duration())
			if from < 0 || to > end {
				v.problem(RuleCueInside, "a subtitle of stream %d from %s to %s lies outside the file", pkt.StreamIndex(), from, to)
			}
			v.cue(pkt.StreamIndex(), from, to)
		}
		pkt.Unref()
	}
}

// maxCues bounds the subtitles that are told of.
const maxCues = 20_000

// cue keeps when a subtitle is shown, in frames.
func (v *verifier) cue(stream int, from, to time.Duration) {
	m := v.res.Made
	if m == nil || len(m.Cues) == maxCues {
		return
	}
	c := media.MadeCue{Track: stream, From: media.FramesIn(from, v.fps), To: media.FramesIn(to, v.fps)}
	if stream < len(m.Tracks) {
		c.Language = m.Tracks[stream].Language
	}
	m.Cues = append(m.Cues, c)
}
