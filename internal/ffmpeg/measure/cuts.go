package measure

import (
	"slices"
	"time"
)

// Hard cuts of a clip that is to be cut apart at them.
const (
	thumbSide   = 32                     // of the copies by which pictures far apart are compared
	cutAround   = 6                      // pictures on either side that say how much moves anyhow
	cutPictures = 3                      // steps that a cut may be spread over: encoders blend one picture in
	cutChange   = 8.0                    // mean difference of what is on either side of a cut
	flashLasts  = 350 * time.Millisecond // longer than that another picture is a shot
)

// CutMeter finds where a clip cuts, from its pictures in order.
type CutMeter struct {
	w, h   int
	prev   []byte
	times  []time.Duration
	steps  []float64 // mean difference to the picture before, from the second on
	thumbs [][]byte
}

// A HardCut is between two pictures: the last of a shot and the first of the next. What
// lies between them is of neither.
type HardCut struct{ Last, First int }

// Add takes one picture: rows of stride bytes of limited-range luma.
func (m *CutMeter) Add(at time.Duration, luma []byte, stride, w, h int) {
	if len(m.times) > 0 {
		step := 255.0
		if w == m.w && h == m.h {
			step = m.step(luma, stride)
		}
		m.steps = append(m.steps, step)
	}
	if w != m.w || h != m.h {
		m.w, m.h, m.prev = w, h, make([]byte, w*h)
	}
	for y := range h {
		copy(m.prev[y*w:(y+1)*w], luma[y*stride:])
	}
	m.times = append(m.times, at)
	m.thumbs = append(m.thumbs, thumb(luma, stride, w, h))
}

func (m *CutMeter) step(luma []byte, stride int) float64 {
	sum := 0
	for y := range m.h {
		row, before := luma[y*stride:][:m.w], m.prev[y*m.w:][:m.w]
		for x, v := range row {
			sum += max(int(v)-int(before[x]), int(before[x])-int(v))
		}
	}
	return float64(sum) / float64(m.w*m.h)
}

// thumb is a small copy, each pixel the mean of what it covers.
func thumb(luma []byte, stride, w, h int) []byte {
	out := make([]byte, 0, thumbSide*thumbSide)
	for ty := range thumbSide {
		y0, y1 := ty*h/thumbSide, max((ty+1)*h/thumbSide, ty*h/thumbSide+1)
		for tx := range thumbSide {
			x0, x1 := tx*w/thumbSide, max((tx+1)*w/thumbSide, tx*w/thumbSide+1)
			sum := 0
			for y := y0; y < y1; y++ {
				for _, v := range luma[y*stride:][x0:x1] {
					sum += int(v)
				}
			}
			out = append(out, byte(sum/((y1-y0)*(x1-x0))))
		}
	}
	return out
}

// apart is the mean difference of two pictures far from each other.
func (m *CutMeter) apart(a, b int) float64 {
	sum := 0
	for i, v := range m.thumbs[a] {
		w := m.thumbs[b][i]
		sum += max(int(v)-int(w), int(w)-int(v))
	}
	return float64(sum) / float64(len(m.thumbs[a]))
}

// Pictures is how many there were.
func (m *CutMeter) Pictures() int { return len(m.times) }

// At is when a picture is seen, since the first.
func (m *CutMeter) At(picture int) time.Duration { return m.times[picture] }

// Cuts are steps far above those around them, at most a few pictures wide, behind which
// something else is seen than before. A flash comes back to what was there, and a whip pan
// is a long row of steps: neither is a cut.
func (m *CutMeter) Cuts() []HardCut {
	var cuts []HardCut
	for i := 0; i < len(m.steps); i++ {
		if !m.jumps(i) {
			continue
		}
		j := i
		for j+1 < len(m.steps) && m.jumps(j+1) {
			j++
		}
		if c := (HardCut{Last: i, First: j + 1}); j-i < cutPictures && m.apart(c.Last, c.First) >= cutChange {
			cuts = append(cuts, c)
		}
		i = j
	}
	for i := 0; i+1 < len(cuts); {
		a, b := cuts[i], cuts[i+1]
		if m.times[b.First]-m.times[a.Last] <= flashLasts && 2*m.apart(a.Last, b.First) < m.apart(a.Last, a.First) {
			cuts = slices.Delete(cuts, i, i+2)
			continue
		}
		i++
	}
	return cuts
}

// jumps says whether a step stands far above those around it.
func (m *CutMeter) jumps(i int) bool {
	if m.steps[i] < cutMean {
		return false
	}
	return m.steps[i] >= cutContrast*median(m.steps[max(0, i-cutAround):min(len(m.steps), i+cutAround+1)])
}
