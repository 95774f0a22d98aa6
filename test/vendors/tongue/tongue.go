// Package tongue is how emulated vendors speak and listen. A word is a chord of tones,
// one after another, that survives a codec, a new rate, another loudness and a cut
// between words; who listens reads it from the sound alone. It is no part of the program.
package tongue

import (
	"math"
	"strings"
	"sync"
	"time"
	"unicode"
)

// A word is a mark and four digits of sixteen tones: three say which word, and the last
// is their sum. Of a word that was cut into, the sum does not fit.
const (
	symbol = 40 * time.Millisecond
	digits = 4
	base   = 16
	// Length is how long a word lasts. A Chinese character is a word.
	Length = (digits + 1) * symbol
	most   = base * base * base
)

// lowest is the mark's tone, Hz, and the digits' are so far apart above it.
const (
	lowest = 500.0
	apart  = 150.0
)

// Word is a word that was heard.
type Word struct {
	Text string
	At   time.Duration // from the beginning of the sound; it lasts Length
}

// Tongue is the words that are known, by number. Its methods are safe for concurrent use.
type Tongue struct {
	mu    sync.Mutex
	words []string
	known map[string]int
}

// number is a word's.
func (t *Tongue) number(word string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = map[string]int{}
	}
	n, ok := t.known[word]
	if !ok {
		if n = len(t.words); n == most {
			panic("tongue: too many words")
		}
		t.words, t.known[word] = append(t.words, word), n
	}
	return n
}

func (t *Tongue) word(n int) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n >= len(t.words) {
		return "", false
	}
	return t.words[n], true
}

// Words are a text's, in order: Chinese characters alone, others between spaces, without
// their punctuation.
func Words(text string) []string {
	var all []string
	var b strings.Builder
	end := func() {
		if b.Len() > 0 {
			all = append(all, b.String())
		}
		b.Reset()
	}
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			end()
			all = append(all, string(r))
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '\'', r == '’':
			b.WriteRune(r)
		default:
			end()
		}
	}
	end()
	return all
}

// Lasts is how long a text lasts when it is spoken.
func Lasts(text string) time.Duration { return time.Duration(len(Words(text))) * Length }

// Say speaks a text into a sound of a rate, Hz, from a moment on; what is longer than the
// sound is not said.
func (t *Tongue) Say(into []float64, rate int, at time.Duration, text string) {
	for i, word := range Words(text) {
		n := t.number(word)
		code := [digits]int{n / base / base % base, n / base % base, n % base}
		code[digits-1] = sum(code)
		begin := at + time.Duration(i)*Length
		tone(into, rate, begin, lowest)
		for k, d := range code {
			tone(into, rate, begin+time.Duration(k+1)*symbol, lowest+apart*float64(d+1))
		}
	}
}

// sum is the check digit of a code.
func sum(code [digits]int) int {
	s := 5
	for _, d := range code[:digits-1] {
		s = s*7 + d
	}
	return s % base
}

// tone is one symbol, faded in and out so that it does not click.
func tone(into []float64, rate int, at time.Duration, hz float64) {
	from, n := samples(at, rate), samples(symbol, rate)
	for i := range n {
		if from+i >= len(into) {
			return
		}
		fade := math.Sin(math.Pi * (float64(i) + 0.5) / float64(n))
		into[from+i] += 0.5 * math.Sqrt(fade) * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
	}
}

func samples(d time.Duration, rate int) int {
	return int(int64(d) * int64(rate) / int64(time.Second))
}

// Hear writes down the words in a sound of a rate, Hz. A word that is not whole is not
// heard.
func (t *Tongue) Hear(sound []int16, rate int) []Word {
	var heard []Word
	step := samples(5*time.Millisecond, rate)
	whole := samples(Length, rate)
	for at := 0; at+whole <= len(sound); {
		n, ok := read(sound[at:at+whole], rate)
		word, known := t.word(n)
		if !ok || !known {
			at += step
			continue
		}
		heard = append(heard, Word{Text: word, At: time.Duration(at) * time.Second / time.Duration(rate)})
		at += whole - 2*step // the next may begin a little before this one is over, as it was found
	}
	return heard
}

// read is the number in a sound of a word's length; false: there is none.
func read(sound []int16, rate int) (int, bool) {
	n := samples(symbol, rate)
	var code [digits]int
	for k := range digits + 1 {
		edge := n / 5 // a codec smears a tone into its neighbours
		d, ok := loudest(sound[k*n+edge:(k+1)*n-edge], rate)
		switch {
		case !ok, (d == 0) != (k == 0):
			return 0, false
		case k > 0:
			code[k-1] = d - 1
		}
	}
	return (code[0]*base+code[1])*base + code[2], code[digits-1] == sum(code)
}

// loudest is the tone of a sound, 0 for the mark; false where none stands out.
func loudest(sound []int16, rate int) (int, bool) {
	all := 0.0
	for _, v := range sound {
		all += float64(v) * float64(v)
	}
	if all/float64(len(sound)) < 100*100 {
		return 0, false
	}
	best, power := 0, 0.0
	for d := range base + 1 {
		if p := goertzel(sound, rate, lowest+apart*float64(d)); p > power {
			best, power = d, p
		}
	}
	// A pure tone of n samples has n/2 times its energy at its own frequency.
	return best, power > 0.6*all*float64(len(sound))/2
}

// goertzel is the power of a frequency in a sound.
func goertzel(sound []int16, rate int, hz float64) float64 {
	c := 2 * math.Cos(2*math.Pi*hz/float64(rate))
	a, b := 0.0, 0.0
	for _, v := range sound {
		a, b = float64(v)+c*a-b, a
	}
	return a*a + b*b - c*a*b
}
