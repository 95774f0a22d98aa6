package sound

import (
	"math"
	"slices"

	"github.com/dailies/dailies/internal/media"
)

// Music is heard by what speech, weather and things that happen do not have: several
// tones at once that hold their pitch and are no overtones of one another. It says so of
// about every eighth of a second.
const (
	musicDown   = 6                              // of 48 kHz is left 8, as far as melodies reach
	musicRate   = media.SampleRate / musicDown   // Hz
	musicTaps   = 8*musicDown + 1                // of the low-pass before it
	musicWindow = 2048                           // a quarter of a second, in which tones are told apart
	musicHop    = musicWindow / 2                //
	musicLow    = 90 * musicWindow / musicRate   // the lowest frequency that is looked at
	musicHigh   = 3000 * musicWindow / musicRate // and the highest
	musicAround = 14                             // what a tone is held against, on each side
	musicOwn    = 3                              // what of that is the tone itself
	musicStands = 12.0                           // dB by which a tone stands out of it
	musicFloor  = -75.0                          // dBFS under which nothing is a tone
	musicHolds  = 14.0                           // cents by which a tone may waver from hop to hop
	musicHeld   = 3                              // hops for which a tone is held
	musicTuned  = 6.0                            // cents within which a tone is an overtone
	musicTones  = 40                             // of a hop, the strongest ones
	maxMusic    = 600 * musicRate / musicHop     // hops of the longest clip
)

// A Music finds music in interleaved pairs of 48 kHz stereo. It wants NewMusic.
type Music struct {
	low     []float64 // the low-pass
	past    []float64 // what it has still to go over, mono
	skip    int       // samples until the next of the lower rate
	window  []float64
	fourier *fourier
	held    []float64 // the lower rate's samples that wait
	frame   []float64
	powers  []float64
	hops    [][]tone
}

// tone is a peak of the spectrum.
type tone struct {
	hz, power float64
	from      int // the hop since which it is held
	long      int // hops that it lasts in all
}

// NewMusic makes a Music that has heard nothing.
func NewMusic() *Music {
	m := &Music{
		low: make([]float64, musicTaps), window: make([]float64, musicWindow), fourier: newFourier(musicWindow),
		frame: make([]float64, musicWindow), powers: make([]float64, musicWindow/2),
	}
	sum := 0.0
	for i := range m.low {
		x := float64(i-musicTaps/2) / musicDown * 0.9 // cut off a little under half the rate
		m.low[i] = 0.5 + 0.5*math.Cos(2*math.Pi*float64(i-musicTaps/2)/(musicTaps+1))
		if x != 0 {
			m.low[i] *= math.Sin(math.Pi*x) / (math.Pi * x)
		}
		sum += m.low[i]
	}
	for i := range m.low {
		m.low[i] /= sum
	}
	for i := range m.window {
		m.window[i] = (0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/musicWindow)) / (musicWindow / 4) // a sine of 1 has power 1
	}
	return m
}

// Add listens to more.
func (m *Music) Add(pairs []float32) {
	for i := 0; i+1 < len(pairs); i += media.Channels {
		m.past = append(m.past, float64(pairs[i]+pairs[i+1])/2)
	}
	at := m.skip
	for ; at+musicTaps <= len(m.past); at += musicDown {
		v := 0.0
		for i, c := range m.low {
			v += c * m.past[at+i]
		}
		m.held = append(m.held, v)
	}
	m.skip = 0
	if at >= len(m.past) {
		m.skip, at = at-len(m.past), len(m.past)
	}
	m.past = append(m.past[:0], m.past[at:]...)
	n := 0
	for ; n+musicWindow <= len(m.held); n += musicHop {
		m.hop(m.held[n : n+musicWindow])
	}
	m.held = append(m.held[:0], m.held[n:]...)
}

// hop notes the tones of a quarter of a second.
func (m *Music) hop(x []float64) {
	if len(m.hops) == maxMusic {
		return
	}
	for i, v := range x {
		m.frame[i] = v * m.window[i]
	}
	m.fourier.power(m.frame, m.powers)
	p := m.powers
	floor := math.Pow(10, musicFloor/10)
	ratio := math.Pow(10, musicStands/10)
	var tones []tone
	sum := 0.0 // of p around i
	for i := musicLow - musicAround; i < musicLow+musicAround; i++ {
		sum += p[i]
	}
	for i := musicLow; i < musicHigh; i++ {
		sum += p[i+musicAround]
		own := 0.0
		if p[i] > floor && p[i] > p[i-1] && p[i] >= p[i+1] {
			for j := i - musicOwn; j <= i+musicOwn; j++ {
				own += p[j]
			}
			if around := (sum - own) / (2 * (musicAround - musicOwn)); p[i] > ratio*max(around, floor/100) {
				a, b, c := math.Log(p[i-1]), math.Log(p[i]), math.Log(p[i+1])
				shift := 0.5 * (a - c) / (a - 2*b + c)
				tones = append(tones, tone{hz: (float64(i) + shift) * musicRate / musicWindow, power: p[i]})
			}
		}
		sum -= p[i-musicAround]
	}
	slices.SortFunc(tones, func(a, b tone) int { return int(math.Copysign(1, b.power-a.power)) })
	tones = slices.Clone(tones[:min(len(tones), musicTones)])
	n := len(m.hops)
	for i := range tones {
		t := &tones[i]
		t.from = n
		if n == 0 {
			continue
		}
		for _, b := range m.hops[n-1] {
			if math.Abs(cents(t.hz, b.hz)) <= musicHolds {
				t.from = b.from
				break
			}
		}
	}
	m.hops = append(m.hops, tones)
}

// cents is the interval between two frequencies in hundredths of a semitone.
func cents(a, b float64) float64 { return 1200 * math.Log2(a/b) }

// Share is how much of what was heard, 0..1, has the tones of music.
func (m *Music) Share() float64 {
	held := m.heldTones()
	n := 0
	for _, tones := range held {
		if several(tones) {
			n++
		}
	}
	if len(held) == 0 {
		return 0
	}
	if Debug != nil {
		for i, tones := range held {
			Debug(i, several(tones), tones)
		}
	}
	return float64(n) / float64(len(held))
}

var Debug func(...any)

// heldTones are those of each hop that are held long enough, before it and after.
func (m *Music) heldTones() [][]float64 {
	out := make([][]float64, len(m.hops))
	for n := len(m.hops) - 1; n >= 0; n-- {
		for i := range m.hops[n] {
			t := &m.hops[n][i]
			t.long = max(t.long, n-t.from+1)
			if t.from < n { // hand it on to the hop before
				for j := range m.hops[n-1] {
					if b := &m.hops[n-1][j]; math.Abs(cents(t.hz, b.hz)) <= musicHolds {
						b.long = max(b.long, t.long)
						break
					}
				}
			}
			if t.long >= musicHeld {
				out[n] = append(out[n], t.hz)
			}
		}
	}
	return out
}

// several says whether tones are more than one with its overtones.
func several(tones []float64) bool {
	if len(tones) < 3 {
		return false
	}
	low := slices.Min(tones)
	// The fundamental may be missing, and so may every other overtone.
	for part := 1; part <= 12; part++ {
		base := low / float64(part)
		if base < 35 {
			break
		}
		strange := 0
		for _, hz := range tones {
			n := max(1, math.Round(hz/base))
			if math.Abs(cents(hz, n*base)) > musicTuned {
				strange++
			}
		}
		if strange <= len(tones)/8 {
			return false
		}
	}
	return true
}
