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

// interpolator holds the three points between two samples of a 4x Kaiser windowed
// sinc, and the most by which they can exceed the samples. The sinc is the same from
// both sides: the middle point weighs two samples at one distance alike, and the
// points beside it are one another's mirror. So sums and differences of such pairs
// do, which is half the work.
type interpolator struct {
	middle, even, odd [peakTaps / 2]float32
	most              float32
}

func newInterpolator() interpolator {
	var ip interpolator
	first, middle := sincTaps(1.0/peakPhases), sincTaps(2.0/peakPhases)
	for i := range ip.middle {
		mirrored := peakTaps - 1 - i
		ip.middle[i] = float32(middle[i])
		ip.even[i] = float32((first[i] + first[mirrored]) / 2)
		ip.odd[i] = float32((first[i] - first[mirrored]) / 2)
	}
	for _, taps := range [][peakTaps]float64{first, middle} {
		var abs float64
		for _, t := range taps {
			abs += math.Abs(t)
		}
		ip.most = max(ip.most, float32(abs))
	}
	return ip
}

// sincTaps weigh the samples around a point that lies frac of the way between the
// two in the middle.
func sincTaps(frac float64) (taps [peakTaps]float64) {
	const beta = 6.0
	var sum float64
	for i := range taps {
		x := float64(i) - (peakTaps/2 - 1) - frac
		w := 2 * x / peakTaps
		taps[i] = sinc(x) * bessel0(beta*math.Sqrt(max(0, 1-w*w))) / bessel0(beta)
		sum += taps[i]
	}
	for i := range taps {
		taps[i] /= sum
	}
	return taps
}

// at is the highest absolute value at and just behind x[peakTaps/2-1]; x holds
// peakTaps samples.
func (ip *interpolator) at(x *[peakTaps]float32) float32 {
	var middle, even, odd float32
	for i := range ip.middle {
		a, b := x[i], x[peakTaps-1-i]
		sum, diff := a+b, a-b
		middle += ip.middle[i] * sum
		even += ip.even[i] * sum
		odd += ip.odd[i] * diff
	}
	// Of even+odd and even-odd the larger.
	return max(abs32(x[peakTaps/2-1]), abs32(middle), abs32(even)+abs32(odd))
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
	for i := range n {
		buf[peakTaps+i] = pairs[2*i+channel]
	}
	if float64(highest(buf[:peakTaps+n])*t.ip.most) > t.max {
		for i := 1; i <= n; i++ {
			v := t.ip.at((*[peakTaps]float32)(buf[i:]))
			if float64(v) > t.max {
				t.max = float64(v)
			}
		}
	}
	copy(buf[:peakTaps], buf[n:n+peakTaps])
}

// highest is the highest absolute value of samples. Without their sign floats compare as
// integers do, which is faster; what is not a number is higher than all.
func highest(samples []float32) float32 {
	const magnitude = 1<<31 - 1
	var top uint32
	for _, v := range samples {
		top = max(top, math.Float32bits(v)&magnitude)
	}
	return math.Float32frombits(top)
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
