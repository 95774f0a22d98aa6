package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/metrics"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// measure has the session count, where its command serves numbers.
func (s *Session) measure(n Need) {
	a := s.app
	if !n.measured || a.Config.Telemetry.Metrics == "" {
		return
	}
	if a.numbers == nil { // they go on when another engine takes over
		a.numbers = metrics.New(a.Version)
	}
	s.numbers = a.numbers
}

// counted is the ledger, with what is written to it counted.
func (s *Session) counted(l ledger.Ledger) ledger.Ledger {
	if s.numbers == nil {
		return l
	}
	return s.numbers.Ledger(l)
}

// mediaRunner is the program's, with its jobs counted.
func (s *Session) mediaRunner() (media.Runner, error) {
	run, err := s.app.MediaRunner()
	if err != nil || s.numbers == nil {
		return run, err
	}
	return s.numbers.Runner(run), nil
}

// Measured are the numbers as they are served.
type Measured struct{ Served }

// ServeMetrics serves the session's numbers at telemetry.metrics until Close; nil where
// the config wants none.
func (s *Session) ServeMetrics(ctx context.Context) (*Measured, error) {
	if s.numbers == nil {
		return nil, nil //nolint:nilnil // none are wanted
	}
	t := s.app.Config.Telemetry
	var names []string
	if u := s.app.Config.Studio.Public(); u != nil {
		names = append(names, u.Host)
	}
	server, err := s.numbers.Listen(t.Metrics, s.ready, names...)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, Usagef("%w: something listens there already; choose another telemetry.metrics", err)
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return nil, Usagef("%w; telemetry.metrics names an address of this machine", err)
	}
	if err != nil {
		return nil, err
	}
	s.numbers.Watch(s.standing(), t.ByShow)
	ctx, stop := context.WithCancel(ctx)
	m := &Measured{Served{URL: server.URL, stop: stop}}
	m.serving.Go(func() { m.err = server.Serve(ctx) })
	return m, nil
}

// ready says what this process cannot reach of what it works with. Why stands in the log:
// whoever asks has shown no key.
func (s *Session) ready(ctx context.Context) error {
	var missing []string
	note := func(what string, err error) {
		if err == nil {
			return
		}
		s.log.Warn("not ready", "without", what, "error", err)
		missing = append(missing, what)
	}
	_, err := s.client.CheckHealth(ctx, &client.CheckHealthRequest{})
	note("Temporal", err)
	// One that no object has: what is asked is whether the store answers.
	if _, err = s.store.Head(ctx, "_workers/none"); errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	note("S3", err)
	if len(missing) > 0 {
		return fmt.Errorf("not ready: %s cannot be reached", strings.Join(missing, " and "))
	}
	return nil
}

// Close ends serving.
func (m *Measured) Close() error {
	if m == nil {
		return nil
	}
	m.stop()
	m.serving.Wait()
	if m.err != nil {
		return fmt.Errorf("serve metrics: %w", m.err)
	}
	return nil
}

// standing reads how the house stands. Of held jobs all are read once, then those of
// episodes in work and of those that had any: nobody else's job is left to a person.
func (s *Session) standing() metrics.House {
	var heldIn map[drama.EpisodeID]bool // nil: nothing was read yet
	return func(ctx context.Context) metrics.Reading {
		var r metrics.Reading
		failed := func(what string, err error) {
			r.Failed = append(r.Failed, what)
			s.log.Warn("read numbers of the house", "numbers", what, "error", err)
		}
		var err error
		if r.Runs, err = s.openRuns(ctx); err != nil {
			failed("runs", err)
		}
		open, _, err := s.Studio.Moved(ctx, time.Now().UTC().AddDate(1, 0, 0)) // none has ended by then
		if err != nil {
			failed("caps", err)
			failed("held", err)
		} else {
			if r.Caps, err = s.caps(ctx, open); err != nil {
				failed("caps", err)
			}
			held, in, err := s.heldJobs(ctx, open, heldIn)
			if err != nil {
				failed("held", err)
			} else {
				r.Held, heldIn = held, in
			}
		}
		if r.Backlog, err = s.backlog(ctx); err != nil {
			failed("backlog", err)
		}
		return r
	}
}

