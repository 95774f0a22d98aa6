package sound

import (
	"math"

	"github.com/dailies/dailies/internal/media"
)

const (
	peakTaps   = 16 // taps a phase of the interpolator
	peakPhases = 4  // BS.1770-4 annex 2 asks for 192 kHz at least
	peakBlock  = 128
)

// interpolator holds the three phases between two samples of a 4x Kaiser
// windowed sinc, and the most by which they can exceed the samples.
type interpolator struct {
	taps [peakPhases - 1][peakTaps]float32
	most float32
}

func newInterpolator() interpolator {
	const beta = 6.0
	var ip interpolator
	for p := range ip.taps {
		// The point asked for lies between taps half-1 and half.
		frac := float64(p+1) / peakPhases
		var sum, abs float64
		var t [peakTaps]float64
		for i := range t {
			x := float64(i) - (peakTaps/2 - 1) - frac
			w := 2 * x / peakTaps
			t[i] = sinc(x) * bessel0(beta*math.Sqrt(max(0, 1-w*w))) / bessel0(beta)
			sum += t[i]
		}
		for i := range t {
			ip.taps[p][i] = float32(t[i] / sum)
			abs += math.Abs(t[i] / sum)
		}
		ip.most = max(ip.most, float32(abs))
	}
	return ip
}

// at is the highest absolute value at and just behind x[peakTaps/2-1]; x holds
// peakTaps samples.
func (ip *interpolator) at(x *[peakTaps]float32) float32 {
	most := abs32(x[peakTaps/2-1])
	for p := range ip.taps {
		t := &ip.taps[p]
		var a, b float32
		for i := 0; i < peakTaps; i += 2 {
			a += t[i] * x[i]
			b += t[i+1] * x[i+1]
		}
		most = max(most, abs32(a+b))
	}
	return most
}

// truePeak follows the highest peak between the samples of a stereo stream.
type truePeak struct {
	ip   interpolator
	tail [media.Channels][peakTaps + peakBlock]float32 // the last peakTaps samples come first
	max  float64
}

func newTruePeak() truePeak { return truePeak{ip: newInterpolator()} }

func (t *truePeak) add(pairs []float32) {
	for len(pairs) > 1 {
		n := min(peakBlock, len(pairs)/2)
		for c := range t.tail {
			t.block(&t.tail[c], pairs[:2*n], c)
		}
		pairs = pairs[2*n:]
	}
}

// block measures n samples of one channel. A block whose samples are too small
// to matter, however they interpolate, is not interpolated at all: that is
// nearly all of them.
func (t *truePeak) block(buf *[peakTaps + peakBlock]float32, pairs []float32, channel int) {
	n := len(pairs) / 2
	var top float32
	for i := range n {
		buf[peakTaps+i] = pairs[2*i+channel]
	}
	for _, v := range buf[:peakTaps+n] {
		top = max(top, abs32(v))
	}
	if float64(top*t.ip.most) > t.max {
		for i := 1; i <= n; i++ {
			v := t.ip.at((*[peakTaps]float32)(buf[i:]))
			if float64(v) > t.max {
				t.max = float64(v)
			}
		}
	}
	copy(buf[:peakTaps], buf[n:n+peakTaps])
}

func abs32(v float32) float32 { return max(v, -v) }

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// bessel0 is the modified Bessel function I0.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}
