package workflows_test

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// all of the shots are compared.
const everyShot = 1_000_000

func compares(t *testing.T, o rehearsal.Options, use, with []string, shots ...drama.Shot) (*rehearsal.Stage, drama.Production) {
	t.Helper()
	o.Own, o.Instances = true, append(append([]string{}, use...), with...)
	s := rehearsal.New(t, o)
	p := rehearsal.Production(use, shots...)
	p.Season.Compare = &drama.Compare{Share: everyShot, With: with}
	return s, p
}

func pairs(t *testing.T, s *rehearsal.Stage) []arena.Pair {
	t.Helper()
	all, _, damaged, err := ballots.Ballots{Store: s.Store}.All(t.Context(), nil)
	if err != nil || len(damaged) > 0 {
		t.Fatal(err, damaged)
	}
	return all
}

// TestABakeOff: another model's take is bought beside the circled one, once, and is in
// no cut.
func TestABakeOff(t *testing.T) {
	s, p := compares(t, rehearsal.Options{}, []string{"one"}, []string{"two"}, rehearsal.Shots(3)...)
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 6 || len(d.Problems) > 0 {
		t.Fatalf("%s, %d bought, %v", d.State, s.Bought(t), d.Problems)
	}
	for _, shot := range d.Shots {
		if shot.Model != "model-one" || !strings.HasSuffix(shot.Take, "/1") || shot.Attempts != 1 {
			t.Errorf("shot: %+v", shot)
		}
	}
	all := pairs(t, s)
	if len(all) != 3 {
		t.Fatalf("pairs: %+v", all)
	}
	for _, x := range all {
		if x.Origin != arena.Bakeoff || x.Void != "" || x.A.Model != "model-one" || x.B.Model != "model-two" || x.B.Take.Number != 2 || x.A.Take.Slate != x.Slate {
			t.Errorf("pair: %+v", x)
		}
	}
	again := run(t, env(t, s), s.Submit(t, p))
	if again.Cut != 1 || s.Bought(t) != 6 {
		t.Errorf("the same again: cut %d, %d bought; want nothing new", again.Cut, s.Bought(t))
	}
}

// TestABakeOffOfWhatIsThere: a season that has its takes is compared when it is asked
// for, and gets no other cut for it.
func TestABakeOffOfWhatIsThere(t *testing.T) {
	s, p := compares(t, rehearsal.Options{}, []string{"one"}, []string{"two"}, rehearsal.Shots(2)...)
	p.Season.Compare = nil
	run(t, env(t, s), s.Submit(t, p))
	p.Season.Compare = &drama.Compare{Share: everyShot, With: []string{"one", "two"}}
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 4 || len(pairs(t, s)) != 2 {
		t.Errorf("%s, %d bought, %d pairs, %v", d.State, s.Bought(t), len(pairs(t, s)), d.Problems)
	}
}

// TestABakeOffThatFails is filed, so that it is not bought again, and is no fault of the
// episode.
func TestABakeOffThatFails(t *testing.T) {
	for word, filed := range map[string]int{"black": 1, "refused": 1, "failed": 1, "invalid": 0} {
		s, p := compares(t, rehearsal.Options{Good: []string{"one"}}, []string{"one"}, []string{"two"}, rehearsal.Shot("1A", "She waits. [fake: "+word+"]"))
		p.Season.Takes.FailedAfter = 1
		d := run(t, env(t, s), s.Submit(t, p))
		if d.State != drama.StateDelivered || d.NG != 0 {
			t.Errorf("%s: %s, %d NG, %v", word, d.State, d.NG, d.Problems)
		}
		if len(d.Problems) != 1 || !strings.Contains(d.Problems[0], "shot 1A is not compared") {
			t.Errorf("%s: problems %v", word, d.Problems)
		}
		all := pairs(t, s)
		if len(all) != filed || filed > 0 && (all[0].Void == "" || all[0].B.Model != "model-two") {
			t.Errorf("%s: pairs %+v", word, all)
		}
		if filed == 0 {
			continue // what is wrong can be mended: the next run asks again
		}
		before := s.Bought(t)
		run(t, env(t, s), s.Submit(t, p))
		if s.Bought(t) != before {
			t.Errorf("%s: it was bought again", word)
		}
	}
}

