package drama

import (
	"time"

	"github.com/dailies/dailies/internal/media"
)

// EpisodeState is where a run of an episode is.
type EpisodeState string

// States of a run. Delivered, Review, Partial, NG, Cancelled and Stopped are final; Paused and
// Held wait for a person.
const (
	StatePlanning   EpisodeState = "planning"
	StateRendering  EpisodeState = "rendering"
	StateAssembling EpisodeState = "assembling"
	StateDelivered  EpisodeState = "delivered"
	StateReview     EpisodeState = "review"  // the cut is whole, and is delivered when a person approves it
	StateNG         EpisodeState = "NG"      // some shot has no usable take
	StatePartial    EpisodeState = "partial" // all that was asked for has its take; the rest, which a cut needs, was not
	StateTried      EpisodeState = "tried"   // another model was tried on some shots; how the episode stands is as before
	StateDubbed     EpisodeState = "dubbed"  // a run that dubs has ended; how the episode stands is as before
	StatePaused     EpisodeState = "paused"  // by a person, or over budget: see Waiting
	StateHeld       EpisodeState = "held"    // a job or a still needs a person's decision
	StateCancelled  EpisodeState = "cancelled"
	StateStopped    EpisodeState = "stopped" // over budget with on_exceed: stop
)

// ShotState is where a shot is in a run.
type ShotState string

// States of a shot.
const (
	ShotWaiting    ShotState = "waiting" // for its turn, or the shot it starts from
	ShotGenerating ShotState = "generating"
	ShotConforming ShotState = "conforming"
	ShotCircle     ShotState = "circle" // has its take
	ShotNG         ShotState = "NG"     // out of attempts: see Reasons
	ShotHeld       ShotState = "held"   // a job or a still needs a person's decision
	ShotPaused     ShotState = "paused" // over budget, or paused by a person
	ShotCancelled  ShotState = "cancelled"
)

// ShotStatus is one shot of a run, as people and programs see it.
type ShotStatus struct {
	Slate    string    `json:"slate"`
	State    ShotState `json:"state"`
	Action   string    `json:"action"` // make, reuse, footage
	Digest   string    `json:"digest"`
	Take     string    `json:"take,omitempty"` // the circled take: night-shift/ep01/2B/3
	Provider string    `json:"provider,omitempty"`
	// Next is the provider instance that makes its next take; empty where none is to be made.
	Next     string       `json:"next,omitempty"`
	Model    string       `json:"model,omitempty"`
	Reused   bool         `json:"reused"`
	Attempts int          `json:"attempts"`
	Frames   media.Frames `json:"frames"`
	Price    Money        `json:"price"`
	Reasons  []string     `json:"reasons,omitempty"` // of every NG, refusal or hold, in words
	// Draft is set where the take is one.
	Draft *Draft `json:"draft,omitempty"`
}

// EpisodeStatus is a run in progress or its end.
type EpisodeStatus struct {
	ID        EpisodeID    `json:"id"`
	RunID     string       `json:"run_id,omitempty"`
	State     EpisodeState `json:"state"`
	Waiting   string       `json:"waiting,omitempty"` // Waits in words, with what to do; a front's
	Waits     []Wait       `json:"waits,omitempty"`   // what does not move, and why
	Cut       int          `json:"cut,omitempty"`     // the one being made or delivered
	Shots     []ShotStatus `json:"shots"`
	Spent     Money        `json:"spent"`
	Reserved  Money        `json:"reserved"`
	Cap       *Money       `json:"cap,omitempty"`  // the one with the least left
	Caps      []CapState   `json:"caps,omitempty"` // all that hold
	Problems  []string     `json:"problems,omitempty"`
	StartedAt time.Time    `json:"started_at,omitzero"` // zero: not known any more
	EndedAt   *time.Time   `json:"ended_at,omitempty"`
}

// Delivery is how a run ended: what render --json prints for an episode.
type Delivery struct {
	Show     string       `json:"show"`
	Episode  int          `json:"episode"`
	Cut      int          `json:"cut"` // 0: none was delivered
	State    EpisodeState `json:"state"`
	Master   *Deliverable `json:"master,omitempty"`
	Manifest *Deliverable `json:"manifest,omitempty"`
	Shots    []ShotStatus `json:"shots"`
	Spent    Money        `json:"spent"`
	Elapsed  float64      `json:"elapsed_s"`
	Problems []string     `json:"problems,omitempty"`
	// Short is the cap that stopped the run, and what did not fit.
	Short *Wait `json:"short,omitempty"`
	// Dub is what a run that dubs has made; nil: nothing.
	Dub *Dub `json:"dub,omitempty"`
	// Review is the cut that waits for a person's approval; 0: none does.
	Review int `json:"review,omitempty"`
	// NG counts the run's takes that came to nothing.
	NG int `json:"ng,omitempty"`
}

// ETA is when the last take that is left to be made will be there, foreseen of how long
// vendors' last jobs took: in one of ten cases before Early, in one of two before Likely,
// in nine of ten before Late. Cutting, and waiting for people or money, come on top.
type ETA struct {
	Left   int       `json:"left"` // shots that have no take yet
	Early  time.Time `json:"early,omitzero"`
	Likely time.Time `json:"likely,omitzero"`
	Late   time.Time `json:"late,omitzero"`
	// Unknown are provider instances of which no job was seen to its end: with any, no time
	// can be told.
	Unknown []string `json:"unknown,omitempty"`
}

// SeasonStatus is a season's run in progress or its end.
type SeasonStatus struct {
	Show      string          `json:"show"`
	Episodes  []SeasonEpisode `json:"episodes"`         // in the run's order
	Window    int             `json:"window,omitempty"` // episodes at once
	MaxCost   *Money          `json:"max_cost,omitempty"`
	Paused    *Wait           `json:"paused,omitempty"`
	Ended     bool            `json:"ended,omitempty"`
	StartedAt time.Time       `json:"started_at,omitzero"`
}

// SeasonEpisode is how far the run of a season has come with an episode.
type SeasonEpisode struct {
	ID    EpisodeID    `json:"id"`
	Begun bool         `json:"begun"`
	Ended bool         `json:"ended"`
	State EpisodeState `json:"state,omitempty"` // it ended so
	// Dropped: a person has taken it out of the run. Changed: it is made again, from a newer
	// script, when what is in work has ended.
	Dropped bool `json:"dropped,omitempty"`
	Changed bool `json:"changed,omitempty"`
	// Makes is how many takes it wants of each provider instance, where it has not begun.
	Makes map[string]int `json:"makes,omitempty"`
}

// Deliverable is a delivered file. The media fields are set for masters.
type Deliverable struct {
	URI      string       `json:"uri"`
	Path     string       `json:"path,omitempty"` // with --out
	SHA256   string       `json:"sha256,omitempty"`
	Frames   media.Frames `json:"frames,omitempty"`
	FPS      string       `json:"fps,omitempty"`
	Duration float64      `json:"duration_s,omitempty"`
	Bytes    int64        `json:"bytes,omitempty"`
}
