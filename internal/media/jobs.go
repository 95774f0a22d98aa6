package media

import (
	"context"
	"fmt"
	"io"
)

// A Job is what one media child process is asked to do. Exactly one of the
// pointers is set. Every path lies inside the job's scratch folder; the child
// opens nothing else and no network protocol.
type Job struct {
	Probe    *ProbeJob    `json:"probe,omitempty"`
	Conform  *ConformJob  `json:"conform,omitempty"`
	Encode   *EncodeJob   `json:"encode,omitempty"`
	Frame    *FrameJob    `json:"frame,omitempty"`
	Assemble *AssembleJob `json:"assemble,omitempty"`
	Verify   *VerifyJob   `json:"verify,omitempty"`
	Split    *SplitJob    `json:"split,omitempty"`
	// The ladder of HLS and the pictures for shop windows (ladder.go).
	Rendition *RenditionJob `json:"rendition,omitempty"`
	Cover     *CoverJob     `json:"cover,omitempty"`
	Lay       *LayJob       `json:"lay,omitempty"`
}

// Result answers a Job; the field of the same name is set.
type Result struct {
	Probe    *Info           `json:"probe,omitempty"`
	Conform  *ConformResult  `json:"conform,omitempty"`
	Encode   *EncodeResult   `json:"encode,omitempty"`
	Frame    *FrameResult    `json:"frame,omitempty"`
	Assemble *AssembleResult `json:"assemble,omitempty"`
	Verify   *VerifyResult   `json:"verify,omitempty"`
	Split    *SplitResult    `json:"split,omitempty"`

	Rendition *RenditionResult `json:"rendition,omitempty"`
	Cover     *CoverResult     `json:"cover,omitempty"`
	Lay       *LayResult       `json:"lay,omitempty"`
}

// Progress is reported while a job runs: Done of Total frames of work. Total is
// 0 when unknown.
type Progress struct {
	Done  Frames `json:"done"`
	Total Frames `json:"total"`
}

// A Runner carries out jobs, in a child process or (in tests) elsewhere.
//
// Run MUST return when ctx ends, with the child gone. stdin is handed to the
// job where it reads one (Encode), else nil. report may be nil; it is called
// from one goroutine. A clip that cannot be used is reported as *ClipError;
// every other error is ours or the machine's.
type Runner interface {
	Run(ctx context.Context, job Job, stdin io.Reader, report func(Progress)) (Result, error)
}

// ClipError says that a clip itself is at fault: trying the same bytes again
// cannot help.
type ClipError struct {
	Reason string `json:"reason"` // in words, for a person; names no path
	// Again: the machine may have been at fault as well (a child that crashed, stood
	// still or had no memory). A Runner tries such a clip once more before it blames it.
	Again bool `json:"again,omitempty"`
}

func (e *ClipError) Error() string { return "clip cannot be used: " + e.Reason }

// HostError says that the machine is at fault: it has no space, no file handles, no
// program to start, or it killed the child. It says nothing of the clip or the job,
// which are tried again when the machine is well.
type HostError struct{ Err error }

func (e *HostError) Error() string { return "this machine is in the way: " + e.Err.Error() }
func (e *HostError) Unwrap() error { return e.Err }

// ClipErrorf says that the clip is at fault. The text names no path.
func ClipErrorf(format string, args ...any) error {
	return &ClipError{Reason: fmt.Sprintf(format, args...)}
}

// ProbeJob reads a clip's headers.
type ProbeJob struct {
	In string `json:"in"`
}

// ConformJob decodes a clip once, measuring it and making the mezzanine.
type ConformJob struct {
	In       string `json:"in"`
	OutVideo string `json:"out_video"` // .mp4, H.264, no sound
	OutAudio string `json:"out_audio"` // .wav, 48 kHz stereo s16; always written, silence where the clip has none
	// OutReview is what a browser plays of the mezzanine: .mp4, the same pictures
	// with AAC sound, its index in front, its contact sheet (package sheet) before
	// that. Empty: none.
	OutReview string `json:"out_review,omitempty"`
	Spec      Spec   `json:"spec"`
	Start     Frames `json:"start"`    // skip so many frames (at the Spec's rate) of the clip
	Frames    Frames `json:"frames"`   // length wanted; 0: the clip's own length, rounded to the nearest frame
	MaxHold   Frames `json:"max_hold"` // how many frames short a clip may be; its last picture is held
	Mute      bool   `json:"mute"`
	Burn      []Text `json:"burn,omitempty"`
	// Safe is the part of the raster that Burn keeps to; empty: margins by the raster's shape.
	Safe Box `json:"safe,omitzero"`
	// Like is a picture, .png, that the clip was to start from: how its first picture's
	// colour stands to it is told. Empty: none. Base is how Like's own stands to the
	// colour that is measured against; zero: Like's is that.
	Like string `json:"like,omitempty"`
	Base Tone   `json:"base,omitzero"`
	// Focus is what is kept where the picture is cropped; nil: its middle.
	Focus *Focus `json:"focus,omitempty"`
	// Grade changes the colour of every picture, before texts are burned in; zero: none.
	Grade Tone `json:"grade,omitzero"`
	// Head and Tail are how many frames at either end a transition will use:
	// a keyframe is placed at Head and at Frames-Tail so that only the overlap
	// is encoded again at assembly. 0: none. A Tail needs Frames.
	Head Frames `json:"head,omitempty"`
	Tail Frames `json:"tail,omitempty"`
}

