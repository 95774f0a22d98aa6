// Package fal makes takes with fal.ai's queue, which serves many makers' models
// behind one API (https://fal.ai/docs/api-reference/inference-api). A studio
// configures a family of endpoints, and the mode of a take chooses the endpoint:
//
//	bytedance/seedance-2.5, bytedance/seedance-2.0, bytedance/seedance-2.0/fast
//	alibaba/happy-horse/v1.1
//	kling/v4, fal-ai/kling-video/v3/standard, fal-ai/kling-video/v3/pro
//	alibaba/wan-3.0, alibaba/wan-3.0-prime, fal-ai/wan/v2.7
//	lightricks/ltx-2.5/pro, lightricks/ltx-2.5/fast, fal-ai/ltx-2.3, fal-ai/ltx-2.3/fast
//	fal-ai/veo3.1, fal-ai/veo3.1/fast
//	xai/grok-imagine-video/v1.5
//	minimax/h3-max
//
// A model that is newer than these is asked for as the known one whose name is
// nearest (endpoints.go); its facts come from the config's like.
//
// fal has no place for a key of ours that it could be asked by, and no list of
// requests, so a lost answer stays in doubt. It says nothing of what a take has
// cost. It is not used for fal's synchronous host or its uploads:
// a picture that has no URL is sent inline.
package fal

import (
	"context"
	"crypto/ed25519"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBaseURL is the queue: https://fal.ai/docs/inference-api/queue/submit
const DefaultBaseURL = "https://queue.fal.run"

//go:embed models.yaml
var modelsYAML []byte

// Options of a Provider.
type Options struct {
	// BaseURL of the queue; empty: DefaultBaseURL.
	BaseURL string
	// Key is fal's API key; empty: Submit says that there is none.
	Key string
	// CallbackKeys is the address of the keys that fal signs its calls with; empty:
	// DefaultCallbackKeys.
	CallbackKeys string
	Now          func() time.Time // nil: time.Now
}

// Provider speaks to fal's queue.
type Provider struct {
	models []provider.Model
	client *wire.Client
	key    string
	calls  *wire.Keyring[ed25519.PublicKey]
}

// New makes a Provider. It does not reach out.
func New(o Options) (*Provider, error) {
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("make fal: %w", err)
	}
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	p := &Provider{models: models, key: o.Key}
	p.client = &wire.Client{Base: o.BaseURL, Explain: explain, Secrets: []string{o.Key}, Sign: func(r *http.Request) error {
		r.Header.Set("Authorization", "Key "+o.Key)
		return nil
	}}
	if o.CallbackKeys == "" {
		o.CallbackKeys = DefaultCallbackKeys
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	keys := &wire.Client{Base: o.CallbackKeys}
	p.calls = &wire.Keyring[ed25519.PublicKey]{Now: o.Now, Read: func(ctx context.Context) ([]ed25519.PublicKey, error) { return readKeys(ctx, keys) }}
	return p, nil
}

// Name is "fal".
func (*Provider) Name() string { return "fal" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return append([]provider.Model(nil), p.models...) }

// Submit puts one request into the queue. fal would itself run a request again
// that a runner lost; that is switched off, since takes are counted here.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if err := p.keyed(wire.Submit); err != nil {
		return provider.Job{}, err
	}
	path, body, err := p.body(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	ask := wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: "/" + path, Body: body, Header: map[string]string{"X-Fal-No-Retry": "1"}}
	if r.Callback != "" {
		ask.Query = url.Values{"fal_webhook": {r.Callback}}
	}
	a, err := p.client.Do(ctx, ask)
	if err != nil {
		return provider.Job{}, err
	}
	var got submitted
	_ = wire.Decode(a.Body, &got) // the links; without them they are made
	if got.RequestID = wire.ID(a.Body, "request_id"); !usable(got.RequestID) {
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous})
	}
	return provider.Job{ID: got.RequestID, Model: r.Model, Extra: p.links(got)}, nil
}

// Names of a job's addresses in Job.Extra. fal's page says to keep them and not
// to build them.
const (
	statusURL   = "status_url"
	responseURL = "response_url"
	cancelURL   = "cancel_url"
)

// links keeps the addresses that are on the queue's own host: the key goes there.
func (p *Provider) links(s submitted) map[string]string {
	extra := map[string]string{}
	for name, raw := range map[string]string{statusURL: s.StatusURL, responseURL: s.ResponseURL, cancelURL: s.CancelURL} {
		if _, ok := p.own(raw); ok {
			extra[name] = raw
		}
	}
	if len(extra) == 0 {
		return nil
	}
	return extra
}

// own is a URL that is on the queue's own scheme, host and port.
func (p *Provider) own(raw string) (*url.URL, bool) {
	base, err := url.Parse(p.client.Base)
	if err != nil || raw == "" {
		return nil, false
	}
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || u.Scheme != base.Scheme || !strings.EqualFold(u.Host, base.Host) {
		return nil, false
	}
	return u, true
}

