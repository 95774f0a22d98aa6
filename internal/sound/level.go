package sound

import (
	"context"
	"fmt"
	"math"

	"github.com/dailies/dailies/internal/media"
)

const (
	MinProgramme = 3   // seconds; a shorter episode is left alone
	maxLimiting  = 3.0 // dB that the limiter may take off
	levelPasses  = 3   // of the limiter in search of the target
)

// Plan is how the mix is brought to its target.
type Plan struct {
	Gain    float64 // dB
	ceiling float64 // dBTP of the limiter; 0: no limiter
	Alone   bool    // silent or short: left as it is
	Note    string
}

// Level measures the mix and plans its way to target LUFS under limit dBTP. room dB below
// it are kept for what the coding of this mix was found to add: they are not counted among
// what the limiter may take off, or the coding would make an episode quieter. mem
// remembers what of the mix was measured before.
func (m *Mixer) Level(ctx context.Context, target, limit, room float64, mem Memory) (Plan, error) {
	if m.own == nil {
		loud, peak, err := m.measureOwn(ctx, mem)
		if err != nil {
			return Plan{}, err
		}
		m.own = &[2]float64{loud, peak}
	}
	loud, peak := m.own[0], m.own[1]
	if m.Total < MinProgramme*media.SampleRate {
		return Plan{Alone: true, Note: "the episode is shorter than 3 s: its loudness is left alone"}, nil
	}
	if loud <= Silence {
		return Plan{Alone: true, Note: "the episode is silent: its loudness is left alone"}, nil
	}
	most := gainStep * math.Floor((limit+maxLimiting-peak)/gainStep) // at which peaks pass the limit by maxLimiting
	limit -= room
	plan := Plan{Gain: inSteps(target - loud)}
	if peak+target-loud <= limit {
		if peak+plan.Gain > limit {
			plan.Gain -= gainStep
		}
		return plan, nil
	}
	plan.ceiling = limit
	for range levelPasses {
		plan.Gain = min(plan.Gain, most)
		var err error
		if loud, err = m.loudness(ctx, plan); err != nil {
			return plan, err
		}
		missing := target - loud
		next := inSteps(plan.Gain + missing)
		if next == plan.Gain || (plan.Gain == most && missing > 0) {
			break
		}
		plan.Gain = next
	}
	plan.Gain = min(plan.Gain, most)
	took := peak + plan.Gain - limit
	if took >= audible {
		plan.Note = fmt.Sprintf("a true-peak limiter takes up to %.1f dB off the peaks", took)
	}
	if missing := target - loud; missing > 0.5 {
		plan.Note = fmt.Sprintf("peaks are limited by %.1f dB, the most that is allowed: the episode stays %.1f LU under its target of %.1f LUFS", took, missing, target)
	}
	return plan, nil
}

// gainStep is what gains are a multiple of, in dB: a new take of one shot moves an
// episode's loudness by a hair, and a gain that stays leaves all other sound as it
// was, to be used again. It costs a tenth of a LU.
const gainStep = 0.2

func inSteps(gain float64) float64 { return gainStep * math.Round(gain/gainStep) }

// audible is the least limiting worth a note, in dB.
const audible = 0.05

// loudness reads the mix once as plan would have it.
func (m *Mixer) loudness(ctx context.Context, plan Plan) (integrated float64, err error) {
	meter, read := NewMeter(), m.Stream(plan)
	const step = 10 * Hop
	buf := make([]float32, 2*step)
	for at := int64(0); at < m.Total; at += step {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		part := buf[:2*min(step, m.Total-at)]
		if err := read(part); err != nil {
			return 0, err
		}
		meter.addEnergy(part)
	}
	return meter.Integrated(), nil
}

// Stream reads the mix from its beginning, levelled as plan says.
func (m *Mixer) Stream(plan Plan) func(dst []float32) error {
	var at int64
	gain := float32(1)
	if !plan.Alone {
		gain = float32(Ratio(plan.Gain))
	}
	raw := func(dst []float32) error {
		if err := m.Read(dst, at); err != nil {
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
