package said

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// op is what became of units.
type op int

const (
	same  op = iota // as wanted
	alike           // another spelling of what may sound the same
	swap            // something else
	omit            // wanted, not heard
	add             // heard, not wanted
)

// A step says what became of wanted units [wantFrom, wantTo), by heard ones.
type step struct {
	op               op
	wantFrom, wantTo int
	gotFrom, gotTo   int
}

// likeness is how many of a word's letters may differ for it to be the same word
// misheard: closed and close, their and there; of a long one more.
const (
	likeness     = 0.4
	longLikeness = 0.5
	longWord     = 6 // letters
)

func similar(a, b unit) bool {
	if a.sound != "" && a.sound == b.sound && negation(a) == negation(b) {
		return true
	}
	x, y := utf8.RuneCountInString(a.key), utf8.RuneCountInString(b.key)
	if 2*min(x, y) < max(x, y) {
		return false
	}
	d := distance(a.key, b.key)
	return d <= likeness || d <= longLikeness && max(x, y) >= longWord
}

// Costs of an alignment, in parts of a syllable.
const (
	syllable = 60
	impure   = 5 // of two that are alike, besides their distance, and of a filler
)

// align finds the cheapest way from what is wanted to what was heard: units are kept,
// replaced, left out or added, and two words may stand for one that is written
// together (every one, everyone).
func align(want, got []unit) []step {
	n, m := len(want), len(got)
	cost := make([]int32, (n+1)*(m+1))
	how := make([]uint8, (n+1)*(m+1)) // index of moves
	at := func(i, j int) int { return i*(m+1) + j }
	for i := range n + 1 {
		for j := range m + 1 {
			if i == 0 && j == 0 {
				continue
			}
			best, by := int32(1<<30), uint8(0)
			for k, mv := range moves {
				if i < mv.want || j < mv.got {
					continue
				}
				c, ok := price(want[i-mv.want:i], got[j-mv.got:j])
				if !ok {
					continue
				}
				if c += cost[at(i-mv.want, j-mv.got)]; c < best {
					best, by = c, uint8(k)
				}
			}
			cost[at(i, j)], how[at(i, j)] = best, by
		}
	}
	var back []step
	for i, j := n, m; i > 0 || j > 0; {
		mv := moves[how[at(i, j)]]
		s := step{wantFrom: i - mv.want, wantTo: i, gotFrom: j - mv.got, gotTo: j}
		s.op = opOf(want[s.wantFrom:s.wantTo], got[s.gotFrom:s.gotTo])
		back = append(back, s)
		i, j = s.wantFrom, s.gotFrom
	}
	slices.Reverse(back)
	slide(back, want, got)
	return back
}

// slide moves what is left out, or added, as late as it can be: of "and he left" after
// "and he came" the second "and he" is what is left out.
func slide(steps []step, want, got []unit) {
	for i := range steps {
		o := steps[i].op
		if o != omit && o != add {
			continue
		}
		end := i
		for end < len(steps) && steps[end].op == o {
			end++
		}
		if end == len(steps) || steps[end].op != same || steps[end].wantTo-steps[end].wantFrom != 1 || steps[end].gotTo-steps[end].gotFrom != 1 {
			continue
		}
		s := &steps[i]
		if o == omit && want[s.wantFrom].key == want[steps[end].wantFrom].key {
			*s = step{op: same, wantFrom: s.wantFrom, wantTo: s.wantTo, gotFrom: s.gotFrom, gotTo: s.gotFrom + 1}
		} else if o == add && got[s.gotFrom].key == got[steps[end].gotFrom].key {
			*s = step{op: same, wantFrom: s.wantFrom, wantTo: s.wantFrom + 1, gotFrom: s.gotFrom, gotTo: s.gotTo}
		} else {
			continue
		}
		for k := i + 1; k <= end; k++ { // the rest comes after what fits now
			at := steps[k-1]
			if o == omit {
				steps[k] = step{op: o, wantFrom: at.wantTo, wantTo: at.wantTo + 1, gotFrom: at.gotTo, gotTo: at.gotTo}
			} else {
				steps[k] = step{op: o, wantFrom: at.wantTo, wantTo: at.wantTo, gotFrom: at.gotTo, gotTo: at.gotTo + 1}
			}
		}
	}
}

// moves are the ways on, the likeliest first: of equal cost the first is taken.
var moves = []struct{ want, got int }{{1, 1}, {2, 1}, {1, 2}, {1, 0}, {0, 1}}

func opOf(want, got []unit) op {
	switch {
	case len(got) == 0:
		return omit
	case len(want) == 0:
		return add
	}
	a, b := joined(want), joined(got)
	switch {
	case a == b:
		return same
	case len(want) == 1 && len(got) == 1 && want[0].word && got[0].word && similar(want[0], got[0]):
		return alike
	}
	return swap
}

// price is what a step costs; false: there is no such step.
func price(want, got []unit) (int32, bool) {
	switch opOf(want, got) {
	case same:
		return int32(len(want) + len(got) - 2), true
	case alike:
		return int32(distance(joined(want), joined(got))*float64(syllable*max(weigh(want), weigh(got)))) + impure, true
	case omit:
		return lose(want[0]), true
	case add:
		return lose(got[0]), true
	case swap:
	}
	if len(want)+len(got) > 2 {
		return 0, false // two for one only where they are the same word
	}
	return int32(syllable * max(want[0].weight, got[0].weight)), true
}

func lose(u unit) int32 {
	if filler(u) {
		return impure
	}
	return int32(syllable * u.weight)
}

func weigh(units []unit) (n int) {
	for _, u := range units {
		n += u.weight
	}
	return n
}

func joined(units []unit) string {
	if len(units) == 1 {
		return units[0].key
	}
	var b strings.Builder
	for _, u := range units {
		b.WriteString(u.key)
	}
	return b.String()
}

func areWords(units []unit) bool {
	for _, u := range units {
		if !u.word {
			return false
		}
	}
	return true
}

// maxWord is how much of a word is compared, in letters.
const maxWord = 24

// distance is how much of the longer of two words has to change for the other, 0 to 1.
func distance(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	x, y = x[:min(len(x), maxWord)], y[:min(len(y), maxWord)]
	if len(x) == 0 || len(y) == 0 {
		return 1
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			c := diagonal
			if x[i] != y[j] {
				c++
			}
			diagonal = row[j+1]
			row[j+1] = min(c, row[j]+1, row[j+1]+1)
		}
	}
	return float64(row[len(y)]) / float64(max(len(x), len(y), 1))
}
