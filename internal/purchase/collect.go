package purchase

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/provider"
)

// patience is how many polls in a row may go without an answer before the engine
// is told, which asks again more and more seldom.
const patience = 5

// notFounds is how many times in a row a vendor must not know a job that it took.
const notFounds = 3

// cancelTimeout bounds asking a vendor to stop a job.
const cancelTimeout = 30 * time.Second

// collect polls a job that the vendor has, to its end, and fetches the clip. A
// job is paid for: when the run asks to stop, the vendor is asked to; a job that
// goes on is collected all the same.
func (j *job) collect(ctx context.Context, id ledger.ID, intent ledger.Intent, r ledger.Receipt) (Clip, error) {
	j.flies(true)
	j.remain(ctx, id)
	j.stay.ran = true
	ear := j.calls().Listen(j.order.Instance, id.Key())
	defer ear.Close()
	deadline := r.At.Add(j.deadline())
	stopping := false
	unknown := ""
	misses := 0 // polls in a row without an answer
	looked := j.now()
	gone := 0 // polls in a row to which the vendor said that it knows no such job
	for {
		if !stopping && ctx.Err() != nil {
			if !j.unwanted(ctx) {
				return Clip{}, ctx.Err() // the worker stops: the next one goes on
			}
			stopped, err := j.stop(ctx, id, r)
			if err != nil {
				return Clip{}, err
			}
			if stopped {
				return Clip{}, context.Cause(ctx)
			}
			stopping = true
			ctx = context.WithoutCancel(ctx)
		}
		if now := j.now(); now.Sub(looked) >= 15*j.unit() {
			looked = now
			// A person may have given the job up meanwhile.
			if e, err := j.Ledger.Get(ctx, id); err == nil && e.Outcome != nil {
				return j.overtaken(ctx, id, r, e)
			}
		}
		beat.Now(ctx)
		st, err := j.poll(ctx, r.Job)
		word := strange(st, err)
		switch {
		case ctx.Err() != nil:
			continue
		case word != "":
			if word != unknown {
				unknown = word
				if j.Watch != nil {
					j.Watch.Strange(j.order.Instance)
				}
				j.log.Error("a vendor says a status that we do not know; it is polled on", "job", id.String(), "vendor_job", r.Job.ID, "word", word)
				j.note(fmt.Sprintf("%s said %q, a status that we do not know", j.order.Instance, word))
				beat.Say(ctx, Word{Attempt: id.Attempt, Job: r.Job, Notes: j.notes})
			}
		case err != nil:
			misses++
			if gone++; provider.KindOf(err, "") != provider.KindNotFound {
				gone = 0
			}
			if err := j.pollFailed(ctx, id, intent, r, err, deadline, misses, gone); err != nil {
				return Clip{}, err
			}
			st.PollAfter = RetryAfter(err)
		case st.State == provider.Succeeded:
			j.leave(ctx) // the vendor's part is done; the download is ours
			return j.fetch(ctx, id, intent, r, st)
		case st.Err != nil && machine.Trouble(st.Err):
			// What is made on this machine and failed with it is made again.
			return Clip{}, &Failure{Type: Machine, After: 10 * j.unit(), Err: fmt.Errorf("make %s at %s: %w", id, j.order.Instance, st.Err)}
		case st.State == provider.Failed || st.State == provider.Cancelled || st.State == provider.Expired:
			return Clip{}, j.vendorFailed(ctx, id, intent, r, st)
		}
		if err == nil {
			misses, gone = 0, 0
		}
		if (err == nil || word != "") && !j.now().Before(deadline) {
			return Clip{}, j.late(ctx, id, intent, r, unknown)
		}
		if err := j.rest(ctx, j.pace(st, deadline), ear, err != nil); err != nil && !j.unwanted(ctx) {
			return Clip{}, err
		}
	}
}

// overtaken ends with what somebody else wrote. A job that was given up is stopped
// at the vendor where that can be: nobody waits for it.
func (j *job) overtaken(ctx context.Context, id ledger.ID, r ledger.Receipt, e ledger.Entry) (Clip, error) {
	if c, ok := j.provider.(provider.Canceler); ok && e.Outcome.State == StateDropped {
		asking, stop := context.WithTimeout(ctx, cancelTimeout)
		defer stop()
		if _, err := beat.While(ctx, asked(j, "cancel", func() (bool, error) { return c.Cancel(asking, r.Job) })); err != nil {
			j.log.Info("a job that was given up cannot be stopped", "job", id.String(), "error", err)
		}
	}
	j.leave(ctx)
	j.delivered(id)
	clip, _, err := j.ended(id, e)
	return clip, err
}

