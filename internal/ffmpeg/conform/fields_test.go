package conform

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

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
