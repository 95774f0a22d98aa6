package ffmpeg

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// makeClip makes a test clip with the FFmpeg command line and returns its path.
func makeClip(t testing.TB, name string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	args = append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"}, append(args, out)...)
	if b, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("make clip %v: %v\n%s", args, err, b)
	}
	return out
}

// smallSpec is a Spec that is quick to encode.
func smallSpec() media.Spec {
	return media.Spec{
		Raster: media.Raster{Width: 180, Height: 320}, FPS: media.Rational{Num: 24, Den: 1},
		Fit: media.FitFill, Encoder: media.Encoder{Preset: "ultrafast", CRF: 23},
	}
}

// conformJob is a job that conforms a clip into a fresh folder.
func conformJob(t testing.TB, in string, spec media.Spec) media.ConformJob {
	t.Helper()
	dir := t.TempDir()
	return media.ConformJob{In: in, OutVideo: filepath.Join(dir, "m.mp4"), OutAudio: filepath.Join(dir, "m.wav"), Spec: spec, MaxHold: 2}
}

// mustConform conforms and checks what must hold of every mezzanine.
func mustConform(t testing.TB, job media.ConformJob) *media.ConformResult {
	t.Helper()
	res, err := Run(t.Context(), media.Job{Conform: &job}, nil, nil)
	if err != nil {
		t.Fatalf("conform: %v", err)
	}
	st, err := os.Stat(job.OutAudio)
	if err != nil {
		t.Fatal(err)
	}
	want := res.Conform.Frames.Samples(job.Spec.FPS, media.SampleRate)
	if res.Conform.Samples != want || st.Size() != wavHeaderBytes+want*pairBytes {
		t.Errorf("sound: %d samples in %d bytes, want %d samples", res.Conform.Samples, st.Size(), want)
	}
	return res.Conform
}
