package conform

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
	"github.com/dailies/dailies/test/clips"
)

// flashAndBeep is two seconds with a white picture and a beep that both begin at
// exactly one second and last a tenth.
func flashAndBeep(rate string) []string {
	return []string{
		"-f", "lavfi", "-i", "color=c=black:s=320x480:r=" + rate + ":d=2,drawbox=c=white:t=fill:enable='between(t,0.9999,1.0999)'",
		"-f", "lavfi", "-i", "aevalsrc='if(between(t,1,1.1),0.8*sin(2*PI*1000*t),0)':s=48000:d=2",
	}
}

// firstFlash is the first frame of a mezzanine that is bright.
func firstFlash(t *testing.T, path string) media.Frames {
	t.Helper()
	n, at := media.Frames(0), media.Frames(-1)
	eachLuma(t, path, func(luma []byte, stride, width, height int) {
		if at < 0 && luma[stride*height/2+width/2] > 128 {
			at = n
		}
		n++
	})
	if at < 0 {
		t.Fatalf("no flash in %d frames", n)
	}
	return at
}

// firstBeep is the first sample of a WAV file that is loud.
func firstBeep(t *testing.T, path string) int64 {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := sound.HeaderBytes; i+2 <= len(b); i += 2 {
		if v := int16(binary.LittleEndian.Uint16(b[i:])); v > 3000 || v < -3000 {
			return int64(i-sound.HeaderBytes) / sound.PairBytes
		}
	}
	t.Fatal("no beep")
	return 0
}

func TestSoundStaysWithThePicture(t *testing.T) {
	x264 := []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}
	for _, c := range []struct {
		name, file, rate string
		args             []string
		slack            time.Duration // of codecs that smear
	}{
		{"mp4 aac", "a.mp4", "24", append(x264, "-c:a", "aac"), 2 * time.Millisecond},
		{"mp4 aac, B-frames", "a.mp4", "24", []string{"-c:v", "libx264", "-preset", "medium", "-pix_fmt", "yuv420p", "-c:a", "aac"}, 2 * time.Millisecond},
		{"mov pcm, 30 fps", "a.mov", "30", append(x264, "-c:a", "pcm_s16le"), time.Millisecond},
		{"mov pcm, 60 fps", "a.mov", "60", append(x264, "-c:a", "pcm_s16le"), time.Millisecond},
		{"44.1 kHz", "a.mov", "24", append(x264, "-c:a", "pcm_s16le", "-ar", "44100"), time.Millisecond},
		{"96 kHz, 5.1", "a.mov", "24", append(x264, "-c:a", "pcm_s16le", "-ar", "96000", "-ac", "6"), time.Millisecond},
		{"mkv flac, milliseconds", "a.mkv", "30000/1001", append(x264, "-c:a", "flac"), 2 * time.Millisecond},
		{"webm opus", "a.webm", "25", []string{"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"}, 8 * time.Millisecond}, // the muxer itself shifts the picture by 7 ms
		{"ts mp2", "a.ts", "25", append(x264, "-c:a", "mp2"), 3 * time.Millisecond},
		{"avi mp3", "a.avi", "25", []string{"-c:v", "mpeg4", "-bf", "0", "-c:a", "libmp3lame"}, 35 * time.Millisecond}, // AVI cannot say how much an encoder delays
		{"flv", "a.flv", "25", append(x264, "-c:a", "aac"), 25 * time.Millisecond},                                     // nor can FLV
		{"starts at 7 s", "a.mkv", "24", append(x264, "-c:a", "flac", "-output_ts_offset", "7"), 2 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			job := conformJob(t, clips.One(t, c.file, append(flashAndBeep(c.rate), c.args...)...), clips.SmallSpec())
			mustConform(t, job)
			checkSync(t, job, c.slack)
		})
	}
}

// checkSync wants the beep to begin with the flash: within slack of the picture
// at its own rate, and half a frame for pictures that fall between two frames.
func checkSync(t *testing.T, job media.ConformJob, slack time.Duration) {
	t.Helper()
	flash := firstFlash(t, job.OutVideo).Duration(job.Spec.FPS)
	beep := time.Duration(firstBeep(t, job.OutAudio)) * time.Second / media.SampleRate
	frame := media.Frames(1).Duration(job.Spec.FPS)
	if d := footage.Gap(beep+job.Start.Duration(job.Spec.FPS), time.Second); d > slack+time.Millisecond {
		t.Errorf("the beep lies at %v, %v from 1 s", beep, d)
	}
	if d := footage.Gap(flash, beep); d > frame/2+slack {
		t.Errorf("the flash lies at %v, the beep at %v", flash, beep)
	}
}

