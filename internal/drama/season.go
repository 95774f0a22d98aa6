package drama

import "github.com/dailies/dailies/internal/media"

// Production is one episode with everything of its season that it needs. It is
// what a checked script becomes, and what is stored with a cut.
type Production struct {
	Season  Season  `json:"season"`
	Episode Episode `json:"episode"`
}

// Text maps a language (BCP 47) to a text in it.
type Text map[string]string

// File is a file of the script's folder. Path is slash-separated and relative to
// the season file's folder. The rest is filled when the file has been read.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
	Type   string `json:"type,omitempty"` // media type, e.g. image/png
}

// Season is what all episodes of a show share.
type Season struct {
	Show      string               `json:"show"`
	Title     Text                 `json:"title,omitempty"`
	Tagline   Text                 `json:"tagline,omitempty"` // for people, as Synopsis: no prompt has it
	Synopsis  Text                 `json:"synopsis,omitempty"`
	Language  string               `json:"language"` // of the lines
	Format    Format               `json:"format"`
	Look      string               `json:"look,omitempty"`
	Avoid     string               `json:"avoid,omitempty"`
	Cast      map[string]Character `json:"cast,omitempty"`
	Locations map[string]Location  `json:"locations,omitempty"`
	Props     map[string]Prop      `json:"props,omitempty"`
	Routing   []Route              `json:"routing"` // in file order; the last has no condition
	Takes     TakePolicy           `json:"takes"`
	Stills    *Stills              `json:"stills,omitempty"`  // nil: no stills
	Compare   *Compare             `json:"compare,omitempty"` // nil: no bake-offs
	Review    *Review              `json:"review,omitempty"`  // nil: none is required
	Budget    *Budget              `json:"budget,omitempty"`  // nil: no cap
	Dialogue  Dialogue             `json:"dialogue"`
	Subtitles Subtitles            `json:"subtitles"`
	Score     *Score               `json:"score,omitempty"`
	Loudness  media.Loudness       `json:"loudness"`
	Stems     bool                 `json:"stems,omitempty"` // layers of the mix are delivered beside the master
	Label     Label                `json:"label"`
	// Texts are how subtitles and titles are drawn, where the show says so itself.
	Texts     map[string]media.TextStyle `json:"texts,omitempty"`     // by "subtitle" and "title"
	Templates map[string]string          `json:"templates,omitempty"` // overrides by purpose: the template's text
	Episodes  []string                   `json:"episodes,omitempty"`  // paths as listed
	Listen    Listen                     `json:"listen,omitempty"`
	// Deliver are the profiles that masters must be right for, and Safe is the part of the
	// picture that all of them leave to label, titles and subtitles; empty: none is asked for.
	Deliver []string  `json:"deliver,omitempty"`
	Safe    media.Box `json:"safe,omitzero"`
	Filing  *Filing   `json:"filing,omitempty"` // nil: nothing is said
	// What a cut delivers beside its master.
	HLS      *HLS           `json:"hls,omitempty"` // nil: none
	Versions []Version      `json:"versions,omitempty"`
	Covers   []media.Raster `json:"covers,omitempty"`
}

// Format is the raster and rate of every episode.
type Format struct {
	Raster media.Raster   `json:"raster"`
	FPS    media.Rational `json:"fps"`
	Fit    media.Fit      `json:"fit"`
}

// Character is a member of the cast.
type Character struct {
	Name     string            `json:"name"`
	Looks    string            `json:"looks,omitempty"`
	Wardrobe map[string]string `json:"wardrobe,omitempty"` // by name; "default" is worn unless said otherwise
	Refs     []Ref             `json:"refs,omitempty"`
	Voice    *Voice            `json:"voice,omitempty"`
	Consent  *File             `json:"consent,omitempty"`
	Color    string            `json:"color,omitempty"` // of their subtitles, #rrggbb; set where the season has colours
}

