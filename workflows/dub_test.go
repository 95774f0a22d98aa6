package workflows_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// cabin is a voice that writes down what it is asked to say.
type cabin struct {
	mu   sync.Mutex
	said []string
}

func (c *cabin) Name() string        { return "cabin" }
func (c *cabin) Deterministic() bool { return true }
func (c *cabin) Speak(_ context.Context, r voice.Request) (voice.Speech, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, r.Language+" "+r.Name+": "+r.Text)
	return voice.Speech{Samples: make([]int16, 1000*len(r.Text)), Rate: 24000}, nil // 24 bytes a second
}

// cue is what has been said since it was asked last.
func (c *cabin) cue() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.said
	c.said = nil
	return said
}

// abroad is an episode whose models speak its two lines, with translations, and who would
// speak those.
func abroad(t *testing.T, objects store.Store) (*rehearsal.Stage, *cabin, drama.Production) {
	t.Helper()
	s, c := rehearsal.New(t, rehearsal.Options{Store: objects, Price: yuan(1)}), &cabin{}
	s.Media.Runner = rehearsal.Sounding{Runner: s.Media.Runner}
	s.Media.Speakers = func(string) (voice.Speaker, bool) { return c, true }
	per := func(string) drama.Money { return yuan(100) } // of a thousand characters
	s.Media.Prices = activities.Prices{Ledger: s.Ledger, Speech: per}
	s.Planner.Lines = activities.Lines{Speech: per}
	shots := rehearsal.Shots(3)
	shots[0].Lines = []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "It was late.", Translation: drama.Text{"fr": "Il était tard."}}}
	shots[1].Lines = []drama.Line{{Who: "bo", Kind: drama.LineOS, Say: "And cold.", Translation: drama.Text{"fr": "Et il faisait froid."}}}
	p := rehearsal.Production([]string{"fake"}, shots...)
	p.Season.Cast = map[string]drama.Character{
		"lin": {Name: "Lin", Voice: &drama.Voice{Says: "low", Languages: map[string]drama.Tongue{"fr": {Provider: "cabin", Name: "claire"}}}}, "bo": {Name: "Bo"},
	}
	p.Season.Subtitles.Sidecar, p.Season.Stems = []string{"en", "fr"}, true
	return s, c, p
}

// dubbing is a run that dubs the production into French.
func dubbing(t *testing.T, s *rehearsal.Stage, p drama.Production) drama.Delivery {
	t.Helper()
	in := s.Submit(t, p)
	in.Dub = "fr"
	return run(t, env(t, s), in)
}

// TestADubSpeaksTheLinesOverTheCut: nothing else is made or bought, a line that changes is
// the only one that is spoken again, and what is there already is found.
func TestADubSpeaksTheLinesOverTheCut(t *testing.T) {
	s, c, p := abroad(t, nil)
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Cut != 1 {
		t.Fatalf("%+v", d)
	}
	bought := s.Bought(t)
	d := dubbing(t, s, p)
	if d.State != drama.StateDubbed || d.Cut != 0 || d.Dub == nil || d.Dub.Number != 1 || d.Dub.Cut != 1 || d.Dub.Lines != 2 || d.Dub.Same {
		t.Fatalf("%+v, %+v", d, d.Dub)
	}
	want := []string{"fr claire: Il était tard.", "fr : Et il faisait froid."}
	said := c.cue()
	slices.Sort(said) // two shots at once
	slices.Sort(want)
	if diff := cmp.Diff(want, said); diff != "" || s.Bought(t) != bought {
		t.Errorf("%d takes more were bought, and said was (-want +got):\n%s", s.Bought(t)-bought, diff)
	}
	l := library.Library{Store: s.Store}
	m, _, err := l.DubManifest(t.Context(), p.ID(), "fr", 1)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range m.Files {
		names = append(names, f.Name)
	}
	if !strings.Contains(strings.Join(names, " "), "stems/me.flac") || m.Dub.Lines[0].Who != "lin" {
		t.Errorf("%v, %+v", names, m.Dub)
	}
	if at, err := l.Latest(t.Context(), p.ID()); err != nil || at.Cut != 1 {
		t.Errorf("the newest cut is %d (%v)", at.Cut, err)
	}
	if d := dubbing(t, s, p); d.Dub == nil || !d.Dub.Same || d.Dub.Number != 1 || len(c.cue()) != 0 {
		t.Errorf("again: %+v", d.Dub)
	}

	p.Episode.Scenes[0].Shots[1].Lines[0].Translation["fr"] = "Et froid."
	if d := dubbing(t, s, p); d.Dub != nil || d.State != drama.StateDubbed || !strings.Contains(strings.Join(d.Problems, " "), "render it") {
		t.Errorf("of a cut with other subtitles: %+v, %v", d.Dub, d.Problems)
	}
	if d := run(t, env(t, s), s.Submit(t, p)); d.Cut != 2 {
		t.Fatalf("%+v", d)
	}
	if d := dubbing(t, s, p); d.Dub == nil || d.Dub.Number != 2 || d.Dub.Cut != 2 {
		t.Errorf("after a change: %+v, %v", d.Dub, d.Problems)
	}
	if diff := cmp.Diff([]string{"fr : Et froid."}, c.cue()); diff != "" || s.Bought(t) != bought {
		t.Errorf("%d takes more were bought, and said was (-want +got):\n%s", s.Bought(t)-bought, diff)
	}
}

