// Package voice is the contract for speech: one line in, one sound file out.
// Implementations live in folders beside it (espeak, …). It is not a mixer:
// where a line lies in its shot is decided by drama and the timeline.
package voice

import "context"

// Request is one line to be spoken.
type Request struct {
	Text     string
	Language string // BCP 47
	Name     string // the voice's own name; empty: the adapter's default for the language
	Rate     int    // words a minute; 0: the voice's own
	Pitch    int    // 0..99; 0: the voice's own
	Tone     string // direction in words, for voices that take any
}

// Speech is a spoken line.
type Speech struct {
	// Samples is mono 16-bit PCM at Rate Hz, trimmed of leading and trailing silence.
	Samples []int16
	Rate    int
	// Clauses are exact spans in samples of the text's clauses, in order, where
	// the voice knows them; nil otherwise.
	Clauses []Clause
}

// Clause is a span of the text as spoken.
type Clause struct {
	Text     string
	From, To int // samples
}

// A Linguist is a Speaker whose vendor says which languages it speaks. Languages are
// BCP 47 primary subtags, in order; nil: the vendor does not say, or has no end of
// them. It reaches out to nobody.
type Linguist interface {
	Languages() []string
}

// A Speaker speaks lines. Speak MUST honour ctx and MUST give the same samples
// for the same request where Deterministic says so. It errs with words that say
// whose fault it is; a missing voice names the nearest that exists.
type Speaker interface {
	Name() string
	Deterministic() bool
	Speak(ctx context.Context, r Request) (Speech, error)
}
