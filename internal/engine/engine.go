// Package engine runs what dailies needs when nothing else runs: a Temporal server on SQLite, an S3 gateway over a folder and
// Temporal's web page, all on loopback and all durable under one data folder.
//
// It promises one engine per data folder. The process that starts it owns it; others that come while it is up join it (StartOrJoin).
// Ownership is a kernel lock: when the owner ends, however it ends, a joined process takes over on the same ports, so that Temporal and
// S3 clients of the others merely reconnect. A kill at any moment loses nothing that was answered.
//
// Everything listens on loopback, and nothing answers to who cannot read the data folder, which is 0700: each port of Temporal wants the
// certificate of the folder's identity, the web page a password, the gateway its keys. It runs no workers.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/internal/memory"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"
)

// Options say what to run and where. Data is required.
type Options struct {
	Data   string       // the folder that everything durable lies in; made 0700
	Logger *slog.Logger // nil: slog.Default

	NoTemporal bool // an outside Temporal is used
	NoS3       bool // an outside S3 is used
	NoUI       bool // no Temporal web page

	// Ports on loopback. 0: the port of last time if it is free, else any.
	TemporalPort, S3Port, UIPort int

	Namespace string // of Temporal; "" is "default"
	Bucket    string // "" is "dailies"
	Region    string // "" is "us-east-1"

	// HistoryEvents is how long a run's history gets, in events, before the run is told to
	// go on in a new one; 0: as Temporal likes it (4,096).
	HistoryEvents int

	// Gateway is the command that calls RunGateway. nil: this program with the argument "s3gateway".
	Gateway []string
}

// Engine is a running engine, owned by this process or joined.
type Engine struct {
	opts Options
	log  *slog.Logger

	owned    chan struct{} // closed when this process owns the engine
	lost     chan struct{} // closed when the engine is gone for this process
	lostOnce sync.Once
	lostErr  error // valid once lost is closed

	patience time.Duration // for fixed ports that are still taken

	background context.Context // of the goroutines that outlive a call
	cancel     context.CancelFunc
	running    sync.WaitGroup
	closing    atomic.Bool

	mu       sync.Mutex // guards all below
	record   record
	lock     *flock.Flock // held, if owned
	temporal *temporalServer
	gateway  *gatewayChild
	ui       *webUI
}

// Start starts an engine and owns it. If another process owns the folder it fails with ErrOwned at once.
func Start(ctx context.Context, opts Options) (*Engine, error) {
	e, err := newEngine(opts)
	if err != nil {
		return nil, err
	}
	ok, err := e.tryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrOwned
	}
	if err := e.start(ctx); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// ErrOwned means that another process runs the engine of this data folder: join it with StartOrJoin.
var ErrOwned = errors.New("another process runs the engine of this data folder")

func newEngine(opts Options) (*Engine, error) {
	if opts.Data == "" {
		return nil, errors.New("start engine: no data folder is named")
	}
	// Everything is absolute from here on, so that nobody's later chdir can move it.
	data, err := filepath.Abs(opts.Data)
	if err != nil {
		return nil, fmt.Errorf("find data folder: %w", err)
	}
	opts.Data = data
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	if opts.Namespace == "" {
		opts.Namespace = "default"
	}
	if opts.Bucket == "" {
		opts.Bucket = "dailies"
	}
	if opts.Region == "" {
		opts.Region = "us-east-1"
	}
	if opts.Gateway == nil && !opts.NoS3 {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find own program: %w", err)
		}
		opts.Gateway = []string{self, "s3gateway"}
	}
	if err := PrepareFolder(data); err != nil {
		return nil, err
	}
	e := &Engine{opts: opts, log: opts.Logger, owned: make(chan struct{}), lost: make(chan struct{})}
	e.background, e.cancel = context.WithCancel(context.Background())
	return e, nil
}

func (e *Engine) tryLock() (bool, error) {
	lock := flock.New(lockFile(e.opts.Data), flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	if errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("%s: %w", e.opts.Data, ErrFolderGone)
	}
	if err != nil {
		return false, folderError(e.opts.Data, err)
	}
	if ok {
		e.lock = lock
	}
	return ok, nil
}

