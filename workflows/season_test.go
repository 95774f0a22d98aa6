package workflows_test

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// seasonOf submits n one-shot episodes at four yuan each.
func seasonOf(t *testing.T, s *rehearsal.Stage, n int) workflows.SeasonInput {
	t.Helper()
	in := workflows.SeasonInput{Show: "rehearsal", Window: 2}
	for i := 1; i <= n; i++ {
		p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Plain."))
		p.Episode.Number = i
		p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "stop"}
		in.Episodes = append(in.Episodes, s.Submit(t, p))
	}
	return in
}

func TestSeasonKeepsItsCap(t *testing.T) {
	for _, c := range []struct {
		cap       int64
		delivered int
	}{
		{20, 4}, {16, 4}, {8, 0},
	} {
		s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
		in := seasonOf(t, s, 4)
		limit := yuan(c.cap)
		in.Cap = &limit
		e := env(t, s)
		e.ExecuteWorkflow(workflows.SeasonName, in)
		var r workflows.SeasonResult
		if err := e.GetWorkflowResult(&r); err != nil {
			t.Fatal(err)
		}
		spent, delivered := int64(0), 0
		for i, d := range r.Episodes {
			if d.Episode != i+1 {
				t.Errorf("episode %d is at place %d", d.Episode, i+1)
			}
			spent += d.Spent.Micros
			if d.State == drama.StateDelivered {
				delivered++
			}
		}
		if len(r.Episodes) != 4 || delivered < c.delivered || spent > limit.Micros {
			t.Errorf("cap %d: %d episodes, %d delivered, %d micros spent", c.cap, len(r.Episodes), delivered, spent)
		}
	}
}
