//go:build bench

package bench

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	tlog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/s3"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// One batch is so many episodes of so many shots, submitted at once.
const (
	batchEpisodes = 10
	batchShots    = 40
)

// TestBenchEngine renders whole episodes on the durable embedded engine, its S3
// gateway included. Only the vendor and the media work cost nothing: what is
// timed is what dailies itself does for a shot, from submit to the delivered cut.
func TestBenchEngine(t *testing.T) {
	h := newHouse(t, t.TempDir())
	startWorkers(t, h.client, h.stage)

	var rates, costs []float64
	number := 0
	for range 4 { // the first warms up
		began, used := time.Now(), withChildren(t)
		var runs []client.WorkflowRun
		for range batchEpisodes {
			number++
			runs = append(runs, submit(t, h.client, h.stage, number, rehearsal.Shots(batchShots)))
		}
		delivered(t, runs)
		rates = append(rates, batchEpisodes*batchShots/time.Since(began).Seconds())
		costs = append(costs, (withChildren(t)-used).Seconds()*1000/(batchEpisodes*batchShots))
	}
	if bought := h.stage.Bought(t); bought != number*batchShots {
		t.Errorf("the vendor sold %d takes for %d shots", bought, number*batchShots)
	}
	const want = 174 // ten times of what all of China makes
	line("engine_shots_per_s", median(rates[1:]), "shots/s", fmt.Sprintf(">= %d", want))
	// What others on the machine change less; it is to leave room for as many shots.
	line("engine_cpu_per_shot", median(costs[1:]), "ms", fmt.Sprintf("<= %.1f", float64(runtime.NumCPU())*1000/want))
}

// house is the durable engine with its gateway, and a stage that stands on it.
type house struct {
	engine *engine.Engine
	client client.Client
	stage  *rehearsal.Stage
}

