package sound

import (
	"math"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
)

const (
	crossfade = 6 * media.SampleRate / 1000 // pairs over which a shot's sound goes on into the next one's
	declickIn = 1 * media.SampleRate / 1000 // pairs over which the next one's comes: fewer, so that attacks keep their place
	joinLook  = 5 * media.SampleRate / 1000 // pairs looked at on either side
	joinQuiet = 0.001                       // of full scale: under that nobody hears how a sound ends
	joinAlike = 2                           // how far the levels of a sound that goes on may lie apart
)

// smoothJoins lays a crossfade of a few milliseconds over hard joins. A shot has no sound
// behind its last picture, so what fades out there is the mirror image of what it ends
// with: its level and colour go on and nothing clicks. Sound that goes on across the join,
// as in shots that were cut out of one clip, is left alone.
func (m *Mixer) smoothJoins(c joins.List) error {
	last := len(c.Segments) - 1
	before, err := m.edge(0, true)
	if err != nil {
		return err
	}
	if l := &m.lanes[0]; before.step(edge{}) > before.most {
		l.ramps = append(l.ramps, ramp{from: l.from, to: min(l.to, l.from+declickIn), shape: linear})
	}
	for i := 1; i <= last; i++ {
		if k := c.Segments[i-1].Out.Kind; k != media.Cut && k != "" {
			continue
		}
		end, err := m.edge(i-1, false)
		if err != nil {
			return err
		}
		begin, err := m.edge(i, true)
		if err != nil {
			return err
		}
		if end.goesOn(begin) {
			continue
		}
		a, b := &m.lanes[i-1], &m.lanes[i]
		a.tail = min(crossfade, (a.to-a.from)/2, (b.to-b.from)/2)
		b.ramps = append(b.ramps, ramp{from: b.from, to: b.from + min(declickIn, a.tail), shape: equalPower})
	}
	if k := c.Segments[last].Out.Kind; k == media.Cut || k == "" {
		end, err := m.edge(last, false)
		if err != nil {
			return err
		}
		if l := &m.lanes[last]; end.step(edge{}) > end.most {
			l.ramps = append(l.ramps, ramp{from: max(l.from, l.to-declickOut), to: l.to, out: true, shape: linear})
		}
	}
	return nil
}

// mirrored is what a lane fades out with behind its end, over [from, to) of the timeline.
func (m *Mixer) mirrored(l *lane, from, to int64) ([]float32, error) {
	part, err := m.laneAt(l, 2*l.to-to, 2*l.to-from)
	if err != nil {
		return nil, err
	}
	for i, j := 0, len(part)-2; i < j; i, j = i+2, j-2 {
		part[i], part[i+1], part[j], part[j+1] = part[j], part[j+1], part[i], part[i+1]
	}
	ramp{from: l.to, to: l.to + l.tail, out: true, shape: equalPower}.apply(part, from)
	return part, nil
}

// edge is how a shot's sound begins or ends.
type edge struct {
	pair [2]float32 // the outermost
	most float32    // the widest step between two samples near it
	rms  float64
}

// edge looks at the beginning or the end of a shot's sound.
func (m *Mixer) edge(i int, begin bool) (e edge, err error) {
	l := &m.lanes[i]
	length := min(l.to-l.from, l.sound.pairs)
	n := min(joinLook, length)
	if n < 1 {
		return e, nil
	}
	at := length - n
	if begin {
		at = 0
	}
	pairs := make([]float32, media.Channels*n)
	if m.raw, err = l.sound.read(pairs, at, m.raw); err != nil {
		return e, err
	}
	sum := 0.0
	for k, v := range pairs {
		sum += float64(v) * float64(v)
		if k >= media.Channels {
			e.most = max(e.most, abs32(v-pairs[k-media.Channels]))
		}
	}
	e.rms = math.Sqrt(sum / float64(len(pairs)))
	k := len(pairs) - media.Channels
	if begin {
		k = 0
	}
	e.pair = [2]float32(pairs[k : k+media.Channels])
	return e, nil
}

// step is the widest step from one edge to the other.
func (e edge) step(next edge) float32 {
	return max(abs32(next.pair[0]-e.pair[0]), abs32(next.pair[1]-e.pair[1]))
}

// goesOn says that next follows e as if there were no join.
func (e edge) goesOn(next edge) bool {
	if e.rms < joinQuiet && next.rms < joinQuiet {
		return true
	}
	return e.step(next) <= max(e.most, next.most) && e.rms < joinAlike*next.rms && next.rms < joinAlike*e.rms
}
