package rehearsal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// Runner is a media.Runner that decodes and encodes nothing: it writes a few
// bytes where a file is asked for and measures what the fake vendor says that the
// clip looks like.
type Runner struct{}

var _ media.Runner = Runner{}

// Run carries out the job by writing its files.
func (Runner) Run(ctx context.Context, job media.Job, _ io.Reader, report func(media.Progress)) (media.Result, error) {
	if err := ctx.Err(); err != nil {
		return media.Result{}, err
	}
	if report != nil {
		report(media.Progress{Done: 1})
	}
	switch {
	case job.Conform != nil:
		r, err := conform(job.Conform)
		return media.Result{Conform: r}, err
	case job.Frame != nil:
		body, err := os.ReadFile(job.Frame.In)
		if err != nil {
			return media.Result{}, err
		}
		return media.Result{Frame: &media.FrameResult{}}, os.WriteFile(job.Frame.Out, fmt.Appendf(body, "still %d", job.Frame.Frame), 0o600)
	case job.Assemble != nil:
		r, err := assemble(job.Assemble)
		return media.Result{Assemble: r}, err
	case job.Split != nil:
		r, err := split(job.Split)
		return media.Result{Split: r}, err
	case job.Rendition != nil:
		return media.Result{Rendition: &media.RenditionResult{}}, renditions(job.Rendition)
	case job.Cover != nil:
		return media.Result{Cover: &media.CoverResult{}}, covers(job.Cover)
	case job.Lay != nil:
		return media.Result{Lay: &media.LayResult{}}, lay(job.Lay)
	case job.Probe != nil:
		return media.Result{Probe: &media.Info{FPS: fps, Duration: media.Frames(96).Duration(fps)}}, nil
	}
	return media.Result{}, errors.New("rehearse media: no such job here")
}

// Sounding is a runner whose conformed sound can be listened to: a WAV file as long as
// the take, of nothing in particular.
type Sounding struct{ media.Runner }

// Run carries out the job.
func (s Sounding) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	r, err := s.Runner.Run(ctx, job, in, report)
	if err != nil || r.Conform == nil {
		return r, err
	}
	const rate = 8000
	samples := make([]int16, r.Conform.Frames.Samples(job.Conform.Spec.FPS, rate))
	return r, os.WriteFile(job.Conform.OutAudio, pcm.EncodeWAV(samples, rate), 0o600)
}

