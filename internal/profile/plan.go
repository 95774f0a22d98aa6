package profile

import (
	"cmp"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Planned says what is known of an episode's master before anything is made: what the
// season asks for, and how long the episode will be (0: not known).
func Planned(s drama.Season, frames media.Frames) Values {
	v := Values{}
	fps, raster := s.Format.FPS, s.Format.Raster
	v.add("raster", word(raster.String()))
	v.add("width", number(float64(raster.Width)))
	v.add("side", number(float64(raster.Width)))
	v.add("side", number(float64(raster.Height)))
	v.add("fps", number(fps.Float()))
	if frames > 0 {
		v.add("seconds", number(frames.Duration(fps).Seconds()))
	}
	v.add("loudness", number(s.Loudness.Integrated))
	v.add("true_peak", number(s.Loudness.TruePeak))
	maps.Copy(v, Texts(s))
	v.add("filing", either(s.Filing != nil, "given", "none"))
	if s.Label.Off {
		v.add("label", word(offWord).shown("off: %s", s.Label.Reason))
		return v
	}
	Wording(v, s.Label.Text, false)
	v.add("label.whole", either(s.Label.Whole, "whole length", "the opening"))
	if !s.Label.Whole {
		v.add("label.seconds", number(s.Label.Frames.Duration(fps).Seconds()))
	}
	v.add("label.place", either(AtEdge(s.Label.Position, s.Safe, raster), "edge", "middle").shown("%s", s.Label.Position))
	return v
}

// TextRules are those about texts of the season that are handed in beside its masters.
var TextRules = []string{"synopsis", "tagline"}

// Texts says how long those texts are in the season's language, in characters; what is not
// written has no value.
func Texts(s drama.Season) Values {
	v := Values{}
	for rule, text := range map[string]string{"synopsis": s.Synopsis[s.Language], "tagline": s.Tagline[s.Language]} {
		if text != "" {
			v.add(rule, number(float64(utf8.RuneCountInString(text))))
		}
	}
	return v
}

// AtEdge says whether a label at a position, in the part of the picture that is left to
// it, is at an edge.
func AtEdge(position string, safe media.Box, r media.Raster) bool {
	if safe.Empty() {
		return aigc.Edge(position)
	}
	// A line's height below the top or over the bottom, and a few letters' width.
	mid := media.Box{X0: (safe.X0 + safe.X1) / 2, X1: (safe.X0+safe.X1)/2 + 1, Y0: (safe.Y0 + safe.Y1) / 2, Y1: (safe.Y0+safe.Y1)/2 + 1}
	switch {
	case strings.HasSuffix(position, "left"):
		mid.X0 = safe.X0
	case strings.HasSuffix(position, "right"):
		mid.X1 = safe.X1
	}
	switch {
	case strings.HasPrefix(position, "top"):
		mid.Y0 = safe.Y0
	case strings.HasPrefix(position, "bottom"):
		mid.Y1 = safe.Y1
	}
	return atEdge(mid, r)
}

// Expect is what a verification looks for on the pictures of a file of raster r: the label
// that the manifest says, else any of the wordings that labels often have, and the opening
// card.
func Expect(m *drama.Manifest, r media.Raster) ([]media.LabelMark, *media.CardMark) {
	if m == nil {
		var marks []media.LabelMark
		for _, w := range aigc.Known() {
			for _, safe := range []media.Box{{}, Safe([]string{"base"}, r)} {
				marks = append(marks, media.LabelMark{Text: w.Text, Language: w.Language, Position: "top-left", Safe: safe})
			}
		}
		return marks, nil
	}
	var card *media.CardMark
	if len(m.Card) > 0 && m.Filing != nil {
		card = &media.CardMark{Lines: m.Card, Frames: m.Filing.Frames, Language: cmp.Or(m.Label.Language, m.Language), Safe: m.Safe}
	}
	if !m.Label.Shown {
		return nil, card
	}
	mark := media.LabelMark{Text: m.Label.Text, Position: m.Label.Position, Frames: m.Label.Frames, Language: m.Label.Language, Safe: m.Safe}
	if m.Label.Whole {
		mark.Frames = m.Frames
	}
	if mark.Position == "" { // an older release wrote the manifest
		mark.Position = "top-left"
	}
	return []media.LabelMark{mark}, card
}
