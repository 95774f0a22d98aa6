// Package near finds the known word that a person probably meant by one that is
// not known: a key, a name, a slate, a command. It is pure, it compares without
// regard to case, and it knows no language's words but the caller's.
package near

import (
	"slices"
	"strings"
)

// maxWord bounds what is compared, in characters: longer is no typing mistake.
const maxWord = 64

// Word is the known word that is nearest to word, or "" where none is near: the
// longer a word, the more letters may be wrong, at most 3. A word of one letter
// has no near one.
func Word(word string, known []string) string {
	n := len([]rune(word))
	if n < 2 {
		return Within(word, known, 0)
	}
	return Within(word, known, min(3, 1+n/4))
}

// Within is the nearest known word with at most so many edits, or "". Of two that
// are equally near the one of the same length wins, since a wrong letter is more
// likely than one too few; of those, the first.
func Within(word string, known []string, edits int) string {
	w := []rune(strings.ToLower(word))
	if len(w) > maxWord {
		return ""
	}
	best, least := "", 2*edits+2
	for _, k := range known {
		r := []rune(strings.ToLower(k))
		d := distance(w, r, edits+1)
		if d > edits {
			continue
		}
		rank := 2 * d
		if len(r) != len(w) {
			rank++
		}
		if rank < least {
			best, least = k, rank
		}
	}
	return best
}

// Any is the nearest of the known words however far it is; "" where none is known.
func Any(word string, known []string) string { return Within(word, known, 2*maxWord) }

// distance counts insertions, deletions, replacements and swaps of neighbours
// between a and b (optimal string alignment); at least limit when it is not below.
func distance(a, b []rune, limit int) int {
	if len(b) > maxWord || len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before := make([]int, len(b)+1)
	above := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		if slices.Min(row) >= limit {
			return limit
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
