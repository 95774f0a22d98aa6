package footage

import (
	"strings"

	"github.com/asticode/go-astiav"
)

// FieldOrder says which of a picture's two fields was taken first.
type FieldOrder int

// Whole pictures have no order.
const (
	Whole FieldOrder = iota
	TopFirst
	BottomFirst
)

// String is what is said to people.
func (o FieldOrder) String() string {
	switch o {
	case TopFirst:
		return "top field first"
	case BottomFirst:
		return "bottom field first"
	default:
		return "whole pictures"
	}
}

// parity is the order in the words of FFmpeg's deinterlacers.
func (o FieldOrder) parity() string {
	if o == BottomFirst {
		return "bff"
	}
	return "tff"
}

// sight is what a look at three pictures in a row found; the zero value is nothing.
type sight struct {
	order    FieldOrder // whose picture this is, if it is one of fields
	contrast float64    // how much nearer its fields lie to one neighbour than to the other
	combing  float64    // how much farther the nearer neighbour lies than its own lines
	moved    float64    // part of the samples that moved
}

// The measure is that of FFmpeg's idet filter, with two things made stricter. What
// stands still is left out: it says nothing, and would drown a small thing that
// moves. And a picture of fields must be combed: a whole one whose finest lines
// move (testsrc2 does) favours a neighbour, too. Measured on moving test pictures:
// fields have a contrast of 1.3 to 3.5 and 0.5 to 1.6 of combing, whole pictures up
// to 1.2 and from 2.2 on; where little moves, whole ones reach 1.4 and 0.8.
const (
	glancePairs = 64 // pairs of lines that are looked at
	glanceMoved = 4  // luma that a sample must change by between the neighbours

	flaggedContrast, flaggedMoved = 1.15, 0.002 // of pictures that are flagged as fields
	unsaidContrast, unsaidMoved   = 1.25, 0.02  // of others
	combed                        = 1.9
	wholeCombing                  = 1.5
)

// fields says whether the picture is one of fields.
func (s sight) fields(flagged bool) bool {
	contrast, moved := unsaidContrast, unsaidMoved
	if flagged {
		contrast, moved = flaggedContrast, flaggedMoved
	}
	return s.contrast >= contrast && s.moved >= moved && s.combing < combed
}

// whole says whether the picture is surely whole.
func (s sight) whole() bool {
	return s.moved >= flaggedMoved && s.combing > wholeCombing && s.contrast < flaggedContrast
}

// look says what the middle one of three pictures in a row is made of: a field
// that was taken earlier resembles the picture before more than the one behind.
// It reads about 64 pairs of lines.
func look(before, f, after *astiav.Frame) sight {
	p, ok := lumaOf(f)
	a, oka := lumaOf(before)
	b, okb := lumaOf(after)
	if !ok || !oka || !okb || a.height != p.height || a.width != p.width || b.height != p.height || b.width != p.width || p.deep != a.deep || p.deep != b.deep {
		return sight{}
	}
	var alpha [2]int64 // differences with the lines of one parity taken from before, of the other from behind
	var delta, n, moved int64
	least := int64(glanceMoved) << p.shift
	for y := 2; y+1 < p.height; y += max(2, p.height/glancePairs&^1) {
		// Two lines that follow each other, so that both parities are seen.
		for k := range 2 {
			line := y + k
			if line+1 >= p.height {
				continue
			}
			up, own, down := p.row(line-1), p.row(line), p.row(line+1)
			old, young := a.row(line), b.row(line)
			top := line & 1
			for x := 0; x < p.width; x += 2 {
				n++
				o, y := a.at(old, x), b.at(young, x)
				if abs64(o-y) < least {
					continue
				}
				moved++
				around := p.at(up, x) + p.at(down, x)
				alpha[top] += abs64(around - 2*o)
				alpha[1-top] += abs64(around - 2*y)
				delta += abs64(around - 2*p.at(own, x))
			}
		}
	}
	if moved == 0 {
		return sight{}
	}
	near, far := float64(min(alpha[0], alpha[1])), float64(max(alpha[0], alpha[1]))
	out := sight{order: TopFirst, contrast: far / max(1, near), combing: near / float64(max(1, delta)), moved: float64(moved) / float64(n)}
	if alpha[1] > alpha[0] {
		out.order = BottomFirst
	}
	return out
}

// lumaPlane is a picture's luma of 8 or up to 16 bits.
type lumaPlane struct {
	pix           []byte
	stride        int
	width, height int
	deep          bool
	shift         int // of the samples over 8 bits
}

// lumaOf finds a picture's luma where its format has it in a plane of its own.
func lumaOf(f *astiav.Frame) (lumaPlane, bool) {
	name := f.PixelFormat().Name()
	p := lumaPlane{width: f.Width(), height: f.Height()}
	switch {
	case strings.HasPrefix(name, "yuv") && strings.Contains(name, "p"), name == "nv12", name == "nv21", name == "nv16", name == "gray":
	default:
		return p, false
	}
	switch {
	case strings.HasSuffix(name, "p10le"):
		p.deep, p.shift = true, 2
	case strings.HasSuffix(name, "p12le"):
		p.deep, p.shift = true, 4
	case strings.HasSuffix(name, "le"), strings.HasSuffix(name, "be"):
		return p, false // depths that cameras do not write
	}
	p.pix, p.stride = FramePlane(f, 0, p.height)
	need := p.width
	if p.deep {
		need *= 2
	}
	return p, p.pix != nil && p.stride >= need
}

func (p lumaPlane) row(y int) []byte { return p.pix[y*p.stride : (y+1)*p.stride] }

func (p lumaPlane) at(row []byte, x int) int64 {
	if p.deep {
		return int64(row[2*x]) | int64(row[2*x+1])<<8
	}
	return int64(row[x])
}
