package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// heed waits for the season's word that the episode's script was changed.
func (e *episode) heed(ctx workflow.Context) {
	scripts := workflow.GetSignalChannel(ctx, SignalScript)
	workflow.GoNamed(ctx, "script", func(ctx workflow.Context) {
		for {
			var script drama.Object
			if !scripts.Receive(ctx, &script) {
				return
			}
			// A run that is being cut, or has ended, ends as it is: what is made again from
			// the new script is the next cut.
			if !e.closing {
				e.supersede(ctx, script)
			}
		}
	})
}

// supersede has the run make only what its episode wants by the new script too: of a shot
// that has changed, or is gone, nothing more is bought, and what is under way is stopped
// where the vendor can, else collected. What is the same is made to its end, so that the
// next run finds it and nothing is paid for twice. The run then ends without a cut.
func (e *episode) supersede(ctx workflow.Context, script drama.Object) {
	e.superseded = &script
	e.busy++
	defer func() { e.busy-- }()
	if workflow.Await(ctx, func() bool { return len(e.shots) > 0 || e.closing }) != nil || e.closing {
		return
	}
	var p activities.PlanResult
	in := activities.PlanInput{ID: e.in.ID, Script: script, MaxCost: e.in.MaxCost, Table: e.plan.Table}
	err := workflow.ExecuteActivity(records(ctx, "plan the changed script of "+e.in.ID.String()), planner.Plan, in).Get(ctx, &p)
	if err != nil || *e.superseded != script {
		return // at worst something is made that is wanted no more
	}
	wanted := make(map[string]bool)
	for _, s := range p.Shots {
		wanted[s.Digest] = true
	}
	for _, s := range e.shots {
		if wanted[s.Plan.Digest] || !s.left() {
			continue
		}
		s.given, s.Retake = true, nil
		s.because("the script was changed")
		if s.running {
			s.cancel()
		} else {
			s.State = drama.ShotCancelled
		}
	}
}
