package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
)

// bank speaks with the show's account for the run: one word at a time, each the
// whole truth. Takes that are to begin at once are asked for together.
type bank struct {
	seq     int // of the last word
	open    bool
	busy    bool
	pending []*request
	caps    []drama.CapState // as the account said last
	told    drama.Money      // spent, reserved and needed by the last word
	woken   int
	retry   time.Duration
	ended   bool
}

// request is a take that asks for its price.
type request struct {
	price drama.Money
	done  bool
	answer
}

// answer is what became of it. short is the cap in the way; nil although it was not
// granted: the money is there, and an earlier episode's. shared says that the
// account keeps that cap.
type answer struct {
	granted bool
	short   *drama.CapState
	never   bool
	shared  bool
	// woken is how often the run had been woken when it was asked: what came since
	// may have changed the answer.
	woken int
}

// times counts how often it was worth asking again.
func (b *bank) times() int {
	if b == nil {
		return 0
	}
	return b.woken
}

// ask waits for the account's answer.
func (b *bank) ask(ctx workflow.Context, price drama.Money) answer {
	r := &request{price: price}
	b.pending = append(b.pending, r)
	// Not ctx: a word that is said is waited for.
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	_ = workflow.Await(collect, func() bool { return r.done || b.ended })
	return r.answer
}

// bankFor opens the bank where the show's account has a say.
func (e *episode) bankFor(ctx workflow.Context) {
	if e.budget.bank != nil || e.in.Rules < RulesAccount || !e.budget.caps.Shared && e.in.Group == "" {
		return
	}
	e.budget.bank = &bank{}
	if c := e.in.Continued; c != nil && c.Bank != nil {
		e.budget.bank.seq, e.budget.bank.open, e.budget.bank.told = c.Bank.Seq, c.Bank.Open, c.Bank.Told
	}
	e.keepBank(ctx)
}

// keepBank runs the bank's coroutine until the run ends.
func (e *episode) keepBank(ctx workflow.Context) {
	b := e.budget.bank
	collect, _ := workflow.NewDisconnectedContext(ctx)
	signals := workflow.GetSignalChannel(ctx, SignalMoney)
	workflow.GoNamed(collect, "bank", func(ctx workflow.Context) {
		for {
			ready := func() bool {
				return b.ended || !b.open && e.asked || len(b.pending) > 0 || signals.Len() > 0 || b.open && e.holding().Micros < b.told.Micros
			}
			switch {
			case ready():
			case len(e.budget.short) == 0:
				if workflow.Await(ctx, func() bool { return ready() || len(e.budget.short) > 0 }) != nil {
					return
				}
				continue
			default:
				// Nobody may have told us: after a while it asks again by itself.
				b.retry = max(b.retry, retryFirst)
				told, err := workflow.AwaitWithTimeout(ctx, b.retry, ready)
				if err != nil {
					return
				}
				if !told {
					b.retry = min(2*b.retry, retryLongest)
					b.woken++
				}
				continue
			}
			if b.ended {
				return
			}
			for signals.ReceiveAsync(nil) {
				b.woken++
			}
			if !b.open && e.asked || len(b.pending) > 0 || b.open && e.holding().Micros < b.told.Micros {
				e.speakToBank(ctx)
			}
		}
	})
}

// cheapestShort is the cheapest take that waits for money; nothing when none does.
func (e *episode) cheapestShort() drama.Money {
	least := drama.Money{Currency: e.plan.Currency}
	for _, slate := range workflow.DeterministicKeys(e.budget.short) {
		if p := e.budget.short[slate].Price; p != nil && (least.Micros == 0 || p.Less(least)) {
			least = *p
		}
	}
	return least
}

// holding is what the run has spent, holds, and needs: when it falls, others may
// have what it gives up.
func (e *episode) holding() drama.Money {
	return plus(plus(e.budget.settled, e.budget.reserved), e.needs())
}

// speakToBank says how the run stands, asks for what is pending, and gives out the
// answers.
func (e *episode) speakToBank(ctx workflow.Context) {
	b := e.budget.bank
	asks, woken := b.pending, b.woken
	b.pending, b.busy = nil, true
	defer func() { b.busy = false }()
	d := e.word(ctx)
	d.Opening = !b.open
	for _, r := range asks {
		d.Asks = append(d.Asks, r.price)
		d.Reserved, d.Needs = minus(d.Reserved, r.price), plus(d.Needs, r.price)
	}
	b.told = plus(plus(d.Spent, d.Reserved), d.Needs)
	var g account.Grant
	err := workflow.ExecuteActivity(records(ctx, fmt.Sprintf("ask the account for %d takes", len(asks))), theBank.Draw, d).Get(ctx, &g)
	if err != nil {
		e.problem("the show's account: " + words(err))
	} else {
		b.open, b.caps = true, g.Caps
	}
	for i, r := range asks {
		r.done, r.woken = true, woken
		if err != nil {
			continue
		}
		r.granted = i < len(g.Granted) && g.Granted[i]
		if r.granted {
			b.retry = 0
		} else {
			r.short, r.never, r.shared = g.Short, g.Never, true
		}
	}
}

// word is how the run stands.
func (e *episode) word(ctx workflow.Context) account.Draw {
	b := e.budget.bank
	b.seq++
	info := workflow.GetInfo(ctx)
	return account.Draw{
		ID: e.in.ID, Workflow: info.WorkflowExecution.ID, Run: info.FirstRunID, Seq: b.seq, Currency: e.plan.Currency, Season: e.budget.caps.Season, Group: e.in.Group,
		Spent: e.budget.settled, RunSpent: e.budget.ofRun(), Reserved: e.budget.reserved, Needs: e.needs(), Waits: e.cheapestShort(),
	}
}

// rest waits until the bank says nothing.
func (e *episode) rest(ctx workflow.Context) error {
	b := e.budget.bank
	if b == nil {
		return nil
	}
	b.ended = true
	return workflow.Await(ctx, func() bool { return !b.busy })
}

// closeBank gives back what is left.
func (e *episode) closeBank(ctx workflow.Context) error {
	b := e.budget.bank
	if b == nil || !b.open {
		return nil
	}
	if err := e.rest(ctx); err != nil {
		return err
	}
	d := e.word(ctx)
	d.Closing = true
	b.open = false
	if err := workflow.ExecuteActivity(records(ctx, "close the book at the account"), theBank.Draw, d).Get(ctx, nil); err != nil {
		e.problem("the show's account: " + words(err))
	}
	return nil
}
