package activities

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/store"
)

// DuelLooks is how many looks a pair of takes costs: it is asked about in both orders.
const DuelLooks = 2

// BestInput asks which of a shot's takes, all of which passed, is the best. It is circled.
type BestInput struct {
	Plan   store.Ref      `json:"plan"`
	Script store.Ref      `json:"script"`
	Slate  string         `json:"slate"`
	Takes  []drama.TakeID `json:"takes"`
	// Ask the judge about pairs, which costs; else the verdicts decide.
	Ask bool `json:"ask,omitempty"`
	// Replace lets the best be circled in place of a person's choice, as ConformInput's.
	Replace bool `json:"replace,omitempty"`
	// Since is when the run asked first: what was bought since is the answer's cost,
	// whichever try bought it.
	Since time.Time `json:"since"`
}

// Best is the answer.
type Best struct {
	Take  drama.TakeID `json:"take"`
	Why   string       `json:"why"`            // in words
	Looks drama.Money  `json:"looks,omitzero"` // what asking about pairs has cost
}

// Best finds the best of a shot's takes and circles it. The judge is asked about pairs,
// the best so far against the next, each in both orders; where his choice goes with the
// order, and where he cannot be asked, measured checks and grades decide (ranked). What
// he said of two clips is written down, so that it is asked once.
func (m *Media) Best(ctx context.Context, in BestInput) (Best, error) {
	var works []shotWork
	for _, id := range in.Takes {
		w, err := m.shotWork(ctx, ConformInput{Plan: in.Plan, Script: in.Script, Slate: in.Slate, Take: id})
		if err != nil {
			return Best{}, err
		}
		works = append(works, w)
	}
	if len(works) == 0 {
		return Best{}, damaged("choose the best take of %s: none was named", in.Slate)
	}
	slices.SortStableFunc(works, func(a, b shotWork) int { return ranked(a.take, b.take) })
	best, won, tied := works[0], 0, 0
	comparer, asks := m.Judge.(judge.Comparer)
	asks = asks && in.Ask && m.looksAt(best)
	var noWord error
	if asks {
		shown := make(map[drama.TakeID]judge.Request)
		for _, w := range works[1:] {
			choice, err := m.duel(ctx, comparer, best, w, shown)
			if _, none := errors.AsType[noOpinion](err); none {
				noWord = err
				break
			}
			switch {
			case err != nil:
				return Best{}, err
			case choice == judge.Second:
				best = w
				won++
			case choice == judge.First:
				won++
			default:
				tied++
			}
		}
	}
	out := Best{Take: best.take.ID, Why: fmt.Sprintf("take %d is the best of %d by their grades and warnings", best.take.ID.Number, len(works))}
	switch {
	case noWord != nil:
		out.Why += "; the judge could not be asked about pairs: " + noWord.Error()
	case asks:
		out.Why = fmt.Sprintf("take %d is the best of %d: of the pairs asked about in both orders %d were decided, %d were ties", best.take.ID.Number, len(works), won, tied)
	}
	for _, id := range in.Takes {
		cost, err := m.Prices.booked(ctx, pairedID(id), works[0].currency, in.Since)
		if err != nil {
			return out, err
		}
		if out.Looks, err = addMoney(out.Looks, cost); err != nil {
			return out, err
		}
	}
	c := drama.Circle{Digest: best.plan.Digest, Take: best.take.ID, By: drama.ByQC, At: m.now(), Limits: best.take.Verdict.Limits}
	return out, m.library().WriteCircle(ctx, c, in.Replace)
}

func addMoney(a, b drama.Money) (drama.Money, error) {
	if a == (drama.Money{}) {
		return b, nil
	}
	return a.Add(b)
}

// ranked puts the better take first by what is known of both: grades under their floors,
// warnings, the score, and then the earlier one.
func ranked(a, b drama.Take) int {
	under := func(t drama.Take) int { return len(judge.Opinion{Grades: t.Verdict.Grades}.Under()) }
	score := func(t drama.Take) float64 {
		if t.Verdict.Score == nil {
			return 0
		}
		return *t.Verdict.Score
	}
	return cmp.Or(cmp.Compare(under(a), under(b)), cmp.Compare(len(a.Verdict.Warnings), len(b.Verdict.Warnings)), cmp.Compare(score(b), score(a)), cmp.Compare(a.ID.Number, b.ID.Number))
}

// duel asks which of two takes is better, once in each order. Errors are noOpinion, or
// the store's and the machine's.
func (m *Media) duel(ctx context.Context, j judge.Comparer, a, b shotWork, shown map[drama.TakeID]judge.Request) (judge.Choice, error) {
	var said [DuelLooks]judge.Choice
	for i, pair := range [DuelLooks][2]shotWork{{a, b}, {b, a}} {
		var err error
		if said[i], err = m.prefers(ctx, j, pair[0], pair[1], shown); err != nil {
			return "", err
		}
	}
	return judge.Settle(said[0], said[1]), nil
}

// prefers is what the judge says of two takes in one order.
func (m *Media) prefers(ctx context.Context, j judge.Comparer, first, second shotWork, shown map[drama.TakeID]judge.Request) (judge.Choice, error) {
	show, key := first.take.ID.Episode.Show, digestOf(struct {
		Duel   int    `json:"duel"`
		First  string `json:"first"`
		Second string `json:"second"`
		Shot   string `json:"shot"`
		Judge  string `json:"judge"`
	}{1, first.take.Media.SHA256, second.take.Media.SHA256, first.plan.Digest, judge.ModelOf(m.Judge)})
	choice, err := m.library().Preference(ctx, show, key)
	if !errors.Is(err, store.ErrNotFound) {
		return choice, lasting(err)
	}
	d := judge.Duel{}
	for _, one := range []struct {
		w  shotWork
		to *judge.Request
	}{{first, &d.First}, {second, &d.Second}} {
		id := one.w.take.ID
		r, known := shown[id]
		if !known {
			if one.w.take.Measured == nil {
				return "", noOpinion{fmt.Errorf("take %s was not measured", id)}
			}
			if r, err = m.request(ctx, one.w, *one.w.take.Measured, ""); err != nil {
				return "", lasting(err)
			}
			r.Note = "" // a direction for one take says nothing of the other
			shown[id] = r
		}
		*one.to = r
	}
	later := max(first.take.ID.Number, second.take.ID.Number)
	id := first.take.ID
	id.Number = later
	choice, err = asked(ctx, m, question[judge.Choice]{
		booked: pairedID(id), seller: "judge", price: m.lookPrice(),
		ask: func() (judge.Choice, error) {
			ctx, done := context.WithTimeout(ctx, lookAtMost)
			defer done()
			return patiently(ctx, func() (judge.Choice, error) { return j.Compare(ctx, d) })
		},
		write: func(c judge.Choice) (judge.Choice, error) { return m.library().WritePreference(ctx, show, key, c) },
	})
	if ctx.Err() != nil {
		return "", fmt.Errorf("compare takes %s and %s: %w", first.take.ID, second.take.ID, ctx.Err())
	}
	return choice, err
}
