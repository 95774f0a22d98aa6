package sound

import (
	"context"
	"fmt"
	"math"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
)

const (
	declickOut = 5 * media.SampleRate / 1000  // pairs faded out at an end that would click
	muteFade   = 60 * media.SampleRate / 1000 // pairs in which a shot's own sound goes and comes back
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
	layer    media.Layer
	sound    *pcm
	from, to int64 // where it is heard, in pairs of the timeline
	gain     float32
	ramps    []ramp
	// tail is for how many pairs it goes on behind its end, as its own mirror image that
	// fades out: see smoothJoins.
	tail int64
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
	// Effects are for how many pairs each of the job's is heard.
	Effects []int64
	own     *[2]float64 // loudness and true peak of the mix as it is, once measured
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
		if err := m.addSound(ctx, job, c, media.LayerDialogue, s); err != nil {
			return nil, fmt.Errorf("dialogue %d: %w", i+1, err)
		}
	}
	for i, s := range job.Effects {
		if err := m.addSound(ctx, job, c, media.LayerEffects, s); err != nil {
			return nil, fmt.Errorf("effect %d: %w", i+1, err)
		}
		l := m.lanes[len(m.lanes)-1]
		m.Effects = append(m.Effects, l.to-l.from)
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
	l := lane{layer: media.LayerEffects, sound: p, from: pos(from), to: pos(to), gain: 1}
	if c.Segments[i].Speaks {
		l.layer = media.LayerDialogue
	}
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

// addSound lays a line or an effect at its frame; what would pass the end is cut off.
func (m *Mixer) addSound(ctx context.Context, job media.AssembleJob, c joins.List, layer media.Layer, s media.Sound) error {
	if s.At < 0 || s.At >= c.Total || math.IsNaN(s.Gain) || s.Gain > 40 {
		return fmt.Errorf("lay sound at frame %d of %d with %.1f dB: out of range", s.At, c.Total, s.Gain)
	}
	from := s.At.Samples(job.Spec.FPS, media.SampleRate)
	most := m.Total - from + 1
	if s.Rate > 1 {
		most = int64(math.Ceil(float64(most) * s.Rate))
	}
	p, err := openSound(ctx, s.Path, most, m.decode)
	if err != nil {
		return err
	}
	if s.Rate != 0 && s.Rate != 1 {
		if p, err = atRate(ctx, p, s.Rate, job.Out); err != nil {
			return err
		}
	}
	l := lane{layer: layer, sound: p, from: from, to: from + p.pairs, gain: float32(Ratio(s.Gain))}
	if l.to > m.Total {
		if layer == media.LayerDialogue {
			m.Notes = append(m.Notes, fmt.Sprintf("a line at frame %d is cut off at the end of the episode", s.At))
		}
		l.to = m.Total
		l.ramps = append(l.ramps, ramp{from: max(l.from, l.to-declickOut), to: l.to, out: true, shape: linear})
	}
	m.lanes = append(m.lanes, l)
	return nil
}

// Beside is a mixer of the same sounds, which may be read while this one is. It is not
// closed.
func (m *Mixer) Beside() *Mixer {
	other := *m
	other.part, other.raw = nil, nil
	if m.score != nil {
		score := *m.score
		score.part, score.raw = nil, nil
		other.score = &score
	}
	return &other
}

// Read fills dst with the pairs of the mix from position at.
func (m *Mixer) Read(dst []float32, at int64) error { return m.read(dst, at, "") }

// read is Read of one layer of the mix; empty: all of them.
func (m *Mixer) read(dst []float32, at int64, only media.Layer) error {
	clear(dst)
	for i := range m.lanes {
		if only != "" && m.lanes[i].layer != only {
			continue
		}
		if err := m.addLane(&m.lanes[i], dst, at); err != nil {
			return err
		}
	}
	if m.score != nil && (only == "" || only == media.LayerMusic) {
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
	end := at + int64(len(dst)/2)
	if from, to := max(l.from, at), min(l.to, end); from < to {
		part, err := m.laneAt(l, from, to)
		if err != nil {
			return err
		}
		add(dst[2*(from-at):], part, l.gain)
	}
	if from, to := max(l.to, at), min(l.to+l.tail, end); from < to {
		part, err := m.mirrored(l, from, to)
		if err != nil {
			return err
		}
		add(dst[2*(from-at):], part, l.gain)
	}
	return nil
}

// laneAt is a lane's sound over [from, to) of the timeline, in the mixer's scratch space.
func (m *Mixer) laneAt(l *lane, from, to int64) ([]float32, error) {
	n := int(2 * (to - from))
	if cap(m.part) < n {
		m.part = make([]float32, n)
	}
	part := m.part[:n]
	var err error
	if m.raw, err = l.sound.read(part, from-l.from, m.raw); err != nil {
		return nil, err
	}
	// Positions on the timeline are rounded down: a shot may be one pair
	// longer there than in its file. Its last pair is held.
	if last := l.sound.pairs; last > 0 && to-l.from == last+1 && to == l.to && n >= 4 {
		part[n-2], part[n-1] = part[n-4], part[n-3]
	}
	for _, r := range l.ramps {
		r.apply(part, from)
	}
	return part, nil
}

// add adds part to dst.
func add(dst, part []float32, gain float32) {
	for i, v := range part {
		dst[i] += v * gain
	}
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
