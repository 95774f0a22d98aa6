package writing

import (
	"math"
	"slices"
)

// What makes a line of edges one of letters.
const (
	leastDense = 0.16 // of its pixels that are of edges
	mostDense  = 0.9
	leastPairs = 0.75 // strokes in a row, for each of its heights in its width
	mostAlike  = 0.8  // of its upper half's edges that its lower half repeats: bars are no letters
	mostSpread = 60   // of the brightness of its strokes: letters are of one colour
)

// textLike makes lines of those components that look like letters.
func (f *Finder) textLike(luma []byte, stride int, all [][]run) (out []*line) {
	short := float64(min(f.width, f.height))
	for _, runs := range all {
		y0, y1 := math.MaxInt, 0
		for _, r := range runs {
			y0, y1 = min(y0, r.y), max(y1, r.y+1)
		}
		if float64(y1-y0) < leastHigh*short {
			continue
		}
		rows := make([]int, y1-y0)
		for _, r := range runs {
			rows[r.y-y0] += r.edges
		}
		// What hangs on above and below is no part of it.
		most := slices.Max(rows)
		for len(rows) > 0 && 4*rows[0] < most {
			rows, y0 = rows[1:], y0+1
		}
		for len(rows) > 0 && 4*rows[len(rows)-1] < most {
			rows, y1 = rows[:len(rows)-1], y1-1
		}
		l := &line{Text: Text{X0: math.MaxInt, Y0: y0, Y1: y1}}
		edges := 0
		for _, r := range runs {
			if r.y >= y0 && r.y < y1 {
				l.X0, l.X1 = min(l.X0, r.x0), max(l.X1, r.x1)
				edges += r.edges
			}
		}
		high, wide := float64(l.Y1-l.Y0), float64(l.X1-l.X0)
		if high < leastHigh*short || high > mostHigh*short || wide < leastWide*high {
			continue
		}
		if dense := float64(edges) / (high * wide); dense < leastDense || dense > mostDense {
			continue
		}
		if f.letters(l, luma, stride, runs) {
			out = append(out, l)
		}
	}
	return out
}

// letters says whether a line's strokes are those of letters, and notes them.
func (f *Finder) letters(l *line, luma []byte, stride int, runs []run) bool {
	wide, high := l.X1-l.X0, l.Y1-l.Y0
	signs := make([]int8, wide*high)
	var bright, dark []byte
	changes := 0
	for _, r := range runs {
		if r.y < l.Y0 || r.y >= l.Y1 {
			continue
		}
		row := luma[r.y*stride:][:f.width]
		before, at := int8(0), 0
		for x := r.x0; x < r.x1; x++ {
			d := int(row[x+1]) - int(row[x-1])
			if d < edgeLuma && d > -edgeLuma {
				continue
			}
			sign := int8(1)
			if d < 0 {
				sign = -1
			}
			if before != 0 && sign != before {
				changes++
				if stretch := row[at : x+1]; sign < 0 {
					bright = append(bright, slices.Max(stretch))
				} else {
					dark = append(dark, slices.Min(stretch))
				}
			}
			before, at = sign, x
			signs[(r.y-l.Y0)*wide+x-l.X0] = sign
			l.pixels = append(l.pixels, int32(r.y*f.width+x))
		}
	}
	pairs := float64(changes) / 2 / float64(high) / (float64(wide) / float64(high))
	spread := min(middle(bright), middle(dark))
	alike := repeats(signs, wide, high)
	return pairs >= leastPairs && alike <= mostAlike && spread <= mostSpread
}

// middle is the range of the middle half of values.
func middle(v []byte) int {
	if len(v) < 4 {
		return 255
	}
	slices.Sort(v)
	return int(v[len(v)*3/4]) - int(v[len(v)/4])
}

// repeats is how much of the edges of rows recurs half the height further down.
func repeats(signs []int8, wide, high int) float64 {
	same, all := 0, 0
	for y := range high - high/2 {
		a, b := signs[y*wide:][:wide], signs[(y+high/2)*wide:][:wide]
		for x := range a {
			if a[x] == 0 && b[x] == 0 {
				continue
			}
			all++
			if a[x] == b[x] {
				same++
			}
		}
	}
	if all == 0 {
		return 1
	}
	return float64(same) / float64(all)
}
