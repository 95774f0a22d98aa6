package arena

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"time"
)

// State is how far a model's place in a table can be believed.
type State string

// States of a row. Hidden and Apart have no rating.
const (
	Ranked      State = "ranked"
	Preliminary State = "preliminary"    // fewer than 100 votes
	Hidden      State = "too few votes"  // fewer than 30
	Apart       State = "not comparable" // no chain of votes joins it to the others
)

// Votes from which a row is shown, and is more than preliminary.
const (
	ShownFrom  = 30
	RankedFrom = 100
)

// HalfLife is how soon a vote counts half: models change behind their names, and so
// do scripts.
const HalfLife = 90 * 24 * time.Hour

// Table is how models stand by the votes up to a day. The same votes on the same
// day are the same table.
type Table struct {
	Day    string `json:"day"`   // YYYY-MM-DD, UTC
	Votes  int    `json:"votes"` // that count
	Cast   int    `json:"cast"`  // all of them
	Shots  int    `json:"shots"`
	People int    `json:"people"`
	// Left is what standing on the left is worth, in rating points.
	Left  float64        `json:"left"`
	Rows  []Row          `json:"rows"` // the surest first
	Kinds map[Kind][]Row `json:"kinds,omitempty"`
	// Retakes are votes on pairs of retakes: told, never ranked.
	Retakes []Tally `json:"retakes,omitempty"`
	// Tries are votes on pairs of models that were tried: likewise.
	Tries []Tally `json:"tries,omitempty"`
	// Aside is what the models cost and how they behave, by model.
	Aside map[string]Aside `json:"aside,omitempty"`
}

// Row is a model in a table.
type Row struct {
	Model string `json:"model"`
	State State  `json:"state"`
	// Rating is 1,000 for the mean; 400 more are odds of ten to one. Low to High holds
	// it in 95 of 100 draws of the shots. 0 where the state shows none.
	Rating float64 `json:"rating,omitempty"`
	Low    float64 `json:"low,omitempty"`
	High   float64 `json:"high,omitempty"`
	// Rank is 1 and one more for each model that is wholly above; 0: none.
	Rank   int `json:"rank,omitempty"`
	Votes  int `json:"votes"`
	Shots  int `json:"shots"`
	People int `json:"people"`
	// Bad is the share of its votes that found both takes bad.
	Bad float64 `json:"bad"`
	// Reasons is what its wins and losses were about, where people said so.
	Reasons map[Reason]Reasoned `json:"reasons,omitempty"`
	// Above are the models that it was stronger than in 95 of 100 draws.
	Above []string `json:"above,omitempty"`
}

// Reasoned counts votes with a reason: those that a model won, and lost.
type Reasoned struct {
	Won  int `json:"won"`
	Lost int `json:"lost"`
}

// Tally is the votes between two models.
type Tally struct {
	A     string `json:"a"`
	B     string `json:"b"`
	WonA  int    `json:"won_a"`
	WonB  int    `json:"won_b"`
	Equal int    `json:"equal"`
}

// Digest names a table by what it says.
func (t Table) Digest() string {
	body, err := json.Marshal(t)
	if err != nil {
		return "" // numbers and texts: it cannot be
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// points makes a rating of a strength in logits.
func points(strength float64) float64 {
	return math.Round((1000+strength*400/math.Ln10)*10) / 10
}

// Rank makes the table of a day: of the votes cast before its end. aside is what is
// known of the models besides; it is taken over as it is.
func Rank(pairs []Pair, votes []Vote, day time.Time, aside map[string]Aside) Table {
	day = day.UTC().Truncate(24 * time.Hour)
	end := day.Add(24 * time.Hour)
	all := slices.DeleteFunc(Count(pairs, votes), func(c Counted) bool { return !c.At.Before(end) })
	t := Table{Day: day.Format(time.DateOnly), Cast: len(all), Rows: []Row{}, Aside: aside, Retakes: tallies(all, WhyRetake), Tries: tallies(all, WhyTry)}
	b := gather(all, end)
	for _, c := range all {
		if c.Why == "" {
			t.Votes++
		}
	}
	t.Shots, t.People = len(b.shots), len(b.people)
	if len(b.models) == 0 {
		return t
	}
	main := b.component()
	fit, kinds := estimates(len(b.models), b.games(), func(strength []float64) float64 { return b.mean(strength, main) })
	t.Left = math.Round(fit.fit.left*400/math.Ln10*10) / 10
	t.Rows = b.rows(fit, main, b.facts)
	for _, k := range Kinds() {
		if e, ok := kinds[k]; ok {
			if t.Kinds == nil {
				t.Kinds = make(map[Kind][]Row)
			}
			t.Kinds[k] = b.rows(e, main, b.kinds[k])
		}
	}
	return t
}

// rows are a table's, the surest first: by lower bound, then those without one by
// name. Models that a kind has no votes of are left out.
func (b *books) rows(e estimate, main []bool, facts []tally) []Row {
	var out []Row
	at := make(map[string]int)
	for i, m := range b.models {
		f := facts[i]
		if f.votes == 0 {
			continue
		}
		at[m] = i
		r := Row{Model: m, State: Ranked, Votes: f.votes, Shots: len(f.shots), People: len(f.people), Reasons: f.reasons}
		r.Bad = math.Round(1000*float64(f.bad)/float64(f.votes)) / 1000
		switch {
		case !main[i]:
			r.State = Apart
		case f.votes < ShownFrom:
			r.State = Hidden
		case f.votes < RankedFrom:
			r.State = Preliminary
		}
		if r.shown() {
			low, high := interval(e.rounds[i])
			r.Rating, r.Low, r.High = points(e.fit.strength[i]), points(low), points(high)
		}
		out = append(out, r)
	}
	for i := range out {
		r := &out[i]
		if !r.shown() {
			continue
		}
		r.Rank = 1
		for _, o := range out {
			if !o.shown() || o.Model == r.Model {
				continue
			}
			if o.Low > r.High {
				r.Rank++
			}
			if e.above(at[r.Model], at[o.Model]) >= sureShare {
				r.Above = append(r.Above, o.Model)
			}
		}
	}
	slices.SortFunc(out, func(x, y Row) int {
		if x.shown() != y.shown() {
			if x.shown() {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(y.Low, x.Low), cmp.Compare(y.Rating, x.Rating), cmp.Compare(x.Model, y.Model))
	})
	return out
}

func (r Row) shown() bool { return r.State == Ranked || r.State == Preliminary }

// tallies are the votes on pairs that are not ranked for one reason: of retakes, or of what
// was tried.
func tallies(all []Counted, apart Why) []Tally {
	byName := make(map[[2]string]*Tally)
	var names [][2]string
	for _, c := range all {
		p, ok := c.forA()
		if c.Why != apart || !ok {
			continue
		}
		a, b := c.Of.A.Model, c.Of.B.Model
		if b < a {
			a, b, p = b, a, 1-p
		}
		t := byName[[2]string{a, b}]
		if t == nil {
			t = &Tally{A: a, B: b}
			byName[[2]string{a, b}] = t
			names = append(names, [2]string{a, b})
		}
		switch p {
		case 1:
			t.WonA++
		case 0:
			t.WonB++
		default:
			t.Equal++
		}
	}
	slices.SortFunc(names, func(x, y [2]string) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	var out []Tally
	for _, n := range names {
		out = append(out, *byName[n])
	}
	return out
}
