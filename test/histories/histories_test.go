// Package histories plays named situations on the embedded Temporal server, with
// the fake vendor and null media, and records their histories for the replay test
// of workflows, into a folder named after the release:
//
//	go test ./test/histories -record 2026-12-01
//
// What a release recorded is never written again: users have runs that began
// under it, and they must go on under every later one.
//
// What only a real server does is shown here too: cancelled steps that are waited
// for.
package histories

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	tlog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

var record = flag.String("record", "", "the release under whose name histories are added to workflows/testdata/histories")

// folder is where the replay test looks.
const folder = "../../workflows/testdata/histories"

// patience is how long a situation may take to come about.
const patience = 5 * time.Minute

// scene is one situation on the server.
type scene struct {
	*rehearsal.Stage
	t      testing.TB
	client client.Client
}

// play starts workers on the stage.
func play(t testing.TB, c client.Client, s *rehearsal.Stage) *scene {
	t.Helper()
	var workers []worker.Worker
	add := func(queue string, register func(worker.Worker)) {
		w := worker.New(c, queue, worker.Options{
			Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}, WorkerStopTimeout: 5 * time.Second,
		})
		register(w)
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		workers = append(workers, w)
	}
	add(workflows.TaskQueue, func(w worker.Worker) {
		workflows.RegisterWorkflows(w)
		workflows.RegisterRecords(w, s.Planner, s.Library, s.Bank)
	})
	add(workflows.MediaQueue, func(w worker.Worker) { workflows.RegisterMedia(w, s.Media) })
	for name := range s.Instances {
		add(workflows.ProviderQueue(name), func(w worker.Worker) { workflows.RegisterProvider(w, s.Generator) })
	}
	t.Cleanup(func() {
		for _, w := range workers {
			w.Stop()
		}
	})
	return &scene{Stage: s, t: t, client: c}
}

func (s *scene) start(in workflows.EpisodeInput) client.WorkflowRun {
	s.t.Helper()
	run, err := s.client.ExecuteWorkflow(s.t.Context(), client.StartWorkflowOptions{
		ID: workflows.EpisodeWorkflowID(in.ID), TaskQueue: workflows.TaskQueue,
	}, workflows.EpisodeName, in)
	if err != nil {
		s.t.Fatal(err)
	}
	return run
}

func (s *scene) end(run client.WorkflowRun) drama.Delivery {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.t.Context(), patience)
	defer stop()
	var d drama.Delivery
	if err := run.Get(ctx, &d); err != nil {
		s.t.Fatal(err)
	}
	return d
}

