package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// status is what the query answers. It changes nothing.
func (e *episode) status(ctx workflow.Context) drama.EpisodeStatus {
	st := drama.EpisodeStatus{
		ID: e.in.ID, RunID: workflow.GetInfo(ctx).WorkflowExecution.RunID, Cut: e.plan.NextCut,
		Spent: e.money(e.budget.settled), Reserved: e.money(e.budget.reserved), Caps: e.budget.states(),
		Problems: slices.Clone(e.problems), StartedAt: e.startedAt, EndedAt: e.endedAt, Shots: []drama.ShotStatus{},
	}
	if b := e.budget.bank; b != nil {
		st.Caps = append(st.Caps, b.caps...)
	}
	for _, c := range st.Caps {
		if st.Cap == nil || c.Limit.Less(*st.Cap) {
			st.Cap = &c.Limit
		}
	}
	for _, s := range e.shots {
		st.Shots = append(st.Shots, s.status(e.plan.Currency))
	}
	st.State, st.Waits = e.where()
	if e.delivered != nil {
		st.Cut = e.delivered.Cut
	} else if e.endedAt != nil {
		st.Cut = 0
	}
	return st
}

// money gives an amount of nothing its currency.
func (e *episode) money(m drama.Money) drama.Money {
	return drama.Money{Micros: m.Micros, Currency: e.plan.Currency}
}

// where is the run's state as people see it, and what in it waits.
func (e *episode) where() (drama.EpisodeState, []drama.Wait) {
	var waits []drama.Wait
	switch e.state {
	case drama.StateRendering:
	case drama.StateReview:
		w := drama.Wait{For: drama.WaitReview, Cut: e.delivered.Cut}
		if e.endedAt != nil {
			w.Since = *e.endedAt
		}
		return e.state, []drama.Wait{w}
	default:
		return e.state, nil
	}
	if e.paused != nil {
		waits = append(waits, drama.Wait{For: drama.WaitResume, Reason: e.paused.Reason, Since: e.paused.at})
	}
	working, held, stuck := false, false, false
	for _, s := range e.shots {
		working = working || s.State == drama.ShotGenerating || s.State == drama.ShotConforming
		held = held || s.State == drama.ShotHeld
		w, ok := s.wait(e)
		if !ok {
			continue
		}
		waits = append(waits, w)
		stuck = stuck || w.Person()
	}
	switch {
	case e.paused != nil:
		return drama.StatePaused, waits
	case working:
		return drama.StateRendering, waits
	case held:
		return drama.StateHeld, waits
	case stuck && !e.mayMove():
		return drama.StatePaused, waits
	}
	return drama.StateRendering, waits
}

// mayMove says that some shot waits for nothing that only a person can give.
func (e *episode) mayMove() bool {
	return slices.ContainsFunc(e.shots, func(s *shot) bool {
		w, ok := s.wait(e)
		return ok && w.For == drama.WaitShare || !ok && s.running && s.left()
	})
}

// wait says what the shot waits for.
func (s *shot) wait(e *episode) (drama.Wait, bool) {
	switch s.State {
	case drama.ShotHeld:
		w := drama.Wait{Slate: s.Plan.Slate, For: drama.WaitJob, Since: s.since}
		if s.waits() {
			w.For, w.On = drama.WaitStill, s.Still.URI
		} else if s.Held != nil {
			w.Reason = last(s.Reasons)
			w.Price = &s.Held.Estimate
		}
		return w, true
	case drama.ShotWaiting, drama.ShotPaused:
		if s.parked != nil {
			return *s.parked, true
		}
		if w, ok := e.budget.short[s.Plan.Slate]; ok {
			return w, true
		}
		if s.source != "" {
			return drama.Wait{Slate: s.Plan.Slate, For: drama.WaitSource, On: s.source, Since: s.since}, true
		}
	case drama.ShotGenerating, drama.ShotConforming, drama.ShotCircle, drama.ShotNG, drama.ShotCancelled:
	}
	return drama.Wait{}, false
}

func (s *shot) status(currency string) drama.ShotStatus {
	st := drama.ShotStatus{
		Slate: s.Plan.Slate, State: s.State, Action: s.Plan.Action, Digest: s.Plan.Digest, Reused: s.Reused && s.Retaken == nil,
		Attempts: s.Made, Frames: s.Plan.Frames, Price: drama.Money{Currency: currency}, Reasons: slices.Clone(s.Reasons),
	}
	if s.Plan.Action == activities.ActionSkip {
		st.Reasons = append(st.Reasons, "not asked for in this run, and has no take yet")
	}
	if s.left() && s.Plan.Action == activities.ActionMake && len(s.Plan.Routes) > 0 {
		st.Next = s.Plan.Routes[0].Instance
	}
	if s.Take != nil {
		st.Take, st.Provider, st.Model, st.Price = s.Take.String(), s.Ready.Provider, s.Ready.Model, s.Ready.Price
		st.Draft = s.Ready.Draft
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
		Show: e.in.ID.Show, Episode: e.in.ID.Number, Cut: 0, State: st.State, Shots: st.Shots, Spent: st.Spent, Problems: st.Problems, Short: e.stoppedBy, NG: e.ng,
	}
	d.Dub = e.dub
	if e.endedAt != nil {
		d.Elapsed = e.endedAt.Sub(e.startedAt).Seconds()
	}
	if e.delivered != nil && e.delivered.Waits {
		d.Review = e.delivered.Cut
	} else if e.delivered != nil {
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
