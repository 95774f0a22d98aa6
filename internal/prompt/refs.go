package prompt

import (
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// shownIn are the pictures that show somebody in a wardrobe, and those that show them
// in any. Where the script says nothing of wardrobes the list stays as it is.
func shownIn(refs []drama.Ref, wears string) []drama.Ref {
	return those(refs, func(r drama.Ref) bool { return r.Wardrobe == "" || r.Wardrobe == wears })
}

// shownAt are the pictures of a place at a time of day: a picture of noon makes noon
// at midnight.
func shownAt(refs []drama.Ref, time string) []drama.Ref {
	return those(refs, func(r drama.Ref) bool {
		return r.Time == "" || strings.EqualFold(strings.TrimSpace(r.Time), strings.TrimSpace(time))
	})
}

func those(refs []drama.Ref, fit func(drama.Ref) bool) []drama.Ref {
	if !slices.ContainsFunc(refs, func(r drama.Ref) bool { return !fit(r) }) {
		return refs
	}
	var all []drama.Ref
	for _, r := range refs {
		if fit(r) {
			all = append(all, r)
		}
	}
	return all
}
