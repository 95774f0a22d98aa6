package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// tryFrom finds the pictures that a shot's take starts from and ends on, where another
// model is tried on it: its own take was made long ago. It is false when there is none.
func (e *episode) tryFrom(ctx workflow.Context, s *shot) bool {
	p := s.Plan.Compare
	if e.in.Try == nil || p == nil {
		return true
	}
	s.first = p.First
	ok := true
	if s.Plan.From != nil {
		s.first, s.from, ok = e.source(ctx, s, s.Plan.From, "starts from")
	}
	if ok && s.Plan.To != nil {
		s.final, s.to, ok = e.source(ctx, s, s.Plan.To, "ends on")
	}
	return ok
}

// leaveUntried leaves the shots with their takes that a model is not tried on, and that
// none of those starts from or ends on.
func (e *episode) leaveUntried() {
	if e.in.Try == nil {
		return
	}
	needed := make(map[string]bool)
	for _, s := range e.shots {
		for _, f := range []*drama.From{s.Plan.From, s.Plan.To} {
			if s.Plan.Compare != nil && f != nil {
				needed[f.Slate] = true
			}
		}
	}
	for _, s := range e.shots {
		if s.Plan.Action == activities.ActionReuse && s.Plan.Compare == nil && !needed[s.Plan.Slate] {
			s.Reused, s.Take, s.State = true, s.Plan.Reuse, drama.ShotCircle
		}
	}
}

// tried is how a run ends that tried a model: what came of it is filed, and what the shots
// have, they had before.
func (e *episode) tried() drama.EpisodeState {
	for _, s := range e.shots {
		if s.Plan.Compare != nil && s.State != drama.ShotCircle {
			e.problem(fmt.Sprintf("shot %s is not compared: its circled take cannot be used: %s", s.Plan.Slate, last(s.Reasons)))
		}
	}
	return drama.StateTried
}
