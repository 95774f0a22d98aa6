// Package vendors is what the emulated video vendors below it have in common:
// an account with a clock, slots, limits, money and bad days. An emulator is
// written from its vendor's documentation alone and refuses what the
// documentation does not allow, so that it can judge an adapter. It is no part
// of the program.
package vendors

import (
	"errors"
	"math/rand/v2"
	"time"
)

// Options are one emulated account. The zero value is an account without key,
// limits and bad days besides those the vendor documents.
type Options struct {
	// Key is the account's API key; requests without it are refused.
	Key string
	// AccessKey and SecretKey are Kling's older credentials, of which a client
	// signs tokens. Empty: no token is good.
	AccessKey, SecretKey string

	// Seed makes the chaos and the job times repeatable for one order of submits.
	Seed uint64
	// Now is the account's clock; nil: time.Now.
	Now func() time.Time

	// JobTime is how long a job runs (default 300 ms), and Jitter the most that
	// is added to it. QueueTime is how long a job with a slot still says that it
	// is queued (default a tenth of JobTime); it can be cancelled that long.
	JobTime, Jitter, QueueTime time.Duration

	// Slots is how many jobs are in progress at most; 0: any number. What
	// happens to more is the vendor's own: they wait, or are refused. PerModel
	// gives every model its own Slots.
	Slots    int
	PerModel bool

	// SubmitRPS, QueryQPS and ListQPS limit requests; 0: as documented,
	// negative: not limited.
	SubmitRPS, QueryQPS, ListQPS float64

	// ListLag is how late a job shows in lists and when asked for by our key.
	// Asking by the vendor's id works at once.
	ListLag time.Duration

	// Credit is the account's money in micro-units; 0: no end of it.
	Credit int64
	// Currency chooses a vendor's price list where it has two ("CNY", "USD");
	// empty: its home's.
	Currency string

	// URLLife is how long a result's URL is good; 0: as documented.
	URLLife time.Duration
	// Clip is the finished clip of a job; nil: a few bytes that begin like MP4.
	// It is called for every download, from any goroutine.
	Clip func(Job) []byte
	// Picture is the same of a job whose result is a picture; the vendor's own where it
	// makes some.
	Picture func(Job) []byte

	Chaos Chaos
}

// Chaos is how bad the vendor's days are. Shares are of submits that bear the
// right key and are within the rate; their sum is at most 1.
type Chaos struct {
	Lost        float64 // accepted and billed, but the connection closes without an answer
	Gateway     float64 // accepted and billed, but the answer is a gateway's 504
	Dropped     float64 // the connection closes without an answer and nothing was accepted
	ServerError float64 // the vendor's own 5xx, nothing accepted
	Throttle    float64 // the vendor's own 429, nothing accepted
	RefuseNow   float64 // moderation refuses the request
	RefuseLater float64 // moderation refuses the result: the job fails
	Fail        float64 // the job fails by the vendor's fault
	Stuck       float64 // the job runs for three hours and fails

	// QueryError is the share of status queries that are answered 5xx, and
	// NotReady the share of results whose first download is refused (Ark).
	QueryError, NotReady float64

	// Script is the fate of the first submits, one after another; the shares are
	// for those after it.
	Script []Fate
}

// Fate is what becomes of one submit.
type Fate string

// Fates; see Chaos.
const (
	Good        Fate = "good"
	Lost        Fate = "lost"
	Gateway     Fate = "gateway"
	Dropped     Fate = "dropped"
	ServerError Fate = "server_error"
	Throttle    Fate = "throttle"
	RefuseNow   Fate = "refuse_now"
	RefuseLater Fate = "refuse_later"
	Fail        Fate = "fail"
	Stuck       Fate = "stuck"
)

// StuckTime is how long a stuck job runs.
const StuckTime = 3 * time.Hour

// InputVideo is how long every video in a request is taken to be: an emulator
// does not fetch it.
const InputVideo = 5 * time.Second

func (c Chaos) draw(n int, rng *rand.Rand) Fate {
	u := rng.Float64()
	if n < len(c.Script) {
		return c.Script[n]
	}
	for _, s := range []struct {
		share float64
		fate  Fate
	}{
		{c.Lost, Lost},
		{c.Gateway, Gateway},
		{c.Dropped, Dropped},
		{c.ServerError, ServerError},
		{c.Throttle, Throttle},
		{c.RefuseNow, RefuseNow},
		{c.RefuseLater, RefuseLater},
		{c.Fail, Fail},
		{c.Stuck, Stuck},
	} {
		if u < s.share {
			return s.fate
		}
		u -= s.share
	}
	return Good
}