// start runs the parts. The caller holds the lock of the folder and closes e on an error.
func (e *Engine) start(ctx context.Context) error {
	memory.Serve()
	previous, _, err := readRecord(e.opts.Data)
	if err != nil {
		return err
	}
	if err := os.Remove(recordFile(e.opts.Data)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("clear engine address: %w", err)
	}
	rec := record{PID: os.Getpid(), Started: time.Now().UTC().Truncate(time.Second)}
	var parts errgroup.Group
	if !e.opts.NoTemporal {
		parts.Go(func() error { return e.startTemporal(ctx, previous, &rec) })
	}
	var s3 Address // its own variable: the two parts start at once
	if !e.opts.NoS3 {
		parts.Go(func() (err error) {
			s3, err = e.startS3(ctx, port(previous.S3Endpoint))
			return err
		})
	}
	if err := parts.Wait(); err != nil {
		return err
	}
	rec.S3Endpoint, rec.S3Bucket, rec.S3Region, rec.CredentialsFile = s3.S3Endpoint, s3.S3Bucket, s3.S3Region, s3.CredentialsFile
	e.mu.Lock()
	defer e.mu.Unlock()
	e.record = rec
	if err := rec.write(e.opts.Data); err != nil {
		return err
	}
	if e.gateway != nil {
		e.running.Add(1)
		go e.keepGateway(e.background)
	}
	if held, err := os.Stat(lockFile(e.opts.Data)); err == nil {
		e.running.Add(1)
		go e.keepFolder(held)
	}
	close(e.owned)
	return nil
}

func (e *Engine) startTemporal(ctx context.Context, previous record, rec *record) error {
	p, err := e.choosePort(ctx, e.opts.TemporalPort, port(previous.Temporal))
	if err != nil {
		return err
	}
	keyFile := identityFile(e.opts.Data)
	key, err := ensureIdentity(keyFile)
	if err != nil {
		return err
	}
	rec.Temporal, rec.Namespace, rec.KeyFile = hostPort(p), e.opts.Namespace, keyFile
	server, err := startTemporal(ctx, temporalOptions{
		key: key, address: rec.Address,
		file:      filepath.Join(e.opts.Data, "temporal", "temporal.db"),
		namespace: e.opts.Namespace,
		port:      p,
		events:    e.opts.HistoryEvents,
		log:       e.log,
		fatal:     func(msg string) { e.lose(fmt.Errorf("run Temporal server: %s", msg)) },
	})
	if err != nil {
		return err
	}
	rec.ClusterID = server.clusterID
	e.mu.Lock()
	e.temporal = server
	e.mu.Unlock()
	if e.opts.NoUI {
		return nil
	}
	p, err = e.choosePort(ctx, e.opts.UIPort, port(previous.UI))
	if err != nil {
		return err
	}
	rec.PasswordFile = passwordFile(e.opts.Data)
	password, err := newPassword(rec.PasswordFile)
	if err != nil {
		return err
	}
	page, err := startUI(rec.Address, key, password, p, e.log)
	if err != nil {
		return err
	}
	rec.UI = "http://" + hostPort(p)
	e.mu.Lock()
	e.ui = page
	e.mu.Unlock()
	return nil
}

func (e *Engine) startS3(ctx context.Context, previousPort int) (Address, error) {
	folder := filepath.Join(e.opts.Data, "s3")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return Address{}, fmt.Errorf("make S3 folder: %w", err)
	}
	if _, err := ensureCredentials(credentialsFile(folder)); err != nil {
		return Address{}, err
	}
	p, err := e.choosePort(ctx, e.opts.S3Port, previousPort)
	if err != nil {
		return Address{}, err
	}
	child, err := startGateway(ctx, e.opts.Gateway, gatewayConfig{Folder: folder, Region: e.opts.Region, Port: p}, e.log)
	if err != nil {
		return Address{}, err
	}
	e.mu.Lock()
	e.gateway = child
	e.mu.Unlock()
	a := Address{S3Endpoint: "http://" + hostPort(p), S3Bucket: e.opts.Bucket, S3Region: e.opts.Region, CredentialsFile: credentialsFile(folder)}
	return a, ensureBucket(ctx, a)
}

