package writing

import (
	"slices"
	"time"
)

// What a line of text measures, in parts of the copies' short side, or of itself.
const (
	gap       = 0.035 // between letters, at most
	leastHigh = 0.022
	mostHigh  = 0.17
	leastWide = 1.6 // times its height
)

// scratch is memory that looks share.
type scratch struct {
	runs   []run
	parent []int
	rowAt  []int
}

// run is a stretch of stroke pixels in a row.
type run struct {
	y, x0, x1 int
	edges     int
}

// look searches for lines of text that stand still, and goes on watching those it knows.
func (f *Finder) look(at time.Duration, luma []byte, stride int) {
	cutoff := int32(f.n - 1)
	for cutoff > 0 && f.times[f.n-1]-f.times[cutoff] < oldEnough {
		cutoff--
	}
	if f.times[f.n-1]-f.times[cutoff] < oldEnough {
		return // too early for what stands still
	}
	found := f.lines(luma, stride, 0, cutoff)
	if began, most := f.backdrop(); most {
		// What came before a picture that stands is told from its edges by its age.
		found = append(found, f.lines(luma, stride, began+1, cutoff)...)
	}
	for _, l := range found {
		f.watch(l, luma, stride)
	}
	f.open = slices.DeleteFunc(f.open, func(l *line) bool {
		gone, when := f.gone(l)
		if gone {
			l.To = when
			f.keep(l)
		}
		return gone
	})
}

// backdrop is the picture since which more of the pixels stand than since any other, and
// whether those are many.
func (f *Finder) backdrop() (int32, bool) {
	const step, many = 5, 0.15
	count := make(map[int32]int)
	for i := 0; i < len(f.since); i += step {
		count[f.since[i]]++
	}
	best, most := int32(0), 0
	for at, n := range count {
		if n > most || n == most && at < best {
			best, most = at, n
		}
	}
	return best, float64(most) >= many*float64(len(f.since)/step)
}

// lines are what looks like lines of text among the pixels that stand still since a
// picture from oldest to youngest.
func (f *Finder) lines(luma []byte, stride int, oldest, youngest int32) []*line {
	w, h := f.width, f.height
	short := min(w, h)
	reach := max(3, int(gap*float64(short)+0.5))
	s := &f.scratch
	s.runs, s.rowAt = s.runs[:0], s.rowAt[:0]
	for y := range h {
		s.rowAt = append(s.rowAt, len(s.runs))
		row, since := luma[y*stride:][:w], f.since[y*w:][:w]
		last := -1 // the last stroke pixel of the run at hand
		for x := 1; x < w-1; x++ {
			if since[x] > youngest || since[x] < oldest {
				continue
			}
			if d := int(row[x+1]) - int(row[x-1]); d < edgeLuma && d > -edgeLuma {
				continue
			}
			if last < 0 || x-last > reach {
				s.runs = append(s.runs, run{y: y, x0: x, x1: x + 1})
			}
			r := &s.runs[len(s.runs)-1]
			r.x1, r.edges = x+1, r.edges+1
			last = x
		}
	}
	s.rowAt = append(s.rowAt, len(s.runs))
	return f.textLike(luma, stride, s.components(h))
}

// components joins runs that lie above each other.
func (s *scratch) components(h int) [][]run {
	s.parent = s.parent[:0]
	for i := range s.runs {
		s.parent = append(s.parent, i)
	}
	root := func(i int) int {
		for s.parent[i] != i {
			s.parent[i] = s.parent[s.parent[i]]
			i = s.parent[i]
		}
		return i
	}
	for y := range h {
		for _, above := range []int{y - 1, y - 2} {
			if above < 0 {
				continue
			}
			i, j := s.rowAt[above], s.rowAt[y]
			for i < s.rowAt[above+1] && j < s.rowAt[y+1] {
				a, b := &s.runs[i], &s.runs[j]
				if a.edges < 2 || a.x1 <= b.x0 {
					i++
					continue
				}
				if b.edges < 2 || b.x1 <= a.x0 {
					j++
					continue
				}
				if p, q := root(i), root(j); p != q {
					s.parent[q] = p
				}
				if a.x1 < b.x1 {
					i++
				} else {
					j++
				}
			}
		}
	}
	by := make(map[int][]run)
	for i, r := range s.runs {
		if r.edges >= 2 {
			p := root(i)
			by[p] = append(by[p], r)
		}
	}
	var out [][]run
	for i := range s.runs { // in a fixed order
		if runs, ok := by[i]; ok {
			out = append(out, runs)
		}
	}
	return out
}
