package arena

import (
	"math"
	"slices"
	"time"
)

// Made is one job of a model as the ledger and the takes know it.
type Made struct {
	Model string
	// Micros is what it cost, in one currency for all.
	Micros int64
	MS     int64         // length that was asked for, milliseconds; 0: not known
	Took   time.Duration // from submit to the end at the vendor; 0: not known
	State  MadeState
	// CircledMS is how much of it is used: its shot's length, milliseconds; 0: it is
	// not circled.
	CircledMS int64
}

// MadeState is how a job ended.
type MadeState string

// Ends of a job.
const (
	MadePass    MadeState = "pass"
	MadeNG      MadeState = "NG"      // a clip came and QC said no
	MadeRefused MadeState = "refused" // by moderation
	MadeFailed  MadeState = "failed"  // no clip came
)

// Aside is what stands beside a model's rating and is never folded into it: price,
// patience and trouble. Rates are shares of its jobs, 0..1.
type Aside struct {
	Jobs    int `json:"jobs"`
	Circled int `json:"circled"`
	// Spent is the price of all its takes, in micro-units of Currency.
	Spent    int64  `json:"spent_micros"`
	Currency string `json:"currency"`
	// PerSecond is that for each second that is circled; nil: nothing is.
	PerSecond *int64 `json:"per_circled_second_micros,omitempty"`
	// P50 and P90 are seconds of waiting for a second of picture, from submit; 0: not
	// known.
	P50     float64 `json:"p50_s,omitempty"`
	P90     float64 `json:"p90_s,omitempty"`
	NG      float64 `json:"ng"`
	Refused float64 `json:"refused"`
	Failed  float64 `json:"failed"`
}

// Asides sums jobs by model.
func Asides(all []Made, currency string) map[string]Aside {
	type sum struct {
		Aside
		circledMS           int64
		ng, refused, failed int
		waits               []float64
	}
	sums := make(map[string]*sum)
	for _, m := range all {
		if m.Model == "" {
			continue
		}
		s := sums[m.Model]
		if s == nil {
			s = &sum{}
			sums[m.Model] = s
		}
		s.Jobs++
		s.Spent += m.Micros
		if m.CircledMS > 0 {
			s.Circled++
			s.circledMS += m.CircledMS
		}
		switch m.State {
		case MadeNG:
			s.ng++
		case MadeRefused:
			s.refused++
		case MadeFailed:
			s.failed++
		case MadePass:
		}
		if m.MS > 0 && m.Took > 0 {
			s.waits = append(s.waits, m.Took.Seconds()*1000/float64(m.MS))
		}
	}
	out := make(map[string]Aside, len(sums))
	for model, s := range sums {
		a := s.Aside
		a.Currency = currency
		if s.circledMS > 0 {
			// Rounded up: a price is never told too low.
			per := int64(math.Ceil(float64(s.Spent) * 1000 / float64(s.circledMS)))
			a.PerSecond = &per
		}
		share := func(n int) float64 { return math.Round(1000*float64(n)/float64(s.Jobs)) / 1000 }
		a.NG, a.Refused, a.Failed = share(s.ng), share(s.refused), share(s.failed)
		slices.Sort(s.waits)
		a.P50, a.P90 = math.Round(100*quantile(s.waits, 0.5))/100, math.Round(100*quantile(s.waits, 0.9))/100
		out[model] = a
	}
	return out
}
