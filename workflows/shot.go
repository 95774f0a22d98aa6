package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// shot is one shot of a run: its progress, and what cannot outlive the run.
type shot struct {
	Progress
	running  bool
	cancel   workflow.CancelFunc  // stops the running job where that is possible
	given    bool                 // given up by a person
	chosen   bool                 // a person circled a take meanwhile: do not circle another
	judging  bool                 // a take is being conformed
	funded   bool                 // the price of its next take is reserved
	speaking bool                 // the price of its lines is
	sampled  bool                 // the samples of voices that its takes are given are there
	parked   *drama.Wait          // every provider that may make it is parked
	since    time.Time            // when it began to wait for a person
	source   string               // the slate whose take it waits for
	from     *activities.FromTake // whose frame its takes start from, once that is taken
	first    *drama.Object        // the picture that they start from
	to       *activities.FromTake // whose frame its takes end on
	final    *drama.Object        // the picture that they end on
	pack     *pack                // with which it is made in one call
	arrived  bool                 // it waits for the first of them
	piece    *piece               // what was cut out for it
	look     drama.Money          // what is reserved for looking at that
	counted  int                  // of the takes made, those of an earlier circle
	aside    bool                 // another model's take, to be compared: the episode needs it not
}

// left says whether a run that continues has work on the shot.
func (s *shot) left() bool {
	switch s.State {
	case drama.ShotCircle, drama.ShotNG, drama.ShotCancelled:
		return s.Retake != nil || s.unvoiced() || s.unsynced()
	case drama.ShotWaiting, drama.ShotGenerating, drama.ShotConforming, drama.ShotHeld, drama.ShotPaused:
		return s.Plan.Action != activities.ActionSkip
	}
	return false
}

// over says that nothing more is to be submitted for the shot.
func (s *shot) over(ctx workflow.Context) bool { return s.given || s.chosen || ctx.Err() != nil }

func (s *shot) because(format string, args ...any) {
	s.Reasons = append(s.Reasons, short(fmt.Sprintf(format, args...)))
}

// start runs the shot in a coroutine of its own, if there is anything to do.
func (e *episode) start(ctx workflow.Context, s *shot) {
	if s.running || !s.left() {
		return
	}
	s.running, s.given, s.chosen = true, false, false
	e.active++
	own, cancel := workflow.WithCancel(ctx)
	s.cancel = cancel
	workflow.GoNamed(own, "shot "+s.Plan.Slate, func(ctx workflow.Context) {
		defer func() {
			cancel()
			s.running = false
			e.active--
		}()
		for s.left() && !e.draining(ctx) && e.stopped == "" {
			e.work(ctx, s)
			e.compare(ctx, s)
			e.countShot(ctx, s)
			if s.Retake == nil || ctx.Err() != nil {
				return
			}
		}
	})
}

// work takes a shot from where it is to a circled take, or to its end.
func (e *episode) work(ctx workflow.Context, s *shot) {
	if s.Retake != nil && !e.replan(ctx, s) {
		return
	}
	if s.unvoiced() { // the run was continued in between
		e.overlay(ctx, s)
		s.ended(ctx)
		return
	}
	if s.unsynced() {
		e.changeLips(ctx, s)
		return
	}
	if e.in.Dub != "" {
		e.dubLines(ctx, s)
		return
	}
	// Before anything is bought: a voice that cannot speak a line costs nothing
	// when it is known now.
	what, err := "speak the lines", e.speak(ctx, s)
	if err == nil {
		what, err = "make voice samples", e.sample(ctx, s)
	}
	if err != nil {
		if errors.Is(err, errUnfunded) {
			if s.over(ctx) && !s.chosen {
				s.State = drama.ShotCancelled
			}
			return
		}
		if ctx.Err() == nil {
			e.giveUp(s, []string{what + ": " + words(err)})
		} else {
			s.State = drama.ShotCancelled
		}
		return
	}
	switch s.Plan.Action {
	case activities.ActionReuse:
		if e.tryFrom(ctx, s) {
			e.reuse(ctx, s)
		}
	case activities.ActionFootage:
		e.footage(ctx, s)
	case activities.ActionMake:
		if s.Plan.Draw > 0 {
			e.sheet(ctx, s)
			break
		}
		first, from, ok := e.source(ctx, s, s.Plan.From, "starts from")
		s.from = from
		if ok && s.Plan.Still != nil {
			first, ok = e.still(ctx, s)
		}
		if ok && s.Plan.To != nil {
			s.final, s.to, ok = e.source(ctx, s, s.Plan.To, "ends on")
		}
		if ok {
			s.first = first
			e.attempts(ctx, s, first)
		}
	}
	e.overlay(ctx, s)
	s.ended(ctx)
}

