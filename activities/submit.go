package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
)

// receiptTries is how often a receipt is written before the worker gives up: it
// is the one record that money depends on and that nobody can make up later.
const receiptTries = 6

// hint is a receipt in heartbeat details: a second chance if the worker dies
// between the vendor's answer and the ledger. The ledger stays the record.
type hint struct {
	Attempt int          `json:"attempt"`
	Job     provider.Job `json:"job"`
}

// submit asks the vendor, once. The intent is written.
func (j *job) submit(ctx context.Context, id ledger.ID, intent ledger.Intent) (clip Clip, next bool, err error) {
	// A request that is cut off half way is money in doubt: once begun it is not
	// cancelled, only timed out, well before anybody else takes the intent for
	// abandoned.
	sending, stop := context.WithTimeout(context.WithoutCancel(ctx), submitTimeout)
	defer stop()
	receipt, err := beating(ctx, func() (provider.Job, error) { return j.provider.Submit(sending, j.withPictures(j.request)) })
	if err == nil {
		beat(ctx, hint{Attempt: id.Attempt, Job: receipt})
		r := ledger.Receipt{Job: receipt, At: j.now()}
		if err := j.receive(ctx, id, r); err != nil {
			return Clip{}, false, err
		}
		clip, err = j.collect(ctx, id, intent, r)
		return clip, false, err
	}
	kind := provider.KindOf(err, provider.KindAmbiguous)
	settle := func(state string, price drama.Money) error {
		return j.settle(ctx, id, ledger.Outcome{State: state, Price: price, Reason: err.Error()})
	}
	none := drama.Money{Currency: j.in.Estimate.Currency}
	switch kind {
	case provider.KindTransient, provider.KindThrottled:
		if e := settle(StateNotAccepted, none); e != nil {
			return Clip{}, false, e
		}
		return Clip{}, false, &Failure{Type: string(kind), Final: byKind(kind), After: max(retryAfter(err), j.backoff(id.Attempt)), Err: err}
	case provider.KindInvalid, provider.KindAuth, provider.KindQuota:
		if e := settle(StateNotAccepted, none); e != nil {
			return Clip{}, false, e
		}
		return Clip{}, false, j.fail(kind, byKind(kind), j.spent, "", err)
	case provider.KindRefused, provider.KindFailed, provider.KindNotFound:
		state, price := StateRefused, none
		if kind != provider.KindRefused {
			kind, state = provider.KindFailed, StateFailed
		}
		if billed(err) {
			price = j.in.Estimate
		}
		if e := settle(state, price); e != nil {
			return Clip{}, false, e
		}
		return Clip{}, false, j.fail(kind, byKind(kind), j.sum(price), "", err)
	case provider.KindAmbiguous, provider.KindUnknown:
	}
	return j.ambiguous(ctx, id, intent, j.grace()/settleShare, err)
}

// backoff is how long to wait after so many submits that were not accepted. The
// engine's own count will not do: waiting for a slot counts there too.
func (j *job) backoff(submits int) time.Duration {
	const longest = 6 // doublings: a minute, as vendors count their limits
	return min(j.unit()<<min(submits-1, longest), time.Minute)
}

// settleShare is the part of the grace that a vendor's own list gets to show a
// job whose answer we lost ourselves: nobody else can be about to write a receipt.
const settleShare = 18

// receive writes the receipt. A receipt that is there already, from whoever found
// the job first, is as good.
func (j *job) receive(ctx context.Context, id ledger.ID, r ledger.Receipt) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	for try := range receiptTries {
		err = j.Ledger.Receive(ctx, id, r)
		if err == nil || errors.Is(err, ledger.ErrExists) {
			return nil
		}
		j.log.Error("write a vendor's receipt", "job", id.String(), "vendor_job", r.Job.ID, "error", err)
		if wait(ctx, time.Duration(try+1)*j.unit()) != nil {
			break
		}
	}
	return fmt.Errorf("record that %s has job %s as %s: %w", j.in.Instance, id, r.Job.ID, err)
}

// unit is the step of short waits: a second, or as much less as tests' Grace asks.
func (j *job) unit() time.Duration { return min(time.Second, j.grace()/10) }

func (j *job) grace() time.Duration {
	if j.Grace > 0 {
		return j.Grace
	}
	return DefaultGrace
}

