package media

// Codecs of a rung.
const (
	CodecH264 = "h264"
	CodecAV1  = "av1"
)

// Rung is one size of the pictures that HLS offers: all rungs show the same.
type Rung struct {
	Raster Raster `json:"raster"`
	Codec  string `json:"codec"`
}

// Whole says whether the rung's pictures are those of the spec: then nothing is
// encoded for it.
func (r Rung) Whole(s Spec) bool { return r.Codec == CodecH264 && r.Raster == s.Raster }

// Spec is what a shot's rendition on the rung looks like.
func (r Rung) Spec(s Spec) Spec {
	s.Raster = r.Raster
	return s
}

// RenditionJob makes a conformed shot's renditions: the same pictures, scaled to
// rungs, with keyframes where the mezzanine has them.
type RenditionJob struct {
	In   string      `json:"in"`   // the mezzanine's pictures
	Spec Spec        `json:"spec"` // the mezzanine's
	Outs []Rendition `json:"outs"`
}

// Rendition is a shot's pictures on one rung, an MP4 without sound.
type Rendition struct {
	Rung Rung   `json:"rung"`
	Path string `json:"path"`
}

// RenditionResult says how many pictures each rendition has.
type RenditionResult struct {
	Frames Frames `json:"frames"`
}

// LadderJob asks an assembly for HLS: every rung as a fragmented MP4, and the
// sound as one of its own.
type LadderJob struct {
	Rungs []LadderRung `json:"rungs"`
	Sound string       `json:"sound"` // .mp4
	// Target is how long a segment lasts at most.
	Target Frames `json:"target"`
}

// LadderRung is one rung of the cut.
type LadderRung struct {
	Rung Rung   `json:"rung"`
	Out  string `json:"out"` // .mp4
	// Shots are the renditions of the job's segments, in their order; nil where the rung
	// is Whole.
	Shots []string `json:"shots,omitempty"`
}

// LadderResult is what the files of a ladder hold, in the job's order.
type LadderResult struct {
	Rungs []Fragmented `json:"rungs"`
	Sound Fragmented   `json:"sound"`
}

// Fragmented is what playlists say of a fragmented MP4 of one track.
type Fragmented struct {
	Codecs    string     `json:"codecs"` // RFC 6381, e.g. avc1.640028
	Scale     int64      `json:"scale"`  // ticks a second
	Header    int64      `json:"header"` // bytes of the header, from the file's first
	Fragments []Fragment `json:"fragments"`
	Bytes     int64      `json:"bytes"`
	SHA256    string     `json:"sha256"`
}

// Fragment is a run of a track's samples that can be decoded by itself.
type Fragment struct {
	Off   int64 `json:"off"`
	Bytes int64 `json:"bytes"`
	First int64 `json:"first"` // bytes from Off to the end of its first sample
	Ticks int64 `json:"ticks"` // how long it lasts
	Opens bool  `json:"opens"` // a segment begins here
}

// ContactJob is the contact sheet of a cut: one picture a segment, with its name.
type ContactJob struct {
	Out   string   `json:"out"`   // .jpg
	Names []string `json:"names"` // of the segments
}

// CoverJob makes pictures for a shop window of one picture of a clip.
type CoverJob struct {
	In     string  `json:"in"`    // the take's clip
	Frame  Frames  `json:"frame"` // of the clip, from 0
	Grade  Tone    `json:"grade,omitzero"`
	Focus  *Focus  `json:"focus,omitempty"`
	Covers []Cover `json:"covers"`
}

// Cover is one picture for a shop window.
type Cover struct {
	Raster   Raster `json:"raster"`
	Title    string `json:"title,omitempty"` // drawn into it; empty: none
	Language string `json:"language,omitempty"`
	Out      string `json:"out"` // .jpg
}

// CoverResult says what shape the clip's picture has.
type CoverResult struct {
	Raster Raster `json:"raster"`
}

// Focus is where the subject of a picture lies, in thousandths of its width and
// height: a picture that is cropped keeps that part.
type Focus struct {
	X int `json:"x"`
	Y int `json:"y"`
}

// FragmentedTrack is what the boxes of a fragmented MP4 of one track say.
type FragmentedTrack struct {
	Codecs    string // RFC 6381
	Raster    Raster // zero: sound
	Metadata  map[string]string
	Scale     int64 // ticks a second
	Header    int64 // bytes before the first fragment
	Fragments []PlacedFragment
}

// PlacedFragment is one fragment as it lies there.
type PlacedFragment struct {
	Fragment
	At  int64 // decode time of its first sample, in ticks
	Key bool  // its first sample is one that decoding may begin at
}
