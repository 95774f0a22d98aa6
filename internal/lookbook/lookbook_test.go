package lookbook

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

func show() drama.Production {
	return drama.Production{
		Season: drama.Season{
			Show: "s", Language: "en",
			Cast: map[string]drama.Character{
				"mara": {Name: "Mara", Looks: "woman", Wardrobe: map[string]string{"default": "apron", "gala": "black dress"}},
				"bo":   {Name: "Bo", Refs: []drama.Ref{{File: drama.File{SHA256: "b"}, As: drama.RoleFace}}},
				"idle": {Name: "Idle"},
			},
			Locations: map[string]drama.Location{"office": {Name: "Office"}, "moon": {Name: "Moon"}},
			Props:     map[string]drama.Prop{"cup": {Name: "cup"}},
		},
		Episode: drama.Episode{Number: 1, Scenes: []drama.Scene{
			{Number: "1", Location: "office", Time: "night", Set: "INT", Shots: []drama.Shot{{Slate: "1A", Scene: "1", Cast: []string{"mara", "bo"}, Props: []string{"cup"}}}},
			{Number: "2", Location: "office", Time: "noon", Set: "INT", Continuity: map[string]string{"mara": "gala"}, Shots: []drama.Shot{{Slate: "2A", Scene: "2", Cast: []string{"mara"}}}},
			{Number: "3", Location: "moon", Shots: []drama.Shot{{Slate: "3A", Scene: "3", Footage: &drama.File{}}}},
		}},
	}
}

func keys(all []drama.Sheet) string {
	var out []string
	for _, s := range all {
		out = append(out, s.Key())
	}
	return strings.Join(out, " ")
}

// A show wants what its shots show, and not what its script names a picture of.
func TestWanted(t *testing.T) {
	if got, want := keys(Wanted([]drama.Production{show()}, Roles())), "bo:body mara:face mara:body:default mara:body:gala office:plate:night office:plate:noon cup:detail"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := keys(Wanted([]drama.Production{show()}, Further())), "bo:back bo:expression mara:back:default mara:back:gala mara:expression office:reverse:night office:reverse:noon"; got != want {
		t.Errorf("further: got %s\nwant %s", got, want)
	}
}

// What is approved is among the references; the season that it was read from is not
// changed, and the script's own picture of the same comes first.
func TestDress(t *testing.T) {
	season := show().Season
	face := drama.Sheet{Kind: "cast", ID: "mara", As: drama.RoleFace}
	other := drama.Sheet{Kind: "cast", ID: "bo", As: drama.RoleFace}
	gone := drama.Sheet{Kind: "prop", ID: "gone", As: drama.RoleDetail}
	book := drama.LookBook{Show: "s", Sheets: map[string]drama.Approved{}}
	for _, s := range []drama.Sheet{face, other, gone} {
		book.Sheets[s.Key()] = drama.Approved{Sheet: s, File: drama.File{SHA256: "new-" + s.ID}}
	}
	body := drama.Sheet{Kind: "cast", ID: "mara", As: drama.RoleBody, Wardrobe: "gala"}
	if first, waits := Needs(body, season); !waits || first != face {
		t.Errorf("a body needs %v, %t", first, waits)
	}
	dressed := Dress(season, book)
	if refs := dressed.Cast["mara"].Refs; len(refs) != 1 || refs[0].SHA256 != "new-mara" || refs[0].Sheet != "mara: face" {
		t.Errorf("dressed in %+v", refs)
	}
	if refs := dressed.Cast["bo"].Refs; len(refs) != 1 || refs[0].SHA256 != "b" {
		t.Errorf("the script's own face: %+v", refs)
	}
	if len(season.Cast["mara"].Refs) != 0 {
		t.Error("the season that was read was changed")
	}
	if _, waits := Needs(body, dressed); waits {
		t.Error("a body waits for a face that is approved")
	}
	p := Production([]drama.Production{show()}, book, []string{"painter"}, []Draw{{Sheet: body, Candidates: 3, Note: "older"}, {Sheet: drama.Sheet{Kind: "location", ID: "office", As: drama.RolePlate, Time: "noon"}, Candidates: 1}})
	if s := p.Episode.Scenes[0]; s.Continuity["mara"] != "gala" || s.Shots[0].Candidates != 3 || s.Shots[0].Note != "older" || s.Shots[0].Cast[0] != "mara" || !strings.HasPrefix(s.Shots[0].Action, "Mara stands") {
		t.Errorf("a body: %+v", s)
	}
	if s := p.Episode.Scenes[1]; s.Time != "noon" || s.Set != "INT" || s.Location != "office" {
		t.Errorf("a plate: %+v", s)
	}
}

// Every sheet has a slate of its own that is one.
func TestSlate(t *testing.T) {
	seen := map[string]drama.Sheet{}
	for _, s := range []drama.Sheet{
		{ID: "mara", As: drama.RoleFace},
		{ID: "mara", As: drama.RoleBody, Wardrobe: "gala"},
		{ID: "office", As: drama.RolePlate, Time: "夜"},
		{ID: "office", As: drama.RolePlate, Time: "early morning"},
		{ID: "office", As: drama.RolePlate, Time: "early-morning"},
		{ID: strings.Repeat("a", 64), As: drama.RoleExpression},
		{ID: strings.Repeat("a", 63) + "b", As: drama.RoleExpression},
	} {
		slate := Slate(s)
		if still := drama.StillSlate(slate); !drama.ValidSlate(still) {
			t.Errorf("%s: %q is no slate", s.Key(), still)
		}
		if other, twice := seen[slate]; twice {
			t.Errorf("%s and %s are both %s", s.Key(), other.Key(), slate)
		}
		seen[slate] = s
	}
	// What a person types has no signs that a shell or a list takes for its own.
	if got := (drama.Sheet{ID: "office", As: drama.RolePlate, Time: "night, past 夜 (2 o'clock)"}).Name(); got != "office:plate:night-past-夜-2-o-clock" {
		t.Errorf("typed as %s", got)
	}
	if got := Slate(drama.Sheet{ID: "mara", As: drama.RoleFace}); got != "0-mara-face" {
		t.Errorf("got %s", got)
	}
}
