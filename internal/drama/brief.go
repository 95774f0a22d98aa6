package drama

import "github.com/dailies/dailies/internal/media"

// Brief is a shot with every name resolved: all that decides what it should look
// and sound like, and nothing else. A provider that reads prose uses the prompt
// rendered from it; one that draws (animatic) reads it directly. The digest of a
// shot is taken over it, so a field that does not change the picture or sound of
// the take does not belong here.
type Brief struct {
	Show     string         `json:"show"`
	Language string         `json:"language"`
	Look     string         `json:"look,omitempty"`
	Avoid    string         `json:"avoid,omitempty"`
	Set      string         `json:"set,omitempty"`
	Location *BriefLocation `json:"location,omitempty"`
	Time     string         `json:"time,omitempty"`
	Mood     string         `json:"mood,omitempty"`
	Size     string         `json:"size,omitempty"`
	Angle    string         `json:"angle,omitempty"`
	Move     string         `json:"move,omitempty"`
	Lens     string         `json:"lens,omitempty"`
	Cast     []BriefCast    `json:"cast,omitempty"`
	Props    []BriefProp    `json:"props,omitempty"`
	Action   string         `json:"action,omitempty"` // action, or the scene's prompt
	Sound    string         `json:"sound,omitempty"`
	Lines    []BriefLine    `json:"lines,omitempty"` // only when the model speaks them
	Raster   media.Raster   `json:"raster"`
	FPS      media.Rational `json:"fps"`
	Frames   media.Frames   `json:"frames"`
	// Sheet is what a picture of the look book is to show, for those who draw; its words
	// are Action's. Empty: a shot of an episode.
	Sheet Role `json:"sheet,omitempty"`
}

// BriefLocation is the shot's place.
type BriefLocation struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Looks string `json:"looks,omitempty"`
	Refs  []Ref  `json:"refs,omitempty"`
}

// BriefCast is a character as seen in the shot.
type BriefCast struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Looks    string `json:"looks,omitempty"`
	Wardrobe string `json:"wardrobe,omitempty"` // the garment's description
	Refs     []Ref  `json:"refs,omitempty"`
	Voice    *Voice `json:"voice,omitempty"`
}

// BriefProp is a prop in the shot.
type BriefProp struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Looks string `json:"looks,omitempty"`
	Refs  []Ref  `json:"refs,omitempty"`
}

// BriefLine is a line the model speaks.
type BriefLine struct {
	Who   string   `json:"who"`
	Name  string   `json:"name"`
	Kind  LineKind `json:"kind"`
	Say   string   `json:"say"`
	Tone  string   `json:"tone,omitempty"`
	Voice *Voice   `json:"voice,omitempty"`
}
