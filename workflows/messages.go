// Package workflows orchestrates episodes and seasons: what happens in which
// order, what waits for what and for whom, and what is tried again. It is
// deterministic: everything that touches the world is an activity.
package workflows

import (
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/attempts"
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
	// WebhookQueue is where events are sent from, by who has the hooks' secrets.
	WebhookQueue = "webhooks"

	QueryStatus = "status" // -> drama.EpisodeStatus; a season's -> drama.SeasonStatus
	// QueryChanges is an episode's status without what is known: Known -> Changes.
	QueryChanges = "changes"

	// SignalMoney tells a run that money may have come back to the show's account.
	SignalMoney = "money"
	// SignalScript tells a season's episode that it is to be made again from another script:
	// drama.Object.
	SignalScript = "script"

	UpdateRetake      = "retake"       // drama.Retake
	UpdateCircle      = "circle"       // CircleTake
	UpdatePause       = "pause"        // Pause
	UpdateResume      = "resume"       // Resume
	UpdateCancelShot  = "cancel_shot"  // CancelShot
	UpdateRaiseBudget = "raise_budget" // RaiseBudget
	UpdateResolveJob  = "resolve_job"  // ResolveJob
	UpdateApprove     = "approve"      // ApproveStill
	UpdateChange      = "change"       // a season's: ChangeSeason -> SeasonChanged
)

// RefusedClosed is the type of a refusal by a run whose takes are chosen: it is being
// cut, or has ended. What is decided then is for the next run.
const RefusedClosed = "closed"

// RefusedMoving is the type of a refusal by a season's run that is about to go on in a new
// history: asked again in a moment, it answers.
const RefusedMoving = "moving"

// MemoPrint is the memo field that names what a run was started from.
const MemoPrint = "script"

// ProviderQueue is the task queue of a provider instance.
func ProviderQueue(instance string) string { return "provider:" + instance }

// EpisodeWorkflowID is the one workflow that an episode has at a time.
func EpisodeWorkflowID(id drama.EpisodeID) string { return "episode/" + id.String() }

// WebhookName is the workflow that sends an event.
const WebhookName = "Webhook"

// WebhookWorkflowID is the one workflow that sends an event at a time.
func WebhookWorkflowID(event string) string { return "webhook/" + event }

// SeasonWorkflowID is the one workflow that a show's season has at a time.
func SeasonWorkflowID(show string) string { return "season/" + show }

// EpisodeInput starts a run of an episode. The script lies in the store.
type EpisodeInput struct {
	ID     drama.EpisodeID `json:"id"`
	Script drama.Object    `json:"script"`         // a drama.Production as JSON
	Only   []string        `json:"only,omitempty"` // slates or scene numbers; empty: all
	Retake *drama.Retake   `json:"retake,omitempty"`
	// Try has another model's takes made beside circled ones, and nothing else: no cut, no
	// other circle.
	Try *activities.Try `json:"try,omitempty"`
	// Dub has the episode's lines spoken in a language, over the pictures of its newest cut,
	// and nothing else: no cut, no circle.
	Dub string `json:"dub,omitempty"`
	// LipSync is the provider instance that changes lips for the dub; empty: none does.
	LipSync string       `json:"lip_sync,omitempty"`
	MaxCost *drama.Money `json:"max_cost,omitempty"` // what this run may spend
	// Rules are the version of the attempt policy and the budget's rule that the run
	// keeps to its end; 0: RulesFirst.
	Rules int `json:"rules,omitempty"`
	// Group is the season's run that the episode is part of, where that has a cap or
	// an order to keep.
	Group string `json:"group,omitempty"`
	// Print names what the run was started from; a season gives it to its episodes.
	Print  string `json:"print,omitempty"`
	Failed int    `json:"failed,omitempty"` // NG takes of the season's episodes before
	// Season says that a season's run renders it: nobody waits for it at the screen, and what
	// it tells its season at the end is without its shots.
	Season bool `json:"season,omitempty"`
	// Makes is how many takes its plan wanted of each provider instance when it was
	// submitted; nil: not known.
	Makes map[string]int `json:"makes,omitempty"`
	// Continued carries progress over continue-as-new. Not for callers.
	Continued *Continued `json:"continued,omitempty"`
}

