package provider

import (
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Model is what is known of one model: facts, each with a source, read from the
// provider folder's models.yaml. Zero limits mean "no limit known".
type Model struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Modes []Mode `json:"modes"`
	// Durations the model makes: a closed list, or a range, in milliseconds.
	DurationsMS []int64 `json:"durations_ms,omitempty"`
	MinMS       int64   `json:"min_ms,omitempty"`
	MaxMS       int64   `json:"max_ms,omitempty"`
	// Rasters the model makes; empty: any even raster up to MaxSide.
	Rasters []media.Raster   `json:"rasters,omitempty"`
	MaxSide int              `json:"max_side,omitempty"`
	FPS     []media.Rational `json:"fps,omitempty"` // empty: any
	// MaxReferences pictures can be sent; MaxPrompt is in characters.
	MaxReferences int `json:"max_references,omitempty"`
	// MinReferences: a maker of pictures edits those that it is sent, and makes none
	// without.
	MinReferences int `json:"min_references,omitempty"`
	MaxPrompt     int `json:"max_prompt,omitempty"`
	// MaxPromptCJK is MaxPrompt for a text that is mostly Chinese, Japanese or
	// Korean, where the model counts those differently.
	MaxPromptCJK int `json:"max_prompt_cjk,omitempty"`
	// Limits tie lengths, sizes and prompts to how the model is asked: see For.
	Limits []Limit `json:"limits,omitempty"`
	// Cite is how a prompt names reference picture n of those sent, with {n} for
	// the number from 1, or {n0} for the number from 0, e.g. "[Image {n}]". Empty:
	// it cannot.
	Cite string `json:"cite,omitempty"`
	// CiteZH is Cite in a Chinese prompt, where the vendor's guide has another form for
	// it; empty: Cite.
	CiteZH string `json:"cite_zh,omitempty"`
	// Dialect is the name of the wording that the model is told a shot in, one of
	// templates/v3/dialects, or "plain": the neutral prompt, for a model that nobody has
	// described.
	Dialect string `json:"dialect,omitempty"`
	// Opening is what a prompt begins with in a mode, where the vendor is told the
	// pictures' roles in the text.
	Opening   map[Mode]string `json:"opening,omitempty"`
	Audio     bool            `json:"audio"`      // can make sound
	Speech    bool            `json:"speech"`     // can speak lines
	Seed      bool            `json:"seed"`       // takes a seed
	Negative  bool            `json:"negative"`   // takes a negative prompt
	LastFrame bool            `json:"last_frame"` // can end on a given frame
	// ReadsFPS: it is told the show's frame rate. ReadsBrief: it draws from the brief
	// itself, so that everything in it counts.
	ReadsFPS   bool `json:"reads_fps,omitempty"`
	ReadsBrief bool `json:"reads_brief,omitempty"`
	// AudioAlways: sound cannot be switched off. What is not wanted is dropped
	// when the take is conformed.
	AudioAlways bool `json:"audio_always,omitempty"`
	// Voices says how the model is given fixed voices; nil: it takes none.
	Voices *Voices `json:"voices,omitempty"`
	// OnsetMS is how long the model takes before the first word is spoken, as measured;
	// 0: not known. Plans count it beside the lines. OnsetSource is who measured it.
	OnsetMS     int64  `json:"onset_ms,omitempty"`
	OnsetSource string `json:"onset_source,omitempty"`
	// SilentEnd: a take that ends on a given frame has no sound.
	SilentEnd bool `json:"silent_end,omitempty"`
	// AnyModel: the facts of every model id that the folder does not list, for
	// servers that serve whatever their owner put there.
	AnyModel bool `json:"any_model,omitempty"`
	// PricePerSecond of finished video; zero micros: free. Where it depends on
	// more there are Rates instead.
	PricePerSecond drama.Money `json:"price_per_second"`
	Rates          []Rate      `json:"rates,omitempty"`
	// PerPicture is what each picture sent beyond FreePictures costs on top; nil: nothing.
	PerPicture   *drama.Money `json:"per_picture,omitempty"`
	FreePictures int          `json:"free_pictures,omitempty"`
	Source       string       `json:"source"`  // the page the facts came from
	Checked      string       `json:"checked"` // date, YYYY-MM-DD
	// Until is the day, YYYY-MM-DD, after which its vendor takes no more jobs for it, as
	// UntilSource says; empty: no end is announced. Instead is the folder's model that
	// its vendor, or else its facts, put in its place.
	Until       string `json:"until,omitempty"`
	UntilSource string `json:"until_source,omitempty"`
	Instead     string `json:"instead,omitempty"`
	// Draft is how it sells drafts; nil: it does not.
	Draft *Draft `json:"draft,omitempty"`
	// LipSync is what it takes in ModeLipSync; nil: it has not that mode.
	LipSync *LipSync `json:"lip_sync,omitempty"`
}

// Lips says whether the model changes lips and makes no takes.
func (m Model) Lips() bool {
	return slices.Contains(m.Modes, ModeLipSync) && !slices.Contains(m.Modes, ModeText)
}

// Pictures says whether the model makes pictures and no takes.
func (m Model) Pictures() bool {
	return slices.Contains(m.Modes, ModeImage) && !slices.Contains(m.Modes, ModeText)
}

// Instance is a configured provider: an adapter with a name of the studio's own.
type Instance struct {
	Name  string // as routes call it
	Type  string // the adapter
	Model string // the default model
	Slots int    // jobs in flight at once
	// SubmitRPS is the vendor's submit rate over all workers; 0: none.
	SubmitRPS   float64
	PollEveryMS int64
	DeadlineMS  int64
	// ResubmitAmbiguous is true where the studio accepts the risk of paying twice.
	ResubmitAmbiguous bool
}

// Facts is an instance with its model's facts: all that plan needs to know.
type Facts struct {
	Instance string `json:"instance"`
	Type     string `json:"type"`
	Model    Model  `json:"model"`
	Parked   string `json:"parked,omitempty"` // reason why it may not be used now
	// CodeName is what the model is called until somebody reveals it; empty: its own.
	CodeName string `json:"code_name,omitempty"`
	// Waits says that this may change at any moment elsewhere, where its worker is: a take
	// that nobody else can make waits for it.
	Waits bool `json:"waits,omitempty"`
}
