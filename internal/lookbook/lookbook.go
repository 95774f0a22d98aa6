// Package lookbook says which single pictures show how a show's people, places and props
// look, and how each is asked for: a sheet is planned as a shot of an episode of its own,
// of which only the still is made. What is approved becomes the show's references. It is
// pure. Single views are what is made, never panels: guides want a sheet of several views
// (Vidu) or warn of one (Seedance 2.0), and of single views either can be composed.
package lookbook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/prompt"
)

// Roles are those of sheets that are made unless a person asks for others, and Further
// those that are made when asked for.
func Roles() []drama.Role {
	return []drama.Role{drama.RoleFace, drama.RoleBody, drama.RolePlate, drama.RoleDetail}
}

// Further are the other roles of sheets.
func Further() []drama.Role {
	return []drama.Role{drama.RoleBack, drama.RoleExpression, drama.RoleReverse}
}

// Wanted are the sheets that episodes of one show call for: of everybody who is seen a
// face, and a body in everything that they wear; of every place a plate for each time of
// day; of every prop the thing alone. What the script names a picture for itself is not
// among them. The order is cast, places, props, by name.
func Wanted(episodes []drama.Production, roles []drama.Role) []drama.Sheet {
	seen := map[drama.Sheet]bool{}
	add := func(s drama.Sheet, refs []drama.Ref) {
		if slices.Contains(roles, s.As) && !has(refs, s) {
			seen[s] = true
		}
	}
	for _, p := range episodes {
		for _, scene := range p.Episode.Scenes {
			drawn := false
			for _, shot := range scene.Shots {
				if shot.Footage != nil {
					continue
				}
				drawn = true
				for _, id := range shot.Cast {
					c, ok := p.Season.Cast[id]
					if !ok {
						continue
					}
					wears := cmp.Or(scene.Continuity[id], prompt.DefaultWardrobe)
					if c.Wardrobe[wears] == "" {
						wears = ""
					}
					add(drama.Sheet{Kind: "cast", ID: id, As: drama.RoleFace}, c.Refs)
					add(drama.Sheet{Kind: "cast", ID: id, As: drama.RoleExpression}, c.Refs)
					add(drama.Sheet{Kind: "cast", ID: id, As: drama.RoleBody, Wardrobe: wears}, c.Refs)
					add(drama.Sheet{Kind: "cast", ID: id, As: drama.RoleBack, Wardrobe: wears}, c.Refs)
				}
				for _, id := range shot.Props {
					if q, ok := p.Season.Props[id]; ok {
						add(drama.Sheet{Kind: "prop", ID: id, As: drama.RoleDetail}, q.Refs)
					}
				}
			}
			if l, ok := p.Season.Locations[scene.Location]; ok && drawn {
				time := strings.TrimSpace(scene.Time)
				add(drama.Sheet{Kind: "location", ID: scene.Location, As: drama.RolePlate, Time: time}, l.Refs)
				add(drama.Sheet{Kind: "location", ID: scene.Location, As: drama.RoleReverse, Time: time}, l.Refs)
			}
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b drama.Sheet) int {
		kinds, order := []string{"cast", "location", "prop"}, append(Roles(), Further()...)
		return cmp.Or(
			cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(a.ID, b.ID),
			cmp.Compare(slices.Index(order, a.As), slices.Index(order, b.As)), cmp.Compare(a.Key(), b.Key()),
		)
	})
}

// has says whether the script names a picture of the role itself.
func has(refs []drama.Ref, s drama.Sheet) bool {
	return slices.ContainsFunc(refs, func(r drama.Ref) bool {
		return r.Sheet == "" && r.As == s.As && (r.Wardrobe == "" || r.Wardrobe == s.Wardrobe) && (r.Time == "" || strings.EqualFold(r.Time, s.Time))
	})
}

// Needs is the sheet that must be approved before one is made by editing it; false for
// one that is made from words, or of a picture that the script names.
func Needs(s drama.Sheet, season drama.Season) (drama.Sheet, bool) {
	first := drama.Sheet{Kind: s.Kind, ID: s.ID, As: drama.RoleFace}
	refs := season.Cast[s.ID].Refs
	switch s.As {
	case drama.RoleBody, drama.RoleBack, drama.RoleExpression:
	case drama.RoleReverse:
		first.As, first.Time = drama.RolePlate, s.Time
		refs = slices.DeleteFunc(slices.Clone(season.Locations[s.ID].Refs), func(r drama.Ref) bool { return r.Time != "" && !strings.EqualFold(r.Time, s.Time) })
	default:
		return first, false
	}
	return first, len(prompt.Basis(s, refs)) == 0
}

