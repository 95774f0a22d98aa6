package listen

import (
	"fmt"
	"math"
	"time"

	"github.com/dailies/dailies/internal/voice/pcm"
)

// rate is what listeners work at, Hz: they bring whatever they get to it, and it is a
// sixth of what lies in the store.
const rate = 16_000

// Read makes what is listened to out of a WAV file of one or two channels: mono, at
// 16 kHz where the file's rate is a multiple of that, else at the file's own. It errs for
// what is no such file, is empty, or lasts longer than MaxLength.
func Read(wav []byte) (Sound, error) {
	samples, from, err := pcm.ReadWAV(wav)
	if err != nil {
		return Sound{}, fmt.Errorf("read the take's sound: %w", err)
	}
	s := Sound{Samples: samples, Rate: from}
	switch length := s.Length(); {
	case len(samples) == 0:
		return Sound{}, fmt.Errorf("read the take's sound: there is none")
	case length > MaxLength:
		return Sound{}, fmt.Errorf("read the take's sound: it lasts %s; takes of up to %s are listened to", length.Round(time.Second), MaxLength)
	}
	if from > rate && from%rate == 0 {
		s = Sound{Samples: decimate(samples, from/rate), Rate: rate}
	}
	return s, nil
}

// Length is how long it lasts.
func (s Sound) Length() time.Duration { return pcm.Length(len(s.Samples), s.Rate) }

// WAV is the sound as a file.
func (s Sound) WAV() []byte { return pcm.EncodeWAV(s.Samples, s.Rate) }

// decimate keeps one sample in n, after a low pass at 0.45 of the new rate: a windowed
// sinc of 16 new samples a side.
func decimate(in []int16, n int) []int16 {
	half := 16 * n
	taps := make([]float64, 2*half+1)
	sum := 0.0
	for i := range taps {
		x := float64(i - half)
		cut := 0.45 / float64(n)
		v := 2 * cut
		if x != 0 {
			v = math.Sin(2*math.Pi*cut*x) / (math.Pi * x)
		}
		taps[i] = v * (0.54 + 0.46*math.Cos(math.Pi*x/float64(half)))
		sum += taps[i]
	}
	out := make([]int16, (len(in)+n-1)/n)
	for j := range out {
		acc := 0.0
		for i, t := range taps {
			if k := j*n + i - half; k >= 0 && k < len(in) {
				acc += t * float64(in[k])
			}
		}
		out[j] = int16(math.Round(min(max(acc/sum, math.MinInt16), math.MaxInt16)))
	}
	return out
}
