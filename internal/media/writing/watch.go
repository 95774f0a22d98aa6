package writing

import (
	"slices"
	"time"
)

// Proofs that a line is no part of the scene: shares of pixels.
const (
	ringMoved  = 0.5  // of what surrounds it, while it stood
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
	if i := slices.IndexFunc(f.open, func(l *line) bool { return same(l.Text, found.Text) }); i >= 0 {
		l = f.open[i]
		if len(found.pixels) > len(l.pixels) {
			l.pixels, l.X0, l.X1, l.Y0, l.Y1 = found.pixels, found.X0, found.X1, found.Y0, found.Y1
		}
	} else {
		if len(f.open) == most {
			return
		}
		l.From = f.began(l.pixels)
		f.open = append(f.open, l)
	}
	l.last = now
	l.looks++
	f.prove(l, now, luma, stride)
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

// began is the picture since which strokes stand. What lies behind their edges shines
// through, so that some of them seem younger.
func (f *Finder) began(pixels []int32) int {
	all := make([]int32, 0, len(pixels))
	for _, p := range pixels {
		all = append(all, f.since[p])
	}
	slices.Sort(all)
	return int(all[len(all)*3/10])
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
func (f *Finder) prove(l *line, now int, luma []byte, stride int) {
	w, h := f.width, f.height
	margin := max(3, (l.Y1-l.Y0)*4/5)
	x0, y0, x1, y1 := max(1, l.X0-margin), max(1, l.Y0-margin), min(w-1, l.X1+margin), min(h-1, l.Y1+margin)
	strokes := make(map[int32]bool, len(l.pixels))
	for _, p := range l.pixels {
		strokes[p] = true
	}
	ring, moved, before := 0, 0, 0
	earlier := f.ago(l.From, Least)
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			if p := int32(y*w + x); !strokes[p] {
				ring++
				if int(f.since[p]) > l.From+2 {
					moved++
				}
				if int(f.since[p]) <= earlier {
					before++
				}
			}
		}
	}
	if ring > 0 {
		l.moved = max(l.moved, float64(moved)/float64(ring))
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
	share := func(n int) float64 { return float64(n) / float64(edges) }
	born := 0
	for _, p := range l.pixels {
		if near(int(f.since[p]), l.From) {
			born++
		}
	}
	long := f.times[f.n-1]-f.times[l.From] >= Least
	why := ""
	switch {
	case long && ring > 0 && l.moved >= ringMoved:
		why = "ring"
	case long && edges > 0 && share(stood) <= otherStood && l.moved > ringMoved/4:
		why = "others"
	case edges > 0 && l.From > together && float64(before) >= quiet*float64(ring) && float64(born) >= atOnce*float64(len(l.pixels)) && share(came) <= meanwhile:
		why = "came"
	}
	if Debug != nil {
		Debug("prove", l.Text, "now", now, "ring", l.moved, "edges", edges, "stood", share(stood), "came", share(came), "before", float64(before)/float64(ring), "born", float64(born)/float64(len(l.pixels)), "why", why)
	}
	if why != "" {
		l.proof = true
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
