package arena

import (
	"math/rand/v2"
	"slices"
)

const (
	// rounds is how often the shots are drawn again to see how far the strengths move.
	rounds = 1000
	// seed makes a table of the same votes the same everywhere.
	seed = 20260101
)

// cell is a shot's games in one cell of sums.
type cell struct {
	at            int
	games, points float64
}

// shotGames are the games played over one shot. Shots are what is drawn: ten people
// who look at the same two clips tell less than ten pairs of clips.
type shotGames struct {
	kind  Kind
	cells []cell
}

// estimate is a fit and how it moves when other shots had been drawn: the rounds'
// strengths, model by model, in the order of rounds. Kinds are fitted beside the
// whole, each round's tied to the round's own whole.
type estimate struct {
	fit    fitted
	rounds [][]float64 // by model
}

// estimates fits all shots, and each kind. shift says how much to take off all
// strengths of a fit so that they are relative to the same mean.
func estimates(n int, shots []shotGames, shift func([]float64) float64) (all estimate, kinds map[Kind]estimate) {
	whole, parts := newSums(n), make(map[Kind]sums)
	for _, s := range shots {
		if _, ok := parts[s.kind]; !ok {
			parts[s.kind] = newSums(n)
		}
	}
	draw := make([]float64, len(shots))
	fill := func() {
		whole.clear()
		for _, s := range parts {
			s.clear()
		}
		for i, s := range shots {
			if draw[i] == 0 {
				continue
			}
			part := parts[s.kind]
			for _, c := range s.cells {
				whole.games[c.at] += draw[i] * c.games
				whole.points[c.at] += draw[i] * c.points
				part.games[c.at] += draw[i] * c.games
				part.points[c.at] += draw[i] * c.points
			}
		}
	}
	for i := range draw {
		draw[i] = 1
	}
	fill()
	mean := prior{weight: meanGames}
	all.fit = whole.unsure(whole.fit(mean, nil), mean)
	kinds = make(map[Kind]estimate)
	var known []Kind
	for _, k := range Kinds() {
		if s, ok := parts[k]; ok {
			known = append(known, k)
			kinds[k] = estimate{fit: s.fit(prior{weight: kindGames, at: all.fit.strength}, &all.fit), rounds: newRounds(n)}
		}
	}
	all.rounds = newRounds(n)
	random := rand.New(rand.NewPCG(seed, uint64(len(shots)))) // the same table must come out everywhere
	for range rounds {
		clear(draw)
		for range shots {
			draw[random.IntN(len(shots))]++
		}
		fill()
		f := whole.fit(mean, &all.fit)
		off := shift(f.strength)
		for i, v := range f.strength {
			all.rounds[i] = append(all.rounds[i], v-off)
		}
		for _, k := range known {
			own := parts[k].fit(prior{weight: kindGames, at: f.strength}, &f)
			for i, v := range own.strength {
				kinds[k].rounds[i] = append(kinds[k].rounds[i], v-off)
			}
		}
	}
	off := shift(all.fit.strength)
	for _, k := range known {
		lower(kinds[k].fit.strength, off)
	}
	lower(all.fit.strength, off)
	return all, kinds
}

func newRounds(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, 0, rounds)
	}
	return out
}

func lower(v []float64, by float64) {
	for i := range v {
		v[i] -= by
	}
}

// interval holds 95 of 100 rounds.
func interval(of []float64) (low, high float64) {
	sorted := slices.Clone(of)
	slices.Sort(sorted)
	return quantile(sorted, 0.025), quantile(sorted, 0.975)
}

// quantile is of a sorted list, between two of its values where it falls there.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-1)
	j := min(i+1, len(sorted)-1)
	return sorted[i] + (at-float64(i))*(sorted[j]-sorted[i])
}

// above is in how many of the rounds a was stronger than b, 0..1.
func (e estimate) above(a, b int) float64 {
	wins := 0
	for r := range e.rounds[a] {
		if e.rounds[a][r] > e.rounds[b][r] {
			wins++
		}
	}
	return float64(wins) / float64(max(len(e.rounds[a]), 1))
}
