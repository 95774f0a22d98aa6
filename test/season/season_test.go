// Package season shows a season's money on the embedded engine, with the fake
// vendor and null media: episodes one by one and together, retakes beside them, and
// workers and runs that are killed.
package season

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// patience is how long a situation may take to come about.
const patience = 5 * time.Minute

func yuan(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }

func limit(n int64) *drama.Money {
	if n == 0 {
		return nil
	}
	m := yuan(n)
	return &m
}

// start brings the engine up, once for all of a test's shows.
func start(t *testing.T) client.Client {
	t.Helper()
	return rehearsal.OnEngine(t, 0, nil)
}

// house is a stage with workers and the client that people use.
type house struct {
	*studio.Studio
	stage   *rehearsal.Stage
	t       *testing.T
	client  client.Client
	workers []worker.Worker
}

func open(t *testing.T, c client.Client, o rehearsal.Options) *house {
	t.Helper()
	return openWith(t, c, o, 0)
}

// openWith is a house whose vendor's account has so many slots, counted in the store; 0:
// nobody counts.
func openWith(t *testing.T, c client.Client, o rehearsal.Options, slots int) *house {
	t.Helper()
	if o.Price.Micros == 0 {
		o.Price = yuan(1) // a second; a take is four
	}
	s := rehearsal.New(t, o)
	runs := studio.Runs{Temporal: c}
	s.Bank.Account.Open, s.Bank.Account.Wake = runs.Open, runs.Wake
	if slots > 0 {
		vendor := s.Instances["fake"]
		vendor.Slots, vendor.DeadlineMS = slots, 600_000
		s.Instances["fake"] = vendor
		s.Generator.Buyer.Slots = &ledger.Slots{Store: s.Store, Ledger: s.Ledger}
	}
	h := &house{stage: s, t: t, client: c, Studio: &studio.Studio{
		Temporal: c, Store: s.Store, Ledger: s.Ledger, Account: s.Bank.Account, Facts: s.Planner.Facts, Poll: 20 * time.Millisecond,
	}}
	h.work()
	t.Cleanup(h.kill)
	return h
}

// in is the house for a part of the test.
func (h *house) in(t *testing.T) *house {
	own := *h
	own.t = t
	return &own
}

// work starts workers.
func (h *house) work() {
	h.t.Helper()
	atOnce := 0
	add := func(queue string, register func(worker.Worker)) {
		w := worker.New(h.client, queue, worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}, MaxConcurrentActivityExecutionSize: atOnce})
		register(w)
		if err := w.Start(); err != nil {
			h.t.Fatal(err)
		}
		h.workers = append(h.workers, w)
	}
	add(workflows.TaskQueue, func(w worker.Worker) {
		workflows.RegisterWorkflows(w)
		workflows.RegisterRecords(w, h.stage.Planner, h.stage.Library, h.stage.Bank)
	})
	add(workflows.MediaQueue, func(w worker.Worker) { workflows.RegisterMedia(w, h.stage.Media) })
	for name, instance := range h.stage.Instances {
		if h.stage.Generator.Buyer.Slots != nil {
			atOnce = instance.Slots + max(2, instance.Slots/2) // as the program does
		}
		add(workflows.ProviderQueue(name), func(w worker.Worker) { workflows.RegisterProvider(w, h.stage.Generator) })
	}
}

// kill stops the workers where they stand.
func (h *house) kill() {
	for _, w := range h.workers {
		w.Stop()
	}
	h.workers = nil
}

// script is an episode of a show.
func script(show string, number int, budget drama.Budget, shots ...drama.Shot) studio.Submission {
	p := rehearsal.Production([]string{"fake"}, shots...)
	p.Season.Show, p.Episode.Number = show, number
	budget.Currency = "CNY"
	p.Season.Budget = &budget
	for i := range p.Episode.Scenes[0].Shots {
		s := &p.Episode.Scenes[0].Shots[i]
		s.Action = fmt.Sprintf("Episode %d: %s", number, s.Action)
	}
	return studio.Submission{Production: p, Open: func(string) (io.ReadSeekCloser, error) { return nil, errors.New("there are no files") }}
}

// wait waits for an episode, also when it only waits for a person.
func (h *house) wait(run studio.Run) drama.Delivery {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), patience)
	defer stop()
	d, err := h.Wait(ctx, run, nil)
	if w, ok := errors.AsType[*studio.WaitingError](err); ok {
		return drama.Delivery{Show: w.Status.ID.Show, Episode: w.Status.ID.Number, State: w.Status.State, Short: first(w.Status.Waits), Spent: w.Status.Spent}
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func first(waits []drama.Wait) *drama.Wait {
	if len(waits) == 0 {
		return nil
	}
	return &waits[0]
}

// season waits for a season's run, and tells how each of its episodes stands.
func (h *house) season(run studio.Run) map[int]drama.Delivery {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), patience)
	defer stop()
	all := map[int]drama.Delivery{}
	seen := map[int]drama.EpisodeStatus{}
	r, err := h.WaitSeason(ctx, run, func(st drama.EpisodeStatus) { seen[st.ID.Number] = st })
	if _, ok := errors.AsType[*studio.WaitingError](err); ok {
		for n, st := range seen {
			all[n] = drama.Delivery{Episode: n, State: st.State, Short: first(st.Waits), Spent: st.Spent}
		}
		return all
	}
	if err != nil {
		h.t.Fatal(err)
	}
	for _, d := range r.Episodes {
		all[d.Episode] = d
	}
	return all
}

// paid is what the show's ledger says, which is the truth.
func (h *house) paid(show string) int64 {
	h.t.Helper()
	r, err := h.Account.Read(h.t.Context(), show, "CNY")
	if err != nil {
		h.t.Fatal(err)
	}
	var sum int64
	for _, b := range r.Books {
		sum += b.Spent
	}
	return sum / drama.Micro
}

// states are the episodes' ends in one line.
func states(all map[int]drama.Delivery) string {
	text := ""
	for n := 1; n <= len(all); n++ {
		text += " " + string(all[n].State)
	}
	return text
}
