package animatic

import (
	"math"

	"github.com/dailies/dailies/internal/drama"
)

// ambience lays the place's own sound under the lines.
func ambience(mix stereo, b drama.Brief) {
	s := sceneOf(b)
	n := noiseSource(s.seed)
	bed := 0.010
	if s.inside {
		bed = 0.005
	}
	band(mix, n, 60, 400, bed, 0.2)
}

// source is white noise, -1..1.
type source struct{ x uint64 }

func noiseSource(seed uint64) *source { return &source{seed | 1} }

func (s *source) next() float32 {
	s.x = s.x*6364136223846793005 + 1442695040888963407
	return float32(int32(s.x>>32)) / (1 << 31)
}

// band adds noise between two frequencies at an RMS level, slowly swelling.
func band(mix stereo, src *source, low, high, level, swell float64) {
	for ch, out := range [][]float32{mix.l, mix.r} {
		tmp := make([]float32, len(out))
		for i := range tmp {
			tmp[i] = src.next()
		}
		lowPass(tmp, high)
		highPass(tmp, low)
		var sum float64
		for _, v := range tmp {
			sum += float64(v) * float64(v)
		}
		if sum == 0 {
			continue
		}
		g := level / math.Sqrt(sum/float64(len(tmp)))
		for i, v := range tmp {
			t := float64(i) / 48000
			out[i] += v * float32(g*(1+swell*noise(src.x>>40+uint64(ch), t*0.5)))
		}
	}
}
