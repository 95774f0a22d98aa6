package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// compare has a circled shot's bake-off made beside the run: another model's take of
// the same shot, once. Nothing waits for it but the run's end, it takes only money
// that nothing else needs, and what goes wrong with it is no fault of the episode.
func (e *episode) compare(ctx workflow.Context, s *shot) {
	p := s.Plan.Compare
	if p == nil || s.Compared || s.State != drama.ShotCircle || s.Take == nil || s.Retaken != nil || s.over(ctx) || e.stopped != "" || e.draining(ctx) {
		return
	}
	if (s.Plan.From != nil || s.Plan.Still != nil) && s.first == nil || s.Plan.To != nil && s.final == nil {
		return // the picture that both start from, or end on, is not at hand any more
	}
	if workflow.GetVersion(ctx, "bake-offs", workflow.DefaultVersion, 1) == workflow.DefaultVersion {
		return
	}
	s.Compared = true
	c := &shot{Progress: Progress{Plan: p.ShotPlan, PlanRef: s.PlanRef, Speech: s.Speech}, from: s.from, to: s.to, aside: true}
	c.Plan.Slate, c.Plan.Compare, c.Plan.Routes = s.Plan.Slate, nil, nil
	for _, r := range p.Routes {
		if r.Model != s.Ready.Model {
			c.Plan.Routes = append(c.Plan.Routes, r)
		}
	}
	c.Plan.NextTake = s.next()
	against := activities.Against{Pair: p.Pair, Kind: p.Kind, Take: *s.Take, Origin: p.Origin}
	e.beside++
	workflow.GoNamed(e.root, "comparison of shot "+s.Plan.Slate, func(ctx workflow.Context) {
		defer func() { e.beside-- }()
		why := e.bakeoff(ctx, s, c, against)
		switch {
		case ctx.Err() != nil:
		case why != "":
			e.problem(fmt.Sprintf("shot %s is not compared: %s", s.Plan.Slate, why))
		}
	})
}

// next is the number of the shot's next take, whoever makes it.
func (s *shot) next() int {
	n := s.Plan.NextTake
	for _, t := range s.Tried {
		n = max(n, t.Take+1)
	}
	for _, p := range s.Passed {
		n = max(n, p.Take.Number+1)
	}
	if s.Take != nil && s.Take.Slate == s.Plan.Slate && !s.Reused {
		n = max(n, s.Take.Number+1)
	}
	return max(n, s.Beside+1)
}

// bakeoff buys and judges c, the other take of shot s. It says why there is no pair.
func (e *episode) bakeoff(ctx workflow.Context, s, c *shot, against activities.Against) (why string) {
	step, estimate, look := attempts.Step{}, drama.Money{}, drama.Money{}
	if open, ok := e.adopt(c, &c.Plan); ok {
		step = open
	} else {
		if len(c.Plan.Routes) == 0 {
			return "it was made by the model that it was to be compared with"
		}
		c.Plan.MaxTakes = 1
		if step = e.next(ctx, c, c.Plan.Shot, nil); step.Do != attempts.DoTake {
			return last(step.Reasons)
		}
		s.Beside = step.Take
		estimate = step.Route.Price
		look = e.look(&c.Plan, estimate)
		if why := e.spare(ctx, plus(estimate, look)); why != "" {
			return why
		}
	}
	s.Beside = max(s.Beside, step.Take)
	defer func() { e.budget.free(look) }()
	id := drama.TakeID{Episode: e.in.ID, Slate: s.Plan.Slate, Number: step.Take}
	what := fmt.Sprintf("take %d by %s, to be compared,", step.Take, step.Route.Instance)
	summary := fmt.Sprintf("shot %s take %d, %s, to be compared", s.Plan.Slate, step.Take, step.Route.Instance)
	b := e.buy(ctx, c, step, estimate, what, summary, activities.GenerateInput{Take: id, FirstFrame: s.first, LastFrame: s.final})
	switch {
	case b.clip != nil:
		return e.weigh(ctx, c, activities.ConformInput{Take: id, Clip: &b.clip.Clip, From: c.from, To: c.to, Against: &against})
	case c.Held != nil:
		// It stays in the ledger, for a person and the next run, and may be billed.
		e.budget.free(c.Held.Estimate)
		e.budget.settle(c.Held.Estimate)
		return last(c.Reasons)
	case b.failed == nil || !b.failed.Used():
	case b.failed.Kind == provider.KindRefused || b.failed.Kind == provider.KindFailed:
		e.recordAgainst(ctx, c, step, b.no, &against)
	default: // the request was at fault, which can be mended: it is not the model's answer
		e.record(ctx, c, step, b.no)
	}
	return last(c.Reasons)
}

// weigh judges the other take; it is recorded even when the run is being cancelled.
func (e *episode) weigh(ctx workflow.Context, c *shot, in activities.ConformInput) (why string) {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	in.Plan, in.Script, in.Slate, in.Speech = c.PlanRef, e.in.Script, c.Plan.Slate, c.said(in.Take)
	summary := fmt.Sprintf("conform shot %s take %d, to be compared", c.Plan.Slate, in.Take.Number)
	var ready activities.Conformed
	err := onMediaFor(ctx, mediaWork(collect, summary, conformAtMost, e.priority(false)), mediaSet.Conform, in, &ready)
	e.budget.settle(ready.Looks)
	switch {
	case err != nil:
		return fmt.Sprintf("conform take %d: %s", in.Take.Number, words(err))
	case !ready.Verdict.Pass:
		return fmt.Sprintf("take %d is NG: %s", in.Take.Number, last(ready.Verdict.Reasons))
	}
	return ""
}

// spare reserves money that nothing else of the run needs, or says why there is none.
// It waits for nobody.
func (e *episode) spare(ctx workflow.Context, price drama.Money) (why string) {
	if e.paused != nil {
		return "the run was paused"
	}
	caps := e.budget.states()
	if b := e.budget.bank; b != nil {
		caps = append(caps, b.caps...)
	}
	needed := plus(price, e.needs())
	for _, c := range caps {
		if price.Micros > 0 && c.Missing(needed).Micros > 0 {
			return fmt.Sprintf("%s leaves no %s for it beside what the shots need", c.Name.Words(), price)
		}
	}
	e.budget.reserve(price)
	if price.Micros == 0 || e.budget.bank == nil {
		return ""
	}
	if a := e.budget.bank.ask(ctx, price); !a.granted {
		e.budget.free(price)
		return fmt.Sprintf("the show's account has no %s for it now", price)
	}
	return ""
}
