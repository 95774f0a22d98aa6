// Package ark buys takes of ByteDance's Seedance models from Volcengine Ark
// (doubao-seedance-…, billed in CNY) and from its international twin, BytePlus
// ModelArk (dreamina-seedance-… and seedance-…, billed in USD), which speak the
// same API under two hosts. A studio configures a model's full id, as models.yaml
// lists them, or an inference endpoint of its own (ep-…), whose model it names
// with Options.Like.
//
// Pictures of faces that look real are let through once they are registered as assets
// (assets.go), which the vendor's management API does, with keys of its own.
//
// It is not a general Ark client: no chat, no images, no editing or extending of
// clips, no offline tier. Its callbacks are unsigned: only their address is a secret.
//
// The create call has no idempotency key. The tag that dailies knows a request by
// goes into safety_identifier, which the vendor's list echoes, so a lost answer
// can be looked up (find.go).
//
// https://www.volcengine.com/docs/82379/1520757 (create), 1521309 (get),
// 1521675 (list), 1521720 (cancel or delete), 1299023 (errors), 1544106 (prices).
package ark

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/facts"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultBaseURL is Volcengine Ark in Beijing. BytePlus ModelArk is
// https://ark.ap-southeast.bytepluses.com/api/v3, with keys of its own.
const DefaultBaseURL = "https://ark.cn-beijing.volces.com/api/v3"

// tasksPath is where video tasks live, below the base URL.
const tasksPath = "/contents/generations/tasks"

//go:embed models.yaml
var modelsYAML []byte

// Options make a Provider.
type Options struct {
	BaseURL string // "": DefaultBaseURL
	Key     string // the Ark API key; "": every call says Auth
	// Like is the listed model whose facts hold for one that is not listed: an
	// endpoint of the studio's own (ep-…), or a model newer than this release.
	Like string
	// Assets say where faces are registered; the zero value: nowhere.
	Assets Assets
	// Deadline is how long the caller waits for one job. The vendor is told to
	// let go of a task after that; 0: an hour, the least it takes.
	Deadline time.Duration
}

// Provider is Ark or ModelArk. It is safe for concurrent use.
type Provider struct {
	client  *wire.Client
	key     string
	like    string
	expires int64 // seconds
	models  []provider.Model
	assets  *library // nil: no faces are registered
}

// New makes a Provider. It reaches out to nobody; a missing key shows when a take
// is asked for. It errs on a Like that names no model.
func New(o Options) (*Provider, error) {
	models, err := facts.Read(modelsYAML)
	if err != nil {
		return nil, fmt.Errorf("make provider ark: %w", err)
	}
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	p := &Provider{key: o.Key, like: o.Like, expires: expiry(o.Deadline), models: models}
	if _, known := p.listed(o.Like); o.Like != "" && !known {
		return nil, fmt.Errorf("make provider ark: like names %q, which is no model that it knows", o.Like)
	}
	if u, err := url.Parse(o.Assets.URL); o.Assets.URL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil) {
		return nil, errors.New("make provider ark: assets_url is no web address, such as " + openVolcengine)
	}
	p.assets = newLibrary(o.BaseURL, o.Assets)
	p.client = &wire.Client{
		Base: o.BaseURL, Explain: explain, Secrets: []string{o.Key},
		Sign: wire.Bearer(o.Key),
	}
	return p, nil
}

// expiry is execution_expires_after, seconds. A running task cannot be stopped,
// and one that hangs holds a slot of the account until it expires: by default
// two days. It is given up when the caller gives it up, within what the vendor
// allows: https://www.volcengine.com/docs/82379/1520757
func expiry(deadline time.Duration) int64 {
	const least, most = time.Hour, 72 * time.Hour
	return int64((min(max(deadline, least), most) + time.Second - 1) / time.Second)
}

// Name is "ark".
func (*Provider) Name() string { return "ark" }

// Models are the facts of models.yaml.
func (p *Provider) Models() []provider.Model { return slices.Clone(p.models) }

