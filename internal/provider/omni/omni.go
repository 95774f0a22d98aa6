// Package omni makes takes with Gemini Omni over Google's Interactions API and an
// API key (https://ai.google.dev/gemini-api/docs/omni). A studio configures
// gemini-omni-1.1-flash or gemini-omni-1.2-flash.
//
// It is not for Veo: that has left this API and lives on Vertex AI, which package
// vertex speaks to. The vendor's own client is not used because it repeats a
// create by itself. The vendor has no room for our key and no list of
// interactions, so a lost answer stays ambiguous: there is no Finder.
package omni

import (
	"context"
	"crypto/rsa"
	_ "embed"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBaseURL is the vendor's own API.
const DefaultBaseURL = "https://generativelanguage.googleapis.com/v1beta"

// apiRevision is the revision of the API that api.go is written against.
const apiRevision = "2026-05-20"

// maxAnswerBytes limits an answer: one may hold the clip itself, in base64.
const maxAnswerBytes = 256 << 20

//go:embed models.yaml
var modelsYAML []byte

// Options are what the adapter is configured with.
type Options struct {
	BaseURL string // empty: DefaultBaseURL
	Key     string // of the Gemini API
	// CallbackKeys is the address of the keys that calls are signed with; empty:
	// DefaultCallbackKeys.
	CallbackKeys string
	Now          func() time.Time // nil: time.Now
}

// Provider speaks to the Interactions API.
type Provider struct {
	wire   wire.Client
	key    string
	models []provider.Model
	calls  *wire.Keyring[*rsa.PublicKey]
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Canceler = (*Provider)(nil)
	_ provider.Hearer   = (*Provider)(nil)
)

// New makes a provider. It reaches nobody; a missing key shows at Submit.
func New(o Options) (*Provider, error) {
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("omni: %w", err)
	}
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if o.CallbackKeys == "" {
		o.CallbackKeys = DefaultCallbackKeys
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &Provider{key: o.Key, models: models}
	keys := &wire.Client{Base: o.CallbackKeys}
	p.calls = &wire.Keyring[*rsa.PublicKey]{Now: o.Now, Read: func(ctx context.Context) ([]*rsa.PublicKey, error) { return readKeys(ctx, keys) }}
	p.wire = wire.Client{
		Base: strings.TrimSuffix(o.BaseURL, "/"), Header: map[string]string{"Api-Revision": apiRevision},
		Secrets: []string{o.Key}, MaxAnswer: maxAnswerBytes, Sign: p.sign,
	}
	return p, nil
}

func (p *Provider) sign(r *http.Request) error {
	if p.key != "" {
		r.Header.Set("x-goog-api-key", p.key)
	}
	return nil
}

// client is a client whose errors are read as those of an operation.
func (p *Provider) client(op wire.Op) *wire.Client {
	c := p.wire
	c.Explain = func(status int, body []byte) wire.Reason { return explain(op, status, body) }
	return &c
}

// Name is "omni".
func (*Provider) Name() string { return "omni" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// Submit creates an interaction in the background.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if p.key == "" {
		return provider.Job{}, &provider.Error{Kind: provider.KindAuth, Op: string(wire.Submit), Message: "no API key is set; api_key_env names it"}
	}
	body, err := p.create(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	c := p.client(wire.Submit)
	a, err := c.Do(ctx, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: "/interactions", Body: body})
	if err != nil {
		return provider.Job{}, err
	}
	id := wire.ID(a.Body, "id")
	if id == "" {
		return provider.Job{}, c.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "the answer has no interaction's id"})
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// Poll asks for the interaction. Where that holds the clip itself, the Status does
// not: it has no URL, and Fetch asks for the interaction again.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	c := p.client(wire.Poll)
	a, err := c.Do(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: interactionPath(j.ID)})
	if err != nil {
		return provider.Status{}, err
	}
	i, err := read(a.Body)
	if err != nil {
		return provider.Status{}, &provider.Error{Kind: provider.KindTransient, Op: string(wire.Poll), Message: "the answer is no interaction", Err: err}
	}
	s := i.status(c.Clean)
	s.Job = j
	return s, nil
}

// Cancel stops an interaction that runs in the background. One that has ended
// cannot be stopped, and is said so.
func (p *Provider) Cancel(ctx context.Context, j provider.Job) (bool, error) {
	a, err := p.client(wire.Cancel).Do(ctx, wire.Request{Op: wire.Cancel, Method: http.MethodPost, Path: interactionPath(j.ID) + "/cancel"})
	if provider.KindOf(err, "") == provider.KindInvalid {
		return false, nil // what has ended is refused: a poll says how it ended
	}
	if err != nil {
		return false, err
	}
	i, err := read(a.Body)
	// An interaction still running has not been stopped, as far as anybody said.
	return err == nil && i.Status == statusCancelled, nil
}

// interactionPath is the path of an interaction; its id is the vendor's text.
func interactionPath(id string) string { return "/interactions/" + url.PathEscape(id) }
