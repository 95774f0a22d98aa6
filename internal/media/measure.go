package media

import "time"

// Info is what a container and its streams claim, read without decoding.
type Info struct {
	Container   string        `json:"container"` // FFmpeg's demuxer name
	VideoCodec  string        `json:"video_codec"`
	AudioCodec  string        `json:"audio_codec,omitempty"` // empty: no sound
	PixelFormat string        `json:"pixel_format"`
	Raster      Raster        `json:"raster"`         // coded size, before rotation and SAR
	SAR         Rational      `json:"sar"`            // sample aspect ratio, 1/1 if unknown
	Rotation    int           `json:"rotation"`       // degrees clockwise: 0, 90, 180, 270
	FPS         Rational      `json:"fps"`            // average rate claimed
	Duration    time.Duration `json:"duration"`       // claimed by the container
	AudioRate   int           `json:"audio_rate"`     // Hz
	AudioChans  int           `json:"audio_channels"` // 0: none
	ColorSpace  string        `json:"color_space"`
	Transfer    string        `json:"transfer"`
	Bytes       int64         `json:"bytes"`
}

// Measurements is what one full decode of a clip found. Ratios are 0..1 of the
// decoded frames; luma is 0..255 of limited-range 8-bit after conversion.
type Measurements struct {
	Info         Info          `json:"info"`
	Decoded      Frames        `json:"decoded"`       // pictures that came out of the decoder
	Duration     time.Duration `json:"duration"`      // first picture to the end of the last
	Conformed    Frames        `json:"conformed"`     // pictures written at the Spec's rate
	Held         Frames        `json:"held"`          // of these, repeats of the last picture
	VariableRate bool          `json:"variable_rate"` // intervals differ by more than 10 %
	DecodeErrors int           `json:"decode_errors"` // corrupt packets skipped
	// Damaged is how many pictures came out with parts that the decoder made up.
	Damaged Frames `json:"damaged,omitempty"`
	// SoundErrors is how many packets of sound could not be decoded.
	SoundErrors   int     `json:"sound_errors,omitempty"`
	BlackRatio    float64 `json:"black_ratio"`    // pictures that are black
	FrozenRatio   float64 `json:"frozen_ratio"`   // pictures equal to the one before
	LongestFreeze Frames  `json:"longest_freeze"` // at the Spec's rate
	LongestBlack  Frames  `json:"longest_black,omitempty"`
	// FrozenHead is how long the first picture stands still before anything moves, at the
	// Spec's rate; 0: the second picture is another.
	FrozenHead    Frames        `json:"frozen_head,omitempty"`
	Flicker       float64       `json:"flicker"` // mean absolute luma delta of a picture's mean, high-passed
	Motion        float64       `json:"motion"`  // mean absolute luma difference between neighbours
	HardCuts      []Frames      `json:"hard_cuts,omitempty"`
	Sharpness     float64       `json:"sharpness"` // variance of the Laplacian, median over pictures
	Bars          Bars          `json:"bars"`      // letter- and pillar-box inside the picture
	HasAudio      bool          `json:"has_audio"`
	AudioDuration time.Duration `json:"audio_duration"`
	Silent        bool          `json:"silent"`                   // a sound track under -60 dBFS throughout
	ClippedRatio  float64       `json:"clipped_ratio"`            // samples at full scale
	Integrated    float64       `json:"integrated"`               // LUFS; -70 when silent or too short
	TruePeak      float64       `json:"true_peak"`                // dBTP
	AVLengthDelta time.Duration `json:"av_length_delta"`          // sound minus picture
	ContainerLies []string      `json:"container_lies,omitempty"` // header claims the pictures contradict
	// Cropped is the part of the picture, 0..1, that lies outside the raster.
	Cropped float64 `json:"cropped,omitempty"`
	// Unfilled is the part of the raster, 0..1, that the picture leaves to black
	// or to a blurred backdrop.
	Unfilled float64 `json:"unfilled,omitempty"`
	// Notes say in words what was done to the clip that changes how it looks or
	// sounds: fields made whole, tones mapped, transparency laid over black.
	Notes []string `json:"notes,omitempty"`
	// Texts are those that were painted over the picture, in order of appearance.
	Texts []PaintedText `json:"texts,omitempty"`
	// Music is the part of the sound, 0..1, that sounds like music: several tones at once
	// that hold their pitch.
	Music float64 `json:"music,omitempty"`
}

// PaintedText is a text that stands on the picture while the scene goes on behind it.
type PaintedText struct {
	// Its box, in parts of the coded picture's width and height, 0..1.
	Left   float64 `json:"left"`
	Top    float64 `json:"top"`
	Right  float64 `json:"right"`
	Bottom float64 `json:"bottom"`
	// From its first frame up to To, the first without it, at the Spec's rate.
	From Frames `json:"from"`
	To   Frames `json:"to"`
}

// Bars are black edges inside a picture, in pixels of the source raster.
type Bars struct {
	Top    int `json:"top"`
	Bottom int `json:"bottom"`
	Left   int `json:"left"`
	Right  int `json:"right"`
}
