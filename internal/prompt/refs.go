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

// sheet leaves a picture of the look book the pictures that it is made from: a face of
// those that say nothing of what they show, all else of somebody from the face, a place's
// reverse from its plate.
func sheet(b drama.Brief, shot drama.Shot) drama.Brief {
	if shot.Sheet == nil {
		return b
	}
	b.Sheet = shot.Sheet.As
	from := func(refs []drama.Ref) []drama.Ref { return Basis(*shot.Sheet, refs) }
	for i := range b.Cast {
		b.Cast[i].Refs = from(b.Cast[i].Refs)
	}
	for i := range b.Props {
		b.Props[i].Refs = from(b.Props[i].Refs)
	}
	if b.Location != nil {
		b.Location.Refs = from(b.Location.Refs)
	}
	return b
}

// Basis is which of somebody's pictures a sheet is made from by editing.
func Basis(s drama.Sheet, refs []drama.Ref) []drama.Ref {
	as := func(roles ...drama.Role) []drama.Ref {
		return those(refs, func(r drama.Ref) bool { return slices.Contains(roles, r.As) })
	}
	var based []drama.Ref
	switch s.As {
	case drama.RoleBody, drama.RoleExpression:
		based = as(drama.RoleFace)
	case drama.RoleBack:
		based = as(drama.RoleFace, drama.RoleBody)
	case drama.RoleReverse:
		based = as(drama.RolePlate)
	case drama.RoleFace, drama.RolePlate, drama.RoleDetail: // the first of their kind
	}
	if len(based) == 0 {
		based = as("")
	}
	return based
}
