package drama

import "github.com/dailies/dailies/internal/media"

// Episode is one script.
type Episode struct {
	Number   int     `json:"number"`
	Title    Text    `json:"title,omitempty"`
	Hook     string  `json:"hook,omitempty"`
	Synopsis Text    `json:"synopsis,omitempty"` // for people: no prompt has it
	Scenes   []Scene `json:"scenes"`
}

// ID names the episode within its show.
func (p Production) ID() EpisodeID { return EpisodeID{Show: p.Season.Show, Number: p.Episode.Number} }

// Shots lists all shots in the order of the file.
func (e Episode) Shots() []Shot {
	var all []Shot
	for _, s := range e.Scenes {
		all = append(all, s.Shots...)
	}
	return all
}

// Scene is a run of shots in one place and time. A scene written without shots
// has exactly one, whose slate is the scene's number.
type Scene struct {
	Number     string            `json:"number"`
	Set        string            `json:"set,omitempty"` // INT EXT INT/EXT
	Location   string            `json:"location,omitempty"`
	Time       string            `json:"time,omitempty"` // as written: night, day, dusk …
	Mood       string            `json:"mood,omitempty"`
	Continuity map[string]string `json:"continuity,omitempty"` // cast -> wardrobe
	Prompt     string            `json:"prompt,omitempty"`     // scene_prompt
	Shots      []Shot            `json:"shots"`
}

// Shot is one camera set-up, the unit that a provider makes takes of.
type Shot struct {
	Slate    string           `json:"slate"`
	Scene    string           `json:"scene"` // the Scene's Number
	Size     string           `json:"size,omitempty"`
	Angle    string           `json:"angle,omitempty"`
	Move     string           `json:"move,omitempty"`
	Lens     string           `json:"lens,omitempty"`
	Frames   media.Frames     `json:"frames"` // 0: the footage's own length
	Cast     []string         `json:"cast,omitempty"`
	Props    []string         `json:"props,omitempty"`
	Action   string           `json:"action,omitempty"`
	Sound    string           `json:"sound,omitempty"`
	Lines    []Line           `json:"lines,omitempty"`
	Dialogue Dialogue         `json:"dialogue,omitempty"` // of its lines; empty: as the season says
	Effects  []Effect         `json:"effects,omitempty"`
	Cut      media.Transition `json:"cut"` // into the next shot
	Use      []string         `json:"use,omitempty"`
	Seed     *int64           `json:"seed,omitempty"`
	Title    *Title           `json:"title,omitempty"`
	Footage  *File            `json:"footage,omitempty"`
	In       media.Frames     `json:"in,omitempty"`   // footage starts here
	Mute     bool             `json:"mute,omitempty"` // footage without its sound
	From     *From            `json:"from,omitempty"`
	To       *From            `json:"to,omitempty"`       // the frame it ends on, beside From
	NoStill  bool             `json:"no_still,omitempty"` // not even where the season asks for stills
	Position Position         `json:"position"`           // where the script says it
	Focus    *media.Focus     `json:"focus,omitempty"`    // what a cropped picture keeps; nil: its middle
	// Sheet is the picture of the look book that is made instead of a take, Candidates how
	// many of it; nil: the shot is one of an episode.
	Sheet      *Sheet `json:"sheet,omitempty"`
	Candidates int    `json:"candidates,omitempty"`
	// Note is a person's direction for these candidates, as for a retake.
	Note string `json:"note,omitempty"`
}

// Position is where in a file something was written; 1-based.
type Position struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
}

// From is a frame of another shot, which a shot starts from or ends on.
type From struct {
	Slate string `json:"slate"`
	Frame string `json:"frame"` // "last" or "first"
}

// Effect is a sound of a file that is laid under a shot.
type Effect struct {
	File  File         `json:"file"`
	At    media.Frames `json:"at,omitempty"`    // in the shot
	Level float64      `json:"level,omitempty"` // dB
}

// Title is on-screen text.
type Title struct {
	Text     string `json:"text"`
	Position string `json:"position"` // center, top, bottom …
}

// LineKind says how a line is heard.
type LineKind string

// Kinds of line: spoken on screen, voice-over, off-screen, narration, inner voice.
const (
	LineDialogue  LineKind = "dialogue"
	LineVO        LineKind = "vo"
	LineOS        LineKind = "os"
	LineNarration LineKind = "narration"
	LineInner     LineKind = "inner"
)

// Narrator is the speaker who is always there.
const Narrator = "narrator"

// Line is one speech.
type Line struct {
	Who         string   `json:"who"`
	Kind        LineKind `json:"kind"`
	Say         string   `json:"say"`
	Tone        string   `json:"tone,omitempty"`
	Translation Text     `json:"translation,omitempty"`
	Position    Position `json:"position"`
}

// In is the line in a language: Say for the season's own, else the translation;
// empty when there is none. A line without a letter is the same in every language.
func (l Line) In(language, spoken string) string {
	if language == spoken || l.Translation[language] == "" && !Audible(l.Say) {
		return l.Say
	}
	return l.Translation[language]
}
