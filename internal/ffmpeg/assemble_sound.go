package ffmpeg

import (
	"context"
	"fmt"
	"math"

	"github.com/dailies/dailies/internal/media"
)

const (
	defaultTarget = -16.0 // LUFS, where a job leaves it open
	defaultPeak   = -1.5  // dBTP, likewise
	minProgramme  = 3     // seconds; a shorter episode is left alone
	maxLimiting   = 3.0   // dB that the limiter may take off
	codecMargin   = 0.3   // dB kept under the limit for what AAC adds to peaks
	nearTarget    = 0.1   // LU; nearer is not worth another pass
	levelPasses   = 3     // of the limiter in search of the target
	encodePasses  = 3     // until the encoded peak lies under the limit
)

// soundPlan is how the mix is brought to its target.
type soundPlan struct {
	gain    float64 // dB
	ceiling float64 // dBTP of the limiter; 0: no limiter
	alone   bool    // silent or short: left as it is
	note    string
}

// makeSound mixes, levels and encodes an episode's sound into sp.
func makeSound(ctx context.Context, job media.AssembleJob, c cutList, sp *spool) (*aacTrack, soundPlan, []string, error) {
	m, err := newMixer(ctx, job, c)
	if err != nil {
		return nil, soundPlan{}, nil, err
	}
	defer m.Close()
	target := job.Loudness
	if target.Integrated == 0 {
		target.Integrated = defaultTarget
	}
	if target.TruePeak == 0 {
		target.TruePeak = defaultPeak
	}
	if !(target.Integrated >= silence && target.Integrated < 0 && target.TruePeak < 0 && target.TruePeak > -20) {
		return nil, soundPlan{}, nil, fmt.Errorf("level sound: a target of %.1f LUFS and %.1f dBTP is out of range", target.Integrated, target.TruePeak)
	}
	limit := target.TruePeak - codecMargin
	for pass := 1; ; pass++ {
		plan, err := m.level(ctx, target.Integrated, limit)
		if err != nil {
			return nil, plan, nil, err
		}
		from := sp.end
		track, err := encodeAAC(ctx, m.total, m.stream(plan), sp)
		if err != nil {
			return nil, plan, nil, err
		}
		over := track.truePeak - target.TruePeak
		if over <= 0 || plan.alone || pass == encodePasses {
			notes := m.notes
			if plan.note != "" {
				notes = append(notes, plan.note)
			}
			return track, plan, notes, nil
		}
		sp.end = from
		limit -= over + codecMargin
	}
}

// level measures the mix and plans its way to target LUFS under limit dBTP.
func (m *mixer) level(ctx context.Context, target, limit float64) (soundPlan, error) {
	loud, peak, err := m.measure(ctx, soundPlan{alone: true})
	if err != nil {
		return soundPlan{}, err
	}
	if m.total < minProgramme*media.SampleRate {
		return soundPlan{alone: true, note: "the episode is shorter than 3 s: its loudness is left alone"}, nil
	}
	if loud <= silence {
		return soundPlan{alone: true, note: "the episode is silent: its loudness is left alone"}, nil
	}
	plan := soundPlan{gain: target - loud}
	if peak+plan.gain <= limit {
		return plan, nil
	}
	plan.ceiling = limit
	most := limit + maxLimiting - peak // the gain at which peaks pass the limit by maxLimiting
	for range levelPasses {
		plan.gain = min(plan.gain, most)
		if loud, _, err = m.measure(ctx, plan); err != nil {
			return plan, err
		}
		missing := target - loud
		if math.Abs(missing) <= nearTarget || (plan.gain == most && missing > 0) {
			break
		}
		plan.gain += missing
	}
	plan.gain = min(plan.gain, most)
	took := peak + plan.gain - limit
	if took >= audible {
		plan.note = fmt.Sprintf("a true-peak limiter takes up to %.1f dB off the peaks", took)
	}
	if missing := target - loud; missing > 0.5 {
		plan.note = fmt.Sprintf("peaks are limited by %.1f dB, the most that is allowed: the episode stays %.1f LU under its target of %.1f LUFS", took, missing, target)
	}
	return plan, nil
}

// audible is the least limiting worth a note, in dB.
const audible = 0.05

// measure reads the mix once as plan would have it.
func (m *mixer) measure(ctx context.Context, plan soundPlan) (integrated, truePeak float64, err error) {
	meter, read := newLoudnessMeter(), m.stream(plan)
	const step = 10 * hop
	buf := make([]float32, 2*step)
	for at := int64(0); at < m.total; at += step {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		part := buf[:2*min(step, m.total-at)]
		if err := read(part); err != nil {
			return 0, 0, err
		}
		meter.add(part)
	}
	return meter.integrated(), meter.truePeak(), nil
}

// stream reads the mix from its beginning, levelled as plan says.
func (m *mixer) stream(plan soundPlan) func(dst []float32) error {
	var at int64
	gain := float32(1)
	if !plan.alone {
		gain = float32(ratio(plan.gain))
	}
	raw := func(dst []float32) error {
		if err := m.read(dst, at); err != nil {
			return err
		}
		at += int64(len(dst) / 2)
		for i := range dst {
			dst[i] *= gain
		}
		return nil
	}
	if plan.ceiling == 0 {
		return raw
	}
	l := newLimiter(plan.ceiling)
	begun := false
	return func(dst []float32) error {
		if !begun { // what comes out first is older than the mix
			begun = true
			lead := make([]float32, 2*limitDelay)
			if err := raw(lead); err != nil {
				return err
			}
			l.process(lead)
		}
		if err := raw(dst); err != nil { // behind its end the mix is silent
			return err
		}
		l.process(dst)
		return nil
	}
}
