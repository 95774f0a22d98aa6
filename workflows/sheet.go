package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// sheet makes the candidates of a picture of the look book. They are bought and kept as
// stills are; nobody is waited for, for the choice among them is a record of its own.
func (e *episode) sheet(ctx workflow.Context, s *shot) {
	p := s.Plan.Still
	if p == nil {
		e.giveUp(s, []string{"the plan has no picture to make"})
		return
	}
	if s.Still == nil {
		s.Still = &StillProgress{Next: p.NextTake}
	}
	st := s.Still
	for st.Drawn < s.Plan.Draw {
		if s.over(ctx) || e.draining(ctx) || e.stopped != "" {
			return
		}
		st.Made, st.URI = nil, ""
		if !e.draw(ctx, s) {
			return
		}
		if st.Made != nil {
			st.Drawn, st.Tried = st.Drawn+1, nil
		}
	}
	s.State = drama.ShotCircle
}

// sheets says whether the run is of a look book, which has no cut.
func (e *episode) sheets() bool {
	return len(e.shots) > 0 && !slices.ContainsFunc(e.shots, func(s *shot) bool { return s.Plan.Draw == 0 })
}

// drawn says whether a shot is a sheet whose candidates are there.
func (s *shot) drawn() bool {
	return s.Plan.Draw > 0 && s.Plan.Action == activities.ActionMake && s.State == drama.ShotCircle
}
