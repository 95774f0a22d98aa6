package conform

import (
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
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

// residentBytes is what this process holds, after giving back what it can.
func residentBytes(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

// TestConformFreesWhatItTakes conforms over and over: what FFmpeg allocates is
// out of the garbage collector's sight.
func TestConformFreesWhatItTakes(t *testing.T) {
	in := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x1138:r=24:d=0.25", "-f", "lavfi", "-i", "sine=duration=0.25",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
	job := conformJob(t, in, clips.SmallSpec())
	for range 50 { // arenas, caches and thread stacks settle
		mustConform(t, job)
	}
	before := residentBytes(t)
	const rounds = 30
	for range rounds {
		mustConform(t, job)
	}
	// One picture of the clip is 1.1 MB: a leak of one a round would show.
	if grown := residentBytes(t) - before; grown > rounds*(1<<20)/2 {
		t.Errorf("%d rounds left %d KB behind", rounds, grown>>10)
	}
}

// TestDamageIsCounted: a clip whose bytes rotted is used as far as it goes, and
// says so.
func TestDamageIsCounted(t *testing.T) {
	two := moving("320x480")
	sound := []string{"-c:a", "aac"}
	for _, c := range []struct {
		name, file string
		args       []string
	}{
		{"H.264", "a.mp4", with([]string{"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"}, sound)},
		{"H.264 in a transport stream", "a.ts", with([]string{"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"}, sound)},
		{"HEVC", "a.mkv", with([]string{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p"}, sound)},
		{"MPEG-2", "a.mpg", []string{"-c:v", "mpeg2video", "-q:v", "3", "-c:a", "mp2"}},
		{"Motion JPEG", "a.avi", []string{"-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole := clips.One(t, c.file, with(two, c.args)...)
			m := mustConform(t, conformJob(t, rot(t, whole, 0.4, 0.5, 400), clips.SmallSpec())).Measurements
			if m.DecodeErrors == 0 && m.Damaged == 0 {
				t.Errorf("nothing is said of the damage: %+v", m)
			}
			if m.Conformed < 40 {
				t.Errorf("%d frames are left of 48", m.Conformed)
			}
		})
	}
	t.Run("sound", func(t *testing.T) {
		whole := clips.One(t, "a.mkv", with([]string{"-f", "lavfi", "-i", "color=s=320x480:r=25:d=2", "-f", "lavfi", "-i", "anoisesrc=d=2:r=48000"},
			[]string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "256k"})...)
		m := mustConform(t, conformJob(t, rot(t, whole, 0.4, 0.6, 100), clips.SmallSpec())).Measurements
		if m.SoundErrors == 0 || !m.HasAudio {
			t.Errorf("sound %v, %d packets of it damaged", m.HasAudio, m.SoundErrors)
		}
	})
}

// TestPacketsOfNothingAreNoEnd: capture programs write one where a picture was
// dropped, and a decoder takes it for the end.
func TestPacketsOfNothingAreNoEnd(t *testing.T) {
	in, dec := opened(t, clips.One(t, "a.mp4", with(moving("320x480"), h264())...))
	pictures := 0
	count := func(*astiav.Frame) error { pictures++; return nil }
	nothing := astiav.AllocPacket()
	defer nothing.Free()
	if err := dec.Decode(nothing, count); err != nil {
		t.Fatal(err)
	}
	if err := footage.DecodeAll(in, in.Video(), dec, count); err != nil || pictures != 50 {
		t.Errorf("%d pictures, want 50 (%v)", pictures, err)
	}
}

// TestWhatIsCutOffIsMeasured: a landscape clip for an upright shot.
func TestWhatIsCutOffIsMeasured(t *testing.T) {
	wide := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=24:d=0.5", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	turned := clips.One(t, "b.mp4", "-i", wide, "-c", "copy", "-metadata:s:v", "rotate=90")
	for _, c := range []struct {
		clip              string
		fit               media.Fit
		cropped, unfilled float64
	}{
		{wide, media.FitFill, 0.684, 0},
		{wide, media.FitFit, 0, 0.684},
		{wide, media.FitBlur, 0, 0.684},
		{turned, media.FitFill, 0, 0},
	} {
		spec := clips.SmallSpec()
		spec.Fit = c.fit
		m := mustConform(t, conformJob(t, c.clip, spec)).Measurements
		if math.Abs(m.Cropped-c.cropped) > 0.01 || math.Abs(m.Unfilled-c.unfilled) > 0.01 {
			t.Errorf("%s: %.3f cropped, %.3f unfilled; want %.3f, %.3f", c.fit, m.Cropped, m.Unfilled, c.cropped, c.unfilled)
		}
	}
}

// TestTransparencyLiesOverBlack: half-transparent white is grey.
func TestTransparencyLiesOverBlack(t *testing.T) {
	for _, c := range []struct {
		file string
		args []string
	}{
		{"a.mov", []string{"-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"}},
		{"a.mov", []string{"-c:v", "qtrle", "-pix_fmt", "argb"}},
		{"a.apng", []string{"-pix_fmt", "rgba"}},
		{"a.webm", []string{"-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-deadline", "realtime", "-cpu-used", "8"}},
	} {
		in := clips.One(t, c.file, with([]string{"-f", "lavfi", "-i", "color=white:s=320x568:r=24:d=0.5,format=rgba,colorchannelmixer=aa=0.5"}, c.args)...)
		job := conformJob(t, in, clips.SmallSpec())
		mustConform(t, job)
		if got := sampleColor(t, job.OutVideo, 0.5, 0.5); !near(got, [3]int{126, 128, 128}, 6) {
			t.Errorf("%v: %v, want grey", c.args, got)
		}
	}
}
