package conform

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
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

// scene is a picture with light, dark and colours that a screen has, and then moves.
const scene = "testsrc2=s=180x320:r=24:d=0.25,format=yuv420p,lutyuv=y=60+val*0.5:u=128+(val-128)*0.3:v=128+(val-128)*0.3"

func sceneClip(t *testing.T, filter string) string {
	t.Helper()
	return clips.One(t, "a.mp4", "-f", "lavfi", "-i", scene, "-vf", filter, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "8", "-pix_fmt", "yuv420p")
}

func firstPicture(t *testing.T, clip string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "like.png")
	if _, err := encoder.Frame(t.Context(), media.FrameJob{In: clip, Out: out}, nil); err != nil {
		t.Fatal(err)
	}
	return out
}

// A clip that starts from a picture in another colour is measured against it, and half of
// the way back leaves half of the distance, whether or not its first pictures are shown.
func TestColourIsTakenHalfWayBack(t *testing.T) {
	like := firstPicture(t, sceneClip(t, "null"))
	for _, c := range []struct {
		name, drift string
		fit         media.Fit
		raster      media.Raster
		gain        [3]float64
		least, most float64 // levels
	}{
		{name: "the same", drift: "null", gain: [3]float64{1, 1, 1}, most: 1.2},
		{name: "brighter", drift: "lutyuv=y=val+8", gain: [3]float64{1, 1, 1}, least: 7, most: 9},
		{name: "more contrast and colour", drift: "lutyuv=y=(val-118)*1.12+118:u=(val-128)*1.15+128:v=(val-128)*1.15+128", gain: [3]float64{1.12, 1.15, 1.15}, least: 4, most: 20},
		{name: "warmer", drift: "lutyuv=u=val-6:v=val+5", gain: [3]float64{1, 1, 1}, least: 10, most: 12},
		{name: "with bars", drift: "lutyuv=y=val+8", fit: media.FitFit, raster: media.Raster{Width: 320, Height: 320}, gain: [3]float64{1, 1, 1}, least: 7, most: 9},
		{name: "over its own blur", drift: "lutyuv=y=val+8", fit: media.FitBlur, raster: media.Raster{Width: 320, Height: 320}, gain: [3]float64{1, 1, 1}, least: 7, most: 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			job := conformJob(t, sceneClip(t, c.drift), clips.SmallSpec())
			job.Spec.Fit, job.Spec.Encoder.CRF, job.Like = c.fit, 5, like
			if c.raster != (media.Raster{}) {
				job.Spec.Raster = c.raster
			}
			before := mustConform(t, job).Drift
			if before == nil {
				t.Fatal("nothing was measured")
			}
			for p, want := range c.gain {
				if math.Abs(before.Tone.Gain[p]-want) > 0.03 {
					t.Errorf("plane %d: gain %.3f, want %.3f", p, before.Tone.Gain[p], want)
				}
			}
			if before.Levels < c.least || before.Levels > c.most {
				t.Errorf("%.2f levels apart, want %.1f to %.1f", before.Levels, c.least, c.most)
			}
			if c.least == 0 {
				return
			}
			graded := conformJob(t, job.In, job.Spec)
			graded.Like, graded.Grade, graded.Start = like, before.Tone.Half(), 2
			after := mustConform(t, graded).Drift
			if after == nil || math.Abs(after.Levels-before.Levels/2) > 1 {
				t.Errorf("%.2f levels apart, then %+v; want half", before.Levels, after)
			}
			if c.fit == media.FitFit {
				if bar := sampleColor(t, graded.OutVideo, 0.05, 0.5); !near(bar, black, 2) {
					t.Errorf("the bar is %v, want black", bar)
				}
			}
		})
	}
}

// What drifted before the clip was made counts: it is measured against the chain's first.
func TestDriftAddsUpAlongAChain(t *testing.T) {
	like := firstPicture(t, sceneClip(t, "lutyuv=y=val+6"))
	job := conformJob(t, sceneClip(t, "lutyuv=y=val+10"), clips.SmallSpec())
	job.Like, job.Base = like, media.Tone{Gain: [3]float64{1, 1, 1}, Offset: [3]float64{6, 0, 0}}
	d := mustConform(t, job).Drift
	if d == nil || math.Abs(d.Levels-10) > 1 {
		t.Errorf("drift %+v, want ten levels", d)
	}
}

// Nothing is said of a clip that shows something else, nor of another light.
func TestOtherPicturesAreNotMatched(t *testing.T) {
	like := firstPicture(t, sceneClip(t, "null"))
	for name, filter := range map[string]string{
		"mirrored": "hflip", "upside down": "vflip", "grey": "lutyuv=y=120:u=128:v=128", "black": "lutyuv=y=16:u=128:v=128", "night": "lutyuv=y=val*0.5",
	} {
		t.Run(name, func(t *testing.T) {
			job := conformJob(t, sceneClip(t, filter), clips.SmallSpec())
			job.Like = like
			if d := mustConform(t, job).Drift; d != nil {
				t.Errorf("drift %+v of a clip that does not start from the picture", d)
			}
		})
	}
}

func TestPicker(t *testing.T) {
	rate := func(n, d int64) media.Rational { return media.Rational{Num: n, Den: d} }
	every := func(n int, fps media.Rational, round time.Duration) []time.Duration {
		var ts []time.Duration
		for i := range n {
			ts = append(ts, media.Frames(i).Duration(fps).Round(round))
		}
		return ts
	}
	for _, c := range []struct {
		name  string
		pts   []time.Duration // begin of each picture, then the end
		fps   media.Rational
		start media.Frames
		want  []int // picture shown by each output frame
	}{
		{"same rate", every(6, rate(24, 1), 1), rate(24, 1), 0, []int{0, 1, 2, 3, 4}},
		{"same rate, milliseconds", every(6, rate(30, 1), time.Millisecond), rate(30, 1), 0, []int{0, 1, 2, 3, 4}},
		{"ntsc, milliseconds", every(6, rate(30000, 1001), time.Millisecond), rate(30000, 1001), 0, []int{0, 1, 2, 3, 4}},
		{"60 to 30", every(9, rate(60, 1), 1), rate(30, 1), 0, []int{0, 2, 4, 6}},
		{"60 to 30, milliseconds", every(9, rate(60, 1), time.Millisecond), rate(30, 1), 0, []int{0, 2, 4, 6}},
		{"12 to 24", every(4, rate(12, 1), 1), rate(24, 1), 0, []int{0, 0, 1, 1, 2, 2}},
		{"24 to 30", every(9, rate(24, 1), 1), rate(30, 1), 0, []int{0, 1, 1, 2, 3, 4, 5, 5, 6, 7}},
		{"start", every(6, rate(24, 1), 1), rate(24, 1), 2, []int{2, 3, 4}},
		{"variable", []time.Duration{0, 100 * time.Millisecond, 900 * time.Millisecond, time.Second}, rate(10, 1), 0, []int{0, 1, 1, 1, 1, 1, 1, 1, 1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := picker{fps: c.fps, start: c.start}
			var got []int
			for i, ts := range c.pts[1:] {
				from, to := p.Take(ts, 0)
				for range to - from {
					got = append(got, i)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("pictures shown (-want +got):\n%s", d)
			}
		})
	}
}
