package conform

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asticode/go-astiav"
	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// readFrame is frame n of a clip as YCbCr at a point given in the raster's
// width and height, 0..1.
func sampleColor(t *testing.T, path string, x, y float64) [3]int {
	t.Helper()
	in, err := footage.Open(t.Context(), path, footage.Clips)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, _, err := footage.FindPicture(in, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Free()
	var c [3]int
	for i := range c {
		w, h := f.Width(), f.Height()
		if i > 0 {
			w, h = w/2, h/2
		}
		plane, stride := footage.FramePlane(f, i, h)
		c[i] = int(plane[int(y*float64(h))*stride+int(x*float64(w))])
	}
	return c
}

// near says whether two colours differ by no more than coding does.
func near(a, b [3]int, by int) bool {
	for i := range a {
		if d := a[i] - b[i]; d > by || d < -by {
			return false
		}
	}
	return true
}

// Colours in bt.709 limited range.
var (
	red   = [3]int{63, 102, 240}
	green = [3]int{173, 42, 26} // lime
	blue  = [3]int{32, 240, 118}
	white = [3]int{235, 128, 128}
	black = [3]int{16, 128, 128}
)

func TestColorsComeOutRight(t *testing.T) {
	// A red, a green and a blue third, made in RGB, so that each encoder's matrix
	// and range are what its tags say.
	src := func(size string) []string {
		return []string{"-f", "lavfi", "-i", "color=c=red:s=" + size + ":r=24:d=0.5,format=gbrp,drawbox=x=0:y=ih/3:w=iw:h=ih/3:c=lime:t=fill,drawbox=x=0:y=2*ih/3:w=iw:h=ih/3:c=blue:t=fill"}
	}
	x264 := []string{"-c:v", "libx264", "-preset", "ultrafast", "-qp", "5"}
	for _, c := range []struct {
		name, file, size string
		args             []string
	}{
		{"tagged bt.709", "a.mp4", "180x320", append([]string{"-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-colorspace", "bt709"}, x264...)},
		{"tagged bt.601", "a.mp4", "180x320", append([]string{"-vf", "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p", "-colorspace", "smpte170m"}, x264...)},
		{"untagged SD is bt.601", "a.mp4", "180x320", append([]string{"-vf", "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p"}, x264...)},
		{"untagged HD is bt.709", "a.mp4", "720x1280", append([]string{"-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"}, x264...)},
		{"full range", "a.mp4", "180x320", append([]string{"-vf", "scale=out_color_matrix=bt709:out_range=pc,format=yuv420p", "-colorspace", "bt709", "-color_range", "pc"}, x264...)},
		{"ten bits 4:2:2", "a.mp4", "180x320", append([]string{"-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv422p10le", "-colorspace", "bt709"}, x264...)},
		{"rgb", "a.mkv", "180x320", []string{"-c:v", "ffv1", "-pix_fmt", "gbrp"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			job := conformJob(t, clips.One(t, c.file, append(src(c.size), c.args...)...), clips.SmallSpec())
			job.Spec.Encoder.CRF = 5
			mustConform(t, job)
			for i, want := range [][3]int{red, green, blue} {
				if got := sampleColor(t, job.OutVideo, 0.5, (float64(i)+0.5)/3); !near(got, want, 4) {
					t.Errorf("third %d is %v, want %v", i, got, want)
				}
			}
			in, err := footage.Open(t.Context(), job.OutVideo, footage.Clips)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			cp := in.Video().CodecParameters()
			if cp.ColorSpace() != astiav.ColorSpaceBt709 || cp.ColorRange() != astiav.ColorRangeMpeg ||
				cp.ColorPrimaries() != astiav.ColorPrimariesBt709 || cp.ColorTransferCharacteristic() != astiav.ColorTransferCharacteristicBt709 {
				t.Error("the mezzanine is not tagged bt.709 limited")
			}
		})
	}
}

func TestHDRBecomesSDR(t *testing.T) {
	for _, trc := range []string{"smpte2084", "arib-std-b67"} {
		t.Run(trc, func(t *testing.T) {
			in := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "color=c=0x808080:s=180x320:r=24:d=0.3,drawbox=y=ih/2:h=ih/2:c=white:t=fill,format=yuv420p10le",
				"-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
				"log-level=none:colorprim=bt2020:transfer="+trc+":colormatrix=bt2020nc", "-color_primaries", "bt2020", "-color_trc", trc, "-colorspace", "bt2020nc")
			job := conformJob(t, in, clips.SmallSpec())
			res := mustConform(t, job)
			grey, bright := sampleColor(t, job.OutVideo, 0.5, 0.25), sampleColor(t, job.OutVideo, 0.5, 0.75)
			if grey[0] >= bright[0] || bright[0] < 150 || bright[0] > 240 || grey[0] < 40 {
				t.Errorf("grey is %v, white %v", grey, bright)
			}
			if !near([3]int{0, grey[1], grey[2]}, [3]int{0, 128, 128}, 3) {
				t.Errorf("grey is tinted: %v", grey)
			}
			if res.Measurements.Info.Transfer != trc {
				t.Errorf("transfer %q, want %q", res.Measurements.Info.Transfer, trc)
			}
		})
	}
}

