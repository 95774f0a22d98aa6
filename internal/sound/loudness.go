package sound

import (
	"math"
	"sync"

	"github.com/dailies/dailies/internal/media"
)

// Silence is what a loudness meter says of a programme that has no block above
// the absolute gate of ITU-R BS.1770, in LUFS.
const Silence = -70.0

// Hop is the meter's step: 100 ms of samples. A gating block is four of them.
const Hop = media.SampleRate / 10

// A Meter measures integrated loudness and true peak of interleaved
// 48 kHz stereo as ITU-R BS.1770-4 and EBU R 128 define them. Its memory is
// eight bytes per 100 ms of programme. The zero value is not ready: use
// NewMeter.
type Meter struct {
	weight [media.Channels]kWeighting
	sum    float64   // energy of the hop being filled, both channels
	filled int       // sample pairs in it
	hops   []float64 // energy of each full hop
	peak   truePeak
}

func NewMeter() *Meter {
	return &Meter{peak: newTruePeak()}
}

// Add measures interleaved sample pairs; full scale is 1.
func (m *Meter) Add(pairs []float32) {
	if len(pairs) < media.Channels*Hop {
		m.peak.add(pairs)
		m.addEnergy(pairs)
		return
	}
	// The two know nothing of each other, and take as long.
	var both sync.WaitGroup
	both.Go(func() { m.peak.add(pairs) })
	m.addEnergy(pairs)
	both.Wait()
}

func (m *Meter) addEnergy(pairs []float32) {
	for len(pairs) > 0 {
		n := min(len(pairs)/2, Hop-m.filled)
		if n == 0 {
			return
		}
		m.sum += energy(&m.weight[0], &m.weight[1], pairs[:2*n])
		m.filled += n
		pairs = pairs[2*n:]
		if m.filled == Hop {
			m.hops = append(m.hops, m.sum)
			m.sum, m.filled = 0, 0
		}
	}
}

// Integrated is the gated loudness in LUFS, or silence.
func (m *Meter) Integrated() float64 {
	gate := math.Pow(10, (Silence+0.691)/10)
	loud, n := m.gated(gate)
	if n == 0 {
		return Silence
	}
	loud, n = m.gated(max(gate, loud/float64(n)/10)) // the relative gate lies 10 LU under
	if n == 0 {
		return Silence
	}
	return max(Silence, -0.691+10*math.Log10(loud/float64(n)))
}

// gated sums the mean squares of all 400 ms blocks (75 % overlap) above gate.
func (m *Meter) gated(gate float64) (sum float64, blocks int) {
	for i := 3; i < len(m.hops); i++ {
		e := (m.hops[i-3] + m.hops[i-2] + m.hops[i-1] + m.hops[i]) / (4 * Hop)
		if e > gate {
			sum += e
			blocks++
		}
	}
	return sum, blocks
}

// TruePeak is the highest peak between samples so far, in dBTP.
func (m *Meter) TruePeak() float64 { return Decibels(m.peak.max) }

// kWeighting is BS.1770's pre-filter (a shelf for the head, then a high-pass)
// for 48 kHz, direct form II transposed.
type kWeighting struct{ s1, s2, h1, h2 float64 }

// energy filters both channels of interleaved pairs, side by side, and sums the squares.
func energy(left, right *kWeighting, pairs []float32) float64 {
	const ( // ITU-R BS.1770-4, tables 1 and 2
		sb0, sb1, sb2 = 1.53512485958697, -2.69169618940638, 1.19839281085285
		sa1, sa2      = -1.69065929318241, 0.73248077421585
		ha1, ha2      = -1.99004745483398, 0.99007225036621
	)
	l, r := *left, *right
	var suml, sumr float64
	for i := 1; i < len(pairs); i += media.Channels {
		xl, xr := float64(pairs[i-1]), float64(pairs[i])
		yl, yr := sb0*xl+l.s1, sb0*xr+r.s1
		l.s1, r.s1 = sb1*xl-sa1*yl+l.s2, sb1*xr-sa1*yr+r.s2
		l.s2, r.s2 = sb2*xl-sa2*yl, sb2*xr-sa2*yr
		zl, zr := yl+l.h1, yr+r.h1
		l.h1, r.h1 = -2*yl-ha1*zl+l.h2, -2*yr-ha1*zr+r.h2
		l.h2, r.h2 = yl-ha2*zl, yr-ha2*zr
		suml += zl * zl
		sumr += zr * zr
	}
	*left, *right = l.settled(), r.settled()
	return suml + sumr
}

// settled is a filter without what is too small to be heard: denormals in the tails would
// make silence slower than sound.
func (k kWeighting) settled() kWeighting {
	const tiny = 1e-30
	if math.Abs(k.h1) < tiny && math.Abs(k.h2) < tiny {
		return kWeighting{}
	}
	return k
}

// Decibels of an amplitude ratio; -200 stands for nothing at all.
func Decibels(ratio float64) float64 {
	if ratio < 1e-10 {
		return -200
	}
	return 20 * math.Log10(ratio)
}

// Ratio is the amplitude of so many decibels.
func Ratio(db float64) float64 { return math.Pow(10, db/20) }