// Voice is who speaks a character's lines: a voice provider, and what keeps the voice
// the same where the model that makes the picture speaks.
type Voice struct {
	Provider string `json:"provider"` // empty: nobody is cast
	Name     string `json:"name,omitempty"`
	Rate     int    `json:"rate,omitempty"`  // words a minute, 0: the voice's own
	Pitch    int    `json:"pitch,omitempty"` // 0..99, 0: the voice's own
	// Sample is a recording of the voice (WAV), SampleMS long: models that take one speak
	// in it. IDs are the voice at makers of takes that know voices by name, by the type of
	// provider. Says describes it, word for word the same to every model that takes neither.
	Sample   *File             `json:"sample,omitempty"`
	SampleMS int64             `json:"sample_ms,omitempty"`
	IDs      map[string]string `json:"ids,omitempty"`
	Says     string            `json:"says,omitempty"`
	// Languages are who speaks their lines in another language, by language.
	Languages map[string]Tongue `json:"languages,omitempty"`
}

// Tongue is who speaks a character's lines in another language.
type Tongue struct {
	Provider string `json:"provider"`
	Name     string `json:"name,omitempty"`
	Rate     int    `json:"rate,omitempty"`  // words a minute, 0: the voice's own
	Pitch    int    `json:"pitch,omitempty"` // 0..99, 0: the voice's own
}

// Location is a place.
type Location struct {
	Name  string `json:"name,omitempty"`
	Looks string `json:"looks,omitempty"`
	Refs  []Ref  `json:"refs,omitempty"`
}

// Prop is a thing that must look the same wherever it is seen.
type Prop struct {
	Name  string `json:"name,omitempty"`
	Looks string `json:"looks,omitempty"`
	Refs  []Ref  `json:"refs,omitempty"`
}

// Route names who may make the shots that match When, best first.
type Route struct {
	Name string   `json:"name"`
	When *When    `json:"when,omitempty"` // nil: every shot
	Use  []string `json:"use"`            // provider instances
	// Order is how those that can are ranked: listed (or empty); price, the cheapest
	// first; leaderboard, by the studio's own votes.
	Order string `json:"order,omitempty"`
}

// When is a condition on a shot; every part that is set must hold.
type When struct {
	Size        []string      `json:"size,omitempty"`
	Move        []string      `json:"move,omitempty"`
	Set         []string      `json:"set,omitempty"`
	Location    []string      `json:"location,omitempty"`
	CastMin     *int          `json:"cast_min,omitempty"`
	CastMax     *int          `json:"cast_max,omitempty"`
	DurationMin *media.Frames `json:"duration_min,omitempty"`
	DurationMax *media.Frames `json:"duration_max,omitempty"`
	Needs       []string      `json:"needs,omitempty"` // audio last_frame references seed first_frame
}

// TakePolicy says how many attempts a shot gets before a person is asked.
type TakePolicy struct {
	Max      int     `json:"max"` // counts the first
	MinScore float64 `json:"min_score,omitempty"`
	// Floors: a take under a floor of the judge's questions is NG, where the judge is known
	// to agree with people.
	Floors bool `json:"floors,omitempty"`
	// BestOf takes that pass are made of each shot, and the best is circled; 0 and 1: the
	// first that passes.
	BestOf int `json:"best_of,omitempty"`
	// FailedAfter NG takes of a run nothing more is submitted; 0: no end.
	FailedAfter int `json:"failed_after,omitempty"`
	// Draft: takes are made as drafts where the model sells them; finals are asked for.
	Draft bool `json:"draft,omitempty"`
	// Pack: neighbours of one scene are made in one call where that costs less.
	Pack bool `json:"pack,omitempty"`
}

// Stills asks for a storyboard still of each shot: a picture that is made before
// the take, which starts from it.
type Stills struct {
	Use []string `json:"use"` // provider instances that make pictures, best first
	// Approve: a person has to approve a still before its shot is made.
	Approve bool `json:"approve,omitempty"`
}

// Compare asks for bake-offs: a share of the shots is also made by another model, to
// be voted on blind.
type Compare struct {
	Share int      `json:"share_ppm"` // of the shots, in parts of a million
	With  []string `json:"with"`      // provider instances
}

// Review says what a person has to say before a cut is delivered.
type Review struct {
	Required bool `json:"required"` // a cut is delivered when somebody has approved it
}

// Budget caps spending. OnExceed is "pause" or "stop".
type Budget struct {
	Currency string `json:"currency"`
	Episode  *Money `json:"episode,omitempty"`
	Season   *Money `json:"season,omitempty"`
	OnExceed string `json:"on_exceed"`
}

// Dialogue says where speech comes from.
type Dialogue string

// The three sources of speech: the video model, a voice provider over silent
// takes, or the offline scratch voice over silent takes.
const (
	DialogueNative  Dialogue = "native"
	DialogueVoice   Dialogue = "voice"
	DialogueScratch Dialogue = "scratch"
)

