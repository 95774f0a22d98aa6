// Package ledger is the record of every job that may cost money. It is written
// ahead: the intent before the call, the vendor's receipt before the first
// poll, the outcome when it is known. Each is an object that is written once, so
// that two workers can never both believe that they are the first. What to do
// with an intent that has no receipt is decided by the caller (see
// ARCHITECTURE.md, money); the ledger only makes sure that it is seen.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// Errors, matched with errors.Is.
var (
	ErrExists   = errors.New("already recorded")
	ErrNotFound = errors.New("no such job")
)

// ID names a job: take and attempt to buy it, for example night-shift/ep01/2B/3/1.
// Attempt counts submissions of the same take (1, then more only after a person
// or policy allowed a resubmit, or the vendor surely accepted nothing).
type ID struct {
	Take    drama.TakeID `json:"take"`
	Attempt int          `json:"attempt"`
}

// Intent is written before the vendor is called.
type Intent struct {
	ID          ID          `json:"id"`
	Key         string      `json:"key"` // provider.Request.Key
	Provider    string      `json:"provider"`
	Model       string      `json:"model"`
	RequestHash string      `json:"request_hash"`
	Estimate    drama.Money `json:"estimate"`
	At          time.Time   `json:"at"`
	// Digest is the shot's, Seed and Remedies are the request's: what a later run needs
	// to go on with a job whose own run has ended. Empty in records of the first release.
	Digest   string   `json:"digest,omitempty"`
	Seed     int64    `json:"seed,omitempty"`
	Remedies []string `json:"remedies,omitempty"`
	// Draft says that a draft is bought, which its vendor knows until DraftUntil (zero: no
	// end is known); FinalOf is the draft whose final is bought.
	Draft      bool          `json:"draft,omitempty"`
	DraftUntil time.Time     `json:"draft_until,omitzero"`
	FinalOf    *drama.TakeID `json:"final_of,omitempty"`
	// Pack are the takes that are cut out of the clip, which is of several shots, where it
	// is: the job's own is the first of them.
	Pack []Piece `json:"pack,omitempty"`
}

// Piece is a take that is cut out of a clip of several shots.
type Piece struct {
	Take   drama.TakeID `json:"take"`
	Digest string       `json:"digest"` // of its shot
	// MS is how long it was asked for, milliseconds: by that the takes share the price.
	MS int64 `json:"ms"`
}

// Promise is the mark of such a take: the take that the clip is bought as.
type Promise struct {
	Job drama.TakeID `json:"job"`
}

// Weights are by what the takes of a pack share its price.
func Weights(pack []Piece) (all []int64) {
	for _, p := range pack {
		all = append(all, p.MS)
	}
	return all
}

// Receipt is written before the first poll.
type Receipt struct {
	Job provider.Job `json:"job"`
	// Provider is the instance whose job it is; empty in records of the first release,
	// which claim nothing.
	Provider string    `json:"provider,omitempty"`
	Found    string    `json:"found,omitempty"` // how, if not by the answer: finder, adopted
	At       time.Time `json:"at"`
}

// Outcome is written when the job has ended or surely never began.
type Outcome struct {
	State string      `json:"state"` // succeeded, failed, refused, cancelled, expired, not_accepted, dropped, resubmitted
	Price drama.Money `json:"price"`
	// Estimated says that Price is our estimate because the vendor tells none.
	Estimated bool   `json:"estimated,omitempty"`
	Reason    string `json:"reason,omitempty"`
	// Policy says that nobody decided so but the instance's policy.
	Policy bool         `json:"policy,omitempty"`
	Media  drama.Object `json:"media,omitzero"`
	// Notes are oddities on the way, in words.
	Notes []string `json:"notes,omitempty"`
	// Seed and Cues are what the vendor told of the clip, if it did.
	Seed *int64            `json:"seed,omitempty"`
	Cues []drama.SpokenCue `json:"cues,omitempty"`
	// DraftID is what the vendor calls a draft; empty: as its job.
	DraftID string    `json:"draft_id,omitempty"`
	At      time.Time `json:"at"`
}

// Hold is written when an intent has no receipt and nobody can tell whether the
// vendor has the job: a person must decide.
type Hold struct {
	Question string    `json:"question"`
	At       time.Time `json:"at"`
}

// Entry is all that is known of a job. Pointers are nil where not yet written.
type Entry struct {
	Intent  Intent   `json:"intent"`
	Receipt *Receipt `json:"receipt,omitempty"`
	Hold    *Hold    `json:"hold,omitempty"`
	Outcome *Outcome `json:"outcome,omitempty"`
	// Damaged are the job's objects that cannot be read, by URI.
	Damaged []string `json:"damaged,omitempty"`
}

// DamagedError is an open job with objects that cannot be read, now or later.
type DamagedError struct{ URIs []string }

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the record is damaged: %s; put it back from a backup, or look at the vendor's console what became of the job and give it up with dailies jobs drop", strings.Join(e.URIs, ", "))
}

// Held says whether the job waits for a person.
func (e Entry) Held() bool { return e.Hold != nil && e.Receipt == nil && e.Outcome == nil }

// State is where the job is, in a word: submitting, held, running, damaged, or the
// outcome's.
func (e Entry) State() string {
	switch {
	case e.Outcome != nil:
		return e.Outcome.State
	case e.Held():
		return "held"
	case e.Receipt != nil:
		return "running"
	case len(e.Damaged) > 0:
		return "damaged"
	}
	return "submitting"
}

// Ledger records jobs. Every Write is all-or-nothing and happens once: a second
// one is ErrExists. Safe for concurrent use by several processes.
type Ledger interface {
	Intend(ctx context.Context, i Intent) error
	// Receive errs with *ClaimedError, and writes nothing, where the vendor's job is
	// another job's already.
	Receive(ctx context.Context, id ID, r Receipt) error
	Hold(ctx context.Context, id ID, h Hold) error
	Settle(ctx context.Context, id ID, o Outcome) error
	// Get reads one job. ErrNotFound; *DamagedError for one that has not ended.
	Get(ctx context.Context, id ID) (Entry, error)
	// List calls each for the jobs of a show (episode 0) or an episode, by take. It
	// goes on past what is damaged: see Entry.
	List(ctx context.Context, show string, episode int, each func(Entry) error) error
}
