package season

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// histories counts the histories of a run's chain, and of all chains of its kind.
func (h *house) histories(query string) int {
	h.t.Helper()
	r, err := h.client.CountWorkflow(h.t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: "default", Query: query})
	if err != nil {
		h.t.Fatal(err)
	}
	return int(r.GetCount())
}

const continuedAsNew = "ExecutionStatus = 'ContinuedAsNew' AND WorkflowId = "

// A season and its episodes go on in new histories again and again: the account stays
// the run's, its cap is never passed, nothing is bought twice, and what an earlier
// history knew of is in the result.
func TestASeasonInManyHistories(t *testing.T) {
	h := open(t, rehearsal.OnEngine(t, 30, nil), rehearsal.Options{})
	const show, episodes, paid = "long", 16, 10
	var subs []studio.Submission
	for n := 1; n <= episodes; n++ {
		subs = append(subs, script(show, n, drama.Budget{OnExceed: "stop"}, rehearsal.Shots(3)...))
	}
	// Three takes an episode, at four yuan each; two more would not make another.
	run, err := h.SubmitSeason(t.Context(), show, subs, limit(paid*12+8), 2)
	if err != nil {
		t.Fatal(err)
	}
	all := h.season(run)
	want := strings.Repeat(" delivered", paid) + strings.Repeat(" stopped", episodes-paid)
	if got := states(all); got != want {
		t.Errorf("%s, want%s", got, want)
	}
	if bought, spent := h.stage.Bought(t), h.paid(show); bought != paid*3+2 || spent != paid*12+8 {
		t.Errorf("%d takes bought for %d yuan, want %d for %d", bought, spent, paid*3+2, paid*12+8)
	}
	for n, d := range all {
		if n > paid && (d.Short == nil || d.Short.Cap == nil || d.Short.Cap.Name != drama.CapRun) {
			t.Errorf("episode %d does not say which cap: %+v", n, d.Short)
		}
	}
	until(t, "was the season's run in more than one history", func() bool {
		return h.histories(continuedAsNew+"'season/long'") > 0
	})
	if n := h.histories("ExecutionStatus = 'ContinuedAsNew'"); n < 2 {
		t.Errorf("%d histories were continued: this test shows too little", n)
	}
}

// Whatever a person did to a shot whose take nobody could stop is final, also when the
// run's history has become so long meanwhile that it begins nothing more: nothing is bought
// again for it, and what starts from it sees the take.
func TestAPersonsWordInALongHistory(t *testing.T) {
	var hold atomic.Bool
	h := open(t, rehearsal.OnEngine(t, 120, nil), rehearsal.Options{Until: func(slate string) bool { return strings.HasPrefix(slate, "1") && slate != "1A" && hold.Load() }})
	patient := h.stage.Instances["fake"]
	patient.DeadlineMS = 600_000 // what is held here is not late
	h.stage.Instances["fake"] = patient
	id := drama.EpisodeID{Show: "word", Number: 1}
	// 1B starts from 1C, which starts from 1A; 1D is given up while it is in flight.
	shots := []drama.Shot{rehearsal.Shot("1A", "She runs."), rehearsal.Shot("1B", "She stops."), rehearsal.Shot("1C", "She turns."), rehearsal.Shot("1D", "She waits.")}
	shots[1].From = &drama.From{Slate: "1C", Frame: "last"}
	for n := range 8 { // what fills the first history
		shots = append(shots, rehearsal.Shot("2"+string(rune('A'+n)), "She counts."))
	}
	sub := script(id.Show, 1, drama.Budget{}, shots...)
	h.wait(h.submit(sub))
	before := h.stage.Bought(t)
	if before != len(shots) {
		t.Fatalf("%d takes were bought, want %d", before, len(shots))
	}
	hold.Store(true)
	run, err := h.Retake(t.Context(), id, drama.Retake{Slates: []string{"1C", "1B", "1D"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "were the takes asked for", func() bool { return h.stage.Bought(t) == before+2 })
	if _, err := h.Circle(t.Context(), id, "1C", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := h.client.UpdateWorkflow(t.Context(), client.UpdateWorkflowOptions{
		WorkflowID: run.WorkflowID, UpdateName: workflows.UpdateCancelShot, Args: []any{workflows.CancelShot{Slate: "1D"}}, WaitForStage: client.WorkflowUpdateStageCompleted,
	}); err != nil {
		t.Fatal(err)
	}
	until(t, "did the dependent shot go on", func() bool { return h.stage.Bought(t) == before+3 })
	// The run is made to move while they are in flight, by questions enough.
	for i := range 40 {
		pause := h.Pause(t.Context(), id, "a look")
		if resume := h.Resume(t.Context(), id); pause != nil || resume != nil {
			t.Logf("after %d: %v, %v", i, pause, resume)
			break
		}
	}
	hold.Store(false)
	d := h.wait(run)
	if d.State != drama.StateDelivered {
		t.Fatalf("ended as %s: %v: %+v", d.State, d.Problems, d.Shots)
	}
	for _, s := range d.Shots {
		switch {
		case s.State != drama.ShotCircle:
			t.Errorf("shot %+v", s)
		case s.Slate == "1C" && s.Take != "word/ep01/1C/1":
			t.Errorf("the circled take is not used: %+v", s)
		}
	}
	if n := h.stage.Bought(t); n != before+3 {
		t.Errorf("%d takes were bought, want %d: %v", n, before+3, h.stage.Sold(t))
	}
}

// dying is a store that loses its worker in the middle of a change of the account: the
// change is there, and who made it never hears of it.
type dying struct {
	store.Store
	writes, deaths atomic.Int32
}

func (d *dying) PutIf(ctx context.Context, key string, body []byte, kind, version string) error {
	err := d.Store.PutIf(ctx, key, body, kind, version)
	if strings.HasSuffix(key, "/account.json") && err == nil && d.writes.Add(1)%2 == 1 {
		d.deaths.Add(1)
		return errors.New("the worker is gone")
	}
	return err
}

// Words to the account that are carried out but not answered are said again, and
// change nothing: money is drawn once.
func TestAWorkerDiesWhileItDraws(t *testing.T) {
	st := &dying{Store: mem.New()}
	h := open(t, start(t), rehearsal.Options{Store: st})
	var subs []studio.Submission
	for n := 1; n <= 4; n++ {
		subs = append(subs, script("dying", n, drama.Budget{Season: limit(12), OnExceed: "stop"}, rehearsal.Shots(1)...))
	}
	run, err := h.SubmitSeason(t.Context(), "dying", subs, limit(40), 3)
	if err != nil {
		t.Fatal(err)
	}
	if got := states(h.season(run)); got != " delivered delivered delivered stopped" {
		t.Error(got)
	}
	if bought, spent := h.stage.Bought(t), h.paid("dying"); bought != 3 || spent != 12 || st.deaths.Load() < 5 {
		t.Errorf("%d bought, %d yuan paid, %d deaths", bought, spent, st.deaths.Load())
	}
}
