package vendors

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// House is one emulated account. Its methods are safe for concurrent use. Time
// passes only when it is asked, and what happened in between happens at its own
// moment, so that slots and money do not depend on who asks when.
type House struct {
	opts  Options
	rules Rules

	mu       sync.Mutex
	rng      *rand.Rand
	submits  int
	queries  int
	jobs     []*job // in the order of acceptance
	byID     map[string]*job
	keys     map[string]*job
	waiting  []*job // without a slot, in order
	active   []*job // with a slot
	busyAt   time.Time
	limits   map[string]*bucket
	answers  map[string]int
	warnings []Warning
	refusals []Refusal
}

type job struct {
	Job
	outcome State
	reason  Reason
	ends    time.Time // when it will, once it has a slot
	expires time.Time // zero: never
}

// SetClock sets the vendor's clock, which set does, by so much: what it has said stays said, and
// what it works on goes on as if nothing had been.
func (h *House) SetClock(by time.Duration, set func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.advance(h.Now())
	set()
	for _, j := range h.jobs {
		if j.State.Final() {
			continue
		}
		for _, at := range []*time.Time{&j.ends, &j.expires, &j.Slot, &j.Started} {
			if !at.IsZero() {
				*at = at.Add(by)
			}
		}
	}
}

// NewHouse opens an account.
func NewHouse(o Options, r Rules) *House {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.JobTime <= 0 {
		o.JobTime = 300 * time.Millisecond
	}
	if o.QueueTime <= 0 {
		o.QueueTime = o.JobTime / 10
	}
	if o.URLLife <= 0 {
		o.URLLife = r.URLLife
	}
	if o.Currency == "" {
		o.Currency = r.Currency
	}
	h := &House{
		opts: o, rules: r, rng: rand.New(rand.NewPCG(o.Seed, 0)),
		byID: map[string]*job{}, keys: map[string]*job{}, limits: map[string]*bucket{}, answers: map[string]int{},
	}
	limit := func(name string, chosen, documented, burst float64) {
		if chosen == 0 {
			chosen = documented
		} else {
			burst = 0
		}
		if chosen > 0 {
			h.limits[name] = newBucket(chosen, burst)
		}
	}
	limit("submit", o.SubmitRPS, r.SubmitRPS, r.SubmitBurst)
	limit("submit old", o.SubmitRPS, r.OldRPS, r.OldBurst)
	limit("query", o.QueryQPS, r.QueryQPS, 0)
	limit("list", o.ListQPS, r.ListQPS, 0)
	return h
}

// Options are the account's, with defaults filled in.
func (h *House) Options() Options { return h.opts }

// Now is the account's time.
func (h *House) Now() time.Time { return h.opts.Now() }

// Allow says whether a request of this kind (submit, query, list) is within its
// rate, and counts it.
func (h *House) Allow(kind string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	b := h.limits[kind]
	return b == nil || b.take(h.Now())
}

// Fate is what shall become of the next submit, and its number from 0.
func (h *House) Fate() (Fate, int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.submits
	h.submits++
	return h.opts.Chaos.draw(n, h.rng), n
}

// QueryFails says whether the next status query shall be answered 5xx.
func (h *House) QueryFails() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queries++
	return h.opts.Chaos.QueryError > 0 && rand.New(rand.NewPCG(h.opts.Seed, 1<<62|uint64(h.queries))).Float64() < h.opts.Chaos.QueryError
}

// Accept takes a job in. The errors are ErrDuplicate, ErrBusy and ErrCredit.
func (h *House) Accept(o Offer, f Fate) (Job, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	h.advance(now)
	if _, seen := h.keys[o.Key]; seen && o.Unique && o.Key != "" {
		return Job{}, ErrDuplicate
	}
	if h.opts.Credit > 0 {
		due := o.Price
		for _, j := range h.jobs {
			if !j.State.Final() {
				due += j.Price
			}
			due += j.Billed
		}
		if due > h.opts.Credit {
			return Job{}, ErrCredit
		}
	}
	if o.RejectBusy && h.opts.Slots > 0 && h.inProgress(o.Model) >= h.opts.Slots {
		h.busyAt = now
		return Job{}, ErrBusy
	}
	j := &job{Job: o.Job, outcome: Succeeded}
	j.Accepted, j.State, j.Fate, j.Lost = now, Queued, f, f == Lost || f == Gateway
	switch {
	case o.Doomed != nil:
		j.outcome, j.reason = Failed, *o.Doomed
	case f == RefuseLater:
		j.outcome, j.reason = Failed, o.Refusal
	case f == Fail, f == Stuck:
		j.outcome, j.reason = Failed, o.Failure
	}
	if o.Expire > 0 {
		j.expires = now.Add(o.Expire)
	}
	if h.byID[j.ID] != nil {
		panic("vendors: two jobs with the id " + j.ID)
	}
	h.jobs = append(h.jobs, j)
	h.byID[j.ID] = j
	if j.Key != "" {
		h.keys[j.Key] = j
	}
	if o.AtOnce {
		j.Slot, j.Started, j.Ended, j.State, j.Reason = now, now, now, j.outcome, j.reason
		if j.State == Succeeded {
			j.Billed = j.Price
		}
		return h.seen(j, now), nil
	}
	h.waiting = append(h.waiting, j)
	h.fill(now)
	return h.seen(j, now), nil
}

// inProgress is how many jobs have or await a slot, of a model if slots are per model.
func (h *House) inProgress(model string) int {
	n := 0
	for _, j := range slices.Concat(h.active, h.waiting) {
		if !h.opts.PerModel || j.Model == model {
			n++
		}
	}
	return n
}

