//go:build bench

package bench

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// children is the processor time that children of this process have had which have ended.
func children(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestBenchSound makes the sound of an episode of 200 s, which is mixed of takes, lines,
// effects and a score, measured, levelled, limited and encoded, with its stems. Its
// pictures are so small that they cost nothing.
func TestBenchSound(t *testing.T) {
	r, dir := newRunner(t), t.TempDir()
	tone := func(name string, seconds float64, expression string) string {
		path := filepath.Join(dir, name)
		cli(t, "-f", "lavfi", "-i", fmt.Sprintf("aevalsrc='%s':s=48000:d=%g", expression, seconds), "-ac", "2", path)
		return path
	}
	job := &media.AssembleJob{
		Spec: spec, Out: filepath.Join(dir, "master.mp4"), Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5},
		Score: &media.Score{Path: tone("score.wav", 60, "0.2*sin(2*PI*220*t)*sin(PI*t)+0.1*sin(2*PI*331*t)"), Level: -24},
	}
	job.Spec.Raster = media.Raster{Width: 64, Height: 112}
	var shots, lines, effects []string
	for n := range distinctClips {
		in := filepath.Join(dir, fmt.Sprintf("take%d.mp4", n))
		cli(t, "-f", "lavfi", "-i", "testsrc2=s=64x112:r=24", "-f", "lavfi", "-i", fmt.Sprintf("anoisesrc=c=pink:r=48000:a=0.1:seed=%d", n+1),
			"-t", fmt.Sprint(clipSeconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", in)
		name := filepath.Join(dir, fmt.Sprintf("shot%d", n))
		conformed := &media.ConformJob{In: in, OutVideo: name + ".mp4", OutAudio: name + ".wav", Spec: job.Spec, MaxHold: 2, Frames: clipSeconds * 24}
		if _, err := r.Run(t.Context(), media.Job{Conform: conformed}, nil, nil); err != nil {
			t.Fatal(err)
		}
		shots = append(shots, name)
		// It swells like speech: its loud moments are short, and lie far above the rest.
		lines = append(lines, tone(fmt.Sprintf("line%d.wav", n), 2.5, fmt.Sprintf("0.8*pow(abs(sin(2*PI*1.7*t)),4)*(sin(2*PI*%d*t)+0.4*sin(2*PI*%d*t))", 160+10*n, 1500+100*n)))
		effects = append(effects, tone(fmt.Sprintf("effect%d.wav", n), 1, fmt.Sprintf("0.5*exp(-6*t)*sin(2*PI*%d*t)", 500+50*n)))
	}
	for n := range episodeShots {
		shot := shots[n%len(shots)]
		job.Segments = append(job.Segments, media.Segment{Video: shot + ".mp4", Audio: shot + ".wav", Frames: clipSeconds * 24, Out: media.Transition{Kind: media.Cut}})
		at := media.Frames(clipSeconds * 24 * n)
		if n%4 != 3 {
			job.Dialogue = append(job.Dialogue, media.Sound{Path: lines[n%len(lines)], At: at + 20})
			job.Score.Speech = append(job.Score.Speech, [2]media.Frames{at + 20, at + 80})
		}
		if n%2 == 0 {
			job.Effects = append(job.Effects, media.Sound{Path: effects[n%len(effects)], At: at + 90, Gain: -6})
		}
	}
	d, e, m := media.LayerDialogue, media.LayerEffects, media.LayerMusic
	for name, layers := range map[string][]media.Layer{"dialogue": {d}, "effects": {e}, "music": {m}, "me": {e, m}, "mix": {d, e, m}} {
		job.Stems = append(job.Stems, media.Stem{Path: filepath.Join(dir, name+".flac"), Layers: layers})
	}
	var took, used []time.Duration
	for range 3 {
		before, begin := children(t), time.Now()
		if _, err := r.Run(t.Context(), media.Job{Assemble: job}, nil, nil); err != nil {
			t.Fatal(err)
		}
		took, used = append(took, time.Since(begin)), append(used, children(t)-before)
	}
	line("sound_200_s", median(took).Seconds(), "s", "<= 4")
	line("sound_200_s_processor", median(used).Seconds(), "s", "<= 8")
}
