package sound

import (
	"math"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// TestTempo: a sound that is made faster or slower has the length that was asked for, its
// pitch, its level and no holes.
func TestTempo(t *testing.T) {
	const seconds = 2
	pairs := make([]float32, media.Channels*seconds*media.SampleRate)
	for i := range pairs {
		pairs[i] = float32(hum(220, 0.3)(i/2) + hum(440, 0.1)(i/2))
	}
	for _, rate := range []float64{0.85, 0.93, 1, 1.1, 1.25} {
		out := Tempo(pairs, rate)
		n := len(out) / media.Channels
		if want := int(math.Ceil(seconds * media.SampleRate / rate)); n != want {
			t.Errorf("%.2f times as fast it lasts %d pairs, want %d", rate, n, want)
		}
		crossings := 0
		for i := media.SampleRate / 2; i < n-media.SampleRate/4; i++ {
			if out[2*i-2] < 0 && out[2*i] >= 0 {
				crossings++
			}
		}
		if hertz := float64(crossings) / (float64(n-3*media.SampleRate/4) / media.SampleRate); math.Abs(hertz-220) > 4 {
			t.Errorf("%.2f times as fast its pitch is %.1f Hz, want 220", rate, hertz)
		}
		const window = media.SampleRate / 50
		for at := window; at+window < n-window; at += window {
			sum := 0.0
			for _, v := range out[2*at : 2*(at+window)] {
				sum += float64(v) * float64(v)
			}
			if d := Decibels(math.Sqrt(sum/(2*window)) / math.Sqrt((0.09+0.01)/2)); math.Abs(d) > 1.5 {
				t.Fatalf("%.2f times as fast the level at %.2f s is off by %.1f dB", rate, float64(at)/media.SampleRate, d)
			}
		}
	}
	if out := Tempo(nil, 1.2); len(out) != 0 {
		t.Errorf("of nothing came %d samples", len(out))
	}
	if out := Tempo(pairs[:20], 1.25); len(out) != 16 {
		t.Errorf("of ten pairs came %d samples", len(out))
	}
}

// TestALineIsHeardAtItsRate: laid into a mix it ends where its rate says.
func TestALineIsHeardAtItsRate(t *testing.T) {
	dir := t.TempDir()
	job := media.AssembleJob{
		Spec:     tenth,
		Segments: []media.Segment{{Audio: wavOf(t, dir, "shot.wav", 3, func(int) float64 { return 0 }), Frames: 30}},
		Dialogue: []media.Sound{{Path: wavOf(t, dir, "line.wav", 1, hum(300, 0.4)), At: 5, Rate: 1.25}},
		Out:      dir + "/master.mp4",
	}
	m := mixerOf(t, job)
	mix := make([]float32, media.Channels*m.Total)
	if err := m.Read(mix, 0); err != nil {
		t.Fatal(err)
	}
	top := func(from, to float64) (v float32) {
		for _, s := range mix[2*int(from*media.SampleRate) : 2*int(to*media.SampleRate)] {
			v = max(v, abs32(s))
		}
		return v
	}
	if top(0, 0.5) > 0 || top(0.55, 0.75) < 0.3 || top(1.1, 1.28) < 0.3 || top(1.301, 3) > 0 {
		t.Errorf("before %.2f, in it %.2f and %.2f, behind it %.2f", top(0, 0.5), top(0.55, 0.75), top(1.1, 1.28), top(1.301, 3))
	}
	for _, rate := range []float64{0.2, 3, math.NaN(), -1} {
		job.Dialogue[0].Rate = rate
		if err := m.addSound(t.Context(), job, mustJoin(t, job), media.LayerDialogue, job.Dialogue[0]); err == nil {
			t.Errorf("a rate of %v is taken", rate)
		}
	}
}