func (j *job) deadline() time.Duration {
	if ms := j.instance.DeadlineMS; ms > 0 {
		return min(time.Duration(ms)*time.Millisecond, MaxDeadline)
	}
	return defaultDeadline
}

// pace is when to ask again: as the vendor wishes, else as the instance is
// configured, but not past the deadline.
func (j *job) pace(st provider.Status, deadline time.Time) time.Duration {
	d := st.PollAfter
	if d <= 0 {
		d = time.Duration(j.instance.PollEveryMS) * time.Millisecond
	}
	if d <= 0 {
		d = defaultPace
	}
	if left := deadline.Sub(j.now()); left > 0 {
		d = min(d, left)
	}
	return d
}

// rest waits until it is time to ask again: the pace, or the vendor's call. Who calls
// again and again is not asked more often than once a unit, and a vendor that did not
// answer is left its time.
func (j *job) rest(ctx context.Context, pace time.Duration, ear *callback.Ear, unanswered bool) error {
	if unanswered {
		return beat.Wait(ctx, pace)
	}
	least := min(pace, j.unit())
	if err := beat.Wait(ctx, least); err != nil {
		return err
	}
	return beat.Until(ctx, pace-least, ear.C)
}

func (j *job) poll(ctx context.Context, v provider.Job) (provider.Status, error) {
	asking, stop := context.WithTimeout(ctx, pollTimeout)
	defer stop()
	return beat.While(ctx, asked(j, "poll", func() (provider.Status, error) { return j.provider.Poll(asking, v) }))
}

// strange is the vendor's word when it is one that nobody knows: such a job is
// not running and not done, and is asked for again until the deadline.
func strange(st provider.Status, err error) string {
	var e *provider.Error
	if errors.As(err, &e) || st.Err != nil {
		if e == nil {
			e = st.Err
		}
		if e.Kind == provider.KindUnknown {
			if st.Word != "" {
				return st.Word
			}
			return e.Message
		}
	}
	if err != nil {
		return ""
	}
	switch st.State {
	case provider.Queued, provider.Running, provider.Succeeded, provider.Failed, provider.Cancelled, provider.Expired:
		return ""
	}
	return fmt.Sprintf("%s%s", st.State, st.Word)
}

// pollFailed decides about a poll without a status. nil: ask again at the pace. The
// job is paid for, so no silence ends it: the deadline is for the vendor's making,
// and only a vendor that answers can say that it is not done.
func (j *job) pollFailed(ctx context.Context, id ledger.ID, intent ledger.Intent, r ledger.Receipt, err error, deadline time.Time, misses, gone int) error {
	kind := provider.KindOf(err, provider.KindTransient)
	late := !j.now().Before(deadline)
	switch kind {
	case provider.KindNotFound:
		// A vendor's list may lag behind its own answer, and some machine on the way
		// may know nothing of it.
		if j.now().Sub(r.At) < j.grace() || gone < notFounds {
			return nil
		}
		return j.lost(ctx, id, intent, r, fmt.Errorf("%s does not know job %s any more", j.order.Instance, r.Job.ID))
	case provider.KindRefused, provider.KindFailed:
		return j.lost(ctx, id, intent, r, err)
	case provider.KindInvalid:
		if late {
			return j.lost(ctx, id, intent, r, fmt.Errorf("the deadline of %s has passed, and the last poll: %w", j.deadline(), err))
		}
	case provider.KindAuth, provider.KindQuota, provider.KindTransient, provider.KindThrottled, provider.KindAmbiguous, provider.KindUnknown:
	}
	if misses < patience && (kind == provider.KindTransient || kind == provider.KindThrottled) && !late {
		return nil
	}
	f := &Failure{Type: string(kind), After: max(RetryAfter(err), 10*j.unit()), Err: fmt.Errorf("poll job %s at %s: %w", r.Job.ID, j.order.Instance, err)}
	if machine.Trouble(err) {
		f.Type = Machine
	}
	// A key that stopped working is a person's to mend.
	return f
}

