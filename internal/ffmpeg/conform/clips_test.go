package conform

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
)

// TestMain keeps FFmpeg from talking about every clip.
func TestMain(m *testing.M) {
	astiav.SetLogLevel(astiav.LogLevelFatal)
	os.Exit(m.Run())
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
	res, err := Run(t.Context(), job, nil)
	if err != nil {
		t.Fatalf("conform: %v", err)
	}
	st, err := os.Stat(job.OutAudio)
	if err != nil {
		t.Fatal(err)
	}
	want := res.Frames.Samples(job.Spec.FPS, media.SampleRate)
	if res.Samples != want || st.Size() != sound.HeaderBytes+want*sound.PairBytes {
		t.Errorf("sound: %d samples in %d bytes, want %d samples", res.Samples, st.Size(), want)
	}
	return res
}
