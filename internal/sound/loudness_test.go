package sound

import (
	"math"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// sine is seconds of a stereo sine of the given frequency and peak level.
func sine(seconds, hertz, dbfs float64) []float32 {
	n := int(seconds * media.SampleRate)
	out := make([]float32, 2*n)
	for i := range n {
		v := float32(Ratio(dbfs) * math.Sin(2*math.Pi*hertz*float64(i)/media.SampleRate))
		out[2*i], out[2*i+1] = v, v
	}
	return out
}

func join(parts ...[]float32) []float32 {
	var out []float32
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// The cases are those of EBU Tech 3341 (2016), table 1.
func TestIntegratedLoudness(t *testing.T) {
	tests := map[string]struct {
		pairs []float32
		want  float64
	}{
		"case 1":             {sine(20, 1000, -23), -23},
		"case 2":             {sine(20, 1000, -33), -33},
		"case 3":             {join(sine(10, 1000, -36), sine(60, 1000, -23), sine(10, 1000, -36)), -23},
		"case 4":             {join(sine(10, 1000, -72), sine(10, 1000, -36), sine(60, 1000, -23), sine(10, 1000, -36), sine(10, 1000, -72)), -23},
		"case 5":             {join(sine(20, 1000, -26), sine(20.1, 1000, -20), sine(20, 1000, -26)), -23},
		"nothing":            {nil, Silence},
		"digital silence":    {make([]float32, 2*media.SampleRate*5), Silence},
		"shorter than 0.4 s": {sine(0.3, 1000, -10), Silence},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := NewMeter()
			for rest := test.pairs; len(rest) > 0; { // odd pieces, as a stream brings them
				n := min(len(rest), 2*1023)
				m.Add(rest[:n])
				rest = rest[n:]
			}
			if got := m.Integrated(); math.Abs(got-test.want) > 0.1 {
				t.Errorf("integrated loudness %.2f LUFS, want %.1f", got, test.want)
			}
		})
	}
}

// A quarter-rate sine sampled 45 degrees off its crests is the classic case
// that sample peaks miss by 3 dB.
func TestTruePeakLiesBetweenSamples(t *testing.T) {
	tests := map[string]struct {
		pairs []float32
		want  float64
	}{
		"quarter rate, 45 degrees": {func() []float32 {
			out := make([]float32, 2*media.SampleRate)
			for i := range media.SampleRate {
				v := float32(0.5 * math.Sin(math.Pi/2*float64(i)+math.Pi/4))
				out[2*i], out[2*i+1] = v, -v
			}
			// Fade in, so that the onset itself does not ring.
			for i := range 4800 {
				out[2*i] *= float32(i) / 4800
				out[2*i+1] *= float32(i) / 4800
			}
			return out
		}(), -6},
		"low sine":      {sine(1, 100, -3), -3},
		"both channels": {[]float32{0, 0, 0, 0.9, 0, 0}, Decibels(0.9)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := NewMeter()
			m.Add(test.pairs)
			m.Add(make([]float32, 2*peakTaps)) // past the interpolator's delay
			if got := m.TruePeak(); math.Abs(got-test.want) > 0.2 {
				t.Errorf("true peak %.2f dBTP, want %.2f", got, test.want)
			}
		})
	}
}
