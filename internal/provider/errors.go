package provider

import (
	"errors"
	"time"
)

// Kind sorts everything that can go wrong by what to do about it.
type Kind string

// Kinds; each is one decision (see ARCHITECTURE.md).
const (
	KindTransient Kind = "transient" // surely nothing was accepted: try again with backoff
	KindThrottled Kind = "throttled" // slow down: after RetryAfter, else backoff
	KindAmbiguous Kind = "ambiguous" // a submit without an answer: never resubmit blindly
	KindRefused   Kind = "refused"   // moderation: not the same prompt at the same vendor again
	KindInvalid   Kind = "invalid"   // our request is wrong: stop the shot
	KindAuth      Kind = "auth"      // key: park the provider
	KindQuota     Kind = "quota"     // balance or plan: park the provider
	KindFailed    Kind = "failed"    // the vendor says the job failed: new take
	KindUnknown   Kind = "unknown"   // a word we do not know: alarm, keep polling to the deadline
	KindNotFound  Kind = "not_found" // the vendor does not know the job, or its host the clip (any more)
)

// ErrOurNetwork is a result that this machine's own network keeps from it: the
// vendor has done its part, and a person mends it here.
var ErrOurNetwork = errors.New("this machine's network is in the way")

// Error is a vendor's no, in our words.
type Error struct {
	Kind Kind `json:"kind"`
	// Op is what we were doing: submit, poll, fetch, cancel, find.
	Op string `json:"op"`
	// Message is for a person; it MUST NOT hold a credential or a signed URL.
	Message string `json:"message"`
	// Code is the vendor's own code.
	Code string `json:"code,omitempty"`
	// Billed says whether the vendor charged for it, where known.
	Billed *bool `json:"billed,omitempty"`
	// RetryAfter is the vendor's wish; 0: none told.
	RetryAfter time.Duration `json:"retry_after,omitempty"`
	// Err is the cause, if any. Not sent anywhere.
	Err error `json:"-"`
}

func (e *Error) Error() string {
	s := e.Message
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf is the Kind of err, or the given one when it has none.
func KindOf(err error, otherwise Kind) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return otherwise
}
