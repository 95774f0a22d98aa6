package animatic

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// Lip sync is rehearsed: no lips are drawn, for the clip may be anybody's. Its own
// pictures come back with a mouth in a corner that opens while somebody speaks, and words
// that say what it is.

// Files of what is worked on, beside the request.
const (
	lipClipName = "clip.in"
	lipWAVName  = "speech.in"
	maxLipClip  = 1 << 30
)

const (
	// loud is from where a stretch of sound counts as spoken, full scale 1.
	loud = 0.01
	// mouthStep is how long a mouth keeps its shape at least, frames a second.
	mouthStep = 8
)

// keepMaterial keeps what is worked on.
func (p *Provider) keepMaterial(ctx context.Context, m *provider.Material, to string) error {
	if m == nil || m.Open == nil {
		return &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: "there is no clip, or nothing that is said in it"}
	}
	lost := func(err error) error {
		return &provider.Error{Kind: provider.KindTransient, Op: "submit", Message: "what lips are changed of cannot be kept", Err: err}
	}
	in, err := m.Open(ctx)
	if err != nil {
		return lost(err)
	}
	defer in.Close()
	tmp := to + ".new"
	out, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return lost(err)
	}
	n, err := io.Copy(out, io.LimitReader(in, maxLipClip+1))
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err == nil && n > maxLipClip {
		return &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: fmt.Sprintf("the clip is over %d bytes", maxLipClip)}
	}
	if err == nil {
		err = os.Rename(tmp, to)
	}
	if err != nil {
		return lost(err)
	}
	return nil
}

// mouths draws a job's lips.
func (p *Provider) mouths(ctx context.Context, key string, j *job, scratch string) error {
	r := j.w.Request
	spans, err := spokenSpans(p.path(key, lipWAVName), r.FPS, r.Frames)
	if err != nil {
		return fmt.Errorf("listen to the speech: %w", err)
	}
	out := filepath.Join(scratch, "clip.mp4")
	_, err = p.o.Runner.Run(ctx, media.Job{Conform: &media.ConformJob{
		In: p.path(key, lipClipName), OutVideo: out, OutAudio: filepath.Join(scratch, "sound.wav"),
		Spec:   media.Spec{Raster: r.Raster, FPS: r.FPS, Fit: media.FitFill, Encoder: p.o.Encoder},
		Frames: r.Frames, MaxHold: r.Frames - 1, Mute: true, Burn: mouthTexts(spans, r.FPS),
	}}, nil, func(pr media.Progress) {
		j.mu.Lock()
		j.progress = pr
		j.mu.Unlock()
	})
	if err != nil {
		return fmt.Errorf("mark who speaks: %w", err)
	}
	return p.keep(key, j, nil, func(to string) error { return os.Rename(out, to) })
}

// mouthTexts are the marks: what it is, and a mouth that is open, half open, or shut.
func mouthTexts(spans []span, fps media.Rational) (all []media.Text) {
	step := max(media.Frames(fps.Float()/mouthStep), 1)
	for _, s := range spans {
		for at, n := s.from, 0; at < s.to; at, n = at+step, n+1 {
			mouth := "( - )"
			if n%2 == 0 {
				mouth = "( O )"
			}
			all = append(all, media.Text{Text: "lips: rehearsal " + mouth, From: at, To: min(at+step, s.to), Style: "title", Position: "top-right", Language: "en"})
		}
	}
	return all
}

// span is where somebody speaks.
type span struct{ from, to media.Frames }

// spokenSpans are the frames of a WAV, 48 kHz stereo s16, in which it is not silent.
func spokenSpans(path string, fps media.Rational, frames media.Frames) (spans []span, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const header = 44
	if _, err := f.Seek(header, io.SeekStart); err != nil {
		return nil, err
	}
	gap := media.Frames(fps.Float() / 4)
	for n := range frames {
		size := 4 * ((n+1).Samples(fps, media.SampleRate) - n.Samples(fps, media.SampleRate))
		raw := make([]byte, size)
		read, err := io.ReadFull(f, raw)
		if read == 0 && err != nil {
			break // no more sound: silence
		}
		var power float64
		for i := 0; i+1 < read; i += 2 {
			v := float64(int16(binary.LittleEndian.Uint16(raw[i:]))) / math.MaxInt16
			power += v * v
		}
		if math.Sqrt(power/float64(max(read/2, 1))) < loud {
			continue
		}
		if k := len(spans); k > 0 && n-spans[k-1].to <= gap {
			spans[k-1].to = n + 1
		} else {
			spans = append(spans, span{n, n + 1})
		}
	}
	return spans, nil
}
