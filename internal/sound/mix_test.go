package sound

import (
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
)

// TestAShotIsSilentWhereAVoiceSpeaks: the shot's own sound goes and comes back without a
// click, and what is laid over it is heard.
func TestAShotIsSilentWhereAVoiceSpeaks(t *testing.T) {
	dir := t.TempDir()
	steady := func(name string, seconds float64) string {
		t.Helper()
		return wavOf(t, dir, name, seconds, func(int) float64 { return 0.5 })
	}
	job := media.AssembleJob{
		Spec:     media.Spec{FPS: media.Rational{Num: 10, Den: 1}},
		Segments: []media.Segment{{Audio: steady("shot.wav", 4), Frames: 40, Mute: [][2]media.Frames{{10, 20}}}},
		Dialogue: []media.Sound{{Path: steady("line.wav", 0.5), At: 12}},
	}
	list, err := joins.New(job.Segments, 0)
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMixer(t.Context(), job, list, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	mix := make([]float32, 2*m.Total)
	if err := m.Read(mix, 0); err != nil {
		t.Fatal(err)
	}
	at := func(seconds float64) float32 { return mix[2*int(seconds*media.SampleRate)] }
	for seconds, want := range map[float64]float32{0.5: 0.5, 1.1: 0, 1.4: 0.5, 1.9: 0, 2.5: 0.5} {
		if got := at(seconds); abs32(got-want) > 0.01 {
			t.Errorf("at %.1f s: %.3f, want %.3f", seconds, got, want)
		}
	}
	for i := 2 * int(0.9*media.SampleRate); i < 2*media.SampleRate; i += 2 {
		if abs32(mix[i]-mix[i-2]) > 0.02 {
			t.Fatalf("a click at %.4f s", float64(i/2)/media.SampleRate)
		}
	}
}
