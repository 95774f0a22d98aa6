package timeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// spokenBy says of cues who speaks them, where the season tells speakers apart.
func spokenBy(s drama.Season, who string, cues []media.Cue) []media.Cue {
	if !s.Subtitles.Colors {
		return cues
	}
	c := s.Cast[who]
	by := media.Spoken{Speaker: c.Name, Color: c.Color}
	if by.Speaker == "" {
		by.Speaker = who
	}
	if by.Color == "" { // a narrator, or nobody of the cast
		by.Color = lettering.Aside
	}
	for i := range cues {
		by.Text = cues[i].Text
		cues[i].Spans = []media.Spoken{by}
	}
	return cues
}

// broken is a cue with its text broken into the lines of a raster's subtitles.
func broken(c media.Cue, language string, r media.Raster) media.Cue {
	c.Text = breakLines(c.Text, language, r)
	c.Spans = slices.Clone(c.Spans)
	for i := range c.Spans {
		c.Spans[i].Text = breakLines(c.Spans[i].Text, language, r)
	}
	return c
}

// colorsOf are the colours of cues, in the order in which they are first seen.
func colorsOf(cues []media.Cue) (all []string) {
	for _, c := range cues {
		for _, s := range c.Spans {
			if !slices.Contains(all, s.Color) {
				all = append(all, s.Color)
			}
		}
	}
	return all
}

// colored is a cue's text as a format writes it (text), each speaker's part marked by mark,
// which is told the number of its colour, from 1. Parts are joined by between.
func colored(c media.Cue, text func(string) string, between string, mark func(text string, color int, by media.Spoken) string, colors []string) string {
	if len(c.Spans) == 0 {
		return text(c.Text)
	}
	var parts []string
	for _, s := range c.Spans {
		if t := text(s.Text); t != "" {
			parts = append(parts, mark(t, slices.Index(colors, s.Color)+1, s))
		}
	}
	return strings.Join(parts, between)
}

// srtColored is a cue's text with the tags by which some players know colours.
func srtColored(c media.Cue) string {
	return colored(c, srtText, "\n", func(text string, _ int, by media.Spoken) string {
		return fmt.Sprintf(`<font color="%s">%s</font>`, by.Color, text)
	}, nil)
}

// assName is who speaks a cue, as a field of a script: it ends at a comma.
func assName(c media.Cue) string {
	if len(c.Spans) != 1 {
		return ""
	}
	return oneLine(strings.ReplaceAll(c.Spans[0].Speaker, ",", " "))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