// ambiguous settles what nobody knows: has the vendor the job or not? It never
// guesses with the studio's money.
func (j *job) ambiguous(ctx context.Context, id ledger.ID, intent ledger.Intent, grace time.Duration, cause error) (clip Clip, next bool, err error) {
	if r, ok := hinted(ctx, id); ok {
		r.At = j.now()
		if err := j.receive(ctx, id, r); err != nil {
			return Clip{}, false, err
		}
	} else if err := wait(ctx, intent.At.Add(grace).Sub(j.now())); err != nil {
		// Whoever wrote the intent may still be waiting for the vendor's answer.
		return Clip{}, false, err
	}
	e, err := j.Ledger.Get(ctx, id)
	if err != nil {
		return Clip{}, false, err
	}
	if e.Outcome != nil || e.Receipt != nil {
		return j.resume(ctx, id, e)
	}
	if f, ok := j.provider.(provider.Finder); ok {
		return j.find(ctx, f, id, intent)
	}
	if j.instance.ResubmitAmbiguous {
		o := ledger.Outcome{State: StateResubmitted, Price: intent.Estimate, Estimated: true, Reason: "no answer; the studio's policy for " + j.in.Instance + " is to submit again: " + cause.Error()}
		if err := j.settle(ctx, id, o); err != nil {
			return Clip{}, false, err
		}
		return j.again(ctx, id)
	}
	question := fmt.Sprintf("%s may or may not have job %s (key %s, %s, sent %s): %v. Look for it in the vendor's console, then adopt its id, or say that it is absent; else resubmit, or drop it",
		j.in.Instance, id, intent.Key, intent.Estimate, intent.At.UTC().Format(time.RFC3339), cause)
	if err := j.Ledger.Hold(ctx, id, ledger.Hold{Question: question, At: j.now()}); err != nil && !errors.Is(err, ledger.ErrExists) {
		return Clip{}, false, err
	}
	j.log.Error("a job waits for a person", "job", id.String(), "cause", cause)
	return Clip{}, false, j.fail(ErrHeld, true, j.spent, "", errors.New(question))
}

// find asks the vendor for the job by our own key.
func (j *job) find(ctx context.Context, f provider.Finder, id ledger.ID, intent ledger.Intent) (clip Clip, next bool, err error) {
	asking, stop := context.WithTimeout(ctx, pollTimeout)
	defer stop()
	receipt, found, err := f.Find(asking, j.request)
	if err != nil {
		// Asking costs nothing; it is asked until it answers.
		return Clip{}, false, &Failure{Type: string(provider.KindOf(err, provider.KindTransient)), After: max(retryAfter(err), 3*j.unit()), Err: fmt.Errorf("look for job %s at %s: %w", id, j.in.Instance, err)}
	}
	if found {
		r := ledger.Receipt{Job: receipt, Found: "finder", At: j.now()}
		if err := j.receive(ctx, id, r); err != nil {
			return Clip{}, false, err
		}
		clip, err = j.collect(ctx, id, intent, r)
		return clip, false, err
	}
	o := ledger.Outcome{State: StateNotAccepted, Price: drama.Money{Currency: j.in.Estimate.Currency}, Reason: "no answer, and the vendor has no job of this key"}
	if err := j.settle(ctx, id, o); err != nil {
		return Clip{}, false, err
	}
	return j.again(ctx, id)
}

// again reads back what was settled, which may have been somebody else's word,
// and goes on from there.
func (j *job) again(ctx context.Context, id ledger.ID) (Clip, bool, error) {
	e, err := j.Ledger.Get(ctx, id)
	if err != nil {
		return Clip{}, false, err
	}
	return j.resume(ctx, id, e)
}

// settle writes the outcome, once; what somebody else wrote before stands.
func (j *job) settle(ctx context.Context, id ledger.ID, o ledger.Outcome) error {
	o.At = j.now()
	err := j.Ledger.Settle(context.WithoutCancel(ctx), id, o)
	if err != nil && !errors.Is(err, ledger.ErrExists) {
		return err
	}
	j.leave(ctx)
	return nil
}

// hinted reads the receipt that the activity's last try left in its heartbeat.
func hinted(ctx context.Context, id ledger.ID) (ledger.Receipt, bool) {
	var h hint
	if !activity.IsActivity(ctx) || !activity.HasHeartbeatDetails(ctx) || activity.GetHeartbeatDetails(ctx, &h) != nil {
		return ledger.Receipt{}, false
	}
	return ledger.Receipt{Job: h.Job, Found: "heartbeat"}, h.Attempt == id.Attempt && h.Job.ID != ""
}

// beating runs one bounded call to a vendor and beats meanwhile.
func beating[T any](ctx context.Context, call func() (T, error)) (T, error) {
	type answer struct {
		v   T
		err error
	}
	done := make(chan answer, 1)
	go func() {
		v, err := call()
		done <- answer{v, err}
	}()
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case a := <-done:
			return a.v, a.err
		case <-tick.C:
			beat(ctx)
		}
	}
}

func retryAfter(err error) time.Duration {
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
