// Package qc turns what was measured of a take into a verdict: pass or NG, with
// reasons in words and numbers. It is pure. It does not measure (internal/ffmpeg
// does) and it does not look at the story: whether a take is good is a person's,
// or the judge's, to say; whether it is broken is said here.
package qc

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
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
		j.warn(phrase.Text(note))
	}
	for _, lie := range m.ContainerLies {
		// What is missing is missing from the pictures, which are counted above; the
		// mezzanine's own header is right.
		j.warn(phrase.Say("qc.header", lie))
	}
	v := drama.Verdict{Pass: len(j.reasons) == 0, Reasons: phrase.Strings(j.reasons), Warnings: phrase.Strings(j.warnings), Said: j.said()}
	if p.Limits != (drama.QC{}) {
		v.Limits = &p.Limits
	}
	return v
}

type judge struct {
	want     Want
	reasons  []phrase.Phrase
	warnings []phrase.Phrase
}

// said is all that was found and has a code.
func (j *judge) said() []phrase.Phrase {
	return slices.DeleteFunc(slices.Concat(j.reasons, j.warnings), func(p phrase.Phrase) bool { return p.Code == phrase.Plain })
}

// broken is NG whoever made the take.
func (j *judge) broken(p phrase.Phrase) { j.reasons = append(j.reasons, p) }

// looks is NG for a generated take, unless it was asked for: then it is a warning
// that says so.
func (j *judge) looks(p phrase.Phrase, asked string) {
	switch {
	case asked != "":
		j.warn(asAsked(p, asked))
	case j.want.Drawn:
		j.warn(p)
	default:
		j.bad(p)
	}
}

// find files what the season may have a line of its own for: does is what comes of it
// where it says nothing.
func (j *judge) find(l drama.Limit, does drama.Remark, p phrase.Phrase, asked string) {
	switch cmp.Or(l.Does, does) {
	case drama.RemarkOff:
	case drama.RemarkNG:
		j.looks(p, asked)
	default:
		j.warn(p)
	}
}

// bad is NG for a generated take and a warning for footage.
func (j *judge) bad(p phrase.Phrase) {
	if j.want.Footage {
		j.warn(p)
		return
	}
	j.reasons = append(j.reasons, p)
}

func (j *judge) warn(p phrase.Phrase) { j.warnings = append(j.warnings, p) }

func (j *judge) length(m media.Measurements, p Policy) {
	if m.Decoded <= 0 {
		j.broken(phrase.Say("qc.undecoded"))
		return
	}
	if m.DecodeErrors > 0 {
		packets := fmt.Sprint(m.DecodeErrors)
		if float64(m.DecodeErrors) > p.DecodeErrors*float64(m.Decoded) {
			j.bad(phrase.Say("qc.corrupt", packets, fixed(100*float64(m.DecodeErrors)/float64(m.Decoded), 1), fixed(100*p.DecodeErrors, 1)))
		} else {
			j.warn(phrase.Say("qc.packets", packets))
		}
	}
	if n := m.Damaged; n > 0 {
		if float64(n) > p.DecodeErrors*float64(m.Decoded) {
			j.bad(phrase.Say("qc.made-up-much", fmt.Sprint(n), fmt.Sprint(m.Decoded), percent(p.DecodeErrors)))
		} else {
			j.warn(phrase.Say("qc.made-up", fmt.Sprint(n), fmt.Sprint(m.Decoded)))
		}
	}
	if want := j.want.Frames; want > 0 {
		have := m.Conformed - m.Held
		if m.Conformed == 0 {
			have = media.FramesIn(m.Duration, j.want.FPS)
		}
		if short := want - have; short > p.MaxHold {
			args := []string{j.time(have), j.time(want), fmt.Sprint(short), fmt.Sprint(p.MaxHold)}
			if j.want.Footage && have > 0 {
				j.warn(phrase.Say("qc.short-held", args...))
			} else {
				j.broken(phrase.Say("qc.short", args...))
			}
		} else if short > 0 {
			j.warn(phrase.Say("qc.held", fmt.Sprint(short)))
		}
		if long := media.FramesIn(m.Duration, j.want.FPS) - want; !j.want.Footage && float64(long) > p.Long*float64(want) && long > p.LongFrames {
			j.warn(phrase.Say("qc.long", j.time(want+long), j.time(want)))
		}
	}
	if limit := p.FootageMax; j.want.Footage && limit > 0 && m.Duration > limit {
		j.warn(phrase.Say("qc.footage-long", m.Duration.Round(time.Second).String(), limit.String()))
	}
	j.rate(m, p)
}

