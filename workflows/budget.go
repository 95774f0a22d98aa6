package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/drama"
)

// budget keeps settled + reserved + estimate under the cap. It is integers in
// one currency; nil cap means none.
type budget struct {
	currency string
	cap      *drama.Money
	settled  int64
	reserved int64
	stop     bool // over the cap the run ends instead of waiting
	// short are the slates that wait although nothing is in flight any more.
	short map[string]int64
}

func (b *budget) fits(estimate int64) bool {
	// A free take cannot pass any cap, not even one that is passed already.
	return b.cap == nil || estimate == 0 || b.settled+b.reserved+estimate <= b.cap.Micros
}

func (b *budget) money(micros int64) drama.Money {
	return drama.Money{Micros: micros, Currency: b.currency}
}

// missing is what a person has to add for the estimate to fit.
func (b *budget) missing(estimate int64) drama.Money {
	if b.cap == nil {
		return b.money(0)
	}
	return b.money(max(b.settled+b.reserved+estimate-b.cap.Micros, 0))
}

// why says in words what stands in the way of a take.
func (b *budget) why(slate string, estimate int64) string {
	return fmt.Sprintf("a take of %s is estimated at %s; spent %s, reserved %s, cap %s: %s is missing; raise the budget, cancel the shot or route it to a cheaper provider",
		slate, b.money(estimate), b.money(b.settled), b.money(b.reserved), *b.cap, b.missing(estimate))
}

// gate waits until the shot may submit a take of the given price and reserves
// it. It is false when the shot must not go on: cancelled, stopped or draining.
func (e *episode) gate(ctx workflow.Context, s *shot, estimate int64) bool {
	for {
		if s.over(ctx) || e.draining(ctx) || e.stopped != "" {
			return false
		}
		switch {
		case e.paused != nil:
			s.State = drama.ShotPaused
			_ = workflow.Await(ctx, func() bool { return e.paused == nil || e.draining(ctx) })
		case e.budget.fits(estimate):
			e.budget.reserved += estimate
			return true
		case e.inFlight > 0:
			// A take that costs less than reserved, or a job that was not
			// accepted, may make room.
			s.State = drama.ShotWaiting
			seen := e.budget.settled + e.budget.reserved
			_ = workflow.Await(ctx, func() bool {
				return e.inFlight == 0 || e.budget.settled+e.budget.reserved != seen || e.budget.fits(estimate) || e.stopped != "" || e.draining(ctx)
			})
		case e.budget.stop:
			e.stopped = e.budget.why(s.Plan.Slate, estimate)
			return false
		default:
			s.State = drama.ShotPaused
			e.budget.short[s.Plan.Slate] = estimate
			_ = workflow.Await(ctx, func() bool { return e.budget.fits(estimate) || e.stopped != "" || e.draining(ctx) })
			delete(e.budget.short, s.Plan.Slate)
		}
	}
}