// until asks for the status until it is as wanted.
func (s *scene) until(run client.WorkflowRun, what string, is func(drama.EpisodeStatus) bool) {
	s.t.Helper()
	var st drama.EpisodeStatus
	limit := time.After(patience)
	for {
		v, err := s.client.QueryWorkflow(s.t.Context(), run.GetID(), run.GetRunID(), workflows.QueryStatus)
		if err == nil && v.Get(&st) == nil && is(st) {
			return
		}
		select {
		case <-limit:
			s.t.Fatalf("never %s: %+v", what, st)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (s *scene) update(run client.WorkflowRun, name string, arg any) {
	s.t.Helper()
	h, err := s.client.UpdateWorkflow(s.t.Context(), client.UpdateWorkflowOptions{
		WorkflowID: run.GetID(), RunID: run.GetRunID(), UpdateName: name, Args: []any{arg}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = h.Get(s.t.Context(), nil)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
}

// keep writes the run's history under a situation's name.
func (s *scene) keep(run client.WorkflowRun, name string) {
	s.t.Helper()
	if *record == "" {
		return
	}
	h := &historypb.History{}
	iter := s.client.GetWorkflowHistory(s.t.Context(), run.GetID(), run.GetRunID(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iter.HasNext() {
		e, err := iter.Next()
		if err != nil {
			s.t.Fatal(err)
		}
		h.Events = append(h.Events, e)
	}
	body, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(h)
	if err != nil {
		s.t.Fatal(err)
	}
	write(s.t, name, body)
	if name == "delivered" {
		// The same run by a program that would conform before it generates.
		bad := strings.Replace(string(body), `"name": "Generate"`, `"name": "Conform"`, 1)
		if bad == string(body) {
			s.t.Fatal("the history does not look as expected: no Generate in it")
		}
		write(s.t, "bad_conform_before_generate", []byte(bad))
	}
}

// write adds a history to the release's folder; one that is there is left alone.
func write(t testing.TB, name string, body []byte) {
	t.Helper()
	dir := filepath.Join(folder, *record)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, name+".json"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		t.Logf("%s of %s is recorded already and stays", name, *record)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(append(body, '\n')); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func yuan(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }

func capped(p drama.Production, most int64) drama.Production {
	limit := yuan(most)
	p.Season.Budget = &drama.Budget{Currency: "CNY", Episode: &limit, OnExceed: "pause"}
	return p
}

func dial(ctx context.Context, a engine.Address) (client.Client, error) {
	opts, err := a.ClientOptions()
	if err != nil {
		return nil, err
	}
	opts.Logger = tlog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	return client.DialContext(ctx, opts)
}

// server is a Temporal of the test's own, and a client of it.
func server(t *testing.T) client.Client {
	t.Helper()
	eng, err := engine.Start(t.Context(), engine.Options{Data: t.TempDir(), NoS3: true, NoUI: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := eng.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := dial(t.Context(), eng.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestSituations(t *testing.T) {
	c := server(t)
	for _, situation := range situations {
		t.Run(situation.name, func(t *testing.T) { situation.play(t, c, situation.name) })
	}
}

var situations = []struct {
	name string
	play func(t *testing.T, c client.Client, name string)
}{
	{"delivered", func(t *testing.T, c client.Client, name string) {
		s := play(t, c, rehearsal.New(t, rehearsal.Options{}))
		b := rehearsal.Shot("1B", "After.")
		b.From = &drama.From{Slate: "1A", Frame: "last"}
		run := s.start(s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Before."), b, rehearsal.Shot("1C", "Beside."))))
		if d := s.end(run); d.State != drama.StateDelivered || d.Cut != 1 || s.Bought(t) != 3 {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"ng_then_the_next_route", func(t *testing.T, c client.Client, name string) {
		use := []string{"fake", "spare"}
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Instances: use, Good: use[1:]}))
		run := s.start(s.Submit(t, rehearsal.Production(use, rehearsal.Shot("1A", "[fake: black]"), rehearsal.Shot("1B", "[fake: auth]"))))
		if d := s.end(run); d.State != drama.StateDelivered || d.Shots[0].Provider != "spare" || d.Shots[1].Provider != "spare" {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"compared", func(t *testing.T, c client.Client, name string) {
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Instances: []string{"fake", "rival"}, Own: true, Price: yuan(1)}))
		p := capped(rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Before."), rehearsal.Shot("1B", "After.")), 100)
		p.Season.Compare = &drama.Compare{Share: 1_000_000, With: []string{"rival"}}
		run := s.start(s.Submit(t, p))
		if d := s.end(run); d.State != drama.StateDelivered || s.Bought(t) != 4 || len(d.Problems) > 0 {
			t.Errorf("%+v, %d bought", d, s.Bought(t))
		}
		s.keep(run, name)
	}},
	{"still_redone_then_approved", func(t *testing.T, c client.Client, name string) {
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Painters: []string{"painter"}, Price: yuan(1)}))
		p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Before."))
		p.Season.Stills = &drama.Stills{Use: []string{"painter"}, Approve: true}
		run := s.start(s.Submit(t, p))
		waits := func(number string) {
			s.until(run, "waiting with still "+number, func(st drama.EpisodeStatus) bool {
				return len(st.Waits) == 1 && strings.Contains(st.Waits[0].On, "1A-still/"+number)
			})
		}
		waits("0001")
		s.update(run, workflows.UpdateApprove, workflows.ApproveStill{Slate: "1A", Redo: true})
		waits("0002")
		s.update(run, workflows.UpdateApprove, workflows.ApproveStill{Slate: "1A", By: "mei"})
		if d := s.end(run); d.State != drama.StateDelivered || d.Spent != yuan(6) || s.Bought(t) != 3 {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"held_then_adopted", func(t *testing.T, c client.Client, name string) {
		s := play(t, c, rehearsal.New(t, rehearsal.Options{NoFinder: true}))
		p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "[fake: lost*1]"))
		run := s.start(s.Submit(t, p))
		s.until(run, "held", func(st drama.EpisodeStatus) bool { return st.State == drama.StateHeld })
		jobs, err := fake.Jobs(s.Dirs["fake"])
		if err != nil || len(jobs) != 1 {
			t.Fatalf("jobs %v, %v", jobs, err)
		}
		r := ledger.Receipt{Found: "adopted", At: time.Now()}
		r.Job.ID = jobs[0].ID
		id := ledger.ID{Take: drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1}, Attempt: 1}
		if err := s.Ledger.Receive(t.Context(), id, r); err != nil {
			t.Fatal(err)
		}
		s.update(run, workflows.UpdateResolveJob, workflows.ResolveJob{Slate: "1A"})
		if d := s.end(run); d.State != drama.StateDelivered || s.Bought(t) != 1 {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"over_budget_then_raised", func(t *testing.T, c client.Client, name string) {
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Price: yuan(1)}))
		run := s.start(s.Submit(t, capped(rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Plain."), rehearsal.Shot("1B", "[fake: black*1]")), 9)))
		s.until(run, "paused", func(st drama.EpisodeStatus) bool { return st.State == drama.StatePaused })
		s.update(run, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: yuan(20)})
		if d := s.end(run); d.State != drama.StateDelivered || d.Spent != yuan(12) {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"retaken_and_circled_while_running", func(t *testing.T, c client.Client, name string) {
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Price: yuan(1)}))
		run := s.start(s.Submit(t, capped(rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Plain."), rehearsal.Shot("1B", "[fake: black*1]")), 9)))
		s.until(run, "paused", func(st drama.EpisodeStatus) bool { return st.State == drama.StatePaused })
		s.update(run, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: yuan(13)})
		s.update(run, workflows.UpdateRetake, drama.Retake{Slates: []string{"1A"}, Note: "slower"})
		s.until(run, "paused again", func(st drama.EpisodeStatus) bool { return st.State == drama.StatePaused && st.Spent == yuan(12) })
		s.update(run, workflows.UpdateCircle, workflows.CircleTake{Slate: "1B", Take: 1, By: "mo"})
		s.update(run, workflows.UpdateRaiseBudget, workflows.RaiseBudget{Cap: yuan(30)})
		d := s.end(run)
		if d.State != drama.StateDelivered || d.Shots[0].Take != "rehearsal/ep01/1A/2" || d.Shots[1].Take != "rehearsal/ep01/1B/1" {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"paused_and_resumed", func(t *testing.T, c client.Client, name string) {
		var hold atomic.Bool
		hold.Store(true)
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Until: func(string) bool { return hold.Load() }}))
		b := rehearsal.Shot("1B", "After.")
		b.From = &drama.From{Slate: "1A", Frame: "last"}
		run := s.start(s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Before."), b)))
		s.until(run, "generating", func(st drama.EpisodeStatus) bool { return st.State == drama.StateRendering })
		s.update(run, workflows.UpdatePause, workflows.Pause{Reason: "lunch"})
		hold.Store(false)
		s.until(run, "collected", func(st drama.EpisodeStatus) bool { return st.Shots[1].State == drama.ShotPaused })
		s.update(run, workflows.UpdateResume, workflows.Resume{})
		if d := s.end(run); d.State != drama.StateDelivered || s.Bought(t) != 2 {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"shot_cancelled_and_collected", func(t *testing.T, c client.Client, name string) {
		var hold atomic.Bool
		hold.Store(true)
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Price: yuan(1), Until: func(slate string) bool { return slate == "1A" && hold.Load() }}))
		run := s.start(s.Submit(t, capped(rehearsal.Production([]string{"fake"}, rehearsal.Shots(2)...), 100)))
		s.until(run, "generating", func(st drama.EpisodeStatus) bool { return s.bought(t) == 2 })
		s.update(run, workflows.UpdateCancelShot, workflows.CancelShot{Slate: "1A"})
		hold.Store(false)
		if d := s.end(run); d.Spent != yuan(8) || d.Shots[1].State != drama.ShotCircle {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"shot_cancelled_at_the_vendor", func(t *testing.T, c client.Client, name string) {
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Price: yuan(1), Canceler: true, Until: func(slate string) bool { return slate == "1A" }}))
		run := s.start(s.Submit(t, capped(rehearsal.Production([]string{"fake"}, rehearsal.Shots(2)...), 100)))
		s.until(run, "generating", func(drama.EpisodeStatus) bool { return s.bought(t) == 2 })
		s.update(run, workflows.UpdateCancelShot, workflows.CancelShot{Slate: "1A"})
		if d := s.end(run); d.State != drama.StateNG || d.Spent != yuan(4) || d.Shots[0].State != drama.ShotCancelled {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
	}},
	{"run_cancelled_and_collected", func(t *testing.T, c client.Client, name string) {
		var hold atomic.Bool
		hold.Store(true)
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Until: func(string) bool { return hold.Load() }}))
		p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "Plain."))
		in := s.Submit(t, p)
		run := s.start(in)
		s.until(run, "generating", func(drama.EpisodeStatus) bool { return s.bought(t) == 1 })
		if err := c.CancelWorkflow(t.Context(), run.GetID(), run.GetRunID()); err != nil {
			t.Fatal(err)
		}
		s.until(run, "cancelling", func(drama.EpisodeStatus) bool { hold.Store(false); return true })
		if d := s.end(run); d.State != drama.StateCancelled || d.Cut != 0 {
			t.Errorf("%+v", d)
		}
		s.keep(run, name)
		key := store.Keys{Show: "rehearsal"}.Take(drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1})
		if _, _, err := s.Store.Read(t.Context(), key); err != nil {
			t.Errorf("the take that was paid for is not recorded: %v", err)
		}
		if d := s.end(s.start(in)); d.State != drama.StateDelivered || s.Bought(t) != 1 {
			t.Errorf("the next run pays again: %d bought, %+v", s.Bought(t), d)
		}
	}},
	{"season", func(t *testing.T, c client.Client, name string) {
		s := play(t, c, rehearsal.New(t, rehearsal.Options{}))
		in := workflows.SeasonInput{Show: "rehearsal", Window: 2}
		for n := 1; n <= 3; n++ {
			p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(n)...)
			p.Episode.Number = n
			in.Episodes = append(in.Episodes, s.Submit(t, p))
		}
		run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
			ID: workflows.SeasonWorkflowID("rehearsal"), TaskQueue: workflows.TaskQueue,
		}, workflows.SeasonName, in)
		if err != nil {
			t.Fatal(err)
		}
		var r workflows.SeasonResult
		ctx, stop := context.WithTimeout(t.Context(), patience)
		defer stop()
		if err := run.Get(ctx, &r); err != nil || len(r.Episodes) != 3 || r.Episodes[2].State != drama.StateDelivered {
			t.Errorf("%v: %+v", err, r)
		}
		s.keep(run, name)
	}},
	{"season_changed", func(t *testing.T, c client.Client, name string) {
		var hold atomic.Bool
		hold.Store(true)
		s := play(t, c, rehearsal.New(t, rehearsal.Options{Until: func(string) bool { return hold.Load() }}))
		episode := func(n int, action string) workflows.EpisodeInput {
			p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", fmt.Sprintf("She waits %d hours.", n)), rehearsal.Shot("1B", fmt.Sprintf("%s %d times.", action, n)))
			p.Episode.Number = n
			in := s.Submit(t, p)
			in.Print = in.Script.SHA256
			return in
		}
		most := yuan(100)
		in := workflows.SeasonInput{Show: "rehearsal", Window: 1, Rules: workflows.RulesNow, Currency: "CNY", MaxCost: &most}
		for n := 1; n <= 3; n++ {
			in.Episodes = append(in.Episodes, episode(n, "She runs"))
		}
		run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
			ID: workflows.SeasonWorkflowID("rehearsal"), TaskQueue: workflows.TaskQueue,
		}, workflows.SeasonName, in)
		if err != nil {
			t.Fatal(err)
		}
		var first drama.EpisodeStatus
		s.until(c.GetWorkflow(t.Context(), workflows.EpisodeWorkflowID(in.Episodes[0].ID), ""), "generating", func(st drama.EpisodeStatus) bool { first = st; return s.bought(t) == 2 })
		s.update(run, workflows.UpdateChange, workflows.ChangeSeason{
			Window: 2, Drop: []int{3}, Episodes: []workflows.EpisodeInput{episode(1, "She sings"), episode(4, "She runs")},
		})
		hold.Store(false)
		var r workflows.SeasonResult
		ctx, stop := context.WithTimeout(t.Context(), patience)
		defer stop()
		if err := run.Get(ctx, &r); err != nil || len(r.Episodes) != 3 || len(r.Dropped) != 1 || s.bought(t) != 7 {
			t.Errorf("%v: %d bought: %+v", err, s.bought(t), r)
		}
		s.keep(run, name)
		s.keep(c.GetWorkflow(t.Context(), workflows.EpisodeWorkflowID(in.Episodes[0].ID), first.RunID), "superseded_by_another_script")
	}},
}

func (s *scene) bought(t *testing.T) int { return s.Bought(t) }
