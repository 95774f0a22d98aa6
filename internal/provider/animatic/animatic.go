// Package animatic is the built-in provider: a previsualisation drawn from the
// brief itself, with scratch speech and ambience. It promises the same pictures
// and samples for the same request on every machine with the same fonts and
// voices, any even raster up to 4096 and any rate up to 120, and that a job
// outlives the process: what was asked is written down first, and drawing it
// again is free. It is not a video model: it shows blocking, size, move, rhythm
// and sound of a shot, not its final look.
package animatic

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/voice"
)

// Limits of one request.
const (
	maxSide    = 4096
	minSide    = 16
	maxSeconds = 600
	maxFPS     = 120
	maxRequest = 4 << 20 // bytes of the written request
	keepDone   = 24 * time.Hour
)

//go:embed models.yaml
var modelsYAML []byte

// Options configure a Provider. Runner and Dir are needed.
type Options struct {
	// Runner encodes the pictures (media.EncodeJob).
	Runner media.Runner
	// Speaker speaks the lines of characters whose voice names no provider;
	// Speakers are chosen by a voice's provider name. Without any, lines are
	// placed in time but silent.
	Speaker  voice.Speaker
	Speakers map[string]voice.Speaker
	// Dir holds requests and finished clips between Submit and Fetch. It must
	// survive a restart and belong to one Provider alone.
	Dir string
	// Slots is how many shots are drawn at once; 0: 1.
	Slots int
	// Encoder is how the clip is compressed; zero: veryfast at CRF 16, since the
	// clip is encoded once more when it is conformed.
	Encoder media.Encoder
	Logger  *slog.Logger
}

// Provider draws takes. It is safe for concurrent use. Close it.
type Provider struct {
	o      Options
	models []provider.Model
	fonts  *fonts
	ctx    context.Context
	stop   context.CancelFunc
	slots  chan struct{}
	wg     sync.WaitGroup

	mu    sync.Mutex
	jobs  map[string]*job
	swept time.Time
}

// New makes a Provider and clears Dir of clips finished over a day ago, as Submit
// does once an hour.
func New(o Options) (*Provider, error) {
	if o.Runner == nil {
		return nil, fmt.Errorf("open animatic: no media runner given")
	}
	if o.Dir == "" {
		return nil, fmt.Errorf("open animatic: no folder given")
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("open animatic: %w", err)
	}
	o.Dir = dir
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open animatic: %w", err)
	}
	if o.Slots <= 0 {
		o.Slots = 1
	}
	if o.Encoder == (media.Encoder{}) {
		o.Encoder = media.Encoder{Preset: "ultrafast", CRF: 16}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("read animatic's models.yaml: %w", err)
	}
	p := &Provider{o: o, models: models, fonts: loadFonts(), slots: make(chan struct{}, o.Slots), jobs: map[string]*job{}}
	p.ctx, p.stop = context.WithCancel(context.Background())
	p.sweep(time.Now())
	return p, nil
}

// Close stops the drawing of all jobs and waits for it. They go on when a later
// Provider on the same folder is polled.
func (p *Provider) Close() error {
	p.stop()
	p.wg.Wait()
	return nil
}

// Name is "animatic".
func (p *Provider) Name() string { return "animatic" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return append([]provider.Model(nil), p.models...) }

// Submit writes the request down and starts drawing. A key that is known already
// is the same job again. It errs with Invalid when the request cannot be drawn.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	r = asked(r)
	if err := check(r); err != nil {
		return provider.Job{}, err
	}
	if err := ctx.Err(); err != nil {
		return provider.Job{}, &provider.Error{Kind: provider.KindTransient, Op: "submit", Message: "the call was cancelled before anything was written", Err: err}
	}
	p.mu.Lock()
	due := time.Since(p.swept) > time.Hour
	p.mu.Unlock()
	if due {
		p.sweep(time.Now())
	}
	w, err := p.write(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	p.start(r.Key, w)
	return jobOf(w.Request), nil
}

