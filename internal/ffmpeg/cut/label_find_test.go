package cut

import (
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// A label that another program letters is not read; that something stands still at its
// place while the pictures move is seen. Where nothing does, or everything, nothing is.
func TestStill(t *testing.T) {
	const font = "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf"
	text := "drawtext=fontfile=" + font + ":text='AI MADE':fontsize=64:fontcolor=white:borderw=3:x=40:y=90"
	encode := []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}
	for name, c := range map[string]struct {
		filter string
		want   bool
	}{
		"lettered":      {"testsrc2=size=540x960:rate=12:duration=3,scroll=h=0.02:v=0.013," + text, true},
		"without":       {"testsrc2=size=540x960:rate=12:duration=3,scroll=h=0.02:v=0.013", false},
		"a still frame": {"testsrc2=size=540x960:rate=12:duration=3,loop=-1:size=1,trim=duration=3," + text, false},
	} {
		path := clips.One(t, "clip.mp4", append([]string{"-f", "lavfi", "-i", c.filter}, encode...)...)
		marks := []media.LabelMark{{Text: "AI-generated", Language: "en", Position: "top-left"}, {Text: "AI生成", Language: "zh", Position: "top-left"}}
		res := mustVerify(t, media.VerifyJob{In: path, Label: marks})
		if res.Label != nil || !res.Compared {
			t.Errorf("%s: a label of ours is found: %+v", name, res.Label)
		}
		b := res.Still
		if b.Empty() == c.want || c.want && !(media.Box{X0: 20, Y0: 70, X1: 420, Y1: 180}).Holds(b) {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// A master without edit lists plays as the other does: as many pictures at the same times,
// and sound that begins with them.
func TestWithoutEdits(t *testing.T) {
	spec := clips.SmallSpec()
	job := media.AssembleJob{Spec: spec, NoEdits: true, Language: "en"}
	for range 2 {
		job.Segments = append(job.Segments, makeShot(t, spec, testShot{frames: 48, luma: 60, noise: true}, media.Transition{Kind: media.Cut}))
	}
	path, _ := mustAssemble(t, job)
	res := mustVerify(t, media.VerifyJob{In: path, Frames: 96, FPS: spec.FPS, Joins: []media.Frames{0, 48}, HardCuts: []media.Frames{48}})
	if len(res.Problems) > 0 {
		t.Errorf("%v", res.Problems)
	}
	for _, track := range res.Made.Tracks {
		if track.Edits > 0 {
			t.Errorf("%s has %d edits", track.Kind, track.Edits)
		}
	}
	got := watch(t, path, spec.FPS)
	for n, pts := range got.pts {
		if pts != int64(n) {
			t.Fatalf("picture %d is shown at %d", n, pts)
		}
	}
	want := media.Frames(48).Samples(spec.FPS, media.SampleRate)
	if at := onset(got.pairs, want); at-want > media.SampleRate/100 || want-at > media.SampleRate/100 {
		t.Errorf("the second shot's beep is %d samples from its picture", at-want)
	}
}
