package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	tlog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/folder"
	"github.com/dailies/dailies/internal/studio"
)

// need is what a command wants of an engine that it runs itself.
type need struct {
	workflow  bool     // runs, and the small steps that read and write records
	media     bool     // decode and encode
	providers []string // instances whose takes are made here
	all       bool     // everything that is configured
	service   bool     // the engine must be running already
	look      bool     // what is finished, and nothing else: no engine, and nobody to run anything
}

// What commands need. Even a question about a run wants a workflow worker: it is
// the run's own code that answers.
var (
	toLook   = need{look: true}
	toAsk    = need{workflow: true}
	toRun    = need{workflow: true}
	toRender = need{all: true}
)

// forRun is render's need; detached work needs somebody else to do it.
func forRun(detach bool) need {
	if detach {
		return need{service: true}
	}
	return toRender
}

// session is an engine, joined or started, and what talks to it.
type session struct {
	studio *studio.Studio
	engine *engine.Engine // nil when nothing is embedded
	failed chan error     // a worker or the engine cannot go on

	app     *app
	client  client.Client
	store   store.Store
	log     *slog.Logger
	logFile io.Closer               // nil when nothing is embedded
	closers []io.Closer             // providers
	stop    context.CancelCauseFunc // ends the workers' activities
	running sync.WaitGroup

	mu      sync.Mutex
	workers []worker.Worker
}

// errStopping ends activities when this process goes: they are tried again by
// whoever works next.
var errStopping = errors.New("this worker stops")

// withStudio runs work against an engine. When the engine is lost or changes hands
// meanwhile, it is started or joined again and work runs again: work must be
// repeatable.
func (a *app) withStudio(ctx context.Context, n need, work func(context.Context, *studio.Studio) error) error {
	return a.withSession(ctx, n, func(ctx context.Context, s *session) error { return work(ctx, s.studio) })
}

// engineTries is how often one command goes on with another engine. Owners end,
// but not one after the other.
const engineTries = 5

func (a *app) withSession(ctx context.Context, n need, work func(context.Context, *session) error) error {
	for try := 1; ; try++ {
		s, err := a.open(ctx, n)
		if err == nil {
			err = s.run(ctx, work)
			if closeErr := s.close(); closeErr != nil {
				a.log.Warn("close engine", "error", closeErr)
			}
		}
		embedded := a.embedsTemporal() || a.embedsS3()
		if err == nil || !embedded || !unreachable(err) || ctx.Err() != nil || try == engineTries {
			return err
		}
		a.log.Info("the engine went away; going on with another", "error", err)
	}
}

// errLost says that the engine is gone for this process.
var errLost = errors.New("the engine was lost")

// unreachable says whether err means that the engine was not there, which is what
// another one can mend.
func unreachable(err error) bool {
	var gone *studio.UnreachableError
	var unavailable *serviceerror.Unavailable
	return errors.Is(err, errLost) || errors.As(err, &gone) || errors.As(err, &unavailable) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
}

// run runs work and watches the engine.
func (s *session) run(ctx context.Context, work func(context.Context, *session) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var lost <-chan struct{}
	if s.engine != nil {
		lost = s.engine.Lost()
	}
	done := make(chan error, 1)
	go func() { done <- work(ctx, s) }()
	select {
	case err := <-done:
		return err
	case <-lost:
		cancel()
		<-done //nolint:errcheck // the loss is the news
		return fmt.Errorf("%w: %w", errLost, s.engine.Err())
	case err := <-s.failed:
		cancel()
		<-done //nolint:errcheck // what failed first is the news
		return err
	}
}

