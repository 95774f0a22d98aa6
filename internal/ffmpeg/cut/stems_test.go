package cut

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
	"github.com/dailies/dailies/test/clips"
)

// TestStems: they are as long as the master's sound, sum to their mix, and the mix raised by
// the gain is the master's within a tenth of a LU.
func TestStems(t *testing.T) {
	spec := clips.SmallSpec()
	dir := t.TempDir()
	job := media.AssembleJob{Spec: spec, Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5}}
	for i := range 2 {
		s := makeShot(t, spec, testShot{frames: 48, luma: 90, loud: -30, noise: true, mute: true}, media.Transition{Kind: media.Cut})
		s.Speaks = i == 0
		job.Segments = append(job.Segments, s)
	}
	job.Effects = []media.Sound{{Path: clips.One(t, "bell.wav", "-f", "lavfi", "-i", "sine=f=900:r=44100:d=0.4", "-ac", "1"), At: 12, Gain: -12}}
	for name, layers := range map[string][]media.Layer{"dialogue": {media.LayerDialogue}, "effects": {media.LayerEffects}, "mix": media.Layers()} {
		job.Stems = append(job.Stems, media.Stem{Path: filepath.Join(dir, name+".flac"), Layers: layers, Comments: map[string]string{"AIGC": "x"}})
	}
	_, res := mustAssemble(t, job)
	read := func(name string) []float32 {
		var all []float32
		if _, err := footage.ReadSound(context.Background(), filepath.Join(dir, name+".flac"), footage.Sounds, 0, func(part []float32, _ int64) error {
			all = append(all, part...)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	dialogue, effects, mix := read("dialogue"), read("effects"), read("mix")
	if want := int(res.Frames.Samples(spec.FPS, media.SampleRate)) * media.Channels; len(mix) != want || len(dialogue) != want || len(effects) != want {
		t.Fatalf("%d, %d and %d samples, the master has %d", len(dialogue), len(effects), len(mix), want)
	}
	for i, v := range mix {
		if d := v - dialogue[i] - effects[i]; d > 1e-6 || d < -1e-6 {
			t.Fatalf("sample %d: %f and %f are not %f", i, dialogue[i], effects[i], v)
		}
	}
	meter := sound.NewMeter()
	meter.Add(mix)
	if got := meter.Integrated() + res.Gain; res.StemGain != 0 || got-res.Integrated > 0.3 || res.Integrated-got > 0.3 {
		t.Errorf("the mix is at %.2f LUFS and raised by %.1f dB, the master is at %.2f", meter.Integrated(), res.Gain, res.Integrated)
	}
}

// TestNoHalfStems: a job that fails leaves none.
func TestNoHalfStems(t *testing.T) {
	spec := clips.SmallSpec()
	stem := filepath.Join(t.TempDir(), "mix.flac")
	job := media.AssembleJob{
		Spec: spec, Out: filepath.Join(t.TempDir(), "m.mp4"), Stems: []media.Stem{{Path: stem, Layers: media.Layers()}},
		Segments: []media.Segment{makeShot(t, spec, testShot{frames: 12, luma: 90}, media.Transition{Kind: media.Cut})},
		Loudness: media.Loudness{Integrated: 5, TruePeak: -1},
	}
	if _, err := Assemble(t.Context(), job, nil); err == nil {
		t.Fatal("it was assembled")
	}
	if _, err := os.Stat(stem); err == nil {
		t.Error("a stem is left of it")
	}
}

// TestEffectsOfOneChannelAndSix: a file of one channel is heard in both at its level; of six
// the front is heard where it is, the centre in both alike, nothing louder than full scale.
func TestEffectsOfOneChannelAndSix(t *testing.T) {
	spec := clips.SmallSpec()
	job := media.AssembleJob{Spec: spec, Out: filepath.Join(t.TempDir(), "m.mp4")}
	job.Segments = []media.Segment{makeShot(t, spec, testShot{frames: 48, luma: 90, mute: true}, media.Transition{Kind: media.Cut})}
	src := func(of string) string {
		return "aevalsrc=" + strings.ReplaceAll(of, "S", "0.5*sin(2*PI*500*t)") + ":s=48000:d=0.5"
	}
	for i, e := range []struct{ name, source string }{
		{"mono.wav", src("S:c=mono")}, {"left.wav", src("S|0|0|0|0|0:c=5.1")}, {"centre.wav", src("0|0|S|0|0|0:c=5.1")}, {"all.wav", src("2*S|2*S|2*S|2*S|2*S|2*S:c=5.1")},
	} {
		job.Effects = append(job.Effects, media.Sound{Path: clips.One(t, e.name, "-f", "lavfi", "-i", e.source), At: media.Frames(i * 12)})
	}
	_, pairs := wholeMix(t, job)
	peaks := func(i int) (left, right float64) {
		from := media.Frames(i*12).Samples(spec.FPS, media.SampleRate) + 4800
		for k := from; k < from+9600; k++ {
			left, right = max(left, float64(pairs[2*k])), max(right, float64(pairs[2*k+1]))
		}
		return left, right
	}
	if l, r := peaks(0); math.Abs(l-0.5) > 0.01 || math.Abs(r-0.5) > 0.01 {
		t.Errorf("one channel at 0.5 is heard at %.3f and %.3f", l, r)
	}
	if l, r := peaks(1); l < 0.15 || r > 0.001 {
		t.Errorf("the left of six is heard at %.3f and %.3f", l, r)
	}
	if l, r := peaks(2); l < 0.1 || math.Abs(l-r) > 0.001 {
		t.Errorf("the centre of six is heard at %.3f and %.3f", l, r)
	}
	if l, r := peaks(3); l > 1.001 || r > 1.001 || l < 0.5 {
		t.Errorf("six channels at full scale are heard at %.3f and %.3f", l, r)
	}
}
