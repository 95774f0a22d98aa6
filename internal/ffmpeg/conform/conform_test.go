package conform

import (
	"testing"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

func TestConformMixedClips(t *testing.T) {
	const beep = "sine=frequency=440:duration=2"
	for _, c := range []struct {
		name   string
		file   string
		args   []string
		frames media.Frames
	}{
		{"h264 24", "a.mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=320x480:r=24:d=2", "-f", "lavfi", "-i", beep, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"}, 48},
		{"h264 60, mono 44.1", "a.mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=320x240:r=60:d=2", "-f", "lavfi", "-i", beep, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ar", "44100", "-ac", "1"}, 48},
		{"hevc 10 bit", "a.mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=320x480:r=30:d=2", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le"}, 48},
		{"vp9 webm", "a.webm", []string{"-f", "lavfi", "-i", "testsrc2=s=320x480:r=25:d=2", "-f", "lavfi", "-i", beep, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"}, 48},
		{"prores, 5.1", "a.mov", []string{"-f", "lavfi", "-i", "testsrc2=s=320x480:r=30000/1001:d=2.002", "-f", "lavfi", "-i", beep, "-c:v", "prores_ks", "-c:a", "pcm_s16le", "-ac", "6"}, 48},
		{"full range mjpeg avi", "a.avi", []string{"-f", "lavfi", "-i", "testsrc2=s=320x480:r=16:d=2", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"}, 32 * 24 / 16},
		{"av1, 4K", "a.mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=25:d=0.2", "-c:v", "libsvtav1", "-preset", "12"}, 5},
		{"480p, 23.976", "a.mp4", []string{"-f", "lavfi", "-i", "testsrc2=s=854x480:r=24000/1001:d=2.002", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}, 48},
		{"mpeg-ts", "a.ts", []string{"-f", "lavfi", "-i", "testsrc2=s=320x480:r=25:d=2", "-f", "lavfi", "-i", beep, "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "mp2"}, 48},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := clips.One(t, c.file, c.args...)
			for _, fit := range []media.Fit{media.FitFill, media.FitFit, media.FitBlur} {
				spec := clips.SmallSpec()
				spec.Fit = fit
				res := mustConform(t, conformJob(t, in, spec))
				if res.Frames != c.frames {
					t.Errorf("%s: %d frames, want %d", fit, res.Frames, c.frames)
				}
				if m := res.Measurements; m.DecodeErrors != 0 || len(m.ContainerLies) > 0 || m.VariableRate {
					t.Errorf("%s: %d decode errors, lies %v, variable %v", fit, m.DecodeErrors, m.ContainerLies, m.VariableRate)
				}
			}
		})
	}
}

// opened is a clip or a mezzanine with its pictures' decoder, until the test ends.
func opened(t *testing.T, path string) (*footage.Input, *footage.Decoder) {
	t.Helper()
	in, err := footage.Open(t.Context(), path, footage.Clips)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.Close)
	dec, err := footage.OpenDecoder(in.Video())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dec.Close)
	return in, dec
}

// eachLuma gives the brightness of every picture of a clip, row by row.
func eachLuma(t *testing.T, path string, each func(luma []byte, stride, width, height int)) {
	t.Helper()
	in, dec := opened(t, path)
	err := footage.DecodeAll(in, in.Video(), dec, func(f *astiav.Frame) error {
		luma, stride := footage.FramePlane(f, 0, f.Height())
		each(luma, stride, f.Width(), f.Height())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
