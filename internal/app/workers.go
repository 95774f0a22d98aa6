package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/traces"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/workflows"
)

// recordSlots is how many of the small steps run at once: they wait for the store.
const recordSlots = 32

// defaultVoice speaks for characters without a voice of their own.
const defaultVoice = "espeak"

// startWorkers starts one worker a task queue. ctx ends with the first word to stop, and
// with it what another worker goes on with at once; working ends the other activities.
func (s *Session) startWorkers(ctx, working context.Context, n Need, l ledger.Ledger, run media.Runner) error {
	a := s.app
	steps, err := s.Steps()
	if err != nil {
		return err
	}
	if to := a.Config.Telemetry.OTLP; to != "" {
		if s.tracer, err = traces.New(working, to, a.Version, s.log); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(a.scratch(), 0o700); err != nil {
		return fmt.Errorf("make the scratch folder: %w", err)
	}
	versioned := false
	if n.workflow {
		o := worker.Options{MaxConcurrentActivityExecutionSize: recordSlots}
		if versioned, err = s.versions(ctx, &o); err != nil {
			return err
		}
		w := s.worker(working, workflows.TaskQueue, o)
		workflows.RegisterWorkflows(w)
		workflows.RegisterRecords(w, steps.Planner, &activities.Library{Store: s.store}, &activities.Bank{Account: s.Studio.Account})
		herald := s.Studio.Herald
		if herald == nil { // a run of another process's config may have something to tell
			herald = &activities.Herald{}
		}
		workflows.RegisterHerald(w, herald)
	}
	if n.webhooks && len(a.Config.Webhooks) > 0 {
		s.messenger(working)
	}
	var here *activities.Media
	if n.media {
		if err := a.canSign(steps.Media.Signing); err != nil {
			return err
		}
		here = steps.Media // both work in the scratch folder
		w := s.worker(working, workflows.MediaQueue, worker.Options{MaxConcurrentActivityExecutionSize: a.mediaSlots() + mediaAhead, DisableWorkflowWorker: true})
		workflows.RegisterMedia(w, steps.Media)
	}
	if err := s.providerWorkers(ctx, working, n, l, run, here); err != nil {
		return err
	}
	if err := s.sign(ctx, n); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.workers {
		if err := w.Start(); err != nil {
			return fmt.Errorf("start worker: %w", err)
		}
	}
	if versioned {
		s.running.Go(func() { s.succeed(ctx) })
	}
	return nil
}

// Steps are what the workflow and media workers carry out.
func (s *Session) Steps() (studio.Steps, error) {
	a := s.app
	run, err := s.mediaRunner()
	if err != nil {
		return studio.Steps{}, err
	}
	speakers, err := a.speakers()
	if err != nil {
		return studio.Steps{}, err
	}
	signing, err := a.Signing()
	if err != nil {
		return studio.Steps{}, err
	}
	return studio.Steps{
		Planner: &activities.Planner{
			Store: s.store, Ledger: s.Studio.Ledger, Exchange: a.Config.Exchange, Account: s.Studio.Account, Look: a.lookPrice(), Judge: a.judges(), Listener: a.listens(), Lines: a.lines(),
			Facts: s.Facts, Hooks: a.hooks(),
		},
		Media: &activities.Media{
			Children: make(chan struct{}, a.mediaSlots()),
			Store:    s.store, Runner: run, Encoder: a.Config.Media.Encoder, Scratch: a.scratch(), Tool: "dailies " + a.Version, Signing: signing, Log: s.log,
			Judge: a.judge(), Listener: a.listener(), URLs: !a.EmbedsS3(),
			VoiceID: a.voiceID, Tongue: a.tongue,
			Prices: activities.Prices{
				Ledger: s.Studio.Ledger, Exchange: a.Config.Exchange, Look: a.lookPrice(), Hear: a.Config.Listen.Price.Money(),
				Speech: a.lines().Speech,
			},
			Speakers: func(name string) (voice.Speaker, bool) { v, ok := speakers[name]; return v, ok },
		},
	}, nil
}

// providerWorkers makes a worker for each instance: an activity slot is a slot at
// the vendor. here is the media work that this process does too; nil: others do it.
func (s *Session) providerWorkers(ctx, working context.Context, n Need, l ledger.Ledger, run media.Runner, here *activities.Media) error {
	a := s.app
	made := map[string]provider.Provider{}
	instances := map[string]provider.Instance{}
	for _, name := range n.providers {
		p, instance, err := s.newProvider(name, run)
		if err != nil {
			return err
		}
		made[name], instances[name] = p, instance
	}
	trouble := &purchase.Trouble{}
	for _, name := range n.providers {
		if s.numbers != nil {
			s.numbers.Serves(name, instances[name].Slots, a.Parked(name) != "")
		}
		// A vendor goes on by itself, and so does whoever asks next; what is made here would
		// be made again.
		ends := working
		atOnce, counted := slots(instances[name]), (*ledger.Slots)(nil)
		if !a.Free(name) {
			ends = ctx
			// Slots are counted in the store; what waits for one, downloads, or is conformed
			// where it arrived, is beside them.
			atOnce, counted = atOnce+max(2, atOnce/2), &ledger.Slots{Store: s.store, Ledger: l, Seen: &ledger.Seen{}}
			if here != nil {
				atOnce += a.mediaSlots()
			}
		}
		w := s.worker(ends, workflows.ProviderQueue(name), worker.Options{
			MaxConcurrentActivityExecutionSize: atOnce, TaskQueueActivitiesPerSecond: instances[name].SubmitRPS, DisableWorkflowWorker: true,
		})
		generator := &activities.Generator{Buyer: purchase.Buyer{
			Store: s.store, Ledger: l, Slots: counted, Exchange: a.Config.Exchange, Scratch: a.scratch(), URLs: !a.EmbedsS3(), Log: s.log, Grace: a.graceOf(name),
			AllowFakeIP: a.Config.Network.AllowFakeIP, Trouble: trouble, Calls: s.calls,
			Providers: func(name string) (provider.Provider, provider.Instance, bool) {
				p, ok := made[name]
				return p, instances[name], ok
			},
		}}
		if here != nil {
			generator.Buyer.Keep, generator.Conform = here.KeepClip, here.AtOnce
		}
		if s.numbers != nil { // else the Watcher is none
			generator.Buyer.Watch = s.numbers
		}
		workflows.RegisterProvider(w, generator)
	}
	return nil
}

// freeGrace is the grace for what runs on this machine: nobody elsewhere can be in
// the middle of asking it, and asking it twice costs nothing.
const freeGrace = 2 * time.Second

// grace is how old an intent without a receipt must be before it counts as
// abandoned; 0: the generator's default.
func (a *Main) graceOf(name string) time.Duration {
	if a.Free(name) {
		return freeGrace
	}
	return a.Grace
}

// Free says whether an instance runs on this machine and costs nothing.
func (a *Main) Free(name string) bool {
	ad, err := a.adapter(a.Config.Providers[name].Type)
	return err == nil && ad.Free
}

// worker makes a worker with what all have in common.
func (s *Session) worker(ctx context.Context, queue string, o worker.Options) worker.Worker {
	o.BackgroundActivityContext = ctx
	o.WorkerStopTimeout = s.drain() + stopTimeout
	o.Interceptors = append(slices.Clone(s.app.Interceptors), activities.Interceptor())
	if s.tracer != nil { // the first is the outermost: it sees errors as the engine does
		o.Interceptors = append([]interceptor.WorkerInterceptor{s.tracer.Interceptor()}, o.Interceptors...)
	}
	// Cancelling reaches a step with its next heartbeat.
	o.MaxHeartbeatThrottleInterval = 2 * time.Second
	o.OnFatalError = func(err error) {
		select {
		case s.failed <- fmt.Errorf("run worker of %s: %w", queue, err):
		default: // one is enough
		}
	}
	w := worker.New(s.client, queue, o)
	s.mu.Lock()
	s.workers = append(s.workers, w)
	s.mu.Unlock()
	return w
}

// newProvider makes the adapter of a configured instance.
func (s *Session) newProvider(name string, run media.Runner) (provider.Provider, provider.Instance, error) {
	a := s.app
	speakers, err := a.speakers()
	if err != nil {
		return nil, provider.Instance{}, err
	}
	p, instance, err := a.MakeProvider(name, all.Options{
		Runner: run, Speakers: speakers, Speaker: speakers[defaultVoice], Scratch: filepath.Join(a.DataDir(), "providers", name), Log: s.log,
	})
	if err != nil {
		return nil, instance, err
	}
	if c, ok := p.(interface{ Close() error }); ok {
		s.closers = append(s.closers, c)
	}
	return p, instance, nil
}

// mediaAhead is how many steps of media work may look, fetch and store while all media
// children are busy: of a retake's forty shots, thirty-nine only have to be looked up.
const mediaAhead = 3

// mediaSlots is how many media jobs run at once: an encoder uses about two cores.
func (a *Main) mediaSlots() int {
	if a.Config.Media.Slots > 0 {
		return a.Config.Media.Slots
	}
	return max(1, runtime.NumCPU()/2)
}

// slots is how many takes of an instance are made at once.
func slots(i provider.Instance) int {
	if i.Slots > 0 {
		return i.Slots
	}
	return max(1, runtime.NumCPU())
}
