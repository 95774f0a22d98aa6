package ffmpeg_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/ffmpeg"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
)

// TestMain makes this test program its own media child.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "media" {
		os.Exit(ffmpeg.Child())
	}
	os.Exit(m.Run())
}

// newRunner starts this test program as the media child.
func newRunner(t testing.TB, o runner.Options) *runner.Runner {
	t.Helper()
	o.Command = []string{os.Args[0], "media"}
	r, err := runner.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// clip makes a clip of two seconds in dir with the FFmpeg command line.
func clip(t testing.TB, path string, args ...string) string {
	t.Helper()
	if len(args) == 0 {
		args = []string{
			"-f", "lavfi", "-i", "testsrc2=s=320x480:r=24:d=2", "-f", "lavfi", "-i", "sine=duration=2",
			"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac",
		}
	}
	args = append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"}, append(args, path)...)
	if b, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("make clip: %v\n%s", err, b)
	}
	return path
}

func spec() media.Spec {
	return media.Spec{
		Raster: media.Raster{Width: 180, Height: 320}, FPS: media.Rational{Num: 24, Den: 1},
		Fit: media.FitFill, Encoder: media.Encoder{Preset: "ultrafast", CRF: 23},
	}
}

func conformIn(dir, in string) media.Job {
	return media.Job{Conform: &media.ConformJob{
		In: in, OutVideo: filepath.Join(dir, "m.mp4"), OutAudio: filepath.Join(dir, "m.wav"), Spec: spec(), MaxHold: 2,
	}}
}

func TestConformInChild(t *testing.T) {
	dir := t.TempDir()
	in := clip(t, filepath.Join(dir, "in.mp4"))
	var last media.Progress
	res, err := newRunner(t, runner.Options{}).Run(t.Context(), conformIn(dir, in), nil, func(p media.Progress) { last = p })
	if err != nil {
		t.Fatal(err)
	}
	if res.Conform == nil || res.Conform.Frames != 48 || res.Conform.VideoDigest == "" {
		t.Errorf("result %+v", res.Conform)
	}
	if last.Done != 47 || last.Total != 48 {
		t.Errorf("last progress %+v", last)
	}
}

func TestEncodeInChild(t *testing.T) {
	dir := t.TempDir()
	sound := clip(t, filepath.Join(dir, "s.wav"), "-f", "lavfi", "-i", "sine=duration=5")
	r := media.Raster{Width: 64, Height: 112}
	const frames = 30
	picture := bytes.Repeat([]byte{128}, r.Width*r.Height*3/2)
	job := media.Job{Encode: &media.EncodeJob{
		Out: filepath.Join(dir, "a.mp4"), Raster: r, FPS: media.Rational{Num: 30000, Den: 1001}, Frames: frames, Audio: sound,
	}}
	run := newRunner(t, runner.Options{})
	res, err := run.Run(t.Context(), job, bytes.NewReader(bytes.Repeat(picture, frames)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.Encode.Frames != frames {
		t.Errorf("%d frames, want %d", res.Encode.Frames, frames)
	}
	probe, err := run.Run(t.Context(), media.Job{Probe: &media.ProbeJob{In: job.Encode.Out}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if i := probe.Probe; i.VideoCodec != "h264" || i.AudioCodec != "aac" || i.Raster != r || i.FPS != job.Encode.FPS || i.AudioRate != 48000 {
		t.Errorf("probe says %+v", i)
	}
}

func TestEncodeNeedsAllItsPictures(t *testing.T) {
	dir := t.TempDir()
	job := media.Job{Encode: &media.EncodeJob{
		Out: filepath.Join(dir, "a.mp4"), Raster: media.Raster{Width: 64, Height: 64}, FPS: media.Rational{Num: 24, Den: 1}, Frames: 3,
	}}
	_, err := newRunner(t, runner.Options{}).Run(t.Context(), job, bytes.NewReader(make([]byte, 64*64*3/2+10)), nil)
	if err == nil {
		t.Error("a clip was made of too few pictures")
	}
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		t.Errorf("a clip is blamed: %v", err)
	}
	if _, err := os.Stat(job.Encode.Out); !errors.Is(err, os.ErrNotExist) {
		t.Error("half a clip was left behind")
	}
}

func TestCancelledChildIsGone(t *testing.T) {
	dir := t.TempDir()
	in := clip(t, filepath.Join(dir, "in.mp4"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := newRunner(t, runner.Options{}).Run(ctx, conformIn(dir, in), nil, func(media.Progress) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestChildLimits(t *testing.T) {
	for name, o := range map[string]runner.Options{
		"file size":      {FileBytes: 4 << 10},
		"processor time": {CPU: time.Second},
		"stall":          {Stall: 200 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			job := conformIn(dir, clip(t, filepath.Join(dir, "in.mp4")))
			var stdin io.Reader
			switch name {
			case "processor time", "stall":
				// Pictures without end, and none at all.
				r, w := io.Pipe()
				defer r.Close()
				defer w.Close()
				stdin = r
				job = media.Job{Encode: &media.EncodeJob{
					Out: filepath.Join(dir, "a.mp4"), Raster: media.Raster{Width: 720, Height: 720}, FPS: media.Rational{Num: 24, Den: 1}, Frames: 14000,
					Encoder: media.Encoder{Preset: "veryslow", CRF: 10},
				}}
				if name == "processor time" {
					stdin = noise{}
				}
			}
			if _, err := newRunner(t, o).Run(t.Context(), job, stdin, nil); err == nil {
				t.Error("the limit was passed")
			} else {
				t.Log(err)
			}
		})
	}
}

// noise is hard to encode.
type noise struct{}

func (noise) Read(p []byte) (int, error) {
	x := uint32(len(p)) | 1
	for i := range p {
		x = x*1664525 + 1013904223
		p[i] = byte(x >> 24)
	}
	return len(p), nil
}
