package studio

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/near"
)

// Slates turns names as people type them into slates and scene numbers as the
// script writes them, without regard to case. ErrUnknown for one that is
// neither, with the nearest that is.
func Slates(ep drama.Episode, names []string) ([]string, error) {
	var known []string
	for _, scene := range ep.Scenes {
		known = append(known, scene.Number)
		for _, shot := range scene.Shots {
			known = append(known, shot.Slate)
		}
	}
	var out []string
	for _, name := range names {
		i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, name) })
		if i >= 0 {
			out = append(out, known[i])
			continue
		}
		if meant := near.Word(name, known); meant != "" {
			return nil, fmt.Errorf("slate %q is %w: did you mean %s?", name, ErrUnknown, meant)
		}
		return nil, fmt.Errorf("slate %q is %w: the episode has %s", name, ErrUnknown, some(known))
	}
	return out, nil
}

// some lists a few names for a person.
func some(names []string) string {
	const enough = 12
	if len(names) > enough {
		return strings.Join(names[:enough], " ") + fmt.Sprintf(" and %d more", len(names)-enough)
	}
	return strings.Join(names, " ")
}
