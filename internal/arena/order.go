package arena

import (
	"fmt"
	"slices"
	"strings"
)

// What a table must know of two models before it may put one before the other.
const (
	sureVotes  = 100
	sureShots  = 30
	surePeople = 3 // or all who vote, where they are fewer
	sureShare  = 0.95
	surePrice  = 30 // circled takes, before a price for each circled second means anything
)

// Candidate is one that can make a shot.
type Candidate struct {
	Instance string
	Model    string
}

// Order ranks those that can make a shot of a kind: a before b where enough votes of
// enough people on enough shots say so, at this kind of shot where there are as many
// of it, else at all; else the cheaper of two whose price a circled second is known
// of enough takes; else as listed. It returns their indices, and why in words. A
// table that is thin changes nothing.
func (t Table) Order(kind Kind, all []Candidate) (order []int, why string) {
	var said []string
	left := make([]int, len(all))
	for i := range left {
		left[i] = i
	}
	for len(left) > 0 {
		// The one that is listed first, unless another is better, and so on; nobody is
		// asked twice, so that a ring of votes and prices ends.
		next := left[0]
		asked := map[int]bool{next: true}
		for better := next; better >= 0; {
			better = -1
			for _, j := range left {
				if !asked[j] && t.better(kind, all[j].Model, all[next].Model) {
					next, better, asked[j] = j, j, true
					break
				}
			}
		}
		for _, i := range left {
			switch {
			case i >= next:
			case t.ahead(kind, all[next].Model, all[i].Model):
				said = append(said, fmt.Sprintf("%s is seen above %s in %s", all[next].Instance, all[i].Instance, t.votes(kind, all[next].Model, all[i].Model)))
			case t.cheaper(all[next].Model, all[i].Model):
				said = append(said, fmt.Sprintf("%s costs less than %s for each circled second", all[next].Instance, all[i].Instance))
			}
		}
		order = append(order, next)
		left = slices.DeleteFunc(left, func(i int) bool { return i == next })
	}
	switch {
	case len(said) > 0:
		why = strings.Join(said, "; ")
	case t.Votes == 0:
		why = "as listed: there are no votes"
	default:
		why = "as listed: the votes do not tell them apart, or are too few"
	}
	return order, fmt.Sprintf("leaderboard %.8s of %s: %s", t.Digest(), t.Day, why)
}

// better says whether a is to be asked before b although it is listed behind it.
func (t Table) better(kind Kind, a, b string) bool {
	return t.ahead(kind, a, b) || t.cheaper(a, b) && !t.ahead(kind, b, a)
}

// ahead says whether the votes put a before b.
func (t Table) ahead(kind Kind, a, b string) bool {
	x, y, ok := t.evidence(kind, a, b)
	return ok && slices.Contains(x.Above, y.Model)
}

// evidence is the rows by which two models are held against each other.
func (t Table) evidence(kind Kind, a, b string) (x, y Row, ok bool) {
	for _, rows := range [][]Row{t.Kinds[kind], t.Rows} {
		x, y = row(rows, a), row(rows, b)
		if a != b && t.enough(x) && t.enough(y) {
			return x, y, true
		}
	}
	return Row{}, Row{}, false
}

func (t Table) enough(r Row) bool {
	return r.State == Ranked && r.Votes >= sureVotes && r.Shots >= sureShots && r.People >= min(surePeople, t.People)
}

func (t Table) votes(kind Kind, a, b string) string {
	x, y, _ := t.evidence(kind, a, b)
	at := ""
	if r := row(t.Kinds[kind], a); r.Votes == x.Votes && t.enough(r) && t.enough(row(t.Kinds[kind], b)) {
		at = " on " + string(kind)
	}
	return fmt.Sprintf("%d and %d votes%s", x.Votes, y.Votes, at)
}

func (t Table) cheaper(a, b string) bool {
	x, y := t.Aside[a], t.Aside[b]
	return x.Circled >= surePrice && y.Circled >= surePrice && x.PerSecond != nil && y.PerSecond != nil && *x.PerSecond < *y.PerSecond
}

func row(rows []Row, model string) Row {
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Model == model })
	if i < 0 {
		return Row{}
	}
	return rows[i]
}
