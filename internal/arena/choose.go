package arena

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// ErrNoPair: there is nothing that this person has not voted on.
var ErrNoPair = errors.New("there is no pair to vote on")

const (
	// repeatShare of the showings are of a pair that the person has voted on, mirrored.
	repeatShare = 20 // one in
	// repeatGap is how many votes of theirs must lie between: the first is forgotten.
	repeatGap = 10
	// fairShare bounds a model's showings, in means of all: the boards were found to
	// favour those that they showed most (arXiv 2504.20879).
	fairShare = 2
)

// Showing is a pair as it is shown.
type Showing struct {
	Pair   Pair
	Left   Side
	Mirror bool // the person has seen it with the sides exchanged
}

// Choose says which pair to show a person next: of two models whose difference is
// the least sure, over a shot that is drawn evenly; no model more than twice as often
// as the mean; now and then one that they have voted on, mirrored. What is tried comes
// first: somebody waits for it, and it is a handful. Pairs of retakes come when no bake-off
// is left. Both are told apart and never ranked. blocked says what
// must not be shown to them; random is crypto/rand.Reader, and something else only
// in tests. ErrNoPair, and what random says.
func Choose(pairs []Pair, votes []Vote, person string, now time.Time, blocked func(Pair) bool, random io.Reader) (Showing, error) {
	dice := dice{random}
	all := Count(pairs, votes)
	mirror, err := dice.below(repeatShare)
	if err != nil {
		return Showing{}, err
	}
	if mirror == 0 {
		if s, ok, err := again(pairs, all, person, blocked, dice); ok || err != nil {
			return s, err
		}
	}
	seen := make(map[string]bool)
	for _, c := range all {
		seen[c.Pair] = seen[c.Pair] || c.By == person && c.Choice != Skip
	}
	var origin Origin
	var open []Pair
	for _, origin = range []Origin{Try, Bakeoff, Retake} {
		open = slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool {
			return p.Void != "" || p.Origin != origin || p.A.Model == p.B.Model || seen[p.ID] || blocked(p)
		})
		if len(open) > 0 {
			break
		}
	}
	if len(open) == 0 {
		return Showing{}, ErrNoPair
	}
	open = widest(fair(open, exposure(pairs, all, origin)), all, now)
	i, err := dice.below(len(open))
	if err != nil {
		return Showing{}, err
	}
	side, err := dice.side()
	return Showing{Pair: open[i], Left: side}, err
}

// exposure is how often each model was shown in pairs of an origin, whatever came of it.
func exposure(pairs []Pair, all []Counted, origin Origin) map[string]int {
	shown := make(map[string]int)
	byID := make(map[string]Pair, len(pairs))
	for _, p := range pairs {
		if p.Origin == origin {
			byID[p.ID] = p
			shown[p.A.Model] += 0
			shown[p.B.Model] += 0
		}
	}
	for _, c := range all {
		if p, ok := byID[c.Pair]; ok {
			shown[p.A.Model]++
			shown[p.B.Model]++
		}
	}
	return shown
}

// again finds a pair to show to the person once more.
func again(pairs []Pair, all []Counted, person string, blocked func(Pair) bool, dice dice) (Showing, bool, error) {
	var own []Counted
	twice := make(map[string]bool)
	for _, c := range all {
		if c.By != person || c.Why != "" && c.Why != WhyLater && c.Why != WhyDisagree {
			continue
		}
		own = append(own, c)
		twice[c.Pair] = twice[c.Pair] || c.Mirror
	}
	own = own[:max(len(own)-repeatGap, 0)]
	own = slices.DeleteFunc(own, func(c Counted) bool { return twice[c.Pair] || blocked(c.Of) })
	if len(own) == 0 {
		return Showing{}, false, nil
	}
	i, err := dice.below(len(own))
	if err != nil {
		return Showing{}, false, err
	}
	c := own[i]
	j := slices.IndexFunc(pairs, func(p Pair) bool { return p.ID == c.Pair })
	return Showing{Pair: pairs[j], Left: c.Left.Other(), Mirror: true}, true, nil
}

// fair leaves out pairs of models that were shown too often, unless all are.
func fair(open []Pair, shown map[string]int) []Pair {
	sum := 0
	for _, n := range shown {
		sum += n
	}
	often := func(model string) bool { return shown[model]*len(shown) > fairShare*sum }
	out := slices.DeleteFunc(slices.Clone(open), func(p Pair) bool { return often(p.A.Model) || often(p.B.Model) })
	if len(out) == 0 {
		return open
	}
	return out
}

// widest keeps the pairs of the two models whose difference is the least sure.
func widest(open []Pair, all []Counted, now time.Time) []Pair {
	b := gather(all, now)
	for _, p := range open { // those who have not played yet are the least sure of all
		for _, m := range []string{p.A.Model, p.B.Model} {
			if _, ok := b.index[m]; !ok {
				b.index[m] = len(b.models)
				b.models = append(b.models, m)
			}
		}
	}
	s, played := newSums(len(b.models)), len(b.facts)
	for _, g := range b.games() {
		for _, c := range g.cells {
			l, r := c.at/played, c.at%played
			s.games[l*s.n+r] += c.games
			s.points[l*s.n+r] += c.points
		}
	}
	mean := prior{weight: meanGames}
	f := s.unsure(s.fit(mean, nil), mean)
	spread := func(p Pair) float64 { return f.spread(b.index[p.A.Model], b.index[p.B.Model]) }
	most := 0.0
	for _, p := range open {
		most = max(most, spread(p))
	}
	const same = 1e-9
	return slices.DeleteFunc(open, func(p Pair) bool { return spread(p) < most-same })
}

// dice draws evenly from a source of random bytes.
type dice struct{ random io.Reader }

// below is 0..n-1.
func (d dice) below(n int) (int, error) {
	size := uint64(n)
	// What is left over above the last whole multiple of n would favour the first.
	limit := ^uint64(0) - ^uint64(0)%size
	for {
		var b [8]byte
		if _, err := io.ReadFull(d.random, b[:]); err != nil {
			return 0, fmt.Errorf("draw a pair: %w", err)
		}
		if v := binary.BigEndian.Uint64(b[:]); v < limit {
			return int(v % size), nil // below n
		}
	}
}

func (d dice) side() (Side, error) {
	i, err := d.below(2)
	if i == 0 {
		return SideA, err
	}
	return SideB, err
}
