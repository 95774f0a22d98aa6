package media

// Problem is something wrong with a finished file: the rule that it breaks, by its
// name, and words.
type Problem struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

func (p Problem) String() string { return p.Rule + ": " + p.Text }

// Box is a part of a picture in pixels: its left top corner, and its right bottom
// one, which lies outside.
type Box struct {
	X0 int `json:"x0"`
	Y0 int `json:"y0"`
	X1 int `json:"x1"`
	Y1 int `json:"y1"`
}

// Empty says whether it holds no pixel.
func (b Box) Empty() bool { return b.X0 >= b.X1 || b.Y0 >= b.Y1 }

// Holds says whether other lies inside.
func (b Box) Holds(other Box) bool {
	return other.X0 >= b.X0 && other.Y0 >= b.Y0 && other.X1 <= b.X1 && other.Y1 <= b.Y1
}

// With is the smallest box that holds both.
func (b Box) With(other Box) Box {
	switch {
	case b.Empty():
		return other
	case other.Empty():
		return b
	}
	return Box{min(b.X0, other.X0), min(b.Y0, other.Y0), max(b.X1, other.X1), max(b.Y1, other.Y1)}
}

// Within is the part that both hold.
func (b Box) Within(other Box) Box {
	return Box{max(b.X0, other.X0), max(b.Y0, other.Y0), min(b.X1, other.X1), min(b.Y1, other.Y1)}
}

// Made is what a finished MP4's boxes and parameter sets say, read without decoding.
type Made struct {
	// Fragmented: its samples lie in fragments, as those of streams do.
	Fragmented bool        `json:"fragmented,omitempty"`
	Video      MadeVideo   `json:"video"`
	Sound      *MadeSound  `json:"sound,omitempty"` // nil: none
	Tracks     []MadeTrack `json:"tracks"`
	AIGC       []MadeAIGC  `json:"aigc,omitempty"` // every implicit label that it bears
	C2PA       int         `json:"c2pa,omitempty"` // boxes with a C2PA manifest store
	Cues       []MadeCue   `json:"cues,omitempty"`
}

// MadeVideo is the track of pictures. What the file leaves unsaid is empty.
type MadeVideo struct {
	Codec      string   `json:"codec"`             // avc1, hvc1 …
	Profile    string   `json:"profile,omitempty"` // High, Main …
	Chroma     string   `json:"chroma,omitempty"`  // 4:2:0
	Bits       int      `json:"bits,omitempty"`    // of a sample
	Interlaced bool     `json:"interlaced,omitempty"`
	SAR        Rational `json:"sar"` // of a pixel; 1/1 where nothing is said
	Primaries  string   `json:"primaries,omitempty"`
	Transfer   string   `json:"transfer,omitempty"`
	Matrix     string   `json:"matrix,omitempty"`
	FullRange  bool     `json:"full_range,omitempty"`
	BitRate    int64    `json:"bit_rate"` // bits a second, of its samples
	Even       bool     `json:"even"`     // every picture lasts as long as the others
	OpenGOPs   int      `json:"open_gops"`
	FirstOpen  int      `json:"first_open,omitempty"` // the sample that begins the first open one, from 0
	Keyframes  int      `json:"keyframes"`
	LongestGOP int      `json:"longest_gop"` // in pictures
}

// MadeSound is the first track of sound.
type MadeSound struct {
	Codec    string `json:"codec"`             // mp4a …
	Profile  string `json:"profile,omitempty"` // LC, HE
	Rate     int    `json:"rate"`              // Hz
	Channels int    `json:"channels"`
	BitRate  int64  `json:"bit_rate"` // bits a second, of its samples
}

// MadeTrack is one track.
type MadeTrack struct {
	Kind     string `json:"kind"`     // vide, soun, sbtl …
	Language string `json:"language"` // BCP 47 where the file says it, else ISO 639-2
	Chapters bool   `json:"chapters,omitempty"`
	Edits    int    `json:"edits"` // entries of its edit list
}

// MadeAIGC is one implicit label: where it stands and what it says.
type MadeAIGC struct {
	Place string `json:"place"` // keys, xmp
	Value string `json:"value"`
}

// MadeCue is a subtitle of a finished file, in frames.
type MadeCue struct {
	Track    int    `json:"track"`
	Language string `json:"language"`
	From     Frames `json:"from"`
	To       Frames `json:"to"` // exclusive
}

// Seen is what is found on the pictures of a finished file: a text that was looked for.
type Seen struct {
	Text     string  `json:"text"`
	Position string  `json:"position"`
	Ink      float64 `json:"ink"` // height of a capital, in parts of the shortest side
	Box      Box     `json:"box"`
	From     Frames  `json:"from"`
	To       Frames  `json:"to"`    // exclusive
	Match    float64 `json:"match"` // how well the pictures fit it, up to 1: the mean over its frames
}

// Runs are where pictures are black for 3 frames or more, and where they stand nearly
// still for half a second or more.
type Runs struct {
	Black [][2]Frames `json:"black,omitempty"`
	Still [][2]Frames `json:"still,omitempty"`
}

// Mark is what a clip's maker wrote into it about its origin.
type Mark struct {
	Kind   string `json:"kind"`            // AIGC, C2PA
	Place  string `json:"place"`           // keys, xmp, uuid …
	Value  string `json:"value,omitempty"` // AIGC: as written, at most 4 KiB
	By     string `json:"by,omitempty"`    // C2PA: who has signed it, by its own word; nothing of it is checked
	SHA256 string `json:"sha256,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
}
