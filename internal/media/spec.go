package media

// Fit says how a picture of another shape fills the raster.
type Fit string

// The ways to fit: crop, pad with black, pad with a blurred enlargement.
const (
	FitFill Fit = "fill"
	FitFit  Fit = "fit"
	FitBlur Fit = "blur"
)

// Encoder is how hard x264 tries. It is part of a mezzanine's identity.
type Encoder struct {
	Preset string `json:"preset"` // an x264 preset, default "veryfast"
	CRF    int    `json:"crf"`    // 1..51; 0: the default, 20
}

// Spec is what every conformed shot of an episode looks like. Two shots with
// the same Spec can be joined by a stream copy.
type Spec struct {
	Raster  Raster   `json:"raster"`
	FPS     Rational `json:"fps"`
	Fit     Fit      `json:"fit"`
	Encoder Encoder  `json:"encoder"`
}

// Text is one burned-in text: a subtitle cue or a title, in frames of the shot.
type Text struct {
	Text     string `json:"text"`
	From     Frames `json:"from"`
	To       Frames `json:"to"`       // exclusive
	Style    string `json:"style"`    // "subtitle" or "title"
	Position string `json:"position"` // titles: top, center, bottom, top-left …; subtitles: bottom
	Language string `json:"language"` // BCP 47, chooses the font
	// Spans are its paragraphs by who speaks them; none: all of it is in one colour.
	Spans []Spoken `json:"spans,omitempty"`
	// Look is how the show has its texts drawn; nil: as lettering has it.
	Look *TextStyle `json:"look,omitempty"`
}

// TextStyle is how a show has its subtitles, or its titles, drawn. Lengths are relative, so
// that it holds for every raster.
type TextStyle struct {
	Font    string `json:"font,omitempty"` // family; empty: the face of the language
	Size    int    `json:"size"`           // of the type, in thousandths of the short side
	Color   string `json:"color"`          // #rrggbb
	Edge    string `json:"edge"`           // of the outline, or of the box
	Back    string `json:"back"`           // of the shadow
	Alpha   uint8  `json:"alpha"`          // of the shadow: 0 opaque, 255 not seen
	Bold    bool   `json:"bold,omitempty"`
	Italic  bool   `json:"italic,omitempty"`
	Box     bool   `json:"box,omitempty"` // letters stand in a box, whose padding is Outline
	Outline int    `json:"outline"`       // in thousandths of the short side
	Shadow  int    `json:"shadow"`
	// Align is where subtitles stand, by the keys of a telephone turned over; titles stand
	// where the script says.
	Align    int `json:"align"`
	Left     int `json:"left"` // margins, in thousandths of the picture's width
	Right    int `json:"right"`
	Vertical int `json:"vertical"` // of its height
}

// Loudness is the delivery target of an episode.
type Loudness struct {
	Integrated float64 `json:"integrated"` // LUFS, default -16
	TruePeak   float64 `json:"true_peak"`  // dBTP, default -1.5
}

// TransitionKind joins two shots.
type TransitionKind string

// Transitions. Dissolve and wipe overlap their shots, fade goes through black
// without overlap, cut takes no time.
const (
	Cut      TransitionKind = "cut"
	Fade     TransitionKind = "fade"
	Dissolve TransitionKind = "dissolve"
	Wipe     TransitionKind = "wipe"
)

// Transition is how a shot goes over into the next one.
type Transition struct {
	Kind   TransitionKind `json:"kind"`
	Frames Frames         `json:"frames"`
}

// Overlap is how many frames the two shots share on screen.
func (t Transition) Overlap() Frames {
	if t.Kind == Dissolve || t.Kind == Wipe {
		return t.Frames
	}
	return 0
}
