package script

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
)

// receivers reads who gets the masters.
func (b *builder) receivers(s *seasonSyntax, out *drama.Season) {
	for _, d := range s.Deliver {
		switch {
		case !d.set():
		case slices.Contains(out.Deliver, d.Text):
			b.errorf(d.mark, "profile %s is named twice", d.Text)
		default:
			out.Deliver = append(out.Deliver, d.Text)
			b.receiverMarks = append(b.receiverMarks, d.mark)
		}
	}
	out.Safe = profile.Safe(out.Deliver, out.Format.Raster)
}

// maxFiled bounds a number that the authorities gave, in characters.
const maxFiled = 60

func (b *builder) filing(s *seasonSyntax, out *drama.Season) {
	v := s.Filing
	if v == nil {
		return
	}
	seconds := 3.0
	if v.Seconds.set() {
		seconds = v.Seconds.V
	}
	out.Filing = &drama.Filing{
		Class: or(v.Class.Text, "other"), License: v.License.Text, Approval: v.Approval.Text, Programme: v.Programme.Text,
		Frames: length{Time: secondsOf(seconds)}.at(out.Format.FPS),
	}
	for _, n := range []text{v.License, v.Approval, v.Programme} {
		if len([]rune(n.Text)) > maxFiled {
			b.errorf(n.mark, "the number has %d characters; at most %d can stand on the opening card", len([]rune(n.Text)), maxFiled)
		}
		if n.set() {
			b.draws(n.Text, true, n.mark)
		}
	}
	title := out.Title[out.Language]
	if title == "" {
		b.warnf(v.Where.mark, "the opening card shows the title, and the season has none in %s; it shows %s", out.Language, out.Show)
		return
	}
	b.draws(title, true, or(s.Title.Plain.mark, v.Where.mark))
}

// delivered holds what the season alone says to the profiles that it names.
func (b *builder) delivered(s *seasonSyntax, out *drama.Season) {
	at := map[string]mark{
		"raster": s.Format.Raster.mark, "width": s.Format.Raster.mark, "side": s.Format.Raster.mark, "fps": s.Format.FPS.mark,
		"loudness": s.Loudness.Integrated.mark, "true_peak": s.Loudness.TruePeak.mark,
		"label": s.Label.Off.mark, "label.words": s.Label.Text.mark, "label.first": s.Label.Text.mark, "label.seconds": s.Label.Seconds.mark,
		"label.whole": s.Label.Seconds.mark, "label.place": s.Label.Position.mark,
		"synopsis": written(s.Synopsis), "tagline": written(s.Tagline),
	}
	b.hold(out, 0, func(rule string) mark { return at[rule] })
}

// written is where a text stands, in one language or in several.
func written(t texts) mark {
	if len(t.ByLang) > 0 {
		return t.ByLang[0].Key.mark
	}
	return t.Plain.mark
}

// ofEpisode holds an episode's length to the profiles.
func (e *episodeBuilder) ofEpisode(out drama.Episode, at mark) {
	if e.season == nil {
		return
	}
	var frames media.Frames
	for _, s := range out.Shots() {
		if s.Frames == 0 {
			return // its clip tells
		}
		frames += s.Frames - s.Cut.Overlap()
	}
	e.hold(e.season, frames, func(string) mark { return at })
}

// hold tells of what profiles do not take: of a season, or of an episode of so many
// frames, the length alone.
func (b *builder) hold(season *drama.Season, frames media.Frames, at func(rule string) mark) {
	known := profile.Planned(*season, frames)
	if frames > 0 {
		known = profile.Values{"seconds": known["seconds"]}
	}
	all, _ := profile.Find(season.Deliver)
	for _, l := range profile.Judge(all, known) {
		if l.OK || l.Unknown {
			continue
		}
		where := at(l.Rule)
		if i := slices.Index(season.Deliver, l.Profile); !where.set() && i >= 0 && i < len(b.receiverMarks) {
			where = b.receiverMarks[i]
		}
		tell := b.errorf
		if l.Advice {
			tell = b.warnf
		}
		tell(where, "deliver: %s wants %s to be %s, and it is %s (%s)", l.Profile, what(l.Rule), l.Wanted, l.Measured, sourced(l))
	}
}

// what a rule is about, in a script's words.
func what(rule string) string {
	switch rule {
	case "seconds":
		return "the episode's length"
	case "fps":
		return "format.fps"
	case "raster", "width", "side":
		return "format.raster"
	case "loudness":
		return "loudness.integrated"
	case "true_peak":
		return "loudness.true_peak"
	case "label.words", "label.first":
		return "label.text"
	case "label.whole", "label.seconds":
		return "label.seconds"
	case "label.place":
		return "label.position"
	}
	return rule
}

// sourced is the first source of a line's rule.
func sourced(l profile.Line) string {
	if len(l.Sources) == 0 {
		return "no source"
	}
	return fmt.Sprint(l.Sources[0])
}
