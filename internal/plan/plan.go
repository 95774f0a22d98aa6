// Package plan decides what an episode needs before a cent is spent: which shots
// are made, which takes are used again, who may make each shot, in what order
// and at what price, and what stands in the way. It is pure: the same input
// gives the same plan. It asks no vendor, reads no file and starts nothing.
package plan

import (
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/prompt/dialect"
	"github.com/dailies/dailies/internal/provider"
)

// Input is everything that a plan depends on.
type Input struct {
	Production drama.Production
	// Providers are the configured instances with their model's facts.
	Providers []provider.Facts
	Exchange  drama.Exchange
	// Circles are the show's circled takes by shot digest.
	Circles map[string]drama.Circle
	// Chosen are the takes that a person circled, by shot digest: they may be NG, or
	// made for an older version of the shot; those that are drafts, whoever circled them; and
	// those that QC circled by other limits than the season has now.
	Chosen map[string]drama.Take
	// Stills are the show's stills by their digest, and by that of what was told.
	Stills map[string]drama.Still
	// TakeCounts is the highest take number so far by slate, of this episode.
	TakeCounts map[string]int
	// Earlier are takes of slates without a circle for what they are now, by slate,
	// the newest first.
	Earlier map[string][]Earlier
	// Tried counts the takes made of a shot digest. A script's seed is used for
	// the first one only.
	Tried map[string]int
	// Templates is the template version the show is pinned to; empty: the newest.
	Templates string
	// Only names slates or scene numbers; empty: all. What lies outside is used
	// again where a take is circled, else skipped, unless a shot inside starts
	// from it.
	Only   []string
	Retake *drama.Retake
	// Try plans another model's takes beside circled ones, and nothing else; nil: a run.
	Try *Try
	// Dub plans the lines of a dub into a language, and nothing else; empty: a run.
	Dub string
	// LipSync is who changes the lips of the dub to go with its lines; nil: nobody.
	LipSync *LipSync
	// MaxCost is a further cap on this run; nil: none. Without a currency it is in
	// the season's.
	MaxCost *drama.Money
	// Look is what the judge's look at a bought take costs; nothing where nobody looks.
	Look drama.Money
	// Judge is who looks at takes, as far as the season lets it decide; nil: nobody.
	Judge *Judge
	// Listener is who listens to takes whose model speaks; nil: nobody.
	Listener *Listener
	// Lines is what each line costs that a voice has yet to speak, by slate.
	Lines map[string][]drama.Money
	// Covers says by slate whether voices can speak a shot's lines over a take; nil where
	// the season does not ask for that.
	Covers map[string]Cover
	// Samples are the samples of voices that a voice provider speaks where the script has
	// none, by cast; nil: nobody makes any.
	Samples map[string]Sample
	// NoURLs: vendors cannot read the store, so that who takes samples by their address
	// only is given none.
	NoURLs bool
	// Compared are the bake-offs of the show that are on file, by arena.BakeoffID.
	Compared map[string]bool
	// Table is what routes with order: leaderboard go by; nil: as listed.
	Table *arena.Table
	// Caps are how the episode's and the season's stand; nil: as the script says,
	// with nothing spent.
	Caps []drama.CapState
	// Now is what the announced ends of models are held against; zero: none has come.
	Now time.Time
}

// Action is what happens to a shot.
type Action string

// Actions. Skip is for shots outside of Input.Only that have no take yet.
const (
	Make    Action = "make"
	Reuse   Action = "reuse"
	Footage Action = "footage"
	Skip    Action = "skip"
)

// Plan is what an episode needs. It can be carried out when Problems is empty.
type Plan struct {
	Episode   drama.EpisodeID `json:"episode"`
	Templates string          `json:"templates"` // the version used
	Shots     []Shot          `json:"shots"`     // in the order of the file
	TotalLow  drama.Money     `json:"total_low"`
	TotalHigh drama.Money     `json:"total_high"`
	// Samples is what of both goes into samples of voices, which are made once.
	Samples drama.Money `json:"samples,omitzero"`
	// Table is the digest of the leaderboard's table that routes were ordered by;
	// empty: none were.
	Table string `json:"table,omitempty"`
	// Floors: a take under a floor of the judge's questions is NG. OrdersOnly: nothing that
	// the judge says makes a take NG, since it is known not to agree with people.
	Floors     bool `json:"floors,omitempty"`
	OrdersOnly bool `json:"orders_only,omitempty"`
	// Caps are those that the plan was held against, in the season's currency. They
	// change with every take bought, so they are no part of what is kept.
	Caps []drama.CapState `json:"-"`
	// Packs are the shots that are made together, in the order of the file.
	Packs []Pack `json:"packs,omitempty"`
	// Packing are the sums with shots made together and without; nil: nobody asks
	// for it, and it would save nothing.
	// They are no part of what is kept.
	Packing *Packing `json:"-"`
	// Drafts are the sums with drafts and without; nil: nobody who makes a shot sells any.
	// They are no part of what is kept either.
	Drafts   *Drafts   `json:"-"`
	Problems []Problem `json:"problems"` // never null
	Warnings []Problem `json:"warnings,omitempty"`
}

