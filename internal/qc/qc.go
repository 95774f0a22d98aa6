// Package qc turns what was measured of a take into a verdict: pass or NG, with
// reasons in words and numbers. It is pure. It does not measure (internal/ffmpeg
// does) and it does not look at the story: whether a take is good is a person's,
// or the judge's, to say; whether it is broken is said here.
package qc

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
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
	Score  bool           // the season's music lies over the sound
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
	v := drama.Verdict{Pass: len(j.reasons) == 0, Reasons: j.reasons, Warnings: j.warnings}
	if p.Limits != (drama.QC{}) {
		v.Limits = &p.Limits
	}
	return v
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

// find files what the season may have a line of its own for: does is what comes of it
// where it says nothing.
func (j *judge) find(l drama.Limit, does drama.Remark, text, asked string) {
	switch cmp.Or(l.Does, does) {
	case drama.RemarkOff:
	case drama.RemarkNG:
		j.looks(text, asked)
	default:
		j.warn(text)
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
	own := p.Limits
	if limit := cmp.Or(own.Flicker.At, p.Flicker); m.Flicker >= limit && j.want.Asked.Flash == "" {
		j.find(own.Flicker, drama.RemarkWarn, fmt.Sprintf("flicker: brightness jumps by %.1f of 255 from picture to picture (limit %.1f)", m.Flicker, limit), "")
	}
	if n := len(m.HardCuts); n > 0 && j.want.Asked.Cuts == "" {
		text := fmt.Sprintf("%d hard cuts inside the shot, the first at frame %d", n, m.HardCuts[0])
		if n == 1 {
			text = fmt.Sprintf("a hard cut inside the shot at frame %d", m.HardCuts[0])
		}
		j.find(own.Cuts, drama.RemarkWarn, text, "")
	}
	j.shape(m, p)
	j.soft(m, p)
	j.texts(m, p)
	if j.want.Asked.Bars != "" {
		return
	}
	if w, h := m.Info.Raster.Width, m.Info.Raster.Height; w > 0 && h > 0 {
		b, limit := m.Bars, cmp.Or(own.Bars.At, p.Bars)
		if float64(b.Top+b.Bottom) >= limit*float64(h) || float64(b.Left+b.Right) >= limit*float64(w) {
			j.find(own.Bars, drama.RemarkWarn, fmt.Sprintf("black bars in the picture: top %d, bottom %d, left %d, right %d pixels", b.Top, b.Bottom, b.Left, b.Right), "")
		}
	}
}

// soft says that a picture has no edges, unless it is dark or was to be so.
func (j *judge) soft(m media.Measurements, p Policy) {
	own := p.Limits.Sharpness
	limit, asked := cmp.Or(own.At, p.Sharpness), cmp.Or(j.want.Asked.Soft, j.want.Asked.Dark)
	if m.Decoded == 0 || m.Sharpness >= limit || own.At == 0 && (asked != "" || j.want.Drawn || m.BlackRatio >= p.BlackWarn) {
		return
	}
	j.find(own, drama.RemarkWarn, fmt.Sprintf("out of focus: the sharpness of its middle picture is %.1f (at least %.1f)", m.Sharpness, limit), asked)
}

// texts says which texts were painted over the picture. Drawings have some on purpose.
func (j *judge) texts(m media.Measurements, p Policy) {
	if j.want.Drawn || j.want.Asked.Text != "" {
		return
	}
	var all []string
	for _, t := range m.Texts {
		if (t.Right-t.Left)*(t.Bottom-t.Top) >= p.Text {
			all = append(all, fmt.Sprintf("%s (%.0f to %.0f %% across, %.0f to %.0f %% down) from frame %d to %d", placed(t), 100*t.Left, 100*t.Right, 100*t.Top, 100*t.Bottom, t.From, t.To-1))
		}
	}
	if len(all) == 0 {
		return
	}
	const few = 3
	more := ""
	if n := len(all) - few; n > 0 {
		more = fmt.Sprintf(", and %d more", n)
	}
	j.find(p.Limits.BurnedText, drama.RemarkWarn, "text painted over the picture: "+strings.Join(all[:min(few, len(all))], "; ")+more, "")
}

// placed says in words where a text stands.
func placed(t media.PaintedText) string {
	third := func(a, b float64, words [3]string) string { return words[min(2, max(0, int(3*(a+b)/2)))] }
	down := third(t.Top, t.Bottom, [3]string{"top", "middle", "bottom"})
	across := third(t.Left, t.Right, [3]string{"left", "center", "right"})
	if down == "middle" && across == "center" {
		return "in the middle"
	}
	return "at the " + down + " " + across
}

// black is asked for by a script of darkness. At night little light is enough: what
// is black and does not move either shows nothing at all.
func (j *judge) black(m media.Measurements, p Policy) {
	asked, own := j.want.Asked.Black, p.Limits.Black
	if asked == "" && m.FrozenRatio < p.Frozen {
		asked = j.want.Asked.Dark
	}
	switch {
	case own.At > 0:
		if float64(m.LongestBlack) >= own.At {
			j.find(own, drama.RemarkNG, fmt.Sprintf("black: for %s in a row (limit %s)", j.time(m.LongestBlack), j.time(media.Frames(own.At))), asked)
		}
	case m.BlackRatio >= p.Black:
		j.find(own, drama.RemarkNG, fmt.Sprintf("black: %s of the pictures (limit %s)", percent(m.BlackRatio), percent(p.Black)), asked)
	case m.BlackRatio >= p.BlackWarn && asked == "":
		j.find(own, drama.RemarkWarn, fmt.Sprintf("%s of the pictures are black (limit %s)", percent(m.BlackRatio), percent(p.BlackWarn)), "")
	}
}

// frozen is asked for by a script that is still.
func (j *judge) frozen(m media.Measurements, p Policy) {
	own, asked := p.Limits.Freeze, j.want.Asked.Still
	if own.At > 0 {
		if float64(m.LongestFreeze) >= own.At {
			j.find(own, drama.RemarkNG, fmt.Sprintf("frozen: for %s in a row (limit %s); motion %.2f of 255", j.time(m.LongestFreeze), j.time(media.Frames(own.At)), m.Motion), asked)
		}
		return
	}
	still := j.want.FPS.Valid() && m.LongestFreeze.Duration(j.want.FPS) >= p.Freeze
	if m.BlackRatio >= p.Black || m.FrozenRatio < p.Frozen && !still { // black was said; it is always frozen
		return
	}
	text := fmt.Sprintf("frozen: %s of the pictures repeat the one before (limit %s), %s in a row; motion %.2f of 255",
		percent(m.FrozenRatio), percent(p.Frozen), j.time(m.LongestFreeze), m.Motion)
	if m.FrozenRatio < p.Frozen {
		j.find(own, drama.RemarkWarn, text, asked)
		return
	}
	j.find(own, drama.RemarkNG, text, asked)
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
	own := p.Limits
	switch {
	case silent != "" && j.want.Lines:
		j.speechless(own.Silence, silent+", but the shot has lines to be spoken")
	case silent != "" && j.want.Audio && j.want.Asked.Silent == "":
		j.find(own.Silence, drama.RemarkWarn, silent, "")
	case silent == "":
		if limit := cmp.Or(own.Clipping.At, p.Clipped); m.ClippedRatio >= limit {
			j.find(own.Clipping, drama.RemarkWarn, fmt.Sprintf("the sound is clipped: %.2f %% of the samples are at full scale (limit %.2f %%)", 100*m.ClippedRatio, 100*limit), "")
		}
		limit := p.AVDelta
		if own.AVLength.At > 0 {
			limit = time.Duration(own.AVLength.At * float64(time.Second))
		}
		if d := m.AVLengthDelta; d.Abs() >= limit {
			word := "longer"
			if d < 0 {
				word = "shorter"
			}
			j.find(own.AVLength, drama.RemarkWarn, fmt.Sprintf("the sound is %.2f s %s than the picture (limit %.2f s)", d.Abs().Seconds(), word, limit.Seconds()), "")
		}
		if j.want.Score && !j.want.Drawn && p.Musical(m, j.want.Asked) {
			j.find(own.Music, drama.RemarkWarn, fmt.Sprintf("its sound may have music of its own under the score: held tones of several pitches in %s of it (limit %s)", percent(m.Music), percent(p.Music)), "")
		}
	}
}

// speechless is NG unless the season says otherwise, whatever the take looks like.
func (j *judge) speechless(l drama.Limit, text string) {
	switch cmp.Or(l.Does, drama.RemarkNG) {
	case drama.RemarkOff:
	case drama.RemarkNG:
		j.bad(text)
	default:
		j.warn(text)
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
