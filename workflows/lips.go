package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// In a dub with lip sync the shots go through a second round, once all lines are spoken:
// which words are said when is known then. Lips that cannot be changed stay as they are,
// which is said; they fail no dub.

// LipProgress is how far a use of a shot has come.
type LipProgress struct {
	activities.LipJob
	Next  int                `json:"next"` // number of the next purchase
	Tried []attempts.Attempt `json:"tried,omitempty"`
}

// unsynced says that lips of the shot are still to be changed.
func (s *shot) unsynced() bool {
	for _, l := range s.Lips {
		if !l.Done {
			return true
		}
	}
	return false
}

// lipSync has the lips changed of every shot that wants it, and waits for that.
func (e *episode) lipSync(ctx, collect workflow.Context) error {
	if e.lipsKnown {
		return nil
	}
	for _, s := range e.shots {
		if s.State != drama.ShotCircle {
			return nil // no dub comes of it: nothing is bought for one
		}
	}
	in := activities.DubInput{ID: e.in.ID, Plan: e.plan.Plan, Script: e.in.Script, Language: e.in.Dub, LipSync: true}
	var found activities.LipsFound
	if err := onMedia(mediaWork(ctx, "look whose lips are changed", assembleAtMost, e.priority(false)), mediaSet.Lips, in, &found); err != nil {
		if ctx.Err() == nil {
			e.problem("all lips stay as they are: " + words(err))
		}
		return nil
	}
	e.lipsKnown = true
	for _, j := range found.Jobs {
		s := e.bySlate[j.Slate]
		if s == nil || s.Plan.Lips == nil {
			continue
		}
		l := LipProgress{LipJob: j, Next: s.Plan.Lips.NextTake}
		for range j.NG {
			l.Tried = append(l.Tried, attempts.Attempt{Instance: s.Plan.Lips.Routes[0].Instance})
		}
		if j.Why != "" {
			e.keepLips(s, j.Use, j.Why)
		}
		s.Lips = append(s.Lips, l)
	}
	for _, s := range e.shots {
		e.start(ctx, s)
	}
	return workflow.Await(collect, func() bool { return e.active == 0 && e.busy == 0 })
}

// keepLips says that a use of a shot keeps its lips, and why.
func (e *episode) keepLips(s *shot, use, why string) {
	e.problem(fmt.Sprintf("shot %s keeps its lips: %s", use, why))
	s.because("its lips stay as they are: %s", why)
}

// changeLips has the lips of a shot changed, or leaves them. Whatever comes of it, the
// shot has its take.
func (e *episode) changeLips(ctx workflow.Context, s *shot) {
	s.aside = true // what comes to nothing is not the episode's
	defer func() { s.aside, s.State = false, drama.ShotCircle }()
	for i := range s.Lips {
		l := &s.Lips[i]
		for !l.Done {
			if s.given {
				l.Done = true
				e.keepLips(s, l.Use, "they were cancelled")
				break
			}
			if ctx.Err() != nil || e.draining(ctx) || e.stopped != "" || !e.tryLips(ctx, s, l) {
				break
			}
		}
		if !l.Done {
			return
		}
	}
}

