package conform

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// coloredRows are the first and last row of a frame's chroma that a colour (Cb, Cr) is in.
func coloredRows(t *testing.T, path string, cb, cr int) (first, last int) {
	t.Helper()
	in, err := footage.Open(t.Context(), path, footage.Clips)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, _, err := footage.FindPicture(in, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Free()
	planes, err := footage.Planes(f)
	if err != nil {
		t.Fatal(err)
	}
	first = -1
	near := func(a byte, b int) bool { d := int(a) - b; return d > -20 && d < 20 }
	for y := range planes[1].Height {
		b, r := planes[1].Row(y), planes[2].Row(y)
		for x := range b {
			if near(b[x], cb) && near(r[x], cr) {
				if first < 0 {
					first = y
				}
				last = y
				break
			}
		}
	}
	return first, last
}

// Two who speak at once have a colour each, on the picture, one above the other; a show's own
// look stands where it says and never outside of the part that is kept to.
func TestSpeakersAndLooksOnThePicture(t *testing.T) {
	in := clips.One(t, "a.mp4", "-f", "lavfi", "-i", "color=c=0x404040:s=360x640:r=24:d=0.3", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	spec := clips.SmallSpec()
	spec.Raster = media.Raster{Width: 360, Height: 640}
	job := conformJob(t, in, spec)
	both := media.Text{
		Text: "Where were you?\nHere, all the time", To: 6, Style: "subtitle", Position: "bottom", Language: "en",
		Spans: []media.Spoken{{Text: "Where were you?", Speaker: "Ana", Color: "#ffff00"}, {Text: "Here, all the time", Speaker: "Leo", Color: "#00ffff"}},
	}
	job.Burn = []media.Text{both}
	mustConform(t, job)
	yellow, lastYellow := coloredRows(t, job.OutVideo, 16, 138)
	cyan, _ := coloredRows(t, job.OutVideo, 154, 16)
	if yellow < 0 || cyan <= lastYellow {
		t.Errorf("yellow from row %d to %d, cyan from %d", yellow, lastYellow, cyan)
	}

	safe := media.Box{X0: 40, Y0: 100, X1: 300, Y1: 400}
	for name, l := range map[string]media.TextStyle{
		"at the top":    {Size: 60, Color: "#ffffe0", Edge: "#101010", Back: "#000000", Outline: 6, Shadow: 3, Align: 8, Vertical: 20},
		"in a box":      {Size: 60, Color: "#ffffe0", Edge: "#101010", Back: "#000000", Outline: 12, Align: 2, Box: true},
		"very large":    {Size: 150, Color: "#ffffff", Edge: "#000000", Back: "#000000", Outline: 30, Shadow: 30, Align: 1},
		"far to a side": {Size: 60, Color: "#ffffff", Edge: "#000000", Back: "#000000", Outline: 4, Align: 3, Left: 300},
	} {
		job := conformJob(t, in, spec)
		text := both
		text.Look = &l
		job.Burn, job.Safe = []media.Text{text}, safe
		box := mustConform(t, job).Inked["subtitle"]
		if box.Empty() || box.X0 < safe.X0 || box.Y0 < safe.Y0 || box.X1 > safe.X1 || box.Y1 > safe.Y1 {
			t.Errorf("%s: drawn in %+v, outside of %+v", name, box, safe)
		}
		if top := box.Y1 < 300; top != (l.Align == 8) {
			t.Errorf("%s: drawn in %+v", name, box)
		}
	}
}

// No look is markup, whoever hands it in.
func TestALookCannotBeMarkup(t *testing.T) {
	for _, l := range []media.TextStyle{
		{Font: "x,64", Size: 60, Align: 2}, {Font: "x\n[Events]", Size: 60, Align: 2}, {Font: `x{\b1}`, Size: 60, Align: 2}, {Size: 0, Align: 2}, {Size: 60, Align: 10},
	} {
		err := checkTexts([]media.Text{{Text: "x", To: 2, Style: "subtitle", Look: &l}})
		if err == nil || !strings.Contains(err.Error(), "as it is to look") {
			t.Errorf("%+v: %v", l, err)
		}
	}
}
