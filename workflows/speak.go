package workflows

import (
	"errors"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// errUnfunded: the lines of a shot are not paid for, and the shot does not go on now.
var errUnfunded = errors.New("its lines are not paid for")

// speak has the shot's lines spoken, once, where a voice does it. What they cost is
// reserved before. errUnfunded when the run stops over that, or the shot is given up.
func (e *episode) speak(ctx workflow.Context, s *shot) error {
	if !s.Plan.Speak || len(s.Speech.Lines) > 0 {
		return nil
	}
	price := s.Plan.Lines
	if price.Micros > 0 {
		if s.chosen {
			// A person waits for the answer: it is yes or no, and names the cap.
			if err := e.afforded(ctx, s, price); err != nil {
				return err
			}
		} else if !e.gate(ctx, s, price) {
			return errUnfunded
		}
		s.funded, s.speaking = false, true
		defer func() {
			s.speaking = false
			e.budget.free(price)
		}()
	}
	in := activities.SpeakInput{Plan: s.PlanRef, Script: e.in.Script, Slate: s.Plan.Slate, Dub: e.in.Dub, Since: workflow.Now(ctx)}
	err := onMedia(mediaWork(ctx, "speak the lines of "+s.Plan.Slate, conformAtMost, e.priority(s.Retaken != nil)), mediaSet.Speak, in, &s.Speech)
	e.budget.settle(s.Speech.Cost)
	s.Speech.Cost = drama.Money{} // it is no part of the cut
	return err
}
