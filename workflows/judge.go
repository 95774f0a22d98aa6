package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// judge conforms a new take and circles it if it passes. A clip that was paid
// for is judged and recorded even when the run is being cancelled. It is true
// when another take may be tried. A take that was conformed where it arrived is ready.
func (e *episode) judge(ctx workflow.Context, s *shot, a attempts.Attempt, in activities.ConformInput, ready *activities.Conformed) bool {
	var err error
	if ready == nil {
		ready = &activities.Conformed{}
		err = e.conform(ctx, s, in, ready)
	}
	e.budget.settle(ready.Looks)
	ready.Looks = drama.Money{}
	switch {
	case s.chosen:
		if err != nil {
			s.because("conform take %d: %s", in.Take.Number, words(err))
		}
		return false
	case err != nil:
		e.giveUp(s, []string{fmt.Sprintf("conform take %d: %s", in.Take.Number, words(err))})
		return false
	case !ready.Verdict.Pass:
		a.Reasons = brief(ready.Verdict.Reasons)
		s.Tried = append(s.Tried, a)
		countTake(ctx, a.Instance, takeNG)
		e.ng++
		e.brake()
		for _, why := range ready.Verdict.Reasons {
			s.because("take %d by %s is NG: %s", in.Take.Number, a.Instance, why)
		}
		return true
	}
	countTake(ctx, a.Instance, takeGood)
	if s.Plan.BestOf > 1 && !in.Footage {
		s.Passed = append(s.Passed, Passed{Take: in.Take, Ready: *ready})
		s.State = drama.ShotWaiting
		return true
	}
	s.use(in.Take, *ready)
	return false
}

// conform has a new take conformed by whoever serves the media queue.
func (e *episode) conform(ctx workflow.Context, s *shot, in activities.ConformInput, ready *activities.Conformed) error {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	in.Plan, in.Script, in.Slate, in.Speech = s.PlanRef, e.in.Script, s.Plan.Slate, s.said(in.Take)
	if !s.chosen {
		// Else a person has chosen already: the shot is where that has brought it, and
		// the clip, which is paid for, is only recorded.
		s.State, s.judging = drama.ShotConforming, true
		defer func() { s.judging = false }()
		in.Circle = s.circledBy()
		in.Replace = s.Retaken != nil && in.Circle != ""
	}
	return onMediaFor(ctx, mediaWork(collect, fmt.Sprintf("conform shot %s take %d", s.Plan.Slate, in.Take.Number), conformAtMost, e.priority(s.Retaken != nil)), mediaSet.Conform, in, ready)
}

// circledBy is who circles the shot's next take if it passes: of several that pass the best
// is circled when there are enough.
func (s *shot) circledBy() string {
	if len(s.Passed) > 0 {
		return ""
	}
	return drama.ByQC
}