// open starts or joins an engine and starts the workers that n asks for, as soon
// as this process owns the engine: two owners would share a vendor's limits
// without knowing of each other.
func (a *app) open(ctx context.Context, n need) (_ *session, err error) {
	s := &session{app: a, failed: make(chan error, 8)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if err := s.openLog(); err != nil {
		return nil, err
	}
	if err := a.checkService(ctx, n); err != nil {
		return nil, err
	}
	if n.look {
		return s, s.look(ctx)
	}
	var addr engine.Address
	if a.embedsTemporal() || a.embedsS3() {
		if s.engine, err = engine.StartOrJoin(ctx, a.engineOptions(s.log)); err != nil {
			return nil, err
		}
		addr = s.engine.Address()
	}
	if s.store, err = a.newStore(ctx, addr); err != nil {
		return nil, err
	}
	if s.client, err = a.dial(ctx, addr, s.log); err != nil {
		return nil, err
	}
	l := ledger.Objects{Store: s.store}
	run, err := a.mediaRunner()
	if err != nil {
		return nil, err
	}
	s.studio = &studio.Studio{
		Temporal: s.client, Store: s.store, Ledger: l, Providers: a.facts(), Exchange: a.config.Exchange, Media: run, Log: s.log,
	}
	if n.all {
		n.workflow, n.media, n.providers = true, true, a.providerNames()
	}
	if a.embedsTemporal() || !a.oneShot(n) {
		s.work(n, l, run)
	}
	return s, nil
}

// look opens the record of what is finished. The embedded S3 is read where it
// lies: starting a server to read a few small files would take longer than that.
func (s *session) look(ctx context.Context) (err error) {
	a := s.app
	s.store = folder.New(filepath.Join(a.dataDir(), "s3", "objects"), a.config.S3.Bucket, a.config.S3.Prefix)
	if !a.embedsS3() {
		if s.store, err = a.newStore(ctx, engine.Address{}); err != nil {
			return err
		}
	}
	run, err := a.mediaRunner()
	if err != nil {
		return err
	}
	s.studio = &studio.Studio{Store: s.store, Ledger: ledger.Objects{Store: s.store}, Providers: a.facts(), Exchange: a.config.Exchange, Media: run, Log: s.log}
	return nil
}

// oneShot says whether the command merely submits and watches: against an
// existing Temporal the workers are elsewhere.
func (a *app) oneShot(n need) bool { return n.all || len(n.providers) == 0 && !n.media && n.workflow }

func (s *session) openLog() error {
	a := s.app
	s.log = a.log
	if !a.embedsTemporal() && !a.embedsS3() {
		return nil
	}
	f, err := openLog(filepath.Join(a.dataDir(), "logs", "dailies.log"))
	if err != nil {
		return err
	}
	s.logFile = f
	var handler slog.Handler = slog.NewJSONHandler(f, &slog.HandlerOptions{Level: slog.LevelInfo})
	if a.flags.verbose {
		handler = both{handler, a.log.Handler()}
	}
	s.log = slog.New(handler)
	return nil
}

// checkService makes sure that somebody is there to do detached work.
func (a *app) checkService(ctx context.Context, n need) error {
	if !n.service || !a.embedsTemporal() {
		return nil
	}
	_, up, err := engine.Connect(ctx, a.dataDir())
	if err != nil {
		return err
	}
	if !up {
		return usagef("--detach hands the work to a running engine, and none runs on %s: start dailies up, or leave --detach out", a.dataDir())
	}
	return nil
}

func (a *app) engineOptions(log *slog.Logger) engine.Options {
	return engine.Options{
		Data: a.dataDir(), Logger: log, NoTemporal: !a.embedsTemporal(), NoS3: !a.embedsS3(),
		Namespace: a.config.Temporal.Namespace, Bucket: a.config.S3.Bucket, Region: a.config.S3.Region,
		Gateway: a.self("s3gateway"),
	}
}

// dial connects to Temporal.
func (a *app) dial(ctx context.Context, addr engine.Address, log *slog.Logger) (client.Client, error) {
	opts, err := a.clientOptions(addr)
	if err != nil {
		return nil, err
	}
	opts.Logger = tlog.NewStructuredLogger(log)
	for start := time.Now(); ; {
		c, err := client.DialContext(ctx, opts)
		if err == nil {
			return c, nil
		}
		// An engine that was joined may be changing hands, on the same address.
		if !a.embedsTemporal() || time.Since(start) > handover || ctx.Err() != nil {
			return nil, fmt.Errorf("connect to Temporal at %s: %w", opts.HostPort, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(dialEvery):
		}
	}
}

// While an engine changes hands it is dialled again every dialEvery, for handover.
const (
	dialEvery = 100 * time.Millisecond
	handover  = 20 * time.Second
)

// work starts the workers once this process owns the engine.
func (s *session) work(n need, l ledger.Ledger, run media.Runner) {
	ctx, cancel := context.WithCancelCause(context.Background())
	s.stop = cancel
	start := func() {
		if s.engine != nil && s.app.embedsTemporal() {
			// We own the engine, so whoever worked on it before is dead.
			n, err := s.studio.ReleaseOrphans(ctx, s.engine.Address().Namespace)
			s.log.Info("released steps of a dead owner", "steps", n, "error", err)
		}
		if err := s.startWorkers(ctx, n, l, run); err != nil {
			s.failed <- err
		}
	}
	if s.engine == nil {
		start()
		return
	}
	if s.owns() {
		start()
		return
	}
	s.running.Go(func() {
		select {
		case <-s.engine.Owned():
			s.app.ui.say("the engine's owner has ended; going on with its work here")
			start()
		case <-ctx.Done():
		}
	})
}

// owns says whether this process is the one that runs the engine.
func (s *session) owns() bool {
	if s.engine == nil {
		return false
	}
	select {
	case <-s.engine.Owned():
		return true
	default:
		return false
	}
}

// close stops the workers, then the engine, then the rest.
func (s *session) close() error {
	var errs []error
	if s.stop != nil {
		s.stop(errStopping)
	}
	s.running.Wait()
	s.mu.Lock()
	workers := s.workers
	s.workers = nil
	s.mu.Unlock()
	var stopping sync.WaitGroup
	for _, w := range workers {
		stopping.Go(w.Stop)
	}
	stopping.Wait()
	if s.client != nil {
		s.client.Close()
	}
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	if s.engine != nil {
		errs = append(errs, s.engine.Close())
	}
	if s.logFile != nil {
		errs = append(errs, s.logFile.Close())
	}
	return errors.Join(errs...)
}

// stopTimeout is how long activities may take to say that they stop. What says
// so is tried again at once by the next worker; what does not, when its
// heartbeat is missed.
const stopTimeout = 10 * time.Second

// mediaSlots is how many media jobs run at once: an encoder uses about two cores.
func (a *app) mediaSlots() int {
	if a.config.Media.Slots > 0 {
		return a.config.Media.Slots
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

// both is a slog.Handler that tells two.
type both [2]slog.Handler

func (b both) Enabled(ctx context.Context, l slog.Level) bool {
	return b[0].Enabled(ctx, l) || b[1].Enabled(ctx, l)
}

func (b both) Handle(ctx context.Context, r slog.Record) error {
	var errs []error
	for _, h := range b {
		if h.Enabled(ctx, r.Level) {
			errs = append(errs, h.Handle(ctx, r.Clone()))
		}
	}
	return errors.Join(errs...)
}

func (b both) WithAttrs(as []slog.Attr) slog.Handler {
	return both{b[0].WithAttrs(as), b[1].WithAttrs(as)}
}

func (b both) WithGroup(name string) slog.Handler {
	return both{b[0].WithGroup(name), b[1].WithGroup(name)}
}