// lost settles a job of which nothing will come although it may be billed.
func (j *job) lost(ctx context.Context, id ledger.ID, intent ledger.Intent, r ledger.Receipt, cause error) error {
	o := ledger.Outcome{State: StateExpired, Price: intent.Estimate, Estimated: true, Reason: cause.Error()}
	if err := j.settle(ctx, id, o); err != nil {
		return err
	}
	return j.fail(string(provider.KindFailed), j.sum(intent.Estimate), r.Job.ID, cause)
}

// vendorFailed settles a job that the vendor ended without a clip.
func (j *job) vendorFailed(ctx context.Context, id ledger.ID, intent ledger.Intent, r ledger.Receipt, st provider.Status) error {
	kind, state := provider.KindFailed, StateFailed
	switch st.State {
	case provider.Cancelled:
		state = StateCancelled
	case provider.Expired:
		state = StateExpired
	case provider.Failed, provider.Queued, provider.Running, provider.Succeeded:
	}
	cause := fmt.Errorf("%s says that the job is %s", j.order.Instance, st.State)
	price := drama.Money{Currency: j.order.Estimate.Currency}
	estimated := false
	if st.Err != nil {
		cause = st.Err
		switch st.Err.Kind {
		case provider.KindRefused:
			kind, state = provider.KindRefused, StateRefused
		case provider.KindInvalid:
			kind = provider.KindInvalid
		case provider.KindAuth, provider.KindQuota:
			kind = st.Err.Kind
		case provider.KindTransient, provider.KindThrottled, provider.KindAmbiguous, provider.KindFailed, provider.KindUnknown, provider.KindNotFound:
		}
		if billed(st.Err) {
			price, estimated = intent.Estimate, true
		}
	}
	if st.Price != nil {
		price, estimated = j.price(*st.Price, intent.Estimate)
	}
	if err := j.settle(ctx, id, ledger.Outcome{State: state, Price: price, Estimated: estimated, Reason: cause.Error()}); err != nil {
		return err
	}
	return j.fail(string(kind), j.sum(price), r.Job.ID, cause)
}

// price is the vendor's price in the run's currency, else our estimate.
func (j *job) price(told, estimate drama.Money) (price drama.Money, estimated bool) {
	price, err := j.Exchange.Convert(told, estimate.Currency)
	if err != nil {
		j.note("the price is our estimate: " + err.Error())
		return estimate, true
	}
	return price, false
}

// late ends a job that is past its deadline.
func (j *job) late(ctx context.Context, id ledger.ID, intent ledger.Intent, r ledger.Receipt, unknown string) error {
	cause := fmt.Errorf("no clip after %s; the instance's deadline can be raised in the config", j.deadline())
	kind := provider.KindFailed
	if unknown != "" {
		kind, cause = provider.KindUnknown, fmt.Errorf("no clip after %s, and its last status %q is not one that we know", j.deadline(), unknown)
	}
	price := intent.Estimate
	if c, ok := j.provider.(provider.Canceler); ok {
		asking, stop := context.WithTimeout(ctx, cancelTimeout)
		defer stop()
		if stopped, err := beat.While(ctx, asked(j, "cancel", func() (bool, error) { return c.Cancel(asking, r.Job) })); err == nil && stopped {
			price = drama.Money{Currency: intent.Estimate.Currency}
		}
	}
	o := ledger.Outcome{State: StateExpired, Price: price, Estimated: price.Micros != 0, Reason: cause.Error()}
	if err := j.settle(ctx, id, o); err != nil {
		return err
	}
	return j.fail(string(kind), j.sum(price), r.Job.ID, cause)
}

// stop asks the vendor to stop a job that the run does not want any more.
func (j *job) stop(ctx context.Context, id ledger.ID, r ledger.Receipt) (bool, error) {
	c, ok := j.provider.(provider.Canceler)
	if !ok {
		return false, nil
	}
	asking, end := context.WithTimeout(context.WithoutCancel(ctx), cancelTimeout)
	defer end()
	stopped, err := beat.While(ctx, asked(j, "cancel", func() (bool, error) { return c.Cancel(asking, r.Job) }))
	if err != nil || !stopped {
		j.log.Info("a job cannot be stopped and is collected", "job", id.String(), "error", err)
		return false, nil
	}
	o := ledger.Outcome{State: StateCancelled, Price: drama.Money{Currency: j.order.Estimate.Currency}, Reason: "stopped at the vendor because the run did not want it any more"}
	return true, j.settle(ctx, id, o)
}
