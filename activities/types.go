package activities

import (
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/webhook"
)

// What happens to a shot.
const (
	ActionMake    = string(plan.Make)
	ActionReuse   = string(plan.Reuse)
	ActionFootage = string(plan.Footage)
	ActionSkip    = string(plan.Skip)
)

// PlanInput asks for a plan of the script under Script with today's takes.
type PlanInput struct {
	ID      drama.EpisodeID `json:"id"`
	Script  store.Ref       `json:"script"`
	Only    []string        `json:"only,omitempty"`
	Retake  *drama.Retake   `json:"retake,omitempty"`
	MaxCost *drama.Money    `json:"max_cost,omitempty"`
	// Table is the leaderboard's table that the run goes by; empty: it begins now.
	Table string `json:"table,omitempty"`
	// Try plans another model's takes beside circled ones, and nothing else.
	Try *Try `json:"try,omitempty"`
	// Dub plans the lines of a dub into a language, and nothing else.
	Dub string `json:"dub,omitempty"`
	// LipSync is the provider instance that changes lips for the dub; empty: none does.
	LipSync string `json:"lip_sync,omitempty"`
}

// Try is a model to be tried, and on what.
type Try = plan.Try

// PlanResult is what a run needs of a plan to decide; the whole plan lies under
// Plan.
type PlanResult struct {
	Plan  store.Ref  `json:"plan"`
	Shots []ShotPlan `json:"shots"`
	// Packs are shots that are made in one call; none in runs of an older program.
	Packs []PackPlan `json:"packs,omitempty"`
	// Currency is what prices are in.
	Currency string `json:"currency"`
	// Cap is the tighter of the episode's and the run's, counted against all that
	// the episode has ever cost: the rule of the first release's runs.
	Cap *drama.Money `json:"cap,omitempty"`
	// Caps are those that later runs keep; nil for no cap.
	Caps Caps `json:"caps,omitzero"`
	// Stop is true when a run over its cap ends instead of waiting.
	Stop bool `json:"stop,omitempty"`
	// FailedAfter NG takes the run stops; 0: never.
	FailedAfter int `json:"failed_after,omitempty"`
	// Look is what the judge's look at a take costs; nothing where nobody looks.
	Look drama.Money `json:"look,omitzero"`
	// Spent is what all earlier takes of the episode have cost, in Currency; what
	// is not settled yet counts with its estimate.
	Spent drama.Money `json:"spent"`
	// Table is the leaderboard's table that routes were ordered by; empty: none were.
	Table   string `json:"table,omitempty"`
	NextCut int    `json:"next_cut"`
	// Strays are jobs at vendors that are no shot's any more.
	Strays   []Stray  `json:"strays,omitempty"`
	Told     []string `json:"told,omitempty"`     // of them, in words
	Problems []string `json:"problems,omitempty"` // the run cannot begin
	Warnings []string `json:"warnings,omitempty"`
	// Tell is what webhooks want to know of the run; nil: nothing, as in runs that an older
	// program has planned.
	Tell *webhook.Wanted `json:"tell,omitempty"`
}

// Caps are what a run may cost, each in the run's currency; nil: no such cap.
type Caps struct {
	Run     *drama.Money `json:"run,omitempty"`     // counts what the run spends
	Episode *drama.Money `json:"episode,omitempty"` // counts what the episode has ever cost
	// Season is the script's cap of the season, for the show's account, which knows
	// whether a person has set another; Shared says that there is one.
	Season *drama.Money `json:"season,omitempty"`
	Shared bool         `json:"shared,omitempty"`
}

// ShotPlan is what a run needs of a planned shot to decide.
type ShotPlan struct {
	attempts.Shot
	Slate  string        `json:"slate"`
	Scene  string        `json:"scene"`
	Action string        `json:"action"`
	Frames media.Frames  `json:"frames"`
	From   *drama.From   `json:"from,omitempty"`
	To     *drama.From   `json:"to,omitempty"`
	Reuse  *drama.TakeID `json:"reuse,omitempty"`
	// Speak is true when a voice speaks lines over the shot; Lines is what those of them
	// cost that nobody has spoken yet.
	Speak bool        `json:"speak,omitempty"`
	Lines drama.Money `json:"lines,omitzero"`
	// Over is what its lines cost where voices speak them over a take; nothing where the
	// season does not ask for that, or nobody has to be paid.
	Over drama.Money `json:"over,omitzero"`
	// Samples says that samples of voices are made before its takes, Sample what they cost.
	Samples bool        `json:"samples,omitempty"`
	Sample  drama.Money `json:"sample,omitzero"`
	// Hear is what it costs to listen to one take of it.
	Hear drama.Money `json:"hear,omitzero"`
	// BestOf is how many passing takes are made for the best to be circled; 0: the first is.
	BestOf int `json:"best_of,omitempty"`
	// Still is made first, and the take starts from it; nil: none.
	Still *StillPlan `json:"still,omitempty"`
	// Open are jobs of earlier runs to go on with first.
	Open []OpenJob `json:"open,omitempty"`
	// Lips are its pictures with the lips of a dub; nil: they stay as they are.
	Lips *ShotPlan `json:"lips,omitempty"`
	// Compare is the shot's bake-off; nil: it is not drawn for one.
	Compare *ComparePlan `json:"compare,omitempty"`
	// FinalOf is the draft whose final is made; nil: the shot is made by its prompt.
	FinalOf *drama.TakeID `json:"final_of,omitempty"`
	// Draw is how many candidates of a sheet of the look book are made, as stills, instead
	// of a take; 0: the shot is one of an episode.
	Draw int `json:"draw,omitempty"`
}

