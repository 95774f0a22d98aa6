// Package minimax makes takes with MiniMax: the H3 models over API v2, the Hailuo
// models and S2V-01 over API v1. The two differ in everything but the key, so
// each has a file of its own and Job.Extra says to which one a job belongs. It is
// not MiniMax's speech API. Its callbacks are unsigned: only their address is a secret.
//
// A studio names one of the ids of models.yaml, or of models.cn.yaml on the
// Chinese site, which has another price list. What follows an @ is ours and not
// sent: the vendor's limits depend on each other (1080P is made for 6 s only,
// without a picture to start from the shape is always 16:9), and each such id is
// one combination that holds as a whole.
//
// Neither API takes a key of ours, and v1 has no list, so a create whose answer
// was lost cannot be looked up: there is no Find.
package minimax

import (
	"context"
	_ "embed" // the facts
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBase is the international site. Keys are of one site only; the Chinese
// one is https://api.minimaxi.com.
const DefaultBase = "https://api.minimax.io"

//go:embed models.yaml
var modelsYAML []byte

//go:embed models.cn.yaml
var modelsCNYAML []byte

// Options say whose account pays.
type Options struct {
	BaseURL string // empty: DefaultBase
	Key     string // of the same site; models of v2 need a pay-as-you-go key
}

// Provider speaks to one site of MiniMax.
type Provider struct {
	base   string
	key    string
	models []provider.Model
}

var _ interface {
	provider.Provider
	provider.Canceler
	provider.Hearer
} = (*Provider)(nil)

// New makes a provider without reaching out.
func New(o Options) (*Provider, error) {
	base := o.BaseURL
	if base == "" {
		base = DefaultBase
	}
	models, err := facts.Read(pricedAt(base))
	if err != nil {
		return nil, fmt.Errorf("make provider minimax: %w", err)
	}
	return &Provider{base: base, key: o.Key, models: models}, nil
}

// pricedAt is the list of models with the prices of a site.
func pricedAt(base string) []byte {
	u, err := url.Parse(base)
	if err == nil && (u.Hostname() == "minimaxi.com" || strings.HasSuffix(u.Hostname(), ".minimaxi.com")) {
		return modelsCNYAML
	}
	return modelsYAML
}

// Name is "minimax".
func (*Provider) Name() string { return "minimax" }

// Models are the facts of the site's models.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

// The APIs, as Job.Extra["api"] names them.
const (
	apiKey = "api"
	// picturesKey is how many pictures were sent, where that costs more.
	picturesKey = "pictures"
	apiV1       = "v1"
	apiV2       = "v2"
)

// vendorID is the model's name at the vendor.
func vendorID(model string) string {
	id, _, _ := strings.Cut(model, "@")
	return id
}

// apiOf is the API that makes a model: v2 the H series, v1 all before.
func apiOf(model string) string {
	if n, ok := strings.CutPrefix(vendorID(model), "MiniMax-H"); ok && n != "" && n[0] >= '0' && n[0] <= '9' {
		return apiV2
	}
	return apiV1
}

func apiOfJob(j provider.Job) string {
	if a := j.Extra[apiKey]; a != "" {
		return a
	}
	return apiOf(j.Model)
}

// Submit asks for one take. An error is Ambiguous when the vendor may have
// accepted it.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if p.key == "" {
		return provider.Job{}, &provider.Error{Kind: provider.KindAuth, Op: string(wire.Submit), Message: "there is no API key for MiniMax"}
	}
	s, err := p.check(r)
	if err != nil {
		return provider.Job{}, err
	}
	api := apiOf(r.Model)
	send := p.submitV1
	if api == apiV2 {
		send = p.submitV2
	}
	id, err := send(ctx, r, s)
	if err != nil {
		return provider.Job{}, err
	}
	j := provider.Job{ID: id, Model: r.Model, Extra: map[string]string{apiKey: api}}
	if m, ok := p.listed(r.Model); ok && m.PerPicture != nil && len(r.References) > m.FreePictures {
		j.Extra[picturesKey] = strconv.Itoa(len(r.References)) // the usage does not tell them
	}
	return j, nil
}

// Poll asks once how a job is doing. NotFound: the vendor keeps no such task (any
// more; v2 forgets after 7 days).
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	if apiOfJob(j) == apiV2 {
		return p.pollV2(ctx, j, wire.Poll)
	}
	return p.pollV1(ctx, j)
}

// Fetch opens the clip. A job of v1 has a file of which a link is asked for first:
// links last an hour, files longer.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	link := s.URL
	if id := s.Extra[fileID]; id != "" {
		var err error
		if link, err = p.retrieve(ctx, id); err != nil {
			return nil, err
		}
	}
	return p.client(wire.Fetch).Result(ctx, s, link, false)
}

