// Package vertex makes takes with Veo on Google's Vertex AI, by its plain REST API
// (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation).
// A studio configures veo-3.1-generate-001, veo-3.1-fast-generate-001 or
// veo-3.1-lite-generate-001, with its cloud project and region.
//
// google.golang.org/genai is not used: package wire is all that two requests need,
// and that client's habit of repeating a POST would have to be fought, since each
// repetition may buy a take. Clips come in the answers, in base64: no bucket of the
// studio's is needed, and none is written to.
//
// It is not for Gemini Omni, nor for an API key: see package omni. The vendor has
// no room for our key, lists no operations and stops none, so there is neither a
// Finder nor a Canceler.
package vertex

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultLocation is the region where none is configured.
const DefaultLocation = "us-central1"

// maxAnswerBytes limits an answer: a finished operation holds its clip in base64.
const maxAnswerBytes = 256 << 20

//go:embed models.yaml
var modelsYAML []byte

// Options are what the adapter is configured with.
type Options struct {
	BaseURL  string // empty: the region's own, https://{location}-aiplatform.googleapis.com/v1
	Project  string // id or number of the cloud project
	Location string // empty: DefaultLocation
	// Token gives an OAuth access token for each request; nil: it is Key.
	Token func(context.Context) (string, error)
	// Key is an OAuth access token. It lives for about an hour: what runs longer
	// needs Token.
	Key string
}

// Provider speaks to Vertex AI.
type Provider struct {
	o      Options
	models []provider.Model
}

var _ provider.Provider = (*Provider)(nil)

// New makes a provider. It reaches nobody; a missing project or token shows at
// Submit.
func New(o Options) (*Provider, error) {
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("vertex: %w", err)
	}
	if o.Location == "" {
		o.Location = DefaultLocation
	}
	if o.BaseURL == "" {
		o.BaseURL = "https://" + o.Location + "-aiplatform.googleapis.com/v1"
	}
	if o.Token == nil {
		key := o.Key
		o.Token = func(context.Context) (string, error) { return key, nil }
	}
	return &Provider{o: o, models: models}, nil
}

// client is a client with a token for one request. The token is asked for here
// and not while signing, so that having none is told as that.
func (p *Provider) client(ctx context.Context, op wire.Op) (*wire.Client, error) {
	token, err := p.o.Token(ctx)
	if err == nil && token != "" {
		return &wire.Client{
			Base: p.o.BaseURL, Header: map[string]string{"Authorization": "Bearer " + token},
			Secrets: []string{token}, Explain: explain(op), MaxAnswer: maxAnswerBytes,
		}, nil
	}
	e := &provider.Error{Kind: provider.KindAuth, Op: string(op), Message: "there is no OAuth access token; api_key_env names the variable that holds one", Err: err}
	if err != nil {
		e.Message = (&wire.Client{}).Clean("get an OAuth access token: " + err.Error())
	}
	if ctx.Err() != nil {
		e.Kind = provider.KindTransient
	}
	return nil, e
}

// Name is "vertex".
func (*Provider) Name() string { return "vertex" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// Submit starts a long-running operation.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if p.o.Project == "" {
		return provider.Job{}, &provider.Error{Kind: provider.KindAuth, Op: string(wire.Submit), Message: "no cloud project is set; project names it"}
	}
	c, err := p.client(ctx, wire.Submit)
	if err != nil {
		return provider.Job{}, err
	}
	body, err := p.predict(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := c.Do(ctx, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: p.model(r.Model) + ":predictLongRunning", Body: body})
	if err != nil {
		return provider.Job{}, err
	}
	id := wire.ID(a.Body, "name")
	if id == "" {
		return provider.Job{}, c.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "the answer has no operation's name"})
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// Poll asks for the operation. A clip in the answer is not kept in the Status:
// Fetch asks for the operation again.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	c, err := p.client(ctx, wire.Poll)
	if err != nil {
		return provider.Status{}, err
	}
	a, err := c.Do(ctx, p.ask(wire.Poll, j))
	if err != nil {
		return provider.Status{}, err
	}
	o, err := read(a.Body)
	if err != nil {
		return provider.Status{}, &provider.Error{Kind: provider.KindTransient, Op: string(wire.Poll), Message: "the answer is no operation", Err: err}
	}
	s := o.status(c.Clean)
	s.Job = j
	return s, nil
}

// ask is the request for an operation. A plain GET of its name is not served for
// the publisher's models.
func (p *Provider) ask(op wire.Op, j provider.Job) wire.Request {
	path := p.model(j.Model)
	if m := operationOf.FindStringSubmatch(j.ID); m != nil {
		path = "/" + m[1] // as it was made, wherever the config points now
	}
	return wire.Request{Op: op, Method: http.MethodPost, Path: path + ":fetchPredictOperation", Body: fetchRequest{OperationName: j.ID}}
}

// operationOf splits an operation's name after its model.
var operationOf = regexp.MustCompile(`^(projects/[\w.:-]+/locations/[\w-]+/publishers/[\w-]+/models/[\w.@-]+)/operations/[^/]+$`)

// model is the path of a model.
func (p *Provider) model(id string) string {
	var b strings.Builder
	for _, s := range []string{"projects", p.o.Project, "locations", p.o.Location, "publishers", "google", "models", id} {
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}
