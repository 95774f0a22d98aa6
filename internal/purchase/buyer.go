package purchase

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ids"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// MaxDeadline is the longest that a provider instance may give a job.
const MaxDeadline = 24 * time.Hour

// Limits of one take, unless the Generator says otherwise.
const (
	// DefaultMaxBytes is above any clip that a model makes today.
	DefaultMaxBytes = 1 << 30
	// DefaultGrace is how old an intent without a receipt must be before it is
	// believed that nobody is about to write one. It is longer than submitTimeout.
	DefaultGrace = 3 * time.Minute

	submitTimeout = 2 * time.Minute
	pollTimeout   = 30 * time.Second
	// DefaultStall is how long a download may stand still. How long it lasts is not
	// limited: a slow line is no reason to buy again.
	DefaultStall = time.Minute
	leastStall   = 300 * time.Millisecond

	// maxAttempts is what a job id has room for.
	maxAttempts = 99

	defaultDeadline = time.Hour
	defaultPace     = 5 * time.Second
)

// Buyer makes takes: it submits, polls and fetches, with the ledger written ahead.
type Buyer struct {
	Store  store.Store
	Ledger ledger.Ledger
	// Providers finds a configured instance; false when there is none of that name here.
	Providers func(instance string) (provider.Provider, provider.Instance, bool)
	// Slots counts jobs in flight over all processes; nil: how many orders are run at
	// once is the limit.
	Slots    *ledger.Slots
	Exchange drama.Exchange
	Scratch  string // folder for downloads in progress; empty: the system's
	// URLs is true where vendors can reach the store: pictures are then sent as
	// presigned URLs too.
	URLs     bool
	MaxBytes int64         // of a clip; 0: DefaultMaxBytes
	Stall    time.Duration // 0: DefaultStall, or a third of a shorter Grace
	Grace    time.Duration // 0: DefaultGrace
	Log      *slog.Logger
	Now      func() time.Time // nil: time.Now
	// AllowFakeIP lets results come from addresses that a proxy made up (198.18.0.0/15).
	AllowFakeIP bool
	// Keep is told of a clip's file once the store has it, before the file is removed: who
	// needs the clip next may be here. nil: nobody is.
	Keep func(path, sha256 string)
	// Calls makes the addresses at which vendors end a wait early; nil: they are only asked.
	Calls *callback.Desk
	// Watch is told what is asked of vendors; nil: nobody is.
	Watch Watcher
	// Trouble is shared by the buyers of a process; nil: this one heeds none.
	Trouble *Trouble
	// Free is how much space a folder has, bytes; nil: it is asked.
	Free func(folder string) (int64, error)

	gates      gates
	deliveries deliveries
}

// job is one take on its way.
type job struct {
	*Buyer
	order    Order
	provider provider.Provider
	instance provider.Instance
	request  provider.Request
	hash     string
	log      *slog.Logger
	spent    drama.Money // on earlier attempts to buy this take
	blind    int         // of those, submitted again by policy
	notes    []string
	stay     stay
	flying   bool     // Watch knows of it
	signed   []signed // pictures of the request that may be registered with the vendor
}

// Buy makes one take, or still, at most once: whatever an earlier, interrupted try
// got to is found in the ledger and gone on with. Its errors are *Failure with NoClip
// where the run has to decide; any other error is this process's or the store's, and
// the order is to be tried again.
func (b *Buyer) Buy(ctx context.Context, o Order) (Clip, error) {
	p, instance, ok := b.Providers(o.Instance)
	j := &job{Buyer: b, order: o, provider: p, instance: instance, spent: drama.Money{Currency: o.Estimate.Currency}}
	j.log = ids.Log(ctx, b.logger()).With("take", o.Take.String(), "provider", o.Instance)
	if !ok {
		return Clip{}, j.fail(string(provider.KindAuth), j.spent, "", fmt.Errorf("ask %s for a take: this worker has no such provider; check its config", o.Instance))
	}
	if err := j.prepare(ctx, o.Shot); err != nil {
		return Clip{}, err
	}
	if o.Last != nil { // what this try would not see again
		j.notes = o.Last.Notes
	}
	// A job that is still at the vendor keeps its slot, whoever polls it next.
	defer j.pass()
	defer j.flies(false)
	return j.run(ctx)
}