// Shot is what happens to one shot.
type Shot struct {
	Slate  string `json:"slate"`
	Scene  string `json:"scene"`
	Action Action `json:"action"`
	Reason string `json:"reason"` // of the action, in words
	// Why is the reason as phrases, for readers of other languages.
	Why []phrase.Phrase `json:"why,omitempty"`
	// Provider and Model are the first route's; empty when nothing is made.
	Provider string        `json:"provider,omitempty"`
	Model    string        `json:"model,omitempty"`
	Digest   string        `json:"digest"`
	Frames   media.Frames  `json:"frames"` // 0: the footage's own length
	Brief    drama.Brief   `json:"brief"`
	Prompt   prompt.Prompt `json:"prompt"`
	// Softened is the prompt's text for a vendor that refused it; empty where
	// nobody that costs money is asked.
	Softened string `json:"softened,omitempty"`
	// References are sent by routes of mode references, in this order, all or those that
	// help most: see Sent.
	References []Reference `json:"references,omitempty"`
	From       *drama.From `json:"from,omitempty"` // must be circled before this shot is made
	To         *drama.From `json:"to,omitempty"`   // so must this; the take ends on its frame
	// Still is made before the shot, whose take starts from it; nil: none.
	Still *Still `json:"still,omitempty"`
	// Routes may make the shot, best first.
	Routes []Route `json:"routes,omitempty"`
	// Rejected were asked for but cannot, each with its reason.
	Rejected []Rejection `json:"rejected,omitempty"`
	// Ordered is why the routes stand as they do where a table has ordered them.
	Ordered string `json:"ordered,omitempty"`
	// Compare is the shot's bake-off; nil: it is not drawn for one.
	Compare *Compare `json:"compare,omitempty"`
	// PriceLow is one take by the first route, PriceHigh all takes allowed by
	// the dearest one, both in the season's currency, with the still's and the
	// comparison's.
	PriceLow  drama.Money `json:"price_low"`
	PriceHigh drama.Money `json:"price_high"`
	// Lines is what its lines cost that a voice has yet to speak, in the season's currency.
	Lines drama.Money `json:"lines,omitzero"`
	// Samples says that samples of voices are made before its takes, and Sample what they
	// cost, in the season's currency; another shot may have made them by then.
	Samples bool        `json:"samples,omitempty"`
	Sample  drama.Money `json:"sample,omitzero"`
	// Over says that voices may speak its lines over a take that says other words, or do so
	// over the take that is used again; OverPrice is what of that nobody has paid yet, in the
	// season's currency.
	Over      bool        `json:"over,omitempty"`
	OverPrice drama.Money `json:"over_price,omitzero"`
	// Hear is what it costs to listen to one take of it, in the season's currency.
	Hear drama.Money `json:"hear,omitzero"`
	// Reuse is the circled take that is used again.
	Reuse *drama.TakeID `json:"reuse,omitempty"`
	// Stale are the sheets of the look book, "sheet of mara: face", that the take used
	// again was made without.
	Stale []string `json:"stale,omitempty"`
	// Draw is how many candidates of a sheet are made; 0: the shot is one of an episode.
	Draw int `json:"draw,omitempty"`
	// Circled is the circle by which Reuse was chosen where that was for an earlier
	// script whose request was the same: it is then this digest's too.
	Circled *drama.Circle `json:"circled,omitempty"`
	// Rejudged is what QC says now of Reuse, a take that nobody has circled yet: it was NG by
	// limits that the season does not have any more. nil: Reuse is circled.
	Rejudged *drama.Verdict `json:"rejudged,omitempty"`
	// NextTake is the number of the first new take.
	NextTake int `json:"next_take"`
	// Seed is what the first new take uses; nil: attempts.SeedFor(Digest, NextTake).
	Seed *int64 `json:"seed,omitempty"`
	Note string `json:"note,omitempty"`
	// MaxTakes is how many new takes may be made.
	MaxTakes int `json:"max_takes"`
	// BestOf is how many that pass are made for the best to be circled; 0: the first is.
	BestOf   int            `json:"best_of,omitempty"`
	Position drama.Position `json:"position"`
	// Staging is what dialects say of the shot beside its brief.
	Staging dialect.Staging `json:"staging,omitzero"`
	// OwnSoftened says that the show has a template of its own for a shot that was
	// refused: Softened is then told as it stands.
	OwnSoftened bool `json:"own_softened,omitempty"`
	// Final is the draft whose final is made; nil: the shot is made by its prompt.
	Final *Final `json:"final,omitempty"`
	// Draft is set where the take that is used again is one.
	Draft *drama.Draft `json:"draft,omitempty"`
	// Lips are its pictures with the lips of a dub; nil: they stay as they are.
	Lips *Lips `json:"lips,omitempty"`
	// Packed is the first shot of the pack in which it is made; empty: by itself. Its
	// routes are how it is made by itself all the same, should that come to nothing.
	Packed string `json:"packed,omitempty"`
	// Windows and Members are a pack's: how long each shot of the clip is asked for, in
	// milliseconds, and those that are cut out.
	Windows []int64  `json:"windows_ms,omitempty"`
	Members []Member `json:"members,omitempty"`
}