func (p *Provider) listed(id string) (provider.Model, bool) {
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == id })
	if i < 0 {
		return provider.Model{}, false
	}
	return p.models[i], true
}

// facts are those of the first id that is listed, else of Like; false if there
// are none.
func (p *Provider) facts(ids ...string) (provider.Model, bool) {
	for _, id := range append(ids, p.like) {
		if m, ok := p.listed(id); ok {
			return m, true
		}
	}
	return provider.Model{}, false
}

// Submit creates a task. Ambiguous when the request may have arrived and no task
// id came back; the vendor's page says of no 5xx that nothing was made.
func (p *Provider) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	if err := p.keyed(wire.Submit); err != nil {
		return provider.Job{}, err
	}
	body, err := p.body(ctx, r)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: tasksPath, Body: body})
	if err != nil {
		return provider.Job{}, p.aboutFaces(r, withoutDraft(r, a, err))
	}
	id := wire.ID(a.Body, "id")
	if id == "" {
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{
			Kind: provider.KindAmbiguous, Message: fmt.Sprintf("an answer without a task id: %.400s", a.Body),
		})
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// Poll asks for the task. The vendor forgets tasks after seven days: NotFound.
func (p *Provider) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	t, err := p.get(ctx, wire.Poll, j)
	if err != nil {
		return provider.Status{}, err
	}
	return p.status(j, t), nil
}

// get reads one task.
func (p *Provider) get(ctx context.Context, op wire.Op, j provider.Job) (task, error) {
	var t task
	if err := p.keyed(op); err != nil {
		return t, err
	}
	path, err := taskPath(op, j)
	if err != nil {
		return t, err
	}
	// A gateway before the API has been seen to repeat an older answer.
	fresh := map[string]string{"Cache-Control": "no-cache"}
	a, err := p.client.Do(ctx, wire.Request{Op: op, Method: http.MethodGet, Path: path, Header: fresh})
	if err != nil {
		return t, gone(a, err)
	}
	// A field of another type than documented must not hide the rest of an answer
	// that may be about a paid clip.
	err = wire.Decode(a.Body, &t)
	if _, odd := errors.AsType[*json.UnmarshalTypeError](err); err != nil && (!odd || t.Status == "") {
		return t, p.client.Refuse(op, a, wire.Reason{Kind: provider.KindTransient, Message: "an answer that cannot be read: " + err.Error()})
	}
	return t, nil
}

// gone makes every 404 about a task NotFound: the page names no code for it.
func gone(a wire.Answer, err error) error {
	if e, ok := errors.AsType[*provider.Error](err); ok && a.Status == http.StatusNotFound {
		e.Kind = provider.KindNotFound
	}
	return err
}

// taskPath refuses an empty id, which would ask for the list of all tasks.
func taskPath(op wire.Op, j provider.Job) (string, error) {
	if j.ID == "" {
		return "", &provider.Error{Kind: provider.KindNotFound, Op: string(op), Message: "the job has no id"}
	}
	return tasksPath + "/" + url.PathEscape(j.ID), nil
}

// Fetch opens the clip. The signed URL lives a day; right after the end of a task
// it may answer 400 video_not_ready, which is Transient like an expired one.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.client.Result(ctx, s, s.URL, false)
}

// Hear takes any call: the vendor signs none.
// https://www.volcengine.com/docs/82379/1520757 (callback_url)
func (*Provider) Hear(context.Context, provider.Call) ([]byte, error) { return nil, nil }

func (p *Provider) keyed(op wire.Op) error {
	if p.key != "" {
		return nil
	}
	return &provider.Error{Kind: provider.KindAuth, Op: string(op), Message: "there is no Ark API key; set api_key_env"}
}

var (
	_ provider.Provider = (*Provider)(nil)
	_ provider.Canceler = (*Provider)(nil)
	_ provider.Finder   = (*Provider)(nil)
	_ provider.Hearer   = (*Provider)(nil)
)
