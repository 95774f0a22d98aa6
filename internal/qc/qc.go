// Package qc turns what was measured of a take into a verdict: pass or NG, with
// reasons in words and numbers. It is pure. It does not measure (internal/ffmpeg
// does) and it does not look at the story: whether a take is good is a person's,
// or the judge's, to say; whether it is broken is said here.
package qc

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Want is what the take should be.
type Want struct {
	Frames media.Frames   // length asked for; 0: whatever it has
	FPS    media.Rational // of the episode
	Raster media.Raster   // of the episode
	Audio  bool           // sound was asked for
	Lines  bool           // the model was to speak lines
	// Footage was chosen by a person: findings are warnings, except that there is
	// no picture.
	Footage bool
	// Drawn takes show the script as it was read; another would be the same, so that
	// what they look like is a warning.
	Drawn bool
	Asked Asked
}

// Judge gives the verdict on a take that was decoded. A clip that could not be
// decoded at all never comes here: it is a media.ClipError.
func Judge(m media.Measurements, want Want, p Policy) drama.Verdict {
	j := judge{want: want}
	j.length(m, p)
	j.picture(m, p)
	j.sound(m, p)
	for _, note := range m.Notes {
		j.warn(note)
	}
	for _, lie := range m.ContainerLies {
		// What is missing is missing from the pictures, which are counted above; the
		// mezzanine's own header is right.
		j.warn("the clip's header is wrong: " + lie)
	}
	return drama.Verdict{Pass: len(j.reasons) == 0, Reasons: j.reasons, Warnings: j.warnings}
}

type judge struct {
	want     Want
	reasons  []string
	warnings []string
}

// broken is NG whoever made the take.
func (j *judge) broken(text string) { j.reasons = append(j.reasons, text) }

// looks is NG for a generated take, unless it was asked for: then it is a warning
// that says so.
func (j *judge) looks(text, asked string) {
	switch {
	case asked != "":
		j.warn(text + "; as the script asks: " + asked)
	case j.want.Drawn:
		j.warn(text)
	default:
		j.bad(text)
	}
}

// bad is NG for a generated take and a warning for footage.
func (j *judge) bad(text string) {
	if j.want.Footage {
		j.warn(text)
		return
	}
	j.reasons = append(j.reasons, text)
}

func (j *judge) warn(text string) { j.warnings = append(j.warnings, text) }

func (j *judge) length(m media.Measurements, p Policy) {
	if m.Decoded <= 0 {
		j.broken("no picture could be decoded")
		return
	}
	if m.DecodeErrors > 0 {
		text := fmt.Sprintf("%d packets are damaged", m.DecodeErrors)
		if float64(m.DecodeErrors) > p.DecodeErrors*float64(m.Decoded) {
			j.bad(fmt.Sprintf("%s, %.1f for 100 pictures (limit %.1f): the clip is truncated or corrupt", text, 100*float64(m.DecodeErrors)/float64(m.Decoded), 100*p.DecodeErrors))
		} else {
			j.warn(text)
		}
	}
	if n := m.Damaged; n > 0 {
		text := fmt.Sprintf("%d of %d pictures are damaged; what was missing is made up", n, m.Decoded)
		if float64(n) > p.DecodeErrors*float64(m.Decoded) {
			j.bad(fmt.Sprintf("%s (limit %s)", text, percent(p.DecodeErrors)))
		} else {
			j.warn(text)
		}
	}
	if want := j.want.Frames; want > 0 {
		have := m.Conformed - m.Held
		if m.Conformed == 0 {
			have = media.FramesIn(m.Duration, j.want.FPS)
		}
		if short := want - have; short > p.MaxHold {
			text := fmt.Sprintf("too short: %s of the %s asked for, %d frames missing (limit %d)", j.time(have), j.time(want), short, p.MaxHold)
			if j.want.Footage && have > 0 {
				j.warn(text + ": the last picture is held")
			} else {
				j.broken(text)
			}
		} else if short > 0 {
			j.warn(fmt.Sprintf("%d frames short: the last picture is held", short))
		}
		if long := media.FramesIn(m.Duration, j.want.FPS) - want; !j.want.Footage && float64(long) > p.Long*float64(want) && long > p.LongFrames {
			j.warn(fmt.Sprintf("%s long where %s were asked for: the end is cut off", j.time(want+long), j.time(want)))
		}
	}
	if limit := p.FootageMax; j.want.Footage && limit > 0 && m.Duration > limit {
		j.warn(fmt.Sprintf("the clip is %s long; over %s is work for an editor", m.Duration.Round(time.Second), limit))
	}
	j.rate(m, p)
}

// rate says where pictures are shown twice or left out to make the episode's rate,
// unless all are (30 of 60).
func (j *judge) rate(m media.Measurements, p Policy) {
	if m.VariableRate {
		j.warn("the frame rate varies; it was made constant")
		return
	}
	has, want := m.Info.FPS, j.want.FPS
	if !has.Valid() || !want.Valid() {
		return
	}
	times := has.Float() / want.Float()
	if times < 1 {
		times = 1 / times
	}
	if off := math.Abs(times - math.Round(times)); off > p.Rate {
		j.warn(fmt.Sprintf("the clip has %s pictures a second, the episode %s: movement is a little uneven", rate(has), rate(want)))
	}
}

// rate is a rate as people write it.
func rate(r media.Rational) string {
	return strconv.FormatFloat(math.Round(1000*r.Float())/1000, 'f', -1, 64)
}

