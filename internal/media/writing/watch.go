package writing

import (
	"slices"
	"time"
)

// Proofs that a line is no part of the scene: shares of pixels.
const (
	ringMoved  = 0.25 // of what surrounds it, while it stood …
	sideMoved  = 0.12 // … on each of its four corners …
	lessMoved  = 2    // … and so many times the share of its own strokes that did
	otherStood = 0.25 // of all other edges, at most, as long as it
	atOnce     = 0.6  // of its strokes that came together …
	quiet      = 0.75 // … where so much of what surrounds it had stood for long …
	meanwhile  = 0.2  // … and of all other edges at most so many came with it
	together   = 4    // pictures
	leastEdges = 0.004
)

// watch goes on with a line that is known, or begins with a new one.
func (f *Finder) watch(found *line, luma []byte, stride int) {
	now := f.n - 1
	l := found
	l.From = f.began(l.pixels)
	i := slices.IndexFunc(f.open, func(o *line) bool { return same(o.Text, l.Text) && near(o.From, l.From) })
	if i >= 0 {
		l = f.open[i]
		if len(found.pixels) > len(l.pixels) {
			l.pixels, l.X0, l.X1, l.Y0, l.Y1 = found.pixels, found.X0, found.X1, found.Y0, found.Y1
		}
	} else {
		f.open = slices.DeleteFunc(f.open, func(o *line) bool {
			over := same(o.Text, l.Text) && o.From < l.From && o.last < now // another one stands in its place
			if over {
				o.To = l.From
				f.keep(o)
			}
			return over
		})
		if len(f.open) == most {
			return
		}
		f.open = append(f.open, l)
	}
	l.last = now
	l.looks++
	f.prove(l, luma, stride)
}

// same says whether two boxes are of one line.
func same(a, b Text) bool {
	wide, high := min(a.X1, b.X1)-max(a.X0, b.X0), min(a.Y1, b.Y1)-max(a.Y0, b.Y0)
	if wide <= 0 || high <= 0 {
		return false
	}
	least := min((a.X1-a.X0)*(a.Y1-a.Y0), (b.X1-b.X0)*(b.Y1-b.Y0))
	return 2*wide*high >= least
}

// began is the picture since which strokes stand: most of them agree. What lies behind
// their edges shines through, so that some seem younger; and some are what was there before.
func (f *Finder) began(pixels []int32) int {
	count := make(map[int32]int)
	for _, p := range pixels {
		count[f.since[p]]++
	}
	best, most := int32(0), 0
	for at := range count {
		if n := count[at-1] + count[at] + count[at+1]; n > most || n == most && at < best {
			best, most = at, n
		}
	}
	first := best
	for _, at := range []int32{best - 1, best + 1} {
		if count[at] > count[first] {
			first = at
		}
	}
	return int(first)
}

// gone says whether a line's strokes have changed since it was seen last, and when.
func (f *Finder) gone(l *line) (bool, int) {
	var changed []int32
	for _, p := range l.pixels {
		if f.since[p] > int32(l.last) {
			changed = append(changed, f.since[p])
		}
	}
	if 2*len(changed) < len(l.pixels) {
		return false, 0
	}
	slices.Sort(changed)
	return true, int(changed[len(changed)*3/10])
}

// prove looks for a sign that the line was painted over the picture.
func (f *Finder) prove(l *line, luma []byte, stride int) {
	if l.proof {
		return
	}
	w, h := f.width, f.height
	margin := max(3, (l.Y1-l.Y0)*4/5)
	x0, y0, x1, y1 := max(1, l.X0-margin), max(1, l.Y0-margin), min(w-1, l.X1+margin), min(h-1, l.Y1+margin)
	stroke := make(map[int32]bool, len(l.pixels))
	for _, p := range l.pixels {
		stroke[p] = true
	}
	corners, moved, before := [4]int{}, [4]int{}, 0
	middleX, middleY := (l.X0+l.X1)/2, (l.Y0+l.Y1)/2
	earlier := f.ago(l.From, Least)
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			if p := int32(y*w + x); !stroke[p] {
				corner := 0
				if x >= middleX {
					corner = 1
				}
				if y >= middleY {
					corner += 2
				}
				corners[corner]++
				if int(f.since[p]) > l.From+2 {
					moved[corner]++
				}
				if int(f.since[p]) <= earlier {
					before++
				}
			}
		}
	}
	around := corners[0] + corners[1] + corners[2] + corners[3]
	if around == 0 {
		return
	}
	share := func(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
	all, least := share(moved[0]+moved[1]+moved[2]+moved[3], around), 1.0
	for i := range corners {
		least = min(least, share(moved[i], corners[i]))
	}
	edges, stood, came := 0, 0, 0
	for y := 1; y < h-1; y++ {
		row, up, down := luma[y*stride:][:w], luma[(y-1)*stride:][:w], luma[(y+1)*stride:][:w]
		for x := 1; x < w-1; x++ {
			if x == x0 && y >= y0 && y < y1 {
				x = x1 - 1
				continue
			}
			a, b := int(row[x+1])-int(row[x-1]), int(down[x])-int(up[x])
			if a < edgeLuma && a > -edgeLuma && b < edgeLuma && b > -edgeLuma {
				continue
			}
			edges++
			s := int(f.since[y*w+x])
			if s <= l.From+2 {
				stood++
			}
			if near(s, l.From) {
				came++
			}
		}
	}
	if float64(edges) < leastEdges*float64(w*h) {
		edges = 0
	}
	born, own := 0, 0
	for _, p := range l.pixels {
		s := int(f.since[p])
		if near(s, l.From) {
			born++
		}
		if s > l.From+2 {
			own++
		}
	}
	strokes := len(l.pixels)
	long := f.times[f.n-1]-f.times[l.From] >= Least
	ring := all >= ringMoved && least >= sideMoved
	others := edges > 0 && share(stood, edges) <= otherStood && all >= sideMoved
	switch {
	case long && (ring || others) && all >= lessMoved*share(own, strokes):
		l.proof = true // the picture goes on behind it
	case edges > 0 && l.From > together && share(before, around) >= quiet && share(born, strokes) >= atOnce && share(came, edges) <= meanwhile:
		l.proof = true // it came at once, and nothing with it
	}
}

// ago is the picture that was shown so long before picture n, or the first.
func (f *Finder) ago(n int, d time.Duration) int {
	at := f.times[n] - d
	for n > 0 && f.times[n] > at {
		n--
	}
	return n
}

func near(a, b int) bool { return a-b <= together && b-a <= together }
