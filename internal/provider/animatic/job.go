package animatic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // first frames come as JPEG or PNG
	_ "image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// Files of one job, all in Dir/<key>/.
const (
	requestName = "request.json"
	resultName  = "result.json"
	cancelName  = "cancelled.json"
	clipName    = "clip.mp4"
	firstName   = "first.img"
	lastName    = "last.img"
	maxPicture  = 32 << 20
)

// written is what is kept of a request: pictures lie beside it.
type written struct {
	Request provider.Request `json:"request"`
	First   bool             `json:"first,omitempty"`
	Last    bool             `json:"last,omitempty"`
}

// result is what is kept of a finished job.
type result struct {
	Cues []drama.SpokenCue `json:"cues,omitempty"`
}

// job is a request being drawn.
type job struct {
	w    written
	done chan struct{}
	stop context.CancelFunc

	mu        sync.Mutex
	progress  media.Progress
	cues      []drama.SpokenCue
	err       *provider.Error
	running   bool
	finished  bool
	cancelled bool
}

func newJob(w written) *job { return &job{w: w, done: make(chan struct{}), stop: func() {}} }

func (j *job) status(of provider.Job) provider.Status {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := provider.Status{Job: of, State: provider.Queued, Word: "queued", Seed: j.w.Request.Seed, Price: &drama.Money{}, PollAfter: 250 * time.Millisecond}
	switch {
	case j.cancelled:
		s.State, s.Word, s.PollAfter = provider.Cancelled, "cancelled", 0
		s.Err = &provider.Error{Kind: provider.KindFailed, Op: "poll", Message: "the job was cancelled"}
	case j.finished:
		s.State, s.Word, s.Progress, s.PollAfter, s.Cues = provider.Succeeded, "succeeded", 1, 0, j.cues
	case j.err != nil:
		s.State, s.Word, s.PollAfter, s.Err = provider.Failed, "failed", 0, j.err
	case j.running:
		s.State, s.Word = provider.Running, "drawing"
		if j.progress.Total > 0 {
			s.Progress = min(float64(j.progress.Done)/float64(j.progress.Total), 0.99)
		}
	}
	return s
}

// cancel says whether the job was stopped before it was finished.
func (j *job) cancel() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.finished {
		return false
	}
	j.cancelled = true
	j.stop()
	return true
}