// Versions of what a run decides by: see EpisodeInput.Rules.
const (
	RulesFirst = attempts.RulesFirst
	// RulesAccount: three caps, the season's kept by the show's account; where only
	// parked providers are left a shot waits (attempts.RulesWait).
	RulesAccount = attempts.RulesWait
	// RulesPartial: a run that was asked for some shots only, and has them, is partial.
	RulesPartial = RulesAccount + 1
	// RulesMadeFirst: shots that something is made for begin first.
	RulesMadeFirst = RulesPartial + 1
	// RulesSeason: a season's run can be changed, keeps of each episode how it ended and no
	// more, and lets go first what a person waits for.
	RulesSeason = RulesMadeFirst + 1
	// RulesNow are those of a run that begins now.
	RulesNow = RulesSeason
)

// SeasonInput starts a run of all episodes of a season.
type SeasonInput struct {
	Show     string         `json:"show"`
	Episodes []EpisodeInput `json:"episodes"`
	Window   int            `json:"window"` // episodes at once; 0: the default
	// Cap is the season's, shared out: the first release's rule.
	Cap *drama.Money `json:"cap,omitempty"`
	// MaxCost is what the whole run may spend.
	MaxCost *drama.Money `json:"max_cost,omitempty"`
	// Shared says that the season has a cap: its episodes ask the show's account.
	Shared   bool   `json:"shared,omitempty"`
	Currency string `json:"currency,omitempty"`
	Rules    int    `json:"rules,omitempty"` // see EpisodeInput
	// Paused carries a pause over continue-as-new. Not for callers.
	Paused *Pause `json:"paused,omitempty"`
	// Done carries finished episodes over continue-as-new. Not for callers.
	Done []drama.Delivery `json:"done,omitempty"`
	// Dropped are those of Episodes that a person has dropped. Not for callers.
	Dropped []int `json:"dropped,omitempty"`
	// StartedAt is when the first history began. Not for callers.
	StartedAt *time.Time `json:"started_at,omitempty"`
}

// SeasonResult is what a season run ended with: of each episode how it ended. Since
// RulesSeason that is without its shots, files and reasons, which its own run and its
// manifest tell: see studio.Studio.WaitSeason.
type SeasonResult struct {
	Show     string           `json:"show"`
	Episodes []drama.Delivery `json:"episodes"`
	Dropped  []int            `json:"dropped,omitempty"` // episodes that a person has dropped
}

// ChangeSeason changes a season's run.
type ChangeSeason struct {
	Window int `json:"window,omitempty"` // episodes at once; 0: as it is
	// Episodes are to be rendered so: those that the run does not have join it, those that
	// it has of another script are given this one.
	Episodes []EpisodeInput `json:"episodes,omitempty"`
	Drop     []int          `json:"drop,omitempty"` // episodes that are not to be rendered
	// Again says that the season was submitted again: what was dropped of it stays so.
	Again bool   `json:"again,omitempty"`
	By    string `json:"by,omitempty"`
}

// SeasonChanged is what became of the wish, by episode.
type SeasonChanged struct {
	Window  int   `json:"window"`
	Joined  []int `json:"joined,omitempty"`
	Changed []int `json:"changed,omitempty"` // of another script
	// Again are those of Changed that were in work: they are made again from the new script
	// when their run has collected what it has bought.
	Again   []int `json:"again,omitempty"`
	Dropped []int `json:"dropped,omitempty"`
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

	at time.Time // since when, as far as this history knows
}

// Resume goes on after Pause or a budget stop.
type Resume struct{}

// CancelShot gives a shot up; its running job is stopped where that is possible.
type CancelShot struct {
	Slate string `json:"slate"`
}

// RaiseBudget sets a cap of the run.
type RaiseBudget struct {
	Cap drama.Money `json:"cap"`
	// Name is which: run or episode (also when empty), season for the news that the
	// show's account has one now.
	Name drama.CapName `json:"name,omitempty"`
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
