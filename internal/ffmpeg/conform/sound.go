package conform

import (
	"context"
	"time"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
)

// silentPeak is -60 dBFS: sound that never passes it is none.
const silentPeak = 0.001

// fullScale is the largest 16-bit sample.
const fullScale = 32767.0 / 32768

// soundMeasure is what was found about a clip's sound.
type soundMeasure struct {
	heard   footage.Heard
	peak    float32
	clipped int64
	samples int64
	meter   *sound.Meter
	music   *sound.Music
}

// listen reads the clip's sound on its own, lays it against the pictures and
// measures it. The file is opened a second time so that badly interleaved sound
// needs no buffer.
func (c *conformer) listen(ctx context.Context, pcm *sound.WAV) error {
	var origin time.Duration
	select {
	case origin = <-c.origin:
	case <-ctx.Done():
		return ctx.Err()
	}
	c.sound.meter, c.sound.music = sound.NewMeter(), sound.NewMusic()
	start := c.job.Start.Samples(c.job.Spec.FPS, media.SampleRate)
	heard, err := footage.ReadSound(ctx, c.job.In, footage.Clips, origin, func(pairs []float32, at int64) error {
		c.sound.add(pairs)
		if c.job.Mute {
			return nil
		}
		return pcm.WriteAt(pairs, at-start)
	})
	if err != nil {
		return err
	}
	c.sound.heard = heard
	return nil
}

func (s *soundMeasure) add(pairs []float32) {
	for _, v := range pairs {
		v = max(v, -v)
		s.peak = max(s.peak, v)
		if v >= fullScale {
			s.clipped++
		}
	}
	s.samples += int64(len(pairs))
	s.meter.Add(pairs)
	s.music.Add(pairs)
}

func (s *soundMeasure) report(out *media.Measurements) {
	out.Integrated, out.TruePeak = sound.Silence, sound.Silence
	if !s.heard.Has {
		return
	}
	out.HasAudio = true
	out.AudioDuration = s.heard.Length
	out.AVLengthDelta = s.heard.Length - out.Duration
	out.Silent = s.peak < silentPeak
	out.ClippedRatio = float64(s.clipped) / float64(max(1, s.samples))
	out.Integrated = s.meter.Integrated()
	out.TruePeak = max(sound.Silence, s.meter.TruePeak())
	if !out.Silent {
		out.Music = s.music.Share()
	}
}
