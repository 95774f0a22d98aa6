package studio_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
)

// past is an engine whose episodes' runs have ended.
type past struct {
	client.Client

	run     string
	result  drama.Delivery
	status  drama.EpisodeStatus
	queries int
}

func (p *past) DescribeWorkflow(context.Context, string, string) (*client.WorkflowExecutionDescription, error) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	d := &client.WorkflowExecutionDescription{}
	d.WorkflowExecution.RunID, d.WorkflowCloseTime, d.Status = p.run, &at, enums.WORKFLOW_EXECUTION_STATUS_COMPLETED
	return d, nil
}

func (p *past) GetWorkflow(context.Context, string, string) client.WorkflowRun {
	return result{d: p.result}
}

func (p *past) QueryWorkflow(context.Context, string, string, string, ...any) (converter.EncodedValue, error) {
	p.queries++
	return answer{p.status}, nil
}

type result struct {
	client.WorkflowRun
	d drama.Delivery
}

func (r result) Get(_ context.Context, into any) error {
	*into.(*drama.Delivery) = r.d
	return nil
}

type answer struct{ st drama.EpisodeStatus }

func (a answer) HasValue() bool { return true }

func (a answer) Get(into any) error {
	*into.(*drama.EpisodeStatus) = a.st
	return nil
}

// TestARunThatEndedIsAskedOnce: a query goes through a run's whole history. What its result
// says needs none; what it does not say is asked once, and again where the copy is damaged or
// another run's.
func TestARunThatEndedIsAskedOnce(t *testing.T) {
	id := drama.EpisodeID{Show: "night-shift", Number: 3}
	ended := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	shots := []drama.ShotStatus{{Slate: "1A", State: drama.ShotNG, Attempts: 3}}
	engine := &past{run: "a", result: drama.Delivery{Show: id.Show, Episode: id.Number, State: drama.StateNG, Shots: shots, Elapsed: 60}}
	engine.status = drama.EpisodeStatus{ID: id, RunID: "a", State: drama.StateNG, Shots: shots, EndedAt: &ended, Caps: []drama.CapState{{Name: drama.CapSeason}}}
	s := &studio.Studio{Temporal: engine, Store: mem.New(), Words: func(drama.EpisodeStatus) string { return "in words" }}
	look := func(what string, queries, caps int) {
		t.Helper()
		engine.queries = 0
		st, err := s.Status(t.Context(), id)
		if err != nil || st.State != drama.StateNG || len(st.Shots) != 1 || st.RunID != engine.run || !st.EndedAt.Equal(ended) || st.Waiting != "in words" || len(st.Caps) != caps {
			t.Errorf("%s: %v %+v", what, err, st)
		}
		if engine.queries != queries {
			t.Errorf("%s: asked %d times, want %d", what, engine.queries, queries)
		}
	}
	look("the result says all", 0, 0)
	engine.result.Short = &drama.Wait{For: drama.WaitMoney}
	look("a cap has stopped it", 1, 1)
	look("a cap has stopped it, seen again", 0, 1)
	engine.result.Short, engine.result.Shots = nil, nil
	look("the result has no shots", 0, 1)
	if _, err := s.Store.Put(t.Context(), store.Keys{Show: id.Show}.Ended(id), strings.NewReader("{"), "application/json"); err != nil {
		t.Fatal(err)
	}
	look("the copy is damaged", 1, 1)
	engine.run, engine.status.RunID = "b", "b"
	look("the copy is an older run's", 1, 1)
	look("the copy is this run's", 0, 1)
}
