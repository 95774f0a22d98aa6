package cut

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// mustAssemble runs the job into a fresh folder and returns where the master is.
func mustAssemble(t testing.TB, job media.AssembleJob) (string, *media.AssembleResult) {
	t.Helper()
	job.Out = filepath.Join(t.TempDir(), "master.mp4")
	res, err := Assemble(t.Context(), job, nil)
	if err != nil {
		t.Fatalf("assemble: %v", err)
	}
	return job.Out, res
}

func TestAssembleHardCuts(t *testing.T) {
	for _, fps := range []media.Rational{{Num: 24, Den: 1}, {Num: 24000, Den: 1001}, {Num: 25, Den: 1}} {
		t.Run(fps.String(), func(t *testing.T) {
			spec := clips.SmallSpec()
			spec.FPS = fps
			cut := media.Transition{Kind: media.Cut}
			job := media.AssembleJob{Spec: spec, Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5}}
			var want []media.Frames
			var total media.Frames
			for i, n := range []media.Frames{31, 60, 7, 1, 45} {
				job.Segments = append(job.Segments, makeShot(t, spec, testShot{frames: n, luma: byte(60 + 10*i), noise: true, loud: -30}, cut))
				want = append(want, total)
				total += n
			}
			path, res := mustAssemble(t, job)
			if res.Frames != total || res.Copied != total || res.Reencoded != 0 {
				t.Errorf("frames %d, copied %d, encoded again %d; want %d copied", res.Frames, res.Copied, res.Reencoded, total)
			}
			if d := cmp.Diff(want, res.Joins); d != "" {
				t.Errorf("joins (-want +got):\n%s", d)
			}
			checkSeen(t, watch(t, path, fps), fps, total, want)
		})
	}
}

// checkSeen checks that a master has every picture at its time, a keyframe, a
// flash and a beep at each join, and as much sound as picture.
func checkSeen(t *testing.T, s seen, fps media.Rational, total media.Frames, joins []media.Frames) {
	t.Helper()
	if len(s.pts) != int(total) {
		t.Fatalf("%d pictures, want %d", len(s.pts), total)
	}
	for i, p := range s.pts {
		if p != int64(i) {
			t.Fatalf("picture %d is shown at frame %d", i, p)
		}
	}
	if got, want := int64(len(s.pairs)/2), total.Samples(fps, media.SampleRate); got < want || got > want+encoder.AACFrame {
		t.Errorf("%d samples of sound, want %d", got, want)
	}
	for _, j := range joins {
		if !s.keys[j] {
			t.Errorf("no keyframe at join %d", j)
		}
		if s.luma[j] < flashLuma {
			t.Errorf("no flash at join %d: luma %.0f", j, s.luma[j])
		}
		want := j.Samples(fps, media.SampleRate)
		got := onset(s.pairs, want)
		if off := got - want; off < -media.SampleRate/1000 || off > media.SampleRate/1000 {
			t.Errorf("join %d: the beep begins %.2f ms after the flash", j, float64(off)/media.SampleRate*1000)
		}
	}
}
