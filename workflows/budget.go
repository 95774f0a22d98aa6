package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// budget is what the run knows of money: exact amounts of one currency. A take may
// begin when settled + reserved + its price fit every cap. The run's and the
// episode's are kept here; the season's, and that of a season's whole run, by the
// show's account, which the bank asks.
type budget struct {
	caps     activities.Caps
	before   drama.Money // what the episode had cost before this run
	settled  drama.Money // what it has cost in all
	reserved drama.Money // for what is in flight
	stop     bool        // over a cap the run ends instead of waiting
	bank     *bank       // nil: the show's account has no say
	moved    func()      // more is settled; nil: nobody looks
	// short are the slates that wait for money.
	short map[string]drama.Wait
}

func newBudget(p activities.PlanResult, caps activities.Caps) budget {
	return budget{
		caps: caps, before: p.Spent, settled: p.Spent, reserved: drama.Money{Currency: p.Currency}, stop: p.Stop, short: make(map[string]drama.Wait),
	}
}

// states are the caps that are kept here.
func (b *budget) states() []drama.CapState {
	var all []drama.CapState
	if b.caps.Run != nil {
		all = append(all, drama.CapState{Name: drama.CapRun, Limit: *b.caps.Run, Spent: b.ofRun(), Reserved: b.reserved})
	}
	if b.caps.Episode != nil {
		all = append(all, drama.CapState{Name: drama.CapEpisode, Limit: *b.caps.Episode, Spent: b.settled, Reserved: b.reserved})
	}
	return all
}

// ofRun is what this run has spent.
func (b *budget) ofRun() drama.Money { return minus(b.settled, b.before) }

// short is the first cap that the price does not fit; nil: it fits. A free take
// cannot pass any cap, not even one that is passed already.
func (b *budget) over(price drama.Money) *drama.CapState {
	for _, c := range b.states() {
		if price.Micros > 0 && c.Missing(price).Micros > 0 {
			return &c
		}
	}
	return nil
}

func (b *budget) reserve(m drama.Money) { b.reserved = plus(b.reserved, m) }
func (b *budget) free(m drama.Money)    { b.reserved = minus(b.reserved, m) }

func (b *budget) settle(m drama.Money) {
	b.settled = plus(b.settled, m)
	if b.moved != nil {
		b.moved()
	}
}

// plus and minus are for amounts of the run's one currency.
func plus(a, b drama.Money) drama.Money {
	return drama.Money{Micros: a.Micros + b.Micros, Currency: currency(a, b)}
}

func minus(a, b drama.Money) drama.Money {
	return drama.Money{Micros: a.Micros - b.Micros, Currency: currency(a, b)}
}

func currency(a, b drama.Money) string {
	if a.Currency != "" {
		return a.Currency
	}
	return b.Currency
}

// gate waits until the shot may submit a take of the given price and reserves
// it. It is false when the shot must not go on: cancelled, stopped or draining.
func (e *episode) gate(ctx workflow.Context, s *shot, price drama.Money) bool {
	s.funded = false
	for {
		if s.over(ctx) || e.draining(ctx) || e.stopped != "" {
			return false
		}
		if e.paused != nil {
			s.State = drama.ShotPaused
			_ = workflow.Await(ctx, func() bool { return e.paused == nil || e.draining(ctx) })
			continue
		}
		short := e.budget.over(price)
		answer := answer{short: short, never: short != nil, woken: e.budget.bank.times()}
		if short == nil {
			e.budget.reserve(price)
			s.funded = true
			if price.Micros == 0 || e.budget.bank == nil {
				return true
			}
			answer = e.budget.bank.ask(ctx, price)
			if answer.granted && !s.over(ctx) {
				return true
			}
			s.funded = false
			e.budget.free(price)
			if answer.granted {
				continue
			}
		}
		if !e.afford(ctx, s, price, answer) {
			return false
		}
	}
}

// afforded reserves the price for what a person waits for at the screen, or says at once
// which cap it does not fit.
func (e *episode) afforded(ctx workflow.Context, s *shot, price drama.Money) error {
	if short := e.budget.over(price); short != nil {
		return errors.New(short.Why(s.Plan.Slate, price))
	}
	e.budget.reserve(price)
	if e.budget.bank == nil {
		return nil
	}
	a := e.budget.bank.ask(ctx, price)
	if a.granted {
		return nil
	}
	e.budget.free(price)
	if a.short != nil {
		return errors.New(a.short.Why(s.Plan.Slate, price))
	}
	return fmt.Errorf("shot %s: the lines cost %s, which earlier episodes need; ask again later", s.Plan.Slate, price)
}

// afford waits until it makes sense to ask for the price again. It is false when
// the run stops over it.
func (e *episode) afford(ctx workflow.Context, s *shot, price drama.Money, a answer) bool {
	wait := drama.Wait{Slate: s.Plan.Slate, For: drama.WaitShare, Since: workflow.Now(ctx), Cap: a.short, Price: &price}
	fits := func() bool {
		return a.short != nil && a.short.Name != drama.CapSeason && !a.shared && e.budget.over(price) == nil
	}
	switch {
	case e.inFlight > 0:
		// A take that costs less than reserved, or a job that was not accepted, may
		// make room.
		s.State = drama.ShotWaiting
		e.budget.short[s.Plan.Slate] = wait
		settled, reserved := e.budget.settled, e.budget.reserved
		_ = workflow.Await(ctx, func() bool {
			return e.inFlight == 0 || e.budget.settled != settled || e.budget.reserved != reserved || fits() || e.budget.bank.times() != a.woken ||
				e.stopped != "" || e.draining(ctx)
		})
	case a.never && e.budget.stop:
		wait.For = drama.WaitMoney
		e.stopped, e.stoppedBy = a.short.Why(s.Plan.Slate, price), &wait
		return false
	default:
		s.State = drama.ShotWaiting
		if a.never {
			s.State, wait.For = drama.ShotPaused, drama.WaitMoney
			e.tellWait(drama.Wait{For: wait.For, Since: wait.Since, Cap: a.short, Price: &price}, string(a.short.Name)+" "+a.short.Limit.String())
		}
		e.budget.short[s.Plan.Slate] = wait
		_ = workflow.Await(ctx, func() bool {
			return fits() || e.budget.bank.times() != a.woken || e.stopped != "" || e.draining(ctx)
		})
	}
	delete(e.budget.short, s.Plan.Slate)
	return true
}

// needs is what the run still means to buy, at the cheapest, beside what it has
// asked for.
func (e *episode) needs() drama.Money {
	sum := drama.Money{Currency: e.plan.Currency}
	if e.paused != nil || e.stopped != "" || e.closing {
		return sum
	}
	for _, s := range e.shots {
		if !s.left() || s.unvoiced() || s.funded || s.given || s.chosen || s.Held != nil || len(s.Passed) > 0 || s.waits() || s.Plan.Action != activities.ActionMake {
			continue
		}
		switch p := s.pack; {
		case p != nil && !s.Alone:
			if p.members[0] == s { // and all others with it
				sum = plus(sum, p.plan.Route.Price)
			}
		case len(s.Plan.Routes) > 0:
			sum = plus(sum, s.Plan.Routes[0].Price)
		}
		if len(s.Speech.Lines) == 0 && !s.speaking {
			sum = plus(sum, s.Plan.Lines)
		}
	}
	return sum
}

// retryFirst and retryLongest are how soon the account is asked again although
// nobody has said that money came back.
const (
	retryFirst   = 2 * time.Second
	retryLongest = 5 * time.Minute
)
