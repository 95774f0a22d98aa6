package measure

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// Two pictures are compared by the means of a grid of blocks: a model that is given a
// picture to start from repeats it to a pixel or two, and rarely to the grain.
const (
	toneGrid = 24
	// Under sameContent the blocks do not lie on a line, so the two are not one picture.
	sameContent = 0.95
	// A plane whose blocks differ less (standard deviation, in levels) tells an offset,
	// and no gain.
	flatPlane = 3.0
	// A line outside of this is another light, not a model's drift.
	minGain, maxGain, maxOffset = 0.7, 1.4, 60.0
)

// blocks are a picture's means per plane and block; black says which are of no content.
type blocks struct {
	mean  [3][toneGrid * toneGrid]float64
	black [toneGrid * toneGrid]bool
}

// blocksOf reads a conformed picture. Any raster has as many pixels.
func blocksOf(f *astiav.Frame) (blocks, error) {
	var b blocks
	planes, err := footage.Planes(f)
	if err != nil {
		return b, err
	}
	for p, plane := range planes {
		if plane.Width < toneGrid || plane.Height < toneGrid {
			return b, errTooSmall
		}
		for i := range b.mean[p] {
			x0, x1 := i%toneGrid*plane.Width/toneGrid, (i%toneGrid+1)*plane.Width/toneGrid
			y0, y1 := i/toneGrid*plane.Height/toneGrid, (i/toneGrid+1)*plane.Height/toneGrid
			sum := 0
			for y := y0; y < y1; y++ {
				for _, v := range plane.Row(y)[x0:x1] {
					sum += int(v)
				}
			}
			b.mean[p][i] = float64(sum) / float64((x1-x0)*(y1-y0))
		}
	}
	for i := range b.black {
		b.black[i] = b.mean[0][i] < 17 && math.Abs(b.mean[1][i]-128) < 1 && math.Abs(b.mean[2][i]-128) < 1
	}
	return b, nil
}

var errTooSmall = errors.New("compare colours: the picture is too small")

// Likeness compares a clip's first picture with another one.
type Likeness struct {
	like blocks
	base media.Tone // maps like's colours to those that are measured against
}

// NewLikeness reads the job's picture as the mezzanine would have it; nil if it has none.
func NewLikeness(ctx context.Context, job media.ConformJob) (*Likeness, error) {
	if job.Like == "" {
		return nil, nil
	}
	in, err := footage.Open(ctx, job.Like, footage.Clips)
	if err != nil {
		return nil, fmt.Errorf("read the picture that the clip starts from: %w", err)
	}
	defer in.Close()
	f, what, err := footage.FindPicture(in, 0, nil)
	if err != nil {
		return nil, fmt.Errorf("read the picture that the clip starts from: %w", err)
	}
	defer f.Free()
	g, err := footage.NewVideoGraph(what.Source(), what.Chain(job.Spec, media.Tone{}, nil))
	if err != nil {
		return nil, fmt.Errorf("read the picture that the clip starts from: %w", err)
	}
	defer g.Close()
	l := &Likeness{base: job.Base.Back()}
	f.SetPts(0)
	err = g.Push(f, func(f *astiav.Frame) (err error) {
		l.like, err = blocksOf(f)
		return err
	})
	if errors.Is(err, errTooSmall) {
		return nil, nil
	}
	return l, err
}

// Drift is how f's colours stand to the other picture's; nil where the two do not show
// the same.
func (l *Likeness) Drift(f *astiav.Frame) (*media.Drift, error) {
	mine, err := blocksOf(f)
	if err != nil {
		return nil, err
	}
	return compareTones(l.like, mine, l.base), nil
}

// compareTones fits a line per plane through the blocks of two pictures.
func compareTones(like, mine blocks, base media.Tone) *media.Drift {
	var d media.Drift
	for p := range like.mean {
		var x, y []float64
		for i := range like.mean[p] {
			if !like.black[i] || !mine.black[i] {
				x, y = append(x, base.Of(p, like.mean[p][i])), append(y, mine.mean[p][i])
			}
		}
		if len(x) < toneGrid {
			return nil // all but black
		}
		l := fit(x, y)
		if p == 0 && (l.deviation < flatPlane || l.correlation < sameContent) {
			return nil
		}
		if l.deviation < flatPlane || l.correlation < sameContent {
			l.gain, l.offset = 1, l.my-l.mx
		}
		if l.gain < minGain || l.gain > maxGain || math.Abs(l.my-l.mx) > maxOffset {
			return nil
		}
		d.Tone.Gain[p], d.Tone.Offset[p] = l.gain, l.offset
		apart := 0.0
		for i := range x {
			apart += math.Abs(x[i] - y[i])
		}
		d.Levels += apart / float64(len(x))
	}
	return &d
}

// line is y = gain*x + offset, with what it was fitted to.
type line struct {
	gain, offset, mx, my   float64
	deviation, correlation float64 // of x; between x and y
}

// fit is the line of least squares.
func fit(x, y []float64) line {
	var l line
	n := float64(len(x))
	for i := range x {
		l.mx, l.my = l.mx+x[i]/n, l.my+y[i]/n
	}
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-l.mx, y[i]-l.my
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	l.deviation = math.Sqrt(xx / n)
	if xx == 0 || yy == 0 {
		return l
	}
	l.gain = xy / xx
	l.offset = l.my - l.gain*l.mx
	l.correlation = xy / math.Sqrt(xx*yy)
	return l
}