func (j *judge) picture(m media.Measurements, p Policy) {
	least := p.ShortSide
	if want := j.want.Raster.ShortSide(); want > 0 {
		least = min(least, want) // a show that is small on purpose
	}
	if r := m.Info.Raster; r.Width > 0 && r.Height > 0 && r.ShortSide() < least {
		j.bad(fmt.Sprintf("the picture is only %s; its short side should have %d pixels", r, least))
	} else if want := j.want.Raster.ShortSide(); want > 0 && r.ShortSide() > 0 && float64(r.ShortSide()) < p.Upscale*float64(want) {
		j.warn(fmt.Sprintf("the picture is %s and is enlarged to %s", r, j.want.Raster))
	}
	j.black(m, p)
	j.frozen(m, p)
	if m.Flicker >= p.Flicker && j.want.Asked.Flash == "" {
		j.warn(fmt.Sprintf("flicker: brightness jumps by %.1f of 255 from picture to picture (limit %.1f)", m.Flicker, p.Flicker))
	}
	if n := len(m.HardCuts); n > 0 && j.want.Asked.Cuts == "" {
		text := fmt.Sprintf("%d hard cuts inside the shot, the first at frame %d", n, m.HardCuts[0])
		if n == 1 {
			text = fmt.Sprintf("a hard cut inside the shot at frame %d", m.HardCuts[0])
		}
		j.warn(text)
	}
	j.shape(m, p)
	if j.want.Asked.Bars != "" {
		return
	}
	if w, h := m.Info.Raster.Width, m.Info.Raster.Height; w > 0 && h > 0 {
		b := m.Bars
		if float64(b.Top+b.Bottom) >= p.Bars*float64(h) || float64(b.Left+b.Right) >= p.Bars*float64(w) {
			j.warn(fmt.Sprintf("black bars in the picture: top %d, bottom %d, left %d, right %d pixels", b.Top, b.Bottom, b.Left, b.Right))
		}
	}
}

// black is asked for by a script of darkness. At night little light is enough: what
// is black and does not move either shows nothing at all.
func (j *judge) black(m media.Measurements, p Policy) {
	asked := j.want.Asked.Black
	if asked == "" && m.FrozenRatio < p.Frozen {
		asked = j.want.Asked.Dark
	}
	switch {
	case m.BlackRatio >= p.Black:
		j.looks(fmt.Sprintf("black: %s of the pictures (limit %s)", percent(m.BlackRatio), percent(p.Black)), asked)
	case m.BlackRatio >= p.BlackWarn && asked == "":
		j.warn(fmt.Sprintf("%s of the pictures are black (limit %s)", percent(m.BlackRatio), percent(p.BlackWarn)))
	}
}

// frozen is asked for by a script that is still.
func (j *judge) frozen(m media.Measurements, p Policy) {
	still := j.want.FPS.Valid() && m.LongestFreeze.Duration(j.want.FPS) >= p.Freeze
	if m.BlackRatio >= p.Black || m.FrozenRatio < p.Frozen && !still { // black was said; it is always frozen
		return
	}
	text := fmt.Sprintf("frozen: %s of the pictures repeat the one before (limit %s), %s in a row; motion %.2f of 255",
		percent(m.FrozenRatio), percent(p.Frozen), j.time(m.LongestFreeze), m.Motion)
	if m.FrozenRatio < p.Frozen {
		j.warn(text)
		return
	}
	j.looks(text, j.want.Asked.Still)
}

// shape judges what another shape than the episode's costs.
func (j *judge) shape(m media.Measurements, p Policy) {
	r := m.Info.Raster
	switch {
	case m.Cropped >= p.Crop:
		j.bad(fmt.Sprintf("the picture is %s, the episode %s: %s of it is cut off (limit %s)", r, j.want.Raster, percent(m.Cropped), percent(p.Crop)))
	case m.Cropped >= p.CropWarn:
		j.warn(fmt.Sprintf("the picture is %s, the episode %s: %s of it is cut off", r, j.want.Raster, percent(m.Cropped)))
	case m.Unfilled >= p.CropWarn:
		j.warn(fmt.Sprintf("the picture is %s, the episode %s: it leaves %s of the screen empty", r, j.want.Raster, percent(m.Unfilled)))
	}
}

func (j *judge) sound(m media.Measurements, p Policy) {
	if m.SoundErrors > 0 {
		j.warn(fmt.Sprintf("%d packets of the sound are damaged", m.SoundErrors))
	}
	silent := ""
	switch {
	case !m.HasAudio:
		silent = "there is no sound"
	case m.Silent:
		silent = "the sound is silent throughout"
	}
	switch {
	case silent != "" && j.want.Lines:
		j.bad(silent + ", but the shot has lines to be spoken")
	case silent != "" && j.want.Audio && j.want.Asked.Silent == "":
		j.warn(silent)
	case silent == "":
		if m.ClippedRatio >= p.Clipped {
			j.warn(fmt.Sprintf("the sound is clipped: %.2f %% of the samples are at full scale (limit %.2f %%)", 100*m.ClippedRatio, 100*p.Clipped))
		}
		if d := m.AVLengthDelta; d.Abs() >= p.AVDelta {
			word := "longer"
			if d < 0 {
				word = "shorter"
			}
			j.warn(fmt.Sprintf("the sound is %.2f s %s than the picture (limit %.2f s)", d.Abs().Seconds(), word, p.AVDelta.Seconds()))
		}
	}
}

// time is a length in seconds, for people.
func (j *judge) time(f media.Frames) string {
	if !j.want.FPS.Valid() {
		return fmt.Sprintf("%d frames", f)
	}
	return fmt.Sprintf("%.2f s", f.Duration(j.want.FPS).Seconds())
}

// percent never says 100 % of what is not all.
func percent(ratio float64) string {
	return fmt.Sprintf("%.0f %%", math.Floor(100*ratio))
}
