package flat

import (
	"fmt"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/store/storetest"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// What a shot may cost beside what its episode costs: events and bytes of Temporal's, requests
// to S3. A take that is bought at once has so many steps.
const (
	eventsOfAShot   = 12
	bytesOfAShot    = 5000
	requestsOfAShot = 14
)

// TestAShotCostsTheSameInALongEpisode: what an episode costs grows by its shots and by nothing
// else, and an episode costs no more for those that were rendered before it.
func TestAShotCostsTheSameInALongEpisode(t *testing.T) {
	const few, many = 10, 80
	c := rehearsal.OnEngine(t, 0, nil)
	asked := storetest.Count(mem.New())
	s := rehearsal.New(t, rehearsal.Options{Store: asked})
	vendor := s.Instances["fake"]
	vendor.DeadlineMS = 10 * 60 * 1000 // the machine may be busy
	s.Instances["fake"], s.Generator.Buyer.Grace = vendor, time.Minute
	runs := studio.Runs{Temporal: c}
	s.Bank.Account.Open, s.Bank.Account.Wake = runs.Open, runs.Wake
	for queue, register := range map[string]func(worker.Worker){
		workflows.TaskQueue: func(w worker.Worker) {
			workflows.RegisterWorkflows(w)
			workflows.RegisterRecords(w, s.Planner, s.Library, s.Bank)
		},
		workflows.MediaQueue:            func(w worker.Worker) { workflows.RegisterMedia(w, s.Media) },
		workflows.ProviderQueue("fake"): func(w worker.Worker) { workflows.RegisterProvider(w, s.Generator) },
	} {
		w := worker.New(c, queue, worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}})
		register(w)
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.Stop)
	}

	type sums struct{ events, bytes, requests int }
	render := func(p drama.Production) sums {
		t.Helper()
		in := s.Submit(t, p)
		asked.Taken()
		run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
			ID: workflows.EpisodeWorkflowID(in.ID), TaskQueue: workflows.TaskQueue, TypedSearchAttributes: workflows.Attributes(in.ID),
		}, workflows.EpisodeName, in)
		if err != nil {
			t.Fatal(err)
		}
		var d drama.Delivery
		if err := run.Get(t.Context(), &d); err != nil || d.State != drama.StateDelivered {
			t.Fatal(err, d.State, d.Problems)
		}
		desc, err := c.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
		if err != nil {
			t.Fatal(err)
		}
		info := desc.GetWorkflowExecutionInfo()
		return sums{int(info.GetHistoryLength()), int(info.GetHistorySizeBytes()), asked.Taken().All()}
	}
	short := render(rehearsal.Season("short", 1, few)[0])
	var long []sums
	for _, p := range rehearsal.Season("long", 2, many) {
		long = append(long, render(p))
	}
	for i, of := range long {
		most := sums{short.events + (many-few)*eventsOfAShot, short.bytes + (many-few)*bytesOfAShot, short.requests + (many-few)*requestsOfAShot}
		cost := fmt.Sprintf("episode %d of %d shots: %+v; one of %d: %+v", i+1, many, of, few, short)
		t.Log(cost)
		if of.events > most.events || of.bytes > most.bytes || of.requests > most.requests {
			t.Errorf("%s; want at most %+v", cost, most)
		}
	}
}
