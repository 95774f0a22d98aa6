package ffmpeg_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
)

// The two benchmarks do the same work on the same clip, three seconds of 720p made
// 1080x1920: one as a media child that measures as well, one with FFmpeg's
// command line and the same filters and encoder.

func benchClip(b *testing.B) string {
	b.Helper()
	return clip(b, filepath.Join(b.TempDir(), "in.mp4"),
		"-f", "lavfi", "-i", "testsrc2=s=1280x720:r=24", "-f", "lavfi", "-i", "sine=duration=3", "-t", "3",
		"-vf", "noise=alls=8:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac")
}

func BenchmarkConform(b *testing.B) {
	in, run := benchClip(b), newRunner(b, runner.Options{})
	job := conformIn(b.TempDir(), in)
	job.Conform.Spec = media.Spec{
		Raster: media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1},
		Fit: media.FitFill, Encoder: media.Encoder{Preset: "veryfast", CRF: 20},
	}
	for b.Loop() {
		if _, err := run.Run(b.Context(), job, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkConformCommandLine(b *testing.B) {
	in, dir := benchClip(b), b.TempDir()
	for b.Loop() {
		cmd := exec.Command("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", in,
			"-filter_complex", "[0:v]fps=24,crop=404:720:438:0,scale=1080:1920:flags=bicubic:in_color_matrix=bt709:in_range=tv:out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1[v]",
			"-map", "[v]", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-level", "4.0", "-threads", "4",
			"-x264-params", "stitchable=1:open-gop=0:scenecut=0:keyint=48:min-keyint=1:lookahead-threads=1:ref=2", filepath.Join(dir, "m.mp4"),
			"-map", "0:a", "-ar", "48000", "-ac", "2", "-c:a", "pcm_s16le", filepath.Join(dir, "m.wav"))
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
	}
}
