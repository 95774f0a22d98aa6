package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// said is what voices say in a take of the shot: what they say over another take is not
// meant for this one.
func (s *shot) said(take drama.TakeID) drama.Speech {
	if s.Speech.Over != nil && *s.Speech.Over != take {
		return drama.Speech{}
	}
	return s.Speech
}

// unvoiced says that the take that is used says other words, and that its lines are not
// spoken over it yet.
func (s *shot) unvoiced() bool {
	return s.State == drama.ShotCircle && s.Take != nil && s.Ready.Over && !s.Plan.Speak && len(s.said(*s.Take).Lines) == 0
}

// overlay has the lines of a shot spoken by their voices over the take that is used, where
// that is good but says other words. What they cost is reserved before. The take stays
// circled also where that fails: the next run speaks them.
func (e *episode) overlay(ctx workflow.Context, s *shot) {
	if !s.unvoiced() {
		return
	}
	take := *s.Take
	s.State = drama.ShotConforming
	price := s.Plan.Over
	if price.Micros > 0 {
		if s.chosen {
			// A person waits for the answer: it is yes or no, and names the cap.
			if err := e.afforded(ctx, s, price); err != nil {
				e.giveUp(s, []string{err.Error()})
				return
			}
		} else if !e.gate(ctx, s, price) {
			if !s.over(ctx) {
				s.State = drama.ShotCircle // the run goes on with it, or has stopped
			}
			return
		}
		s.funded = false
		defer e.budget.free(price)
	}
	s.State, s.judging = drama.ShotConforming, true
	defer func() { s.judging = false }()
	var said drama.Speech
	in := activities.SpeakInput{Plan: s.PlanRef, Script: e.in.Script, Slate: s.Plan.Slate, Take: &take, Since: workflow.Now(ctx)}
	what := fmt.Sprintf("speak the lines of %s over take %d", s.Plan.Slate, take.Number)
	err := onMedia(mediaWork(ctx, what, conformAtMost, e.priority(s.Retaken != nil)), mediaSet.Speak, in, &said)
	e.budget.settle(said.Cost)
	said.Cost = drama.Money{} // it is no part of the cut
	ready := s.Ready
	if err == nil {
		in := activities.ConformInput{Plan: s.PlanRef, Script: e.in.Script, Slate: s.Plan.Slate, Take: take, Speech: said}
		err = onMedia(mediaWork(ctx, fmt.Sprintf("shot %s take %d under its voices", s.Plan.Slate, take.Number), conformAtMost, e.priority(false)), mediaSet.Conform, in, &ready)
	}
	switch {
	case err != nil && ctx.Err() != nil:
	case err != nil:
		e.giveUp(s, []string{what + ": " + words(err)})
	case !ready.Verdict.Pass:
		e.giveUp(s, ready.Verdict.Reasons)
	default:
		s.Speech = said
		s.use(take, ready)
	}
}