// ConformResult describes a mezzanine.
type ConformResult struct {
	Measurements Measurements `json:"measurements"`
	Frames       Frames       `json:"frames"`  // exact, of OutVideo
	Samples      int64        `json:"samples"` // exact, of OutAudio: Frames.Samples(fps, 48000)
	// VideoDigest is the SHA-256 over the video packets' payloads in order: it
	// is what stays the same when a cut copies this shot.
	VideoDigest string `json:"video_digest"`
	// Drift is set with ConformJob.Like; nil too where the clip does not start from that
	// picture, so that nothing can be said.
	Drift *Drift `json:"drift,omitempty"`
	// Runs are where the mezzanine is black or stands still; nil: an older release made it.
	Runs *Runs `json:"runs,omitempty"`
	// Inked is the part of the picture that burned texts changed, by their style.
	Inked map[string]Box `json:"inked,omitempty"`
	// Marks are what the clip's maker wrote into it about its origin.
	Marks []Mark `json:"marks,omitempty"`
}

// SplitJob cuts a clip of several shots apart where it cuts.
type SplitJob struct {
	In string `json:"in"`
	// Windows are how long each of the shots was asked for, in milliseconds, from the
	// beginning and without gaps.
	Windows []int64 `json:"windows_ms"`
	// Outs are the clips to write, .mp4 with sound, one a window; empty: that one is not
	// wanted.
	Outs []string `json:"outs"`
}

// SplitResult says where a clip cuts. Why is why it was not cut apart, in words: then no
// clip was written.
type SplitResult struct {
	FPS    Rational `json:"fps"`    // of the clip, and of what follows
	Frames Frames   `json:"frames"` // of the clip
	Cuts   []Frames `json:"cuts"`   // the first picture after each
	Pieces []Span   `json:"pieces,omitempty"`
	Why    string   `json:"why,omitempty"`
}

// Span is the frames [From,To).
type Span struct {
	From Frames `json:"from"`
	To   Frames `json:"to"`
}

// EncodeJob makes a clip of raw pictures read from stdin: yuv420p planes,
// bt.709 limited range, Raster.Width*Raster.Height*3/2 bytes a picture, until
// Frames pictures have come. Audio is a WAV file or empty.
type EncodeJob struct {
	Out     string   `json:"out"` // .mp4
	Raster  Raster   `json:"raster"`
	FPS     Rational `json:"fps"`
	Frames  Frames   `json:"frames"`
	Audio   string   `json:"audio,omitempty"`
	Encoder Encoder  `json:"encoder"`
}

// EncodeResult describes an encoded clip.
type EncodeResult struct {
	Frames Frames `json:"frames"`
	Bytes  int64  `json:"bytes"`
}

// FrameJob takes one picture out of a clip. A negative Frame counts from the
// end: -1 is the last picture.
type FrameJob struct {
	In    string `json:"in"`
	Frame Frames `json:"frame"`
	Out   string `json:"out"` // .png or .jpg
	// Fit is the raster that the picture keeps its shape inside; zero: the clip's
	// own raster (display orientation, square pixels).
	Fit Raster `json:"fit"`
}

// FrameResult describes a picture taken out of a clip.
type FrameResult struct {
	Raster Raster `json:"raster"`
}

