package timeline

import (
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Titles are the titles on a cut's pictures as cues, each as long as its shot is seen: what
// a version without them wants as a file. Where shots overlap the later one takes over.
func Titles(c CutList, p drama.Production) []media.Cue {
	shots := shotsBySlate(p)
	var all []media.Cue
	for _, e := range c.Events {
		t := shots[e.Slate].Title
		if t == nil || clean(t.Text) == "" {
			continue
		}
		text := breakLines(clean(t.Text), p.Season.Language, c.Raster)
		all = append(all, media.Cue{From: e.Start, To: e.Start + e.Frames, Text: text})
	}
	return together(all)
}
