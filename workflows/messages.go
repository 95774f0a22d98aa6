// Package workflows orchestrates episodes and seasons: what happens in which
// order, what waits for what and for whom, and what is tried again. It is
// deterministic: everything that touches the world is an activity.
package workflows

import (
	"github.com/dailies/dailies/internal/drama"
)

// Names by which workflows are started and asked.
const (
	EpisodeName = "Episode"
	SeasonName  = "Season"

	// TaskQueue is where workflows, and the small activities that only read and
	// write records, run. Media work runs on MediaQueue, a provider instance's
	// takes on ProviderQueue(instance).
	TaskQueue  = "dailies"
	MediaQueue = "media"

	QueryStatus = "status" // -> drama.EpisodeStatus

	UpdateRetake      = "retake"       // drama.Retake
	UpdateCircle      = "circle"       // CircleTake
	UpdatePause       = "pause"        // Pause
	UpdateResume      = "resume"       // Resume
	UpdateCancelShot  = "cancel_shot"  // CancelShot
	UpdateRaiseBudget = "raise_budget" // RaiseBudget
	UpdateResolveJob  = "resolve_job"  // ResolveJob
	UpdateApprove     = "approve"      // ApproveStill
)

// ProviderQueue is the task queue of a provider instance.
func ProviderQueue(instance string) string { return "provider:" + instance }

// EpisodeWorkflowID is the one workflow that an episode has at a time.
func EpisodeWorkflowID(id drama.EpisodeID) string { return "episode/" + id.String() }

// SeasonWorkflowID is the one workflow that a show's season has at a time.
func SeasonWorkflowID(show string) string { return "season/" + show }

// EpisodeInput starts a run of an episode. The script lies in the store.
type EpisodeInput struct {
	ID      drama.EpisodeID `json:"id"`
	Script  drama.Object    `json:"script"`         // a drama.Production as JSON
	Only    []string        `json:"only,omitempty"` // slates or scene numbers; empty: all
	Retake  *drama.Retake   `json:"retake,omitempty"`
	MaxCost *drama.Money    `json:"max_cost,omitempty"` // tighter than the script's budget
	Failed  int             `json:"failed,omitempty"`   // NG takes of the season's episodes before
	// Continued carries progress over continue-as-new. Not for callers.
	Continued *Continued `json:"continued,omitempty"`
}

// SeasonInput starts a run of all episodes of a season.
type SeasonInput struct {
	Show     string         `json:"show"`
	Episodes []EpisodeInput `json:"episodes"`
	Window   int            `json:"window"` // episodes at once; 0: the default
	Cap      *drama.Money   `json:"cap,omitempty"`
	// Done carries finished episodes over continue-as-new. Not for callers.
	Done []drama.Delivery `json:"done,omitempty"`
}

// SeasonResult is what a season run ended with.
type SeasonResult struct {
	Show     string           `json:"show"`
	Episodes []drama.Delivery `json:"episodes"`
}

// CircleTake picks a take for a shot.
type CircleTake struct {
	Slate string `json:"slate"`
	Take  int    `json:"take"`
	By    string `json:"by,omitempty"`
}

// Pause stops new submissions; running ones are collected.
type Pause struct {
	Reason string `json:"reason,omitempty"`
}

// Resume goes on after Pause or a budget stop.
type Resume struct{}

// CancelShot gives a shot up; its running job is stopped where that is possible.
type CancelShot struct {
	Slate string `json:"slate"`
}

// RaiseBudget sets the episode's cap.
type RaiseBudget struct {
	Cap drama.Money `json:"cap"`
}

// ApproveStill decides about the still that a shot waits with: its take starts from
// it, or another one is made.
type ApproveStill struct {
	Slate string `json:"slate"`
	Redo  bool   `json:"redo,omitempty"`
	By    string `json:"by,omitempty"`
}

// ResolveJob tells a held shot that a person has decided in the ledger.
type ResolveJob struct {
	Slate string `json:"slate"` // the shot's, or its still's
}
