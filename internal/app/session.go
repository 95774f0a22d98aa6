package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	tlog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/metrics"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/folder"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/traces"
	"github.com/dailies/dailies/internal/transfer"
)

// Session is an engine, joined or started, and what talks to it.
type Session struct {
	Studio *studio.Studio
	Engine *engine.Engine // nil when nothing is embedded

	// calls is where vendors end waits early; nil: they are only asked.
	calls *callback.Desk

	app     *Main
	failed  chan error // a worker or the engine cannot go on
	client  client.Client
	store   store.Store
	log     *slog.Logger
	numbers *metrics.Set // nil: nothing is counted
	logFile io.Closer    // nil when nothing is embedded
	closers []io.Closer  // providers
	posts   posts
	tracer  *traces.Tracer          // nil: nobody wants any
	leave   context.CancelCauseFunc // ends what the next worker goes on with where this one was
	end     context.CancelCauseFunc // ends the workers' other activities
	running sync.WaitGroup

	mu      sync.Mutex
	workers []worker.Worker
}

// errStopping ends activities when this process goes: they are tried again by
// whoever works next.
var errStopping = errors.New("this worker stops")

// WithStudio runs work against an engine. When the engine is lost or changes hands
// meanwhile, it is started or joined again and work runs again: work must be
// repeatable.
func (a *Main) WithStudio(ctx context.Context, n Need, work func(context.Context, *studio.Studio) error) error {
	return a.WithSession(ctx, n, func(ctx context.Context, s *Session) error { return work(ctx, s.Studio) })
}

// engineTries is how often one command goes on with another engine. Owners end,
// but not one after the other.
const engineTries = 5

// WithSession is WithStudio for work that needs more of the session.
func (a *Main) WithSession(ctx context.Context, n Need, work func(context.Context, *Session) error) error {
	for try := 1; ; try++ {
		s, err := a.Open(ctx, n)
		if err == nil {
			err = s.run(ctx, work)
			s.post(ctx)
			if closeErr := s.Close(); closeErr != nil {
				a.Log.Warn("close engine", "error", closeErr)
			}
		}
		embedded := a.EmbedsTemporal() || a.EmbedsS3()
		if err == nil || !embedded || !unreachable(err) || ctx.Err() != nil || try == engineTries {
			return err
		}
		a.Log.Info("the engine went away; going on with another", "error", err)
	}
}

// errLost says that the engine is gone for this process.
var errLost = errors.New("the engine was lost")

// unreachable says whether err means that the engine was not there, which is what
// another one can mend.
func unreachable(err error) bool {
	var gone *studio.UnreachableError
	var unavailable *serviceerror.Unavailable
	if errors.Is(err, engine.ErrFolderGone) {
		return false // a new engine would begin with an empty folder
	}
	return errors.Is(err, errLost) || errors.As(err, &gone) || errors.As(err, &unavailable) ||
		errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
}

// run runs work and watches the engine.
func (s *Session) run(ctx context.Context, work func(context.Context, *Session) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var lost <-chan struct{}
	if s.Engine != nil {
		lost = s.Engine.Lost()
	}
	done := make(chan error, 1)
	go func() { done <- work(ctx, s) }()
	select {
	case err := <-done:
		return err
	case <-lost:
		cancel()
		<-done //nolint:errcheck // the loss is the news
		return fmt.Errorf("%w: %w", errLost, s.Engine.Err())
	case err := <-s.failed:
		cancel()
		<-done //nolint:errcheck // what failed first is the news
		return err
	}
}

