package workflows_test

import (
	"context"
	"math"
	"strconv"
	"testing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// A change that the maker would not be told of buys nothing: the circled take is cut
// to the shot, and circled for what the shot is now.
func TestASameRequestIsNotBoughtAgain(t *testing.T) {
	use := []string{"fake"}
	s := rehearsal.New(t, rehearsal.Options{Instances: use})
	p := rehearsal.Production(use,
		rehearsal.Shot("1A", "She runs."),
		rehearsal.Shot("1B", "She goes on running."),
	)
	shots := p.Episode.Scenes[0].Shots
	for i := range shots {
		shots[i].Cast = []string{"ana"}
	}
	p.Season.Cast = map[string]drama.Character{"ana": {Name: "Ana"}}
	shots[1].From = &drama.From{Slate: "1A", Frame: "first"}
	first := run(t, env(t, s), s.Submit(t, p))
	if first.State != drama.StateDelivered || s.Bought(t) != 2 {
		t.Fatalf("first: %s, %d bought: %+v", first.State, s.Bought(t), first)
	}

	shots[0].Frames, shots[1].Frames = 60, 48
	p.Season.Cast["ana"] = drama.Character{Name: "Ana", Voice: &drama.Voice{Provider: "espeak", Name: "en"}}
	second := run(t, env(t, s), s.Submit(t, p))
	if second.State != drama.StateDelivered || second.Cut != 2 || s.Bought(t) != 2 {
		t.Fatalf("after a trim: %s cut %d, %d bought: %+v", second.State, second.Cut, s.Bought(t), second)
	}
	for i, want := range []int{60, 48} {
		if shot := second.Shots[i]; !shot.Reused || int(shot.Frames) != want {
			t.Errorf("shot %s: reused %v, %d frames, want %d", shot.Slate, shot.Reused, shot.Frames, want)
		}
	}

	// Now it is circled under its new digest: by that it is found from here on.
	digest, err := s.Planner.Digest(t.Context(), p, "1A")
	if err != nil {
		t.Fatal(err)
	}
	circle := record[drama.Circle](t, s.Store, "rehearsal/circles/"+digest+".json")
	if circle.Take.Number != 1 || circle.By != "qc" {
		t.Errorf("circle %+v", circle)
	}

	// Words are what the maker is told.
	shots[0].Action = "She falls."
	third := run(t, env(t, s), s.Submit(t, p))
	if third.State != drama.StateDelivered || s.Bought(t) != 4 {
		t.Errorf("after new words: %s, %d bought, want 4 (the shot, and the one that starts from its frame)", third.State, s.Bought(t))
	}
}

// What is made anew is asked for before what is only looked up: of a retake's forty shots
// the one that takes time would else wait for the others.
func TestWhatIsMadeBeginsFirst(t *testing.T) {
	use := []string{"fake"}
	s := rehearsal.New(t, rehearsal.Options{Instances: use})
	p := rehearsal.Production(use, rehearsal.Shot("1A", "She runs."), rehearsal.Shot("1B", "She falls."), rehearsal.Shot("1C", "She sleeps."))
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered {
		t.Fatalf("first: %+v", d)
	}
	p.Episode.Scenes[0].Shots[2].Action = "She wakes."
	for rules, want := range map[int]string{workflows.RulesPartial: "Conform", workflows.RulesMadeFirst: "Generate"} {
		in := s.Submit(t, p)
		in.Rules = rules
		e := env(t, s)
		first, name := math.MaxInt, ""
		e.SetOnActivityStartedListener(func(i *activity.Info, _ context.Context, _ converter.EncodedValues) {
			// Steps are numbered as they are asked for.
			if n, err := strconv.Atoi(i.ActivityID); err == nil && n < first && i.ActivityType.Name != "Plan" {
				first, name = n, i.ActivityType.Name
			}
		})
		if d := run(t, e, in); d.State != drama.StateDelivered {
			t.Fatalf("rules %d: %+v", rules, d)
		}
		if name != want {
			t.Errorf("rules %d: %s is asked for first, want %s", rules, name, want)
		}
		p.Episode.Scenes[0].Shots[2].Action += " Again."
	}
}
