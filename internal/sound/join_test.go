package sound

import (
	"math"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// joined is the mix of two shots of a second each.
func joined(t *testing.T, a, b func(int) float64) (mix []float32, at int64) {
	t.Helper()
	dir := t.TempDir()
	m := mixerOf(t, media.AssembleJob{Spec: tenth, Segments: []media.Segment{
		{Audio: wavOf(t, dir, "a.wav", 1, a), Frames: 10}, {Audio: wavOf(t, dir, "b.wav", 1, b), Frames: 10},
	}})
	mix = make([]float32, media.Channels*m.Total)
	if err := m.Read(mix, 0); err != nil {
		t.Fatal(err)
	}
	return mix, media.SampleRate
}

// TestJoinsHaveNoHole: where one ambience goes over into another its level holds through
// the join, in every two milliseconds of it.
func TestJoinsHaveNoHole(t *testing.T) {
	mix, at := joined(t, hiss(1, 0.2), func(i int) float64 { return hiss(2, 0.2)(i) + hum(50, 0.1)(i+240) })
	level := func(from int64) float64 {
		const n = 2 * media.SampleRate / 1000
		sum := 0.0
		for _, v := range mix[2*from : 2*(from+n)] {
			sum += float64(v) * float64(v)
		}
		return math.Sqrt(sum / (2 * n))
	}
	around := level(at - media.SampleRate/10)
	for from := at - 480; from < at+960; from += 48 {
		if d := Decibels(level(from) / around); d < -3 || d > 5 {
			t.Errorf("%.0f ms from the join the level is %.1f dB", float64(from-at)/media.SampleRate*1000, d)
		}
	}
}

// TestJoinsDoNotClick: a step becomes a slope.
func TestJoinsDoNotClick(t *testing.T) {
	steady := func(v float64) func(int) float64 { return func(int) float64 { return v } }
	mix, at := joined(t, steady(0.4), steady(-0.4))
	for i := 2 * (at - 500); i < 2*(at+500); i++ {
		if abs32(mix[i]-mix[i-2]) > 0.02 {
			t.Fatalf("a step of %.3f, %d pairs from the join", abs32(mix[i]-mix[i-2]), i/2-at)
		}
	}
}

// TestSoundThatGoesOnIsLeftAlone: shots cut out of one clip sound as the clip does, to the
// bit; and what begins after silence keeps its attack.
func TestSoundThatGoesOnIsLeftAlone(t *testing.T) {
	whole := hum(200, 0.5)
	mix, at := joined(t, whole, func(i int) float64 { return whole(i + media.SampleRate) })
	for i := at - 400; i < at+400; i++ {
		want := float32(math.RoundToEven(whole(int(i))*32768) / 32768)
		if mix[2*i] != want {
			t.Fatalf("%d pairs from the join: %.6f, want %.6f", i-at, mix[2*i], want)
		}
	}
	mix, at = joined(t, func(int) float64 { return 0 }, func(i int) float64 { return 0.5 * math.Cos(2*math.Pi*1000*float64(i)/media.SampleRate) })
	if top := max(mix[2*(at+48)], mix[2*(at+49)]); top < 0.45 {
		t.Errorf("a millisecond after the join it is at %.2f of 0.5", top)
	}
}