// newHouse starts one on a data folder; it ends with the test, or by end. Its store may be
// looked at through others.
func newHouse(t *testing.T, data string, through ...func(store.Store) store.Store) *house {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	h := &house{}
	var err error
	if h.engine, err = engine.Start(t.Context(), engine.Options{Data: data, NoUI: true, Logger: quiet}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.end(t) })
	addr := h.engine.Address()
	keys, err := addr.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := s3.New(t.Context(), s3.Config{
		Endpoint: addr.S3Endpoint, Bucket: addr.S3Bucket, Region: addr.S3Region, PathStyle: true, AccessKey: keys.AccessKey, SecretKey: keys.SecretKey,
		Own: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	opts, err := addr.ClientOptions()
	if err != nil {
		t.Fatal(err)
	}
	opts.Logger = tlog.NewStructuredLogger(quiet)
	if h.client, err = client.DialContext(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	var s store.Store = objects
	for _, wrap := range through {
		s = wrap(s)
	}
	h.stage = newStage(t, s)
	return h
}

// end closes the house; a second time it does nothing.
func (h *house) end(t *testing.T) {
	t.Helper()
	if h.client != nil {
		h.client.Close()
	}
	if h.engine != nil {
		closing(t, h.engine.Close)
	}
	h.client, h.engine = nil, nil
}

// delivered waits for runs, each of which must deliver.
func delivered(t *testing.T, runs []client.WorkflowRun) {
	t.Helper()
	for _, run := range runs {
		var d drama.Delivery
		if err := run.Get(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
		if d.State != drama.StateDelivered {
			t.Fatalf("%s ended as %s: %v", run.GetID(), d.State, d.Problems)
		}
	}
}

// newStage is a stage whose vendor is never late: the machine may be busy.
func newStage(t *testing.T, s store.Store) *rehearsal.Stage {
	stage := rehearsal.New(t, rehearsal.Options{Store: s})
	vendor := stage.Instances["fake"]
	vendor.DeadlineMS, vendor.PollEveryMS = 10*60*1000, 100
	stage.Instances["fake"] = vendor
	stage.Generator.Buyer.Grace = time.Minute
	stage.Generator.Conform = stage.Media.AtOnce // as in a process that serves vendors and media
	return stage
}

// startWorkers starts workers as the program does, with as many slots as a farm
// for media work has that takes no time. They end with the test, or by what is given.
func startWorkers(t *testing.T, c client.Client, s *rehearsal.Stage, also ...interceptor.WorkerInterceptor) (stop func()) {
	t.Helper()
	var all []worker.Worker
	const records, media, vendor = 32, 32, 64
	add := func(queue string, o worker.Options, register func(worker.Worker)) {
		o.Interceptors = append([]interceptor.WorkerInterceptor{activities.Interceptor()}, also...)
		o.WorkerStopTimeout, o.MaxHeartbeatThrottleInterval = 10*time.Second, 10*time.Second
		w := worker.New(c, queue, o)
		register(w)
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, w)
	}
	add(workflows.TaskQueue, worker.Options{MaxConcurrentActivityExecutionSize: records}, func(w worker.Worker) {
		workflows.RegisterWorkflows(w)
		workflows.RegisterRecords(w, s.Planner, s.Library, s.Bank)
	})
	add(workflows.MediaQueue, worker.Options{MaxConcurrentActivityExecutionSize: media, DisableWorkflowWorker: true}, func(w worker.Worker) {
		workflows.RegisterMedia(w, s.Media)
	})
	for name, instance := range s.Instances {
		atOnce := vendor
		if s.Generator.Buyer.Slots != nil { // as many as the program holds ready
			atOnce = instance.Slots + max(2, instance.Slots/2)
		}
		add(workflows.ProviderQueue(name), worker.Options{MaxConcurrentActivityExecutionSize: atOnce, DisableWorkflowWorker: true}, func(w worker.Worker) {
			workflows.RegisterProvider(w, s.Generator)
		})
	}
	stop = sync.OnceFunc(func() {
		for _, w := range all {
			w.Stop()
		}
	})
	t.Cleanup(stop)
	return stop
}

// submit starts an episode whose shots nobody has made before.
func submit(t *testing.T, c client.Client, s *rehearsal.Stage, number int, shots []drama.Shot) client.WorkflowRun {
	t.Helper()
	p := rehearsal.Production([]string{"fake"}, shots...)
	p.Episode.Number = number
	for i := range p.Episode.Scenes[0].Shots {
		shot := &p.Episode.Scenes[0].Shots[i]
		shot.Action = fmt.Sprintf("Episode %d: %s", number, shot.Action)
	}
	return begin(t, c, s, p)
}

// startTries is how often an engine that does not answer is asked to begin a run, as the
// program does.
const startTries = 4

// begin starts the run of an episode.
func begin(t *testing.T, c client.Client, s *rehearsal.Stage, p drama.Production) client.WorkflowRun {
	t.Helper()
	if _, err := (library.Library{Store: s.Store}).SubmitScript(t.Context(), p); err != nil { // as the program does: who looks finds it
		t.Fatal(err)
	}
	in := s.Submit(t, p)
	o := client.StartWorkflowOptions{
		ID: workflows.EpisodeWorkflowID(in.ID), TaskQueue: workflows.TaskQueue, TypedSearchAttributes: workflows.Attributes(in.ID),
	}
	run, err := c.ExecuteWorkflow(t.Context(), o, workflows.EpisodeName, in)
	for try := 1; try < startTries && err != nil; try++ { // the machine may be busy; if it did hear us, it has the run
		run, err = c.ExecuteWorkflow(t.Context(), o, workflows.EpisodeName, in)
	}
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func closing(t *testing.T, end func() error) {
	t.Helper()
	if err := end(); err != nil {
		t.Error(err)
	}
}

// gateway is the life of the engine's child, which is this binary too.
func gateway() int {
	if err := engine.RunGateway(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
