package workflows_test

import (
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestThePlanForeseesTheCut: what the plan says of the next cut is what the next run
// does, whatever changed: the script, this program's settings, or what the store has.
func TestThePlanForeseesTheCut(t *testing.T) {
	objects := mem.New()
	s := rehearsal.New(t, rehearsal.Options{Store: objects, NoNegative: true})
	s.Media.Speakers = func(string) (voice.Speaker, bool) { return parrot{}, true }
	shots := rehearsal.Shots(2)
	shots[0].Lines = []drama.Line{{Who: drama.Narrator, Kind: drama.LineVO, Say: "It was late."}, {Who: drama.Narrator, Kind: drama.LineVO, Say: "……"}}
	p := rehearsal.Production([]string{"fake"}, shots...)
	p.Season.Dialogue = drama.DialogueScratch
	p.Season.Subtitles.Sidecar = []string{"en"}
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || d.Cut != 1 {
		t.Fatalf("%+v", d)
	}
	cut := 1
	foresee := func() activities.Foreseen {
		t.Helper()
		facts, err := s.Planner.Facts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		made, err := library.Library{Store: s.Store}.Plan(t.Context(), plan.Input{Production: p, Providers: facts}, nil)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := s.Media.Foresee(t.Context(), &p, &made)
		if err != nil {
			t.Fatal(err)
		}
		if seen.Known != (seen.Frames > 0) {
			t.Errorf("foreseen %+v", seen)
		}
		seen.Frames = 0
		return seen
	}
	for _, c := range []struct {
		name   string
		change func()
		want   activities.Foreseen
	}{
		{"nothing", func() {}, activities.Foreseen{Known: true, Same: true}},
		{"what no maker is told", func() { p.Season.Avoid = "hats" }, activities.Foreseen{Known: true, Same: true}},
		{"the label's words", func() { p.Season.Label.Text = "AI made this" }, activities.Foreseen{Known: true}},
		{"the title", func() { p.Episode.Title = drama.Text{"en": "Late"} }, activities.Foreseen{Known: true}},
		{"a transition", func() { p.Episode.Scenes[0].Shots[0].Cut = media.Transition{Kind: media.Dissolve, Frames: 12} }, activities.Foreseen{Known: true}},
		{"the encoder of this program", func() { s.Media.Encoder = media.Encoder{Preset: "fast", CRF: 18} }, activities.Foreseen{Known: true}},
		{"a file of the cut", func() { objects.Lose(store.Keys{Show: "rehearsal"}.Cut(p.ID(), cut) + library.MasterName) }, activities.Foreseen{Known: true, Gone: true}},
		{"a line that was not spoken yet", func() { p.Episode.Scenes[0].Shots[0].Lines[0].Say = "It was very late." }, activities.Foreseen{}},
		{"a shot without a take", func() { p.Episode.Scenes[0].Shots[1].Action = "She runs." }, activities.Foreseen{}},
		{"nothing again", func() {}, activities.Foreseen{Known: true, Same: true}},
	} {
		c.change()
		seen := foresee()
		if seen != c.want {
			t.Errorf("%s: foreseen %+v, want %+v", c.name, seen, c.want)
		}
		d := run(t, env(t, s), s.Submit(t, p))
		if d.State != drama.StateDelivered || (d.Cut == cut) != seen.Same {
			t.Errorf("%s: foreseen %+v, but the run after cut %d made %d (%s)", c.name, seen, cut, d.Cut, d.State)
		}
		cut = d.Cut
	}
}
