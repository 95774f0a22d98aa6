package purchase

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
)

// ambiguous settles what nobody knows: has the vendor the job or not? It never
// guesses with the studio's money.
func (j *job) ambiguous(ctx context.Context, id ledger.ID, intent ledger.Intent, grace time.Duration, cause error) (clip Clip, next bool, err error) {
	if r, ok := j.hinted(id); ok {
		if err := j.receive(ctx, id, r); err != nil {
			return Clip{}, false, j.double(ctx, id, err)
		}
	} else if err := beat.Wait(ctx, intent.At.Add(grace).Sub(j.now())); err != nil {
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
	if lasts := j.repeats(); e.Hold == nil && lasts > 0 && j.now().Before(intent.At.Add(lasts)) {
		clip, err = j.repeat(ctx, id, intent)
		return clip, false, err
	}
	if e.Hold != nil { // a person has been asked already
		return Clip{}, false, j.fail(Held, j.spent, "", errors.New(e.Hold.Question))
	}
	if j.instance.ResubmitAmbiguous && j.blind == 0 { // one more, not one after the other
		o := ledger.Outcome{State: StateResubmitted, Policy: true, Price: intent.Estimate, Estimated: intent.Estimate.Micros != 0, Reason: "no answer; the studio's policy for " + j.order.Instance + " is to submit again: " + cause.Error()}
		if err := j.settle(ctx, id, o); err != nil {
			return Clip{}, false, err
		}
		return j.again(ctx, id)
	}
	question := fmt.Sprintf("%s may or may not have job %s (key %s, %s, sent %s): %v. Look for it in the vendor's console, then adopt its id, or say that it is absent; else resubmit, or drop it",
		j.order.Instance, id, intent.Key, intent.Estimate, intent.At.UTC().Format(time.RFC3339), cause)
	return Clip{}, false, j.hold(ctx, id, question)
}

// hold leaves a job to a person.
func (j *job) hold(ctx context.Context, id ledger.ID, question string) error {
	if err := j.Ledger.Hold(ctx, id, ledger.Hold{Question: question, At: j.now()}); err != nil && !errors.Is(err, ledger.ErrExists) {
		return err
	}
	j.log.Error("a job waits for a person", "job", id.String(), "question", question)
	return j.fail(Held, j.spent, "", errors.New(question))
}

// double holds a job for which the vendor named a job that is another's: whether it made
// one or two, only its console tells. Any other err is given back.
func (j *job) double(ctx context.Context, id ledger.ID, err error) error {
	claimed, ok := errors.AsType[*ledger.ClaimedError](err)
	if !ok {
		return err
	}
	return j.hold(ctx, id, fmt.Sprintf("%s says of job %s that it is its %s; but that is job %s already, and one job there is one clip. Look in the vendor's console whether it made two: adopt the other's id, or say that this one is absent; else resubmit, or drop it",
		j.order.Instance, id, claimed.VendorJob, claimed.By))
}

// find asks the vendor for the job by our own key.
func (j *job) find(ctx context.Context, f provider.Finder, id ledger.ID, intent ledger.Intent) (clip Clip, next bool, err error) {
	asking, stop := context.WithTimeout(ctx, pollTimeout)
	defer stop()
	type answer struct {
		job   provider.Job
		found bool
	}
	sought := j.request
	sought.Age = max(j.now().Sub(intent.At), 0) // a clock that was set back knows nothing
	a, err := beat.While(ctx, asked(j, "find", func() (answer, error) {
		found, ok, err := f.Find(asking, sought)
		return answer{found, ok}, err
	}))
	if err != nil {
		// Asking costs nothing; it is asked until it answers.
		return Clip{}, false, &Failure{Type: string(provider.KindOf(err, provider.KindTransient)), After: max(RetryAfter(err), 3*j.unit()), Err: fmt.Errorf("look for job %s at %s: %w", id, j.order.Instance, err)}
	}
	if a.found {
		r := ledger.Receipt{Job: a.job, Provider: j.order.Instance, Found: "finder", At: j.now()}
		if err := j.receive(ctx, id, r); err != nil {
			return Clip{}, false, j.double(ctx, id, err)
		}
		clip, err = j.collect(ctx, id, intent, r)
		return clip, false, err
	}
	o := ledger.Outcome{State: StateNotAccepted, Price: drama.Money{Currency: j.order.Estimate.Currency}, Reason: "no answer, and the vendor has no job of this key"}
	if err := j.settle(ctx, id, o); err != nil {
		return Clip{}, false, err
	}
	return j.again(ctx, id)
}

// repeats is for how long the vendor makes nothing new of the same request.
func (j *job) repeats() time.Duration {
	if r, ok := j.provider.(provider.Repeater); ok {
		return r.Repeats(j.request)
	}
	return 0
}

// repeat sends the very request again, under its key and its intent: the vendor makes one
// job of it, and says which.
func (j *job) repeat(ctx context.Context, id ledger.ID, intent ledger.Intent) (Clip, error) {
	sending, stop := context.WithTimeout(context.WithoutCancel(ctx), submitTimeout)
	defer stop()
	found, err := beat.While(ctx, asked(j, "submit", func() (provider.Job, error) {
		return j.provider.Submit(sending, j.withCallback(sending, j.withPictures(j.request)))
	}))
	if err == nil && !provider.Named(found.ID) {
		err = fmt.Errorf("the vendor calls the job %.80q, which is no id", found.ID)
	}
	if err != nil {
		// Whatever it is, it says nothing of what became of the submit before.
		return Clip{}, &Failure{Type: string(provider.KindTransient), After: max(RetryAfter(err), 3*j.unit()), Err: fmt.Errorf("send the request of job %s to %s again, of which it makes one job: %w", id, j.order.Instance, err)}
	}
	r := ledger.Receipt{Job: found, Provider: j.order.Instance, Found: "repeated", At: j.now()}
	if err := j.receive(ctx, id, r); err != nil {
		return Clip{}, j.double(ctx, id, err)
	}
	return j.collect(ctx, id, intent, r)
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

// hinted is the receipt that the order's last try said it has.
func (j *job) hinted(id ledger.ID) (ledger.Receipt, bool) {
	w := j.order.Last
	if w == nil || w.Attempt != id.Attempt || w.Job.ID == "" {
		return ledger.Receipt{}, false
	}
	return ledger.Receipt{Job: w.Job, Provider: j.order.Instance, Found: "heartbeat", At: j.now()}, true
}
