package animatic

import (
	"math"

	"github.com/dailies/dailies/internal/lettering"
)

// placeholder stands for what cannot be drawn: a dashed frame with its name. x and
// y are its middle, in metres.
func (b *builder) placeholder(c *canvas, label string, x, y, w, h float64) {
	paper, ink := hex(0xe9e6dd), hex(0x2b2a33)
	c.fill(roundRect(x-w/2, y-h/2, x+w/2, y+h/2, h*0.08), tint(paper, 0.90))
	t := math.Min(w, h) * 0.025
	dash := func(x0, y0, x1, y1 float64) {
		n := max(3, int(math.Hypot(x1-x0, y1-y0)/(t*7)))
		for i := range n {
			a, e := (float64(i)+0.15)/float64(n), (float64(i)+0.75)/float64(n)
			c.fill(line(lerp(x0, x1, a), lerp(y0, y1, a), lerp(x0, x1, e), lerp(y0, y1, e), t), tint(ink, 0.75))
		}
	}
	m := t * 2.4
	dash(x-w/2+m, y-h/2+m, x+w/2-m, y-h/2+m)
	dash(x-w/2+m, y+h/2-m, x+w/2-m, y+h/2-m)
	dash(x-w/2+m, y-h/2+m, x-w/2+m, y+h/2-m)
	dash(x+w/2-m, y-h/2+m, x+w/2-m, y+h/2-m)
	b.text(c, label, x, y, w-4*m, h-4*m, ink)
}

// mount is a placeholder that somebody sits on: its name stands before them.
func (b *builder) mount(c *canvas, label string, x, y, w, h, side float64) {
	b.placeholder(c, "", x, y, w, h)
	b.text(c, label, x+side*w*0.30, y, w*0.32, h*0.7, hex(0x2b2a33))
}

// text writes a label in the middle of a box of metres, over as many lines as fit.
func (b *builder) text(c *canvas, label string, x, y, w, h float64, ink rgb) {
	f := b.sh.fonts
	label = plain(label, 60)
	if f == nil || label == "" {
		return
	}
	px := math.Hypot(c.to.a, c.to.b)
	lines, size := b.setIn(label, w*px, h*px)
	cx, cy := c.to.at(x, y)
	top := cy - float64(len(lines))*size*1.25/2
	for i, l := range lines {
		lw := f.width(l, size, true)
		f.write(c, l, cx-lw/2, top+size*(0.95+1.25*float64(i)), size, w*px*1.1, true, ink, 0.92)
	}
}

// setIn finds the largest type in which a label fits a box of pixels, and a smaller
// one where its lines then end with words.
func (b *builder) setIn(label string, width, height float64) (lines []string, size float64) {
	const readable, smaller = 3, 0.55
	f := b.sh.fonts
	largest, at := []string(nil), 0.0
	for size = height * 0.5; size > readable && size > smaller*at; size *= 0.88 {
		var worst lettering.Break
		n := max(1, int(height/(size*1.25)))
		lines, worst = f.wrap(label, b.sh.brief.Language, size, width, n)
		widest := 0.0
		for _, l := range lines {
			widest = math.Max(widest, f.width(l, size, true))
		}
		if widest > width || worst == lettering.Torn || float64(len(lines))*size*1.25 > height {
			continue
		}
		if worst >= lettering.Word {
			return lines, size
		}
		if largest == nil {
			largest, at = lines, size
		}
	}
	if largest != nil {
		return largest, at
	}
	return lines, size
}
