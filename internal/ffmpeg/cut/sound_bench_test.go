package cut

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
)

// noisy writes so many seconds of a sound that swells like speech does: its loud moments
// are short, and lie far above what it is for the most part.
func noisy(t testing.TB, path string, seed uint64, seconds, level float64) string {
	t.Helper()
	w, err := sound.CreateWAV(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 1))
	n := int(seconds * media.SampleRate)
	pairs := make([]float32, media.Channels*n)
	var slow float64
	for i := range n {
		at := float64(i) / media.SampleRate
		swell := math.Pow(math.Abs(math.Sin(2*math.Pi*at*(1.5+float64(seed%7)/10))), 3)
		slow += 0.08 * (r.Float64()*2 - 1 - slow)
		v := level * swell * (2.5*slow + 0.4*math.Sin(2*math.Pi*at*(180+20*float64(seed%9))))
		pairs[2*i], pairs[2*i+1] = float32(v), float32(0.9*v+0.02*level*(r.Float64()-0.5))
	}
	if err := w.WriteAt(pairs, 0); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(int64(n)); err != nil {
		t.Fatal(err)
	}
	return path
}

// episodeSound is the sound of an episode of forty shots of five seconds, with lines,
// effects, a score and stems.
func episodeSound(t testing.TB, dir string) media.AssembleJob {
	t.Helper()
	job := media.AssembleJob{Spec: media.Spec{FPS: media.Rational{Num: 24, Den: 1}}, Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5}}
	at := func(name string) string { return filepath.Join(dir, name) }
	for i := range 40 {
		job.Segments = append(job.Segments, media.Segment{
			Audio: noisy(t, at("shot"+string(rune('A'+i))+".wav"), uint64(i), 5, 0.1), Frames: 120, Out: media.Transition{Kind: media.Cut},
		})
		if i%4 != 3 {
			job.Dialogue = append(job.Dialogue, media.Sound{Path: noisy(t, at("line"+string(rune('A'+i))+".wav"), 100+uint64(i), 2.5, 0.6), At: media.Frames(120*i + 20)})
			job.Score = &media.Score{Path: at("score.wav"), Level: -24}
		}
		if i%2 == 0 {
			job.Effects = append(job.Effects, media.Sound{Path: noisy(t, at("effect"+string(rune('A'+i))+".wav"), 200+uint64(i), 1, 0.4), At: media.Frames(120*i + 80), Gain: -6})
		}
	}
	noisy(t, at("score.wav"), 300, 60, 0.3)
	for _, l := range job.Dialogue {
		job.Score.Speech = append(job.Score.Speech, [2]media.Frames{l.At, l.At + 60})
	}
	d, e, m := media.LayerDialogue, media.LayerEffects, media.LayerMusic
	for name, layers := range map[string][]media.Layer{"dialogue": {d}, "effects": {e}, "music": {m}, "me": {e, m}, "mix": {d, e, m}} {
		job.Stems = append(job.Stems, media.Stem{Path: at(name + ".flac"), Layers: layers})
	}
	return job
}

// BenchmarkSound is the sound of an episode of 200 s, with stems and without.
func BenchmarkSound(b *testing.B) {
	astiav.SetLogLevel(astiav.LogLevelFatal)
	for _, with := range []string{"mix", "mix and stems"} {
		b.Run(with, func(b *testing.B) {
			dir := b.TempDir()
			job := episodeSound(b, dir)
			job.Out = filepath.Join(dir, "master.mp4")
			if with == "mix" {
				job.Stems = nil
			}
			c, err := joins.New(job.Segments, 0)
			if err != nil {
				b.Fatal(err)
			}
			before := used(b)
			for b.Loop() {
				sp, err := mp4.NewSpool(job.Out)
				if err != nil {
					b.Fatal(err)
				}
				made, err := makeSound(b.Context(), job, c, sp, &encoder.Kept{})
				if err != nil {
					b.Fatal(err)
				}
				sp.Close()
				b.ReportMetric(made.track.TruePeak, "dBTP")
				b.ReportMetric(made.track.Integrated, "LUFS")
			}
			b.ReportMetric((used(b)-before).Seconds()/float64(b.N), "cpu-s/op")
		})
	}
}

// used is the processor time that this process has had: what others do on the machine is
// not in it.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
