package measure

import (
	"math"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// measureSide is the short side of the copy of each picture that is measured.
const measureSide = 180

// Luma thresholds, 0..255 of limited range.
const (
	blackLuma   = 38   // blackdetect's 10 % over black
	blackShare  = 0.98 // of the pixels, for a picture to be black
	darkShare   = 0.9  // and to be nearly black
	barShare    = 0.99 // of a row's pixels, to be a bar
	frozenMean  = 0.2  // mean difference under which two pictures may be equal
	stillMean   = 0.6  // and nearly equal: what coding can make equal
	movedLuma   = 8    // difference of a pixel that something moved
	movedShare  = 0.0002
	cutMean     = 14.0 // mean difference of a hard cut
	cutContrast = 3.0  // and how much it must stand over the differences around it
	minBarShare = 0.01 // of the side, for a bar to be reported
)

// PictureMeter measures a clip's pictures in order.
type PictureMeter struct {
	width, height int // of the small copies
	prev          []byte
	brightest     []byte // per pixel, over all pictures that are not black

	times     []time.Duration
	Black     int
	Frozen    int
	freeze    time.Duration // when the freeze going on began
	freezing  bool
	longest   time.Duration
	head      time.Duration // how long the first picture stands still, where it does
	headOver  bool
	dim       time.Duration // when the run of black pictures going on began
	dimmed    bool
	darkness  time.Duration // the longest one
	dark      []bool        // per picture: it is nearly black
	means     []float64
	moves     []float64 // mean difference to the picture before, from the second on
	sharpness []float64
}

// MeasureRaster is the size of the small copy of a picture.
func MeasureRaster(w, h int) (int, int) {
	if short := min(w, h); short > measureSide {
		w, h = max(2, w*measureSide/short), max(2, h*measureSide/short)
	}
	// A very long strip would cost as much as a whole picture.
	return min(w, 16*measureSide), min(h, 16*measureSide)
}

// Add measures one picture: rows of stride bytes of limited-range luma.
func (m *PictureMeter) Add(at time.Duration, luma []byte, stride, w, h int) {
	if w != m.width || h != m.height {
		// Another raster in mid-clip: nothing to compare with.
		m.width, m.height = w, h
		m.prev = make([]byte, w*h)
		m.brightest = make([]byte, w*h)
		m.begin(at)
	} else {
		m.compare(at, luma, stride)
	}
	m.times = append(m.times, at)
	m.look(luma, stride)
	for y := range h {
		copy(m.prev[y*w:(y+1)*w], luma[y*stride:])
	}
}

// begin stands in for compare where there is nothing to compare with.
func (m *PictureMeter) begin(at time.Duration) {
	if len(m.times) > 0 {
		m.moves = append(m.moves, 255)
		m.thaw(at)
		m.headOver = true
	}
}

// compare takes the difference to the picture before.
func (m *PictureMeter) compare(at time.Duration, luma []byte, stride int) {
	sum, moved := 0, 0
	for y := range m.height {
		row, before := luma[y*stride:][:m.width], m.prev[y*m.width:][:m.width]
		for x, v := range row {
			d := int(v) - int(before[x])
			if d < 0 {
				d = -d
			}
			sum += d
			if d > movedLuma {
				moved++
			}
		}
	}
	pixels := float64(m.width * m.height)
	mean := float64(sum) / pixels
	m.moves = append(m.moves, mean)
	if mean < frozenMean && float64(moved) < max(1, movedShare*pixels) {
		m.Frozen++
		if !m.freezing {
			m.freezing, m.freeze = true, at
		}
		return
	}
	if !m.headOver && len(m.times) > 1 {
		m.head = at
	}
	m.headOver = true
	m.thaw(at)
}

func (m *PictureMeter) thaw(at time.Duration) {
	if m.freezing {
		m.longest = max(m.longest, at-m.freeze)
		m.freezing = false
	}
}

// brighten ends a run of black pictures.
func (m *PictureMeter) brighten(at time.Duration) {
	if m.dimmed {
		m.darkness, m.dimmed = max(m.darkness, at-m.dim), false
	}
}

// look measures a picture by itself.
func (m *PictureMeter) look(luma []byte, stride int) {
	w, h := m.width, m.height
	sum, dark := 0, 0
	for y := range h {
		for _, v := range luma[y*stride:][:w] {
			sum += int(v)
			if v < blackLuma {
				dark++
			}
		}
	}
	pixels := w * h
	m.means = append(m.means, float64(sum)/float64(pixels))
	m.sharpness = append(m.sharpness, laplacianVariance(luma, stride, w, h))
	m.dark = append(m.dark, float64(dark) >= darkShare*float64(pixels))
	at := m.times[len(m.times)-1]
	if float64(dark) >= blackShare*float64(pixels) {
		m.Black++
		if !m.dimmed {
			m.dimmed, m.dim = true, at
		}
		return
	}
	m.brighten(at)
	for y := range h {
		row, top := luma[y*stride:][:w], m.brightest[y*w:][:w]
		for x, v := range row {
			top[x] = max(top[x], v)
		}
	}
}

// laplacianVariance is high where edges are sharp.
func laplacianVariance(luma []byte, stride, w, h int) float64 {
	if w < 3 || h < 3 {
		return 0
	}
	var sum, squares int64
	for y := 1; y < h-1; y++ {
		up, row, down := luma[(y-1)*stride:][:w], luma[y*stride:][:w], luma[(y+1)*stride:][:w]
		for x := 1; x < w-1; x++ {
			v := int64(up[x]) + int64(down[x]) + int64(row[x-1]) + int64(row[x+1]) - 4*int64(row[x])
			sum += v
			squares += v * v
		}
	}
	n := float64((w - 2) * (h - 2))
	mean := float64(sum) / n
	return float64(squares)/n - mean*mean
}

// Report fills in what the pictures say. end is the end of the last one; raster
// is the coded size the bars are reported in.
func (m *PictureMeter) Report(out *media.Measurements, end time.Duration, fps media.Rational, raster media.Raster) {
	n := len(m.times)
	if n == 0 {
		return
	}
	m.thaw(end)
	m.brighten(end)
	if !m.headOver && n > 1 {
		m.head = end // nothing ever moves
	}
	out.FrozenHead = media.FramesIn(m.head, fps)
	out.Decoded = media.Frames(n)
	out.Duration = end
	out.VariableRate = variableRate(m.times)
	out.BlackRatio = float64(m.Black) / float64(n)
	out.FrozenRatio = float64(m.Frozen) / float64(n)
	out.LongestFreeze, out.LongestBlack = media.FramesIn(m.longest, fps), media.FramesIn(m.darkness, fps)
	out.Sharpness = median(m.sharpness)
	out.Bars = m.bars(raster)
	cuts := m.cuts()
	for _, i := range cuts {
		out.HardCuts = append(out.HardCuts, media.FramesIn(m.times[i], fps))
	}
	out.Motion, out.Flicker = m.motion(cuts), m.flicker(cuts)
}

// cuts are the pictures that begin a new shot: unlike the one before, while
// their neighbours on either side are alike. A flash of one picture is none.
func (m *PictureMeter) cuts() []int {
	var cuts []int
	for i, d := range m.moves {
		around := 0.0
		if i > 0 {
			around = m.moves[i-1]
		}
		if i+1 < len(m.moves) {
			around = max(around, m.moves[i+1])
		}
		if d >= cutMean && d >= cutContrast*around {
			cuts = append(cuts, i+1)
		}
	}
	return cuts
}

// motion is the mean difference between neighbours, cuts left out.
func (m *PictureMeter) motion(cuts []int) float64 {
	sum, n := 0.0, 0
	for i, d := range m.moves {
		if !slices.Contains(cuts, i+1) {
			sum += d
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// flicker is how far a picture's mean luma lies from the line between its
// neighbours' on average; a fade is a line and counts nothing. Cuts are left out.
func (m *PictureMeter) flicker(cuts []int) float64 {
	sum, n := 0.0, 0
	for i := 1; i+1 < len(m.means); i++ {
		if slices.Contains(cuts, i) || slices.Contains(cuts, i+1) {
			continue
		}
		sum += math.Abs(m.means[i] - (m.means[i-1]+m.means[i+1])/2)
		n++
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// bars finds edges that are black in every picture, to about a 180th of the
// short side.
func (m *PictureMeter) bars(raster media.Raster) media.Bars {
	w, h := m.width, m.height
	if m.Black == len(m.times) || w == 0 || h == 0 {
		return media.Bars{} // all black has no bars
	}
	row := func(y int) bool {
		dark := 0
		for _, v := range m.brightest[y*w:][:w] {
			if v < blackLuma {
				dark++
			}
		}
		return float64(dark) >= barShare*float64(w)
	}
	column := func(x int) bool {
		dark := 0
		for y := range h {
			if m.brightest[y*w+x] < blackLuma {
				dark++
			}
		}
		return float64(dark) >= barShare*float64(h)
	}
	edge := func(side, full int, black func(int) bool, at func(int) int) int {
		n := 0
		for n < side && black(at(n)) {
			n++
		}
		if n == side || float64(n) < minBarShare*float64(side) {
			return 0
		}
		return n * full / side
	}
	forward := func(i int) int { return i }
	return media.Bars{
		Top:    edge(h, raster.Height, row, forward),
		Bottom: edge(h, raster.Height, row, func(i int) int { return h - 1 - i }),
		Left:   edge(w, raster.Width, column, forward),
		Right:  edge(w, raster.Width, column, func(i int) int { return w - 1 - i }),
	}
}

// variableRate says whether intervals differ by more than a tenth, a
// millisecond of a container's rounding forgiven.
func variableRate(times []time.Duration) bool {
	if len(times) < 3 {
		return false
	}
	var steps []time.Duration
	for i := 1; i < len(times); i++ {
		steps = append(steps, times[i]-times[i-1])
	}
	sorted := slices.Clone(steps)
	slices.Sort(sorted)
	usual := sorted[len(sorted)/2]
	slack := max(usual/10, 1100*time.Microsecond)
	return slices.ContainsFunc(steps, func(d time.Duration) bool { return (d - usual).Abs() > slack })
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}

// Shortest runs that are told of, in frames: shorter ones are nobody's fault.
const (
	leastBlack = 2
	leastStill = 6
)

// Runs says where so many frames that show the pictures are nearly black or nearly still.
// until is how many of them show pictures from before a time. "Nearly" is meant: who
// holds a finished file to it must find no run that coding made of these.
func (m *PictureMeter) Runs(until func(time.Duration) media.Frames, frames media.Frames) media.Runs {
	black, still := make([]bool, frames), make([]bool, frames)
	quiet := true // nothing moved since the picture that was shown last
	for i, t := range m.times {
		if i > 0 && m.moves[i-1] >= stillMean {
			quiet = false
		}
		from, to := min(max(until(t), 0), frames), frames
		if i == 0 {
			from = 0
		}
		if i+1 < len(m.times) {
			to = min(max(until(m.times[i+1]), 0), frames)
		}
		for n := from; n < to; n++ {
			black[n] = m.dark[i]
			still[n] = n > 0 && (quiet || n > from)
		}
		if to > from {
			quiet = true
		}
	}
	return media.Runs{Black: spans(black, leastBlack), Still: spans(still, leastStill)}
}

// spans are the runs of at least so many frames that are set.
func spans(set []bool, least media.Frames) [][2]media.Frames {
	var out [][2]media.Frames
	from := media.Frames(-1)
	for n := range media.Frames(len(set) + 1) {
		if n < media.Frames(len(set)) && set[n] {
			if from < 0 {
				from = n
			}
			continue
		}
		if from >= 0 && n-from >= least {
			out = append(out, [2]media.Frames{from, n})
		}
		from = -1
	}
	return out
}
