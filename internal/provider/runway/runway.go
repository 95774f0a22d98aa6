// Package runway makes takes over Runway's developer API, which sells its own
// models and other vendors' by one key and in one shape. A studio names one of the
// ids of models.yaml; further ids of the API that name a size in pixels (seedance2,
// seedance2_fast, seedance2_mini, seedance2_5, wan3, wan3_prime) can be asked for
// too, but Runway's pages give no price by the second for them, so their facts are
// the studio's to borrow with `like:`.
//
// It is not Runway's router, its editing or its speech API, sends no reference
// pictures, and uploads nothing: a picture is a URL or goes inline.
//
// The API has no key of ours and no list, so a create whose answer was lost cannot
// be looked up: there is no Find. It asks not to be polled more often than every
// five seconds.
package runway

import (
	"context"
	_ "embed" // the facts
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBase is the API's only host.
const DefaultBase = "https://api.dev.runwayml.com"

// version is the API's that this package speaks; the vendor refuses a request
// without one: https://docs.dev.runwayml.com/api/
const version = "2024-11-06"

//go:embed models.yaml
var modelsYAML []byte

// Options say whose account pays.
type Options struct {
	BaseURL string // empty: DefaultBase
	Key     string
}

// Provider speaks to Runway.
type Provider struct {
	api    *wire.Client
	key    string
	models []provider.Model
}

var _ interface {
	provider.Provider
	provider.Canceler
} = (*Provider)(nil)

// New makes a provider without reaching out.
func New(o Options) (*Provider, error) {
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("make provider runway: %w", err)
	}
	base := o.BaseURL
	if base == "" {
		base = DefaultBase
	}
	return &Provider{key: o.Key, models: models, api: &wire.Client{
		Base:    base,
		Header:  map[string]string{"X-Runway-Version": version},
		Secrets: []string{o.Key},
		Explain: explain,
		Sign:    wire.Bearer(o.Key),
	}}, nil
}

// Name is "runway".
func (*Provider) Name() string { return "runway" }

// Models are the facts of the models that have a price.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// Submit asks for one take. An error is Ambiguous when the vendor may have
// accepted it.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if p.key == "" {
		return provider.Job{}, &provider.Error{Kind: provider.KindAuth, Op: string(wire.Submit), Message: "there is no API secret for Runway"}
	}
	if err := p.check(r); err != nil {
		return provider.Job{}, err
	}
	path, body, err := create(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.api.Do(ctx, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: path, Body: body})
	if err != nil {
		return provider.Job{}, err
	}
	id := wire.ID(a.Body, "id")
	if id == "" {
		return provider.Job{}, p.api.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "the vendor accepted something and gave no id"})
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// Poll asks once how a job is doing. NotFound: the task was deleted, or never was.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	return p.ask(ctx, j, wire.Poll)
}

// Fetch opens the clip. Its URL lives a day or two; a fresh poll gives a fresh one.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.api.Result(ctx, s, s.URL, false)
}

// Cancel stops a job. It asks first how the job is doing, because the same request
// that stops a job deletes a finished one, which is paid for. A job that had begun
// to run is stopped too, but may be charged for: stopped is false, and the next
// poll says what it cost.
func (p *Provider) Cancel(ctx context.Context, j provider.Job) (stopped bool, err error) {
	now, err := p.ask(ctx, j, wire.Cancel)
	if provider.KindOf(err, "") == provider.KindNotFound {
		return false, nil // nobody knows what it cost
	}
	if err != nil {
		return false, err
	}
	switch now.State {
	case provider.Queued, provider.Running:
	default:
		return now.State == provider.Cancelled && (now.Price == nil || now.Price.Micros == 0), nil
	}
	err = p.api.JSON(ctx, wire.Request{Op: wire.Cancel, Method: http.MethodDelete, Path: taskPath(j)}, nil)
	if provider.KindOf(err, "") == provider.KindNotFound {
		return false, nil
	}
	return err == nil && now.State == provider.Queued, err
}

func taskPath(j provider.Job) string { return "/v1/tasks/" + url.PathEscape(j.ID) }

// ask reads a task, for a Poll or before a Cancel.
func (p *Provider) ask(ctx context.Context, j provider.Job, op wire.Op) (provider.Status, error) {
	var t task
	if err := p.api.JSON(ctx, wire.Request{Op: op, Method: http.MethodGet, Path: taskPath(j)}, &t); err != nil {
		return provider.Status{}, err
	}
	return p.status(j, t, op), nil
}

// words are the task's states: https://docs.dev.runwayml.com/api/
var words = map[string]provider.State{
	"PENDING":   provider.Queued,
	"THROTTLED": provider.Queued, // over the account's jobs at once for the model
	"RUNNING":   provider.Running,
	"SUCCEEDED": provider.Succeeded,
	"FAILED":    provider.Failed,
	"CANCELLED": provider.Cancelled,
}

func (p *Provider) status(j provider.Job, t task, op wire.Op) provider.Status {
	st := provider.Status{Job: j, Word: p.api.Clean(t.Status), State: words[t.Status], Progress: t.Progress.part()}
	switch st.State {
	case provider.Queued, provider.Running:
		return st
	case provider.Succeeded:
		if len(t.Output) > 0 {
			st.URL = t.Output[0]
		}
		if st.URL == "" {
			st.State = provider.Failed
			st.Err = &provider.Error{Kind: provider.KindFailed, Op: string(op), Message: "the job has finished without a clip"}
		}
	case provider.Failed:
		st.Err = p.failure(t, op)
	case provider.Cancelled:
		st.Err = &provider.Error{Kind: provider.KindFailed, Op: string(op), Message: "the job was cancelled"}
	default:
		st.Err = &provider.Error{Kind: provider.KindUnknown, Op: string(op), Message: p.api.Clean("Runway says the status “" + t.Status + "”, which its pages do not know")}
		return st
	}
	if st.Price = t.Cost.price(); st.Price != nil && st.Err != nil {
		billed := st.Price.Micros > 0
		st.Err.Billed = &billed
	}
	return st
}
