// Package retention decides what of a store may go, by a policy: it is given what lies
// there and what needs it, and says what goes and why. It is pure; whoever walks the store
// and removes objects is elsewhere.
package retention

import (
	"fmt"
	"time"
)

// Kind is what sort of thing goes. Its text is the policy's key.
type Kind string

// Kinds of things that may go.
const (
	// TakesNG are the clips of takes that are NG. Their records stay: they say what was
	// bought, for how much, and what was wrong.
	TakesNG Kind = "takes_ng"
	// Cuts are the files of delivered cuts that newer ones have replaced. Manifests stay.
	Cuts Kind = "cuts"
	// Mezzanines are conformed takes, with their renditions, that no kept cut shows.
	Mezzanines Kind = "mezzanines"
	// LookBook are pictures of sheets for which another one is approved.
	LookBook Kind = "look_book"
	// Scratch is what was left by work that did not come to its end.
	Scratch Kind = "scratch"
	// Answers are the Studio's answers by idempotency key, after they hold no more.
	Answers Kind = "answers"
)

// Kinds are all of them, in the order in which people are told.
func Kinds() []Kind { return []Kind{TakesNG, Cuts, Mezzanines, LookBook, Scratch, Answers} }

// Policy says how long things stay: days, and of Cuts how many cuts. 0 of anything keeps
// all of it.
type Policy struct {
	TakesNG    int `json:"takes_ng" yaml:"takes_ng"`     // days
	Cuts       int `json:"cuts" yaml:"cuts"`             // delivered cuts of an episode, the newest
	Mezzanines int `json:"mezzanines" yaml:"mezzanines"` // days
	LookBook   int `json:"look_book" yaml:"look_book"`   // days
	Scratch    int `json:"scratch" yaml:"scratch"`       // days
	Answers    int `json:"answers" yaml:"answers"`       // days
}

// Default removes nothing that was paid for, and nothing that was delivered.
func Default() Policy { return Policy{Mezzanines: 30, Scratch: 7, Answers: 2} }

// MaxDays bounds a policy's numbers.
const MaxDays = 36500

// Grace is how young nothing ever goes: what is being made has no record yet, and what a
// run has just found may not go before it is used.
const Grace = 24 * time.Hour

// Of is the policy's number for a kind.
func (p Policy) Of(k Kind) int {
	return map[Kind]int{
		TakesNG: p.TakesNG, Cuts: p.Cuts, Mezzanines: p.Mezzanines, LookBook: p.LookBook, Scratch: p.Scratch, Answers: p.Answers,
	}[k]
}

// Item is one thing that lies in a store, as much of it as goes together.
type Item struct {
	Kind Kind
	// Newest is when the youngest of its objects was written.
	Newest time.Time
	// Needed says by what it is needed; empty: by nothing that is known.
	Needed string
	// Newer is, of a cut, how many delivered cuts of its episode are newer.
	Newer int
	// Begun says that it was to go already, and did not go whole: its record says that it
	// is gone. Its age does not matter any more.
	Begun bool
}

// Young says that an item is kept by its age alone, whatever else is true of it: nothing
// need be read of it.
func (p Policy) Young(k Kind, newest, now time.Time) bool {
	n := p.Of(k)
	if n == 0 {
		return true
	}
	if k == Cuts {
		n = 0
	}
	return now.Sub(newest) < max(Grace, days(n))
}

// Goes says whether an item goes, and why it does or does not, in words.
func (p Policy) Goes(i Item, now time.Time) (goes bool, why string) {
	n := p.Of(i.Kind)
	switch {
	case i.Begun:
		return true, "its record says that it is gone"
	case n == 0:
		return false, "the policy keeps all"
	case i.Needed != "":
		return false, "needed by " + i.Needed
	case i.Kind == Cuts && i.Newer < n:
		return false, fmt.Sprintf("one of the last %d", n)
	case p.Young(i.Kind, i.Newest, now):
		return false, "too young"
	case i.Kind == Cuts:
		return true, fmt.Sprintf("%d newer cuts were delivered", i.Newer)
	}
	return true, fmt.Sprintf("%d days old", int(now.Sub(i.Newest)/days(1)))
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
