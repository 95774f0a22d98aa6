package sound

import (
	"context"
	"fmt"
	"math"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
)

const (
	clickGap   = 0.02                         // step between two samples that clicks
	declickOut = 5 * media.SampleRate / 1000  // pairs faded out before a join that would click
	muteFade   = 60 * media.SampleRate / 1000 // pairs in which a shot's own sound goes and comes back
	declickIn  = 1 * media.SampleRate / 1000  // pairs faded in after it: short, so that attacks keep their place
)

// curve is how a level moves from 0 to 1.
type curve func(x float64) float64

// equalPower keeps the loudness of two unlike sounds while one goes over into
// the other.
func equalPower(x float64) float64 { return math.Sin(x * math.Pi / 2) }

func linear(x float64) float64 { return x }

// silent is no sound at all.
func silent(float64) float64 { return 0 }

// ramp moves a sound's level over [from, to) of the timeline, in pairs.
type ramp struct {
	from, to int64
	out      bool // to silence, else from it
	shape    curve
}

// apply multiplies the pairs of dst, which begin at position at.
func (r ramp) apply(dst []float32, at int64) {
	a, b := max(r.from, at), min(r.to, at+int64(len(dst)/2))
	for p := a; p < b; p++ {
		x := (float64(p-r.from) + 0.5) / float64(r.to-r.from)
		if r.out {
			x = 1 - x
		}
		g := float32(r.shape(x))
		dst[2*(p-at)] *= g
		dst[2*(p-at)+1] *= g
	}
}

// lane is one sound on the timeline.
type lane struct {
	sound    *pcm
	from, to int64 // where it is heard, in pairs of the timeline
	gain     float32
	ramps    []ramp
}

// Mixer adds up all the sound of an episode. It is read from any position, as
// often as is needed: measuring and encoding each read it once.
type Mixer struct {
	decode Decode
	Total  int64 // pairs
	lanes  []lane
	score  *scoreLane // nil: none
	ramps  []ramp     // of the whole mix
	part   []float32
	raw    []byte
	Notes  []string
	own    *[2]float64 // loudness and true peak of the mix as it is, once measured
}

// NewMixer opens every sound of the job; decode is for those that are no plain
// WAV. The caller closes it.
func NewMixer(ctx context.Context, job media.AssembleJob, c joins.List, decode Decode) (_ *Mixer, err error) {
	m := &Mixer{decode: decode, Total: c.Total.Samples(job.Spec.FPS, media.SampleRate)}
	defer func() {
		if err != nil {
			m.Close()
		}
	}()
	for i := range c.Segments {
		if err := m.addSegment(ctx, job, c, i); err != nil {
			return nil, joins.Blame(i, err)
		}
	}
	if err := m.smoothJoins(c); err != nil {
		return nil, err
	}
	for i, s := range job.Dialogue {
		if err := m.addDialogue(ctx, job, c, s); err != nil {
			return nil, fmt.Errorf("dialogue %d: %w", i+1, err)
		}
	}
	if job.Score != nil && job.Score.Path != "" {
		if m.score, err = newScoreLane(ctx, job, m.Total, m.decode); err != nil {
			return nil, fmt.Errorf("score: %w", err)
		}
	}
	if last := len(c.Segments) - 1; c.Segments[last].Out.Kind == media.Fade {
		// To black, and with it everything that sounds.
		from := c.Total - c.Segments[last].Out.Frames
		m.ramps = append(m.ramps, ramp{from: from.Samples(job.Spec.FPS, media.SampleRate), to: m.Total, out: true, shape: equalPower})
	}
	return m, nil
}

// addSegment lays a shot's own sound where its pictures lie, crossfading with
// its neighbours where they overlap and fading where they fade.
func (m *Mixer) addSegment(ctx context.Context, job media.AssembleJob, c joins.List, i int) error {
	pos := func(f media.Frames) int64 { return f.Samples(job.Spec.FPS, media.SampleRate) }
	from, to := c.Joins[i], c.Joins[i]+c.Segments[i].Frames
	p, err := openSound(ctx, c.Segments[i].Audio, c.Segments[i].Frames.Samples(job.Spec.FPS, media.SampleRate)+1, m.decode)
	if err != nil {
		return err
	}
	l := lane{sound: p, from: pos(from), to: pos(to), gain: 1}
	m.lanes = append(m.lanes, l)
	own := &m.lanes[len(m.lanes)-1]
	if missing := own.to - own.from - p.pairs; missing > pos(1) {
		m.Notes = append(m.Notes, fmt.Sprintf("the sound of segment %d is %.2f s short; silence fills it", i+1, float64(missing)/media.SampleRate))
	}
	for _, span := range c.Segments[i].Mute {
		a, b := max(own.from, pos(from+span[0])), min(own.to, pos(from+span[1]))
		if a < b {
			own.ramps = append(own.ramps, ramp{from: a - muteFade, to: a, out: true, shape: equalPower}, ramp{from: a, to: b, shape: silent}, ramp{from: b, to: b + muteFade, shape: equalPower})
		}
	}
	if n := c.Overlap(i); n > 0 {
		own.ramps = append(own.ramps, ramp{from: pos(from), to: pos(from + n), shape: equalPower})
	}
	if n := c.Segments[i].Out.Overlap(); n > 0 {
		own.ramps = append(own.ramps, ramp{from: pos(to - n), to: pos(to), out: true, shape: equalPower})
	}
	head, tail := c.Fades(i)
	if head > 0 {
		own.ramps = append(own.ramps, ramp{from: pos(from), to: pos(from + head), shape: equalPower})
	}
	if tail > 0 && i < len(c.Segments)-1 {
		own.ramps = append(own.ramps, ramp{from: pos(to - tail), to: pos(to), out: true, shape: equalPower})
	}
	return nil
}