func lay(j *media.LayJob) error {
	h := sha256.New()
	for _, s := range j.Sounds {
		body, err := os.ReadFile(s.Path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%x %d %g", body, s.At, s.Rate)
	}
	return os.WriteFile(j.Out, h.Sum(nil), 0o600)
}

func conform(j *media.ConformJob) (*media.ConformResult, error) {
	body, err := os.ReadFile(j.In)
	if err != nil {
		return nil, err
	}
	has := func(b fake.Behaviour) bool { return bytes.HasSuffix(body, []byte(" "+string(b))) }
	if has(fake.Garbage) || has(fake.Truncated) || has(fake.HTML) {
		return nil, &media.ClipError{Reason: "no stream that can be decoded"}
	}
	frames := j.Frames
	if frames == 0 {
		frames = 96
	}
	m := media.Measurements{
		Info:    media.Info{Raster: j.Spec.Raster, FPS: j.Spec.FPS, SAR: media.Rational{Num: 1, Den: 1}},
		Decoded: frames, Conformed: frames, Duration: frames.Duration(j.Spec.FPS), Motion: 1, Sharpness: 100, HasAudio: true,
		Integrated: -20, TruePeak: -6, AudioDuration: frames.Duration(j.Spec.FPS),
	}
	switch {
	case has(fake.Black):
		m.BlackRatio = 1
	case has(fake.Frozen):
		m.FrozenRatio, m.LongestFreeze = 1, frames
	case has(fake.Short):
		m.Decoded, m.Duration, m.Held = frames/2, (frames / 2).Duration(j.Spec.FPS), frames-frames/2
	case has(fake.Silent):
		m.Silent = true
	}
	sum := sha256.Sum256(fmt.Appendf(body, "%+v", j.Spec))
	if err := os.WriteFile(j.OutVideo, sum[:], 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(j.OutAudio, sum[:16], 0o600); err != nil {
		return nil, err
	}
	if j.OutReview != "" {
		if err := os.WriteFile(j.OutReview, fmt.Appendf(sum[:], " for a browser"), 0o600); err != nil {
			return nil, err
		}
	}
	return &media.ConformResult{
		Measurements: m, Frames: frames, Samples: frames.Samples(j.Spec.FPS, media.SampleRate), VideoDigest: hex.EncodeToString(sum[:]),
	}, nil
}

func assemble(j *media.AssembleJob) (*media.AssembleResult, error) {
	h := sha256.New()
	r := &media.AssembleResult{Integrated: j.Loudness.Integrated, TruePeak: j.Loudness.TruePeak - 1}
	at := media.Frames(0)
	for i, s := range j.Segments {
		body, err := os.ReadFile(s.Video)
		if err != nil {
			return nil, err
		}
		h.Write(body)
		r.Joins = append(r.Joins, at)
		at += s.Frames
		if i+1 < len(j.Segments) {
			at -= s.Out.Overlap()
		}
	}
	r.Frames, r.Copied = at, at
	for range j.Effects {
		r.Effects = append(r.Effects, 12) // each lasts half a second
	}
	if err := os.WriteFile(j.Out, h.Sum(nil), 0o600); err != nil {
		return nil, err
	}
	for _, s := range j.Stems {
		if err := os.WriteFile(s.Path, fmt.Appendf(nil, "%v %v", s.Layers, s.Comments), 0o600); err != nil {
			return nil, err
		}
	}
	r.Bytes = int64(h.Size())
	if j.Contact != nil {
		if err := os.WriteFile(j.Contact.Out, fmt.Append([]byte(noPicture), j.Contact.Names), 0o600); err != nil {
			return nil, err
		}
	}
	var err error
	if r.Ladder, err = ladder(j); err != nil {
		return nil, err
	}
	if j.Poster == "" {
		return r, nil
	}
	return r, os.WriteFile(j.Poster, []byte(noPicture+"poster"), 0o600)
}

// noPicture is a JPEG without one: its first two marks.
const noPicture = "\xff\xd8\xff\xd9"

// ladder writes a file a rung, of one fragment, out of the shots' renditions.
func ladder(j *media.AssembleJob) (*media.LadderResult, error) {
	if j.Ladder == nil {
		return nil, nil
	}
	file := func(path string, body []byte) (media.Fragmented, error) {
		return media.Fragmented{
			Codecs: "none", Scale: 24, Header: 1, Bytes: int64(len(body)),
			Fragments: []media.Fragment{{Off: 1, Bytes: int64(len(body)) - 1, First: 1, Ticks: 24, Opens: true}},
		}, os.WriteFile(path, body, 0o600)
	}
	r := &media.LadderResult{}
	for _, rung := range j.Ladder.Rungs {
		body := []byte("rung " + rung.Rung.Raster.String())
		for _, shot := range rung.Shots {
			part, err := os.ReadFile(shot)
			if err != nil {
				return nil, err
			}
			body = append(body, part...)
		}
		f, err := file(rung.Out, body)
		if err != nil {
			return nil, err
		}
		r.Rungs = append(r.Rungs, f)
	}
	var err error
	r.Sound, err = file(j.Ladder.Sound, []byte("sound"))
	return r, err
}

func renditions(j *media.RenditionJob) error {
	body, err := os.ReadFile(j.In)
	if err != nil {
		return err
	}
	for _, o := range j.Outs {
		if err := os.WriteFile(o.Path, fmt.Appendf(body, " at %s", o.Rung.Raster), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func covers(j *media.CoverJob) error {
	body, err := os.ReadFile(j.In)
	if err != nil {
		return err
	}
	for _, o := range j.Covers {
		if err := os.WriteFile(o.Out, fmt.Appendf([]byte(noPicture), "%s frame %d %s %q %v", body, j.Frame, o.Raster, o.Title, j.Focus), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// split writes a clip's pieces, unless the fake vendor says that it is not cut.
func split(j *media.SplitJob) (*media.SplitResult, error) {
	body, err := os.ReadFile(j.In)
	if err != nil {
		return nil, err
	}
	if bytes.HasSuffix(body, []byte(" "+string(fake.Garbage))) {
		return nil, &media.ClipError{Reason: "no stream that can be decoded"}
	}
	if bytes.HasSuffix(body, []byte(" "+string(fake.Uncut))) {
		return &media.SplitResult{FPS: fps, Why: fmt.Sprintf("%d cuts found where %d were asked for", len(j.Windows)-2, len(j.Windows)-1)}, nil
	}
	for i, out := range j.Outs {
		if out == "" {
			continue
		}
		// What is wrong with the clip is wrong with each piece.
		if err := os.WriteFile(out, fmt.Appendf(nil, "piece %d of %s", i, body), 0o600); err != nil {
			return nil, err
		}
	}
	return &media.SplitResult{FPS: fps}, nil
}
