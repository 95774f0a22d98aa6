package conform

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// take makes a clip of a filter source and returns what conform measures of it.
func take(t *testing.T, args ...string) media.Measurements {
	t.Helper()
	args = append(args, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "12", "-pix_fmt", "yuv420p", "-c:a", "alac")
	return mustConform(t, conformJob(t, clips.One(t, "a.mp4", args...), clips.SmallSpec())).Measurements
}

// source is a lavfi picture source as an input.
func source(graph string) []string { return []string{"-f", "lavfi", "-i", graph} }

func TestMeasurePictures(t *testing.T) {
	t.Run("black", func(t *testing.T) {
		m := take(t, source("testsrc2=s=180x320:r=24:d=1,drawbox=c=black:t=fill:enable='lt(n,6)'")...)
		if m.BlackRatio != 0.25 {
			t.Errorf("black %v, want 0.25", m.BlackRatio)
		}
	})
	t.Run("frozen", func(t *testing.T) {
		// Moves for 12 frames, then stands for 12.
		m := take(t, source("testsrc2=s=180x320:r=24:d=0.5,tpad=stop_mode=clone:stop=12")...)
		if m.Decoded != 24 || m.FrozenRatio != 0.5 || m.LongestFreeze != 12 {
			t.Errorf("decoded %d, frozen %v, longest %d; want 24, 0.5, 12", m.Decoded, m.FrozenRatio, m.LongestFreeze)
		}
	})
	t.Run("frozen head", func(t *testing.T) {
		for stands, want := range map[int]media.Frames{0: 0, 1: 2, 6: 7} { // the first picture, and its repeats
			m := take(t, source(fmt.Sprintf("testsrc2=s=180x320:r=24:d=0.5,tpad=start_mode=clone:start=%d", stands))...)
			if m.FrozenHead != want {
				t.Errorf("the first picture is repeated %d times: stands still for %d frames, want %d", stands, m.FrozenHead, want)
			}
		}
		if m := take(t, source("color=c=gray:s=180x320:r=24:d=0.5")...); m.FrozenHead != 12 {
			t.Errorf("nothing moves: %d frames", m.FrozenHead)
		}
	})
	t.Run("cut", func(t *testing.T) {
		m := take(t, source("testsrc2=s=180x320:r=24:d=1,drawbox=c=green:t=fill:enable='gte(n,10)'")...)
		if d := cmp.Diff([]media.Frames{10}, m.HardCuts); d != "" {
			t.Errorf("cuts (-want +got):\n%s", d)
		}
	})
	t.Run("a flash is no cut, but flickers", func(t *testing.T) {
		calm := take(t, source("testsrc2=s=180x320:r=24:d=1")...)
		flash := take(t, source("testsrc2=s=180x320:r=24:d=1,drawbox=c=white:t=fill:enable='eq(mod(n,6),3)'")...)
		if len(calm.HardCuts) > 0 || len(flash.HardCuts) > 0 {
			t.Errorf("cuts at %v and %v", calm.HardCuts, flash.HardCuts)
		}
		if flash.Flicker < 10*calm.Flicker || flash.Flicker < 5 {
			t.Errorf("flicker %v against %v", flash.Flicker, calm.Flicker)
		}
	})
	t.Run("a fade does not flicker", func(t *testing.T) {
		m := take(t, source("color=c=white:s=180x320:r=24:d=1,fade=in:0:24")...)
		if m.Flicker > 0.6 || len(m.HardCuts) > 0 {
			t.Errorf("flicker %v, cuts %v", m.Flicker, m.HardCuts)
		}
	})
	t.Run("bars", func(t *testing.T) {
		m := take(t, source("testsrc2=s=360x480:r=24:d=0.5,pad=360:640:0:80:black")...)
		want := media.Bars{Top: 80, Bottom: 80}
		if m.Bars != want {
			t.Errorf("bars %+v, want %+v", m.Bars, want)
		}
	})
	t.Run("sharpness", func(t *testing.T) {
		sharp := take(t, source("testsrc2=s=180x320:r=24:d=0.3")...)
		soft := take(t, source("testsrc2=s=180x320:r=24:d=0.3,gblur=sigma=4")...)
		if soft.Sharpness*5 > sharp.Sharpness {
			t.Errorf("sharp %v, soft %v", sharp.Sharpness, soft.Sharpness)
		}
	})
	t.Run("variable rate", func(t *testing.T) {
		if m := take(t, source("testsrc2=s=180x320:r=24:d=1")...); m.VariableRate {
			t.Error("a constant rate is called variable")
		}
		m := take(t, append(source("testsrc2=s=180x320:r=24:d=1,select='not(eq(mod(n,5),2))'"), "-vsync", "vfr")...)
		if !m.VariableRate || m.Conformed != 24 {
			t.Errorf("variable %v, %d frames; want true, 24", m.VariableRate, m.Conformed)
		}
	})
}

func TestMeasureSound(t *testing.T) {
	picture := source("color=s=64x112:r=24:d=4")
	tone := func(volume string) []string {
		return append(append([]string{}, picture...), "-f", "lavfi", "-i", "aevalsrc=0.125*sin(2*PI*997*t)|0.125*sin(2*PI*997*t):s=48000:d=4,volume="+volume)
	}
	t.Run("none", func(t *testing.T) {
		if m := take(t, picture...); m.HasAudio || m.Silent || m.Integrated != -70 {
			t.Errorf("%+v", m)
		}
	})
	t.Run("silent", func(t *testing.T) {
		m := take(t, tone("0.001")...)
		if !m.HasAudio || !m.Silent || m.Integrated != -70 {
			t.Errorf("has %v, silent %v, %v LUFS", m.HasAudio, m.Silent, m.Integrated)
		}
	})
	t.Run("tone", func(t *testing.T) {
		// A sine of 1/8 in both channels peaks at -18.06 dBFS, which is -18.06 LUFS.
		m := take(t, tone("1")...)
		if m.Integrated < -18.4 || m.Integrated > -17.7 || m.TruePeak < -18.4 || m.TruePeak > -17.7 || m.ClippedRatio != 0 || m.Silent {
			t.Errorf("%v LUFS, peak %v, clipped %v", m.Integrated, m.TruePeak, m.ClippedRatio)
		}
		if footage.Gap(m.AudioDuration, 4*time.Second) > 30*time.Millisecond || m.AVLengthDelta != m.AudioDuration-m.Duration {
			t.Errorf("sound lasts %v, delta %v", m.AudioDuration, m.AVLengthDelta)
		}
	})
	t.Run("clipped", func(t *testing.T) {
		m := take(t, tone("20")...)
		if m.ClippedRatio < 0.2 {
			t.Errorf("clipped %v", m.ClippedRatio)
		}
	})
}
