package ffmpeg

import (
	"context"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// silentPeak is -60 dBFS: sound that never passes it is none.
const silentPeak = 0.001

// fullScale is the largest 16-bit sample.
const fullScale = 32767.0 / 32768

// soundMeasure is what was found about a clip's sound.
type soundMeasure struct {
	has     bool
	length  time.Duration
	peak    float32
	clipped int64
	samples int64
	meter   *loudnessMeter
}

// listen reads the clip's sound on its own, lays it against the pictures and
// measures it. The file is opened a second time so that badly interleaved sound
// needs no buffer.
func (c *conformer) listen(ctx context.Context, pcm *pcmFile) error {
	var origin time.Duration
	select {
	case origin = <-c.origin:
	case <-ctx.Done():
		return ctx.Err()
	}
	c.sound.meter = newLoudnessMeter()
	start := c.job.Start.Samples(c.job.Spec.FPS, media.SampleRate)
	has, length, err := readSound(ctx, c.job.In, clipDemuxers, origin, func(pairs []float32, at int64) error {
		c.sound.add(pairs)
		if c.job.Mute {
			return nil
		}
		return pcm.WriteAt(pairs, at-start)
	})
	if err != nil {
		return err
	}
	c.sound.has, c.sound.length = has, length
	return nil
}

func (s *soundMeasure) add(pairs []float32) {
	for _, v := range pairs {
		v = abs32(v)
		s.peak = max(s.peak, v)
		if v >= fullScale {
			s.clipped++
		}
	}
	s.samples += int64(len(pairs))
	s.meter.add(pairs)
}

func (s *soundMeasure) report(out *media.Measurements) {
	out.Integrated, out.TruePeak = silence, silence
	if !s.has {
		return
	}
	out.HasAudio = true
	out.AudioDuration = s.length
	out.AVLengthDelta = s.length - out.Duration
	out.Silent = s.peak < silentPeak
	out.ClippedRatio = float64(s.clipped) / float64(max(1, s.samples))
	out.Integrated = s.meter.integrated()
	out.TruePeak = max(silence, s.meter.truePeak())
}

// lies are the header's claims that the pictures and the sound contradict.
func lies(m media.Measurements) []string {
	var out []string
	if d := gap(m.Info.Duration, max(m.Duration, m.AudioDuration)); m.Info.Duration > 0 && d > max(500*time.Millisecond, m.Duration/20) {
		out = append(out, fmt.Sprintf("claims to last %v, lasts %v", m.Info.Duration.Round(time.Millisecond), max(m.Duration, m.AudioDuration).Round(time.Millisecond)))
	}
	// A header has one rate; where the rate varies, as a phone's does, it is the
	// highest or the usual one and no lie.
	if m.Info.FPS.Valid() && m.Duration > 0 && m.Decoded > 1 && !m.VariableRate {
		fps := float64(m.Decoded) / m.Duration.Seconds()
		if claim := m.Info.FPS.Float(); fps < claim*0.95 || fps > claim*1.05 {
			out = append(out, fmt.Sprintf("claims %.2f pictures a second, has %.2f", claim, fps))
		}
	}
	if m.Info.AudioCodec != "" && !m.HasAudio {
		out = append(out, "claims a sound track, has no sound in it")
	}
	return out
}
