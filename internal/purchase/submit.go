package purchase

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/provider"
)

// receiptTries is how often a receipt is written before the worker gives up: it
// is the one record that money depends on and that nobody can make up later.
const receiptTries = 6

// submit asks the vendor, once. The intent is written.
func (j *job) submit(ctx context.Context, id ledger.ID, intent ledger.Intent) (clip Clip, next bool, err error) {
	// A request that is cut off half way is money in doubt: once begun it is not
	// cancelled, only timed out, well before anybody else takes the intent for
	// abandoned.
	sending, stop := context.WithTimeout(context.WithoutCancel(ctx), submitTimeout)
	defer stop()
	j.flies(true)
	receipt, err := beat.While(ctx, asked(j, "submit", func() (provider.Job, error) {
		return j.provider.Submit(sending, j.withCallback(sending, j.withPictures(j.request)))
	}))
	if err == nil && !provider.Named(receipt.ID) {
		// Something was bought, under a name that nobody can use.
		err = &provider.Error{Kind: provider.KindAmbiguous, Op: "submit", Message: fmt.Sprintf("the vendor calls the job %.80q, which is no id", receipt.ID)}
	}
	if err == nil {
		r := ledger.Receipt{Job: receipt, Provider: j.order.Instance, At: j.now()}
		if err := j.receive(ctx, id, r); err != nil {
			return Clip{}, false, j.double(ctx, id, err)
		}
		clip, err = j.collect(ctx, id, intent, r)
		return clip, false, err
	}
	kind := provider.KindOf(err, provider.KindAmbiguous)
	if (kind == provider.KindInvalid || kind == provider.KindNotFound) && j.lapsed(sending) {
		kind = provider.KindTransient // it is registered anew, and asked again
	}
	settle := func(state string, price drama.Money) error {
		return j.settle(ctx, id, ledger.Outcome{State: state, Price: price, Reason: err.Error()})
	}
	none := drama.Money{Currency: j.order.Estimate.Currency}
	switch kind {
	case provider.KindTransient, provider.KindThrottled:
		if e := settle(StateNotAccepted, none); e != nil {
			return Clip{}, false, e
		}
		f := &Failure{Type: string(kind), Final: final(kind), After: max(RetryAfter(err), j.backoff(id.Attempt)), Err: err}
		if machine.Trouble(err) {
			f.Type = Machine
		}
		return Clip{}, false, f
	case provider.KindInvalid, provider.KindAuth, provider.KindQuota:
		state, price := StateNotAccepted, none
		if billed(err) { // what was asked for cannot be made, and looking at it is charged
			state, price = StateFailed, j.order.Estimate
		}
		if e := settle(state, price); e != nil {
			return Clip{}, false, e
		}
		return Clip{}, false, j.fail(string(kind), j.sum(price), "", err)
	case provider.KindRefused, provider.KindFailed, provider.KindNotFound:
		state, price := StateRefused, none
		if kind != provider.KindRefused {
			kind, state = provider.KindFailed, StateFailed
		}
		if billed(err) {
			price = j.order.Estimate
		}
		if e := settle(state, price); e != nil {
			return Clip{}, false, e
		}
		return Clip{}, false, j.fail(string(kind), j.sum(price), "", err)
	case provider.KindAmbiguous, provider.KindUnknown:
	}
	return j.ambiguous(ctx, id, intent, j.grace()/settleShare, err)
}

// backoff is how long to wait after so many submits that were not accepted. The
// engine's own count will not do: waiting for a slot counts there too.
func (j *job) backoff(submits int) time.Duration {
	const (
		longest = 6  // doublings: a minute, as vendors count their limits
		outage  = 20 // submits after which it is one: a job's numbers must outlast the night
	)
	if submits > outage {
		return 600 * j.unit()
	}
	return min(j.unit()<<min(submits-1, longest), time.Minute)
}

// settleShare is the part of the grace that a vendor's own list gets to show a
// job whose answer we lost ourselves: nobody else can be about to write a receipt.
const settleShare = 18

// tellAfter is how long a receipt may take to be written before the engine is told of
// it too: a second place for it, should the store be away and the worker die. It is far
// longer than a store takes, so that a store that is there costs no beat.
const tellAfter = 300 * time.Millisecond

// receive writes the receipt. A receipt that is there already, from whoever found
// the job first, is as good.
func (j *job) receive(ctx context.Context, id ledger.ID, r ledger.Receipt) error {
	ctx = context.WithoutCancel(ctx)
	w := Word{Attempt: id.Attempt, Job: r.Job, Notes: slices.Clone(j.notes)}
	slow := time.AfterFunc(tellAfter, func() { beat.Say(ctx, w) })
	defer slow.Stop()
	var err error
	for try := range receiptTries {
		err = j.Ledger.Receive(ctx, id, r)
		if err == nil || errors.Is(err, ledger.ErrExists) {
			return nil
		}
		if _, claimed := errors.AsType[*ledger.ClaimedError](err); claimed {
			return err
		}
		j.log.Error("write a vendor's receipt", "job", id.String(), "vendor_job", r.Job.ID, "error", err)
		if beat.Wait(ctx, time.Duration(try+1)*j.unit()) != nil {
			break
		}
	}
	return fmt.Errorf("record that %s has job %s as %s: %w", j.order.Instance, id, r.Job.ID, err)
}

// unit is the step of short waits: a second, or as much less as tests' Grace asks.
func (j *job) unit() time.Duration { return min(time.Second, j.grace()/10) }

func (j *job) grace() time.Duration {
	if j.Grace > 0 {
		return j.Grace
	}
	return DefaultGrace
}

// settle writes the outcome, once; what somebody else wrote before stands.
func (j *job) settle(ctx context.Context, id ledger.ID, o ledger.Outcome) error {
	o.At, o.Reason = j.now(), text(o.Reason)
	err := j.Ledger.Settle(context.WithoutCancel(ctx), id, o)
	if err != nil && !errors.Is(err, ledger.ErrExists) {
		return err
	}
	j.leave(ctx)
	j.delivered(id)
	return nil
}

// RetryAfter is the vendor's wish to wait that an error tells of; 0: none.
func RetryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*provider.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// billed says whether the vendor told that it charges nevertheless.
func billed(err error) bool {
	var e *provider.Error
	return errors.As(err, &e) && e.Billed != nil && *e.Billed
}
