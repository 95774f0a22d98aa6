package script

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// tangles reports shots that wait for each other over from and to. next and end are the
// shots that each starts from and ends on, -1: none; next alone has no circle.
func (e *episodeBuilder) tangles(next, end []int) {
	const fresh, open, done = 0, 1, 2
	state := make([]int, len(next))
	var path []int
	var visit func(i int) bool
	visit = func(i int) bool {
		state[i] = open
		path = append(path, i)
		for _, j := range []int{next[i], end[i]} {
			if j < 0 || state[j] == done {
				continue
			}
			if state[j] == fresh {
				if visit(j) {
					return true
				}
				continue
			}
			round := path[slices.Index(path, j):]
			at := round[slices.IndexFunc(round, func(k int) bool { return end[k] >= 0 })]
			var names []string
			for _, k := range round[:min(len(round), 8)] {
				names = append(names, e.shots[k].shot.Slate)
			}
			e.errorf(e.shots[at].keys.To.mark, "from and to go round in a circle: each of %s waits for the next one's picture", strings.Join(names, ", "))
			return true
		}
		path = path[:len(path)-1]
		state[i] = done
		return false
	}
	for i := range next {
		if state[i] == fresh && visit(i) {
			return
		}
	}
}

// chains warns of each chain of from that is too long, once, where it becomes so.
func (e *episodeBuilder) chains(next []int) {
	links := make([]int, len(next))
	var count func(i int) int
	count = func(i int) int {
		if next[i] >= 0 && links[i] == 0 {
			links[i] = 1 + count(next[i])
		}
		return links[i]
	}
	for i := range next {
		if count(i) != drama.LongChain {
			continue
		}
		names := []string{e.shots[i].shot.Slate}
		for j := next[i]; j >= 0; j = next[j] {
			names = append(names, e.shots[j].shot.Slate)
		}
		slices.Reverse(names)
		e.warnHint(e.shots[i].keys.From.mark, fmt.Sprintf("start %s from nothing, or from %s, and let its references say who is seen", names[len(names)-1], names[0]),
			"%s is the third from in a row (%s): from there on colour and faces drift", names[len(names)-1], strings.Join(names, ", "))
	}
}
