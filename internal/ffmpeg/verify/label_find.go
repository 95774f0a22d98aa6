package verify

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/label"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// A finder looks for a text on pictures as this package draws it: pictures are compared
// with the drawing, whatever lies under it. It reads no letters: words that look alike
// are alike to it.
type finder struct {
	raster media.Raster
	window media.Frames // a text that has not begun by then is not there
	exact  []*shape     // as they should be
	marks  []media.LabelMark
	others []*shape // elsewhere and smaller; drawn when they are needed
	drawn  bool
	on     *shape // the one that was found
	seen   media.Seen
	gap    int
	sum    float64
	over   bool
}

// Thresholds of a match, measured on masters of both example shows and on footage: the
// drawing itself comes to 0.9 and more of its own label after coding, other pictures to
// less than 0.3, another text of the same length at its place to 0.5.
const (
	matched  = 0.7
	followed = 0.55 // once it is found
	contrast = 40.0 // between ink and the rest, in luma
	maxGap   = 2    // frames that a match may fail within a text

	lookAround = 6 // frames: so often it is looked for elsewhere than at its place
)

// openFor is how long pictures are looked at for a text that should be on the first.
const openFor = 10 * time.Second

// maxShape bounds the pixels of a drawing that are compared: enough to tell letters
// apart, few enough to do it on every picture.
const maxShape = 12_000

// shape is a drawing to compare pictures with.
type shape struct {
	text, position string
	ink            float64
	box            media.Box
	at             []struct{ x, y int }
	mask           []float64 // ink of each, less the mean
	power          float64
	isInk          []bool
}

// newFinder looks for the first of marks that is there. It errs where none of them can be drawn.
func newFinder(marks []media.LabelMark, r media.Raster, fps media.Rational) (*finder, error) {
	f := &finder{raster: r, window: media.FramesIn(openFor, fps), marks: marks}
	var failed error
	for _, m := range marks {
		w := label.Of(m)
		if w.Position == "" {
			continue // it may be anywhere
		}
		stamp, err := w.Draw(r)
		if err != nil {
			failed = err
			continue
		}
		f.exact = append(f.exact, newShape(w, stamp))
	}
	if len(f.exact) == 0 && failed != nil {
		return nil, failed
	}
	return f, nil
}

// cardFinder looks for the opening card as it was drawn.
func cardFinder(card media.CardMark, under *media.LabelMark, r media.Raster, fps media.Rational) (*finder, error) {
	stamps, err := label.Opening(under, &card, r)
	if err != nil {
		return nil, err
	}
	w := label.Wording{Text: strings.Join(card.Lines, "\n"), Position: "top-left", Ink: lettering.CardInk}
	return &finder{raster: r, window: media.FramesIn(openFor, fps), exact: []*shape{newShape(w, stamps[len(stamps)-1])}, drawn: true}, nil
}

func newShape(w label.Wording, stamp *label.Stamp) *shape {
	s := &shape{text: w.Text, position: w.Position, ink: w.Ink}
	s.box = media.Box{X0: stamp.Box.Min.X, Y0: stamp.Box.Min.Y, X1: stamp.Box.Max.X, Y1: stamp.Box.Max.Y}
	width, height := stamp.Box.Dx(), stamp.Box.Dy()
	step := max(1, int(math.Sqrt(float64(width*height)/maxShape)))
	mean := 0.0
	for y := 0; y < height; y += step {
		for x := 0; x < width; x += step {
			ink := (float64(stamp.Opacity[y*width+x]) - label.Ground) / (1 - label.Ground)
			s.at = append(s.at, struct{ x, y int }{stamp.Box.Min.X + x, stamp.Box.Min.Y + y})
			s.mask, s.isInk = append(s.mask, ink), append(s.isInk, ink > 0.5)
			mean += ink
		}
	}
	mean /= float64(len(s.mask))
	for i := range s.mask {
		s.mask[i] -= mean
		s.power += s.mask[i] * s.mask[i]
	}
	return s
}

// fits says how well a picture shows the drawing: the correlation of its luma with the
// ink, 0 where the ink does not stand out.
func (s *shape) fits(luma footage.Plane) float64 {
	if s.power == 0 || s.box.X1 > luma.Width || s.box.Y1 > luma.Height {
		return 0
	}
	var sum, squares, cross, ink, rest float64
	inks := 0
	for i, p := range s.at {
		v := float64(luma.Row(p.y)[p.x])
		sum, squares, cross = sum+v, squares+v*v, cross+v*s.mask[i]
		if s.isInk[i] {
			ink += v
			inks++
		} else {
			rest += v
		}
	}
	n := float64(len(s.at))
	variance := squares - sum*sum/n
	if inks == 0 || inks == len(s.at) || variance <= 0 || ink/float64(inks)-rest/(n-float64(inks)) < contrast {
		return 0
	}
	return cross / math.Sqrt(s.power*variance)
}

// look looks at picture n; they come in order.
func (f *finder) look(n media.Frames, luma footage.Plane) {
	if f.over || f.on == nil && n >= f.window {
		f.over = true
		return
	}
	if f.on != nil {
		f.follow(n, f.on.fits(luma))
		return
	}
	best, score := bestOf(f.exact, luma)
	if score < matched && n%lookAround == 0 {
		f.drawOthers()
		if other, s := bestOf(f.others, luma); s > score {
			best, score = other, s
		}
	}
	if score < matched {
		return
	}
	f.on = best
	f.seen = media.Seen{Text: best.text, Position: best.position, Ink: best.ink, Box: best.box, From: n}
	f.follow(n, score)
}

func (f *finder) follow(n media.Frames, score float64) {
	if score < followed {
		f.gap++
		f.over = f.gap > maxGap
		return
	}
	f.gap = 0
	f.sum += score
	f.seen.To = n + 1
}

// found is what was found; nil: nothing.
func (f *finder) found() *media.Seen {
	if f == nil || f.on == nil {
		return nil
	}
	f.seen.Match = f.sum / float64(f.seen.To-f.seen.From)
	return &f.seen
}

func bestOf(all []*shape, luma footage.Plane) (*shape, float64) {
	var top *shape
	score := -1.0
	for _, s := range all {
		if fit := s.fits(luma); fit > score {
			top, score = s, fit
		}
	}
	return top, score
}

// drawOthers draws the texts at every place and in smaller sizes, once. What has no room
// is left out.
func (f *finder) drawOthers() {
	if f.drawn {
		return
	}
	f.drawn = true
	had := map[string]bool{}
	shares := []float64{1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3}
	if len(f.marks) > 1 { // whose words are a guess
		shares = []float64{1, 0.75, 0.5}
	}
	for _, m := range f.marks {
		for _, safe := range []media.Box{{}, m.Safe} {
			for _, position := range []string{"top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"} {
				for _, share := range shares {
					w := label.Of(m)
					w.Position, w.Safe, w.Ink = position, safe, lettering.LabelInk*share
					if key := fmt.Sprint(w); had[key] || w.Ink*float64(f.raster.ShortSide()) < minInk {
						continue
					} else {
						had[key] = true
					}
					if stamp, err := w.Draw(f.raster); err == nil {
						f.others = append(f.others, newShape(w, stamp))
					}
				}
			}
		}
	}
}

// minInk is the height of a capital, in pixels, under which letters are specks.
const minInk = 4.0