func TestRotationAndPixelShape(t *testing.T) {
	// Coded 320x180: red on the left, blue on the right.
	flat := clips.One(t, "flat.mp4", "-f", "lavfi", "-i", "color=c=red:s=320x180:r=24:d=0.5,format=gbrp,drawbox=x=iw/2:w=iw/2:c=blue:t=fill,scale=out_color_matrix=bt601,format=yuv420p",
		"-c:v", "libx264", "-preset", "ultrafast", "-qp", "5")
	for _, c := range []struct {
		rotate      string // what the CLI calls it: counter-clockwise to undo
		rotation    int
		top, bottom [3]int // of the upright portrait
	}{
		{"90", 270, blue, red},
		{"-90", 90, red, blue},
	} {
		t.Run("rotate "+c.rotate, func(t *testing.T) {
			in := clips.One(t, "a.mp4", "-i", flat, "-c", "copy", "-metadata:s:v:0", "rotate="+c.rotate)
			job := conformJob(t, in, clips.SmallSpec())
			res := mustConform(t, job)
			top, bottom := sampleColor(t, job.OutVideo, 0.5, 0.1), sampleColor(t, job.OutVideo, 0.5, 0.9)
			t.Logf("rotation %d top %v bottom %v", res.Measurements.Info.Rotation, top, bottom)
			want := [2][3]int{red, blue}
			if res.Measurements.Info.Rotation == 270 {
				want = [2][3]int{blue, red}
			}
			if !near(top, want[0], 5) || !near(bottom, want[1], 5) {
				t.Errorf("turned by %d: top %v, bottom %v", res.Measurements.Info.Rotation, top, bottom)
			}
		})
	}
	t.Run("anamorphic", func(t *testing.T) {
		// 180x160 with pixels half as wide as high is the shape of 90x160: it fills a
		// 180x320 raster without bars.
		in := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "color=c=white:s=180x160:r=24:d=0.5,setsar=1/2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
		spec := clips.SmallSpec()
		spec.Fit = media.FitFit
		job := conformJob(t, in, spec)
		mustConform(t, job)
		for _, p := range [][2]float64{{0.01, 0.5}, {0.5, 0.01}, {0.99, 0.99}} {
			if got := sampleColor(t, job.OutVideo, p[0], p[1]); !near(got, white, 3) {
				t.Errorf("at %v: %v, want white", p, got)
			}
		}
	})
}

func TestFit(t *testing.T) {
	wide := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "color=c=white:s=320x180:r=24:d=0.5", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	for fit, edge := range map[media.Fit][3]int{media.FitFill: white, media.FitFit: black, media.FitBlur: white} {
		spec := clips.SmallSpec()
		spec.Fit = fit
		job := conformJob(t, wide, spec)
		mustConform(t, job)
		if got := sampleColor(t, job.OutVideo, 0.5, 0.05); !near(got, edge, 3) {
			t.Errorf("%s: the edge is %v, want %v", fit, got, edge)
		}
		if got := sampleColor(t, job.OutVideo, 0.5, 0.5); !near(got, white, 3) {
			t.Errorf("%s: the middle is %v, want white", fit, got)
		}
	}
}

// packets lists a clip's extradata and which of its pictures are keyframes.
func packets(t *testing.T, path string) (extradata []byte, keys []media.Frames, count media.Frames) {
	t.Helper()
	in, err := footage.Open(t.Context(), path, footage.Clips)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s := in.Video()
	pkt := astiav.AllocPacket()
	defer pkt.Free()
	for in.Read(pkt) == nil {
		if pkt.Flags().Has(astiav.PacketFlagKey) {
			keys = append(keys, media.Frames(astiav.RescaleQ(pkt.Pts(), s.TimeBase(), encoder.FrameTimeBase(clips.SmallSpec().FPS))))
		}
		count++
		pkt.Unref()
	}
	return s.CodecParameters().ExtraData(), keys, count
}

