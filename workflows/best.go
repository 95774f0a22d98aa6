package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// Passed is a take that passed, of a shot of which several are made.
type Passed struct {
	Take  drama.TakeID         `json:"take"`
	Ready activities.Conformed `json:"ready"`
}

// wanted is the shot as the policy sees it: takes that passed are behind it.
func (s *shot) wanted() attempts.Shot {
	p := s.Plan.Shot
	for _, made := range s.Passed {
		p.NextTake, p.Seed = max(p.NextTake, made.Take.Number+1), nil
	}
	return p
}

// enough says that there are takes to choose from, and that no more are to be made: as
// many as were asked for, or all that the season allows, or nobody can make another now.
func (e *episode) enough(s *shot, step attempts.Step) bool {
	n := len(s.Passed)
	if n == 0 {
		return false
	}
	return n >= s.Plan.BestOf || n+len(s.Tried) >= max(s.Plan.MaxTakes, 1) || step.Do != attempts.DoTake
}

// spareOrGate has the price of the shot's next take reserved. The first is waited for; for
// one more beside a take that passed nobody waits, and nothing is taken that shots without
// a take need.
func (e *episode) spareOrGate(ctx workflow.Context, s *shot, price drama.Money) bool {
	if len(s.Passed) == 0 {
		return e.gate(ctx, s, price)
	}
	if why := e.spare(ctx, price); why != "" {
		s.because("no more takes to choose from: %s", why)
		return false
	}
	return true
}

// best has the best of the takes that passed circled, and uses it. One alone is circled
// already.
func (e *episode) best(ctx workflow.Context, s *shot) {
	if len(s.Passed) == 1 || s.over(ctx) {
		s.keepFirst(ctx, e)
		return
	}
	s.State, s.judging = drama.ShotConforming, true
	defer func() { s.judging = false }()
	in := activities.BestInput{Plan: s.PlanRef, Script: e.in.Script, Slate: s.Plan.Slate, Ask: true, Replace: s.Retaken != nil, Since: workflow.Now(ctx)}
	for _, p := range s.Passed {
		in.Takes = append(in.Takes, p.Take)
	}
	price := times(e.plan.Look, activities.DuelLooks*(len(s.Passed)-1))
	if why := e.spare(ctx, price); why != "" {
		in.Ask = false
		price = drama.Money{}
		s.because("the judge is not asked about pairs of takes: %s", why)
	}
	var found activities.Best
	err := onMedia(mediaWork(ctx, fmt.Sprintf("choose the best take of shot %s", s.Plan.Slate), conformAtMost, e.priority(s.Retaken != nil)), mediaSet.Best, in, &found)
	e.budget.free(price)
	e.budget.settle(found.Looks)
	if err != nil {
		if ctx.Err() == nil {
			s.because("choose the best take: %s", words(err))
		}
		s.keepFirst(ctx, e)
		return
	}
	s.because("%s", found.Why)
	for _, p := range s.Passed {
		if p.Take == found.Take && !s.chosen {
			s.use(p.Take, p.Ready)
		}
	}
}

// keepFirst uses the first take that passed, which was circled at once, where no better
// one is chosen: nobody can be asked, or the run ends.
func (s *shot) keepFirst(ctx workflow.Context, e *episode) {
	if len(s.Passed) == 0 || s.chosen || e.draining(ctx) && ctx.Err() == nil && e.stopped == "" && !s.given {
		return
	}
	s.use(s.Passed[0].Take, s.Passed[0].Ready)
}

// times is n times an amount.
func times(m drama.Money, n int) drama.Money {
	return drama.Money{Micros: m.Micros * int64(n), Currency: m.Currency}
}
