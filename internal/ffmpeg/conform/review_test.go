package conform

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/sheet"
	"github.com/dailies/dailies/test/clips"
)

// reviewed conforms a clip with a review and reads its contact sheet.
func reviewed(t *testing.T, job media.ConformJob) (*media.ConformResult, []byte, sheet.Sheet) {
	t.Helper()
	res := mustConform(t, job)
	b, err := os.ReadFile(job.OutReview)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sheet.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return res, b, s
}

func reviewJob(t *testing.T, in string, spec media.Spec) media.ConformJob {
	t.Helper()
	job := conformJob(t, in, spec)
	job.OutReview = filepath.Join(filepath.Dir(job.OutVideo), "review.mp4")
	return job
}

func TestReviewIsTheMezzanineForABrowser(t *testing.T) {
	for _, name := range []string{"1080p60-stereo", "vp9-silent", "late-start", "edit-list"} {
		t.Run(name, func(t *testing.T) {
			made, err := clips.Some(t.Context(), t.TempDir(), func(n string) bool { return n == name })
			if err != nil {
				t.Fatal(err)
			}
			clip := made[0]
			job := reviewJob(t, clip.Path, clips.SmallSpec())
			res, b, _ := reviewed(t, job)
			digest, n, err := footage.VideoDigest(t.Context(), job.OutReview)
			if err != nil {
				t.Fatal(err)
			}
			if digest != res.VideoDigest || media.Frames(n) != res.Frames {
				t.Errorf("%d pictures that are not the mezzanine's %d: the review must copy them", n, res.Frames)
			}
			if moov, mdat := bytes.Index(b, []byte("moov")), bytes.Index(b, []byte("mdat")); moov < 0 || mdat < moov {
				t.Errorf("moov at %d, mdat at %d: a browser would have to fetch all to begin", moov, mdat)
			}
			if shown, err := clips.Frames(t.Context(), job.OutReview); err != nil || media.Frames(shown) != res.Frames {
				t.Errorf("FFmpeg shows %d pictures (%v), want %d", shown, err, res.Frames)
			}
			info, err := footage.Probe(t.Context(), media.ProbeJob{In: job.OutReview})
			if err != nil {
				t.Fatal(err)
			}
			if info.AudioCodec != "aac" || info.AudioRate != media.SampleRate {
				t.Errorf("its sound is %s at %d Hz", info.AudioCodec, info.AudioRate)
			}
			flashes, beeps, err := clips.Onsets(t.Context(), job.OutReview, 24)
			if err != nil {
				t.Fatal(err)
			}
			if clip.Sound && (len(flashes) != 1 || len(beeps) != 1 || math.Abs((flashes[0]-beeps[0]).Seconds()) > 0.05) {
				t.Errorf("flash at %v, beep at %v", flashes, beeps)
			}
			again := reviewJob(t, clip.Path, clips.SmallSpec())
			if _, other, _ := reviewed(t, again); !bytes.Equal(b, other) {
				t.Error("a second try made other bytes")
			}
		})
	}
}

// ramp is a clip whose picture n has a luma of 30 and n quarters more.
func ramp(t *testing.T, size, seconds string) string {
	t.Helper()
	return clips.One(t, "a.mp4", "-f", "lavfi", "-i", "color=c=black:s="+size+":r=24:d="+seconds+",format=yuv420p,geq=lum='30+N/4':cb=128:cr=128",
		"-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-pix_fmt", "yuv420p", "-colorspace", "bt709")
}

// shows is which frame of a ramp the middle of a picture's part shows.
func shows(img image.Image, part, of int) float64 {
	b := img.Bounds()
	r, _, _, _ := img.At(b.Dx()*(2*part+1)/(2*of), b.Dy()/2).RGBA()
	return (float64(r>>8)*219/255 + 16 - 30) * 4
}

func TestContactSheetShowsTheWholeClipEvenly(t *testing.T) {
	const near = 8.0 // frames, of what a step of luma and JPEG leave open
	for _, c := range []struct {
		name, size, seconds string
		frames              media.Frames // asked for
		want                media.Frames // of the mezzanine
		thumb, strip        image.Point
	}{
		{"upright, a length", "90x160", "4", 90, 90, image.Pt(180, 320), image.Pt(900, 160)},
		{"its own length, longer than pictures are kept for", "160x90", "20", 0, 480, image.Pt(180, 320), image.Pt(900, 160)},
		{"held at the end", "90x160", "2", 50, 50, image.Pt(180, 320), image.Pt(900, 160)},
		{"one frame", "90x160", "1", 1, 1, image.Pt(180, 320), image.Pt(900, 160)},
	} {
		t.Run(c.name, func(t *testing.T) {
			job := reviewJob(t, ramp(t, c.size, c.seconds), clips.SmallSpec())
			job.Frames, job.Spec.Encoder.CRF = c.frames, 5
			res, _, s := reviewed(t, job)
			if res.Frames != c.want {
				t.Fatalf("%d frames, want %d", res.Frames, c.want)
			}
			thumb, err := jpeg.Decode(bytes.NewReader(s.Thumb))
			if err != nil {
				t.Fatal(err)
			}
			strip, err := jpeg.Decode(bytes.NewReader(s.Strip))
			if err != nil {
				t.Fatal(err)
			}
			if got := thumb.Bounds().Size(); got != c.thumb {
				t.Errorf("the thumb is %v, want %v", got, c.thumb)
			}
			if got := strip.Bounds().Size(); got != c.strip {
				t.Errorf("the strip is %v, want %v", got, c.strip)
			}
			slack := near
			if c.frames == 0 {
				slack += float64(c.want) / (2 * sheet.Tiles) / 2
			}
			last := float64(res.Frames - res.Measurements.Held - 1)
			for i := range sheet.Tiles {
				want := min(float64(sheet.At(i, res.Frames)), last)
				if got := shows(strip, i, sheet.Tiles); math.Abs(got-want) > slack {
					t.Errorf("tile %d shows frame %.0f, want %.0f", i, got, want)
				}
			}
			if got, want := shows(thumb, 0, 1), min(float64(res.Frames/2), last); math.Abs(got-want) > slack+float64(res.Frames)/sheet.Tiles {
				t.Errorf("the thumb shows frame %.0f, want %.0f", got, want)
			}
		})
	}
}
