package sound

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// programme is seconds of noise that swells and falls silent.
func programme(seconds float64) []float32 {
	r := rand.New(rand.NewPCG(3, 4))
	n := int(seconds * media.SampleRate)
	out := make([]float32, media.Channels*n)
	for i := range out {
		level := math.Max(0, math.Sin(float64(i)/media.SampleRate))
		out[i] = float32(level * (r.Float64() - 0.5))
	}
	return out
}

// TestStretchesAreTheProgramme: measured in stretches, wherever they meet, a programme is
// what it is when it is measured at a time.
func TestStretchesAreTheProgramme(t *testing.T) {
	pairs := programme(11.3)
	whole := NewMeter()
	whole.Add(pairs)
	for name, ends := range map[string][]int64{
		"one":                 {int64(len(pairs) / 2)},
		"hops":                {Hop, 20 * Hop, 113 * Hop},
		"between hops":        {7, 1023, Hop + 1, 50_000, 50_100, 200_000, int64(len(pairs) / 2)},
		"with nothing in one": {Hop, Hop, 30_001, 30_001, int64(len(pairs) / 2)},
	} {
		t.Run(name, func(t *testing.T) {
			got, at := NewMeter(), int64(0)
			for _, end := range ends {
				s := MeasureStretch(at, pairs[2*max(0, at-Settle):2*at], pairs[2*at:2*end])
				kept, ok := readStretch(s.bytes())
				if !ok {
					t.Fatalf("the stretch to %d cannot be read back", end)
				}
				got.Join(kept)
				at = end
			}
			if d := math.Abs(got.Integrated() - whole.Integrated()); d > 1e-9 || whole.Integrated() < -40 {
				t.Errorf("integrated loudness %.9f LUFS, want %.9f", got.Integrated(), whole.Integrated())
			}
			if got.TruePeak() != whole.TruePeak() {
				t.Errorf("true peak %v dBTP, want %v", got.TruePeak(), whole.TruePeak())
			}
		})
	}
}

// notes is a memory that counts.
type notes struct {
	fields         map[string][][]byte
	recalled, made int
}

func (n *notes) Recall(key string) ([][]byte, bool) {
	f, ok := n.fields[key]
	if ok {
		n.recalled++
	}
	return f, ok
}

func (n *notes) Remember(key string, fields ...[]byte) { n.fields[key] = fields; n.made++ }

func TestMeasuredIsRememberedOnlyIfItCanBe(t *testing.T) {
	mem := &notes{fields: map[string][][]byte{}}
	pairs, measured := programme(1), 0
	ask := func() Stretch {
		s, err := Measured(mem, "k", func() (Stretch, error) {
			measured++
			return MeasureStretch(0, nil, pairs), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, second := ask(), ask()
	if measured != 1 || mem.recalled != 1 || first.peak != second.peak || len(first.hops) != len(second.hops) {
		t.Errorf("measured %d times, recalled %d", measured, mem.recalled)
	}
	nan := Stretch{peak: math.NaN()}.bytes()
	for _, bad := range [][][]byte{nil, {{1, 2, 3}}, {nan}, {Stretch{fill: Hop}.bytes()}, {first.bytes(), nil}} {
		mem.fields["k"], measured = bad, 0
		if s := ask(); measured != 1 || s.peak != first.peak {
			t.Errorf("%v was believed", bad)
		}
	}
}