// ended says of a shot that was given up that it was.
func (s *shot) ended(ctx workflow.Context) {
	if s.over(ctx) && !s.chosen && s.State != drama.ShotCircle && s.State != drama.ShotNG {
		s.State = drama.ShotCancelled
	}
}

// replan asks for a plan in which the shot is made anew.
func (e *episode) replan(ctx workflow.Context, s *shot) bool {
	wish := *s.Retake
	wish.Slates = []string{s.Plan.Slate}
	used := s.next()
	var p activities.PlanResult
	in := activities.PlanInput{ID: e.in.ID, Script: e.in.Script, Only: []string{s.Plan.Slate}, Retake: &wish, MaxCost: e.in.MaxCost, Table: e.plan.Table}
	err := workflow.ExecuteActivity(records(ctx, "plan retake of "+s.Plan.Slate), planner.Plan, in).Get(ctx, &p)
	s.Retake = nil
	if err != nil || len(p.Problems) > 0 {
		for _, why := range p.Problems {
			s.because("retake: %s", why)
		}
		if err != nil && ctx.Err() == nil {
			s.because("retake: %s", words(err))
		}
		return false
	}
	if wish.Final && len(p.Packs) > 0 {
		s.because("retake: its draft is part of a clip, of which the final is bought for all that want it by a run of its own: ask when this run has ended")
		return false
	}
	for _, found := range p.Shots {
		if found.Slate == s.Plan.Slate {
			s.Plan, s.PlanRef = found, p.Plan
			s.Plan.NextTake = max(s.Plan.NextTake, used)
		}
	}
	s.Counted, s.Again, s.sampled, s.Alone = drama.Money{}, 0, false, true
	s.Tried, s.Passed, s.Still, s.Retaken, s.State = nil, nil, nil, &wish, drama.ShotWaiting
	return true
}

// source waits for the shot that this one starts from, or ends on, and takes its
// picture. It is not ok when there is none to wait for.
func (e *episode) source(ctx workflow.Context, s *shot, of *drama.From, does string) (*drama.Object, *activities.FromTake, bool) {
	if of == nil {
		return nil, nil, true
	}
	from := e.bySlate[of.Slate]
	if from == nil {
		e.giveUp(s, []string{does + " shot " + of.Slate + ", which the episode does not have"})
		return nil, nil, false
	}
	s.State, s.source, s.since = drama.ShotWaiting, from.Plan.Slate, workflow.Now(ctx)
	defer func() { s.source = "" }()
	err := workflow.Await(ctx, func() bool {
		return from.State == drama.ShotCircle || (!from.running && from.Retake == nil) || e.draining(ctx) || e.stopped != "" || s.given || s.chosen
	})
	if err != nil || s.over(ctx) || e.stopped != "" {
		return nil, nil, false
	}
	if from.State != drama.ShotCircle {
		if !e.draining(ctx) {
			e.giveUp(s, []string{does + " shot " + from.Plan.Slate + ", which has no usable take"})
		}
		return nil, nil, false
	}
	var still drama.Object
	in := activities.FrameInput{Script: e.in.Script, Slate: from.Plan.Slate, Take: *from.Take, Frame: of.Frame}
	err = onMedia(mediaWork(ctx, fmt.Sprintf("%s frame of %s for %s", of.Frame, from.Plan.Slate, s.Plan.Slate), conformAtMost, e.priority(s.Retaken != nil)), frameStep, in, &still)
	if err != nil {
		if ctx.Err() == nil {
			e.giveUp(s, []string{fmt.Sprintf("take the %s frame of %s: %s", of.Frame, from.Plan.Slate, words(err))})
		}
		return nil, nil, false
	}
	return &still, &activities.FromTake{Take: in.Take, Frames: from.Plan.Frames, Picture: still}, true
}