// Rules are a vendor's documented numbers, for what Options leaves open.
type Rules struct {
	SubmitRPS   float64 // with SubmitBurst at once
	SubmitBurst float64
	OldRPS      float64 // of submits to an older generation ("submit old"), with OldBurst at once; 0: not limited
	OldBurst    float64
	QueryQPS    float64       // 0: not limited
	ListQPS     float64       // 0: not limited
	URLLife     time.Duration // of a result's URL
	RecordLife  time.Duration // after which a job is forgotten
	Currency    string
}

// State is where a job is, in our words.
type State string

// States of a job.
const (
	Queued    State = "queued"
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Expired   State = "expired"
)

// Final says whether nothing more will happen to the job.
func (s State) Final() bool { return s != Queued && s != Running }

// Reason is why a job failed, in the vendor's words; both may be empty.
type Reason struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// Job is a line of the ledger.
type Job struct {
	ID    string `json:"id"`
	Key   string `json:"key,omitempty"` // the client's own id or tag, if the vendor has such
	Model string `json:"model"`
	Kind  string `json:"kind"` // the vendor's own path or API generation

	Prompt     string `json:"prompt,omitempty"`
	Resolution string `json:"resolution,omitempty"`
	Ratio      string `json:"ratio,omitempty"`
	Width      int    `json:"width,omitempty"`
	Height     int    `json:"height,omitempty"`
	Seconds    int    `json:"seconds,omitempty"`
	Audio      bool   `json:"audio,omitempty"`
	Seed       *int64 `json:"seed,omitempty"`
	Pictures   int    `json:"pictures,omitempty"` // in the request
	Videos     int    `json:"videos,omitempty"`   // in the request
	Sounds     int    `json:"sounds,omitempty"`   // in the request
	// Origin is the job whose take this one delivers again, as a final does a draft's.
	Origin string `json:"origin,omitempty"`

	Accepted time.Time `json:"accepted"`
	Slot     time.Time `json:"slot,omitzero"`    // when it got its slot
	Started  time.Time `json:"started,omitzero"` // when it began to run
	Ended    time.Time `json:"ended,omitzero"`

	State    State  `json:"state"`
	Reason   Reason `json:"reason,omitzero"`
	Fate     Fate   `json:"fate"`
	Lost     bool   `json:"lost,omitempty"`    // its answer never reached the client
	Deleted  bool   `json:"deleted,omitempty"` // the client deleted the record
	Price    int64  `json:"price"`             // micro-units, if it succeeds
	Billed   int64  `json:"billed"`            // micro-units
	Currency string `json:"currency"`
	Fetched  int    `json:"fetched"` // downloads of the result

	// Callback is where the client wants to be told that the job has moved on.
	Callback string `json:"callback,omitempty"`

	// Detail is the emulator's own.
	Detail any `json:"-"`
}

// Offer is a job to be accepted.
type Offer struct {
	Job
	Refusal Reason // if moderation refuses the result
	Failure Reason // if the vendor fails
	// Doomed is set when the vendor accepts what it will refuse later.
	Doomed *Reason
	// Unique refuses a Key that the account has seen, RejectBusy refuses what
	// has no free slot instead of keeping it waiting.
	Unique, RejectBusy bool
	// AtOnce is a job whose answer is its result: it takes no slot and no time.
	AtOnce bool
	// Expire ends a job that is not done by then; 0: never.
	Expire time.Duration
}

// Errors of Accept.
var (
	ErrDuplicate = errors.New("the key was used before")
	ErrBusy      = errors.New("no slot is free")
	ErrCredit    = errors.New("the money is used up")
)

// Warning is something allowed that costs: a watermark, a prompt that will be cut.
type Warning struct {
	At   time.Time
	Job  string // empty when no job came of it
	Text string
}

// Refusal is a request refused because it was wrong; chaos makes none.
type Refusal struct {
	At      time.Time
	Op      string // create, get, list, cancel, retrieve, clip
	Status  int
	Code    string
	Message string
}