// DialogueOf is where a shot's speech comes from.
func (s Season) DialogueOf(shot Shot) Dialogue {
	if shot.Dialogue != "" {
		return shot.Dialogue
	}
	return s.Dialogue
}

// Spoken says that voices speak a shot's lines, and not whoever makes its takes.
func (s Season) Spoken(shot Shot) bool {
	d := s.DialogueOf(shot)
	return d != DialogueNative && d != ""
}

// Listen is what happens to a take that does not say its lines as written, where
// somebody listens. Empty is ListenWarn.
type Listen string

// It is told; another take is made; or the take is kept, and its lines are spoken by their
// voices in the place of what it says.
const (
	ListenWarn      Listen = "warn"
	ListenRetake    Listen = "retake"
	ListenVoiceOver Listen = "voice_over"
)

// Subtitles says which languages are burned in (one, or empty) and delivered
// beside the master.
type Subtitles struct {
	Burn    string   `json:"burn,omitempty"`
	Sidecar []string `json:"sidecar,omitempty"`
	// Formats are those of the files beside the master; none: SRT and VTT.
	Formats []SubtitleFormat `json:"formats,omitempty"`
	// Titles says that the titles on the pictures are a file of their own too.
	Titles bool `json:"titles,omitempty"`
	// Colors says that each speaker's lines have a colour of their own, and FontTags that
	// they have it in SRT too.
	Colors   bool `json:"colors,omitempty"`
	FontTags bool `json:"font_tags,omitempty"`
}

// SubtitleFormat is a form of files with subtitles; it is their extension.
type SubtitleFormat string

// The formats.
const (
	FormatSRT  SubtitleFormat = "srt"  // SubRip
	FormatVTT  SubtitleFormat = "vtt"  // W3C WebVTT
	FormatTTML SubtitleFormat = "ttml" // W3C TTML, profile IMSC 1.1 Text
	FormatASS  SubtitleFormat = "ass"  // Advanced SubStation Alpha
)

// SubtitleFormats are all of them, in the order in which they are listed to people.
var SubtitleFormats = []SubtitleFormat{FormatSRT, FormatVTT, FormatTTML, FormatASS}

// Files are the formats that are delivered.
func (s Subtitles) Files() []SubtitleFormat {
	if len(s.Formats) == 0 {
		return []SubtitleFormat{FormatSRT, FormatVTT}
	}
	return s.Formats
}

// Score is music under the whole episode; Level is LUFS before ducking.
type Score struct {
	File    File          `json:"file"`
	Level   float64       `json:"level"`
	FadeIn  media.Frames  `json:"fade_in,omitempty"`
	FadeOut *media.Frames `json:"fade_out,omitempty"` // nil: the mix's own
	// What cue sheets say of it, and a file that shows the right to use it.
	Title    string `json:"title,omitempty"`
	Composer string `json:"composer,omitempty"`
	Licence  *File  `json:"licence,omitempty"`
}

// Heard is the score by what is heard of it.
func (s *Score) Heard() *Score {
	if s == nil {
		return nil
	}
	h := *s
	h.Title, h.Composer, h.Licence = "", "", nil
	return &h
}

// Label is the AI-content label.
type Label struct {
	Off      bool         `json:"off,omitempty"`
	Reason   string       `json:"reason,omitempty"` // required with Off
	Text     string       `json:"text,omitempty"`
	Position string       `json:"position,omitempty"`
	Frames   media.Frames `json:"frames,omitempty"`
	Whole    bool         `json:"whole,omitempty"` // it stays to the end; Frames is 0
	Producer string       `json:"producer,omitempty"`
	Code     string       `json:"code,omitempty"` // of the service provider in China
}

// Answer names the service provider by the studio's code, where the season names none.
func (l *Label) Answer(code string) {
	if l.Code == "" {
		l.Code = code
	}
}

// Filing is how the show is filed in China: the numbers that it was given, as they are to
// be shown. What is empty is not shown.
type Filing struct {
	Class     string       `json:"class"` // key, ordinary or other
	License   string       `json:"license,omitempty"`
	Approval  string       `json:"approval,omitempty"`
	Programme string       `json:"programme,omitempty"`
	Frames    media.Frames `json:"frames"` // of the opening card
}
