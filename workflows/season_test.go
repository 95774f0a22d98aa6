package workflows_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

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

// A season of eighty episodes with sixty shots each has a result that Temporal takes: its
// payloads hold two mebibytes.
func TestALongSeasonsResult(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in := seasonOf(t, s, 80)
	shots := make([]drama.ShotStatus, 60)
	for i := range shots {
		shots[i] = drama.ShotStatus{
			Slate: "1A", State: drama.ShotCircle, Digest: strings.Repeat("0", 64), Take: "rehearsal/ep01/1A/1", Provider: "seedance",
			Reasons: []string{strings.Repeat("a take was NG for this. ", 10)},
		}
	}
	var suite testsuite.WorkflowTestSuite
	e := suite.NewTestWorkflowEnvironment()
	e.SetTestTimeout(5 * time.Minute)
	e.RegisterWorkflowWithOptions(workflows.Season, workflow.RegisterOptions{Name: workflows.SeasonName})
	episode := func(_ workflow.Context, in workflows.EpisodeInput) (drama.Delivery, error) {
		return drama.Delivery{Show: in.ID.Show, Episode: in.ID.Number, State: drama.StateDelivered, Shots: shots, NG: 1}, nil
	}
	e.RegisterWorkflowWithOptions(episode, workflow.RegisterOptions{Name: workflows.EpisodeName})
	e.ExecuteWorkflow(workflows.SeasonName, in)
	var r workflows.SeasonResult
	if err := e.GetWorkflowResult(&r); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(r)
	if err != nil || len(body) > 1<<20 || len(r.Episodes) != 80 || r.Episodes[79].NG != 1 {
		t.Errorf("%d bytes for %d episodes: %v", len(body), len(r.Episodes), err)
	}
}