// Open starts or joins an engine and starts the workers that n asks for, as soon
// as this process owns the engine: two owners would share a vendor's limits
// without knowing of each other.
func (a *Main) Open(ctx context.Context, n Need) (_ *Session, err error) {
	s := &Session{app: a, failed: make(chan error, 8)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if err := a.checkFolder(n); err != nil {
		return nil, err
	}
	s.log = a.Log
	s.measure(n)
	if n.look {
		return s, s.look(ctx) // it writes nothing, not even a log
	}
	if n.runs && a.Cluster() {
		return s, s.watch(ctx)
	}
	if err := s.openLog(); err != nil {
		return nil, err
	}
	if err := a.checkService(ctx, n); err != nil {
		return nil, err
	}
	var addr engine.Address
	if a.EmbedsTemporal() || a.EmbedsS3() {
		if s.Engine, err = engine.StartOrJoin(ctx, a.engineOptions(s.log)); err != nil {
			return nil, err
		}
		addr = s.Engine.Address()
	}
	if s.store, err = a.newStore(ctx, addr, n); err != nil {
		return nil, err
	}
	s.store = transfer.Guard(s.store)
	if s.client, err = s.dial(ctx, addr, s.log); err != nil {
		return nil, err
	}
	if a.Cluster() {
		if err := a.readyTemporal(ctx, s.client, n.serve); err != nil {
			return nil, err
		}
	}
	if base := a.Config.Studio.Callback(); base != nil {
		s.calls = &callback.Desk{Store: s.store, Base: base, Log: s.log}
	}
	counted := s.counted(ledger.Objects{Store: s.store, Keep: true, Written: &ledger.Written{}})
	purse := s.account(counted)
	l := account.Marking{Ledger: counted, Account: purse}
	run, err := s.mediaRunner()
	if err != nil {
		return nil, err
	}
	trust, err := a.Trust()
	if err != nil {
		return nil, err
	}
	s.Studio = &studio.Studio{
		Trust:    trust,
		Temporal: s.client, Namespace: s.namespace(addr), Store: s.store, Ledger: l, Account: purse, Look: a.lookPrice(), Judge: a.judges(), Listener: a.listens(), Lines: a.lines(), Words: a.Words, Facts: s.Facts, Exchange: a.Config.Exchange, LabelCode: a.Config.Label.Code, Retention: a.Config.Retention, ScratchDir: a.scratch(), Media: run, Log: s.log,
	}
	s.Studio.Herald = s.herald()
	if n.all {
		n.workflow, n.media, n.providers, n.webhooks = true, true, a.ProviderNames(), len(a.Config.Webhooks) > 0
	}
	if a.EmbedsTemporal() || n.serve {
		s.work(n, l, run)
	}
	s.Studio.Candidate = s.candidate
	s.foresee()
	return s, nil
}

// look opens the record of what is finished. The embedded S3 is read where it
// lies: starting a server to read a few small files would take longer than that.
func (s *Session) look(ctx context.Context) (err error) {
	a := s.app
	s.store = folder.New(filepath.Join(a.DataDir(), "s3", "objects"), a.Config.S3.Bucket, a.Config.S3.Prefix)
	if !a.EmbedsS3() {
		if s.store, err = a.newStore(ctx, engine.Address{}, ToLook); err != nil {
			return err
		}
	}
	run, err := a.MediaRunner()
	if err != nil {
		return err
	}
	l := ledger.Objects{Store: s.store}
	trust, err := a.Trust()
	if err != nil {
		return err
	}
	s.Studio = &studio.Studio{Trust: trust, Store: s.store, Ledger: l, Account: s.account(l), Look: a.lookPrice(), Judge: a.judges(), Listener: a.listens(), Lines: a.lines(), Facts: s.Facts, Exchange: a.Config.Exchange, LabelCode: a.Config.Label.Code, Retention: a.Config.Retention, ScratchDir: a.scratch(), Media: run, Log: s.log}
	s.foresee()
	return nil
}

// watch opens a cluster's Temporal and nothing else, so that a program can be checked
// against it by whoever has no key of its store.
func (s *Session) watch(ctx context.Context) (err error) {
	if s.client, err = s.dial(ctx, engine.Address{}, s.log); err != nil {
		return err
	}
	s.Studio = &studio.Studio{Temporal: s.client, Namespace: s.app.Config.Temporal.Namespace, Log: s.log}
	_, err = s.client.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: s.Studio.Namespace})
	if _, missing := errors.AsType[*serviceerror.NamespaceNotFound](err); missing {
		return Usagef("open Temporal's namespace %s at %s: there is none of this name; temporal.namespace names it", s.Studio.Namespace, s.app.Config.Temporal.Address)
	}
	if err != nil {
		return fmt.Errorf("open Temporal's namespace %s at %s: %w", s.Studio.Namespace, s.app.Config.Temporal.Address, err)
	}
	return nil
}

// foresee lets plans tell of cuts as the media workers decide. What is wrong with the
// voices' config is said where they speak.
func (s *Session) foresee() {
	if steps, err := s.Steps(); err == nil {
		s.Studio.Foresee, s.Studio.Bare = steps.Media.Foresee, steps.Media.Bare
	}
}

// namespace is where Temporal keeps the runs.
func (s *Session) namespace(addr engine.Address) string {
	if s.app.EmbedsTemporal() {
		return addr.Namespace
	}
	return s.app.Config.Temporal.Namespace
}

