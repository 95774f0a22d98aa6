package drama

import "github.com/dailies/dailies/internal/media"

// Asked is what the maker of a take was asked for, as far as the script decides
// it: what was changed for one take alone (a retake's note, a remedy) is kept with
// the take. A later script that asks the same model for the same needs no new take.
type Asked struct {
	Brief  Brief  `json:"brief"`
	Prompt string `json:"prompt"`
	// Negative is what the script wants avoided; the model was only told if Reads
	// says so.
	Negative string       `json:"negative,omitempty"`
	Mode     string       `json:"mode"`    // a provider.Mode
	Raster   media.Raster `json:"raster"`  // as asked for
	MakeMS   int64        `json:"make_ms"` // the length asked for, milliseconds
	Audio    bool         `json:"audio,omitempty"`
	From     *AskedFrom   `json:"from,omitempty"`  // the frame it starts from
	To       *AskedFrom   `json:"to,omitempty"`    // the frame it ends on
	Still    string       `json:"still,omitempty"` // digest of the still it starts from
	// Reads is what the model reads besides the prompt and the pictures.
	Reads Reads `json:"reads,omitzero"`
	// Dialect is the wording that the maker was told all this in, with the version of
	// the templates: v3/seedance2. Empty: the prompt as it stands here. It makes no take
	// stale.
	Dialect string `json:"dialect,omitempty"`
}

// AskedFrom is the frame of another shot that a take starts from, or ends on.
type AskedFrom struct {
	Take   TakeID       `json:"take"`
	Frame  string       `json:"frame"`  // first, last
	Frames media.Frames `json:"frames"` // the other shot's length in the cut, which decides its last frame
}

// Reads is what a model is told besides the prompt and the pictures.
type Reads struct {
	Negative bool `json:"negative,omitempty"` // a negative prompt
	FPS      bool `json:"fps,omitempty"`      // the show's rate
	Brief    bool `json:"brief,omitempty"`    // the whole brief: it draws the shot itself
}
