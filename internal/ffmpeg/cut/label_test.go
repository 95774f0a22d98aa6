package cut

import (
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/label"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

func TestLabelIsTallEnoughAndInItsCorner(t *testing.T) {
	for name, test := range map[string]struct {
		mark   media.LabelMark
		raster media.Raster
	}{
		"english, vertical":  {media.LabelMark{Text: "AI-generated", Position: "top-left", Language: "en"}, media.Raster{Width: 1080, Height: 1920}},
		"chinese, wide":      {media.LabelMark{Text: "AI生成", Position: "bottom-right", Language: "zh-Hans"}, media.Raster{Width: 1280, Height: 720}},
		"long, broken":       {media.LabelMark{Text: "This programme was generated with artificial intelligence", Position: "top-right", Language: "en"}, media.Raster{Width: 360, Height: 640}},
		"lower case, narrow": {media.LabelMark{Text: "ao", Position: "bottom-left", Language: "en"}, media.Raster{Width: 180, Height: 320}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := label.New(test.mark, test.raster)
			if err != nil {
				t.Fatal(err)
			}
			f, err := footage.NewPicture(test.raster)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Free()
			planes, err := footage.Planes(f)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range planes {
				for k := range p.Pix {
					p.Pix[k] = byte(p.Neutral + 40*(1-min(i, 1)))
				}
			}
			s.Lay(planes)
			top, bottom, left, right := test.raster.Height, -1, test.raster.Width, -1
			for y := range planes[0].Height {
				for x, v := range planes[0].Row(y) {
					if v > 150 {
						top, bottom, left, right = min(top, y), max(bottom, y), min(left, x), max(right, x)
					}
				}
			}
			if ink := float64(bottom - top + 1); ink < 0.05*float64(test.raster.ShortSide()) {
				t.Errorf("ink is %.0f pixels high of %d", ink, test.raster.ShortSide())
			}
			if left < 2 || right > test.raster.Width-2 {
				t.Errorf("ink reaches from column %d to %d of %d", left, right, test.raster.Width)
			}
			atTop, atLeft := top < test.raster.Height/2, left < test.raster.Width-right
			p := test.mark.Position
			if atTop != (p[:3] == "top") || (name != "long, broken" && atLeft != (p[len(p)-4:] == "left")) {
				t.Errorf("ink at (%d,%d)-(%d,%d), want it %s", left, top, right, bottom, p)
			}
		})
	}
}

// TestLabelStandsWhereItIsAsked: each of the nine positions is another place.
func TestLabelStandsWhereItIsAsked(t *testing.T) {
	r := media.Raster{Width: 1080, Height: 1920}
	for i, position := range []string{"top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"} {
		s, err := label.New(media.LabelMark{Text: "AI", Position: position, Language: "en"}, r)
		if err != nil {
			t.Fatal(err)
		}
		middle := s.Box.Min.Add(s.Box.Max).Div(2)
		if column, row := 3*middle.X/r.Width, 3*middle.Y/r.Height; column != i%3 || row != i/3 {
			t.Errorf("%s: its middle is at %v of %s", position, middle, r)
		}
	}
}

func TestLabelIsBurnedIntoTheOpeningOnly(t *testing.T) {
	spec := clips.SmallSpec()
	job := media.AssembleJob{Spec: spec, Label: &media.LabelMark{Text: "AI-generated", Position: "top-left", Frames: 48, Language: "en"}}
	for range 2 {
		job.Segments = append(job.Segments, makeShot(t, spec, testShot{frames: 96, luma: 200, mute: true}, media.Transition{Kind: media.Cut}))
	}
	path, res := mustAssemble(t, job)
	if res.Reencoded != 48 {
		t.Errorf("%d frames encoded again, want the label's 48: a keyframe stands behind them", res.Reencoded)
	}
	s := watch(t, path, spec.FPS)
	for n, l := range s.luma {
		plain := float64(200 + (n%96)%8)
		if shown := l > plain+0.5 || l < plain-0.5; shown != (n < 48) {
			t.Fatalf("luma %.2f at frame %d of a plain %.0f", l, n, plain)
		}
	}
}