// attempts makes takes until one passes or the policy says that it is enough.
func (e *episode) attempts(ctx workflow.Context, s *shot, first *drama.Object) {
	if !e.together(ctx, s) {
		return
	}
	for {
		if s.over(ctx) || e.draining(ctx) || e.stopped != "" {
			s.keepFirst(ctx, e)
			return
		}
		step, estimate, look := attempts.Step{}, drama.Money{}, drama.Money{}
		if s.Held != nil {
			step, estimate = s.Held.Step, s.Held.Estimate
			if !e.decided(ctx, s) {
				return
			}
		} else if open, ok := e.adopt(s, &s.Plan); ok {
			step = open
		} else {
			step = e.next(ctx, s, s.wanted(), s.Tried)
			if e.enough(s, step) {
				e.best(ctx, s)
				return
			}
			switch step.Do {
			case attempts.DoTake:
			case attempts.DoWait:
				e.parkedOut(ctx, s, step)
				continue
			case attempts.DoDone, attempts.DoHold, attempts.DoGiveUp:
				// The attempts' own reasons come first and were said when they happened.
				e.giveUp(s, step.Reasons[min(len(s.Tried), len(step.Reasons)):])
				return
			}
			estimate = step.Route.Price
			look = e.look(&s.Plan, estimate)
			if !e.spareOrGate(ctx, s, plus(estimate, look)) {
				if len(s.Passed) > 0 {
					e.best(ctx, s)
				}
				return
			}
			if e.again(ctx, s, step) {
				e.budget.free(plus(estimate, look))
				continue
			}
		}
		more := e.take(ctx, s, step, estimate, first)
		e.budget.free(look)
		if !more {
			s.keepFirst(ctx, e)
			return
		}
	}
}

// look is what the judge's look at a take of the price costs, and listening to it: who
// sells nothing is not what the judge is for.
func (e *episode) look(p *activities.ShotPlan, price drama.Money) drama.Money {
	if price.Micros == 0 {
		return p.Hear
	}
	return plus(e.plan.Look, p.Hear)
}

// next asks the policy.
func (e *episode) next(ctx workflow.Context, s *shot, p attempts.Shot, done []attempts.Attempt) attempts.Step {
	now := workflow.Now(ctx)
	if e.in.Rules < attempts.RulesWait {
		return p.Next(attempts.RulesFirst, done, e.parked.now(now))
	}
	return p.Next(attempts.RulesWait, done, e.parked.without(s.Plan.Slate, now))
}

// again says that the step's provider was parked while the shot waited for its
// money: the policy has to be asked again. Else the shot goes, and is the one that
// tries a provider that was parked.
func (e *episode) again(ctx workflow.Context, s *shot, step attempts.Step) bool {
	if e.in.Rules < attempts.RulesWait {
		return false
	}
	if _, parked := e.parked.without(s.Plan.Slate, workflow.Now(ctx))[step.Route.Instance]; parked {
		return true
	}
	e.parked.try(step.Route.Instance, s.Plan.Slate)
	return false
}

// decided waits for a person's decision about the held job.
func (e *episode) decided(ctx workflow.Context, s *shot) bool {
	s.State, s.since = drama.ShotHeld, workflow.Now(ctx)
	if w, ok := s.wait(e); ok && !s.Resolved {
		e.tellWait(w, fmt.Sprintf("%s %d", s.Held.Step.Route.Instance, s.Held.Step.Take))
	}
	err := workflow.Await(ctx, func() bool { return s.Resolved || s.given || s.chosen || e.draining(ctx) || e.stopped != "" })
	if err != nil || s.over(ctx) || e.draining(ctx) || e.stopped != "" {
		return false // a decision that came meanwhile is there when the run goes on
	}
	s.Resolved = false
	return true
}

