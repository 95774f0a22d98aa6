// Package videos makes takes on a studio's own GPUs: it speaks the /v1/videos
// API as vLLM-Omni and SGLang serve it. What the two do differently is in one
// table, quirks.go. It is not an adapter of OpenAI's own service, which has ended,
// nor of the gateways that sell other vendors' models in this shape.
//
// A server has one model, loaded when it was started. A studio names it in its
// config as the server was told: Wan-AI/Wan2.2-T2V-A14B-Diffusers,
// Wan-AI/Wan2.2-I2V-A14B-Diffusers, hunyuanvideo-community/HunyuanVideo-1.5-…,
// Lightricks/LTX-2, or whatever else it serves; "any" asks for whatever is there.
//
// It is no Finder: neither server gives back a field that could hold our key, and
// two takes may well have the same prompt. Jobs are free, so a studio can let
// those without an answer be submitted again.
package videos

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

//go:embed models.yaml
var modelsYAML []byte

// anyModel is the id that stands for whatever the server has; it is not sent.
const anyModel = "any"

// Options say where the server is.
type Options struct {
	// BaseURL is the server's address, with or without /v1:
	// "http://gpu1:8091". Required.
	BaseURL string
	// Key is the server's --api-key; empty: it asks for none.
	Key string
	// Server is "vllm" (vLLM-Omni) or "sglang"; empty: "vllm".
	Server string
}

// Provider is one server.
type Provider struct {
	client *wire.Client
	quirks quirks
	models []provider.Model
}

// New makes a provider without reaching out. It errs when the base URL is missing
// or no web address, and for a server that it does not know.
func New(o Options) (*Provider, error) {
	base, err := baseURL(o.BaseURL)
	if err != nil {
		return nil, err
	}
	q, err := quirksOf(o.Server)
	if err != nil {
		return nil, err
	}
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, err
	}
	c := &wire.Client{Base: base, Explain: explain}
	if o.Key != "" {
		c.Secrets = []string{o.Key}
		c.Sign = wire.Bearer(o.Key)
	}
	return &Provider{client: c, quirks: q, models: models}, nil
}

func baseURL(s string) (string, error) {
	if s == "" {
		return "", fmt.Errorf("videos: base_url is missing; it is the address of your own server, such as http://gpu1:8091")
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("videos: base_url is no web address; it is your own server's, such as http://gpu1:8091")
	}
	return strings.TrimSuffix(strings.TrimSuffix(s, "/"), "/v1") + "/v1", nil
}

// Name is "videos".
func (p *Provider) Name() string { return "videos" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// Submit asks the server for a take with one request. A good status without a job
// id, and any 5xx that the server does not explain, is Ambiguous.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	fields, err := p.fields(r)
	if err != nil {
		return provider.Job{}, err
	}
	req := wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: "/videos"}
	if err := p.body(ctx, &req, fields, r); err != nil {
		return provider.Job{}, err
	}
	a, err := p.client.Do(ctx, req)
	if err != nil {
		return provider.Job{}, err
	}
	id := wire.ID(a.Body, "id")
	if id == "" {
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "an answer without a job id"})
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// Poll asks once. A server that was started again has forgotten its jobs, which is
// NotFound.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: jobPath(j.ID)})
	var v video
	unreadable := wire.Decode(a.Body, &v)
	if err != nil {
		// Some builds tell of a failed job with the failure's own HTTP status.
		if v.ID == j.ID && v.Status == "failed" {
			return p.status(j, v), nil
		}
		return provider.Status{}, err
	}
	if unreadable != nil || v.Status == "" {
		return provider.Status{}, p.client.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient, Message: "an answer that is no job"})
	}
	return p.status(j, v), nil
}

func jobPath(id string) string { return "/videos/" + url.PathEscape(id) }

// states are the API's words. https://docs.vllm.ai/projects/vllm-omni/en/latest/serving/videos_api/
var states = map[string]provider.State{
	"queued": provider.Queued, "in_progress": provider.Running, "completed": provider.Succeeded, "failed": provider.Failed,
}

func (p *Provider) status(j provider.Job, v video) provider.Status {
	s := provider.Status{Job: j, State: states[v.Status], Word: v.Status, Progress: min(max(float64(v.Progress)/100, 0), 1)}
	switch s.State {
	case provider.Succeeded:
		s.URL = p.client.Base + jobPath(j.ID) + "/content"
		// SGLang with a bucket of its own says where it put the clip, and does not
		// serve it itself.
		if strings.HasPrefix(v.URL, "https://") || strings.HasPrefix(v.URL, "http://") {
			s.URL = v.URL
		}
	case provider.Failed:
		s.Err = p.failed(v)
	case provider.Queued, provider.Running:
	default:
		s.Err = &provider.Error{Kind: provider.KindUnknown, Op: string(wire.Poll), Message: p.client.Clean(fmt.Sprintf("the job's status is %q", v.Status))}
	}
	return s
}

// Fetch opens the clip. It is served behind the API, so the key goes along, to the
// server itself only.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.client.Result(ctx, s, s.URL, true)
}

// Cancel stops a job where the server can. A job that is not there any more is
// stopped.
func (p *Provider) Cancel(ctx context.Context, j provider.Job) (stopped bool, err error) {
	if !p.quirks.deleteAborts {
		return false, nil
	}
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Cancel, Method: http.MethodDelete, Path: jobPath(j.ID)})
	switch {
	case err == nil:
		return true, nil
	case a.Status == http.StatusConflict: // "Cancellation in progress": not yet
		return false, nil
	case provider.KindOf(err, "") == provider.KindNotFound:
		return true, nil
	}
	return false, err
}

// model are the facts that hold for an id.
func (p *Provider) model(id string) provider.Model {
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == id })
	if i < 0 {
		i = slices.IndexFunc(p.models, func(m provider.Model) bool { return m.AnyModel })
	}
	return p.models[i]
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Canceler = (*Provider)(nil)
)
