// Package writing finds texts that were painted into a clip: captions, subtitles and marks
// that stand at one place while the picture goes on behind them. It is pure, reads no
// letters and looks at small copies of the pictures' brightness only. What belongs to the
// scene, such as a sign on a wall, moves with the picture, and is none of its business.
package writing

import (
	"cmp"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// A picture's pixel is of a stroke where brightness rises or falls by edgeLuma beside it;
// it stands still while it stays within stillLuma of what it was. Both 0..255.
const (
	edgeLuma  = 26
	stillLuma = 22
)

const (
	lookEvery = 250 * time.Millisecond // how often lines are looked for
	oldEnough = 400 * time.Millisecond // how long a pixel stands still before it counts
	// Least is how long a text stands before it is told of: less is read by nobody.
	Least = 700 * time.Millisecond
	// most texts of a clip are told of.
	most = 32
)

// Text is a text that stands on the picture, in pixels of the copies, from picture From
// up to To (the first without it).
type Text struct {
	X0, Y0, X1, Y1 int
	From, To       int
	of             [2]int // width and height of the copies
}

// Finder is shown a clip's pictures in order. Its zero value is ready.
type Finder struct {
	width, height int
	n             int // pictures so far
	times         []time.Duration
	looked        time.Duration
	ref           []byte  // per pixel, what it is while it stands still
	since         []int32 // the picture in which that began
	open          []*line
	found         []Text
	scratch       scratch
}

// line is a text that is being watched.
type line struct {
	Text
	pixels []int32 // of its strokes
	last   int     // the picture in which it was seen last
	looks  int     // how often it was seen
	proof  bool    // it is no part of the scene
}

// Add looks at one picture: rows of stride bytes of brightness, width w, height h.
func (f *Finder) Add(at time.Duration, luma []byte, stride, w, h int) {
	if w != f.width || h != f.height {
		f.close()
		f.width, f.height = w, h
		f.ref, f.since = make([]byte, w*h), make([]int32, w*h)
		for y := range h {
			copy(f.ref[y*w:(y+1)*w], luma[y*stride:])
		}
		for i := range f.since {
			f.since[i] = int32(f.n)
		}
		f.looked = at
	} else {
		f.stand(luma, stride)
	}
	f.times = append(f.times, at)
	f.n++
	if at-f.looked >= lookEvery {
		f.looked = at
		f.look(at, luma, stride)
	}
}

// stand notes which pixels stand still.
func (f *Finder) stand(luma []byte, stride int) {
	n := int32(f.n)
	for y := range f.height {
		row, ref, since := luma[y*stride:][:f.width], f.ref[y*f.width:][:f.width], f.since[y*f.width:][:f.width]
		for x, v := range row {
			if d := int(v) - int(ref[x]); d > stillLuma || d < -stillLuma {
				ref[x], since[x] = v, n
			}
		}
	}
}

// Texts are the texts of all pictures, in order of appearance.
func (f *Finder) Texts() []Text {
	f.close()
	slices.SortStableFunc(f.found, func(a, b Text) int { return cmp.Or(a.From-b.From, a.Y0-b.Y0, a.X0-b.X0) })
	var out []Text
	for _, t := range f.found {
		if i := slices.IndexFunc(out, func(o Text) bool { return o.besides(t) }); i >= 0 {
			o := &out[i]
			o.X0, o.Y0, o.X1, o.Y1, o.To = min(o.X0, t.X0), min(o.Y0, t.Y0), max(o.X1, t.X1), max(o.Y1, t.Y1), max(o.To, t.To)
			continue
		}
		out = append(out, t)
	}
	return out
}

// besides says that two texts are parts of one line: a wide gap between its words, or a
// part that could not be told from what is behind it for a while.
func (t Text) besides(o Text) bool {
	high := min(t.Y1, o.Y1) - max(t.Y0, o.Y0)
	long := min(t.To, o.To) - max(t.From, o.From)
	return t.of == o.of && 3*high >= 2*max(t.Y1-t.Y0, o.Y1-o.Y0) && 2*long >= min(t.To-t.From, o.To-o.From)
}

// Report are the texts in parts of the picture, their times in frames at a rate.
func (f *Finder) Report(fps media.Rational) (all []media.PaintedText) {
	for _, t := range f.Texts() {
		w, h := float64(t.of[0]), float64(t.of[1])
		all = append(all, media.PaintedText{
			Left: float64(t.X0) / w, Top: float64(t.Y0) / h, Right: float64(t.X1) / w, Bottom: float64(t.Y1) / h,
			From: media.FramesIn(f.time(t.From), fps), To: media.FramesIn(f.time(t.To), fps),
		})
	}
	return all
}

// close ends what is being watched.
func (f *Finder) close() {
	for _, l := range f.open {
		l.To = f.n
		f.keep(l)
	}
	f.open = nil
}

// keep files a text that has gone, if it was one.
func (f *Finder) keep(l *line) {
	if !l.proof || l.looks < 2 || len(f.found) == most || f.time(l.To)-f.times[l.From] < Least {
		return
	}
	l.of = [2]int{f.width, f.height}
	f.found = append(f.found, l.Text)
}

// time is when picture n is shown; of one that has not come, about.
func (f *Finder) time(n int) time.Duration {
	if n < len(f.times) {
		return f.times[n]
	}
	last := f.times[len(f.times)-1]
	if len(f.times) > 1 {
		last += (last - f.times[0]) / time.Duration(len(f.times)-1)
	}
	return last
}
