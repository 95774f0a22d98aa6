package sound

import (
	"cmp"
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
	musicStands = 11.0                           // dB by which a tone stands out of their median
	musicFloor  = -75.0                          // dBFS under which nothing is a tone
	musicHolds  = 8.0                            // cents by which a tone may waver
	musicNear   = 10                             // hops before and after in which a tone is looked for again …
	musicHeld   = 8                              // … and in how many of all these it is there, if it is held
	musicTuned  = 10.0                           // cents within which a tone is an overtone
	musicDeep   = 6155.0                         // cents over 1 Hz, 35 Hz: no voice or string is deeper
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
	hops    [][]float64 // the pitches of the tones of each, rising
}

// tone is a peak of the spectrum: its pitch in cents over 1 Hz, and its power.
type tone struct{ pitch, power float64 }

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
	var around [2 * (musicAround - musicOwn)]float64
	for i := musicLow; i < musicHigh; i++ {
		if p[i] <= floor || p[i] <= p[i-1] || p[i] < p[i+1] {
			continue
		}
		copy(around[:], p[i-musicAround:i-musicOwn])
		copy(around[musicAround-musicOwn:], p[i+musicOwn+1:i+musicAround+1])
		slices.Sort(around[:])
		if p[i] < ratio*max(around[len(around)/2], floor/1000) {
			continue
		}
		a, b, c := math.Log(p[i-1]), math.Log(p[i]), math.Log(p[i+1])
		shift := 0.5 * (a - c) / (a - 2*b + c)
		tones = append(tones, tone{pitch: 1200 * math.Log2((float64(i)+shift)*musicRate/musicWindow), power: p[i]})
	}
	slices.SortFunc(tones, func(a, b tone) int { return cmp.Compare(b.power, a.power) })
	pitches := make([]float64, 0, musicTones)
	for _, t := range tones[:min(len(tones), musicTones)] {
		pitches = append(pitches, t.pitch)
	}
	slices.Sort(pitches)
	m.hops = append(m.hops, pitches)
}

// Share is how much of what was heard, 0..1, has the tones of music.
func (m *Music) Share() float64 {
	n := 0
	for i := range m.hops {
		if several(m.stands(i)) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(m.hops)))
}

// stands are the tones of a hop that are there before and after it too.
func (m *Music) stands(n int) (held []float64) {
	from, to := max(0, n-musicNear), min(len(m.hops), n+musicNear+1)
	for _, pitch := range m.hops[n] {
		there := 0
		for _, hop := range m.hops[from:to] {
			if i, _ := slices.BinarySearch(hop, pitch-musicHolds); i < len(hop) && hop[i] <= pitch+musicHolds {
				there++
			}
		}
		if there >= musicHeld {
			held = append(held, pitch)
		}
	}
	return held
}

// several says whether tones are more than one with its overtones.
func several(pitches []float64) bool {
	if len(pitches) < 3 {
		return false
	}
	// The fundamental may be missing, and each overtone a little beside its place.
	for _, own := range pitches[:min(len(pitches), 4)] {
		for part := 1.0; part <= 12; part++ {
			base := own - 1200*math.Log2(part)
			if base < musicDeep {
				break
			}
			strange := 0
			for _, p := range pitches {
				n := max(1, math.Round(math.Exp2((p-base)/1200)))
				if math.Abs(p-base-1200*math.Log2(n)) > musicTuned {
					strange++
				}
			}
			if strange <= len(pitches)/4 {
				return false
			}
		}
	}
	return true
}
