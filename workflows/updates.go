package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// listen installs the query and the updates. Validators refuse in words that say
// what to do; handlers then always succeed or say why not.
func (e *episode) listen(ctx workflow.Context) error {
	err := workflow.SetQueryHandler(ctx, QueryStatus, func() (drama.EpisodeStatus, error) { return e.status(ctx), nil })
	return errors.Join(err,
		workflow.SetQueryHandler(ctx, QueryChanges, func(known Known) (Changes, error) { return changes(e.status(ctx), known) }),
		update(ctx, UpdateRetake, e.mayRetake, e.retake),
		update(ctx, UpdateCircle, e.mayCircle, e.circle),
		update(ctx, UpdatePause, e.mayPause, e.pause),
		update(ctx, UpdateResume, e.mayResume, e.resume),
		update(ctx, UpdateCancelShot, e.mayCancel, e.cancelShot),
		update(ctx, UpdateRaiseBudget, e.mayRaise, e.raise),
		update(ctx, UpdateResolveJob, e.mayResolve, e.resolve),
		update(ctx, UpdateApprove, e.mayApprove, e.approve),
	)
}

func update[T any](ctx workflow.Context, name string, validate func(T) error, handle func(workflow.Context, T) error) error {
	return workflow.SetUpdateHandlerWithOptions(ctx, name, handle, workflow.UpdateHandlerOptions{
		Validator: func(_ workflow.Context, v T) error { return validate(v) },
	})
}

// open errs when the run no longer takes wishes.
func (e *episode) open() error {
	switch {
	case e.endedAt != nil || e.closing && e.state != drama.StateAssembling:
		return closed(fmt.Sprintf("%s has ended as %s: start a new run", e.in.ID, e.state))
	case e.closing:
		return closed(fmt.Sprintf("%s is being assembled: wait for the cut, then ask again", e.in.ID))
	case e.continued:
		return errors.New("the run is moving to a new history: ask again in a moment")
	case len(e.shots) == 0:
		return fmt.Errorf("%s is being planned: ask again in a moment", e.in.ID)
	}
	return nil
}

// closed is the refusal of a run that nothing can change any more.
func closed(why string) error { return temporal.NewApplicationError(why, RefusedClosed) }

func (e *episode) find(slate string) (*shot, error) {
	if err := e.open(); err != nil {
		return nil, err
	}
	s := e.bySlate[slate]
	if s == nil {
		return nil, fmt.Errorf("%s has no shot %q", e.in.ID, slate)
	}
	return s, nil
}

func (e *episode) mayRetake(r drama.Retake) error {
	if err := e.open(); err != nil {
		return err
	}
	if len(r.Slates) == 0 {
		return errors.New("name the slates or scenes to retake")
	}
	if e.in.Try != nil {
		return fmt.Errorf("%s is being tried on %s now, and no cut comes of that: ask again when it has ended", e.in.Try.Facts.Model.ID, e.in.ID)
	}
	if e.in.Dub != "" {
		return fmt.Errorf("%s is being dubbed into %s now, and no cut comes of that: ask again when it has ended", e.in.ID, e.in.Dub)
	}
	if err := e.known(r.Slates); err != nil {
		return err
	}
	for _, s := range e.shots {
		if matches(r.Slates, s.Plan) && s.running && (s.given || s.chosen) {
			return fmt.Errorf("shot %s is being stopped: ask again in a moment", s.Plan.Slate)
		}
		if matches(r.Slates, s.Plan) && s.Held != nil {
			return fmt.Errorf("shot %s has a job that waits for a decision: settle it first", s.Plan.Slate)
		}
		if matches(r.Slates, s.Plan) && s.waits() {
			return fmt.Errorf("shot %s has a still that waits for approval: decide about it first", s.Plan.Slate)
		}
	}
	return nil
}

// retake asks for a new take of each shot; one that is being made is finished
// first, because it is paid for.
func (e *episode) retake(_ workflow.Context, r drama.Retake) error {
	for _, s := range e.shots {
		if !matches(r.Slates, s.Plan) {
			continue
		}
		wish := r
		s.Retake = &wish
		e.start(e.root, s)
	}
	return nil
}

func (e *episode) mayCircle(c CircleTake) error {
	if _, err := e.find(c.Slate); err != nil {
		return err
	}
	if e.in.Dub != "" {
		return fmt.Errorf("%s is being dubbed into %s now, over the takes that it has: ask again when it has ended", e.in.ID, e.in.Dub)
	}
	if c.Take < 1 {
		return fmt.Errorf("take %d of %s: takes are counted from 1", c.Take, c.Slate)
	}
	return nil
}

