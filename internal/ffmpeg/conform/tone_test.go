package conform

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

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