// AssembleJob joins conformed shots to a master. Hard cuts copy video packets;
// only the frames of transitions are encoded again.
type AssembleJob struct {
	Spec     Spec      `json:"spec"`
	Segments []Segment `json:"segments"`
	// Dialogue, Effects, Score: further sound, placed on the finished timeline.
	Dialogue []Sound  `json:"dialogue,omitempty"`
	Effects  []Sound  `json:"effects,omitempty"`
	Score    *Score   `json:"score,omitempty"`
	Loudness Loudness `json:"loudness"`
	// Language is what is spoken (BCP 47), for the sound track; empty: not known.
	Language string `json:"language,omitempty"`
	// Subtitles become soft mov_text tracks.
	Subtitles []SubtitleTrack `json:"subtitles,omitempty"`
	Chapters  []Chapter       `json:"chapters,omitempty"`
	// Label and Card are burned into the opening window, Metadata goes into the master.
	Label    *LabelMark        `json:"label,omitempty"`
	Card     *CardMark         `json:"card,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"` // mdta keys, e.g. AIGC
	Out      string            `json:"out"`                // master.mp4
	// Parts is a folder below Out's with coded sound of earlier cuts, which is used
	// again where it is what this cut needs; what this cut made or used is left in
	// it. Empty: all sound is encoded.
	Parts    string `json:"parts,omitempty"`
	Poster   string `json:"poster,omitempty"` // .jpg
	PosterAt Frames `json:"poster_at"`
	// NoEdits writes the tracks without edit lists, which some platforms do not take: the
	// encoder's priming is left out of the file instead.
	NoEdits bool `json:"no_edits,omitempty"`
	// Contact and Ladder are made beside the master; nil: none.
	Contact *ContactJob `json:"contact,omitempty"`
	Ladder  *LadderJob  `json:"ladder,omitempty"`
	// Stems are layers of the mix as files of their own.
	Stems []Stem `json:"stems,omitempty"`
}

// Layer is a part of the mix.
type Layer string

// The layers: what is spoken, what else is heard, and the score. The own sound of a shot
// that speaks itself is dialogue, all of it: it cannot be taken apart.
const (
	LayerDialogue Layer = "dialogue"
	LayerEffects  Layer = "effects"
	LayerMusic    Layer = "music"
)

// Layers are all of them.
func Layers() []Layer { return []Layer{LayerDialogue, LayerEffects, LayerMusic} }

// Stem is the sum of layers, FLAC of 48 kHz stereo in 24 bits: as long as the master, and
// as the mix is before its loudness gain and limiter.
type Stem struct {
	Path   string  `json:"path"` // .flac
	Layers []Layer `json:"layers"`
	// Comments go into the file as Vorbis comments, by name.
	Comments map[string]string `json:"comments,omitempty"`
}

// Segment is one conformed shot on the timeline.
type Segment struct {
	Video  string     `json:"video"`
	Audio  string     `json:"audio"`
	Frames Frames     `json:"frames"`
	Out    Transition `json:"out"` // into the next segment; the last one's Kind is cut or fade
	// Mute is where its own sound is silent, in its frames.
	Mute [][2]Frames `json:"mute,omitempty"`
	// Speaks says that dialogue is in its own sound.
	Speaks bool `json:"speaks,omitempty"`
}

// Sound is a sound file laid at a position of the finished timeline.
type Sound struct {
	Path string  `json:"path"`
	At   Frames  `json:"at"`
	Gain float64 `json:"gain"` // dB
	// Rate is how much faster than in the file it is heard, its pitch kept, from 0.5 to 2;
	// 0: as it is there.
	Rate float64 `json:"rate,omitempty"`
}

// Score is music under the whole episode, ducked where Speech says.
type Score struct {
	Path  string  `json:"path"`
	Level float64 `json:"level"` // LUFS before ducking
	// FadeIn and FadeOut are at the ends of the episode; a nil FadeOut lasts 1.5 s.
	FadeIn  Frames      `json:"fade_in,omitempty"`
	FadeOut *Frames     `json:"fade_out,omitempty"`
	Speech  [][2]Frames `json:"speech,omitempty"`
}

// SubtitleTrack is one language's cues.
type SubtitleTrack struct {
	Language string `json:"language"`
	Cues     []Cue  `json:"cues"`
}

// Cue is one subtitle on the finished timeline.
type Cue struct {
	From Frames `json:"from"`
	To   Frames `json:"to"` // exclusive
	Text string `json:"text"`
	// Spans are its parts by who speaks them, in order, each a paragraph of Text or several
	// lines of it; none: nobody is told apart.
	Spans []Spoken `json:"spans,omitempty"`
}

// Spoken is a part of a subtitle that one speaker says.
type Spoken struct {
	Text    string `json:"text"`
	Speaker string `json:"speaker"` // as people are told of them
	Color   string `json:"color"`   // #rrggbb
}

// Chapter starts at a frame of the finished timeline.
type Chapter struct {
	At    Frames `json:"at"`
	Title string `json:"title"`
}

// LabelMark is the visible AI-content label in the opening of a master.
type LabelMark struct {
	Text     string `json:"text"`
	Position string `json:"position"` // top-left, top-right, bottom-left, bottom-right
	Frames   Frames `json:"frames"`   // from frame 0
	Language string `json:"language"`
	// Safe is the part of the picture that it stands in; empty: a margin's width from
	// the picture's edges.
	Safe Box `json:"safe,omitzero"`
}

