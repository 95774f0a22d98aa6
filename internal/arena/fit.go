package arena

import "math"

// sums are the games between n models by who stood where, deduplicated: a fit needs
// no more of them. Cell left*n+right.
type sums struct {
	n      int
	games  []float64
	points []float64 // what the left side got of them
}

func newSums(n int) sums {
	return sums{n: n, games: make([]float64, n*n), points: make([]float64, n*n)}
}

func (s sums) clear() {
	clear(s.games)
	clear(s.points)
}

// prior is games that nobody played, an equal number for each model against one
// whose strength is known: it keeps a model that has only won finite, and a thin
// table near what is known otherwise.
type prior struct {
	weight float64   // games a model
	at     []float64 // the strength that they say; nil: 0, the mean
}

const (
	// meanGames ties each model to the mean by one equal game, and the left side to
	// no advantage by as much.
	meanGames = 1
	// kindGames ties a model's strength at one kind of shot to its strength at all.
	kindGames = 20
)

const (
	fitSteps = 60
	// fitEnd is a step that no one sees: a millionth of a rating point is 6e-9.
	fitEnd = 1e-9
	// longestStep keeps Newton where its parabola is any good: logits beyond it are
	// flat.
	longestStep = 2.0
)

// fitted is the strengths of models in logits, and the left side's advantage.
type fitted struct {
	strength []float64
	left     float64
	// covariance is the inverse of the information at the end, of strengths and left;
	// row-major, n+1 wide.
	covariance []float64
}

// spread is how unsure the difference of two models is: its standard deviation.
func (f fitted) spread(i, j int) float64 {
	w := len(f.strength) + 1
	c := f.covariance
	return math.Sqrt(max(c[i*w+i]+c[j*w+j]-2*c[i*w+j], 0))
}

// fit is the most likely strengths by Bradley and Terry, where the left side may
// have an advantage: the chance that left wins is sigma(left's strength - right's +
// advantage), an equal game is half a win. Newton from start (nil: from 0); the
// prior makes the maximum unique and finite.
func (s sums) fit(p prior, start *fitted) fitted {
	n := s.n
	x := make([]float64, n+1)
	if start != nil {
		copy(x, start.strength)
		x[n] = start.left
	}
	var cells []int
	for c, g := range s.games {
		if g > 0 {
			cells = append(cells, c)
		}
	}
	gradient, hessian := make([]float64, n+1), make([]float64, (n+1)*(n+1))
	for range fitSteps {
		s.slope(x, p, cells, gradient, hessian)
		step := append([]float64(nil), gradient...)
		if !factor(hessian, n+1) {
			break
		}
		solve(hessian, step)
		longest := 0.0
		for _, d := range step {
			longest = max(longest, math.Abs(d))
		}
		scale := min(1, longestStep/max(longest, longestStep))
		for i := range x {
			x[i] += scale * step[i]
		}
		if longest < fitEnd {
			break
		}
	}
	return fitted{strength: x[:n:n], left: x[n]}
}

// slope is the gradient of the log likelihood at x, and its information (minus the
// second derivatives).
func (s sums) slope(x []float64, p prior, cells []int, gradient, information []float64) {
	n := s.n
	w := n + 1
	clear(gradient)
	clear(information)
	one := func(i int, games, points float64, away float64) {
		q := sigma(x[i] - away)
		gradient[i] += points - games*q
		information[i*w+i] += games * q * (1 - q)
	}
	for i := range n {
		at := 0.0
		if p.at != nil {
			at = p.at[i]
		}
		one(i, p.weight, p.weight/2, at)
	}
	one(n, meanGames, meanGames/2.0, 0)
	for _, c := range cells {
		l, r := c/n, c%n
		q := sigma(x[l] - x[r] + x[n])
		d := s.points[c] - s.games[c]*q
		v := s.games[c] * q * (1 - q)
		gradient[l] += d
		gradient[r] -= d
		gradient[n] += d
		information[l*w+l] += v
		information[r*w+r] += v
		information[n*w+n] += v
		information[l*w+r] -= v
		information[r*w+l] -= v
		information[l*w+n] += v
		information[n*w+l] += v
		information[r*w+n] -= v
		information[n*w+r] -= v
	}
}

// unsure fills in the covariance.
func (s sums) unsure(f fitted, p prior) fitted {
	w := s.n + 1
	var cells []int
	for c, g := range s.games {
		if g > 0 {
			cells = append(cells, c)
		}
	}
	x := append(append([]float64(nil), f.strength...), f.left)
	information := make([]float64, w*w)
	s.slope(x, p, cells, make([]float64, w), information)
	f.covariance = make([]float64, w*w)
	if !factor(information, w) {
		return f
	}
	column := make([]float64, w)
	for i := range w {
		clear(column)
		column[i] = 1
		solve(information, column)
		for j := range w {
			f.covariance[j*w+i] = column[j]
		}
	}
	return f
}

func sigma(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// factor is Cholesky's: m (w by w, symmetric) becomes its lower factor. It is false
// where m is not positive, which the prior does not let happen.
func factor(m []float64, w int) bool {
	for i := range w {
		for j := 0; j <= i; j++ {
			sum := m[i*w+j]
			for k := range j {
				sum -= m[i*w+k] * m[j*w+k]
			}
			if i != j {
				m[i*w+j] = sum / m[j*w+j]
				continue
			}
			if !(sum > 0) {
				return false
			}
			m[i*w+i] = math.Sqrt(sum)
		}
	}
	return true
}

// solve puts the solution of factor's equation in place of its right side.
func solve(lower, b []float64) {
	w := len(b)
	for i := range w {
		for k := range i {
			b[i] -= lower[i*w+k] * b[k]
		}
		b[i] /= lower[i*w+i]
	}
	for i := w - 1; i >= 0; i-- {
		for k := i + 1; k < w; k++ {
			b[i] -= lower[k*w+i] * b[k]
		}
		b[i] /= lower[i*w+i]
	}
}