// PackPlan is what a run needs of shots that are made in one call.
type PackPlan struct {
	Slates []string       `json:"slates"` // in order; the clip is bought as a take of the first
	Route  attempts.Route `json:"route"`
	// Final: the final of a clip is bought, which none of its shots can be made without.
	Final bool `json:"final,omitempty"`
	// Open is a job of an earlier run to go on with, Takes what it is cut apart into.
	Open  *OpenJob       `json:"open,omitempty"`
	Takes []drama.TakeID `json:"takes,omitempty"`
}

// StillPlan is what a run needs of a planned still, which is bought like a shot.
type StillPlan struct {
	ShotPlan
	Approve bool `json:"approve,omitempty"`
	// Made is the still that is there already, and URI where it lies.
	Made *drama.Still `json:"made,omitempty"`
	URI  string       `json:"uri,omitempty"`
}

// StillInput is a still to keep.
type StillInput struct {
	drama.Still
	// Plan is where it was planned; without a key in runs of an older program.
	Plan store.Ref `json:"plan,omitzero"`
}

// GenerateInput asks for one take from one provider instance.
type GenerateInput struct {
	Plan     store.Ref    `json:"plan"`
	Take     drama.TakeID `json:"take"`
	Instance string       `json:"instance"`
	Seed     int64        `json:"seed"`
	// Estimate is what is reserved for the take; its currency is the run's.
	Estimate drama.Money `json:"estimate"`
	// FirstFrame is the picture to start from, where the shot starts from another.
	FirstFrame *store.Ref `json:"first_frame,omitempty"`
	// LastFrame is the picture to end on, where the shot ends on another's.
	LastFrame *store.Ref `json:"last_frame,omitempty"`
	// Remedies are changes to the request because the vendor refused it before.
	Remedies []attempts.Remedy `json:"remedies,omitempty"`
	// Again is how many ErrResubmit of this take the run has answered.
	Again int `json:"again,omitempty"`
	// Pack are the takes that the clip is cut apart into, Take the first of them; empty: it is
	// one shot's.
	Pack []drama.TakeID `json:"pack,omitempty"`
	// Lips is set where the lips of a clip are changed.
	Lips *LipOrder `json:"lips,omitempty"`
	// Then is how the take is conformed, which may be done where it arrives; nil: the run asks
	// for that itself.
	Then *Then `json:"then,omitempty"`
}

// Then is what conforming a new take needs to know beside how it is made.
type Then struct {
	Script store.Ref    `json:"script"`
	From   *FromTake    `json:"from,omitempty"`
	To     *FromTake    `json:"to,omitempty"`
	Speech drama.Speech `json:"speech,omitzero"`
	Circle string       `json:"circle,omitempty"`
}

// conform is the step that it stands for.
func (in GenerateInput) conform(clip Clip) ConformInput {
	t := in.Then
	return ConformInput{Plan: in.Plan, Script: t.Script, Slate: in.Take.Slate, Take: in.Take, Clip: &clip, From: t.From, To: t.To, Speech: t.Speech, Circle: t.Circle}
}

// Made is what a provider delivered, and what came of it where it was conformed at once.
type Made struct {
	Clip
	Ready *Conformed `json:"ready,omitempty"`
	// Begun says that conforming it has begun, and there may be something of it.
	Begun bool `json:"begun,omitempty"`
}

// LipOrder are a clip and what is to be said in it.
type LipOrder = purchase.Lips

// OpenJob is a job of an earlier run that nobody has ended: it may be paid for, and is
// gone on with before anything else is bought. What it may cost is in Spent.
type OpenJob struct {
	Take     int               `json:"take"`
	Instance string            `json:"instance"`
	Seed     int64             `json:"seed"`
	Remedies []attempts.Remedy `json:"remedies,omitempty"`
	Estimate drama.Money       `json:"estimate"`
	Again    int               `json:"again,omitempty"` // as GenerateInput's
}

