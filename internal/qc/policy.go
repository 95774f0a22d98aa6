package qc

import (
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Policy is where QC draws its lines. Ratios are 0..1.
type Policy struct {
	MaxHold      media.Frames  `json:"max_hold"`      // a take so many frames short holds its last picture
	Long         float64       `json:"long"`          // a warning when longer by this part of the shot …
	LongFrames   media.Frames  `json:"long_frames"`   // … and by more than this
	DecodeErrors float64       `json:"decode_errors"` // damaged packets for each picture
	Rate         float64       `json:"rate"`          // a warning when the clip's rate is off a multiple of the episode's by more than this part of it
	ShortSide    int           `json:"short_side"`    // pixels
	Upscale      float64       `json:"upscale"`       // a warning when the short side is less than this part of the format's
	Black        float64       `json:"black"`         // NG from here
	BlackWarn    float64       `json:"black_warn"`
	Frozen       float64       `json:"frozen"` // NG from here
	Freeze       time.Duration `json:"freeze"` // a warning from here
	Flicker      float64       `json:"flicker"`
	Bars         float64       `json:"bars"` // of the picture's height or width
	Crop         float64       `json:"crop"` // of the picture that is cut off to fill the raster; NG from here
	CropWarn     float64       `json:"crop_warn"`
	Clipped      float64       `json:"clipped"` // of the samples
	AVDelta      time.Duration `json:"av_delta"`
	FootageMax   time.Duration `json:"footage_max"`
	Sharpness    float64       `json:"sharpness"` // a warning under it
	Text         float64       `json:"text"`      // a warning when a text covers at least this part of the picture
	Music        float64       `json:"music"`     // of the sound
	// Limits are the season's own lines, which count before those above.
	Limits drama.QC `json:"limits,omitzero"`
}

// By is the policy with a season's own lines; nil: it has none.
func (p Policy) By(own *drama.QC) Policy {
	p.Limits = drama.QC{}
	if own != nil {
		p.Limits = *own
	}
	return p
}

// Musical says that a sound has music of its own that nobody asked for, and that the season
// wants to be told.
func (p Policy) Musical(m media.Measurements, asked Asked) bool {
	return p.Limits.Music.Does != drama.RemarkOff && asked.Music == "" && m.HasAudio && m.Music >= p.Music
}

// DefaultPolicy is used unless a studio says otherwise.
func DefaultPolicy() Policy {
	return Policy{
		// Vendors round lengths to their own rate; two pictures held are not seen,
		// more are.
		MaxHold: 2,
		// Fixed lengths (5 s, 10 s) make nearly every take a little longer than the
		// shot; only when half as long again is it worth a word that money went
		// into pictures nobody sees.
		Long: 0.5, LongFrames: 12,
		// One damaged packet spoils up to a group of pictures; from one in fifty on
		// the clip is broken rather than blemished.
		DecodeErrors: 0.02,
		// 23.976 for 24 leaves out a picture in 40 seconds, which nobody sees.
		Rate: 0.005,
		// 360 lines is the smallest that any current model makes; less is an icon
		// or an error page turned into a clip.
		ShortSide: 360,
		// 480p in a 1080p episode is soft but usual (cheap tiers); below, say so.
		Upscale: 0.44,
		// A shot may begin or end in black; no shot is black for the most part.
		Black: 0.8, BlackWarn: 0.25,
		// A locked-off drawing may well hold still, a model's take never repeats
		// nearly all pictures: that is a slideshow or a stuck decoder.
		Frozen: 0.95, Freeze: time.Second,
		// Mean brightness that jumps by more than about 2 % of full scale from
		// picture to picture, again and again, is seen as flicker.
		Flicker: 5,
		// Bars under 4 % are lost in the crop of fit: fill.
		Bars: 0.04,
		// More than half gone is a landscape clip in an upright episode, or the other
		// way round: what the shot is about may be outside. A twentieth is a vendor's
		// rounding to its own rasters.
		Crop: 0.5, CropWarn: 0.05,
		// A few samples at full scale are inaudible; one in a thousand crackles.
		Clipped: 0.001,
		// A fifth of a second is where the end of a sentence is heard to be missing.
		AVDelta: 200 * time.Millisecond,
		// Longer footage belongs in an editor, not in a shot; a word, not a block.
		FootageMax: 10 * time.Minute,
		// A face out of focus before a blurred wall still has edges; without any it is fog.
		Sharpness: 4,
		// What is smaller than a watermark in a corner is no text that anybody reads.
		Text: 0.0008,
		// A bell holds several tones for a moment, and so do voices that hardly rise and fall
		// (0.18 of the worst of 60 that were measured, which was made to); music does so for much
		// of a shot (0.33 at least under speech 10 dB louder).
		Music: 0.25,
	}
}