func validKey(k string) bool {
	if k == "" || len(k) > 64 {
		return false
	}
	for _, r := range k {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

// check refuses what cannot be drawn.
func check(r provider.Request) *provider.Error {
	bad := func(format string, args ...any) *provider.Error {
		return &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: fmt.Sprintf(format, args...)}
	}
	switch w, h := r.Raster.Width, r.Raster.Height; {
	case !validKey(r.Key):
		return bad("the key is not [A-Za-z0-9-] of 1 to 64 bytes")
	case r.Model != "" && r.Model != "animatic":
		return bad("there is no model %q; the only one is animatic", short(r.Model, 40))
	case w%2 != 0 || h%2 != 0:
		return bad("raster %s has an odd side; both sides must be even", r.Raster)
	case w < minSide || h < minSide || w > maxSide || h > maxSide:
		return bad("raster %s is outside %d to %d", r.Raster, minSide, maxSide)
	case !r.FPS.Valid() || r.FPS.Float() > maxFPS || r.FPS.Float() < 1:
		return bad("rate %s is outside 1 to %d", r.FPS, maxFPS)
	case r.Frames < 1:
		return bad("the shot has %d frames; it needs at least one", r.Frames)
	case r.Frames.Duration(r.FPS) > maxSeconds*time.Second:
		return bad("the shot lasts %s; the longest is %d s", r.Frames.Duration(r.FPS).Round(time.Second), maxSeconds)
	}
	return nil
}

func (p *Provider) path(key, name string) string { return filepath.Join(p.o.Dir, key, name) }

// write stores a request, pictures first, so that request.json is the last to
// appear. A key that is there already is left alone.
func (p *Provider) write(ctx context.Context, r provider.Request) (written, error) {
	if w, err := p.read(r.Key); err == nil {
		return w, nil
	}
	if r.FinalOf != "" {
		var err error
		if r, err = p.final(r); err != nil {
			return written{}, err
		}
	}
	transient := func(err error) error {
		return &provider.Error{Kind: provider.KindTransient, Op: "submit", Message: "the request could not be written down", Err: err}
	}
	if err := os.MkdirAll(filepath.Join(p.o.Dir, r.Key), 0o700); err != nil {
		return written{}, transient(err)
	}
	w := written{Request: r}
	for _, pic := range []struct {
		p    *provider.Picture
		name string
		set  *bool
	}{{r.FirstFrame, firstName, &w.First}, {r.LastFrame, lastName, &w.Last}} {
		if pic.p == nil {
			continue
		}
		if pic.p.Open == nil {
			return written{}, &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: "a frame to start or end on cannot be read"}
		}
		if err := p.keepPicture(ctx, pic.p, p.path(r.Key, pic.name)); err != nil {
			return written{}, err
		}
		*pic.set = true
	}
	if r.Mode == provider.ModeLipSync {
		for _, m := range []struct {
			of   *provider.Material
			name string
		}{{r.Clip, lipClipName}, {r.Speech, lipWAVName}} {
			if err := p.keepMaterial(ctx, m.of, p.path(r.Key, m.name)); err != nil {
				return written{}, err
			}
		}
	}
	w.Request.References = nil // drawn from words, not from pictures
	b, err := json.Marshal(w)
	if err != nil {
		return written{}, transient(err)
	}
	if len(b) > maxRequest {
		return written{}, &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: fmt.Sprintf("the request has %d bytes; the most is %d", len(b), maxRequest)}
	}
	if err := writeFile(p.path(r.Key, requestName), b); err != nil {
		return written{}, transient(err)
	}
	return w, nil
}

func (p *Provider) keepPicture(ctx context.Context, pic *provider.Picture, to string) error {
	in, err := pic.Open(ctx)
	if err != nil {
		return &provider.Error{Kind: provider.KindTransient, Op: "submit", Message: "a frame to start or end on cannot be opened", Err: err}
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, maxPicture+1))
	if err != nil {
		return &provider.Error{Kind: provider.KindTransient, Op: "submit", Message: "a frame to start or end on cannot be read", Err: err}
	}
	if _, err := decodePicture(b); err != nil {
		return &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: "a frame to start or end on: " + err.Error()}
	}
	if err := writeFile(to, b); err != nil {
		return &provider.Error{Kind: provider.KindTransient, Op: "submit", Message: "a frame to start or end on could not be kept", Err: err}
	}
	return nil
}

// decodePicture reads a PNG or JPEG of at most 8192 a side.
func decodePicture(b []byte) (image.Image, error) {
	if len(b) > maxPicture {
		return nil, fmt.Errorf("the picture has over %d bytes", maxPicture)
	}
	cfg, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, errors.New("the picture is neither PNG nor JPEG")
	}
	if cfg.Width < 2 || cfg.Height < 2 || cfg.Width > 8192 || cfg.Height > 8192 {
		return nil, fmt.Errorf("the picture is %dx%d; the most is 8192x8192", cfg.Width, cfg.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, errors.New("the picture is damaged")
	}
	return img, nil
}