// Clip is what a provider delivered.
type Clip = purchase.Clip

// NoClip is the detail of every error of Generate that the run decides on; the
// error's type is the provider.Kind, or ErrHeld, ErrDropped.
type NoClip = purchase.NoClip

// Missing is the detail of an ErrUndelivered.
type Missing = purchase.Missing

// Types of errors of activities beside the provider.Kinds.
const (
	// ErrHeld: nobody knows whether the vendor has the job; a person must decide.
	ErrHeld = purchase.Held
	// ErrResubmit: see purchase.Resubmit.
	ErrResubmit = purchase.Resubmit
	// ErrMachine: this machine, its store or its network, and nobody's money.
	ErrMachine = purchase.Machine
	// ErrWork: the work on media failed, and neither the clip nor the machine is known
	// to be at fault.
	ErrWork = "work"
	// ErrDropped: a person gave the job up.
	ErrDropped = purchase.Dropped
	// ErrCancelled: the job was stopped at the vendor.
	ErrCancelled = purchase.Cancelled
	// ErrUndelivered: see purchase.Undelivered.
	ErrUndelivered = purchase.Undelivered
	// ErrRecord: a record in the store is missing or damaged, or contradicts.
	ErrRecord = purchase.Record
	// ErrStore: the store says no and will say so again.
	ErrStore = "store"
	// ErrOrphan: the worker of the attempt is dead. Said by whoever finds that
	// out, never by an activity.
	ErrOrphan = "orphan"
)

// SpeakInput asks for a shot's lines by the voices of its speakers.
type SpeakInput struct {
	Plan   store.Ref `json:"plan"`
	Script store.Ref `json:"script"`
	Slate  string    `json:"slate"`
	// Take is whose own speech the lines take the place of; nil: the season has voices speak.
	Take *drama.TakeID `json:"take,omitempty"`
	// Dub is the language that they are spoken in instead of the season's; empty: they are not
	// translated.
	Dub string `json:"dub,omitempty"`
	// Since is when the run asked first: what was bought since is the answer's cost,
	// whichever try bought it. Zero: what this try buys.
	Since time.Time `json:"since,omitzero"`
}

// FrameInput asks for the picture that a shot starts from.
type FrameInput struct {
	Script store.Ref    `json:"script"`
	Slate  string       `json:"slate"` // of the source
	Take   drama.TakeID `json:"take"`  // the source's circled take
	Frame  string       `json:"frame"` // first, last
}

// ConformInput asks for a take to be judged and made into a mezzanine.
type ConformInput struct {
	Plan   store.Ref    `json:"plan"`
	Script store.Ref    `json:"script"`
	Slate  string       `json:"slate"`
	Take   drama.TakeID `json:"take"`
	// Clip is set for a new take. Without it the take's record is read: the take
	// was judged before and is only made ready for this cut.
	Clip *Clip `json:"clip,omitempty"`
	// From is the take whose frame the new one starts from; nil: none.
	From *FromTake `json:"from,omitempty"`
	To   *FromTake `json:"to,omitempty"` // likewise, on whose frame it ends
	// Begun: another step has begun with the new take, and came to no end.
	Begun bool `json:"begun,omitempty"`
	// Footage: the clip is the script's own file.
	Footage bool         `json:"footage,omitempty"`
	Speech  drama.Speech `json:"speech,omitzero"`
	// Circle is who circles the take if it passes; empty: nobody does.
	Circle string `json:"circle,omitempty"`
	// Replace lets the take be circled in place of a person's choice: a retake is
	// the later wish.
	Replace bool `json:"replace,omitempty"`
	// Against is set when the take was made to be compared with another.
	Against *Against `json:"against,omitempty"`
}

// FromTake is a take that another starts from, and how long it is in the cut.
type FromTake struct {
	Take   drama.TakeID `json:"take"`
	Frames media.Frames `json:"frames"`
	// Picture is the one that was sent; without a key in runs of an older program.
	Picture store.Ref `json:"picture,omitzero"`
}

// Conformed is a judged take. Mezzanine and what follows are set when it passed.
type Conformed struct {
	Verdict     drama.Verdict `json:"verdict"`
	Looks       drama.Money   `json:"looks,omitzero"`      // what looking at it and listening to it have cost
	Mezzanine   string        `json:"mezzanine,omitempty"` // digest: see store.Keys
	Frames      media.Frames  `json:"frames,omitempty"`
	VideoDigest string        `json:"video_digest,omitempty"`
	Provider    string        `json:"provider,omitempty"`
	Model       string        `json:"model,omitempty"`
	Price       drama.Money   `json:"price"`
	Draft       *drama.Draft  `json:"draft,omitempty"` // set where the take is one
	// Over says that its lines are to be spoken by voices, in the place of its own.
	Over bool `json:"over,omitempty"`
}

