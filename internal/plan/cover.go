package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Cover says whether voices can speak the lines of a shot over a take that says other
// words, and what that costs.
type Cover struct {
	Prices []drama.Money // of lines that nobody has spoken yet, each in its voice's currency
	Why    string        // they cannot; empty: they can
}

// cover plans that the lines of a shot may be spoken over its takes, where the season asks
// for that: it may cost what the voices take, once. It gives what it adds to the sums.
func (b *builder) cover(s *Shot) (low, high int64) {
	c, ok := b.in.Covers[s.Slate]
	if !ok {
		return 0, 0
	}
	made := s.Action == Make && slices.ContainsFunc(s.Routes, s.Speaks)
	used := s.Action == Reuse && s.Over
	if !made && !used {
		return 0, 0
	}
	if c.Why != "" {
		told := func(p Problem) bool { return strings.Contains(p.Message, ": "+c.Why+";") }
		if made && b.in.Listener != nil && !slices.ContainsFunc(b.plan.Warnings, told) { // else nobody hears what it says, or it was said
			b.warn(s.Position, s.Slate, fmt.Sprintf("listen: voice_over, but the lines of shot %s cannot be spoken over a take: %s; takes that say other words are made anew", s.Slate, c.Why))
		}
		return 0, 0
	}
	s.Over = true
	for _, price := range c.Prices {
		in, err := b.in.Exchange.Convert(price, b.currency)
		if err != nil {
			b.problem(s.Position, s.Slate, fmt.Sprintf("the voices of shot %s: %v", s.Slate, err))
			return 0, 0
		}
		s.OverPrice = drama.Money{Micros: s.OverPrice.Micros + in.Micros, Currency: b.currency}
	}
	switch {
	case used:
		return s.OverPrice.Micros, s.OverPrice.Micros
	case b.in.Listener == nil:
		return 0, 0
	}
	return 0, s.OverPrice.Micros
}