// maxSlate leaves room for what the still's slate has at its end.
const maxSlate = 26

// Slate is under which a sheet is bought and numbered: 0-mara-face.
func Slate(s drama.Sheet) string {
	slate := "0-" + strings.ReplaceAll(strings.ReplaceAll(s.Key(), ":", "-"), " ", "-")
	if len(slate) <= maxSlate && drama.ValidSlate(slate) && !strings.Contains(s.Key(), " ") {
		return slate
	}
	sum := sha256.Sum256([]byte(s.Key()))
	id := s.ID[:min(len(s.ID), 12)]
	return "0-" + strings.Trim(id, "-") + "-" + hex.EncodeToString(sum[:5])
}

// Draw is how many candidates of a sheet are to be made, and a person's direction for them.
type Draw struct {
	Sheet      drama.Sheet
	Candidates int
	Note       string
}

// Production is the episode of which the stills are the sheets, made by the providers
// named, with the season's looks and what of its look book is approved. of are the
// episodes that the sheets are for: they say whether a place is inside.
func Production(of []drama.Production, book drama.LookBook, use []string, draws []Draw) drama.Production {
	p := drama.Production{Season: Dress(of[0].Season, book), Episode: drama.Episode{Number: drama.LookBookNumber}}
	season := &p.Season
	season.Stills = &drama.Stills{Use: use}
	season.Compare, season.Review, season.Score, season.Listen = nil, nil, nil, ""
	season.Dialogue, season.Subtitles, season.Episodes = drama.DialogueNative, drama.Subtitles{}, nil
	for _, d := range draws {
		s := d.Sheet
		slate := Slate(s)
		scene := drama.Scene{Number: slate}
		shot := drama.Shot{Slate: slate, Scene: slate, Frames: 1, Sheet: &s, Candidates: d.Candidates, Note: d.Note}
		shot.Size, shot.Action = words(*season, s)
		switch s.Kind {
		case "cast":
			shot.Cast = []string{s.ID}
			if s.Wardrobe != "" {
				scene.Continuity = map[string]string{s.ID: s.Wardrobe}
			}
		case "location":
			scene.Location, scene.Time, scene.Set = s.ID, s.Time, set(of, s.ID)
		case "prop":
			shot.Props = []string{s.ID}
		}
		scene.Shots = []drama.Shot{shot}
		p.Episode.Scenes = append(p.Episode.Scenes, scene)
	}
	return p
}

// set is where the first scene in a place plays, inside or outside.
func set(of []drama.Production, location string) string {
	for _, p := range of {
		for _, scene := range p.Episode.Scenes {
			if scene.Location == location && scene.Set != "" {
				return scene.Set
			}
		}
	}
	return ""
}

// Dress is the season with what of its look book is approved among its references. A
// picture that the script names for the same is left alone. The season given is not
// changed.
func Dress(season drama.Season, book drama.LookBook) drama.Season {
	if len(book.Sheets) == 0 {
		return season
	}
	season.Cast, season.Locations, season.Props = maps.Clone(season.Cast), maps.Clone(season.Locations), maps.Clone(season.Props)
	for _, key := range slices.Sorted(maps.Keys(book.Sheets)) {
		a := book.Sheets[key]
		add := func(refs []drama.Ref) []drama.Ref {
			if has(refs, a.Sheet) {
				return refs
			}
			return append(slices.Clip(refs), drama.Ref{File: a.File, As: a.As, Wardrobe: a.Wardrobe, Time: a.Time, Sheet: a.String()})
		}
		switch a.Kind {
		case "cast":
			if c, ok := season.Cast[a.ID]; ok {
				c.Refs = add(c.Refs)
				season.Cast[a.ID] = c
			}
		case "location":
			if l, ok := season.Locations[a.ID]; ok {
				l.Refs = add(l.Refs)
				season.Locations[a.ID] = l
			}
		case "prop":
			if q, ok := season.Props[a.ID]; ok {
				q.Refs = add(q.Refs)
				season.Props[a.ID] = q
			}
		}
	}
	return season
}