// take makes one take; its price is reserved. It is true when there is more to
// try.
func (e *episode) take(ctx workflow.Context, s *shot, step attempts.Step, estimate drama.Money, first *drama.Object) (more bool) {
	id := drama.TakeID{Episode: e.in.ID, Slate: s.Plan.Slate, Number: step.Take}
	what := fmt.Sprintf("take %d by %s", step.Take, step.Route.Instance)
	summary := fmt.Sprintf("shot %s take %d, %s", s.Plan.Slate, step.Take, step.Route.Instance)
	in := activities.GenerateInput{Take: id, FirstFrame: first, LastFrame: s.final}
	if s.Retaken == nil { // else a person who chooses a take meanwhile has to be asked after
		in.Then = &activities.Then{Script: e.in.Script, From: s.from, To: s.to, Speech: s.said(id), Circle: s.circledBy()}
	}
	b := e.buy(ctx, s, step, estimate, what, summary, in)
	switch {
	case b.clip != nil:
		s.Made++
		return e.judge(ctx, s, attempts.Attempt{Instance: step.Route.Instance, Take: step.Take, Remedies: step.Remedies}, activities.ConformInput{
			Take: id, Clip: &b.clip.Clip, Begun: b.clip.Begun, From: s.from, To: s.to,
		}, b.clip.Ready)
	case b.failed != nil:
		s.Made++
		s.Tried = append(s.Tried, *b.failed)
		e.record(ctx, s, step, b.no)
	}
	return b.more
}

func (s *shot) use(take drama.TakeID, ready activities.Conformed) {
	s.Take, s.Ready, s.State = &take, ready, drama.ShotCircle
}

// reuse makes the circled take ready for this cut.
func (e *episode) reuse(ctx workflow.Context, s *shot) {
	s.Reused = true
	e.ready(ctx, s, *s.Plan.Reuse)
}

// ready conforms a take that was judged before. Where it is conformed already
// this costs a look-up.
func (e *episode) ready(ctx workflow.Context, s *shot, take drama.TakeID) {
	if err := e.window.Acquire(ctx, 1); err != nil {
		return
	}
	defer e.window.Release(1)
	s.State, s.judging = drama.ShotConforming, true
	defer func() { s.judging = false }()
	err := e.speak(ctx, s)
	var ready activities.Conformed
	if err == nil {
		in := activities.ConformInput{Plan: s.PlanRef, Script: e.in.Script, Slate: s.Plan.Slate, Take: take, Speech: s.said(take)}
		err = onMedia(mediaWork(ctx, fmt.Sprintf("shot %s take %d again", s.Plan.Slate, take.Number), conformAtMost, e.priority(false)), mediaSet.Conform, in, &ready)
	}
	switch {
	case err != nil && ctx.Err() != nil:
	case err != nil:
		e.giveUp(s, []string{fmt.Sprintf("use take %d: %s", take.Number, words(err))})
	case !ready.Verdict.Pass:
		e.giveUp(s, ready.Verdict.Reasons)
	default:
		s.use(take, ready)
	}
}

// footage takes the script's own clip through the same door as any take.
func (e *episode) footage(ctx workflow.Context, s *shot) {
	if err := e.window.Acquire(ctx, 1); err != nil {
		return
	}
	defer e.window.Release(1)
	s.Made++
	id := drama.TakeID{Episode: e.in.ID, Slate: s.Plan.Slate, Number: s.Plan.NextTake}
	if e.judge(ctx, s, attempts.Attempt{Instance: "footage", Take: id.Number}, activities.ConformInput{Take: id, Footage: true}, nil) {
		e.giveUp(s, nil) // the same clip would be the same again
	}
}

// giveUp ends a shot as NG. A shot that was circled before keeps its take: a
// retake that failed does not take the old one away.
func (e *episode) giveUp(s *shot, reasons []string) {
	for _, why := range reasons {
		if n := len(s.Reasons); n == 0 || !contains(s.Reasons, short(why)) {
			s.because("%s", why)
		}
	}
	s.State = drama.ShotNG
}

// problem is said once.
func (e *episode) problem(text string) {
	if !contains(e.problems, text) {
		e.problems = append(e.problems, text)
	}
}

// noClip reads an error of Generate: its type, and what it costs.
func noClip(err error) (string, activities.NoClip) {
	if err == nil {
		return "", activities.NoClip{}
	}
	no := activities.NoClip{Reason: words(err)}
	var app *temporal.ApplicationError
	if !errors.As(err, &app) {
		return "", no
	}
	if app.HasDetails() {
		var told activities.NoClip
		if app.Details(&told) == nil && told.Reason != "" {
			no = told
		}
	}
	return app.Type(), no
}