// rate says where pictures are shown twice or left out to make the episode's rate,
// unless all are (30 of 60).
func (j *judge) rate(m media.Measurements, p Policy) {
	if m.VariableRate {
		j.warn(phrase.Say("qc.variable"))
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
		j.warn(phrase.Say("qc.rate", rate(has), rate(want)))
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
		j.bad(phrase.Say("qc.small", r.String(), fmt.Sprint(least)))
	} else if want := j.want.Raster.ShortSide(); want > 0 && r.ShortSide() > 0 && float64(r.ShortSide()) < p.Upscale*float64(want) {
		j.warn(phrase.Say("qc.enlarged", r.String(), j.want.Raster.String()))
	}
	j.black(m, p)
	j.frozen(m, p)
	own := p.Limits
	if limit := cmp.Or(own.Flicker.At, p.Flicker); m.Flicker >= limit && j.want.Asked.Flash == "" {
		j.find(own.Flicker, drama.RemarkWarn, phrase.Say("qc.flicker", fixed(m.Flicker, 1), fixed(limit, 1)), "")
	}
	if n := len(m.HardCuts); n > 0 && j.want.Asked.Cuts == "" {
		said := phrase.Say("qc.cuts", fmt.Sprint(n), fmt.Sprint(m.HardCuts[0]))
		if n == 1 {
			said = phrase.Say("qc.cut", fmt.Sprint(m.HardCuts[0]))
		}
		j.find(own.Cuts, drama.RemarkWarn, said, "")
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
			j.find(own.Bars, drama.RemarkWarn, phrase.Say("qc.bars", fmt.Sprint(b.Top), fmt.Sprint(b.Bottom), fmt.Sprint(b.Left), fmt.Sprint(b.Right)), "")
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
	j.find(own, drama.RemarkWarn, phrase.Say("qc.soft", fixed(m.Sharpness, 1), fixed(limit, 1)), asked)
}

// texts says which texts were painted over the picture. Drawings have some on purpose.
func (j *judge) texts(m media.Measurements, p Policy) {
	if j.want.Drawn || j.want.Asked.Text != "" {
		return
	}
	const few = 3
	n := 0
	for _, t := range m.Texts {
		if (t.Right-t.Left)*(t.Bottom-t.Top) < p.Text {
			continue
		}
		if n++; n <= few {
			j.find(p.Limits.BurnedText, drama.RemarkWarn, phrase.Say("qc.text-"+placed(t), fixed(100*t.Left, 0), fixed(100*t.Right, 0), fixed(100*t.Top, 0), fixed(100*t.Bottom, 0), fmt.Sprint(t.From), fmt.Sprint(t.To-1)), "")
		}
	}
	if n > few {
		j.find(p.Limits.BurnedText, drama.RemarkWarn, phrase.Say("qc.texts-more", fmt.Sprint(n-few)), "")
	}
}

// placed is the ninth of the picture in which the middle of a text stands.
func placed(t media.PaintedText) string {
	third := func(a, b float64, words [3]string) string { return words[min(2, max(0, int(3*(a+b)/2)))] }
	return third(t.Top, t.Bottom, [3]string{"top", "middle", "bottom"}) + "-" + third(t.Left, t.Right, [3]string{"left", "center", "right"})
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
			j.find(own, drama.RemarkNG, phrase.Say("qc.black-long", j.time(m.LongestBlack), j.time(media.Frames(own.At))), asked)
		}
	case m.BlackRatio >= p.Black:
		j.find(own, drama.RemarkNG, phrase.Say("qc.black", percent(m.BlackRatio), percent(p.Black)), asked)
	case m.BlackRatio >= p.BlackWarn && asked == "":
		j.find(own, drama.RemarkWarn, phrase.Say("qc.black-some", percent(m.BlackRatio), percent(p.BlackWarn)), "")
	}
}

