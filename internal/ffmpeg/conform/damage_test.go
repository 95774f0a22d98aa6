package conform

import (
	"math"
	"testing"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

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
