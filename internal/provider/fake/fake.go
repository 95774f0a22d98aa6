// Package fake is a provider for tests that misbehaves on demand. It keeps its
// jobs in a folder, like a vendor that outlives our crashes: what it counts
// there is the truth about what was bought, to hold the ledger against. It is
// never part of a release's list of adapters.
package fake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// Options say how a Provider behaves apart from what a shot's action asks for.
type Options struct {
	Dir   string        // its memory; shared by all processes that talk to "the vendor"
	Clips Clips         // what it delivers
	Ready time.Duration // a job runs for so long
	Price drama.Money   // of a second
	// NoFinder hides the look-up by key, so that a lost answer stays ambiguous.
	NoFinder bool
	Now      func() time.Time
}

// Provider is the scriptable vendor. A shot's action asks for misbehaviour in
// brackets: see Behaviour.
type Provider struct{ o Options }

var _ provider.Provider = (*Provider)(nil)

// WithFinder is a Provider that can look jobs up by our key.
type WithFinder struct{ *Provider }

var _ provider.Finder = WithFinder{}

// New makes a provider over a folder that exists or can be made.
func New(o Options) (provider.Provider, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Clips == nil {
		o.Clips = Null{}
	}
	for _, d := range []string{"jobs", "marks"} {
		if err := os.MkdirAll(filepath.Join(o.Dir, d), 0o700); err != nil {
			return nil, fmt.Errorf("make the fake vendor's folder: %w", err)
		}
	}
	p := &Provider{o: o}
	if o.NoFinder {
		return p, nil
	}
	return WithFinder{p}, nil
}

// Name is "fake".
func (*Provider) Name() string { return "fake" }

// StillModel is the model that makes pictures, DraftModel the one that sells drafts: for a
// fifth of the price, and good for DraftDays.
const (
	StillModel = "fake-still"
	DraftModel = "fake-draft"
	DraftDays  = 7
	// PackModel makes no take shorter than four seconds, and several shots in one; it sells
	// drafts too.
	PackModel = "fake-pack"
	// LipsModel changes the lips of clips.
	LipsModel = "fake-lips"

	draftSide = 128
	draftPart = 5
)

// Models are one that can do everything, one that makes pictures, and one that sells
// drafts, each for the price of a second.
func (p *Provider) Models() []provider.Model {
	all := []provider.Model{{
		ID: "fake-1", Name: "Fake One",
		Modes:   []provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeFirstLast, provider.ModeReferences},
		MaxMS:   10 * 60 * 1000,
		MaxSide: 8192, MaxReferences: 9, Audio: true, AudioAlways: true, Speech: true, Seed: true, Negative: true, LastFrame: true,
		Voices: &provider.Voices{
			Samples: 2, IDs: 2, Modes: []provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeFirstLast, provider.ModeReferences},
			MinMS: 1000, MaxMS: 15_000, Source: "internal/provider/fake",
		},
		PricePerSecond: p.o.Price,
		Source:         "internal/provider/fake",
		Checked:        "2026-11-22",
	}, {
		ID: StillModel, Name: "Fake Still", Modes: []provider.Mode{provider.ModeImage, provider.ModeReferences},
		MaxSide: 8192, MaxReferences: 9, Seed: true, Negative: true,
		Rates:   []provider.Rate{{PerTake: &p.o.Price}},
		Source:  "internal/provider/fake",
		Checked: "2026-11-22",
	}}
	draft := all[0]
	draft.ID, draft.Name = DraftModel, "Fake Draft"
	draft.Draft = &provider.Draft{ShortSide: draftSide, PricePPM: 1_000_000 / draftPart, Days: DraftDays, Source: draft.Source, Checked: draft.Checked}
	pack := draft
	pack.ID, pack.Name, pack.Dialect, pack.Cite, pack.MinMS, pack.MaxMS = PackModel, "Fake Pack", "seedance25", "[Image {n}]", 4000, 30_000
	lips := provider.Model{
		ID: LipsModel, Name: "Fake Lips", Modes: []provider.Mode{provider.ModeLipSync}, MinMS: 1000, MaxMS: 60_000, Audio: true, AudioAlways: true,
		LipSync: &provider.LipSync{MaxSide: 8192}, PricePerSecond: p.o.Price, Source: "internal/provider/fake", Checked: "2026-11-30",
	}
	return append(all, draft, pack, lips)
}

// Bought is a job as the fake vendor remembers it.
type Bought struct {
	ID      string           `json:"id"`
	Request provider.Request `json:"request"`
	At      time.Time        `json:"at"`
}

