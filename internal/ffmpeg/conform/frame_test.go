package conform

import (
	"path/filepath"
	"testing"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

func TestFrame(t *testing.T) {
	// Frame n is grey 8n: which picture came out can be read from it.
	in := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "color=c=black:s=64x112:r=24:d=1,format=yuv420p,geq=lum='40+8*N':cb=128:cr=128", "-c:v", "libx264", "-bf", "2", "-qp", "5", "-pix_fmt", "yuv420p")
	for _, c := range []struct {
		frame media.Frames
		out   string
		fit   media.Raster
		want  int
	}{
		{0, "a.png", media.Raster{}, 40},
		{5, "a.jpg", media.Raster{Width: 32, Height: 32}, 80},
		{-1, "a.png", media.Raster{}, 224},
		{-2, "a.jpg", media.Raster{}, 216},
	} {
		job := media.FrameJob{In: in, Frame: c.frame, Out: filepath.Join(t.TempDir(), c.out), Fit: c.fit}
		res, err := encoder.Frame(t.Context(), job, nil)
		if err != nil {
			t.Fatalf("frame %d: %v", c.frame, err)
		}
		r := media.Raster{Width: 64, Height: 112}
		if c.fit.Width > 0 {
			r = media.Raster{Width: 18, Height: 32}
		}
		if res.Raster != r {
			t.Errorf("frame %d is %s, want %s", c.frame, res.Raster, r)
		}
		if got := frameLuma(t, job.Out); got < c.want-3 || got > c.want+3 {
			t.Errorf("frame %d has luma %d, want %d", c.frame, got, c.want)
		}
	}
	job := media.FrameJob{In: in, Frame: 24, Out: filepath.Join(t.TempDir(), "a.png")}
	if _, err := encoder.Frame(t.Context(), job, nil); err == nil {
		t.Error("a picture behind the end was found")
	}
}

// frameLuma is a picture's limited-range luma in its middle.
func frameLuma(t *testing.T, path string) int {
	t.Helper()
	in, err := footage.Open(t.Context(), path, footage.Clips)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, what, err := footage.FindPicture(in, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Free()
	g, err := footage.NewVideoGraph(what.Source(), what.To(f.Width(), f.Height()))
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	v := 0
	f.SetPts(0)
	if err := g.Push(f, func(f *astiav.Frame) error {
		luma, stride := footage.FramePlane(f, 0, f.Height())
		v = int(luma[f.Height()/2*stride+f.Width()/2])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return v
}