// frozen is asked for by a script that is still.
func (j *judge) frozen(m media.Measurements, p Policy) {
	own, asked := p.Limits.Freeze, j.want.Asked.Still
	if own.At > 0 {
		if float64(m.LongestFreeze) >= own.At {
			j.find(own, drama.RemarkNG, phrase.Say("qc.frozen-long", j.time(m.LongestFreeze), j.time(media.Frames(own.At)), fixed(m.Motion, 2)), asked)
		}
		return
	}
	still := j.want.FPS.Valid() && m.LongestFreeze.Duration(j.want.FPS) >= p.Freeze
	if m.BlackRatio >= p.Black || m.FrozenRatio < p.Frozen && !still { // black was said; it is always frozen
		return
	}
	said := phrase.Say("qc.frozen", percent(m.FrozenRatio), percent(p.Frozen), j.time(m.LongestFreeze), fixed(m.Motion, 2))
	if m.FrozenRatio < p.Frozen {
		j.find(own, drama.RemarkWarn, said, asked)
		return
	}
	j.find(own, drama.RemarkNG, said, asked)
}

// shape judges what another shape than the episode's costs.
func (j *judge) shape(m media.Measurements, p Policy) {
	r := m.Info.Raster
	switch {
	case m.Cropped >= p.Crop:
		j.bad(phrase.Say("qc.cropped-much", r.String(), j.want.Raster.String(), percent(m.Cropped), percent(p.Crop)))
	case m.Cropped >= p.CropWarn:
		j.warn(phrase.Say("qc.cropped", r.String(), j.want.Raster.String(), percent(m.Cropped)))
	case m.Unfilled >= p.CropWarn:
		j.warn(phrase.Say("qc.unfilled", r.String(), j.want.Raster.String(), percent(m.Unfilled)))
	}
}

func (j *judge) sound(m media.Measurements, p Policy) {
	if m.SoundErrors > 0 {
		j.warn(phrase.Say("qc.sound-packets", fmt.Sprint(m.SoundErrors)))
	}
	silent := ""
	switch {
	case !m.HasAudio:
		silent = "qc.no-sound"
	case m.Silent:
		silent = "qc.silent"
	}
	own := p.Limits
	switch {
	case silent != "" && j.want.Lines:
		switch p := phrase.Say(silent + "-lines"); cmp.Or(own.Silence.Does, drama.RemarkNG) {
		case drama.RemarkOff:
		case drama.RemarkNG:
			j.bad(p) // whatever it looks like, and whoever made it
		default:
			j.warn(p)
		}
	case silent != "" && j.want.Audio && j.want.Asked.Silent == "":
		j.find(own.Silence, drama.RemarkWarn, phrase.Say(silent), "")
	case silent == "":
		j.heard(m, p)
	}
}

// heard judges sound that is there.
func (j *judge) heard(m media.Measurements, p Policy) {
	own := p.Limits
	if limit := cmp.Or(own.Clipping.At, p.Clipped); m.ClippedRatio >= limit {
		j.find(own.Clipping, drama.RemarkWarn, phrase.Say("qc.clipped", fixed(100*m.ClippedRatio, 2)+" %", fixed(100*limit, 2)+" %"), "")
	}
	limit := p.AVDelta
	if own.AVLength.At > 0 {
		limit = time.Duration(own.AVLength.At * float64(time.Second))
	}
	if d := m.AVLengthDelta; d.Abs() >= limit {
		code := "qc.sound-longer"
		if d < 0 {
			code = "qc.sound-shorter"
		}
		j.find(own.AVLength, drama.RemarkWarn, phrase.Say(code, fixed(d.Abs().Seconds(), 2)+" s", fixed(limit.Seconds(), 2)+" s"), "")
	}
	if j.want.Score && !j.want.Drawn && p.Musical(m, j.want.Asked) {
		j.find(own.Music, drama.RemarkWarn, phrase.Say("qc.music", percent(m.Music), percent(p.Music)), "")
	}
}

// time is a length in seconds, for people.
func (j *judge) time(f media.Frames) string {
	if !j.want.FPS.Valid() {
		return fmt.Sprintf("%d frames", f)
	}
	return fmt.Sprintf("%.2f s", f.Duration(j.want.FPS).Seconds())
}

func fixed(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }

// percent never says 100 % of what is not all.
func percent(ratio float64) string {
	return fmt.Sprintf("%.0f %%", math.Floor(100*ratio))
}
