package workflows_test

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// A broken prompt must not burn the budget: after so many NG takes nothing more is
// submitted, by this episode or by those of the season that come after.
func TestTooManyNGTakesStopTheSeason(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	in := workflows.SeasonInput{Show: "rehearsal", Window: 1}
	for n := 1; n <= 3; n++ {
		p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: black]"), rehearsal.Shot("1B", "[fake: black]"))
		p.Episode.Number = n
		p.Season.Takes = drama.TakePolicy{Max: 3, FailedAfter: 2}
		p.Season.Budget = &drama.Budget{Currency: "CNY"}
		in.Episodes = append(in.Episodes, s.Submit(t, p))
	}
	e := env(t, s)
	e.ExecuteWorkflow(workflows.SeasonName, in)
	var r workflows.SeasonResult
	if err := e.GetWorkflowResult(&r); err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Episodes {
		if d.State != drama.StateStopped || !strings.Contains(strings.Join(d.Problems, "\n"), "failed_after") {
			t.Errorf("episode %d: %s, %q", d.Episode, d.State, d.Problems)
		}
	}
	if first := r.Episodes[0]; first.NG < 2 || first.NG > 3 || r.Episodes[1].NG != 0 || r.Episodes[2].NG != 0 {
		t.Errorf("NG takes: %d, %d, %d", r.Episodes[0].NG, r.Episodes[1].NG, r.Episodes[2].NG)
	}
	if n := s.Bought(t); n > 3 {
		t.Errorf("%d takes were bought, though two NG ones are the end", n)
	}
}

func TestFewNGTakesStopNothing(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: black*1]"))
	p.Season.Takes = drama.TakePolicy{Max: 3, FailedAfter: 2}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.NG != 1 {
		t.Errorf("%s with %d NG takes: %q", d.State, d.NG, d.Problems)
	}
}