// run finds the attempt that counts and brings it to its end.
func (j *job) run(ctx context.Context) (Clip, error) {
	for attempt := 1; attempt <= maxAttempts; attempt++ {
		id := ledger.ID{Take: j.order.Take, Attempt: attempt}
		j.gates.at(id, true)
		defer j.gates.at(id, false)
		j.request.Key = id.Key()
		clip, next, err := j.attempt(ctx, id)
		if err != nil || !next {
			return clip, err
		}
	}
	return Clip{}, j.fail(string(provider.KindThrottled), j.spent, "",
		fmt.Errorf("submit to %s: asked %d times and never accepted", j.order.Instance, maxAttempts))
}

// attempt brings one attempt to its end. next says that it surely came to nothing
// and another may be made.
func (j *job) attempt(ctx context.Context, id ledger.ID) (clip Clip, next bool, err error) {
	if err := ctx.Err(); err != nil {
		return Clip{}, false, err
	}
	troubled := j.troubled()
	if e := j.enroller(); e != nil && troubled == nil {
		// Before the intent: nothing is bought while a face is waited for.
		entry, err := j.Ledger.Get(ctx, id)
		switch {
		case err == nil:
			return j.resume(ctx, id, entry)
		case !errors.Is(err, ledger.ErrNotFound):
			return Clip{}, false, err
		}
		if err := j.enroll(ctx, e); err != nil {
			return Clip{}, false, err
		}
	}
	if j.limited() || troubled != nil {
		e, err := j.Ledger.Get(ctx, id)
		switch {
		case err == nil:
			return j.resume(ctx, id, e)
		case !errors.Is(err, ledger.ErrNotFound):
			return Clip{}, false, err
		case troubled != nil:
			return Clip{}, false, troubled
		}
		if err := j.occupy(ctx, id); err != nil {
			j.leave(ctx)
			return Clip{}, false, err
		}
	}
	intent := ledger.Intent{
		ID: id, Key: id.Key(), Provider: j.order.Instance, Model: j.request.Model, RequestHash: j.hash, Estimate: j.order.Estimate, At: j.now(),
		Digest: j.order.wanted(), Seed: j.order.Seed, Remedies: remedyNames(j.order.Remedies),
	}
	j.mark(&intent)
	err = j.forgotten(ctx, id)
	if err == nil {
		err = j.promise(ctx)
	}
	if err != nil {
		j.leave(ctx)
		return Clip{}, false, err
	}
	err = j.Ledger.Intend(ctx, intent)
	if err == nil {
		return j.submit(ctx, id, intent)
	}
	if !errors.Is(err, ledger.ErrExists) {
		j.leave(ctx)
		return Clip{}, false, err
	}
	// Somebody was here before: an earlier try of this activity, most likely.
	e, err := j.Ledger.Get(ctx, id)
	if err != nil {
		return Clip{}, false, err
	}
	return j.resume(ctx, id, e)
}

// resume goes on from what the ledger knows.
func (j *job) resume(ctx context.Context, id ledger.ID, e ledger.Entry) (clip Clip, next bool, err error) {
	switch {
	case e.Outcome != nil:
		return j.ended(id, e)
	case e.Receipt != nil:
		clip, err = j.collect(ctx, id, e.Intent, *e.Receipt)
		return clip, false, err
	}
	return j.ambiguous(ctx, id, e.Intent, j.grace(), errors.New("an earlier try was interrupted while it submitted"))
}