// account is the shows' account. Where there is an engine it is asked about runs.
func (s *Session) account(l ledger.Ledger) *account.Account {
	a := &account.Account{Store: s.store, Ledger: l, Exchange: s.app.Config.Exchange, Marked: true, Keep: s.client != nil, Who: activities.RunOf}
	if s.client != nil {
		runs := studio.Runs{Temporal: s.client}
		a.Open, a.Wake = runs.Open, runs.Wake
	}
	return a
}

// checkFolder refuses a data folder that this release cannot work with, before
// anything is written to it.
func (a *Main) checkFolder(n Need) error {
	switch {
	case !a.EmbedsTemporal() && !a.EmbedsS3():
		return nil
	case n.look:
		return Usage(engine.CheckFolder(a.DataDir()))
	}
	return Usage(engine.PrepareFolder(a.DataDir()))
}

// checkService makes sure that somebody is there to do detached work.
func (a *Main) checkService(ctx context.Context, n Need) error {
	if !n.service || !a.EmbedsTemporal() {
		return nil
	}
	_, up, err := engine.Connect(ctx, a.DataDir())
	if err != nil {
		return err
	}
	if !up {
		return Usagef("--detach hands the work to a running engine, and none runs on %s: start dailies up, or leave --detach out", a.DataDir())
	}
	return nil
}

func (a *Main) engineOptions(log *slog.Logger) engine.Options {
	return engine.Options{
		Data: a.DataDir(), Logger: log, NoTemporal: !a.EmbedsTemporal(), NoS3: !a.EmbedsS3(),
		Namespace: a.Config.Temporal.Namespace, Bucket: a.Config.S3.Bucket, Region: a.Config.S3.Region,
		Gateway: a.self("s3gateway"),
	}
}

// dial connects to Temporal.
func (s *Session) dial(ctx context.Context, addr engine.Address, log *slog.Logger) (client.Client, error) {
	a := s.app
	opts, err := a.clientOptions(addr)
	if err != nil {
		return nil, err
	}
	opts.Logger = tlog.NewStructuredLogger(log)
	if s.numbers != nil {
		opts.MetricsHandler = s.numbers.Temporal()
	}
	for start := time.Now(); ; {
		c, err := client.DialContext(ctx, opts)
		if err == nil {
			return c, nil
		}
		// An engine that was joined may be changing hands, on the same address.
		if !a.EmbedsTemporal() || time.Since(start) > handover || ctx.Err() != nil {
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
func (s *Session) work(n Need, l ledger.Ledger, run media.Runner) {
	ctx, leave := context.WithCancelCause(context.Background())
	working, end := context.WithCancelCause(context.Background())
	s.leave, s.end = leave, end
	start := func() {
		if s.Engine != nil && s.app.EmbedsTemporal() {
			// We own the engine, so whoever worked on it before is dead.
			n, err := s.Studio.ReleaseOrphans(ctx, s.Engine.Address().Namespace)
			s.log.Info("released steps of a dead owner", "steps", n, "error", err)
		}
		if err := s.startWorkers(ctx, working, n, l, run); err != nil {
			s.failed <- err
		}
	}
	if s.Engine == nil {
		start()
		return
	}
	if s.Owns() {
		start()
		return
	}
	s.running.Go(func() {
		select {
		case <-s.Engine.Owned():
			s.app.Say("the engine's owner has ended; going on with its work here")
			start()
		case <-ctx.Done():
		}
	})
}

// Owns says whether this process is the one that runs the engine.
func (s *Session) Owns() bool {
	if s.Engine == nil {
		return false
	}
	select {
	case <-s.Engine.Owned():
		return true
	default:
		return false
	}
}

// Failed delivers why a worker, or the engine, cannot go on.
func (s *Session) Failed() <-chan error { return s.failed }

// Close stops the workers, then the engine, then the rest.
func (s *Session) Close() error {
	var errs []error
	s.stopWorkers()
	if s.client != nil {
		s.client.Close()
	}
	errs = append(errs, s.tracer.Close())
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	if c, ok := s.store.(io.Closer); ok { // before the engine, whose gateway would wait for its connections
		errs = append(errs, c.Close())
	}
	if s.Engine != nil {
		errs = append(errs, s.Engine.Close())
	}
	if s.logFile != nil {
		errs = append(errs, s.logFile.Close())
	}
	return errors.Join(errs...)
}
