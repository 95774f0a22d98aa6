package workflows

import (
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
)

// Continued is what an episode run carries over continue-as-new. Shots have no
// running job then: a run drains before it continues.
type Continued struct {
	Plan   activities.PlanResult `json:"plan"` // without its shots: they are below
	Shots  []Progress            `json:"shots"`
	Spent  drama.Money           `json:"spent"`           // settled
	Before drama.Money           `json:"before,omitzero"` // of it, before the run
	Cap    *drama.Money          `json:"cap,omitempty"`   // the first release's only one
	Caps   activities.Caps       `json:"caps,omitzero"`
	Bank   *BankProgress         `json:"bank,omitempty"`
	Paused *Pause                `json:"paused,omitempty"`
	Parked map[string]string     `json:"parked,omitempty"`
	// ParkedUntil is when a parked provider is asked again.
	ParkedUntil map[string]time.Time `json:"parked_until,omitempty"`
	LipsKnown   bool                 `json:"lips_known,omitempty"` // see episode
	Problems    []string             `json:"problems,omitempty"`
	NG          int                  `json:"ng,omitempty"`
	// Superseded is the script that the episode is made again from.
	Superseded *drama.Object `json:"superseded,omitempty"`
	StartedAt  time.Time     `json:"started_at"`
}

// Progress is how far a shot has come.
type Progress struct {
	Plan    activities.ShotPlan  `json:"plan"`
	PlanRef drama.Object         `json:"plan_ref"` // a retake has a plan of its own
	State   drama.ShotState      `json:"state"`
	Reasons []string             `json:"reasons,omitempty"`
	Tried   []attempts.Attempt   `json:"tried,omitempty"` // in this run, since the last retake
	Made    int                  `json:"made"`            // attempts in this run, all of them
	Take    *drama.TakeID        `json:"take,omitempty"`  // the circled one
	Ready   activities.Conformed `json:"ready,omitzero"`  // its mezzanine
	Speech  drama.Speech         `json:"speech,omitzero"`
	Reused  bool                 `json:"reused,omitempty"`
	// Held is a take whose job waits for a person; what it may cost stays reserved.
	Held *HeldTake `json:"held,omitempty"`
	// Resolved: a person has decided about the held job, or about one that is about to be.
	Resolved bool `json:"resolved,omitempty"`
	// Counted is what of the price of the take in work is in the budget already: it was
	// bought before, or may have been. Again is how often it was let be submitted again.
	Counted drama.Money `json:"counted,omitzero"`
	Again   int         `json:"again,omitempty"`
	// Passed are the takes that passed so far, where the best of several is circled.
	Passed []Passed `json:"passed,omitempty"`
	// Compared: its bake-off has begun, or ended, in this run. Beside is the number of
	// the take that it was made with.
	Compared bool `json:"compared,omitempty"`
	Beside   int  `json:"beside,omitempty"`
	// Alone: it is made by itself, or has been made together with others.
	Alone bool `json:"alone,omitempty"`
	// Still is how far the shot's still has come, since the last retake.
	Still *StillProgress `json:"still,omitempty"`
	// Lips are its uses in a dub whose lips are changed. While one is not done a held job of
	// the shot is its.
	Lips []LipProgress `json:"lips,omitempty"`
	// Retake is a person's wish that has not begun yet.
	Retake *drama.Retake `json:"retake,omitempty"`
	// Retaken is the wish that is being fulfilled, or was last.
	Retaken *drama.Retake `json:"retaken,omitempty"`
}

// StillProgress is how far a still has come. While it is not done a held job of
// the shot is the still's.
type StillProgress struct {
	Tried []attempts.Attempt `json:"tried,omitempty"`
	Next  int                `json:"next"`           // number of the next one
	Made  *drama.Still       `json:"made,omitempty"` // nil: none yet
	URI   string             `json:"uri,omitempty"`  // of its picture
	// Done: the picture may be used, or the shot does without.
	Done bool `json:"done,omitempty"`
	// Drawn counts the candidates of a sheet that are there.
	Drawn int `json:"drawn,omitempty"`
	// Decision is a person's about the picture.
	Decision *ApproveStill `json:"decision,omitempty"`
}

// HeldTake is a take that Generate is asked for again when a person has decided.
type HeldTake struct {
	Step     attempts.Step `json:"step"`
	Estimate drama.Money   `json:"estimate"`
	// Pack are the takes that its clip is cut apart into; empty: it is one shot's.
	Pack []drama.TakeID `json:"pack,omitempty"`
}

// BankProgress is how far the run's talk with the show's account has come.
type BankProgress struct {
	Seq  int         `json:"seq"`
	Open bool        `json:"open,omitempty"`
	Told drama.Money `json:"told"`
}
