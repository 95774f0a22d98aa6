package sound

import (
	"math"

	"github.com/dailies/dailies/internal/media"
)

const (
	limitReach   = 2 * media.SampleRate / 1000   // pairs before and after a peak in which the level moves
	limitRelease = 100 * media.SampleRate / 1000 // pairs in which it comes two thirds of the way back
	limitWindow  = 2*limitReach + 1
	limitDelay   = 2*limitReach + peakTaps/2
	limitRing    = 512 // pairs kept; more than limitDelay+1
)

// atRest is how near to its full level a limiter is done: from there on what comes
// out does not depend on what was limited before.
const atRest = 1e-4

// limitBlock is how many pairs are limited at once.
const limitBlock = 128

// limiter keeps a stereo stream's true peak under a ceiling. The level begins to
// give way limitReach before a peak, so nothing is clipped. What goes in comes
// out limitDelay pairs later.
type limiter struct {
	ceiling float32
	ip      interpolator
	tail    [media.Channels][peakTaps + limitBlock]float32 // the last peakTaps samples come first

	n       int // pairs taken
	delayed [media.Channels * limitRing]float32
	need    [limitRing]float32 // the level each pair asks for
	held    [limitRing]float32 // the lowest around it, coming back slowly
	lowest  []int              // indices of need that may become the lowest, rising
	last    float32            // of held
	sum     float64            // of the last limitWindow of held
	back    float32
	rest    int // pairs since the level was last moved
}

// newLimiter makes a limiter for a ceiling in dBTP.
func newLimiter(ceiling float64) *limiter {
	l := &limiter{
		ceiling: float32(Ratio(ceiling)), ip: newInterpolator(),
		last: 1, sum: limitWindow, back: float32(1 - math.Exp(-1.0/limitRelease)),
	}
	for i := range l.held {
		l.held[i], l.need[i] = 1, 1
	}
	return l
}

// process limits pairs in place; what it writes is the stream limitDelay pairs
// ago.
func (l *limiter) process(pairs []float32) {
	for len(pairs) > 1 {
		n := min(limitBlock, len(pairs)/2)
		l.block(pairs[:2*n])
		pairs = pairs[2*n:]
	}
}

const limitMask = limitRing - 1

// block limits up to limitBlock pairs. In most blocks no sample is large enough to reach
// the ceiling, however it interpolates.
func (l *limiter) block(pairs []float32) {
	n := len(pairs) / 2
	var top float32
	for c := range l.tail {
		buf := &l.tail[c]
		for i := range n {
			buf[peakTaps+i] = pairs[2*i+c]
		}
		top = max(top, highest(buf[:peakTaps+n]))
	}
	at := 2 * (l.n & limitMask)
	if kept := copy(l.delayed[at:], pairs); kept < len(pairs) {
		copy(l.delayed[:], pairs[kept:])
	}
	switch quiet := top*l.ip.most <= l.ceiling; {
	case quiet && l.rest >= limitWindow:
		l.pass(pairs)
	case quiet && (len(l.lowest) == 0 || l.need[l.lowest[0]&limitMask] == 1):
		l.recover(pairs)
	default:
		for i := range n {
			var peak float32
			if !quiet {
				// The interpolator looks at the pair half its length back.
				peak = max(l.peak((*[peakTaps]float32)(l.tail[0][i+1:])), l.peak((*[peakTaps]float32)(l.tail[1][i+1:])))
			}
			pairs[2*i], pairs[2*i+1] = l.step(peak)
		}
	}
	for c := range l.tail {
		copy(l.tail[c][:peakTaps], l.tail[c][n:n+peakTaps])
	}
}

// pass is block where nothing is to be limited, and has not been for so long that the
// level rests.
func (l *limiter) pass(pairs []float32) {
	for i := 0; i < len(pairs); i += 2 {
		at, out := l.n&limitMask, (l.n-limitDelay)&limitMask
		l.need[at], l.held[at] = 1, 1
		pairs[i], pairs[i+1] = l.delayed[2*out], l.delayed[2*out+1]
		l.n++
	}
	l.rest += len(pairs) / 2
	l.lowest = append(l.lowest[:0], l.n-1)
}

// recover is block where nothing is to be limited, and the level comes back.
func (l *limiter) recover(pairs []float32) {
	for i := 0; i < len(pairs); i += 2 {
		at, out := l.n&limitMask, (l.n-limitDelay)&limitMask
		l.need[at] = 1
		g := l.move(at, min(1, l.last+(1-l.last)*l.back))
		pairs[i], pairs[i+1] = l.delayed[2*out]*g, l.delayed[2*out+1]*g
		l.n++
	}
	l.lowest = append(l.lowest[:0], l.n-1)
}

// step limits the pair that was taken last, around whose middle the highest peak is peak.
func (l *limiter) step(peak float32) (float32, float32) {
	at := l.n & limitMask
	need := float32(1)
	if peak > l.ceiling {
		need = l.ceiling / peak
	}
	l.need[at] = need
	for len(l.lowest) > 0 && l.need[l.lowest[len(l.lowest)-1]&limitMask] >= need {
		l.lowest = l.lowest[:len(l.lowest)-1]
	}
	l.lowest = append(l.lowest, l.n)
	if l.lowest[0] <= l.n-limitWindow {
		l.lowest = append(l.lowest[:0], l.lowest[1:]...)
	}
	// held may not rise above the lowest level needed around it.
	g := l.move(at, min(l.need[l.lowest[0]&limitMask], l.last+(1-l.last)*l.back))
	out := (l.n - limitDelay) & limitMask
	l.n++
	return l.delayed[2*out] * g, l.delayed[2*out+1] * g
}

// move moves the level, and is the gain of what comes out now.
func (l *limiter) move(at int, last float32) float32 {
	l.last = last
	if l.last > 1-atRest {
		l.last = 1
		l.rest++
	} else {
		l.rest = 0
	}
	l.sum += float64(l.last) - float64(l.held[(l.n-limitWindow)&limitMask])
	if l.rest >= limitWindow {
		l.sum = limitWindow // without what additions have rounded
	}
	l.held[at] = l.last
	return min(1, float32(l.sum/limitWindow))
}

// peak is the highest peak around the middle of the window, where it is worth looking.
func (l *limiter) peak(t *[peakTaps]float32) float32 {
	if highest(t[:])*l.ip.most <= l.ceiling {
		return 0
	}
	return l.ip.at(t)
}