// TestABakeOffTakesNoMoneyOfTheEpisode: a cap that pays for the shots and not for the
// comparison pays for the shots.
func TestABakeOffTakesNoMoneyOfTheEpisode(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*drama.Budget, *workflows.EpisodeInput)
		want int
	}{
		"of the run":     {func(_ *drama.Budget, in *workflows.EpisodeInput) { m := yuan(8); in.MaxCost = &m }, 2},
		"of the episode": {func(b *drama.Budget, _ *workflows.EpisodeInput) { m := yuan(8); b.Episode = &m }, 2},
		"of the season":  {func(b *drama.Budget, _ *workflows.EpisodeInput) { m := yuan(8); b.Season = &m }, 2},
		"with room":      {func(b *drama.Budget, _ *workflows.EpisodeInput) { m := yuan(16); b.Episode = &m }, 4},
	} {
		s, p := compares(t, rehearsal.Options{Price: yuan(1)}, []string{"one"}, []string{"two"}, rehearsal.Shots(2)...)
		p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "pause"}
		in := s.Submit(t, p)
		c.set(p.Season.Budget, &in)
		in.Script = s.Submit(t, p).Script
		d := run(t, env(t, s), in)
		if d.State != drama.StateDelivered || s.Bought(t) != c.want {
			t.Errorf("cap %s: %s, %d bought, want %d; %v", name, d.State, s.Bought(t), c.want, d.Problems)
		}
		if c.want == 2 && (len(d.Problems) != 2 || !strings.Contains(d.Problems[0], "for it")) {
			t.Errorf("cap %s: it is not said: %v", name, d.Problems)
		}
		if want := int64(c.want) * 4 * drama.Micro; d.Spent.Micros != want {
			t.Errorf("cap %s: spent %s, want %d micros", name, d.Spent, want)
		}
	}
}

// TestARetakeIsFiledApart: a retake by another model that passes is a pair, and never
// a ranked one.
func TestARetakeIsFiledApart(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Own: true, Instances: []string{"one", "two"}})
	p := rehearsal.Production([]string{"one"}, rehearsal.Shots(1)...)
	run(t, env(t, s), s.Submit(t, p))
	in := s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{p.Episode.Shots()[0].Slate}, Use: "two"}
	run(t, env(t, s), in)
	all := pairs(t, s)
	if len(all) != 1 || all[0].Origin != arena.Retake || all[0].A.Model != "model-one" || all[0].B.Model != "model-two" {
		t.Fatalf("pairs: %+v", all)
	}
	// By the same model it is none.
	in = s.Submit(t, p)
	in.Retake = &drama.Retake{Slates: []string{p.Episode.Shots()[0].Slate}, Use: "two"}
	run(t, env(t, s), in)
	for _, x := range pairs(t, s) {
		if x.A.Model == x.B.Model {
			t.Errorf("a pair of one model: %+v", x)
		}
	}
}

// TestARetakeBesideABakeOff: the number of the other take is not given to a retake.
func TestARetakeBesideABakeOff(t *testing.T) {
	s, p := compares(t, rehearsal.Options{NoFinder: true, Good: []string{"two"}}, []string{"one"}, []string{"two"},
		rehearsal.Shot("1A", "She waits."), rehearsal.Shot("1B", "She runs. [fake: lost]"))
	e := env(t, s)
	at(e, 1, func() {
		accepted(t, e, workflows.UpdateRetake, drama.Retake{Slates: []string{"1A"}, Use: "one"})
	})
	at(e, 2, func() { accepted(t, e, workflows.UpdateCancelShot, workflows.CancelShot{Slate: "1B"}) })
	run(t, e, s.Submit(t, p))
	takes, damaged, err := library.Library{Store: s.Store}.Takes(t.Context(), p.ID(), "1A")
	if err != nil || len(damaged) > 0 || len(takes) != 3 {
		t.Fatalf("takes of 1A: %+v, %v, %v", takes, damaged, err)
	}
	for i, want := range []string{"model-one", "model-two", "model-one"} {
		if takes[i].Model != want || takes[i].ID.Number != i+1 {
			t.Errorf("take %d is by %s, want %s", takes[i].ID.Number, takes[i].Model, want)
		}
	}
}

// TestABakeOffThatNobodyKnowsOf is a job for a person, and holds nothing up; when they
// have decided, the next run goes on with it.
func TestABakeOffThatNobodyKnowsOf(t *testing.T) {
	s, p := compares(t, rehearsal.Options{NoFinder: true, Price: yuan(1), Good: []string{"one"}}, []string{"one"}, []string{"two"}, rehearsal.Shot("1A", "She waits. [fake: lost*1]"))
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || len(pairs(t, s)) != 0 || d.Spent.Micros != 8*drama.Micro || len(d.Problems) != 1 || !strings.Contains(d.Problems[0], "held") {
		t.Fatalf("%s, %d pairs, spent %s, %v", d.State, len(pairs(t, s)), d.Spent, d.Problems)
	}
	id := ledger.ID{Take: drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 2}, Attempt: 1}
	if err := s.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "dropped"}); err != nil {
		t.Fatal(err)
	}
	d = run(t, env(t, s), s.Submit(t, p))
	all := pairs(t, s)
	if d.State != drama.StateDelivered || len(all) != 1 || all[0].B.Take.Number != 3 || all[0].Void != "" {
		t.Errorf("%s, pairs %+v, %v", d.State, all, d.Problems)
	}
}