func TestOffsetsInsideTheClip(t *testing.T) {
	base := clips.One(t, "base.mkv", append(flashAndBeep("24"), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "flac")...)
	pcm := clips.One(t, "base.mov", append(flashAndBeep("24"), "-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "aac")...)
	t.Run("sound begins late", func(t *testing.T) {
		// Sound of the last 1.5 s laid half a second behind the picture: the beep
		// stays with the flash, the gap before it is silence.
		in := clips.One(t, "a.mkv", "-i", base, "-itsoffset", "0.5", "-ss", "0.5", "-i", base, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "flac")
		job := conformJob(t, in, clips.SmallSpec())
		mustConform(t, job)
		checkSync(t, job, 2*time.Millisecond)
	})
	t.Run("sound begins early", func(t *testing.T) {
		in := clips.One(t, "a.mkv", "-itsoffset", "0.5", "-i", base, "-f", "lavfi", "-i", "aevalsrc='if(between(t,1.5,1.6),0.8*sin(2*PI*1000*t),0)':s=48000:d=2.5",
			"-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "flac")
		job := conformJob(t, in, clips.SmallSpec())
		mustConform(t, job)
		checkSync(t, job, 2*time.Millisecond)
	})
	t.Run("edit list", func(t *testing.T) {
		// A copy from 0.75 s: the file holds pictures from 0.5 s on and an edit
		// list that hides them; the flash is 0.25 s into what is shown.
		in := clips.One(t, "a.mp4", "-ss", "0.75", "-i", pcm, "-c", "copy")
		job := conformJob(t, in, clips.SmallSpec())
		mustConform(t, job)
		flash := firstFlash(t, job.OutVideo).Duration(job.Spec.FPS)
		beep := time.Duration(firstBeep(t, job.OutAudio)) * time.Second / media.SampleRate
		if footage.Gap(flash, beep) > 22*time.Millisecond {
			t.Errorf("the flash lies at %v, the beep at %v", flash, beep)
		}
	})
	t.Run("start", func(t *testing.T) {
		job := conformJob(t, base, clips.SmallSpec())
		job.Start, job.Frames = 12, 30
		res := mustConform(t, job)
		if res.Frames != 30 {
			t.Errorf("%d frames, want 30", res.Frames)
		}
		if got := firstFlash(t, job.OutVideo); got != 12 {
			t.Errorf("flash at frame %d, want 12", got)
		}
		if got := firstBeep(t, job.OutAudio); got < 24000 || got > 24048 {
			t.Errorf("beep at sample %d, want 24000", got)
		}
	})
	t.Run("mute", func(t *testing.T) {
		job := conformJob(t, base, clips.SmallSpec())
		job.Mute = true
		res := mustConform(t, job)
		b, err := os.ReadFile(job.OutAudio)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range b[sound.HeaderBytes:] {
			if v != 0 {
				t.Fatal("a muted shot has sound")
			}
		}
		if !res.Measurements.HasAudio || res.Measurements.Silent {
			t.Errorf("the take's own sound was not measured: %+v", res.Measurements)
		}
	})
}

func TestShortClipsAreHeldOrRefused(t *testing.T) {
	in := clips.One(t, "a.mp4", append(flashAndBeep("24"), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")...)
	for _, c := range []struct{ want, hold, held media.Frames }{{48, 2, 0}, {50, 2, 2}, {51, 2, -1}, {49, 0, -1}, {10, 0, 0}} {
		job := conformJob(t, in, clips.SmallSpec())
		job.Frames, job.MaxHold = c.want, c.hold
		if c.held >= 0 {
			if res := mustConform(t, job); res.Frames != c.want || res.Measurements.Held != c.held {
				t.Errorf("%d wanted: got %d, held %d, want held %d", c.want, res.Frames, res.Measurements.Held, c.held)
			}
			continue
		}
		_, err := Run(t.Context(), job, nil)
		if _, ok := errors.AsType[*media.ClipError](err); !ok {
			t.Errorf("%d wanted of 48 with %d held: %v, want a clip error", c.want, c.hold, err)
		}
		if _, err := os.Stat(job.OutVideo); err == nil {
			t.Error("half a mezzanine was left behind")
		}
	}
}
