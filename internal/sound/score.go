package sound

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/dailies/dailies/internal/media"
)

const (
	DuckDepth   = -12.0                          // dB under speech
	duckAttack  = 250 * media.SampleRate / 1000  // pairs before speech in which the score gives way
	duckRelease = 600 * media.SampleRate / 1000  // pairs after speech in which it comes back
	scoreEnd    = 1500 * media.SampleRate / 1000 // pairs of fade at the episode's end, unless the job says otherwise
	scoreSeam   = media.SampleRate               // pairs of crossfade where it begins again
	minScore    = media.SampleRate / 2           // pairs; less is no music
)

// scoreLane is music under the whole episode: looped or cut to its length,
// levelled, and ducked under speech.
type scoreLane struct {
	sound   *pcm
	gain    float64 // dB
	period  int64   // pairs until it begins again
	seam    int64
	total   int64
	fadeIn  int64      // pairs, at the beginning
	fadeOut int64      // and at the end
	speech  [][2]int64 // in pairs, merged, rising
	part    []float32
	raw     []byte
}

func newScoreLane(ctx context.Context, job media.AssembleJob, total int64, decode Decode) (*scoreLane, error) {
	if l := job.Score.Level; math.IsNaN(l) || l > 0 || l < Silence {
		return nil, errors.New("level score: its loudness must lie between -70 and 0 LUFS")
	}
	p, err := openSound(ctx, job.Score.Path, total, decode)
	if err != nil {
		return nil, err
	}
	s := &scoreLane{sound: p, total: total, fadeIn: job.Score.FadeIn.Samples(job.Spec.FPS, media.SampleRate), fadeOut: scoreEnd}
	if f := job.Score.FadeOut; f != nil {
		s.fadeOut = f.Samples(job.Spec.FPS, media.SampleRate)
	}
	if s.fadeIn < 0 || s.fadeOut < 0 {
		p.Close()
		return nil, errors.New("fade score: a fade of less than no time")
	}
	if p.pairs < minScore {
		p.Close()
		return nil, media.ClipErrorf("the music is shorter than half a second")
	}
	s.seam = min(scoreSeam, p.pairs/4)
	s.period = p.pairs - s.seam
	for _, f := range job.Score.Speech {
		from, to := f[0].Samples(job.Spec.FPS, media.SampleRate), f[1].Samples(job.Spec.FPS, media.SampleRate)
		if from < to {
			s.speech = append(s.speech, [2]int64{from, to})
		}
	}
	s.speech = mergeSpeech(s.speech)
	if err := s.level(ctx, job.Score.Level); err != nil {
		p.Close()
		return nil, err
	}
	return s, nil
}

// mergeSpeech joins spans with so little between them that the score would only
// just come back.
func mergeSpeech(spans [][2]int64) [][2]int64 {
	slices.SortFunc(spans, func(a, b [2]int64) int { return int(a[0] - b[0]) })
	var out [][2]int64
	for _, s := range spans {
		if n := len(out); n > 0 && s[0]-out[n-1][1] < duckAttack+duckRelease {
			out[n-1][1] = max(out[n-1][1], s[1])
			continue
		}
		out = append(out, s)
	}
	return out
}

// level measures the music and sets the gain that brings it to lufs.
func (s *scoreLane) level(ctx context.Context, lufs float64) error {
	meter := NewMeter()
	buf := make([]float32, 2*Hop)
	for at := int64(0); at < min(s.sound.pairs, s.total); at += Hop {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if s.raw, err = s.sound.read(buf, at, s.raw); err != nil {
			return err
		}
		meter.Add(buf)
	}
	if got := meter.Integrated(); got > Silence {
		s.gain = lufs - got
	}
	return nil
}

// Add adds the score's pairs from position at to dst.
func (s *scoreLane) add(dst []float32, at int64) error {
	if cap(s.part) < len(dst) {
		s.part = make([]float32, len(dst))
	}
	part := s.part[:len(dst)]
	end := at + int64(len(dst)/2)
	// Each round of the loop lies at a multiple of the period and ends with the
	// seam, over which the next one fades in.
	for round := max(0, (at-s.seam)/s.period); round*s.period < end; round++ {
		start := round * s.period
		var err error
		if s.raw, err = s.sound.read(part, at-start, s.raw); err != nil {
			return err
		}
		if round > 0 {
			ramp{from: start, to: start + s.seam, shape: equalPower}.apply(part, at)
		}
		ramp{from: start + s.period, to: start + s.period + s.seam, out: true, shape: equalPower}.apply(part, at)
		s.lay(dst, part, at)
	}
	return nil
}

// lay adds part to dst at the level of the moment.
func (s *scoreLane) lay(dst, part []float32, at int64) {
	const step = 48 // pairs a gain is held for: 1 ms
	for i := 0; i < len(part)/2; i += step {
		g := float32(Ratio(s.gain + s.duck(at+int64(i))))
		if p := at + int64(i); p < s.fadeIn {
			g *= float32(equalPower(float64(p) / float64(s.fadeIn)))
		}
		if left := s.total - at - int64(i); left < s.fadeOut {
			g *= float32(equalPower(max(0, float64(left)/float64(s.fadeOut))))
		}
		for j := 2 * i; j < min(2*(i+step), len(part)); j++ {
			dst[j] += part[j] * g
		}
	}
}

// duck is how far the score gives way at position p, in dB.
func (s *scoreLane) duck(p int64) float64 {
	i, _ := slices.BinarySearchFunc(s.speech, p-duckRelease, func(sp [2]int64, p int64) int {
		if sp[1] <= p {
			return -1
		}
		return 1
	})
	if i == len(s.speech) || p < s.speech[i][0]-duckAttack {
		return 0
	}
	depth := 1.0
	if from := s.speech[i][0]; p < from {
		depth = 1 - float64(from-p)/duckAttack
	} else if to := s.speech[i][1]; p >= to {
		depth = 1 - float64(p-to)/duckRelease
	}
	return DuckDepth * (1 - math.Cos(math.Pi*depth)) / 2
}
