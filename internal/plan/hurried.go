package plan

import (
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/timeline"
)

// hurried warns, once a language, of subtitles that are gone before most readers are
// through them. It is told of the episode as written: nothing bought depends on it.
func (b *builder) hurried() {
	s := b.season.Subtitles
	said := map[string]bool{"": true, "none": true}
	for _, language := range append([]string{s.Burn}, s.Sidecar...) {
		if said[language] {
			continue
		}
		said[language] = true
		all := timeline.Hurry(b.in.Production, language)
		if len(all) == 0 {
			continue
		}
		worst := all[0]
		for _, h := range all {
			if h.Pace > worst.Pace {
				worst = h
			}
		}
		var at drama.Position
		for _, shot := range b.in.Production.Episode.Shots() {
			if shot.Slate == worst.Slate && worst.Line < len(shot.Lines) {
				at = shot.Lines[worst.Line].Position
			}
		}
		what := fmt.Sprintf("the %s subtitle %q of shot %s is", language, worst.Text, worst.Slate)
		if n := len(all); n > 1 {
			what = fmt.Sprintf("%d subtitles in %s are too fast to read, the worst in shot %s: %q is", n, language, worst.Slate, worst.Text)
		}
		b.warn(at, worst.Slate, fmt.Sprintf("%s shown at %.0f characters a second, readers follow %d: shorten it, or show it for %.1f s", what, worst.Pace, timeline.Pace(language), worst.Least.Duration(b.season.Format.FPS).Seconds()))
	}
}
