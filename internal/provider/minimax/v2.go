package minimax

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// adaptive is the only ratio of a take that starts from a picture.
const adaptive = "adaptive"

// doV2 makes a request. v2 says no by HTTP status; an error's body under a good
// one is still an error.
func (p *Provider) doV2(ctx context.Context, r wire.Request, out any) (wire.Answer, error) {
	c := p.client(r.Op)
	a, err := c.Do(ctx, r)
	if err != nil {
		return a, err
	}
	var no refusal
	if err := wire.Decode(a.Body, &no); err != nil {
		return a, unreadable(c, r.Op, a, err)
	}
	if no.Type == "error" || no.Base.Code != "" && no.Base.Code != "0" {
		return a, c.Refuse(r.Op, a, explain(r.Op, a.Status, a.Body))
	}
	if err := wire.Decode(a.Body, out); err != nil {
		return a, unreadable(c, r.Op, a, err)
	}
	return a, nil
}

func (p *Provider) submitV2(ctx context.Context, r provider.Request, s size) (string, error) {
	body, err := bodyV2(ctx, r, s)
	if err != nil {
		return "", err
	}
	var out createdV2
	a, err := p.doV2(ctx, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: "/v2/video_generation", Body: body}, &out)
	if err != nil {
		return "", err
	}
	return p.taken(a)
}

func bodyV2(ctx context.Context, r provider.Request, s size) (createV2, error) {
	body := createV2{Model: vendorID(r.Model), Resolution: s.resolution, Duration: r.MakeMS / 1000, Ratio: s.ratio, CallbackURL: r.Callback}
	if strings.TrimSpace(r.Prompt) == "" {
		return body, wire.Invalid("%s needs a prompt", body.Model)
	}
	body.Content = []item{{Type: "text", Text: r.Prompt}}
	if strings.HasPrefix(body.Model, "MiniMax-H3-Max") {
		body.Extra = &extraV2{Expansion: "disabled"} // the prompt is meant as it is
	}
	type sent struct {
		role    string
		picture *provider.Picture
	}
	var pictures []sent
	switch r.Mode {
	case provider.ModeText:
	case provider.ModeFirstFrame:
		pictures, body.Ratio = []sent{{"first_frame", r.FirstFrame}}, adaptive
	case provider.ModeFirstLast:
		pictures, body.Ratio = []sent{{"first_frame", r.FirstFrame}, {"last_frame", r.LastFrame}}, adaptive
	case provider.ModeReferences:
		for i := range r.References {
			pictures = append(pictures, sent{"reference_image", &r.References[i]})
		}
	default:
		return body, wire.Invalid("%s makes no takes in mode %s", body.Model, r.Mode)
	}
	for _, x := range pictures {
		at, err := wire.URLOrData(ctx, *x.picture)
		if err != nil {
			return body, err
		}
		body.Content = append(body.Content, item{Type: "image_url", Image: &image{URL: at}, Role: x.role})
	}
	for _, v := range r.Voices {
		at, err := wire.SoundURLOrData(ctx, v)
		if err != nil {
			return body, err
		}
		body.Content = append(body.Content, item{Type: "audio_url", Sound: &image{URL: at}, Role: "reference_audio"})
	}
	return body, nil
}

var wordsV2 = map[string]provider.State{
	"queued":    provider.Queued,
	"running":   provider.Running,
	"succeeded": provider.Succeeded,
	"failed":    provider.Failed,
	"cancelled": provider.Cancelled,
	"expired":   provider.Expired, // not on the page; other clients know it
}

// pollV2 asks how a job is doing, for a Poll or before a Cancel.
func (p *Provider) pollV2(ctx context.Context, j provider.Job, op wire.Op) (provider.Status, error) {
	var out queriedV2
	if _, err := p.doV2(ctx, wire.Request{Op: op, Method: http.MethodGet, Path: "/v2/query/video_generation/" + url.PathEscape(j.ID)}, &out); err != nil {
		return provider.Status{}, err
	}
	c, t := p.client(op), out.Task
	st := provider.Status{Job: j, Word: c.Clean(t.Status), State: wordsV2[strings.ToLower(t.Status)]}
	switch st.State {
	case provider.Queued, provider.Running:
	case provider.Succeeded:
		st.Price = p.price(j, t.Resolution, string(t.Usage.Total))
		if st.URL = t.Content.URL; st.URL == "" {
			st.State, st.Err = provider.Failed, empty()
		}
	case provider.Failed:
		st.Err = failure(c, t.Error.Code, t.Error.Message)
	case provider.Cancelled, provider.Expired:
		st.Err = &provider.Error{Kind: provider.KindFailed, Op: string(op), Message: "the vendor says that the job is " + string(st.State)}
	default:
		st.Err = unknown(c, t.Status)
	}
	return st, nil
}

// maxSeconds is more than any clip has: a usage over it is not believed.
const maxSeconds = 3600

// price is what the usage costs at the facts' rate, with the pictures that were sent;
// nil if either is not told.
func (p *Provider) price(j provider.Job, resolution, seconds string) *drama.Money {
	m, ok := p.listed(j.Model)
	s, err := strconv.ParseFloat(seconds, 64)
	if !ok || err != nil || !(s > 0 && s <= maxSeconds) {
		return nil
	}
	pictures, err := strconv.Atoi(j.Extra[picturesKey])
	if err != nil || pictures > m.MaxReferences {
		pictures = 0
	}
	at := slices.IndexFunc(m.Rasters, func(r media.Raster) bool { return strings.EqualFold(sizes[r].resolution, resolution) })
	if at < 0 {
		return nil
	}
	price, err := m.Price(provider.Bought{Mode: provider.ModeText, Raster: m.Rasters[at], Audio: true, MS: int64(math.Ceil(s * 1000)), Pictures: pictures})
	if err != nil {
		return nil
	}
	return &price
}

// deleteV2 stops a queued job. One that began to run meanwhile is refused and
// goes on.
func (p *Provider) deleteV2(ctx context.Context, j provider.Job) (bool, error) {
	var out deletedV2
	_, err := p.doV2(ctx, wire.Request{Op: wire.Cancel, Method: http.MethodDelete, Path: "/v2/video_generation/" + url.PathEscape(j.ID)}, &out)
	switch provider.KindOf(err, "") {
	case provider.KindInvalid, provider.KindNotFound:
		return false, nil
	default:
		return err == nil && out.Action == "cancelled", err
	}
}