// smoothJoins takes the click out of hard joins. Sound that goes on across the
// join, as in shots made from one another, is left alone.
func (m *Mixer) smoothJoins(c joins.List) error {
	edge := func(i int, at int64) ([2]float32, error) {
		var pair [2]float32
		if i < 0 || i >= len(m.lanes) {
			return pair, nil
		}
		var err error
		m.raw, err = m.lanes[i].sound.read(pair[:], at, m.raw)
		return pair, err
	}
	for i := range len(c.Segments) + 1 {
		if i > 0 {
			if k := c.Segments[i-1].Out.Kind; k != media.Cut && k != "" {
				continue
			}
		}
		var before [2]float32
		var err error
		if i > 0 {
			if before, err = edge(i-1, min(m.lanes[i-1].to-m.lanes[i-1].from, m.lanes[i-1].sound.pairs)-1); err != nil {
				return err
			}
		}
		after, err := edge(i, 0)
		if err != nil {
			return err
		}
		if abs32(after[0]-before[0]) < clickGap && abs32(after[1]-before[1]) < clickGap {
			continue
		}
		if i > 0 {
			l := &m.lanes[i-1]
			l.ramps = append(l.ramps, ramp{from: max(l.from, l.to-declickOut), to: l.to, out: true, shape: linear})
		}
		if i < len(c.Segments) {
			l := &m.lanes[i]
			l.ramps = append(l.ramps, ramp{from: l.from, to: min(l.to, l.from+declickIn), shape: linear})
		}
	}
	return nil
}

// addDialogue lays a line at its frame; what would pass the end is cut off.
func (m *Mixer) addDialogue(ctx context.Context, job media.AssembleJob, c joins.List, s media.Sound) error {
	if s.At < 0 || s.At >= c.Total || math.IsNaN(s.Gain) || s.Gain > 40 {
		return fmt.Errorf("lay sound at frame %d of %d with %.1f dB: out of range", s.At, c.Total, s.Gain)
	}
	from := s.At.Samples(job.Spec.FPS, media.SampleRate)
	p, err := openSound(ctx, s.Path, m.Total-from+1, m.decode)
	if err != nil {
		return err
	}
	l := lane{sound: p, from: from, to: from + p.pairs, gain: float32(Ratio(s.Gain))}
	if l.to > m.Total {
		m.Notes = append(m.Notes, fmt.Sprintf("a line at frame %d is cut off at the end of the episode", s.At))
		l.to = m.Total
		l.ramps = append(l.ramps, ramp{from: max(l.from, l.to-declickOut), to: l.to, out: true, shape: linear})
	}
	m.lanes = append(m.lanes, l)
	return nil
}

// Read fills dst with the pairs of the mix from position at.
func (m *Mixer) Read(dst []float32, at int64) error {
	clear(dst)
	for i := range m.lanes {
		if err := m.addLane(&m.lanes[i], dst, at); err != nil {
			return err
		}
	}
	if m.score != nil {
		if err := m.score.add(dst, at); err != nil {
			return err
		}
	}
	for _, r := range m.ramps {
		r.apply(dst, at)
	}
	return nil
}

func (m *Mixer) addLane(l *lane, dst []float32, at int64) error {
	from, to := max(l.from, at), min(l.to, at+int64(len(dst)/2))
	if from >= to {
		return nil
	}
	n := int(2 * (to - from))
	if cap(m.part) < n {
		m.part = make([]float32, n)
	}
	part := m.part[:n]
	var err error
	if m.raw, err = l.sound.read(part, from-l.from, m.raw); err != nil {
		return err
	}
	// Positions on the timeline are rounded down: a shot may be one pair
	// longer there than in its file. Its last pair is held.
	if last := l.sound.pairs; last > 0 && to-l.from == last+1 && to == l.to && n >= 4 {
		part[n-2], part[n-1] = part[n-4], part[n-3]
	}
	for _, r := range l.ramps {
		r.apply(part, from)
	}
	out := dst[2*(from-at):]
	for i, v := range part {
		out[i] += v * l.gain
	}
	return nil
}

// Close closes every sound.
func (m *Mixer) Close() {
	for _, l := range m.lanes {
		l.sound.Close()
	}
	if m.score != nil {
		m.score.sound.Close()
	}
}
