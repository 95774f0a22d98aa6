// Package media is the vocabulary of pictures and sound: exact time in frames,
// rasters, what a clip should become (Spec), what was measured of one
// (Measurements) and the jobs a media child process carries out (jobs.go).
// It holds words only: no codec, no file and no process is touched here.
package media

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// SampleRate is the rate of all sound between conform and master, in Hz.
const SampleRate = 48000

// Channels is the channel count of all sound between conform and master.
const Channels = 2

// MaxClipDuration is the longest footage that is taken.
const MaxClipDuration = 10 * time.Minute

// MaxMasterFrames bounds a master: four hours at 240 pictures a second.
const MaxMasterFrames = 240 * 3600 * 4

// Frames counts pictures at a Spec's constant rate. It is the only measure of
// media time that crosses packages.
type Frames int64

// Rational is an exact ratio such as a frame rate (24000/1001) or an aspect.
type Rational struct {
	Num int64 `json:"num"`
	Den int64 `json:"den"`
}

// ErrRational is returned for a ratio that has no positive value.
var ErrRational = errors.New("not a positive ratio")

// ParseRational reads "24", "24/1" or "24000/1001".
func ParseRational(s string) (Rational, error) {
	num, den, found := strings.Cut(s, "/")
	if !found {
		den = "1"
	}
	n, err := strconv.ParseInt(num, 10, 32)
	if err != nil {
		return Rational{}, fmt.Errorf("parse ratio %q: %w", s, ErrRational)
	}
	d, err := strconv.ParseInt(den, 10, 32)
	if err != nil || n <= 0 || d <= 0 {
		return Rational{}, fmt.Errorf("parse ratio %q: %w", s, ErrRational)
	}
	return Rational{Num: n, Den: d}, nil
}

// String is "24/1", the form that FFmpeg and the JSON contract use.
func (r Rational) String() string { return fmt.Sprintf("%d/%d", r.Num, r.Den) }

// Valid says whether both parts are positive.
func (r Rational) Valid() bool { return r.Num > 0 && r.Den > 0 }

// Float is for display and thresholds only, never for positions.
func (r Rational) Float() float64 {
	if r.Den == 0 {
		return 0
	}
	return float64(r.Num) / float64(r.Den)
}

// Duration is how long f frames last at rate fps, rounded to the nanosecond.
func (f Frames) Duration(fps Rational) time.Duration {
	return time.Duration(f.scale(int64(time.Second), fps))
}

// Samples is the exact position in samples at the given rate (Hz) of the start
// of frame f, rounded down, so that consecutive frames tile the sound without
// gap or overlap.
func (f Frames) Samples(fps Rational, rate int64) int64 { return f.scale(rate, fps) }

// scale is floor(f * unit * den / num) without overflow.
func (f Frames) scale(unit int64, fps Rational) int64 {
	if !fps.Valid() {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(int64(f)), big.NewInt(unit))
	n.Mul(n, big.NewInt(fps.Den))
	return n.Div(n, big.NewInt(fps.Num)).Int64()
}

// FramesIn is the nearest whole number of frames to d at rate fps.
func FramesIn(d time.Duration, fps Rational) Frames {
	if !fps.Valid() {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(int64(d)), big.NewInt(2*fps.Num))
	unit := new(big.Int).Mul(big.NewInt(int64(time.Second)), big.NewInt(fps.Den))
	n.Add(n, unit)
	return Frames(n.Div(n, unit.Mul(unit, big.NewInt(2))).Int64())
}

// Raster is a picture's size in square pixels.
type Raster struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// String is "1080x1920".
func (r Raster) String() string { return fmt.Sprintf("%dx%d", r.Width, r.Height) }

// ShortSide is the smaller of width and height.
func (r Raster) ShortSide() int { return min(r.Width, r.Height) }
