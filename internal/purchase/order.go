// Package purchase buys a take from a vendor, or has it drawn, at most once: the
// state machine over the ledger (written ahead), the slots of the vendor's account,
// the provider and the store. It may be interrupted between any two steps; the next
// try of the same order finds in the ledger how far it got and goes on from there.
//
// It repeats no request: what should be tried again comes back as a Failure that is
// not Final, and whoever runs the order asks again. It knows no engine.
package purchase

import (
	"context"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// Order asks for one take, or still, from one provider instance.
type Order struct {
	Take     drama.TakeID
	Shot     plan.Shot // as planned; one of its routes is Instance's
	Instance string
	Seed     int64
	// Estimate is what is reserved for the take; its currency is the run's.
	Estimate drama.Money
	// Urgency orders those that wait for one of the instance's slots: smaller is sooner.
	Urgency int
	// FirstFrame is the picture to start from, where the shot starts from another.
	FirstFrame *store.Ref
	// LastFrame is the picture to end on; nil: none.
	LastFrame *store.Ref
	// Remedies are changes to the request because the vendor refused it before.
	Remedies []attempts.Remedy
	// Pack are the takes of the shots that are cut out of the clip, in the order of
	// Shot.Members; the first is Take. Empty: the clip is one shot's.
	Pack []drama.TakeID
	// Lips is what the lips of a clip are changed by; nil: a take, or still, is asked for.
	Lips *Lips
	// Again is how many times the run has let the order be submitted again without
	// knowing what became of the submit before (Resubmit): the policy asks for one.
	Again int
	// Last is what an earlier try of this order said last; nil: nothing is known.
	Last *Word
	// Unwanted says of a context that has ended whether that was because nobody wants
	// the take any more, rather than because this process stops; nil: never.
	Unwanted func(context.Context) bool
}

// Lips are a clip and what is to be said in it: see provider.Request.
type Lips struct {
	Digest string    `json:"digest"` // of both, and of who changes it
	Clip   store.Ref `json:"clip"`
	Speech store.Ref `json:"speech"`
}

// Word is what a purchase says of itself while it lasts (beat.Say): above all the
// vendor's receipt, a second chance if the process dies between the vendor's answer
// and the ledger. The ledger stays the record.
type Word struct {
	Attempt int          `json:"attempt"`
	Job     provider.Job `json:"job"`
	Notes   []string     `json:"notes,omitempty"` // Clip's, so far
}

// Clip is what a provider delivered.
type Clip struct {
	Media     store.Ref         `json:"media"`
	Price     drama.Money       `json:"price"` // in the run's currency
	Estimated bool              `json:"estimated,omitempty"`
	Provider  string            `json:"provider,omitempty"`
	Model     string            `json:"model,omitempty"`
	VendorJob string            `json:"vendor_job,omitempty"`
	Seed      *int64            `json:"seed,omitempty"`
	Cues      []drama.SpokenCue `json:"cues,omitempty"`
	Notes     []string          `json:"notes,omitempty"` // oddities on the way, in words
	Remedies  []attempts.Remedy `json:"remedies,omitempty"`
	// Draft is set where it is one, and FinalOf where it is the final of one.
	Draft   *drama.Draft  `json:"draft,omitempty"`
	FinalOf *drama.TakeID `json:"final_of,omitempty"`
	// Pack is set where it was cut out of a clip of several shots.
	Pack *drama.Pack `json:"pack,omitempty"`
}

// NoClip is what the run is told of a purchase that ended without a clip.
type NoClip struct {
	Price     drama.Money `json:"price"` // what it cost nevertheless, in the run's currency
	Reason    string      `json:"reason"`
	VendorJob string      `json:"vendor_job,omitempty"`
}

// Types of a Failure beside the provider.Kinds.
const (
	// Held: nobody knows whether the vendor has the job; a person must decide.
	Held = "held"
	// Resubmit: a submit has no answer and the instance's policy is to submit again,
	// once. What may have been bought is booked in NoClip.Price; the run asks its caps
	// for another, waits a while, and orders again with Again one higher. The price of
	// what comes then holds what was booked.
	Resubmit = "resubmit"
	// Dropped: a person gave the job up.
	Dropped = "dropped"
	// Cancelled: the job was stopped at the vendor.
	Cancelled = "cancelled"
	// Record: a record is missing or damaged, or contradicts.
	Record = "record"
	// Undelivered: the vendor says that a paid job is done, and has delivered no clip for
	// so long and so often, of fresh links each time, that a person should know. It is
	// never Final: the clip is asked for on and on until a person gives the job up.
	Undelivered = "undelivered"
)

// Missing is what is known of a clip that the vendor does not deliver.
type Missing struct {
	Job       string      `json:"job"` // the ledger's: see ledger.ParseID
	Provider  string      `json:"provider"`
	VendorJob string      `json:"vendor_job"`
	Tries     int         `json:"tries"` // to fetch it, since bytes last came
	Since     time.Time   `json:"since"` // the first of them
	Price     drama.Money `json:"price"` // what stays booked when it is given up
}

// Failure is why there is no clip, with the decision that goes with it: a Final one
// is the run's to decide on, after any other the order is to be tried again.
type Failure struct {
	Type   string // a provider.Kind, or one of the above
	Final  bool
	After  time.Duration // try again not before; 0: as whoever runs it likes
	NoClip *NoClip       // set where the run has to decide
	// Missing is set with Undelivered.
	Missing *Missing
	Err     error
}

func (f *Failure) Error() string { return f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// final is the table of ARCHITECTURE.md: what a Kind that ends an attempt means. A
// final one comes back to the run, which makes a new take, goes to the next
// provider, or stops the shot.
func final(k provider.Kind) bool {
	switch k {
	case provider.KindTransient, provider.KindThrottled:
		return false
	case provider.KindRefused, provider.KindInvalid, provider.KindAuth, provider.KindQuota, provider.KindFailed,
		provider.KindAmbiguous, provider.KindUnknown, provider.KindNotFound:
		return true
	}
	return true
}