// fill gives free slots to those who wait, first come first served.
func (h *House) fill(t time.Time) {
	busy := map[string]int{}
	name := func(j *job) string {
		if h.opts.PerModel {
			return j.Model
		}
		return ""
	}
	for _, j := range h.active {
		busy[name(j)]++
	}
	h.waiting = slices.DeleteFunc(h.waiting, func(j *job) bool {
		if h.opts.Slots > 0 && busy[name(j)] >= h.opts.Slots {
			return false
		}
		busy[name(j)]++
		takes := h.opts.JobTime
		if h.opts.Jitter > 0 {
			takes += time.Duration(rand.New(rand.NewPCG(h.opts.Seed, uint64(slices.Index(h.jobs, j))+1)).Int64N(int64(h.opts.Jitter)))
		}
		if j.Fate == Stuck {
			takes = StuckTime
		}
		j.Slot = t
		j.Started = t.Add(h.opts.QueueTime)
		j.ends = j.Started.Add(takes)
		if !j.expires.IsZero() && j.expires.Before(j.ends) {
			j.ends, j.outcome, j.reason = j.expires, Expired, Reason{}
		}
		h.active = append(h.active, j)
		return true
	})
}

// advance lets everything happen that was to happen until now, in order.
func (h *House) advance(now time.Time) {
	for {
		var next *job
		var at time.Time
		for _, j := range h.active {
			if next == nil || j.ends.Before(at) {
				next, at = j, j.ends
			}
		}
		for _, j := range h.waiting {
			if !j.expires.IsZero() && (next == nil || j.expires.Before(at)) {
				next, at = j, j.expires
			}
		}
		if next == nil || at.After(now) {
			return
		}
		if next.Slot.IsZero() {
			next.outcome = Expired
		}
		h.end(next, next.outcome, at)
		next.Reason = next.reason
		if next.State == Succeeded {
			next.Billed = next.Price
		}
	}
}

// end takes a job off its slot and gives it to the next.
func (h *House) end(j *job, s State, at time.Time) {
	same := func(o *job) bool { return o == j }
	h.active = slices.DeleteFunc(h.active, same)
	h.waiting = slices.DeleteFunc(h.waiting, same)
	j.State, j.Ended = s, at
	h.fill(at)
}

// seen is the job as it stands now.
func (h *House) seen(j *job, now time.Time) Job {
	out := j.Job
	switch {
	case out.State.Final():
	case !out.Slot.IsZero() && !now.Before(out.Started):
		out.State = Running
	default:
		out.Started = time.Time{}
	}
	if out.Started.After(out.Ended) && !out.Ended.IsZero() {
		out.Started = time.Time{}
	}
	return out
}

func (h *House) known(j *job, now time.Time) bool {
	return j != nil && !j.Deleted && (h.rules.RecordLife == 0 || now.Before(j.Accepted.Add(h.rules.RecordLife)))
}

// listed says whether a job shows in lists by now. A clock that is set back hides none.
func (h *House) listed(j *job, now time.Time) bool {
	ago := now.Sub(j.Accepted)
	return ago < 0 || ago >= h.opts.ListLag
}

// Get is the job of an id; false when the vendor does not know it (any more).
func (h *House) Get(id string) (Job, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	h.advance(now)
	if j := h.byID[id]; h.known(j, now) {
		return h.seen(j, now), true
	}
	return Job{}, false
}

// Find is the job of a client's key, once it shows.
func (h *House) Find(key string) (Job, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	h.advance(now)
	if j := h.keys[key]; h.known(j, now) && h.listed(j, now) {
		return h.seen(j, now), true
	}
	return Job{}, false
}

// List is all jobs that the vendor lists, newest first.
func (h *House) List() []Job {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	h.advance(now)
	var out []Job
	for _, j := range slices.Backward(h.jobs) {
		if h.known(j, now) && h.listed(j, now) {
			out = append(out, h.seen(j, now))
		}
	}
	return out
}

// Cancel stops a queued job; false when it is not (any more).
func (h *House) Cancel(id string) (Job, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	h.advance(now)
	j := h.byID[id]
	if j == nil || h.seen(j, now).State != Queued {
		return Job{}, false
	}
	h.end(j, Cancelled, now)
	return h.seen(j, now), true
}

// Delete removes the vendor's record of a job. The ledger keeps it.
func (h *House) Delete(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if j := h.byID[id]; j != nil {
		j.Deleted = true
	}
}

// Ledger is every job ever accepted, oldest first.
func (h *House) Ledger() []Job {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	h.advance(now)
	var out []Job
	for _, j := range h.jobs {
		out = append(out, h.seen(j, now))
	}
	return out
}

// Billed is what the account owes, in micro-units by currency.
func (h *House) Billed() map[string]int64 {
	out := map[string]int64{}
	for _, j := range h.Ledger() {
		if j.Billed != 0 {
			out[j.Currency] += j.Billed
		}
	}
	return out
}

// Warn records something allowed that costs; job may be empty.
func (h *House) Warn(job, format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.warnings = append(h.warnings, Warning{At: h.Now(), Job: job, Text: fmt.Sprintf(format, args...)})
}

// Warnings are all so far.
func (h *House) Warnings() []Warning {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.warnings)
}

// Refused records a request that was wrong.
func (h *House) Refused(op string, status int, code, message string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refusals = append(h.refusals, Refusal{At: h.Now(), Op: op, Status: status, Code: code, Message: message})
}

// Refusals are all requests refused because they were wrong. An adapter that
// follows the documentation causes none.
func (h *House) Refusals() []Refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.refusals)
}

// Answered counts an answer: "create 200", "get 429", "create lost" …
func (h *House) Answered(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers[what]++
}

// Answers are how often each answer was given.
func (h *House) Answers() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.answers)
}