// Cancel stops a job of v2 that is still queued; v1 has no way to. It asks first
// how the job is doing, because the same request that stops a queued job deletes a
// finished one, which is paid for:
// https://platform.minimax.io/docs/api-reference/video-generation-v2-delete
func (p *Provider) Cancel(ctx context.Context, j provider.Job) (stopped bool, err error) {
	if apiOfJob(j) != apiV2 {
		return false, nil
	}
	now, err := p.pollV2(ctx, j, wire.Cancel)
	if err != nil {
		return false, err
	}
	if now.State != provider.Queued {
		return now.State == provider.Cancelled, nil
	}
	return p.deleteV2(ctx, j)
}

// client is the API for one kind of request, which decides what a code means.
func (p *Provider) client(op wire.Op) *wire.Client {
	return &wire.Client{
		Base:    p.base,
		Secrets: []string{p.key},
		Sign:    wire.Bearer(p.key),
		Explain: func(status int, body []byte) wire.Reason { return explain(op, status, body) },
	}
}

// listed are a model's own facts.
func (p *Provider) listed(id string) (provider.Model, bool) {
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == id })
	if i < 0 {
		return provider.Model{}, false
	}
	return p.models[i], true
}

// check holds a request against the facts of its model; those of a model that is
// not listed are the vendor's to refuse, as far as they can be said at all.
func (p *Provider) check(r provider.Request) (size, error) {
	s, known := sizes[r.Raster]
	if m, ok := p.listed(r.Model); ok {
		known = known && slices.Contains(m.Rasters, r.Raster)
		if !slices.Contains(m.Modes, r.Mode) {
			return s, wire.Invalid("%s makes no takes in mode %s", r.Model, r.Mode)
		}
		if m.MaxReferences > 0 && len(r.References) > m.MaxReferences {
			return s, wire.Invalid("%s takes %d reference pictures, not %d", r.Model, m.MaxReferences, len(r.References))
		}
		if err := wire.CheckVoices(m, r); err != nil {
			return s, err
		}
	}
	switch {
	case !known:
		return s, wire.Invalid("%s makes no picture of %s", r.Model, r.Raster)
	case r.MakeMS < 1000:
		return s, wire.Invalid("a take of %d ms is none", r.MakeMS)
	case r.Mode != provider.ModeText && r.Mode != provider.ModeReferences && r.FirstFrame == nil,
		r.Mode == provider.ModeFirstLast && r.LastFrame == nil, r.Mode == provider.ModeReferences && len(r.References) == 0:
		return s, wire.Invalid("a picture is missing for mode %s", r.Mode)
	}
	return s, nil
}

// size is how the vendor names a raster.
type size struct {
	resolution string
	ratio      string // v2; v1 has no such field
}

// sizes are the rasters of models.yaml in the vendor's words.
var sizes = map[media.Raster]size{
	{Width: 480, Height: 854}: {"480P", "9:16"}, {Width: 854, Height: 480}: {"480P", "16:9"}, {Width: 480, Height: 640}: {"480P", "3:4"},
	{Width: 640, Height: 480}: {"480P", "4:3"}, {Width: 480, Height: 480}: {"480P", "1:1"}, {Width: 1120, Height: 480}: {"480P", "21:9"},
	{Width: 512, Height: 910}: {"512P", "9:16"}, {Width: 910, Height: 512}: {"512P", "16:9"}, {Width: 512, Height: 512}: {"512P", "1:1"},
	{Width: 720, Height: 1280}: {"720P", "9:16"}, {Width: 1280, Height: 720}: {"720P", "16:9"},
	{Width: 768, Height: 1366}: {"768P", "9:16"}, {Width: 1366, Height: 768}: {"768P", "16:9"}, {Width: 768, Height: 1024}: {"768P", "3:4"},
	{Width: 1024, Height: 768}: {"768P", "4:3"}, {Width: 768, Height: 768}: {"768P", "1:1"}, {Width: 1792, Height: 768}: {"768P", "21:9"},
	{Width: 1080, Height: 1920}: {"1080P", "9:16"}, {Width: 1920, Height: 1080}: {"1080P", "16:9"}, {Width: 1080, Height: 1080}: {"1080P", "1:1"},
	{Width: 1440, Height: 2560}: {"2K", "9:16"}, {Width: 2560, Height: 1440}: {"2K", "16:9"}, {Width: 1440, Height: 1920}: {"2K", "3:4"},
	{Width: 1920, Height: 1440}: {"2K", "4:3"}, {Width: 1440, Height: 1440}: {"2K", "1:1"}, {Width: 3360, Height: 1440}: {"2K", "21:9"},
}