// choosePort: the port that is fixed, else last time's if it is free, else any. Who takes over waits a little for a fixed one: the kernel
// gives up a dead owner's lock before its gateway is gone.
func (e *Engine) choosePort(ctx context.Context, fixed, previous int) (int, error) {
	if fixed == 0 {
		return freePort(previous)
	}
	ctx, cancel := context.WithTimeout(ctx, e.patience)
	defer cancel()
	var last error
	if poll(ctx, func() error {
		var p int
		if p, last = freePort(fixed); last == nil && p != fixed {
			last = fmt.Errorf("listen on port %d: another program does; choose another port or stop it", fixed)
		}
		return last
	}) != nil {
		return 0, last // that our patience ended is no news
	}
	return fixed, nil
}

// keepGateway starts the gateway again, on its port, if it ends by itself (the kernel may kill it for its memory). Clients retry meanwhile.
func (e *Engine) keepGateway(ctx context.Context) {
	defer e.running.Done()
	var recent []time.Time
	for {
		e.mu.Lock()
		child, p := e.gateway, port(e.record.S3Endpoint)
		e.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-child.ended:
		}
		if e.closing.Load() {
			return
		}
		e.log.Error("S3 gateway ended by itself; starting it again", slog.Any("error", child.err))
		recent = append(recent, time.Now())
		if len(recent) > 3 && recent[len(recent)-4].After(time.Now().Add(-time.Minute)) {
			e.lose(fmt.Errorf("run S3 gateway: it ended %d times within a minute: %w", 4, child.err))
			return
		}
		cfg := gatewayConfig{Folder: filepath.Join(e.opts.Data, "s3"), Region: e.opts.Region, Port: p}
		next, err := startGateway(ctx, e.opts.Gateway, cfg, e.log)
		if err != nil {
			if !e.closing.Load() {
				e.lose(err)
			}
			return
		}
		e.mu.Lock()
		e.gateway = next
		e.mu.Unlock()
	}
}

// Address says where the engine is reached. It stays the same as long as the engine is not Lost.
func (e *Engine) Address() Address {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.record.Address
}

// SetStudio tells processes that Connect or join later where the owner serves the Studio. Only the owner may call it.
func (e *Engine) SetStudio(url string) error {
	select {
	case <-e.owned:
	default:
		return errors.New("publish Studio address: this process only joined the engine")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.record.Studio = url
	return e.record.write(e.opts.Data)
}

// Owned is closed once this process owns the engine: at once if it started it, later if it joined and the owner went away. The owner
// is who runs workers: without it two processes would share a vendor's limits without knowing of each other.
func (e *Engine) Owned() <-chan struct{} { return e.owned }

// Lost is closed when the engine is gone for this process and cannot be brought back on its addresses. Err says why. What to do: Close,
// then StartOrJoin again; all work is durable and goes on.
func (e *Engine) Lost() <-chan struct{} { return e.lost }

// Err is why the engine was lost; nil while it is not.
func (e *Engine) Err() error {
	select {
	case <-e.lost:
		return e.lostErr
	default:
		return nil
	}
}

func (e *Engine) lose(err error) {
	e.lostOnce.Do(func() {
		e.lostErr = err
		close(e.lost)
	})
}

// Close ends an owned engine, or leaves a joined one. Stop the workers first. Closing twice is harmless.
func (e *Engine) Close() error {
	if e.closing.Swap(true) {
		return nil
	}
	e.cancel()
	e.running.Wait()
	return e.stop()
}

// stop ends the parts and gives up the lock, last.
func (e *Engine) stop() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lock == nil {
		return nil
	}
	if e.ui != nil {
		e.ui.stop(context.Background())
	}
	var errs []error
	if e.temporal != nil {
		errs = append(errs, e.temporal.stop())
	}
	if e.gateway != nil {
		e.gateway.stop()
	}
	// The record stays: it tells the next owner which ports to take again, and Connect does not believe it.
	e.ui, e.temporal, e.gateway = nil, nil, nil
	if err := e.lock.Close(); err != nil {
		errs = append(errs, fmt.Errorf("unlock data folder: %w", err))
	}
	e.lock = nil
	return errors.Join(errs...)
}
