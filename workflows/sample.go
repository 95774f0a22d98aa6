package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
)

// sample has the samples of voices made that the shot's takes are given. One shot of the
// run does so at a time: the next finds what they share.
func (e *episode) sample(ctx workflow.Context, s *shot) error {
	if !s.Plan.Samples || s.sampled || s.Plan.Action != activities.ActionMake {
		return nil
	}
	if err := workflow.Await(ctx, func() bool { return !e.sampling }); err != nil {
		return err
	}
	e.sampling = true
	defer func() { e.sampling = false }()
	price := s.Plan.Sample
	if price.Micros > 0 {
		if !e.gate(ctx, s, price) {
			return errUnfunded
		}
		s.funded = false
		defer e.budget.free(price)
	}
	var made activities.Sampled
	in := activities.SampleInput{Plan: s.PlanRef, Script: e.in.Script, Slate: s.Plan.Slate, Since: workflow.Now(ctx)}
	if err := onMedia(mediaWork(ctx, "voice samples for "+s.Plan.Slate, conformAtMost, e.priority(s.Retaken != nil)), mediaSet.Sample, in, &made); err != nil {
		return err
	}
	e.budget.settle(made.Cost)
	s.sampled = true
	return nil
}
