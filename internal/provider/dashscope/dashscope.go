// Package dashscope makes takes at Alibaba Cloud Model Studio (Bailian), by its
// DashScope API: HappyHorse and Wan.
//
// A studio configures a model's family, and the adapter says to the vendor which
// of its models that is for a take's mode:
//
//	happyhorse-1.1, happyhorse-1.0   happyhorse-1.1-t2v, -i2v, -r2v
//	wan2.7                           wan2.7-t2v, -i2v, -r2v
//	wan3.0-video                     itself, for every mode
//	videoretalk                      itself: it changes lips, and makes no takes
//
// What begins like one of them and is not listed (wan3.0-video-prime, a dated
// wan2.7-t2v-2026-06-12, the next happyhorse) is asked for in the same way once
// the config says like:. Of the video models that Bailian resells (kling/…,
// vidu/…, MiniMax/…) and of Wan 2.6 and older, which are asked for in other words,
// it makes none.
//
// The vendor has no room for a key of ours: neither a token that makes a create
// safe to repeat nor a tag that its list shows, so this is no Finder, and a submit
// whose answer is lost stays in doubt until a person has looked.
package dashscope

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBaseURL is the API in Beijing. Model, host and key must be of one region.
const DefaultBaseURL = "https://dashscope.aliyuncs.com/api/v1"

//go:embed models.yaml
var modelsYAML []byte

// Options say where the API is and who asks.
type Options struct {
	BaseURL string // empty: DefaultBaseURL
	Key     string // of Model Studio, sk-…; empty: every call fails as Auth
}

// Provider speaks to one account in one region.
type Provider struct {
	client wire.Client
	key    string
	models []provider.Model
	listed bool // prices are those of models.yaml
}

// New makes a Provider. It does not reach out.
func New(o Options) (*Provider, error) {
	known, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("make a dashscope provider: %w", err)
	}
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	p := &Provider{key: o.Key, models: known, listed: listed(o.BaseURL)}
	p.client = wire.Client{Base: o.BaseURL, Explain: explain, Secrets: []string{o.Key}, Sign: wire.Bearer(o.Key)}
	return p, nil
}

// Name is "dashscope".
func (p *Provider) Name() string { return "dashscope" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return append([]provider.Model(nil), p.models...) }

// Submit creates a task.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if err := p.ready(wire.Submit); err != nil {
		return provider.Job{}, err
	}
	var body any
	path, err := takesPath, error(nil)
	if r.Mode == provider.ModeLipSync {
		path = retalkPath
		body, err = p.lips(r)
	} else {
		body, err = p.body(ctx, r)
	}
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.client.Do(ctx, wire.Request{
		Op: wire.Submit, Method: http.MethodPost, Path: path, Body: body,
		// Without it the vendor wants to answer with the clip, which it does for nobody.
		Header: map[string]string{"X-DashScope-Async": "enable"},
	})
	if err != nil {
		return provider.Job{}, err
	}
	id := wire.ID(a.Body, "task_id")
	if id == "" {
		why := wire.Reason{Kind: provider.KindAmbiguous}
		var made created
		if wire.Decode(a.Body, &made) == nil {
			why.Code, why.Message = string(made.Code), fmt.Sprintf("the request was taken without a task_id: %q", made.Message)
		}
		return provider.Job{}, p.client.Refuse(wire.Submit, a, why)
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// Poll asks for the task.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if err := p.readyFor(wire.Poll, j); err != nil {
		return provider.Status{}, err
	}
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: "/tasks/" + url.PathEscape(j.ID)})
	if err != nil {
		return provider.Status{}, err
	}
	var t task
	if err := wire.Decode(a.Body, &t); err != nil || t.Output.Status == "" {
		// Not the vendor's, or nothing that it documents: the body is shown.
		return provider.Status{}, p.client.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient, Code: string(t.Code)})
	}
	return p.status(j, a, t)
}

// Cancel stops a task that has not begun; one that has goes on. The vendor says
// the same no for one that was cancelled before, so a repeated Cancel is not
// stopped, and the next poll tells.
func (p *Provider) Cancel(ctx context.Context, j provider.Job) (bool, error) {
	if err := p.readyFor(wire.Cancel, j); err != nil {
		return false, err
	}
	err := p.client.JSON(ctx, wire.Request{Op: wire.Cancel, Method: http.MethodPost, Path: "/tasks/" + url.PathEscape(j.ID) + "/cancel"}, nil)
	if e, ok := errors.AsType[*provider.Error](err); ok && e.Code == "UnsupportedOperation" {
		return false, nil
	}
	return err == nil, err
}

// Fetch opens the clip, which lies at a signed URL of the vendor's store for a day.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.client.Result(ctx, s, s.URL, false)
}

// ready says what is missing before anything is sent.
func (p *Provider) ready(op wire.Op) error {
	if p.key == "" {
		return &provider.Error{Kind: provider.KindAuth, Op: string(op), Message: "there is no API key; set api_key_env and the variable that it names"}
	}
	return nil
}

func (p *Provider) readyFor(op wire.Op, j provider.Job) error {
	if j.ID == "" { // its address would be the list's
		return &provider.Error{Kind: provider.KindNotFound, Op: string(op), Message: "a job without an id"}
	}
	return p.ready(op)
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Canceler = (*Provider)(nil)
)
