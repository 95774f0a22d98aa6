package footage

import (
	"errors"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

const (
	fieldsAhead  = 5           // pictures that are looked at before one is let go
	fieldsWindow = 10          // pictures that decide
	fieldsPixels = 1920 * 1152 // nothing larger was ever taken in fields
	fieldsUnsaid = 5           // pictures of fields that show what no flag says
)

// A Deinterlacer takes pictures in order and hands them on, those of two fields
// made whole. It believes what it sees more than what the container flags:
// cameras flag whole pictures as fields, and editors lose the flags of real ones.
// What does not move passes as it is, whatever its flags say.
type Deinterlacer struct {
	emit func(Shown) error // takes the frame over

	waiting []glanced // the last of them has not been glanced at
	before  *astiav.Frame
	recent  []sight // of the pictures let go, at most fieldsWindow
	on      bool

	g     *Graph
	of    Picture
	order FieldOrder
	next  int64
	fed   []Shown // without their frames: what comes out of g is theirs

	// Made is how many pictures were made whole, Order which field came first.
	Made  media.Frames
	Order FieldOrder
}

// glanced is a picture and what was seen of it.
type glanced struct {
	Shown
	saw      sight
	readable bool
}

// NewDeinterlacer hands pictures to emit.
func NewDeinterlacer(emit func(Shown) error) *Deinterlacer { return &Deinterlacer{emit: emit} }

// Add takes the next picture; its frame is the Deinterlacer's from now on.
func (d *Deinterlacer) Add(s Shown) error {
	if s.Frame == nil {
		return errors.New("pass picture on: out of memory")
	}
	if s.What.Width*s.What.Height > fieldsPixels {
		if err := d.Flush(); err != nil {
			s.Frame.Free()
			return err
		}
		return d.emit(s)
	}
	_, readable := lumaOf(s.Frame)
	d.waiting = append(d.waiting, glanced{Shown: s, readable: readable})
	if n := len(d.waiting); n >= 2 {
		before := d.before
		if n >= 3 {
			before = d.waiting[n-3].Frame
		}
		if before != nil {
			d.waiting[n-2].saw = look(before, d.waiting[n-2].Frame, s.Frame)
		}
	}
	if len(d.waiting) > fieldsAhead {
		return d.release()
	}
	return nil
}

// Flush hands on all that waits.
func (d *Deinterlacer) Flush() error {
	for len(d.waiting) > 0 {
		if err := d.release(); err != nil {
			return err
		}
	}
	return d.drain()
}

// release lets the oldest picture go.
func (d *Deinterlacer) release() error {
	d.decide()
	s := d.waiting[0]
	d.waiting = append(d.waiting[:0], d.waiting[1:]...)
	if d.recent = append(d.recent, s.saw); len(d.recent) > fieldsWindow-fieldsAhead {
		d.recent = append(d.recent[:0], d.recent[1:]...)
	}
	if d.before != nil {
		d.before.Free()
	}
	if d.before = s.Frame.Clone(); d.before == nil {
		s.Frame.Free()
		return errors.New("pass picture on: out of memory")
	}
	if d.on {
		return d.makeWhole(s.Shown)
	}
	if err := d.drain(); err != nil {
		s.Frame.Free()
		return err
	}
	return d.emit(s.Shown)
}

// decide looks at the pictures around the oldest one.
func (d *Deinterlacer) decide() {
	flagged, readable := Whole, true
	for _, w := range d.waiting {
		if w.Fields != Whole {
			flagged = w.Fields
		}
		readable = readable && w.readable
	}
	var top, bottom, wholes int
	count := func(s sight) {
		switch {
		case s.fields(flagged != Whole || d.on) && s.order == TopFirst:
			top++
		case s.fields(flagged != Whole || d.on):
			bottom++
		case s.whole():
			wholes++
		}
	}
	for _, s := range d.recent {
		count(s)
	}
	for _, w := range d.waiting {
		count(w.saw)
	}
	fields := top + bottom
	switch {
	case !readable:
		d.on = flagged != Whole // nothing but the flag is known
	case d.on:
		d.on = fields > 0 || wholes < fieldsWindow-2
	case flagged != Whole:
		d.on = fields > 0 && 2*fields >= wholes
	default:
		d.on = taken(d.waiting[0].What) && fields >= fieldsUnsaid && 2*fields >= wholes && max(top, bottom) > 2*min(top, bottom)
	}
	switch {
	case d.Order != Whole && d.on && fields == 0: // as before
	case top > bottom:
		d.Order = TopFirst
	case bottom > top:
		d.Order = BottomFirst
	case flagged != Whole:
		d.Order = flagged
	}
}

// taken says whether pictures of the size are taken in fields: of standard and high
// definition television, lying.
func taken(p Picture) bool {
	switch p.Height {
	case 480, 486, 512, 576, 608, 1080, 1088:
		return p.Width > p.Height
	default:
		return false
	}
}

// makeWhole sends a picture through the filter.
func (d *Deinterlacer) makeWhole(s Shown) error {
	defer s.Frame.Free()
	if d.g == nil || s.What != d.of || d.Order != d.order {
		if err := d.drain(); err != nil {
			return err
		}
		g, err := NewVideoGraph(s.What.Source(), "bwdif=mode=send_frame:deint=all:parity="+d.Order.parity())
		if err != nil {
			return media.ClipErrorf("the pictures' fields cannot be made whole: %v", err)
		}
		d.g, d.of, d.order = g, s.What, d.Order
	}
	s.Frame.SetPts(d.next)
	d.next++
	d.Made++
	f := s.Frame
	s.Frame = nil
	d.fed = append(d.fed, s)
	return d.g.Push(f, d.out)
}

// out hands on what the filter made.
func (d *Deinterlacer) out(f *astiav.Frame) error {
	if len(d.fed) == 0 {
		return errors.New("make fields whole: more came out than went in")
	}
	s := d.fed[0]
	d.fed = append(d.fed[:0], d.fed[1:]...)
	if s.Frame = f.Clone(); s.Frame == nil {
		return errors.New("pass picture on: out of memory")
	}
	s.What.Format = f.PixelFormat()
	return d.emit(s)
}

// drain ends the filter in use.
func (d *Deinterlacer) drain() error {
	if d.g == nil {
		return nil
	}
	err := d.g.Push(nil, d.out)
	d.g.Close()
	d.g = nil
	if err == nil && len(d.fed) > 0 {
		err = errors.New("make fields whole: a picture was lost")
	}
	return err
}

// Close frees what waits.
func (d *Deinterlacer) Close() {
	for _, w := range d.waiting {
		w.Frame.Free()
	}
	d.waiting = nil
	if d.before != nil {
		d.before.Free()
		d.before = nil
	}
	if d.g != nil {
		d.g.Close()
		d.g = nil
	}
}
