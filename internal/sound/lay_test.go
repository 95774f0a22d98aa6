package sound

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// TestLay: sounds lie where they should at their rate, what is beyond the end is cut off,
// and the file is exactly as long as its frames.
func TestLay(t *testing.T) {
	dir := t.TempDir()
	line := wavOf(t, dir, "line.wav", 1, hum(220, 0.5))
	job := media.LayJob{
		FPS: media.Rational{Num: 24000, Den: 1001}, Frames: 72, Out: filepath.Join(dir, "out.wav"),
		Sounds: []media.Sound{{Path: line, At: 12, Rate: 1.25}, {Path: line, At: 60}},
	}
	samples, err := Lay(t.Context(), job, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := job.Frames.Samples(job.FPS, media.SampleRate); samples != want {
		t.Errorf("%d samples, want %d", samples, want)
	}
	var all []float32
	if err := ReadWAV(job.Out, func(pairs []float32) error { all = append(all, pairs...); return nil }); err != nil {
		t.Fatal(err)
	}
	if int64(len(all)/2) != samples {
		t.Errorf("the file has %d samples", len(all)/2)
	}
	loud := func(from, to float64) bool {
		var sum float64
		for i := int(from * media.SampleRate); i < int(to*media.SampleRate); i++ {
			sum += float64(all[2*i]) * float64(all[2*i])
		}
		return math.Sqrt(sum/((to-from)*media.SampleRate)) > 0.1
	}
	for _, c := range []struct {
		from, to float64
		want     bool
	}{{0, 0.49, false}, {0.55, 1.25, true}, {1.35, 2.48, false}, {2.55, 2.95, true}} {
		if got := loud(c.from, c.to); got != c.want {
			t.Errorf("from %.2f to %.2f s it sounds: %v, want %v", c.from, c.to, got, c.want)
		}
	}
	for name, bad := range map[string]media.LayJob{"no length": {FPS: job.FPS, Out: job.Out}, "no rate": {Frames: 10, Out: job.Out}, "beyond the end": {FPS: job.FPS, Frames: 10, Out: job.Out, Sounds: []media.Sound{{Path: line, At: 10}}}} {
		if _, err := Lay(t.Context(), bad, nil); err == nil {
			t.Errorf("%s: it was laid", name)
		}
	}
}
