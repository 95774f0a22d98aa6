package studio

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/workflows"
)

// SeasonChange is what is to be changed of a season's run.
type SeasonChange struct {
	Window int          // episodes at once; 0: as it is
	Add    []Submission // of new episodes, or of some that the run has as other ones
	Drop   []int        // their takes are kept
}

// ChangeSeason changes the open run of a show's season, all of it or nothing. What it
// has begun of a dropped episode is collected. ErrIdle, *RefusedError.
func (s *Studio) ChangeSeason(ctx context.Context, show string, c SeasonChange) (workflows.SeasonChanged, error) {
	wish := workflows.ChangeSeason{Window: c.Window, Drop: c.Drop, By: s.by()}
	if _, err := s.Season(ctx, show); err != nil {
		return workflows.SeasonChanged{}, err
	}
	for _, sub := range c.Add {
		if of := sub.Production.Season.Show; of != show {
			return workflows.SeasonChanged{}, fmt.Errorf("%s is an episode of another show than %s", sub.Production.ID(), show)
		}
		in, _, err := s.prepare(ctx, sub)
		if err != nil {
			return workflows.SeasonChanged{}, err
		}
		wish.Episodes = append(wish.Episodes, in)
	}
	return s.changeSeason(ctx, show, wish)
}

func (s *Studio) changeSeason(ctx context.Context, show string, wish workflows.ChangeSeason) (told workflows.SeasonChanged, err error) {
	return told, s.askFor(ctx, show, workflows.SeasonWorkflowID(show), workflows.UpdateChange, wish, &told)
}

// joinSeason has the open run of a season go on as it was submitted again.
func (s *Studio) joinSeason(ctx context.Context, in workflows.SeasonInput, run Run) (Run, error) {
	id := workflows.SeasonWorkflowID(in.Show)
	told, err := s.changeSeason(ctx, in.Show, workflows.ChangeSeason{Window: in.Window, Episodes: in.Episodes, Again: true, By: s.by()})
	if err == nil {
		if run.RunID, _, err = s.running(ctx, id); err != nil {
			return Run{}, err
		}
		return Run{WorkflowID: id, RunID: run.RunID, Joined: true, Changed: &told}, nil
	}
	if run.Joined { // it may be one that cannot be changed, and need not be
		if refused, ok := errors.AsType[*RefusedError](err); ok && refused.Reason != "" {
			return run, nil
		}
	}
	return Run{}, err
}

// makes counts the takes that a plan wants of each provider instance.
func makes(p *plan.Plan) map[string]int {
	if p == nil {
		return nil
	}
	of := make(map[string]int)
	for _, shot := range p.Shots {
		if shot.Action == plan.Make && len(shot.Routes) > 0 {
			of[shot.Routes[0].Instance]++
		}
	}
	return of
}
