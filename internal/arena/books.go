package arena

import (
	"math"
	"slices"
	"time"
)

// books is what votes say before anything is fitted to them.
type books struct {
	models []string // by name
	index  map[string]int
	shots  []string // show and digest, in the order first seen
	people map[string]bool
	facts  []tally // by model
	kinds  map[Kind][]tally
	played map[string]*shotGames
	joined []int // which component a model is of
}

// tally is what is counted of a model.
type tally struct {
	votes, bad int
	shots      map[string]bool
	people     map[string]bool
	reasons    map[Reason]Reasoned
}

// gather reads the votes that count; a vote's age is seen from end.
func gather(all []Counted, end time.Time) *books {
	b := &books{index: make(map[string]int), people: make(map[string]bool), kinds: make(map[Kind][]tally), played: make(map[string]*shotGames)}
	for _, c := range all {
		if c.Why != "" {
			continue
		}
		for _, e := range []Entrant{c.Of.A, c.Of.B} {
			if !slices.Contains(b.models, e.Model) {
				b.models = append(b.models, e.Model)
			}
		}
	}
	slices.Sort(b.models)
	for i, m := range b.models {
		b.index[m] = i
		b.joined = append(b.joined, i)
	}
	b.facts = make([]tally, len(b.models))
	for _, c := range all {
		if c.Why == "" {
			b.add(c, end)
		}
	}
	return b
}

func (b *books) add(c Counted, end time.Time) {
	left, right := b.index[c.Of.A.Model], b.index[c.Of.B.Model]
	if c.Left == SideB {
		left, right = right, left
	}
	shot := c.Of.Episode.Show + "/" + c.Of.Digest
	games := b.played[shot]
	if games == nil {
		games = &shotGames{kind: c.Of.Kind}
		b.played[shot] = games
		b.shots = append(b.shots, shot)
	}
	p, _ := c.Choice.points()
	weight := math.Exp2(-max(end.Sub(c.At), 0).Hours() / HalfLife.Hours())
	at := left*len(b.models) + right
	i := slices.IndexFunc(games.cells, func(c cell) bool { return c.at == at })
	if i < 0 {
		games.cells = append(games.cells, cell{at: at})
		i = len(games.cells) - 1
	}
	games.cells[i].games += weight
	games.cells[i].points += weight * p
	b.people[c.By] = true
	b.join(left, right)
	kind := b.kinds[games.kind]
	if kind == nil {
		kind = make([]tally, len(b.models))
		b.kinds[games.kind] = kind
	}
	for _, t := range []struct {
		of  *tally
		won float64
	}{{&b.facts[left], p}, {&b.facts[right], 1 - p}, {&kind[left], p}, {&kind[right], 1 - p}} {
		t.of.add(c, shot, t.won)
	}
}

func (t *tally) add(c Counted, shot string, won float64) {
	if t.shots == nil {
		t.shots, t.people = make(map[string]bool), make(map[string]bool)
	}
	t.votes++
	t.shots[shot], t.people[c.By] = true, true
	if c.Choice == BothBad {
		t.bad++
	}
	for _, why := range c.Reasons {
		if t.reasons == nil {
			t.reasons = make(map[Reason]Reasoned)
		}
		r := t.reasons[why]
		switch won {
		case 1:
			r.Won++
		case 0:
			r.Lost++
		}
		t.reasons[why] = r
	}
}

// join says that two models have met.
func (b *books) join(i, j int) {
	from, to := b.joined[j], b.joined[i]
	for k := range b.joined {
		if b.joined[k] == from {
			b.joined[k] = to
		}
	}
}

// component is the models that are joined by games and have the most votes: only
// they can be compared with each other.
func (b *books) component() []bool {
	votes := make(map[int]int)
	for i, f := range b.facts {
		votes[b.joined[i]] += f.votes
	}
	best := b.joined[0]
	for i := range b.models {
		if votes[b.joined[i]] > votes[best] {
			best = b.joined[i]
		}
	}
	in := make([]bool, len(b.models))
	for i := range in {
		in[i] = b.joined[i] == best
	}
	return in
}

// mean is the mean strength of the models that are shown (of all, where none is): a
// newcomer of three votes must not move the others.
func (b *books) mean(strength []float64, main []bool) float64 {
	for _, least := range []int{ShownFrom, 0} {
		sum, n := 0.0, 0
		for i, v := range strength {
			if main[i] && b.facts[i].votes >= least {
				sum += v
				n++
			}
		}
		if n > 0 {
			return sum / float64(n)
		}
	}
	return 0
}

// games are the shots' in the order first seen.
func (b *books) games() []shotGames {
	out := make([]shotGames, len(b.shots))
	for i, s := range b.shots {
		out[i] = *b.played[s]
	}
	return out
}