// NGInput records a take that no clip came of.
type NGInput struct {
	Take     drama.TakeID `json:"take"`
	Digest   string       `json:"digest"`
	Provider string       `json:"provider"`
	Model    string       `json:"model"`
	// VendorJob is the vendor's id of the job, if it had one.
	VendorJob string            `json:"vendor_job,omitempty"`
	Seed      int64             `json:"seed"`
	Price     drama.Money       `json:"price"`
	Reason    string            `json:"reason"`
	Remedies  []attempts.Remedy `json:"remedies,omitempty"`
	Against   *Against          `json:"against,omitempty"` // as ConformInput's
	FinalOf   *drama.TakeID     `json:"final_of,omitempty"`
	// Media is a clip that came and is no take of the shot, Pack where the take would have been
	// cut out of; Draft is set where it is one.
	Media drama.Object `json:"media,omitzero"`
	Pack  *drama.Pack  `json:"pack,omitempty"`
	Draft *drama.Draft `json:"draft,omitempty"`
}

// SplitInput asks for a clip of several shots to be cut apart.
type SplitInput struct {
	Plan store.Ref      `json:"plan"`
	Pack []drama.TakeID `json:"pack"` // its takes, in order
	Clip Clip           `json:"clip"`
}

// Split are the pieces of a clip, by the takes asked for: each as if it had been delivered
// by itself, with its share of the price. Why is why they could not be cut out, in words:
// then they have no media, but that the first has the whole clip, to be looked at.
type Split struct {
	Pieces []Clip `json:"pieces"`
	Why    string `json:"why,omitempty"`
}

// CircleInput circles a take by a person's wish.
type CircleInput struct {
	Take   drama.TakeID `json:"take"`
	Digest string       `json:"digest"` // of the shot as it is now
	By     string       `json:"by"`
}

// CutShot is one shot of the cut to make, in order.
type CutShot struct {
	Slate     string       `json:"slate"`
	Take      drama.TakeID `json:"take"`
	Mezzanine string       `json:"mezzanine"`
	Attempts  int          `json:"attempts"`
	Speech    drama.Speech `json:"speech,omitzero"`
	Reasons   []string     `json:"reasons,omitempty"`
}

// AssembleInput asks for cut Cut of an episode.
type AssembleInput struct {
	ID     drama.EpisodeID `json:"id"`
	Plan   store.Ref       `json:"plan"`
	Script store.Ref       `json:"script"`
	Cut    int             `json:"cut"`
	Shots  []CutShot       `json:"shots"`
	Spent  drama.Money     `json:"spent"` // on the episode so far
}

// DubInput asks for the dub of an episode's newest cut, whose lines are spoken.
type DubInput struct {
	ID       drama.EpisodeID `json:"id"`
	Plan     store.Ref       `json:"plan"`
	Script   store.Ref       `json:"script"`
	Language string          `json:"language"`
	Spent    drama.Money     `json:"spent"` // on the episode so far
	// LipSync: shots whose lips were changed by who the plan names show those.
	LipSync bool `json:"lip_sync,omitempty"`
}

// Dubbed is a dub that is delivered, or why there is none: Unfit lines do not fit their
// windows.
type Dubbed struct {
	Dub   *drama.Dub `json:"dub,omitempty"`
	Unfit []string   `json:"unfit,omitempty"`
}

// Assembled is a cut whose files lie in the store. It is not delivered yet.
type Assembled struct {
	// Existing is set when the latest cut is the same: nothing was made.
	Existing *Delivered `json:"existing,omitempty"`
	// Manifest is a draft of the cut's manifest, in the store.
	Manifest store.Ref `json:"manifest"`
}

// DeliverInput asks for the cut's manifest to be written and latest to move.
type DeliverInput struct {
	ID       drama.EpisodeID `json:"id"`
	Cut      int             `json:"cut"`
	Manifest store.Ref       `json:"manifest"` // the draft
}

// Delivered is a delivered cut.
type Delivered struct {
	Cut      int               `json:"cut"`
	Master   drama.Deliverable `json:"master"`
	Manifest drama.Deliverable `json:"manifest"`
	Notes    []string          `json:"notes,omitempty"`
	// Waits: the cut is whole, and a person has to approve it before it is delivered.
	Waits bool `json:"waits,omitempty"`
}
