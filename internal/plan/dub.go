package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// dub plans nothing but the lines of a dub: every shot keeps its circled take, and every
// line has to have a translation.
func (b *builder) dub() error {
	language := b.in.Dub
	languages := b.translated()
	switch {
	case language == b.season.Language:
		b.problem(drama.Position{}, "", fmt.Sprintf("the lines are in %s already: dub into another language", language))
		return b.total()
	case !slices.Contains(languages, language):
		known := "the script has no translations"
		if len(languages) > 0 {
			known = "there are translations into " + strings.Join(languages, ", ")
		}
		b.problem(drama.Position{}, "", fmt.Sprintf("no line has a translation into %s: %s; add the language to subtitles, and to each line", language, known))
		return b.total()
	}
	facts, lips := b.lipFacts()
	for i := range b.plan.Shots {
		p := &b.plan.Shots[i]
		s := b.shots[p.Slate]
		if p.Action != Reuse {
			p.Action = Skip
			b.problem(p.Position, p.Slate, fmt.Sprintf("shot %s has no circled take: render the episode, then dub it", p.Slate))
			continue
		}
		for n, l := range s.Lines {
			if drama.Audible(l.Say) && l.In(language, b.season.Language) == "" {
				b.problem(l.Position, p.Slate, fmt.Sprintf("line %d of shot %s has no translation into %s", n+1, p.Slate, language))
			}
		}
		if lips {
			b.lips(p, s, facts)
		}
	}
	return b.total()
}

// translated are the languages that lines of the episode have translations into.
func (b *builder) translated() []string {
	var all []string
	for _, s := range b.in.Production.Episode.Shots() {
		for _, l := range s.Lines {
			for language := range l.Translation {
				if !slices.Contains(all, language) {
					all = append(all, language)
				}
			}
		}
	}
	slices.Sort(all)
	return all
}