// Still is the picture that a shot starts from, planned like a take of its own
// slate: see drama.StillSlate.
type Still struct {
	Shot
	Approve bool   `json:"approve,omitempty"` // a person has to approve it
	Told    string `json:"told,omitempty"`    // see drama.Still
	// Made is the still that is used again, of this digest or one that would be asked
	// for in the same way.
	Made *drama.Still `json:"made,omitempty"`
}

// Route is one way to make a shot: what a run decides by, and what the request
// is made of.
type Route struct {
	attempts.Route
	Type     string        `json:"type"`
	Mode     provider.Mode `json:"mode"`
	Raster   media.Raster  `json:"raster"`             // what the model makes; conform does the rest
	MakeMS   int64         `json:"make_ms"`            // the length the model makes, milliseconds, at least the shot's
	Audio    bool          `json:"audio"`              // ask for sound
	Seed     bool          `json:"seed"`               // the model takes a seed
	Negative bool          `json:"negative,omitempty"` // the model takes a negative prompt
	// ReadsFPS and ReadsBrief are the model's: see drama.Reads.
	ReadsFPS   bool `json:"reads_fps,omitempty"`
	ReadsBrief bool `json:"reads_brief,omitempty"`
	// Opening is put in front of the prompt, and Citation behind it: which of the
	// pictures sent is or shows what, in the model's own words. See Shot.Told.
	Opening  string `json:"opening,omitempty"`
	Citation string `json:"citation,omitempty"`
	// Dialect is the wording that the model is told the shot in, v3/seedance2; empty: the
	// neutral prompt with Citation. Cite is how it names a picture: see provider.Model.
	Dialect string `json:"dialect,omitempty"`
	Cite    string `json:"cite,omitempty"`
	// Pictures are those of the shot's References, by index, that the model is shown
	// where it is not shown all. See Shot.Sent.
	Pictures []int `json:"pictures,omitempty"`
	// Draft is set where the take is made as a draft.
	Draft *Drafted `json:"draft,omitempty"`
	// Voices are the fixed voices that the model is given, in the order in which prompts
	// count them as VoiceCite says; Unsent whose it is not, and why.
	Voices    []Voice  `json:"voices,omitempty"`
	VoiceCite string   `json:"voice_cite,omitempty"`
	Unsent    []string `json:"unsent,omitempty"`
}

// Rejection says why an instance cannot make a shot.
type Rejection struct {
	Instance string `json:"instance"`
	Why      string `json:"why"`
}

// Reference is a picture that shows something of the shot.
type Reference struct {
	Name string     `json:"name"` // cast, prop or location id
	Kind string     `json:"kind"` // cast, prop, location
	File drama.File `json:"file"`
	// As is what it shows, Sheet the sheet of the look book that it is; empty: see drama.Ref.
	As    drama.Role `json:"as,omitempty"`
	Sheet string     `json:"sheet,omitempty"`
	// Consent is the content, SHA-256, of the paper that was signed for the likeness of
	// whom it shows; empty: none was. Vendors with whom faces are registered want one.
	Consent string `json:"consent,omitempty"`
}

// Problem is something a person must change first (or, as a warning, may want
// to). Position is zero where the script does not say it in one place.
type Problem struct {
	Position drama.Position `json:"position"`
	Slate    string         `json:"slate,omitempty"`
	Message  string         `json:"message"`
}
