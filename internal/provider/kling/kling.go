// Package kling makes takes with Kuaishou's Kling, through Kling's own API. It
// promises what package provider asks for. It keeps no state, and it is neither for
// resellers of Kling, who speak other schemas, nor for motion control or video
// editing.
//
// Kling's API has two generations, and a job belongs to the one that made it:
//
//   - the present one has the model in the path, is asked at /tasks, and wants an
//     API key;
//   - the legacy one (/v1/videos/…) has the model in the body and takes the older
//     pair of access key and secret key too. It is spoken where only the pair is
//     configured, and at the host https://api.klingai.com, which knows no /tasks.
//
// Models, by the names of the present generation: kling-3.0, kling-3.0-turbo (not
// in the legacy one), kling-3.0-omni, kling-o1, kling-2.6, kling-2.5-turbo. Newer
// ones can be named with like:, in the present generation.
//
// external_task_id is unique in an account for ever and can be asked for, so a
// lost answer is never paid for twice: the provider is a Finder. There is no way
// to cancel a job.
package kling

import (
	"context"
	_ "embed"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBaseURL is the host for accounts in China; that for all others is
// https://api-singapore.klingai.com.
const DefaultBaseURL = "https://api-beijing.klingai.com"

//go:embed models.yaml
var modelsYAML []byte

// Options say who asks and where.
type Options struct {
	BaseURL string // empty: DefaultBaseURL
	// Key is an API key. It goes before AccessKey and SecretKey, the pair of older
	// accounts, which opens the legacy API only.
	Key                  string
	AccessKey, SecretKey string
	// CallbackSecret is what Kling signs its callbacks with, as its console shows it;
	// empty: it signs none, and only their address is a secret.
	CallbackSecret string
	Now            func() time.Time // nil: time.Now; signatures hold the time
}

// Provider is Kling.
type Provider struct {
	options Options
	models  []provider.Model
	legacy  bool // speaks the legacy generation
	unit    unit
	ask     *wire.Client
	buy     *wire.Client // as ask, but for what an error means
}

// New makes a provider. It does not reach out, and a missing key shows when a
// take is asked for.
func New(o Options) (*Provider, error) {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, err
	}
	p := &Provider{options: o, unit: unitAt(o.BaseURL)}
	p.legacy = o.Key == "" && o.AccessKey != "" || hostOf(o.BaseURL) == legacyHost
	if p.legacy {
		models = legacyFacts(models)
	}
	p.models = p.unit.price(models)
	p.ask = &wire.Client{Base: o.BaseURL, Sign: p.sign, Explain: explainAsk, Secrets: []string{o.Key, o.SecretKey, o.AccessKey, o.CallbackSecret}}
	buy := *p.ask
	buy.Explain = explainBuy
	p.buy = &buy
	return p, nil
}

// Name is "kling".
func (p *Provider) Name() string { return "kling" }

// known are a model's facts.
func (p *Provider) known(id string) (provider.Model, bool) {
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == id })
	if i < 0 {
		return provider.Model{}, false
	}
	return p.models[i], true
}

// Models are the facts of models.yaml, as far as the generation spoken has them.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// Submit asks for one take.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if err := p.keyed(wire.Submit); err != nil {
		return provider.Job{}, err
	}
	if r.Mode == provider.ModeLipSync {
		return p.submitLips(ctx, r)
	}
	o, err := p.order(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	a, e, err := p.call(ctx, p.buy, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: o.path, Body: o.body})
	if err != nil {
		return provider.Job{}, err
	}
	made, _ := e.one()
	id := made.id()
	if id == "" {
		id = wire.ID(a.Body, "task_id", "id")
	}
	if id == "" {
		return provider.Job{}, p.buy.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "accepted without a job id"})
	}
	return o.job(id, r.Model), nil
}

// Poll asks how a job is doing.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if err := p.keyed(wire.Poll); err != nil {
		return provider.Status{}, err
	}
	at := j.Extra[extraPath]
	if at == "" {
		at = tasksPath
	}
	if !slices.Contains(askPaths, at) {
		return provider.Status{}, &provider.Error{Kind: provider.KindNotFound, Op: string(wire.Poll), Message: "job " + j.ID + " has the path " + at + ", which Kling does not have"}
	}
	ask := wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: at + "/" + url.PathEscape(j.ID)}
	if at == tasksPath {
		ask.Path, ask.Query = tasksPath, url.Values{"task_ids": {j.ID}}
	}
	a, e, err := p.call(ctx, p.ask, ask)
	if err != nil {
		return provider.Status{}, err
	}
	tasks, err := e.all()
	if err != nil {
		return provider.Status{}, p.ask.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient})
	}
	for _, t := range tasks {
		if t.id() == j.ID {
			return p.status(j, t), nil
		}
	}
	return provider.Status{}, &provider.Error{Kind: provider.KindNotFound, Op: string(wire.Poll), Message: "Kling has no task " + j.ID}
}

// Find looks a job up by our key, which is its external_task_id.
func (p *Provider) Find(ctx context.Context, r provider.Request) (provider.Job, bool, error) {
	if err := p.keyed(wire.Find); err != nil {
		return provider.Job{}, false, err
	}
	o, err := p.place(r)
	if err != nil {
		return provider.Job{}, false, err
	}
	ask := wire.Request{Op: wire.Find, Method: http.MethodGet, Path: o.ask + "/" + url.PathEscape(r.Key)}
	if o.ask == tasksPath {
		ask.Path, ask.Query = tasksPath, url.Values{"external_task_ids": {r.Key}}
	}
	a, e, err := p.call(ctx, p.ask, ask)
	if o.ask != tasksPath && provider.KindOf(err, "") == provider.KindNotFound {
		return provider.Job{}, false, nil
	}
	if err != nil {
		return provider.Job{}, false, err
	}
	tasks, err := e.all()
	if err == nil && len(tasks) == 0 {
		return provider.Job{}, false, nil // an empty list, said so
	}
	for _, t := range tasks {
		if t.external() == r.Key && t.id() != "" {
			return o.job(t.id(), r.Model), true, nil
		}
	}
	return provider.Job{}, false, p.ask.Refuse(wire.Find, a, wire.Reason{Kind: provider.KindTransient, Message: "an answer that is not about key " + r.Key})
}

// Fetch opens a finished clip.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.ask.Result(ctx, s, s.URL, false)
}

// Hear checks the signature, where the account has a secret for it.
// https://klingai.com/document-api (callbacks)
func (p *Provider) Hear(_ context.Context, c provider.Call) ([]byte, error) {
	if p.options.CallbackSecret == "" {
		return nil, nil
	}
	return nil, wire.Signed(p.options.CallbackSecret, c)
}

// call makes one request and reads the envelope. Kling says no in HTTP 200 too.
func (p *Provider) call(ctx context.Context, c *wire.Client, r wire.Request) (wire.Answer, envelope, error) {
	a, err := c.Do(ctx, r)
	if err != nil {
		return a, envelope{}, notOurs(r, err)
	}
	e, err := decode(a.Body)
	switch {
	case err != nil && r.Op == wire.Submit:
		return a, e, c.Refuse(r.Op, a, wire.Reason{Kind: provider.KindAmbiguous})
	case err != nil:
		return a, e, c.Refuse(r.Op, a, wire.Reason{Kind: provider.KindTransient})
	case e.Code != "0":
		return a, e, c.Refuse(r.Op, a, c.Explain(a.Status, a.Body))
	}
	return a, e, nil
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Finder   = (*Provider)(nil)
	_ provider.Hearer   = (*Provider)(nil)
)