// TestWhatStandsInADubsWay: it is said, and nothing is half made.
func TestWhatStandsInADubsWay(t *testing.T) {
	for _, c := range []struct {
		name   string
		render bool
		change func(*drama.Production)
		says   string
		spoken int
	}{
		{"no cut", false, nil, "no circled take", 0},
		{"a line without a translation", true, func(p *drama.Production) { p.Episode.Scenes[0].Shots[0].Lines[0].Translation = nil }, "line 1 of shot 1A has no translation into fr", 0},
		{"a line that is too long", true, func(p *drama.Production) {
			p.Episode.Scenes[0].Shots[0].Lines[0].Translation = drama.Text{"fr": strings.Repeat("longtemps ", 20)}
		}, "line 1 of shot 1A", 2},
	} {
		s, cabin, p := abroad(t, nil)
		if c.change != nil {
			c.change(&p)
		}
		if c.render {
			if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
				t.Fatalf("%s: %+v", c.name, d)
			}
		}
		d := dubbing(t, s, p)
		if d.State != drama.StateDubbed || d.Dub != nil || !strings.Contains(strings.Join(d.Problems, " "), c.says) || len(cabin.cue()) != c.spoken {
			t.Errorf("%s: %s, %+v, %q", c.name, d.State, d.Dub, d.Problems)
		}
		if all, err := (library.Library{Store: s.Store}).Dubs(t.Context(), p.ID(), "fr"); err != nil || len(all) != 0 {
			t.Errorf("%s: dubs %v, %v", c.name, all, err)
		}
	}
}

// TestADubKeepsToTheCaps: voices are paid like takes, and booked; one that does not fit waits
// for a person, or ends the run.
func TestADubKeepsToTheCaps(t *testing.T) {
	s, cabin, p := abroad(t, nil)
	limit := yuan(14) // three takes are twelve; fourteen and twenty characters are 3.4
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &limit, OnExceed: "stop"}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Spent != yuan(12) {
		t.Fatalf("%+v", d)
	}
	if d := dubbing(t, s, p); d.Dub != nil || d.Spent.Micros > limit.Micros || len(cabin.cue()) > 1 {
		t.Errorf("%s, spent %s: %v", d.State, d.Spent, d.Problems)
	}
	limit = yuan(16)
	d := dubbing(t, s, p)
	if d.Dub == nil || d.Spent.Micros != yuan(15).Micros+400_000 {
		t.Errorf("%s, spent %s: %v", d.State, d.Spent, d.Problems)
	}
}

// TestADubIsMadeAgainWhereItIsDamaged.
func TestADubIsMadeAgainWhereItIsDamaged(t *testing.T) {
	objects := mem.New()
	s, _, p := abroad(t, objects)
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	if d := dubbing(t, s, p); d.Dub == nil {
		t.Fatalf("%+v", d)
	}
	objects.Lose(store.Keys{Show: "rehearsal"}.Dub(p.ID(), "fr", 1) + library.MasterName)
	if d := dubbing(t, s, p); d.Dub == nil || d.Dub.Same || d.Dub.Number != 2 {
		t.Errorf("%+v", d.Dub)
	}
}

// TestNothingIsRetakenWhileItIsDubbed.
func TestNothingIsRetakenWhileItIsDubbed(t *testing.T) {
	s, _, p := abroad(t, nil)
	limit := yuan(13) // three takes are twelve: it waits for money
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &limit, OnExceed: "pause"}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("%+v", d)
	}
	e := env(t, s)
	at(e, 1, func() {
		refused(t, e, workflows.UpdateRetake, drama.Retake{Slates: []string{"1A"}}, "dubbed into fr")
		refused(t, e, workflows.UpdateCircle, workflows.CircleTake{Slate: "1A", Take: 1}, "dubbed into fr")
		accepted(t, e, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: yuan(16)})
	})
	in := s.Submit(t, p)
	in.Dub = "fr"
	if d := run(t, e, in); d.Dub == nil {
		t.Errorf("%+v", d)
	}
}
