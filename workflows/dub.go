package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// A dub is a run of the episode in which every shot keeps its take and has its lines spoken
// in another language, within the caps as ever. It makes no cut: its state, dubbed, is not
// the episode's.

// dubLines has the lines of a shot spoken in the language of the dub.
func (e *episode) dubLines(ctx workflow.Context, s *shot) {
	err := e.speak(ctx, s)
	switch {
	case err == nil:
		s.Reused, s.Take, s.State = true, s.Plan.Reuse, drama.ShotCircle
	case err == errUnfunded: //nolint:errorlint // it is never wrapped
		if s.over(ctx) {
			s.State = drama.ShotCancelled
		}
	case ctx.Err() != nil:
		s.State = drama.ShotCancelled
	default:
		e.giveUp(s, []string{"speak the lines in " + e.in.Dub + ": " + words(err)})
	}
}

// makeDub makes and delivers the dub. What stands in its way is said.
func (e *episode) makeDub(ctx workflow.Context) {
	var without []string
	for _, s := range e.shots {
		if s.State != drama.ShotCircle {
			without = append(without, s.Plan.Slate)
		}
	}
	if len(without) > 0 {
		e.problem("the lines of " + list(without) + " were not spoken: see the reasons of each")
		e.state = drama.StateDubbed
		return
	}
	e.stage(ctx, drama.StateAssembling)
	in := activities.DubInput{ID: e.in.ID, Plan: e.plan.Plan, Script: e.in.Script, Language: e.in.Dub, Spent: e.budget.settled, LipSync: e.in.LipSync != ""}
	var made activities.Dubbed
	err := onMedia(mediaWork(ctx, fmt.Sprintf("dub %s into %s", e.in.ID, e.in.Dub), assembleAtMost, e.priority(false)), mediaSet.Dub, in, &made)
	e.state = drama.StateDubbed
	switch {
	case err != nil && ctx.Err() != nil:
		e.state = drama.StateCancelled
	case err != nil:
		e.problem("dub: " + words(err))
	default:
		e.dub = made.Dub
		for _, why := range made.Unfit {
			e.problem(why)
		}
	}
}

// unmade is how a run ends that cannot begin.
func (e *episode) unmade() drama.EpisodeState {
	if e.in.Dub != "" {
		return drama.StateDubbed
	}
	return drama.StateNG
}