func TestMezzaninesOfOneSpecCanBeJoined(t *testing.T) {
	spec := clips.SmallSpec()
	spec.Encoder.Preset = "veryfast"
	var first []byte
	for i, args := range [][]string{
		{"-f", "lavfi", "-i", "testsrc2=s=320x480:r=24:d=3"},
		{"-f", "lavfi", "-i", "color=c=black:s=640x360:r=30:d=2"},
		{"-f", "lavfi", "-i", "mandelbrot=s=200x200:r=50", "-t", "2.5"},
		{"-f", "lavfi", "-i", "color=c=gray:s=320x480:r=24:d=0.3,noise=alls=60:allf=t"},
	} {
		in := clips.One(t, "a.mp4", append(args, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")...)
		job := conformJob(t, in, spec)
		job.Frames = 48
		if i == 3 {
			job.Frames = 7
		}
		job.Head, job.Tail = 5, 2
		res := mustConform(t, job)
		extra, keys, count := packets(t, job.OutVideo)
		if count != job.Frames || res.Frames != job.Frames {
			t.Errorf("clip %d: %d packets, %d frames, want %d", i, count, res.Frames, job.Frames)
		}
		want := []media.Frames{0, 5, job.Frames - 2}
		if i == 3 {
			want = []media.Frames{0, 5}
		}
		if d := cmp.Diff(want, keys); d != "" {
			t.Errorf("clip %d: keyframes (-want +got):\n%s", i, d)
		}
		if first == nil {
			first = extra
		}
		if len(extra) == 0 || !bytes.Equal(first, extra) {
			t.Errorf("clip %d has other parameter sets than the first:\n%x\n%x", i, first, extra)
		}
	}
}

func TestConformIsRepeatable(t *testing.T) {
	in := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x480:r=30:d=1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	var digests []string
	for range 3 {
		digests = append(digests, mustConform(t, conformJob(t, in, clips.SmallSpec())).VideoDigest)
	}
	if digests[0] != digests[1] || digests[0] != digests[2] {
		t.Errorf("the same clip came out differently: %v", digests)
	}
}

// combing is how much a mezzanine's lines differ from their neighbours, mean over
// its pictures.
func combing(t *testing.T, path string) float64 {
	t.Helper()
	var sum, n int64
	eachLuma(t, path, func(luma []byte, stride, width, height int) {
		for y := 1; y < height-1; y++ {
			for x := range width {
				d := int64(luma[(y-1)*stride+x]) + int64(luma[(y+1)*stride+x]) - 2*int64(luma[y*stride+x])
				sum += max(d, -d)
				n++
			}
		}
	})
	return float64(sum) / float64(n)
}

// TestFieldsAreMadeWhole conforms a moving picture as whole pictures and as
// fields, flagged right, wrongly and not at all.
func TestFieldsAreMadeWhole(t *testing.T) {
	// A bar that runs across a soft ground: nothing in it is combed by itself.
	source := func(rate string) []string {
		return []string{"-f", "lavfi", "-i", "gradients=s=720x576:c0=gray:c1=white:x0=0:y0=0:x1=720:y1=576:speed=0.00001:r=" + rate + ":d=1[g];" +
			"color=black:s=64x400:r=" + rate + ":d=1[b];[g][b]overlay=x='80+t*400':y=80"}
	}
	fields := func(order string) []string {
		return []string{"-vf", "format=yuv420p,tinterlace=interleave_" + order}
	}
	h264 := []string{"-c:v", "libx264", "-preset", "ultrafast", "-qp", "10", "-pix_fmt", "yuv420p"}
	prores := []string{"-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"}
	for _, c := range []struct {
		name, file string
		args       []string
		note       string
		fine       bool // its own lines differ from their neighbours
	}{
		{"whole, of the finest lines", "a.mp4", with([]string{"-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=1"}, h264), "", true},
		{"whole", "a.mp4", with(source("25"), h264), "", false},
		{"whole, flagged as fields", "a.mp4", with(source("25"), h264, []string{"-flags", "+ildct+ilme", "-x264-params", "tff=1"}), "", false},
		{"top first", "a.mp4", with(source("50"), fields("top"), h264, []string{"-flags", "+ildct+ilme"}), "top field first", false},
		{"bottom first", "a.mp4", with(source("50"), fields("bottom"), h264, []string{"-flags", "+ildct+ilme", "-x264-params", "bff=1"}), "bottom field first", false},
		{"flagged wrongly", "a.mp4", with(source("50"), fields("bottom"), h264, []string{"-flags", "+ildct+ilme", "-x264-params", "tff=1"}), "bottom field first", false},
		{"not flagged", "a.mp4", with(source("50"), []string{"-vf", "format=yuv420p,tinterlace=interleave_top,setfield=prog"}, h264), "top field first", false},
		{"ProRes of a camera", "cam.mov", with(source("50"), []string{"-vf", "format=yuv422p10le,tinterlace=interleave_top,fieldorder=tff"}, []string{"-flags", "+ildct+ilme"}, prores), "top field first", false},
		{"MPEG-2 of a tape", "a.mpg", with(source("50"), fields("top"), []string{"-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ildct+ilme", "-top", "1"}), "top field first", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := clips.SmallSpec()
			spec.Raster, spec.FPS, spec.Encoder.CRF = media.Raster{Width: 720, Height: 576}, media.Rational{Num: 25, Den: 1}, 12
			job := conformJob(t, clips.One(t, c.file, c.args...), spec)
			res := mustConform(t, job)
			if res.Frames != 25 {
				t.Errorf("%d frames, want 25", res.Frames)
			}
			got := strings.Join(res.Measurements.Notes, "; ")
			if (c.note == "") != (got == "") || !strings.Contains(got, c.note) {
				t.Errorf("notes %q, want %q", got, c.note)
			}
			if n := combing(t, job.OutVideo); n > 1 && !c.fine {
				t.Errorf("its lines differ by %.2f from their neighbours", n)
			}
		})
	}
}

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
