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

// limiter keeps a stereo stream's true peak under a ceiling. The level begins to
// give way limitReach before a peak, so nothing is clipped. What goes in comes
// out limitDelay pairs later.
type limiter struct {
	ceiling float32
	ip      interpolator
	tail    [media.Channels][peakTaps]float32

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
	for i := 0; i < len(pairs); i += 2 {
		pairs[i], pairs[i+1] = l.step(pairs[i], pairs[i+1])
	}
}

func (l *limiter) step(left, right float32) (float32, float32) {
	const mask = limitRing - 1
	at := l.n & mask
	l.delayed[2*at], l.delayed[2*at+1] = left, right

	// The interpolator looks at the pair half its length back.
	peak := max(l.peak(0, left), l.peak(1, right))
	need := float32(1)
	if peak > l.ceiling {
		need = l.ceiling / peak
	}
	l.need[at] = need
	for len(l.lowest) > 0 && l.need[l.lowest[len(l.lowest)-1]&mask] >= need {
		l.lowest = l.lowest[:len(l.lowest)-1]
	}
	l.lowest = append(l.lowest, l.n)
	if l.lowest[0] <= l.n-limitWindow {
		l.lowest = append(l.lowest[:0], l.lowest[1:]...)
	}
	// held may not rise above the lowest level needed around it.
	l.last = min(l.need[l.lowest[0]&mask], l.last+(1-l.last)*l.back)
	if l.last > 1-atRest {
		l.last = 1
		l.rest++
	} else {
		l.rest = 0
	}
	l.sum += float64(l.last) - float64(l.held[(l.n-limitWindow)&mask])
	if l.rest >= limitWindow {
		l.sum = limitWindow // without what additions have rounded
	}
	l.held[at] = l.last

	out := (l.n - limitDelay) & mask
	g := min(1, float32(l.sum/limitWindow))
	l.n++
	return l.delayed[2*out] * g, l.delayed[2*out+1] * g
}

// peak shifts a sample in and is the highest peak around the middle.
func (l *limiter) peak(channel int, v float32) float32 {
	t := &l.tail[channel]
	copy(t[:], t[1:])
	t[peakTaps-1] = v
	var top float32
	for _, s := range t {
		top = max(top, s, -s)
	}
	if top*l.ip.most <= l.ceiling {
		return 0
	}
	return l.ip.at(t)
}
