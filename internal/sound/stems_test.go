package sound

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
)

// wavOf writes pairs that wave makes: of the number of the pair, the same in both channels.
func wavOf(t *testing.T, dir, name string, seconds float64, wave func(i int) float64) string {
	t.Helper()
	pairs := make([]float32, media.Channels*int(seconds*media.SampleRate))
	for i := range pairs {
		pairs[i] = float32(wave(i / media.Channels))
	}
	path := filepath.Join(dir, name)
	w, err := CreateWAV(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.WriteAt(pairs, 0); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(int64(len(pairs) / media.Channels)); err != nil {
		t.Fatal(err)
	}
	return path
}

func hum(hertz, level float64) func(int) float64 {
	return func(i int) float64 { return level * math.Sin(2*math.Pi*hertz*float64(i)/media.SampleRate) }
}

// hiss is noise, the same for the same seed.
func hiss(seed uint32, level float64) func(int) float64 {
	return func(i int) float64 {
		x := uint32(i)*2654435761 + seed
		x ^= x >> 15
		x *= 2246822519
		x ^= x >> 13
		return level * (float64(x)/math.MaxUint32*2 - 1)
	}
}

// mixerOf opens a job's sound.
func mixerOf(t *testing.T, job media.AssembleJob) *Mixer {
	t.Helper()
	m, err := NewMixer(t.Context(), job, mustJoin(t, job), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

var tenth = media.Spec{FPS: media.Rational{Num: 10, Den: 1}}

// layered is a shot that speaks, one that does not, a line, an effect and a score.
func layered(t *testing.T, level float64) media.AssembleJob {
	dir := t.TempDir()
	return media.AssembleJob{
		Spec: tenth,
		Segments: []media.Segment{
			{Audio: wavOf(t, dir, "talk.wav", 2, hum(300, level)), Frames: 20, Speaks: true},
			{Audio: wavOf(t, dir, "street.wav", 2, hiss(1, level/4)), Frames: 20, Out: media.Transition{Kind: media.Fade, Frames: 5}},
		},
		Dialogue: []media.Sound{{Path: wavOf(t, dir, "line.wav", 0.5, hum(700, level)), At: 25}},
		Effects:  []media.Sound{{Path: wavOf(t, dir, "door.wav", 0.3, hum(90, level)), At: 5, Gain: -6}},
		Score:    &media.Score{Path: wavOf(t, dir, "score.wav", 1, hum(440, 0.2)), Level: -30, Speech: [][2]media.Frames{{0, 15}}},
	}
}

func stemsOf(t *testing.T, m *Mixer, layers ...[]media.Layer) (gain float64, all [][]int32) {
	t.Helper()
	var wanted []media.Stem
	for _, l := range layers {
		wanted = append(wanted, media.Stem{Layers: l})
	}
	s, err := m.Stems(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	all = make([][]int32, len(wanted))
	if err := s.Read(t.Context(), func(i int, pairs []int32) error {
		all[i] = append(all[i], pairs...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return s.Gain, all
}

// TestStemsSumToTheMix: layer by layer they are the mix as it is before its gain, to a
// rounding of 24 bits, and each holds what belongs to it.
func TestStemsSumToTheMix(t *testing.T) {
	m := mixerOf(t, layered(t, 0.2))
	gain, all := stemsOf(t, m,
		[]media.Layer{media.LayerDialogue}, []media.Layer{media.LayerEffects}, []media.Layer{media.LayerMusic},
		[]media.Layer{media.LayerEffects, media.LayerMusic}, media.Layers())
	mix := make([]float32, media.Channels*m.Total)
	if err := m.Read(mix, 0); err != nil {
		t.Fatal(err)
	}
	if gain != 0 || len(all[4]) != len(mix) {
		t.Fatalf("turned down by %.2f dB, %d samples of %d", gain, len(all[4]), len(mix))
	}
	for i, v := range mix {
		sum := float64(all[0][i]) + float64(all[1][i]) + float64(all[2][i])
		if math.Abs(sum/stemFull-float64(v)) > 1e-6 || math.Abs(float64(all[4][i])/stemFull-float64(v)) > 1e-6 {
			t.Fatalf("sample %d: the stems sum to %.7f, their mix says %.7f, the mix is %.7f", i, sum/stemFull, float64(all[4][i])/stemFull, v)
		}
		if d := all[3][i] - all[1][i] - all[2][i]; d < -2 || d > 2 {
			t.Fatalf("sample %d: M&E is not effects and music", i)
		}
	}
	loud := func(stem int, from, to float64) float64 {
		top := 0.0
		for _, v := range all[stem][2*int(from*media.SampleRate) : 2*int(to*media.SampleRate)] {
			top = max(top, math.Abs(float64(v))/stemFull)
		}
		return top
	}
	for _, c := range []struct {
		name     string
		stem     int
		from, to float64
		want     float64
	}{
		{"the shot that speaks is dialogue", 0, 0.6, 0.8, 0.2},
		{"so is a line", 0, 2.6, 2.9, 0.2},
		{"and nothing else", 0, 3.2, 3.4, 0},
		{"a door is an effect", 1, 0.6, 0.7, 0.1},
		{"the shot that speaks is none", 1, 1.2, 1.8, 0},
		{"what is heard of the street is", 1, 2.2, 2.4, 0.05},
	} {
		if got := loud(c.stem, c.from, c.to); math.Abs(got-c.want) > 0.1*c.want+1e-3 {
			t.Errorf("%s: %.3f, want %.3f", c.name, got, c.want)
		}
	}
}

// TestStemsAreTurnedDownTogether: what would be clipped turns all of them down, and their
// sum stays their sum.
func TestStemsAreTurnedDownTogether(t *testing.T) {
	m := mixerOf(t, layered(t, 0.9))
	gain, all := stemsOf(t, m, []media.Layer{media.LayerDialogue}, []media.Layer{media.LayerEffects, media.LayerMusic}, media.Layers())
	if gain >= 0 || gain < -12 {
		t.Fatalf("turned down by %.2f dB", gain)
	}
	top := int32(0)
	for i, v := range all[2] {
		if d := v - all[0][i] - all[1][i]; d < -3 || d > 3 {
			t.Fatalf("sample %d: %d and %d are not %d", i, all[0][i], all[1][i], v)
		}
		top = max(top, v, -v)
	}
	if got := Decibels(float64(top) / stemFull); math.Abs(got+stemBelow) > 0.01 {
		t.Errorf("the highest peak lies at %.3f dBFS, want %.1f", got, -stemBelow)
	}
	if _, err := m.Stems(t.Context(), []media.Stem{{Layers: []media.Layer{"foley"}}}); err == nil {
		t.Error("there is a layer of that name")
	}
}

// TestScoreFades: at both ends as long as the job says.
func TestScoreFades(t *testing.T) {
	job := layered(t, 0.1)
	job.Score.Path = wavOf(t, t.TempDir(), "long.wav", 5, hum(440, 0.2))
	out := media.Frames(10)
	job.Score.FadeIn, job.Score.FadeOut, job.Score.Speech = 10, &out, nil
	_, all := stemsOf(t, mixerOf(t, job), []media.Layer{media.LayerMusic})
	rms := func(from, to float64) float64 {
		sum, part := 0.0, all[0][2*int(from*media.SampleRate):2*int(to*media.SampleRate)]
		for _, v := range part {
			sum += float64(v) * float64(v)
		}
		return math.Sqrt(sum/float64(len(part))) / stemFull
	}
	full := rms(1.5, 2.5)
	for at, want := range map[float64]float64{0: 0.08, 0.45: math.Sqrt2 / 2, 1.1: 1, 2.8: 1, 3.4: 0.75, 3.9: 0.08} {
		if got := rms(at, at+0.1) / full; math.Abs(got-want) > 0.1 {
			t.Errorf("at %.2f s the music is at %.2f of its level, want %.2f", at, got, want)
		}
	}
}

func mustJoin(t *testing.T, job media.AssembleJob) joins.List {
	t.Helper()
	list, err := joins.New(job.Segments, 0)
	if err != nil {
		t.Fatal(err)
	}
	return list
}
