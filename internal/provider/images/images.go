// Package images makes pictures with whoever serves /v1/images/generations: a
// studio's own GPUs (vLLM-Omni, SGLang), and Seedream on Volcengine Ark or BytePlus
// ModelArk, whose API has the same shape; with OpenAI's own models, which edit at an
// address of their own and are paid by the token (openai.go); with Google's on the Gemini
// API and Qwen-Image on Alibaba's Model Studio, which have shapes of their own (gemini.go,
// dashscope.go). What they do differently is in one table, quirks.go.
//
// The answer to a submit is the picture, so there is no job to ask for later. Who
// can is asked for a URL, which is kept in the receipt and lives for a day. Own
// servers, OpenAI and Gemini answer with the picture itself, which is far too large for a receipt: it
// is put into the instance's folder on this machine and fetched from there. If it
// is not there any more, because another machine goes on with the job, the job is
// not found, and another picture is made: of a vendor's that one is paid for too.
//
// It is no Finder: nobody can be asked for a picture by our key. An answer that is
// lost is Ambiguous.
package images

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

//go:embed models.yaml
var modelsYAML []byte

// anyModel is the id that stands for whatever the server has; it is not sent.
const anyModel = "any"

// maxAnswer is an answer with a picture in it, bytes.
const maxAnswer = 64 << 20

// Options say where the server is.
type Options struct {
	// BaseURL is the server's address: "http://gpu1:8091", with or without /v1. Empty:
	// the vendor's own, where the server is one.
	BaseURL string
	// Key is the vendor's API key, or the server's --api-key; empty: it asks for none.
	Key string
	// Server is "vllm" (vLLM-Omni), "sglang", "ark", "openai", "dashscope" or "gemini";
	// empty: "vllm".
	Server string
	// Like is the model whose facts hold for those that are not listed.
	Like string
	// Dir is where pictures wait to be fetched; it is made when it is needed.
	Dir string
}

// Provider is one server.
type Provider struct {
	client *wire.Client
	quirks quirks
	models []provider.Model
	like   string
	spool  spool
}

// New makes a provider without reaching out. It errs when the base URL is missing
// or no web address, and for a server that it does not know.
func New(o Options) (*Provider, error) {
	q, err := quirksOf(o.Server)
	if err != nil {
		return nil, err
	}
	base, err := baseURL(o.BaseURL, q)
	if err != nil {
		return nil, err
	}
	all, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, err
	}
	c := &wire.Client{Base: base, Explain: explain, MaxAnswer: maxAnswer}
	if o.Key != "" {
		c.Secrets = []string{o.Key}
		c.Sign = wire.Bearer(o.Key)
		if q.own != nil {
			c.Sign = q.own.sign(o.Key)
		}
	}
	// A vendor has its own models, which cost money; a machine of one's own the others.
	models := slices.DeleteFunc(all, func(m provider.Model) bool { return !q.has(m) })
	return &Provider{client: c, quirks: q, models: models, like: o.Like, spool: spool{o.Dir}}, nil
}

func baseURL(s string, q quirks) (string, error) {
	if s == "" {
		s = q.base
	}
	if s == "" {
		return "", fmt.Errorf("images: base_url is missing; it is the address of your own server, such as http://gpu1:8091")
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("images: base_url is no web address, such as http://gpu1:8091")
	}
	s = strings.TrimSuffix(s, "/")
	if q.vendor {
		return s, nil
	}
	return strings.TrimSuffix(s, "/v1") + "/v1", nil
}

// Name is "images".
func (p *Provider) Name() string { return "images" }