// circle uses a person's choice for the shot. What is being made for it is
// stopped where possible, else collected, and not used.
func (e *episode) circle(ctx workflow.Context, c CircleTake) error {
	s := e.bySlate[c.Slate]
	e.busy++
	defer func() { e.busy-- }()
	s.chosen = true
	if s.running {
		s.cancel()
		if err := workflow.Await(ctx, func() bool { return !s.judging }); err != nil {
			return err
		}
	}
	take := drama.TakeID{Episode: e.in.ID, Slate: c.Slate, Number: c.Take}
	by := c.By
	if by == "" {
		by = "person"
	}
	in := activities.CircleInput{Take: take, Digest: s.Plan.Digest, By: by}
	err := workflow.ExecuteActivity(records(ctx, fmt.Sprintf("circle shot %s take %d", c.Slate, c.Take)), library.CircleTake, in).Get(ctx, nil)
	if err != nil {
		return errors.New(words(err))
	}
	e.unhold(s)
	s.Retake, s.Reused = nil, false
	e.ready(ctx, s, take)
	e.overlay(ctx, s)
	if s.State != drama.ShotCircle {
		return fmt.Errorf("shot %s take %d cannot be used: %s", c.Slate, c.Take, last(s.Reasons))
	}
	return nil
}

// unhold lets go of a held job: the ledger keeps the question open.
func (e *episode) unhold(s *shot) {
	if s.Held != nil {
		e.budget.free(s.Held.Estimate)
		e.budget.settle(s.Held.Estimate) // it may have been paid: never count it as free
		s.Held = nil
	}
}

func (e *episode) mayPause(Pause) error {
	if err := e.open(); err != nil {
		return err
	}
	if e.paused != nil {
		return fmt.Errorf("%s is paused already", e.in.ID)
	}
	return nil
}

func (e *episode) pause(ctx workflow.Context, p Pause) error {
	p.at = workflow.Now(ctx)
	e.paused = &p
	return nil
}

func (e *episode) mayResume(Resume) error {
	if err := e.open(); err != nil {
		return err
	}
	if e.paused == nil && len(e.parked.why) == 0 && len(e.budget.short) > 0 {
		return fmt.Errorf("%s waits for money, not for a person's leave: raise the budget", e.in.ID)
	}
	if e.paused == nil && len(e.parked.why) == 0 {
		return fmt.Errorf("%s is not paused", e.in.ID)
	}
	return nil
}

// resume goes on. Parked providers get another chance: whoever resumes has
// looked at them.
func (e *episode) resume(workflow.Context, Resume) error {
	e.paused = nil
	e.parked.clear()
	return nil
}

func (e *episode) mayCancel(c CancelShot) error {
	s, err := e.find(c.Slate)
	if err != nil {
		return err
	}
	if !s.running {
		return fmt.Errorf("shot %s is not in work: it is %s", c.Slate, s.State)
	}
	return nil
}

func (e *episode) cancelShot(_ workflow.Context, c CancelShot) error {
	s := e.bySlate[c.Slate]
	s.given, s.Retake = true, nil
	s.because("cancelled by a person")
	s.cancel()
	return nil
}

func (e *episode) mayRaise(r RaiseBudget) error {
	if err := e.open(); err != nil {
		return err
	}
	b := &e.budget
	spent := b.settled
	if r.Name == drama.CapRun {
		spent = b.ofRun()
	}
	switch {
	case e.in.Rules < RulesAccount && b.caps.Episode == nil:
		return fmt.Errorf("%s has no cap to raise", e.in.ID)
	case r.Cap.Currency != "" && r.Cap.Currency != e.plan.Currency:
		return fmt.Errorf("the season's currency is %s, not %s", e.plan.Currency, r.Cap.Currency)
	case r.Name != drama.CapSeason && r.Cap.Micros < spent.Micros+b.reserved.Micros:
		return fmt.Errorf("a cap of %s is under what is spent (%s) and reserved (%s)", r.Cap, spent, b.reserved)
	case r.Name == drama.CapRun && e.in.Group != "":
		return fmt.Errorf("%s is part of a season's run: its cap is the season's run's", e.in.ID)
	}
	return nil
}

func (e *episode) raise(_ workflow.Context, r RaiseBudget) error {
	r.Cap.Currency = e.plan.Currency
	switch {
	case r.Name == drama.CapSeason:
		e.budget.caps.Shared = true
		e.bankFor(e.root)
		if b := e.budget.bank; b != nil {
			b.woken++
		}
	case r.Name == drama.CapRun && e.in.Rules >= RulesAccount:
		e.budget.caps.Run = &r.Cap
	default:
		e.budget.caps.Episode = &r.Cap
	}
	return nil
}

func (e *episode) mayResolve(r ResolveJob) error {
	s, err := e.find(e.ownerOf(r.Slate))
	if err != nil {
		return err
	}
	// A job is held in the ledger before its run hears of it: who is faster decides for a
	// shot that is still generating, and finds it decided when it comes to wait.
	if s.State != drama.ShotHeld && s.State != drama.ShotGenerating || s.waits() {
		return fmt.Errorf("shot %s has no job that waits for a decision: it is %s", r.Slate, s.State)
	}
	return nil
}

func (e *episode) resolve(_ workflow.Context, r ResolveJob) error {
	e.bySlate[e.ownerOf(r.Slate)].Resolved = true
	return nil
}

// ownerOf is the shot that a job's slate belongs to: its own, or its still's.
func (e *episode) ownerOf(slate string) string {
	if e.bySlate[slate] != nil {
		return slate
	}
	return drama.ShotSlate(slate)
}

func last(reasons []string) string {
	if len(reasons) == 0 {
		return "see its reasons"
	}
	return reasons[len(reasons)-1]
}