func (s *Session) openRuns(ctx context.Context) (map[string]int, error) {
	all := map[string]int{}
	for _, kind := range []string{workflows.EpisodeName, workflows.SeasonName, workflows.CollectName} {
		n, err := s.client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
			Namespace: s.Studio.Namespace, Query: fmt.Sprintf("WorkflowType = '%s' AND ExecutionStatus = 'Running'", kind),
		})
		if err != nil {
			return nil, err
		}
		all[kind] = int(n.GetCount())
	}
	return all, nil
}

// caps are how much of their caps the episodes in work have used.
func (s *Session) caps(ctx context.Context, open []drama.EpisodeID) (all []metrics.Cap, err error) {
	var errs []error
	for _, id := range open {
		states, err := s.Studio.EpisodeCaps(ctx, id)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, c := range states {
			used := 1.0
			if c.Limit.Micros > 0 {
				used = float64(c.Spent.Micros+c.Reserved.Micros) / float64(c.Limit.Micros)
			}
			all = append(all, metrics.Cap{Show: id.Show, Name: string(c.Name), Used: used})
		}
	}
	return all, errors.Join(errs...)
}

// heldJobs counts the jobs that wait for a person, by provider: of all that is in the
// ledger, or of the episodes in work and those that had any before.
func (s *Session) heldJobs(ctx context.Context, open []drama.EpisodeID, before map[drama.EpisodeID]bool) (map[string]int, map[drama.EpisodeID]bool, error) {
	held, in := map[string]int{}, map[drama.EpisodeID]bool{}
	for _, name := range s.app.ProviderNames() {
		held[name] = 0
	}
	each := func(e ledger.Entry) error {
		if e.Held() {
			held[e.Intent.Provider]++
			in[e.Intent.ID.Take.Episode] = true
		}
		return nil
	}
	if before == nil {
		return held, in, s.Studio.Jobs(ctx, "", true, each)
	}
	look := map[drama.EpisodeID]bool{}
	for _, id := range open {
		look[id] = true
	}
	for id := range before {
		look[id] = true
	}
	for id := range look {
		if err := s.Studio.Ledger.List(ctx, id.Show, id.Number, each); err != nil {
			return nil, nil, err
		}
	}
	return held, in, nil
}

// backlog asks how many tasks wait in the queues that the config names.
func (s *Session) backlog(ctx context.Context) (all []metrics.Backlog, err error) {
	type queue struct {
		name string
		kind enums.TaskQueueType
		word string
	}
	queues := []queue{
		{workflows.TaskQueue, enums.TASK_QUEUE_TYPE_WORKFLOW, "workflow"},
		{workflows.TaskQueue, enums.TASK_QUEUE_TYPE_ACTIVITY, "activity"},
		{workflows.MediaQueue, enums.TASK_QUEUE_TYPE_ACTIVITY, "activity"},
	}
	if len(s.app.Config.Webhooks) > 0 {
		queues = append(queues, queue{workflows.WebhookQueue, enums.TASK_QUEUE_TYPE_ACTIVITY, "activity"})
	}
	for _, name := range s.app.ProviderNames() {
		queues = append(queues, queue{workflows.ProviderQueue(name), enums.TASK_QUEUE_TYPE_ACTIVITY, "activity"})
	}
	for _, q := range queues {
		d, err := s.client.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
			Namespace: s.Studio.Namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: q.name, Kind: enums.TASK_QUEUE_KIND_NORMAL}, TaskQueueType: q.kind, ReportStats: true,
		})
		if err != nil {
			return all, fmt.Errorf("ask for the backlog of %s: %w", q.name, err)
		}
		st := d.GetStats()
		all = append(all, metrics.Backlog{Queue: q.name, Kind: q.word, Tasks: st.GetApproximateBacklogCount(), Age: st.GetApproximateBacklogAge().AsDuration()})
	}
	return all, nil
}