// ask makes a request about a job: to the address that fal gave for it, else to
// the one that its documents give, which has only the first two parts of a model.
func (p *Provider) ask(ctx context.Context, op wire.Op, method string, j provider.Job, name string) (wire.Answer, error) {
	client, path := *p.client, ""
	if u, ok := p.own(j.Extra[name]); ok {
		client.Base, path = u.Scheme+"://"+u.Host, u.RequestURI()
	} else {
		app := strings.Split(j.Model, "/")
		path = "/" + strings.Join(app[:min(len(app), 2)], "/") + "/requests/" + url.PathEscape(j.ID) + map[string]string{statusURL: "/status", cancelURL: "/cancel"}[name]
	}
	return client.Do(ctx, wire.Request{Op: op, Method: method, Path: path})
}

// Poll asks for the status. COMPLETED is said of what failed too: only the result
// tells them apart, so that one is asked for as well, once, at the end.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if err := p.known(wire.Poll, j); err != nil {
		return provider.Status{}, err
	}
	a, err := p.ask(ctx, wire.Poll, http.MethodGet, j, statusURL)
	if err != nil {
		return provider.Status{}, err
	}
	var got status
	if err := wire.Decode(a.Body, &got); err != nil {
		return provider.Status{}, p.client.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient})
	}
	s := provider.Status{Job: j, Word: got.Status}
	switch got.Status {
	case "IN_QUEUE":
		s.State = provider.Queued
	case "IN_PROGRESS":
		s.State = provider.Running
	case "COMPLETED":
		return p.verdict(ctx, s, got)
	default:
		s.Err = &provider.Error{Kind: provider.KindUnknown, Op: string(wire.Poll), Message: p.client.Clean(fmt.Sprintf("the status is %q", got.Status))}
	}
	return s, nil
}

// verdict reads the result of a job that has ended.
func (p *Provider) verdict(ctx context.Context, s provider.Status, got status) (provider.Status, error) {
	a, err := p.ask(ctx, wire.Poll, http.MethodGet, s.Job, responseURL)
	if err != nil {
		return p.ended(s, got, a, err)
	}
	var out result
	if err := wire.Decode(a.Body, &out); err != nil {
		return provider.Status{}, p.client.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient})
	}
	if out.Video.URL == "" {
		// The page on errors has no_media_generated for what a filter left nothing of.
		s.State = provider.Failed
		s.Err = p.client.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindRefused, Message: "the job is done and has no video: it was filtered"})
		return s, nil
	}
	s.State, s.Progress, s.URL = provider.Succeeded, 1, out.Video.URL
	if n, err := out.Seed.Int64(); err == nil {
		s.Seed = &n
	}
	return s, nil
}

// ended is a result that is an error: the job's own, or one of asking for it.
func (p *Provider) ended(s provider.Status, got status, a wire.Answer, asked error) (provider.Status, error) {
	reason := read(a.Body)
	if reason.code == "" {
		reason.code = got.ErrorType
	}
	if reason.message == "" {
		reason.message = got.Error
	}
	state, kind := outcome(a.Status, reason)
	if kind == "" {
		return provider.Status{}, asked
	}
	s.State = state
	if state == provider.Running { // the result is a moment behind the status
		return s, nil
	}
	s.Err = p.client.Refuse(wire.Poll, a, wire.Reason{Kind: kind, Code: reason.code, Message: reason.message, Billed: billed(a.Status)})
	return s, nil
}

// Fetch opens the clip. Results are public to whoever has their URL.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.client.Result(ctx, s, s.URL, false)
}

// Cancel asks fal to drop a job. One that has begun is only told of it: the model
// decides, and what it completes is billed (https://fal.ai/docs/inference-api/queue/cancel),
// so that is not called stopped.
func (p *Provider) Cancel(ctx context.Context, j provider.Job) (stopped bool, err error) {
	if err := p.known(wire.Cancel, j); err != nil {
		return false, err
	}
	a, err := p.ask(ctx, wire.Cancel, http.MethodPut, j, cancelURL)
	var got status
	_ = wire.Decode(a.Body, &got) // what cannot be read is no ALREADY_COMPLETED
	switch {
	case a.Status == http.StatusBadRequest && got.Status == "ALREADY_COMPLETED":
		return false, nil
	case err != nil:
		return false, err
	}
	return got.Status == "OK", nil
}

// known refuses to ask about a job that fal cannot have made.
func (p *Provider) known(op wire.Op, j provider.Job) error {
	if !usable(j.ID) {
		return &provider.Error{Kind: provider.KindNotFound, Op: string(op), Message: p.client.Clean(fmt.Sprintf("%q is no request of fal's", j.ID))}
	}
	return p.keyed(op)
}

// plainID is an id that can stand in a path as it is.
var plainID = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._:-]{0,127}$`)

func usable(id string) bool { return plainID.MatchString(id) }

func (p *Provider) keyed(op wire.Op) error {
	if p.key == "" {
		return &provider.Error{Kind: provider.KindAuth, Op: string(op), Message: "there is no key for fal"}
	}
	return nil
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Canceler = (*Provider)(nil)
	_ provider.Hearer   = (*Provider)(nil)
)
