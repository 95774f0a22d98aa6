package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// pictured is a shot with eleven pictures: three of who speaks, of a second person, of the
// place, and of two props, of which the action names one.
func pictured(change ...func(*provider.Model)) Input {
	in := described(change...)
	season, s := &in.Production.Season, &in.Production.Episode.Scenes[0].Shots[0]
	of := func(name string, n int) (all []drama.File) {
		for i := range n {
			all = append(all, file(fmt.Sprintf("refs/%s-%d.png", name, i)))
		}
		return all
	}
	season.Cast["lin"] = drama.Character{Name: "Lin", Looks: "woman, 29", Refs: drama.Refs(of("lin", 3)...)}
	season.Cast["bo"] = drama.Character{Name: "Bo", Refs: drama.Refs(of("bo", 2)...)}
	season.Locations["road"] = drama.Location{Name: "Road", Refs: drama.Refs(of("road", 2)...)}
	season.Props = map[string]drama.Prop{"cup": {Name: "cup", Refs: drama.Refs(of("cup", 2)...)}, "letter": {Name: "letter", Refs: drama.Refs(of("letter", 2)...)}}
	s.Cast, s.Props, s.Action = []string{"bo", "lin"}, []string{"cup", "letter"}, "She pushes the letter away."
	return in
}

// Of many pictures a model is shown those that help most, and the plan says which stay
// out: faces of who speaks, others, the place, props that the action names; of each the
// first before a second.
func TestTheMostUsefulPicturesAreShown(t *testing.T) {
	for most, want := range map[int]string{
		1: "lin-0", 2: "bo-0 lin-0", 3: "bo-0 lin-0 road-0", 4: "bo-0 lin-0 letter-0 road-0", 5: "bo-0 lin-0 cup-0 letter-0 road-0",
		9: "bo-0 lin-0 cup-0 letter-0 road-0", // Seedance's guide: more than five confuse it
	} {
		p := build(t, pictured(func(m *provider.Model) { m.MaxReferences = most }))
		s := p.Shots[0]
		if s.Provider != "vendor" {
			t.Fatalf("at most %d: %v", most, s.Rejected)
		}
		var got []string
		for i, r := range s.Sent(s.Routes[0]) {
			got = append(got, strings.TrimSuffix(strings.TrimPrefix(r.File.Path, "refs/"), ".png"))
			if tag := fmt.Sprintf("[Image %d]", i+1); !strings.Contains(s.Told(s.Routes[0], nil).Prompt, tag) {
				t.Errorf("at most %d: picture %s is not told", most, tag)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("at most %d: shown %v, want %s", most, got, want)
		}
		if told := s.Told(s.Routes[0], nil).Prompt; strings.Contains(told, fmt.Sprintf("[Image %d]", len(got)+1)) {
			t.Errorf("at most %d: told of a picture that is not sent: %s", most, told)
		}
		warned := 0
		for _, w := range p.Warnings {
			if strings.Contains(w.Message, "lin-1.png") {
				warned++
			}
		}
		if warned != 1 {
			t.Errorf("at most %d: %d warnings of what stays out: %v", most, warned, p.Warnings)
		}
	}
}

// A speaker whose face would be left out is not sent without it.
func TestASpeakersFaceIsNotLeftOut(t *testing.T) {
	in := pictured(func(m *provider.Model) { m.MaxReferences = 1 })
	s := &in.Production.Episode.Scenes[0].Shots[0]
	s.Lines = append(s.Lines, drama.Line{Who: "bo", Kind: drama.LineDialogue, Say: "No."})
	if r := build(t, in).Shots[0].Rejected; len(r) != 1 || !strings.Contains(r[0].Why, "bo") {
		t.Errorf("rejected %v", r)
	}
	in.Production.Season.Cast["bo"] = drama.Character{Name: "Bo"} // nobody has drawn him: that is the script's choice
	if s := build(t, in).Shots[0]; s.Provider != "vendor" {
		t.Errorf("rejected %v", s.Rejected)
	}
}

// A model that nobody described is shown all or is not asked, as before.
func TestAllOrNoneWithoutADialect(t *testing.T) {
	in := pictured(func(m *provider.Model) { m.Dialect, m.MaxReferences = "", 5 })
	if r := build(t, in).Shots[0].Rejected; len(r) != 1 || !strings.Contains(r[0].Why, "takes 5 reference pictures, this shot has 11") {
		t.Errorf("rejected %v", r)
	}
	in.Providers[0].Model.MaxReferences = 11
	if s := build(t, in).Shots[0]; len(s.Sent(s.Routes[0])) != 11 {
		t.Errorf("shown %d", len(s.Sent(s.Routes[0])))
	}
}
