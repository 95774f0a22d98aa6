package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// adopt is the step that goes on with a job of an earlier run, the next one of a shot
// or of its still: it may be paid for, and is in the budget already. Nothing is
// bought while there is one.
func (e *episode) adopt(s *shot, p *activities.ShotPlan) (attempts.Step, bool) {
	for len(p.Open) > 0 {
		job := p.Open[0]
		p.Open = p.Open[1:]
		for _, r := range p.Routes {
			if r.Instance != job.Instance {
				continue
			}
			s.Counted, s.Again, s.funded = job.Estimate, job.Again, true
			s.because("goes on with take %d of an earlier run, at %s", job.Take, job.Instance)
			return attempts.Step{Do: attempts.DoTake, Route: r, Take: job.Take, Seed: job.Seed, Remedies: job.Remedies}, true
		}
	}
	return attempts.Step{}, false
}

// resubmit lets a submit without an answer be repeated, as the instance's policy is:
// what may have been bought is booked, the caps are asked for another, and the vendor
// gets a while to recover.
func (e *episode) resubmit(
	ctx workflow.Context, s *shot, step attempts.Step, reserved drama.Money, what, summary string, in activities.GenerateInput, no activities.NoClip,
) bought {
	s.Held = nil
	e.budget.free(reserved)
	e.budget.settle(minus(no.Price, s.Counted))
	s.Counted = no.Price
	s.Again++
	e.parked.works(step.Route.Instance, false)
	if s.aside {
		s.because("%s got no answer, and is not asked for again: %s", what, no.Reason)
		return bought{}
	}
	s.because("%s is asked for once more: %s", what, no.Reason)
	s.State = drama.ShotWaiting
	if workflow.Sleep(ctx, resubmitAfter) != nil || !e.gate(ctx, s, step.Route.Price) {
		return bought{}
	}
	return e.buy(ctx, s, step, step.Route.Price, what, summary, in)
}
