// Package vidu makes takes with Shengshu's Vidu, through its own enterprise API
// (/ent/v2). It promises what package provider asks for; it keeps no state.
//
// Models: viduq3-pro, viduq3-turbo, viduq3-pro-fast, viduq3, viduq3-mix. Others of
// the vendor's can be named with like:; only names that begin with viduq3 are
// asked for sound.
//
// It is no Finder. Request.Key is sent as payload, which Vidu gives back with a
// task, but nothing can be asked by it: the page of the task list does not name
// it, and a list that leaves it out cannot say that there is no such job. So a
// lost answer waits for a person, who finds the key in Vidu's console.
//
// Nothing is made at off-peak prices: a take may then wait for two days.
package vidu

import (
	"context"
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBaseURL is the host for accounts in China; that for all others is
// https://api.vidu.com.
const DefaultBaseURL = "https://api.vidu.cn"

//go:embed models.yaml
var modelsYAML []byte

// Options say who asks and where.
type Options struct {
	BaseURL string // empty: DefaultBaseURL
	Key     string // an API key
}

// Provider is Vidu.
type Provider struct {
	key    string
	models []provider.Model
	priced bool // what a credit costs is known here
	ask    *wire.Client
	buy    *wire.Client // as ask, but for what an error means
}

// New makes a provider. It does not reach out, and a missing key shows when a
// take is asked for.
func New(o Options) (*Provider, error) {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, err
	}
	sign := func(r *http.Request) error {
		r.Header.Set("Authorization", "Token "+o.Key)
		return nil
	}
	p := &Provider{key: o.Key, models: models, priced: listed(o.BaseURL)}
	p.ask = &wire.Client{Base: o.BaseURL, Sign: sign, Explain: explainAsk, Secrets: []string{o.Key}}
	buy := *p.ask
	buy.Explain = explainBuy
	p.buy = &buy
	return p, nil
}

// Name is "vidu".
func (p *Provider) Name() string { return "vidu" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// Submit asks for one take.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if err := p.keyed(wire.Submit); err != nil {
		return provider.Job{}, err
	}
	path, b, err := p.order(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.buy.Do(ctx, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: path, Body: b})
	if err != nil {
		return provider.Job{}, err
	}
	id := wire.ID(a.Body, "task_id", "id")
	if id == "" {
		return provider.Job{}, p.buy.Refuse(wire.Submit, a, p.nameless(a))
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// nameless is an answer of 200 without a task: an error all the same if it says
// so, else nobody knows.
func (p *Provider) nameless(a wire.Answer) wire.Reason {
	if r := explainBuy(a.Status, a.Body); r.Kind != "" {
		return r
	}
	if !json.Valid(a.Body) {
		return wire.Reason{Kind: provider.KindAmbiguous} // it is told what came
	}
	return wire.Reason{Kind: provider.KindAmbiguous, Message: "accepted without a task id"}
}

// Poll asks how a job is doing.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if err := p.known(wire.Poll, j); err != nil {
		return provider.Status{}, err
	}
	var t task
	a, err := p.ask.Do(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: "/ent/v2/tasks/" + j.ID + "/creations"})
	if err != nil {
		return provider.Status{}, err
	}
	if err := wire.Decode(a.Body, &t); err != nil {
		return provider.Status{}, p.ask.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient})
	}
	if t.State == "" {
		r := explainAsk(a.Status, a.Body)
		if r.Kind == "" {
			r.Kind = provider.KindTransient
		}
		return provider.Status{}, p.ask.Refuse(wire.Poll, a, r)
	}
	return p.status(j, t), nil
}

// tooLate is how Vidu refuses to cancel. A task that has ended does not go on,
// whatever is said of it.
var tooLate = regexp.MustCompile(`(?i)task state is ([a-z_]+), can ?not cancel`)

var ended = []string{"cancelled", "canceled", "user_cancelled", "failed"}

// Cancel stops a job that has not been scheduled.
func (p *Provider) Cancel(ctx context.Context, j provider.Job) (stopped bool, err error) {
	if err := p.known(wire.Cancel, j); err != nil {
		return false, err
	}
	r := wire.Request{Op: wire.Cancel, Method: http.MethodPost, Path: "/ent/v2/tasks/" + j.ID + "/cancel", Body: cancelBody{ID: j.ID}}
	a, err := p.ask.Do(ctx, r)
	if err == nil {
		return true, nil
	}
	if a.Status == http.StatusBadRequest {
		if m := tooLate.FindSubmatch(a.Body); m != nil {
			return slices.Contains(ended, strings.ToLower(string(m[1]))), nil
		}
	}
	return false, err
}

// Fetch opens a finished clip.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.ask.Result(ctx, s, s.URL, false)
}

func (p *Provider) keyed(op wire.Op) error {
	if p.key != "" {
		return nil
	}
	return &provider.Error{Kind: provider.KindAuth, Op: string(op), Message: "there is no API key"}
}

// number is a task's id. Vidu answers anything else with a parse error.
var number = regexp.MustCompile(`^[0-9]{1,20}$`)

func (p *Provider) known(op wire.Op, j provider.Job) error {
	if err := p.keyed(op); err != nil {
		return err
	}
	if !number.MatchString(j.ID) {
		return &provider.Error{Kind: provider.KindNotFound, Op: string(op), Message: p.ask.Clean("Vidu's tasks have numbers; " + j.ID + " is none of them")}
	}
	return nil
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Canceler = (*Provider)(nil)
	_ provider.Hearer   = (*Provider)(nil)
)