// tryLips buys the pictures of a use with other lips once, or finds that they stay. It is
// false when the shot is not to go on now.
func (e *episode) tryLips(ctx workflow.Context, s *shot, l *LipProgress) bool {
	step, estimate := attempts.Step{}, drama.Money{}
	switch {
	case s.Held != nil:
		step, estimate = s.Held.Step, s.Held.Estimate
		if !e.decided(ctx, s) {
			return s.given
		}
	case l.Open != nil:
		p := activities.ShotPlan{Shot: s.Plan.Lips.Shot, Open: []activities.OpenJob{*l.Open}}
		l.Open = nil
		open, ok := e.adopt(s, &p)
		if !ok {
			return true
		}
		step = open
	default:
		p := s.Plan.Lips.Shot
		p.NextTake = s.nextLips()
		step = p.Next(attempts.RulesFirst, l.Tried, e.parked.now(workflow.Now(ctx)))
		if step.Do != attempts.DoTake {
			l.Done = true
			e.keepLips(s, l.Use, strings.Join(step.Reasons, "; "))
			return true
		}
		estimate = l.Price
		if !e.lipsAfforded(ctx, s, l, estimate) {
			return l.Done || s.given
		}
	}
	in := activities.LipInput{DubInput: activities.DubInput{ID: e.in.ID, Plan: e.plan.Plan, Script: e.in.Script, Language: e.in.Dub, LipSync: true}, Use: l.Use, Digest: l.Digest}
	var sent activities.LipMaterial
	if err := onMedia(mediaWork(ctx, "make what is sent of "+l.Use, conformAtMost, e.priority(false)), mediaSet.LipSend, in, &sent); err != nil {
		if s.Held == nil {
			e.budget.free(estimate)
		}
		if ctx.Err() == nil {
			l.Done = true
			e.keepLips(s, l.Use, words(err))
		}
		return ctx.Err() == nil
	}
	id := drama.TakeID{Episode: e.in.ID, Slate: drama.LipsSlate(l.Slate), Number: step.Take}
	what := fmt.Sprintf("lips %d by %s", step.Take, step.Route.Instance)
	summary := fmt.Sprintf("lips %d of shot %s, %s", step.Take, l.Use, step.Route.Instance)
	step.Route.Price = l.Price
	b := e.buy(ctx, s, step, estimate, what, summary, activities.GenerateInput{Take: id, Lips: &activities.LipOrder{Digest: l.Digest, Clip: sent.Clip, Speech: sent.Speech}})
	if s.Held != nil {
		return b.more
	}
	l.Next = step.Take + 1
	switch {
	case b.clip != nil:
		return e.fitLips(ctx, s, l, step, in, id, b.clip.Clip)
	case b.failed != nil:
		l.Tried = append(l.Tried, *b.failed)
	}
	return b.more
}

// fitLips looks at what came. It is false when the shot is not to go on now.
func (e *episode) fitLips(ctx workflow.Context, s *shot, l *LipProgress, step attempts.Step, in activities.LipInput, id drama.TakeID, clip activities.Clip) bool {
	s.State = drama.ShotConforming
	in.Take, in.Clip = id, &clip
	var v drama.Verdict
	if err := onMedia(mediaWork(ctx, "look at the lips of "+l.Use, conformAtMost, e.priority(false)), mediaSet.LipFit, in, &v); err != nil {
		if ctx.Err() == nil {
			l.Done = true
			e.keepLips(s, l.Use, words(err))
		}
		return ctx.Err() == nil
	}
	for _, w := range v.Warnings {
		s.because("lips %d: %s", step.Take, w)
	}
	if l.Done = v.Pass; !v.Pass {
		s.because("lips %d by %s: %s", step.Take, step.Route.Instance, strings.Join(v.Reasons, "; "))
		l.Tried = append(l.Tried, attempts.Attempt{Instance: step.Route.Instance, Take: step.Take, Reasons: v.Reasons})
	}
	return true
}

// nextLips is the number of the shot's next purchase of lips, whichever use it is for.
func (s *shot) nextLips() int {
	n := s.Plan.Lips.NextTake
	for _, l := range s.Lips {
		n = max(n, l.Next)
	}
	return n
}

// lipsAfforded reserves the price. Where a run over its cap stops, lips that do not fit
// stay as they are: a dub can do without.
func (e *episode) lipsAfforded(ctx workflow.Context, s *shot, l *LipProgress, price drama.Money) bool {
	if price.Micros == 0 || !e.budget.stop {
		if !e.gate(ctx, s, price) {
			return false
		}
		s.funded = false
		return true
	}
	if e.paused != nil {
		s.State = drama.ShotPaused
		if err := workflow.Await(ctx, func() bool { return e.paused == nil || s.given || e.draining(ctx) }); err != nil || e.paused != nil {
			return false
		}
	}
	if err := e.afforded(ctx, s, price); err != nil {
		l.Done = true
		e.keepLips(s, l.Use, err.Error())
		return false
	}
	return true
}
