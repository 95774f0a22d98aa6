package sound

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// fourier takes discrete Fourier transforms of one length, a power of two.
type fourier struct {
	turn []complex128 // the roots of unity that are needed
	back []int        // each place with its bits in reverse
	work []complex128
}

func newFourier(n int) *fourier {
	f := &fourier{turn: make([]complex128, n/2), back: make([]int, n), work: make([]complex128, n)}
	for i := range f.turn {
		f.turn[i] = cmplx.Rect(1, -2*math.Pi*float64(i)/float64(n))
	}
	shift := bits.UintSize - bits.Len(uint(n-1))
	for i := range f.back {
		f.back[i] = int(bits.Reverse(uint(i)) >> shift)
	}
	return f
}

// power writes the power of each frequency from 0 up to, not including, half the rate.
func (f *fourier) power(x, out []float64) {
	n, w := len(f.work), f.work
	for i, v := range x {
		w[f.back[i]] = complex(v, 0)
	}
	for half := 1; half < n; half *= 2 {
		step := n / (2 * half)
		for from := 0; from < n; from += 2 * half {
			a, b := w[from:from+half], w[from+half:from+2*half]
			for i, u := range a {
				v := b[i] * f.turn[i*step]
				a[i], b[i] = u+v, u-v
			}
		}
	}
	for i := range out {
		re, im := real(w[i]), imag(w[i])
		out[i] = re*re + im*im
	}
}
