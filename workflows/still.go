package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// still gives the picture that the shot's take starts from: one that is there, or
// one that is made now, approved where the season asks for that. Without any, nil
// is given if the shot can do without, else it is not ok.
func (e *episode) still(ctx workflow.Context, s *shot) (*drama.Object, bool) {
	p := s.Plan.Still
	if s.Still == nil {
		s.Still = &StillProgress{Next: p.NextTake, Made: p.Made, URI: p.URI}
	}
	st := s.Still
	for {
		if s.over(ctx) || e.draining(ctx) || e.stopped != "" {
			return nil, false
		}
		switch {
		case st.Done && st.Made == nil:
			return nil, true
		case st.Done, st.Made != nil && (!p.Approve || st.Made.ApprovedBy != ""):
			st.Done = true
			image := st.Made.Image
			return &image, true
		case st.Made != nil:
			if !e.approved(ctx, s) {
				return nil, false
			}
		default:
			if !e.draw(ctx, s) {
				return nil, false
			}
		}
	}
}

// approved waits for a person to look at the still. It is false when the shot must
// not go on.
func (e *episode) approved(ctx workflow.Context, s *shot) bool {
	st := s.Still
	s.State, s.since = drama.ShotHeld, workflow.Now(ctx)
	if w, ok := s.wait(e); ok {
		e.tellWait(w, w.On)
	}
	err := workflow.Await(ctx, func() bool {
		return st.Decision != nil || s.given || s.chosen || e.draining(ctx) || e.stopped != ""
	})
	if err != nil || st.Decision == nil {
		return false
	}
	wish := *st.Decision
	st.Decision = nil
	if wish.Redo {
		// Whatever was tried before, this is a new wish.
		st.Made, st.URI, st.Tried = nil, "", nil
		s.State = drama.ShotWaiting
		return true
	}
	s.State = drama.ShotWaiting
	st.Made.ApprovedBy = wish.By
	if st.Made.ApprovedBy == "" {
		st.Made.ApprovedBy = "person"
	}
	return e.keep(ctx, s)
}

// draw makes a still, or finds that there will be none. It is false when the shot
// must not go on.
func (e *episode) draw(ctx workflow.Context, s *shot) bool {
	st := s.Still
	step, estimate := attempts.Step{}, drama.Money{}
	if s.Held != nil {
		step, estimate = s.Held.Step, s.Held.Estimate
		if !e.decided(ctx, s) {
			return false
		}
	} else if open, ok := e.adopt(s, &s.Plan.Still.ShotPlan); ok {
		step = open
	} else {
		p := s.Plan.Still.ShotPlan
		p.NextTake = st.Next
		step = e.next(ctx, s, p.Shot, st.Tried)
		switch step.Do {
		case attempts.DoTake:
		case attempts.DoWait:
			e.parkedOut(ctx, s, step)
			return true
		case attempts.DoDone, attempts.DoHold, attempts.DoGiveUp:
			return e.without(s, step.Reasons[min(len(st.Tried), len(step.Reasons)):])
		}
		estimate = step.Route.Price
		if !e.gate(ctx, s, estimate) {
			return false
		}
		if e.again(ctx, s, step) {
			e.budget.free(estimate)
			return true
		}
	}
	id := drama.TakeID{Episode: e.in.ID, Slate: s.Plan.Still.Slate, Number: step.Take}
	what := fmt.Sprintf("still %d by %s", step.Take, step.Route.Instance)
	summary := fmt.Sprintf("still %d of shot %s, %s", step.Take, s.Plan.Slate, step.Route.Instance)
	b := e.buy(ctx, s, step, estimate, what, summary, activities.GenerateInput{Take: id})
	if s.Held == nil {
		st.Next = step.Take + 1
	}
	switch {
	case b.clip != nil:
		st.Made = &drama.Still{
			Digest: s.Plan.Still.Digest, Take: id, Image: b.clip.Media, Provider: step.Route.Instance, Model: step.Route.Model, Price: b.clip.Price,
		}
		return e.keep(ctx, s)
	case b.failed != nil:
		st.Tried = append(st.Tried, *b.failed)
	}
	return b.more
}

// keep records the still. One that was paid for is recorded even when the run is
// being cancelled.
func (e *episode) keep(ctx workflow.Context, s *shot) bool {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	err := workflow.ExecuteActivity(records(collect, "keep the still of shot "+s.Plan.Slate), library.KeepStill, activities.StillInput{Still: *s.Still.Made, Plan: s.PlanRef}).Get(collect, &s.Still.URI)
	if err != nil {
		e.giveUp(s, []string{"keep the still: " + words(err)})
		return false
	}
	return true
}

// without lets those make the shot that need no still. It is false when nobody can.
func (e *episode) without(s *shot, reasons []string) bool {
	if s.Plan.Draw > 0 {
		e.giveUp(s, append(reasons, "nobody could make the picture"))
		return false
	}
	var can []attempts.Route
	for _, r := range s.Plan.Routes {
		if r.Still && r.Text == nil {
			continue
		}
		if r.Still {
			r.Price, r.Still = *r.Text, false
		}
		can = append(can, r)
	}
	for _, why := range reasons {
		s.because("still: %s", why)
	}
	if len(can) == 0 {
		e.giveUp(s, []string{"there is no still, and no provider of the shot can do without one"})
		return false
	}
	s.because("there is no still: the take is made without one")
	s.Plan.Routes, s.Still.Done = can, true
	return true
}

// waits says that the shot waits for a person to look at its still.
func (s *shot) waits() bool {
	return s.State == drama.ShotHeld && s.Held == nil && s.Still != nil && s.Still.Made != nil && !s.Still.Done
}

func (e *episode) mayApprove(a ApproveStill) error {
	s, err := e.find(a.Slate)
	if err != nil {
		return err
	}
	if !s.waits() || s.Still.Decision != nil {
		return fmt.Errorf("shot %s has no still that waits for approval: it is %s", a.Slate, s.State)
	}
	if a.Redo && len(s.Plan.Still.Routes) == 0 {
		return fmt.Errorf("nobody can make another still of shot %s now", a.Slate)
	}
	return nil
}

func (e *episode) approve(_ workflow.Context, a ApproveStill) error {
	e.bySlate[a.Slate].Still.Decision = &a
	return nil
}