// ended says again what a finished attempt came to.
func (j *job) ended(id ledger.ID, e ledger.Entry) (clip Clip, next bool, err error) {
	o := e.Outcome
	vendorJob := ""
	if e.Receipt != nil {
		vendorJob = e.Receipt.Job.ID
	}
	price := j.sum(o.Price)
	reason := errors.New(o.Reason)
	if o.Reason == "" {
		reason = fmt.Errorf("job %s ended as %s", id, o.State)
	}
	switch o.State {
	case StateSucceeded:
		return j.clip(e), false, nil
	case StateResubmitted:
		if o.Policy {
			j.blind++
		}
		// It may be on the vendor's bill twice: whoever reads the cut should know.
		j.note(fmt.Sprintf("job %s was submitted again: %s", id, o.Reason))
		j.spent = price
		if j.blind > j.order.Again {
			return Clip{}, false, j.fail(Resubmit, price, "", reason)
		}
		return Clip{}, true, nil
	case StateNotAccepted:
		j.spent = price
		return Clip{}, true, nil
	case StateRefused:
		return Clip{}, false, j.fail(string(provider.KindRefused), price, vendorJob, reason)
	case StateDropped:
		return Clip{}, false, j.fail(Dropped, price, vendorJob, reason)
	case StateCancelled:
		return Clip{}, false, j.fail(Cancelled, price, vendorJob, reason)
	}
	return Clip{}, false, j.fail(string(provider.KindFailed), price, vendorJob, reason)
}

// States of ledger.Outcome.
const (
	StateSucceeded   = "succeeded"
	StateFailed      = "failed"
	StateRefused     = "refused"
	StateCancelled   = "cancelled"
	StateExpired     = "expired"
	StateNotAccepted = "not_accepted"
	StateDropped     = "dropped"
	StateResubmitted = "resubmitted"
)

// How many notes there are, and the bytes of one or of a reason: what a vendor with ever
// new words gets into heartbeats and the ledger.
const (
	maxNotes = 20
	maxText  = 1000
)

// text makes one of what is told that fits a record.
func text(s string) string {
	s = provider.Plain(s)
	return strings.ToValidUTF8(s[:min(len(s), maxText)], "")
}

// note keeps an oddity on the way for whoever reads the cut.
func (j *job) note(of string) {
	if n := text(of); len(j.notes) < maxNotes && !slices.Contains(j.notes, n) {
		j.notes = append(j.notes, n)
	}
}

func (j *job) clip(e ledger.Entry) Clip {
	for _, n := range e.Outcome.Notes {
		j.note(n)
	}
	c := Clip{
		Media: e.Outcome.Media, Price: j.sum(e.Outcome.Price), Estimated: e.Outcome.Estimated,
		Provider: j.order.Instance, Model: e.Intent.Model, Seed: e.Outcome.Seed, Cues: e.Outcome.Cues, Notes: j.notes,
		Remedies: j.order.Remedies,
	}
	if e.Receipt != nil {
		c.VendorJob = e.Receipt.Job.ID
	}
	c.Draft, c.FinalOf = draftOf(e), e.Intent.FinalOf
	return c
}

// fail makes the error that the run decides on.
func (j *job) fail(kind string, price drama.Money, vendorJob string, err error) error {
	return &Failure{Type: kind, Final: true, NoClip: &NoClip{Price: price, Reason: provider.Plain(err.Error()), VendorJob: vendorJob}, Err: err}
}

// unwanted says that ctx ended because nobody wants the take any more.
func (j *job) unwanted(ctx context.Context) bool {
	return ctx.Err() != nil && j.order.Unwanted != nil && j.order.Unwanted(ctx)
}

// sum adds a price to what earlier attempts of this take cost.
func (j *job) sum(price drama.Money) drama.Money {
	total, err := j.spent.Add(price)
	if err != nil {
		// The ledger holds what the run's currency was then; a season that changes
		// its currency is re-planned, so this is only ever an old record.
		j.log.Error("add up the price of a take", "error", err)
		return j.spent
	}
	return total
}

func (b *Buyer) now() time.Time {
	if b.Now != nil {
		return b.Now()
	}
	return time.Now()
}

func (b *Buyer) logger() *slog.Logger {
	if b.Log != nil {
		return b.Log
	}
	return slog.New(slog.DiscardHandler)
}