// read finds a request of this or an earlier process.
func (p *Provider) read(key string) (written, error) {
	b, err := os.ReadFile(p.path(key, requestName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return written{}, &provider.Error{Kind: provider.KindTransient, Op: "poll", Message: "the job cannot be read: " + err.Error(), Err: err}
	}
	if err != nil {
		return written{}, &provider.Error{Kind: provider.KindNotFound, Op: "poll", Message: "there is no such job", Err: err}
	}
	var w written
	if err := json.Unmarshal(b, &w); err != nil {
		return written{}, &provider.Error{Kind: provider.KindNotFound, Op: "poll", Message: "the job's record is damaged", Err: err}
	}
	w.Request.Key = key
	if err := check(w.Request); err != nil {
		return written{}, err
	}
	return w, nil
}

// finished looks for the outcome of an earlier process.
func (p *Provider) finished(of provider.Job) (provider.Status, bool) {
	j := newJob(written{})
	if w, err := p.read(of.ID); err == nil {
		j.w = w
	}
	if _, err := os.Stat(p.path(of.ID, cancelName)); err == nil {
		j.cancelled = true
		return j.status(of), true
	}
	b, err := os.ReadFile(p.path(of.ID, resultName))
	if err != nil {
		return provider.Status{}, false
	}
	var r result
	if json.Unmarshal(b, &r) != nil {
		return provider.Status{}, false
	}
	if _, err := os.Stat(p.path(of.ID, clipName)); err != nil {
		return provider.Status{}, false
	}
	j.finished, j.cues = true, r.Cues
	return j.status(of), true
}

// start draws a job in the background, once.
func (p *Provider) start(key string, w written) *job {
	p.mu.Lock()
	defer p.mu.Unlock()
	if j := p.jobs[key]; j != nil {
		return j
	}
	j := newJob(w)
	if s, ok := p.finished(jobOf(w.Request)); ok {
		j.finished, j.cancelled, j.cues = s.State == provider.Succeeded, s.State == provider.Cancelled, s.Cues
		close(j.done)
		p.jobs[key] = j
		return j
	}
	ctx, stop := context.WithCancel(p.ctx)
	j.stop = stop
	p.jobs[key] = j
	p.wg.Go(func() {
		defer close(j.done)
		defer stop()
		select {
		case p.slots <- struct{}{}:
		case <-ctx.Done():
			p.ended(key, j, ctx.Err())
			return
		}
		defer func() { <-p.slots }()
		j.mu.Lock()
		j.running = true
		j.mu.Unlock()
		p.ended(key, j, p.draw(ctx, key, j))
	})
	return j
}

// ended records how the drawing went. A job stopped by Close is forgotten, so
// that it counts as unfinished.
func (p *Provider) ended(key string, j *job, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case err == nil:
		j.finished, j.cancelled = true, false
	case j.cancelled:
	case p.ctx.Err() != nil:
		j.err = &provider.Error{Kind: provider.KindTransient, Op: "poll", Message: "the program is stopping; the job goes on at the next start"}
	case machine.Trouble(err):
		// It says nothing of the shot: the next poll draws it again.
		j.err = &provider.Error{Kind: provider.KindTransient, Op: "poll", Message: short(strings.ReplaceAll(err.Error(), p.o.Dir, ""), 300), Err: err}
	default:
		p.o.Logger.Error("draw shot", "take", j.w.Request.Take.String(), "provider", "animatic", "error", err)
		j.err = &provider.Error{Kind: provider.KindFailed, Op: "poll", Message: short(strings.ReplaceAll(err.Error(), p.o.Dir, ""), 300), Err: err}
	}
}

// sweep removes jobs finished or cancelled over a day before now.
func (p *Provider) sweep(now time.Time) {
	p.mu.Lock()
	p.swept = now
	p.mu.Unlock()
	entries, err := os.ReadDir(p.o.Dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !validKey(e.Name()) {
			continue
		}
		for _, name := range []string{resultName, cancelName} {
			if fi, err := os.Stat(p.path(e.Name(), name)); err == nil && now.Sub(fi.ModTime()) > keepDone {
				p.mu.Lock()
				delete(p.jobs, e.Name())
				p.mu.Unlock()
				if err := os.RemoveAll(filepath.Join(p.o.Dir, e.Name())); err != nil {
					p.o.Logger.Warn("remove old clip", "provider", "animatic", "error", err)
				}
				break
			}
		}
	}
}

// writeFile writes a file so that it is there whole or not at all.
func writeFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// short cuts a text to n runes.
func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
