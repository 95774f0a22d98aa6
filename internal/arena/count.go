package arena

import (
	"cmp"
	"slices"
)

// Why is why a vote does not count, in words; empty: it counts.
type Why string

// Why a vote does not count. The first four are known when it is cast, the rest when
// all votes are seen together.
const (
	WhySkip     Why = "it was skipped"
	WhyKnown    Why = "the person saw whose take it is"
	WhyLoop     Why = "it was cast before both takes had been seen once whole"
	WhyOpened   Why = "the person had opened the shot's takes in the 24 hours before"
	WhyRetake   Why = "the pair is a retake's: the first model had failed at the shot"
	WhyTry      Why = "the pair is of a model that was tried: its shots were picked, and the other take was chosen"
	WhyVoid     Why = "the pair was withdrawn"
	WhyUnknown  Why = "the pair is not known"
	WhyLater    Why = "the person voted on the pair again"
	WhyDisagree Why = "the person agrees with themself in fewer than 6 of 10 repeats"
)

// CastWhys are those that are known when a vote is cast.
func CastWhys() []Why { return []Why{WhySkip, WhyKnown, WhyLoop, WhyOpened} }

const (
	// leastAgreement is how often a person must agree with themself on pairs that are
	// shown to them twice.
	leastAgreement = 0.6
	// leastRepeats is from how many repeats on that says anything: of fewer a person of
	// the best eye may miss the mark by chance.
	leastRepeats = 5
)

// Counted is a vote, the pair that it is about, and whether it counts.
type Counted struct {
	Vote
	Of  Pair `json:"-"` // zero: not known
	Why Why  `json:"why,omitempty"`
}

// Count says of each vote whether it counts, in the order of time.
func Count(pairs []Pair, votes []Vote) []Counted {
	byID := make(map[string]Pair, len(pairs))
	for _, p := range pairs {
		byID[p.ID] = p
	}
	all := make([]Counted, len(votes))
	for i, v := range votes {
		p, known := byID[v.Pair]
		all[i] = Counted{Vote: v, Of: p, Why: why(v, p, known)}
	}
	slices.SortStableFunc(all, func(x, y Counted) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID))
	})
	blind := unsteady(all)
	type ballot struct{ by, pair string }
	last := make(map[ballot]int)
	for i, c := range all {
		switch {
		case c.Why != "":
		case blind[c.By]:
			all[i].Why = WhyDisagree
		default:
			if before, ok := last[ballot{c.By, c.Pair}]; ok {
				all[before].Why = WhyLater
			}
			last[ballot{c.By, c.Pair}] = i
		}
	}
	return all
}

// why is what a vote alone tells.
func why(v Vote, p Pair, known bool) Why {
	switch {
	case v.Choice == Skip:
		return WhySkip
	case v.Choice == Known:
		return WhyKnown
	case v.Void != "":
		return v.Void
	case !known:
		return WhyUnknown
	case p.Void != "":
		return WhyVoid
	case p.Origin == Try:
		return WhyTry
	case p.Origin != Bakeoff:
		return WhyRetake
	}
	return ""
}

// unsteady are the people who do not agree with themselves: see Agreement.
func unsteady(all []Counted) map[string]bool {
	out := make(map[string]bool)
	for by, a := range agreements(all) {
		out[by] = a.Repeats >= leastRepeats && a.Share() < leastAgreement
	}
	return out
}

// Agreement is how far a person agrees with themself on pairs that were shown to
// them again with the sides exchanged.
type Agreement struct {
	Repeats int
	points  float64
}

// Share is 0..1; 0 where there were no repeats.
func (a Agreement) Share() float64 {
	if a.Repeats == 0 {
		return 0
	}
	return a.points / float64(a.Repeats)
}

// agreements compares each repeat with the vote before it. all is in order of time;
// votes that do not count are left out.
func agreements(all []Counted) map[string]Agreement {
	type ballot struct{ by, pair string }
	before := make(map[ballot]float64)
	out := make(map[string]Agreement)
	for _, c := range all {
		now, ok := c.forA()
		if c.Why != "" || !ok {
			continue
		}
		key := ballot{c.By, c.Pair}
		if first, ok := before[key]; ok && c.Mirror {
			a := out[c.By]
			a.Repeats++
			a.points += 1 - max(first-now, now-first)
			out[c.By] = a
		}
		before[key] = now
	}
	return out
}

// Agreements are those of all who were shown pairs again, by person.
func Agreements(pairs []Pair, votes []Vote) map[string]Agreement {
	all := Count(pairs, votes)
	for i := range all {
		if all[i].Why == WhyLater || all[i].Why == WhyDisagree {
			all[i].Why = ""
		}
	}
	return agreements(all)
}
