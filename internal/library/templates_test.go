package library_test

import (
	"errors"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/templates"
	"github.com/dailies/dailies/test/rehearsal"
)

// A show keeps the templates that it began with: a new show the newest, one with
// takes from before there were pins the first, a pinned one its own.
func TestAShowKeepsItsTemplates(t *testing.T) {
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She waits."))
	show := p.Season.Show
	for name, c := range map[string]struct {
		begin func(*testing.T, store.Store)
		want  string
	}{
		"a new show": {func(*testing.T, store.Store) {}, templates.Version},
		"one with takes and no pin": {func(t *testing.T, s store.Store) {
			c := drama.Circle{Digest: "d", Take: drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1}, By: "qc"}
			if err := (library.Library{Store: s}).WriteCircle(t.Context(), c, false); err != nil {
				t.Fatal(err)
			}
		}, templates.First},
		"a pinned one": {func(t *testing.T, s store.Store) {
			for _, v := range []string{"v1", templates.Version} { // the first stands
				if err := (library.Library{Store: s}).PinTemplates(t.Context(), show, v); err != nil {
					t.Fatal(err)
				}
			}
		}, "v1"},
	} {
		s := mem.New()
		c.begin(t, s)
		made, err := (library.Library{Store: s}).Plan(t.Context(), plan.Input{Production: p}, nil)
		if err != nil || made.Templates != c.want {
			t.Errorf("%s: templates %q, %v, want %q", name, made.Templates, err, c.want)
		}
	}
}

// A show of a newer dailies is refused by name, not made stale.
func TestATemplateVersionOfANewerDailiesIsRefused(t *testing.T) {
	s := mem.New()
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She waits."))
	if err := (library.Library{Store: s}).PinTemplates(t.Context(), p.Season.Show, "v99"); err != nil {
		t.Fatal(err)
	}
	if _, err := (library.Library{Store: s}).Plan(t.Context(), plan.Input{Production: p}, nil); err == nil {
		t.Error("planned with templates that are not there")
	}
}

// A person moves a show to another version and back; not from one that it has not, and
// not to one that there is not. A show of before there were pins is pinned by it.
func TestAShowIsMovedToOtherTemplates(t *testing.T) {
	l := library.Library{Store: mem.New()}
	if err := l.WriteCircle(t.Context(), drama.Circle{Digest: "d", Take: drama.TakeID{Episode: drama.EpisodeID{Show: "s", Number: 1}, Slate: "1A", Number: 1}, By: "qc"}, false); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		was, to, want string
		refused       bool
	}{
		{"v2", "v3", "v1", true}, {"v1", "v33", "v1", true}, {"v1", "v3", "v3", false}, {"v1", "v2", "v3", true}, {"v3", "v2", "v2", false},
	} {
		err := l.MoveTemplates(t.Context(), "s", c.was, c.to)
		if now, err2 := l.Templates(t.Context(), "s"); now != c.want || err2 != nil || errors.Is(err, library.ErrVersion) != c.refused || (err != nil) != c.refused {
			t.Errorf("from %s to %s: %v; it has %s, %v", c.was, c.to, err, now, err2)
		}
	}
}