// Poll reports a job's progress. A job of an earlier process that was not
// finished is drawn again from its written request.
func (p *Provider) Poll(_ context.Context, j provider.Job) (provider.Status, error) {
	if !validKey(j.ID) {
		return provider.Status{}, &provider.Error{Kind: provider.KindNotFound, Op: "poll", Message: "this is not a job of the animatic provider"}
	}
	p.mu.Lock()
	known := p.jobs[j.ID]
	p.mu.Unlock()
	if known == nil {
		if s, ok := p.finished(j); ok {
			return s, nil
		}
		w, err := p.read(j.ID)
		if err != nil {
			return provider.Status{}, err
		}
		known = p.start(j.ID, w)
	}
	s := known.status(j)
	if s.Err != nil && machine.Trouble(s.Err) {
		p.mu.Lock()
		if p.jobs[j.ID] == known {
			delete(p.jobs, j.ID)
		}
		p.mu.Unlock()
	}
	return s, nil
}

// Fetch opens the finished clip. It errs with NotFound when it is gone.
func (p *Provider) Fetch(_ context.Context, s provider.Status) (io.ReadCloser, error) {
	if !validKey(s.Job.ID) {
		return nil, &provider.Error{Kind: provider.KindNotFound, Op: "fetch", Message: "this is not a job of the animatic provider"}
	}
	f, err := os.Open(p.path(s.Job.ID, clipName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &provider.Error{Kind: provider.KindTransient, Op: "fetch", Message: "the clip cannot be read: " + err.Error(), Err: err}
	}
	if err != nil {
		return nil, &provider.Error{Kind: provider.KindNotFound, Op: "fetch", Message: "the clip is not there; poll the job to draw it again", Err: err}
	}
	return f, nil
}

// Cancel stops the drawing of a job for good. It costs nothing either way.
func (p *Provider) Cancel(_ context.Context, j provider.Job) (bool, error) {
	if !validKey(j.ID) {
		return false, &provider.Error{Kind: provider.KindNotFound, Op: "cancel", Message: "this is not a job of the animatic provider"}
	}
	if _, done := p.finished(j); done {
		return false, nil
	}
	p.mu.Lock()
	known := p.jobs[j.ID]
	p.mu.Unlock()
	if known == nil {
		w, err := p.read(j.ID)
		if err != nil {
			return false, err
		}
		known = newJob(w)
		p.mu.Lock()
		if other := p.jobs[j.ID]; other != nil {
			known = other
		} else {
			p.jobs[j.ID] = known
			close(known.done)
		}
		p.mu.Unlock()
	}
	if !known.cancel() {
		return false, nil
	}
	if err := writeFile(p.path(j.ID, cancelName), []byte("{}")); err != nil {
		return true, &provider.Error{Kind: provider.KindTransient, Op: "cancel", Message: "the cancellation could not be written down", Err: err}
	}
	return true, nil
}

// Find looks a job up by its key: the written request is the record.
func (p *Provider) Find(_ context.Context, r provider.Request) (provider.Job, bool, error) {
	if !validKey(r.Key) {
		return provider.Job{}, false, &provider.Error{Kind: provider.KindInvalid, Op: "find", Message: "the key is not [A-Za-z0-9-] of 1 to 64 bytes"}
	}
	if _, err := os.Stat(p.path(r.Key, requestName)); err != nil {
		if os.IsNotExist(err) {
			return provider.Job{}, false, nil
		}
		return provider.Job{}, false, &provider.Error{Kind: provider.KindTransient, Op: "find", Message: "the job's folder cannot be read", Err: err}
	}
	return jobOf(r), true, nil
}

func jobOf(r provider.Request) provider.Job { return provider.Job{ID: r.Key, Model: "animatic"} }

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Canceler = (*Provider)(nil)
	_ provider.Finder   = (*Provider)(nil)
)
