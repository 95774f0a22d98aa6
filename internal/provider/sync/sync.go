// Package sync changes lips with Sync (sync.so): it makes no takes. It promises what
// package provider asks for, and keeps no state.
//
// A create with an Idempotency-Key is made once, however often it is sent with the same
// key and the same inputs (https://sync.so/docs/api-reference/guides/idempotency). So a
// lost answer is looked for by sending the request again, and this is a Repeater. For that
// the inputs have to be the same: clip and speech go in the request, and by their address,
// which is signed anew each time, only where they are too large for that; then a lost
// answer stays in doubt.
package sync

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBaseURL is the API.
const DefaultBaseURL = "https://api.sync.so"

//go:embed models.yaml
var modelsYAML []byte

// Options say where the API is and who asks.
type Options struct {
	BaseURL string // empty: DefaultBaseURL
	Key     string // empty: every call fails as Auth
}

// Provider speaks to one account.
type Provider struct {
	key    string
	models []provider.Model
	client wire.Client
}

// New makes a Provider. It does not reach out.
func New(o Options) (*Provider, error) {
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("make a sync provider: %w", err)
	}
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	p := &Provider{key: o.Key, models: models}
	p.client = wire.Client{Base: o.BaseURL, Explain: explain, Secrets: []string{o.Key}, Sign: func(r *http.Request) error {
		r.Header.Set("x-api-key", o.Key)
		return nil
	}}
	return p, nil
}

// Name is "sync".
func (p *Provider) Name() string { return "sync" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// ready says what is missing before anything is sent.
func (p *Provider) ready(op wire.Op) error {
	if p.key == "" {
		return &provider.Error{Kind: provider.KindAuth, Op: string(op), Message: "there is no API key; set api_key_env and the variable that it names"}
	}
	return nil
}

// model is a model's facts; those of the first for one that the config says it is like.
func (p *Provider) model(id string) provider.Model {
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == id })
	m := p.models[max(i, 0)]
	m.ID = id
	return m
}

// Submit asks for a clip with other lips.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if err := p.ready(wire.Submit); err != nil {
		return provider.Job{}, err
	}
	if err := wire.CheckLips(p.model(r.Model), r); err != nil {
		return provider.Job{}, err
	}
	ask, err := p.create(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.client.Do(ctx, ask)
	if err != nil {
		return provider.Job{}, err
	}
	return p.receipt(a, r)
}

func (p *Provider) receipt(a wire.Answer, r provider.Request) (provider.Job, error) {
	id := wire.ID(a.Body, "id")
	if id == "" {
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "accepted without an id"})
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// keyLives is how long a key is trusted to be known: how long it is the vendor's page says
// where nobody has read it.
const keyLives = time.Hour

// Repeats says for how long the same request may be sent again.
func (p *Provider) Repeats(r provider.Request) time.Duration {
	if !whole(r) {
		return 0
	}
	return keyLives
}

// Poll asks for the job.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if err := p.ready(wire.Poll); err != nil {
		return provider.Status{}, err
	}
	if j.ID == "" { // its address would be the list's
		return provider.Status{}, &provider.Error{Kind: provider.KindNotFound, Op: string(wire.Poll), Message: "a job without an id"}
	}
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: "/v2/generate/" + url.PathEscape(j.ID)})
	if err != nil {
		return provider.Status{}, err
	}
	var g generation
	if err := wire.Decode(a.Body, &g); err != nil || g.Status == "" {
		return provider.Status{}, p.client.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient})
	}
	return p.status(j, a, g), nil
}

// Fetch opens the clip, which lies at a signed URL.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.client.Result(ctx, s, s.URL, false)
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Repeater = (*Provider)(nil)
)