// Submit takes a job, or misbehaves as the shot's action says.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if err := ctx.Err(); err != nil {
		return provider.Job{}, &provider.Error{Kind: provider.KindTransient, Op: "submit", Message: "not sent", Err: err}
	}
	refusal, accept, err := p.answer(r)
	if err != nil {
		return provider.Job{}, err
	}
	if !accept {
		return provider.Job{}, refusal
	}
	if err := p.finishes(r); err != nil {
		return provider.Job{}, err
	}
	job := Bought{ID: "fake-" + r.Key, Request: r, At: p.o.Now()}
	body, err := json.Marshal(job)
	if err != nil {
		return provider.Job{}, fmt.Errorf("record fake job: %w", err)
	}
	name := p.jobFile(job.ID)
	for n := 2; ; n++ {
		err = writeNew(name, body)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
		// The same key again is a second purchase: that is what tests look for.
		job.ID = fmt.Sprintf("fake-%s-dup%d", r.Key, n)
		if body, err = json.Marshal(job); err != nil {
			return provider.Job{}, fmt.Errorf("record fake job: %w", err)
		}
		name = p.jobFile(job.ID)
	}
	if err != nil {
		return provider.Job{}, fmt.Errorf("record fake job: %w", err)
	}
	if refusal != nil { // accepted, and the answer is lost
		return provider.Job{}, refusal
	}
	return provider.Job{ID: job.ID, Model: r.Model}, nil
}

// finishes errs where r asks for the final of what is no draft, or not any more.
func (p *Provider) finishes(r provider.Request) error {
	if r.FinalOf == "" {
		return nil
	}
	d, err := p.load(r.FinalOf)
	if err == nil && d.Request.Draft && d.Request.Model == r.Model && p.o.Now().Sub(d.At) < DraftDays*24*time.Hour {
		return nil
	}
	return &provider.Error{Kind: provider.KindInvalid, Op: "submit", Message: "there is no such draft, or not any more", Code: r.FinalOf}
}

// Poll says how the job is doing by the clock and by its behaviour.
func (p *Provider) Poll(_ context.Context, j provider.Job) (provider.Status, error) {
	job, err := p.load(j.ID)
	if err != nil {
		return provider.Status{}, err
	}
	s := provider.Status{Job: j, State: provider.Running, Word: "running", Seed: job.Request.Seed, Price: p.price(job.Request)}
	if p.o.Now().Sub(job.At) < p.o.Ready {
		return s, nil
	}
	return p.outcome(job, s)
}

// Fetch delivers the clip.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	job, err := p.load(s.Job.ID)
	if err != nil {
		return nil, err
	}
	return p.deliver(ctx, job)
}

// Find looks a job up by our key.
func (p WithFinder) Find(_ context.Context, r provider.Request) (provider.Job, bool, error) {
	_, err := os.Stat(p.jobFile("fake-" + r.Key))
	if errors.Is(err, fs.ErrNotExist) {
		return provider.Job{}, false, nil
	}
	if err != nil {
		return provider.Job{}, false, &provider.Error{Kind: provider.KindTransient, Op: "find", Message: "look into the job folder", Err: err}
	}
	return provider.Job{ID: "fake-" + r.Key, Model: r.Model}, true, nil
}

// Jobs lists all that was ever bought from the vendor whose folder dir is.
func Jobs(dir string) ([]Bought, error) {
	names, err := filepath.Glob(filepath.Join(dir, "jobs", "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list fake jobs: %w", err)
	}
	jobs := make([]Bought, 0, len(names))
	for _, name := range names {
		var b Bought
		body, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("list fake jobs: %w", err)
		}
		if err := json.Unmarshal(body, &b); err != nil {
			return nil, fmt.Errorf("list fake jobs: %s: %w", filepath.Base(name), err)
		}
		jobs = append(jobs, b)
	}
	return jobs, nil
}

func (p *Provider) price(r provider.Request) *drama.Money {
	if r.Mode == provider.ModeImage {
		price := p.o.Price
		return &price
	}
	ms := r.Frames.Duration(r.FPS).Milliseconds()
	if r.Model == PackModel {
		ms = r.MakeMS
	}
	if r.Draft {
		ms = max(ms/draftPart, 1)
	}
	return &drama.Money{Micros: p.o.Price.Micros * ms / 1000, Currency: p.o.Price.Currency}
}

func (p *Provider) jobFile(id string) string {
	return filepath.Join(p.o.Dir, "jobs", filepath.Base(id)+".json")
}

func (p *Provider) load(id string) (Bought, error) {
	var b Bought
	body, err := os.ReadFile(p.jobFile(id))
	if errors.Is(err, fs.ErrNotExist) {
		return b, &provider.Error{Kind: provider.KindNotFound, Op: "poll", Message: "no such job", Code: id}
	}
	if err == nil {
		err = json.Unmarshal(body, &b)
	}
	if err != nil {
		return b, &provider.Error{Kind: provider.KindTransient, Op: "poll", Message: "read the job folder", Err: err}
	}
	return b, nil
}

// writeNew makes a file with its content in one step, or fails with ErrExist.
func writeNew(name string, body []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(body)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Link(tmp.Name(), name)
}

// length is how many frames a request wants, at least one.
func length(r provider.Request) media.Frames { return max(r.Frames, 1) }
