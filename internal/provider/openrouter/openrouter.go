// Package openrouter makes takes with OpenRouter's video API
// (https://openrouter.ai/docs/guides/overview/multimodal/video-generation), one
// surface and one key for many makers' models. Model ids are OpenRouter's own
// (maker/model); models.yaml knows a few, has careful facts for any other, and
// Discover reads the listing that OpenRouter publishes, with prices, so that a
// model can be used on the day it appears.
//
// OpenRouter has no place for a key of ours, no list of jobs and no cancel: a lost
// answer stays in doubt, and a job that runs is collected. It is not used
// for editing of clips or for its makers' own parameters.
package openrouter

import (
	"context"
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

// DefaultBaseURL is OpenRouter's: https://openrouter.ai/docs/api/api-reference/video-generation/create-videos
const DefaultBaseURL = "https://openrouter.ai/api/v1"

//go:embed models.yaml
var modelsYAML []byte

// Options of a Provider.
type Options struct {
	// BaseURL of the API; empty: DefaultBaseURL.
	BaseURL string
	// Key is the API key; empty: Submit says that there is none.
	Key string
	// CallbackSecret is what OpenRouter signs its callbacks with, where the account has
	// one; empty: it signs none, and only their address is a secret.
	CallbackSecret string
	// Now dates what Discover finds; nil: time.Now.
	Now func() time.Time
}

// Provider speaks to OpenRouter.
type Provider struct {
	models []provider.Model
	client *wire.Client
	key    string
	secret string // of callbacks
	now    func() time.Time
}

// New makes a Provider. It does not reach out.
func New(o Options) (*Provider, error) {
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("make openrouter: %w", err)
	}
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &Provider{models: models, key: o.Key, secret: o.CallbackSecret, now: o.Now}
	p.client = &wire.Client{Base: o.BaseURL, Explain: explain, Secrets: []string{o.Key, o.CallbackSecret}, Sign: wire.Bearer(o.Key)}
	return p, nil
}

// Name is "openrouter".
func (*Provider) Name() string { return "openrouter" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return append([]provider.Model(nil), p.models...) }

// Submit asks for one take.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if err := p.keyed(wire.Submit); err != nil {
		return provider.Job{}, err
	}
	body, err := p.body(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: "/videos", Body: body})
	if err != nil {
		return provider.Job{}, err
	}
	var got job
	_ = wire.Decode(a.Body, &got) // what else it says
	if got.ID = wire.ID(a.Body, "id"); !usable(got.ID) {
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous})
	}
	j := provider.Job{ID: got.ID, Model: r.Model}
	if _, ok := p.own(got.PollingURL); ok {
		j.Extra = map[string]string{pollingURL: got.PollingURL}
	}
	return j, nil
}

// pollingURL is where a job is asked about, in Job.Extra, as OpenRouter gave it.
const pollingURL = "polling_url"

// own is a whole URL on the API's own scheme, host and port: the key goes there
// and nowhere else. A path alone is what is built from the job's id anyway.
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

// states are the status words, as
// https://openrouter.ai/docs/api/api-reference/video-generation/get-videos has them.
var states = map[string]provider.State{
	"pending": provider.Queued, "in_progress": provider.Running, "completed": provider.Succeeded,
	"failed": provider.Failed, "cancelled": provider.Cancelled, "expired": provider.Expired,
}

// Poll asks once for the job.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if !usable(j.ID) {
		return provider.Status{}, &provider.Error{Kind: provider.KindNotFound, Op: string(wire.Poll), Message: p.client.Clean(fmt.Sprintf("%q is no job of OpenRouter's", j.ID))}
	}
	if err := p.keyed(wire.Poll); err != nil {
		return provider.Status{}, err
	}
	client, path := *p.client, "/videos/"+url.PathEscape(j.ID)
	if u, ok := p.own(j.Extra[pollingURL]); ok {
		client.Base, path = u.Scheme+"://"+u.Host, u.RequestURI()
	}
	a, err := client.Do(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: path})
	if err != nil {
		return provider.Status{}, err
	}
	var got job
	if err := wire.Decode(a.Body, &got); err != nil {
		return provider.Status{}, p.client.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient})
	}
	return p.status(j, a, got), nil
}

func (p *Provider) status(j provider.Job, a wire.Answer, got job) provider.Status {
	s := provider.Status{Job: j, Word: got.Status, State: states[got.Status], Price: got.Usage.price()}
	switch s.State {
	case provider.Succeeded:
		s.Progress, s.URL = 1, p.result(j, got)
	case provider.Failed, provider.Cancelled, provider.Expired:
		message := got.Error.Message
		if message == "" {
			message = "the job is " + got.Status + ", and nothing says why"
		}
		s.Err = p.client.Refuse(wire.Poll, a, wire.Reason{Kind: failure(message), Code: string(got.Error.Code), Message: message})
		if s.Price != nil {
			paid := s.Price.Micros > 0
			s.Err.Billed = &paid
		}
	case provider.Queued, provider.Running:
	default:
		s.Err = &provider.Error{Kind: provider.KindUnknown, Op: string(wire.Poll), Message: p.client.Clean(fmt.Sprintf("the status is %q", got.Status))}
	}
	return s
}

// result is where the clip lies: at a signed URL, which is public, else behind the
// API. An unsigned URL wants the key, which another host does not get.
func (p *Provider) result(j provider.Job, got job) string {
	for _, u := range got.URLs {
		if u != "" {
			return u
		}
	}
	for _, u := range got.UnsignedURLs {
		if _, ok := p.own(u); ok {
			return u
		}
	}
	return strings.TrimSuffix(p.client.Base, "/") + "/videos/" + url.PathEscape(j.ID) + "/content?index=0"
}

// Fetch opens the clip, with the key if OpenRouter serves it itself.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.client.Result(ctx, s, s.URL, true)
}

// plainID is an id that can stand in a path as it is.
var plainID = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._:-]{0,199}$`)

func usable(id string) bool { return plainID.MatchString(id) }

func (p *Provider) keyed(op wire.Op) error {
	if p.key == "" {
		return &provider.Error{Kind: provider.KindAuth, Op: string(op), Message: "there is no key for OpenRouter"}
	}
	return nil
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Hearer   = (*Provider)(nil)
)
