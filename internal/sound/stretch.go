package sound

import (
	"encoding/binary"
	"math"

	"github.com/dailies/dailies/internal/media"
)

// A Stretch is what was measured of a stretch of a programme: stretches are measured
// side by side, and one that is what it was in another cut is not measured again.
type Stretch struct {
	hops []float64 // energy of each hop that ends in it; the first may have begun before
	sum  float64   // of the hop that goes on behind it
	fill int       // pairs of the programme in that hop
	peak float64
}

// Settle is how many pairs before a stretch its meter hears. What filters remember of
// older ones is less than a float64 can tell.
const Settle = 2 * Hop

// MeasureStretch measures the pairs that lie from position at on in a programme. lead
// is what comes before them, Settle pairs or all there are.
func MeasureStretch(at int64, lead, pairs []float32) Stretch {
	m := NewMeter()
	m.filled = int(at % Hop)
	m.settle(lead)
	// As if it came in pieces: on two cores, and the same whatever the stretch's length.
	const piece = media.Channels * 5 * Hop
	for len(pairs) > 0 {
		n := min(piece, len(pairs))
		m.Add(pairs[:n])
		pairs = pairs[n:]
	}
	return Stretch{hops: m.hops, sum: m.sum, fill: m.filled, peak: m.peak.max}
}

// settle hears pairs that count elsewhere.
func (m *Meter) settle(pairs []float32) {
	energy(&m.weight[0], &m.weight[1], pairs)
	m.peak.max = math.Inf(1) // nothing is worth interpolating
	m.peak.add(pairs)
	m.peak.max = 0
}

// Join adds the stretch that follows what was measured so far.
func (m *Meter) Join(s Stretch) {
	if len(s.hops) == 0 {
		m.sum += s.sum
	} else {
		m.hops = append(append(m.hops, m.sum+s.hops[0]), s.hops[1:]...)
		m.sum = s.sum
	}
	m.filled = s.fill
	m.peak.max = max(m.peak.max, s.peak)
}

// bytes are what read reads.
func (s Stretch) bytes() []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(s.fill))
	for _, v := range append([]float64{s.sum, s.peak}, s.hops...) {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// readStretch reads a stretch that was remembered; nothing in it is believed that a
// meter cannot have found.
func readStretch(b []byte) (s Stretch, ok bool) {
	const word, head = 8, 3 * 8
	if len(b) < head || len(b)%word != 0 {
		return s, false
	}
	fill := binary.LittleEndian.Uint64(b)
	if fill >= Hop {
		return s, false
	}
	values := make([]float64, 0, len(b)/word)
	for b = b[word:]; len(b) > 0; b = b[word:] {
		v := math.Float64frombits(binary.LittleEndian.Uint64(b))
		if !(v >= 0) || math.IsInf(v, 0) {
			return s, false
		}
		values = append(values, v)
	}
	return Stretch{fill: int(fill), sum: values[0], peak: values[1], hops: values[2:]}, true
}