// CardMark is the opening card: lines of text over the opening pictures of a master.
type CardMark struct {
	Lines    []string `json:"lines"`
	Frames   Frames   `json:"frames"` // from frame 0
	Language string   `json:"language"`
	Safe     Box      `json:"safe,omitzero"` // as LabelMark's
}

// AssembleResult describes a master.
type AssembleResult struct {
	Frames     Frames  `json:"frames"`
	Samples    int64   `json:"samples"`
	Bytes      int64   `json:"bytes"`
	SHA256     string  `json:"sha256,omitempty"` // of the master, in hex; empty where the child did not count it
	Copied     Frames  `json:"copied"`           // frames whose packets were copied
	Reencoded  Frames  `json:"reencoded"`        // frames encoded again for transitions or the label
	Integrated float64 `json:"integrated"`       // LUFS, measured on the finished mix
	TruePeak   float64 `json:"true_peak"`
	Gain       float64 `json:"gain"` // dB applied to reach the target
	// StemGain is what all stems were turned down by, in dB, because one of them would have
	// been clipped; 0: they sum to the mix as it is before Gain.
	StemGain float64  `json:"stem_gain,omitempty"`
	Joins    []Frames `json:"joins"`           // first frame of each segment on the finished timeline
	Notes    []string `json:"notes,omitempty"` // e.g. peak limited, target missed
	// Effects are for how many frames each of the job's is heard, the last one begun included.
	Effects []Frames `json:"effects,omitempty"`

	Ladder *LadderResult `json:"ladder,omitempty"`
}

// VerifyJob checks a finished master against what it should be.
type VerifyJob struct {
	In       string    `json:"in"`
	Frames   Frames    `json:"frames"` // 0: whatever it has
	FPS      Rational  `json:"fps"`    // zero: whatever it has
	Raster   Raster    `json:"raster"` // zero: whatever it has
	Joins    []Frames  `json:"joins,omitempty"`
	HardCuts []Frames  `json:"hard_cuts,omitempty"` // joins that must be keyframes
	Loudness *Loudness `json:"loudness,omitempty"`
	// BlackOK and FrozenOK are spans [from,to) the takes themselves had.
	BlackOK  [][2]Frames `json:"black_ok,omitempty"`
	FrozenOK [][2]Frames `json:"frozen_ok,omitempty"`
	// PacketDigests is the expected SHA-256 of the video packets of spans that
	// must be copies.
	PacketDigests []SpanDigest `json:"packet_digests,omitempty"`
	// Label is the visible label that is looked for at the edges of the pictures, at its
	// place, elsewhere, and smaller. Without its Frames it is looked for in the first
	// seconds. Several: whichever is found. Card is looked for as it was drawn.
	Label []LabelMark `json:"label,omitempty"`
	Card  *CardMark   `json:"card,omitempty"`
	// HLS is the episode's beside the master; nil: there is none.
	HLS *VerifyHLS `json:"hls,omitempty"`
}

// VerifyHLS is a folder of HLS that shows what the master shows.
type VerifyHLS struct {
	Dir   string   `json:"dir"`
	Files []string `json:"files"` // all that lie in it, by name
}

// SpanDigest names the packets of a span [From,To) by their digest.
type SpanDigest struct {
	From   Frames `json:"from"`
	To     Frames `json:"to"`
	SHA256 string `json:"sha256"`
}

// VerifyResult lists what was measured and what is wrong.
type VerifyResult struct {
	Info       Info     `json:"info"`
	Frames     Frames   `json:"frames"`
	Keyframes  []Frames `json:"keyframes"`
	Integrated float64  `json:"integrated"`
	TruePeak   float64  `json:"true_peak"`
	Faststart  bool     `json:"faststart"`
	// Metadata is what the file says under mdta keys, e.g. AIGC.
	Metadata map[string]string `json:"metadata,omitempty"`
	// Streams is what each media file of the HLS says under mdta keys, by file.
	Streams map[string]map[string]string `json:"streams,omitempty"`
	Made    *Made                        `json:"made,omitempty"`  // nil: it is no MP4, or its boxes are broken
	Label   *Seen                        `json:"label,omitempty"` // nil: none of those asked for is found
	Card    *Seen                        `json:"card,omitempty"`  // nil: it is not found
	// Compared: what was asked for was looked for on the pictures, which is done on those of
	// eight bits and 4:2:0 alone.
	Compared bool `json:"compared"`
	// Still is a part of the pictures of the first seconds that stands still while others
	// move, and that letters may fill: looked for with several labels, where none is found.
	Still    Box       `json:"still,omitzero"`
	Problems []Problem `json:"problems"` // empty: it is right
}
