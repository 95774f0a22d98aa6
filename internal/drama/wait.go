package drama

import "time"

// WaitFor is what something waits for.
type WaitFor string

// What a run or a shot waits for.
const (
	WaitMoney    WaitFor = "money"    // a cap: see Cap; only a person can help
	WaitShare    WaitFor = "share"    // money that other takes hold or earlier episodes need
	WaitResume   WaitFor = "resume"   // a person paused the run
	WaitJob      WaitFor = "job"      // a person's decision about a job that may have been accepted
	WaitStill    WaitFor = "still"    // a person's look at a still
	WaitProvider WaitFor = "provider" // every provider that may make the shot is parked
	WaitSource   WaitFor = "source"   // the shot that it starts from
	WaitStep     WaitFor = "step"     // a step that has failed and is tried again
	WaitWorker   WaitFor = "worker"   // a step that no worker is there for: On is its role
	WaitReview   WaitFor = "review"   // a person's approval of a cut
	WaitDelivery WaitFor = "delivery" // a paid clip that the vendor does not deliver; a person may give its job up
)

// Wait says why something does not move. It is data: whoever shows it finds the
// words, and knows how a person answers there.
type Wait struct {
	Slate string  `json:"slate,omitempty"` // empty: the whole run
	For   WaitFor `json:"for"`
	// Since when, as far as that is known.
	Since time.Time `json:"since,omitzero"`
	// Reason is the cause in words: a vendor's, a person's.
	Reason string `json:"reason,omitempty"`
	// Cap is the cap in the way, and Price what was asked for.
	Cap   *CapState `json:"cap,omitempty"`
	Price *Money    `json:"price,omitempty"`
	// On is the slate that is waited for, where the still lies, the job,
	// or the role of a worker.
	On string `json:"on,omitempty"`
	// Build is what the worker has to be of; empty: any.
	Build string `json:"build,omitempty"`
	// Cut is the one that is to be approved.
	Cut int `json:"cut,omitempty"`
	// Failure is what the last try said, Attempt its number, NextTry when it is
	// tried again.
	Failure string     `json:"failure,omitempty"`
	Attempt int        `json:"attempt,omitempty"`
	NextTry *time.Time `json:"next_try,omitempty"`
}

// Person says that only a person can end the wait.
func (w Wait) Person() bool {
	switch w.For {
	case WaitMoney, WaitResume, WaitJob, WaitStill, WaitProvider, WaitWorker, WaitReview:
		return true
	case WaitShare, WaitSource, WaitStep, WaitDelivery:
	}
	return false
}
