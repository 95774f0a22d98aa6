// Package comfyui makes takes with a studio's own ComfyUI workflow. It speaks the
// Comfy API v2 (comfy-api-proxy in front of a ComfyUI, Comfy Cloud, a deployment
// on run.comfy.app) and ComfyUI's native API. It knows no models: the workflow is
// the studio's, in API format, with {{placeholders}} for what a take brings along
// (workflow.go). What a workflow can make follows from its placeholders. It does
// not run workflows that pause for a person, nor follow their live events.
//
// The model id is the studio's own word for its workflow; without one "workflow".
// Of several clips in a job's outputs the one of the highest node id is the take;
// previews count only where there is nothing else.
//
// Natively a job has an id of our choice, so the native provider is a Finder. The
// v2 API rejects a second job with the same Idempotency-Key but has no way to ask
// for the first, so after a lost answer there a person or the studio's policy
// decides.
package comfyui

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

//go:embed models.yaml
var modelsYAML []byte

const (
	// defaultBaseURL is where comfy-api-proxy listens by default.
	defaultBaseURL = "http://127.0.0.1:8189"
	// nativePort is where ComfyUI itself listens by default.
	nativePort = "8188"
)

// Options say where ComfyUI is and what it makes.
type Options struct {
	// BaseURL is the server's address without /api/v2; empty: http://127.0.0.1:8189.
	BaseURL string
	// Key is Comfy Cloud's API key or the proxy's --token; empty: none is asked for.
	Key string
	// Server is "v2" or "native"; empty: native at port 8188, else v2.
	Server string
	// Model is the studio's own name of the workflow; empty: "workflow".
	Model string
	// Workflow is the path of the workflow's file. WorkflowJSON is the workflow
	// itself and goes before it.
	Workflow     string
	WorkflowJSON []byte
}

// New makes a provider without reaching out: a Canceler, and for the native API a
// Finder too. It errs when the base URL is no web address, and when the workflow
// cannot be read, is not in API format, or could not make takes.
func New(o Options) (provider.Provider, error) {
	base, native, err := address(o)
	if err != nil {
		return nil, err
	}
	w, err := loadWorkflow(o)
	if err != nil {
		return nil, err
	}
	model, err := w.model(o.Model)
	if err != nil {
		return nil, err
	}
	s := &server{client: &wire.Client{Base: base, Explain: explain}, workflow: w, facts: model}
	if o.Key != "" {
		s.client.Secrets = []string{o.Key}
		s.client.Sign = wire.Bearer(o.Key)
	}
	if native {
		s.client.MaxAnswer = maxQueue
		return &Native{s}, nil
	}
	return &V2{s}, nil
}

func address(o Options) (base string, native bool, err error) {
	base = strings.TrimSuffix(strings.TrimSuffix(o.BaseURL, "/"), "/api/v2")
	if base == "" {
		base = defaultBaseURL
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false, fmt.Errorf("comfyui: base_url is no web address; it is your ComfyUI's, such as http://gpu1:8188")
	}
	switch o.Server {
	case "":
		return base, u.Port() == nativePort, nil
	case "v2", "native":
		return base, o.Server == "native", nil
	}
	return "", false, fmt.Errorf("comfyui: server %q is not known; known are native, v2", o.Server)
}

// server is what both APIs have in common.
type server struct {
	client   *wire.Client
	workflow *workflow
	facts    provider.Model
}

// Name is "comfyui".
func (s *server) Name() string { return "comfyui" }

// Models is the one model: the workflow.
func (s *server) Models() []provider.Model {
	m := s.facts
	m.Modes = slices.Clone(m.Modes)
	return []provider.Model{m}
}

// model are the facts of a workflow: those of models.yaml, and what its
// placeholders say.
func (w *workflow) model(id string) (provider.Model, error) {
	all, err := facts.Read(modelsYAML)
	if err != nil {
		return provider.Model{}, err
	}
	m := all[0]
	if id != "" {
		m.ID, m.Name = id, id
	}
	m.Modes = []provider.Mode{w.mode}
	m.MaxReferences = w.references
	m.LastFrame = w.has["last_frame"]
	m.Seed, m.Negative, m.Audio, m.ReadsFPS = w.has["seed"], w.has["negative"], w.has["audio"], w.has["fps"]
	if !w.has["fps"] && w.fps > 0 {
		m.FPS = []media.Rational{rational(w.fps)}
	}
	return m, nil
}

// graph is the workflow with the request in it. put brings a picture to the server
// and gives what stands for it in the workflow.
func (s *server) graph(ctx context.Context, r provider.Request, put func(context.Context, provider.Picture) (any, error)) (map[string]any, error) {
	if err := s.check(r); err != nil {
		return nil, err
	}
	v := s.workflow.values(r)
	pictures := s.workflow.pictures(r)
	for _, name := range slices.Sorted(maps.Keys(pictures)) {
		there, err := put(ctx, pictures[name])
		if err != nil {
			return nil, err
		}
		v[name] = there
	}
	return s.workflow.fill(v), nil
}

// check refuses what the workflow does not make.
func (s *server) check(r provider.Request) error {
	no := func(format string, args ...any) error {
		return &provider.Error{Kind: provider.KindInvalid, Op: string(wire.Submit), Message: fmt.Sprintf(format, args...)}
	}
	m := s.facts
	switch {
	case r.Prompt == "":
		return no("there is no prompt")
	case r.Mode != s.workflow.mode:
		return no("the workflow makes takes from %s, not from %s", s.workflow.mode, r.Mode)
	case r.MakeMS < m.MinMS || r.MakeMS > m.MaxMS:
		return no("a take of %d ms is not between %d and %d", r.MakeMS, m.MinMS, m.MaxMS)
	case !slices.Contains(m.Rasters, r.Raster):
		return no("%s is none of the workflow's picture sizes", r.Raster)
	case len(r.References) > m.MaxReferences && r.Mode == provider.ModeReferences:
		return no("the workflow takes %d reference pictures, not %d", m.MaxReferences, len(r.References))
	}
	for name, p := range s.workflow.pictures(r) {
		if p.Open == nil {
			return no("the picture for {{%s}} is missing", name)
		}
	}
	return nil
}

var (
	_ provider.Provider = (*V2)(nil)
	_ provider.Canceler = (*V2)(nil)
	_ provider.Provider = (*Native)(nil)
	_ provider.Canceler = (*Native)(nil)
	_ provider.Finder   = (*Native)(nil)
)
