package workflows

import (
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// status is what the query answers. It changes nothing.
func (e *episode) status(ctx workflow.Context) drama.EpisodeStatus {
	st := drama.EpisodeStatus{
		ID: e.in.ID, RunID: workflow.GetInfo(ctx).WorkflowExecution.RunID, Cut: e.plan.NextCut,
		Spent: e.budget.money(e.budget.settled), Reserved: e.budget.money(e.budget.reserved), Cap: e.budget.cap,
		Problems: slices.Clone(e.problems), StartedAt: e.startedAt, EndedAt: e.endedAt, Shots: []drama.ShotStatus{},
	}
	for _, s := range e.shots {
		st.Shots = append(st.Shots, s.status(e.budget.currency))
	}
	st.State, st.Waiting = e.where()
	if e.delivered != nil {
		st.Cut = e.delivered.Cut
	} else if e.endedAt != nil {
		st.Cut = 0
	}
	return st
}

// where is the run's state as people see it, and what it waits for.
func (e *episode) where() (drama.EpisodeState, string) {
	if e.state != drama.StateRendering {
		return e.state, ""
	}
	var waiting []string
	working, held := false, false
	for _, s := range e.shots {
		switch s.State {
		case drama.ShotGenerating, drama.ShotConforming:
			working = true
		case drama.ShotHeld:
			held = true
			if s.waits() {
				waiting = append(waiting, fmt.Sprintf("shot %s has a still to look at, %s: `dailies approve %s %s`, with --redo for another", s.Plan.Slate, s.Still.URI, e.in.ID, s.Plan.Slate))
				continue
			}
			waiting = append(waiting, "shot "+s.Plan.Slate+" has a job that may have been accepted: decide with `dailies jobs`")
		case drama.ShotWaiting, drama.ShotCircle, drama.ShotNG, drama.ShotPaused, drama.ShotCancelled:
		}
	}
	if e.paused != nil {
		text := "paused by a person"
		if e.paused.Reason != "" {
			text += ": " + e.paused.Reason
		}
		return drama.StatePaused, strings.Join(append([]string{text + "; resume to go on"}, waiting...), "\n")
	}
	for _, slate := range workflow.DeterministicKeys(e.budget.short) {
		waiting = append(waiting, "budget: "+e.budget.why(slate, e.budget.short[slate]))
	}
	text := strings.Join(waiting, "\n")
	switch {
	case working:
		return drama.StateRendering, text
	case held:
		return drama.StateHeld, text
	case len(e.budget.short) > 0:
		return drama.StatePaused, text
	}
	return drama.StateRendering, text
}

func (s *shot) status(currency string) drama.ShotStatus {
	st := drama.ShotStatus{
		Slate: s.Plan.Slate, State: s.State, Action: s.Plan.Action, Digest: s.Plan.Digest, Reused: s.Reused && s.Retaken == nil,
		Attempts: s.Made, Frames: s.Plan.Frames, Price: drama.Money{Currency: currency}, Reasons: slices.Clone(s.Reasons),
	}
	if s.Plan.Action == activities.ActionSkip {
		st.Reasons = append(st.Reasons, "not asked for in this run, and has no take yet")
	}
	if s.Take != nil {
		st.Take, st.Provider, st.Model, st.Price = s.Take.String(), s.Ready.Provider, s.Ready.Model, s.Ready.Price
		if s.Ready.Frames > 0 {
			st.Frames = s.Ready.Frames
		}
	}
	return st
}

// delivery is how the run ended.
func (e *episode) delivery(ctx workflow.Context) drama.Delivery {
	st := e.status(ctx)
	d := drama.Delivery{
		Show: e.in.ID.Show, Episode: e.in.ID.Number, Cut: 0, State: st.State, Shots: st.Shots, Spent: st.Spent, Problems: st.Problems, NG: e.ng,
	}
	if e.endedAt != nil {
		d.Elapsed = e.endedAt.Sub(e.startedAt).Seconds()
	}
	if e.delivered != nil {
		d.Cut, d.Master, d.Manifest = e.delivered.Cut, &e.delivered.Master, &e.delivered.Manifest
	}
	return d
}

// matches says whether a shot is named by slate or by scene.
func matches(names []string, p activities.ShotPlan) bool {
	return slices.Contains(names, p.Slate) || slices.Contains(names, p.Scene)
}

// known errs with a name that is neither a slate nor a scene of the episode.
func (e *episode) known(names []string) error {
	for _, n := range names {
		if !slices.ContainsFunc(e.shots, func(s *shot) bool { return matches([]string{n}, s.Plan) }) {
			return fmt.Errorf("%s has no shot or scene %q", e.in.ID, n)
		}
	}
	return nil
}
