package studio

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
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
		if near := Nearest(name, known); near != "" {
			return nil, fmt.Errorf("slate %q is %w: did you mean %s?", name, ErrUnknown, near)
		}
		return nil, fmt.Errorf("slate %q is %w: the episode has %s", name, ErrUnknown, some(known))
	}
	return out, nil
}

// Nearest is the known name that a person probably meant, or empty.
func Nearest(name string, known []string) (near string) {
	const far = 3
	best := 2 * far
	for _, k := range known {
		d := distance(strings.ToLower(name), strings.ToLower(k))
		if d >= far || d >= max(len(name), 2) {
			continue
		}
		rank := 2 * d
		if len(k) != len(name) {
			rank++ // a wrong letter is more likely than one too few
		}
		if rank < best {
			best, near = rank, k
		}
	}
	return near
}

// distance is Levenshtein's, in bytes: slates and ids are ASCII.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// some lists a few names for a person.
func some(names []string) string {
	const enough = 12
	if len(names) > enough {
		return strings.Join(names[:enough], " ") + fmt.Sprintf(" and %d more", len(names)-enough)
	}
	return strings.Join(names, " ")
}
