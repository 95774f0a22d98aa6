package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// bought is how asking for a take or a still ended: with a clip, with a failed
// attempt, or with neither. more is false when the shot is not to go on.
type bought struct {
	clip   *activities.Made
	failed *attempts.Attempt
	no     activities.NoClip
	more   bool
}

// buy asks for what its price is reserved for. what is how reasons call it.
func (e *episode) buy(ctx workflow.Context, s *shot, step attempts.Step, estimate drama.Money, what, summary string, in activities.GenerateInput) bought {
	held := s.Held != nil
	if err := e.window.Acquire(ctx, 1); err != nil {
		if !held {
			e.budget.free(estimate)
		}
		e.parked.works(step.Route.Instance, false)
		return bought{}
	}
	s.State = drama.ShotGenerating
	in.Plan, in.Instance, in.Seed, in.Estimate, in.Remedies, in.Again = s.PlanRef, step.Route.Instance, step.Seed, estimate, step.Remedies, s.Again
	if estimate == (drama.Money{}) {
		in.Estimate = step.Route.Price // it is counted, and nothing is reserved
	}
	var clip activities.Made
	e.inFlight++
	err := workflow.ExecuteActivity(takes(ctx, step.Route.Instance, summary, e.priority(s.Retaken != nil)), generator.Generate, in).Get(ctx, &clip)
	e.inFlight--
	e.window.Release(1)
	kind, no := noClip(err)
	if kind == activities.ErrResubmit && ctx.Err() == nil {
		return e.resubmit(ctx, s, step, estimate, what, summary, in, no)
	}
	if kind == activities.ErrHeld && ctx.Err() == nil {
		e.parked.works(step.Route.Instance, false)
		if !held {
			s.because("%s is held: %s", what, no.Reason)
		}
		s.Held = &HeldTake{Step: step, Estimate: estimate}
		return bought{more: true}
	}
	s.Held = nil
	e.budget.free(estimate)
	counted := s.Counted
	s.Counted, s.Again = drama.Money{}, 0
	if err != nil {
		return e.noTake(ctx, s, step, what, kind, no, counted)
	}
	e.budget.settle(minus(clip.Price, counted))
	e.parked.works(step.Route.Instance, true)
	for _, note := range clip.Notes {
		s.because("%s: %s", what, note)
	}
	return bought{clip: &clip, more: true}
}

// noTake says that nothing came and whether to go on.
func (e *episode) noTake(ctx workflow.Context, s *shot, step attempts.Step, what, kind string, no activities.NoClip, counted drama.Money) bought {
	if kind != "" || ctx.Err() == nil { // else the job goes on, and counts on
		e.budget.settle(minus(no.Price, counted))
	}
	instance := step.Route.Instance
	if k := provider.Kind(kind); k != provider.KindAuth && k != provider.KindQuota {
		e.parked.works(instance, k == provider.KindRefused || k == provider.KindFailed)
	}
	if kind == activities.ErrCancelled || (kind == "" && ctx.Err() != nil) {
		s.because("%s was cancelled", what)
		return bought{}
	}
	a := attempts.Attempt{Instance: instance, Take: step.Take, Kind: provider.Kind(kind), Reasons: []string{short(no.Reason)}, Remedies: step.Remedies}
	switch a.Kind {
	case provider.KindAuth, provider.KindQuota:
		if e.parked.park(instance, short(no.Reason), workflow.Now(ctx)) {
			e.tellParked(instance)
			if e.in.Rules >= attempts.RulesWait {
				e.unpark(e.root, instance)
			}
		}
		e.problem(fmt.Sprintf("provider %s is parked: %s", instance, short(no.Reason)))
	case activities.ErrHeld, activities.ErrDropped, "":
		// A person gave the job up, or something that has no Kind went wrong:
		// like a failed take, another one may be made.
		a.Kind = provider.KindFailed
	default: // the other Kinds speak for themselves
	}
	if a.Used() && !s.aside {
		countTake(ctx, instance, takeNoClip)
		e.ng++
		e.brake()
	}
	s.because("%s%s: %s: %s", what, remedied(step), kindWords(kind), no.Reason)
	return bought{failed: &a, no: no, more: true}
}

// remedied says what a take changed because the one before was refused.
func remedied(step attempts.Step) string {
	if len(step.Remedies) == 0 {
		return ""
	}
	var names []string
	for _, r := range step.Remedies {
		names = append(names, string(r))
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// record keeps a take that no clip came of, so that its number and price are seen.
func (e *episode) record(ctx workflow.Context, s *shot, step attempts.Step, no activities.NoClip) {
	e.recordAgainst(ctx, s, step, no, nil)
}

func (e *episode) recordAgainst(ctx workflow.Context, s *shot, step attempts.Step, no activities.NoClip, against *activities.Against) {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	in := activities.NGInput{
		Take:   drama.TakeID{Episode: e.in.ID, Slate: s.Plan.Slate, Number: step.Take},
		Digest: s.Plan.Digest, Provider: step.Route.Instance, Model: step.Route.Model, Seed: step.Seed, Price: no.Price, Reason: short(no.Reason), VendorJob: no.VendorJob, Remedies: step.Remedies, Against: against, FinalOf: s.Plan.FinalOf,
	}
	err := workflow.ExecuteActivity(records(collect, fmt.Sprintf("record shot %s take %d as NG", s.Plan.Slate, step.Take)), library.RecordNG, in).Get(collect, nil)
	if err != nil {
		s.because("record take %d: %s", step.Take, words(err))
	}
}