// Models are the facts of models.yaml that hold for the server.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// Submit asks for a picture with one request, and waits for it. A good status
// without a picture is Ambiguous, unless it says why there is none.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	ask, read, err := p.ask(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.client.Do(ctx, ask)
	if err != nil {
		return provider.Job{}, err
	}
	made, err := read(a.Body)
	if err != nil || len(made.Data) == 0 {
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "an answer without a picture"})
	}
	j := provider.Job{ID: r.Key, Model: r.Model}
	if b := made.bill; b != nil {
		j.Extra = map[string]string{extraBill: strconv.FormatInt(b.Micros, 10) + " " + b.Currency}
	}
	switch first := made.Data[0]; {
	case first.URL != "":
		j.Extra = map[string]string{extraURL: first.URL}
		if n := made.Usage.Generated; n > 0 {
			j.Extra[extraCount] = strconv.Itoa(n)
		}
		if len(r.References) > 0 {
			j.Extra[extraSent] = strconv.Itoa(len(r.References))
		}
	case len(first.B64) > 0:
		if err := p.spool.put(r.Key, first.B64); err != nil {
			// It was made, and is lost with this answer.
			return provider.Job{}, &provider.Error{Kind: provider.KindFailed, Op: string(wire.Submit), Message: "keep the picture until it is fetched", Err: err, Billed: &p.quirks.vendor}
		}
	case first.Error != nil:
		reason := wire.Reason{Kind: first.Error.kind, Code: first.Error.name(), Message: first.Error.Message}
		if reason.Kind == "" {
			reason.Kind = kindOf(reason.Code)
		}
		if reason.Kind == "" {
			reason.Kind = provider.KindFailed
		}
		return provider.Job{}, p.client.Refuse(wire.Submit, a, reason)
	default:
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "an answer without a picture"})
	}
	return j, nil
}

// Names in provider.Job.Extra. The URL is the result's; it lives for a day.
const (
	extraURL   = "url"
	extraCount = "generated" // as the vendor's usage has it
	extraSent  = "sent"      // references, which some vendors charge for
	extraBill  = "bill"      // micro-units and currency, where it is counted by tokens
)

// Poll asks nobody: a job is done, or is not found on this machine.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if err := ctx.Err(); err != nil {
		return provider.Status{}, &provider.Error{Kind: provider.KindTransient, Op: string(wire.Poll), Message: "not asked", Err: err}
	}
	s := provider.Status{Job: j, State: provider.Succeeded, Word: "made", URL: j.Extra[extraURL], Price: p.price(j)}
	if s.URL == "" && !p.spool.has(j.ID) {
		return provider.Status{}, &provider.Error{Kind: provider.KindNotFound, Op: string(wire.Poll), Message: "the picture is not on this machine"}
	}
	return s, nil
}

// price is what the vendor's usage comes to; nil where it told none.
func (p *Provider) price(j provider.Job) *drama.Money {
	if micros, currency, ok := strings.Cut(j.Extra[extraBill], " "); ok {
		n, err := strconv.ParseInt(micros, 10, 64)
		if err != nil || n < 0 {
			return nil
		}
		return &drama.Money{Micros: n, Currency: currency}
	}
	n, err := strconv.ParseInt(j.Extra[extraCount], 10, 64)
	m, ok := p.model(j.Model)
	if err != nil || !ok || n < 1 || n > 100 {
		return nil
	}
	sent, err := strconv.Atoi(j.Extra[extraSent])
	if err != nil || sent > m.MaxReferences {
		sent = 0
	}
	one, err := m.Price(provider.Bought{Mode: provider.ModeImage, Pictures: sent})
	if err != nil {
		return nil
	}
	return &drama.Money{Micros: one.Micros * n, Currency: one.Currency}
}

// Fetch opens the picture. No credential goes to where a result lies.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	if s.URL != "" {
		return p.client.Result(ctx, s, s.URL, false)
	}
	return p.spool.open(s.Job.ID)
}

// model are the facts that hold for an id.
func (p *Provider) model(id string) (provider.Model, bool) {
	for _, is := range []func(provider.Model) bool{
		func(m provider.Model) bool { return m.ID == id },
		func(m provider.Model) bool { return p.like != "" && m.ID == p.like },
		func(m provider.Model) bool { return m.AnyModel },
	} {
		if i := slices.IndexFunc(p.models, is); i >= 0 {
			return p.models[i], true
		}
	}
	return provider.Model{}, false
}

var _ provider.Provider = (*Provider)(nil)
