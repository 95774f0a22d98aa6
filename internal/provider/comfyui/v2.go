package comfyui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// V2 speaks the Comfy API v2.
// https://github.com/Comfy-Org/docs/blob/main/openapi-v2.yaml
type V2 struct{ *server }

const v2Jobs = "/api/v2/jobs"

// Submit uploads the pictures and asks for a take. Its Idempotency-Key makes a
// second job of the same key impossible. net/http takes a request with that header
// for one that it may send again by itself, but only on a connection that was used
// before, which wire never submits on.
func (p *V2) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	graph, err := p.graph(ctx, r, p.asset)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.client.Do(ctx, wire.Request{
		Op: wire.Submit, Method: http.MethodPost, Path: v2Jobs, Body: map[string]any{"workflow": graph},
		Header: map[string]string{"Idempotency-Key": jobID(r.Key)},
	})
	if err != nil {
		return provider.Job{}, hint(a, err)
	}
	id := wire.ID(a.Body, "id")
	if id == "" {
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "an answer without a job id"})
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// hint says more where the address is not one of the v2 API.
func hint(a wire.Answer, err error) error {
	if e, ok := errors.AsType[*provider.Error](err); ok && e.Code == "" && (a.Status == http.StatusNotFound || a.Status == http.StatusMethodNotAllowed) {
		e.Message += "; there is no Comfy API v2 at base_url. For ComfyUI itself say server: native"
	}
	return err
}

// asset uploads a picture. The same bytes are kept once.
func (p *V2) asset(ctx context.Context, pic provider.Picture) (any, error) {
	f, err := read(ctx, pic)
	if err != nil {
		return nil, err
	}
	req, err := f.form("file", map[string]string{"content_type": f.kind, "file_path": "input/" + f.name})
	if err != nil {
		return nil, err
	}
	req.Path = "/api/v2/assets"
	a, err := p.client.Do(ctx, req)
	if err != nil {
		return nil, hint(a, err)
	}
	var there asset
	if err := wire.Decode(a.Body, &there); err != nil || there.ID == "" {
		return nil, p.client.Refuse(wire.Upload, a, wire.Reason{Kind: provider.KindTransient, Message: "an answer without an asset id"})
	}
	return map[string]any{"__type": "core/ASSET", "info": map[string]any{"id": there.ID}}, nil
}

// Poll asks once.
func (p *V2) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: v2Jobs + "/" + url.PathEscape(j.ID)})
	if err != nil {
		return provider.Status{}, err
	}
	var v job
	if err := wire.Decode(a.Body, &v); err != nil || v.Status == "" {
		return provider.Status{}, p.client.Refuse(wire.Poll, a, wire.Reason{Kind: provider.KindTransient, Message: "an answer that is no job"})
	}
	return p.status(j, v), nil
}

// v2States are the API's words.
var v2States = map[string]provider.State{
	"queued": provider.Queued, "running": provider.Running, "canceling": provider.Running, "succeeded": provider.Succeeded,
	"failed": provider.Failed, "canceled": provider.Cancelled, "expired": provider.Expired,
}

func (p *V2) status(j provider.Job, v job) provider.Status {
	s := provider.Status{Job: j, State: v2States[v.Status], Word: v.Status}
	if v.Progress != nil {
		s.Progress = min(max(v.Progress.Value, 0), 1)
	}
	no := func(kind provider.Kind, message string) *provider.Error {
		return &provider.Error{Kind: kind, Op: string(wire.Poll), Message: p.client.Clean(message)}
	}
	switch s.State {
	case provider.Queued, provider.Running:
	case provider.Succeeded:
		if s.URL = p.link(v.clip()); s.URL != "" {
			break
		}
		s.State, s.Err = provider.Failed, no(provider.KindFailed, "the workflow ended without a clip")
		if v.OutputsReused {
			s.Err.Message += ": ComfyUI had it all cached. Put {{key}} into the filename_prefix of the node that saves it"
		}
	case provider.Failed:
		s.Err = no(provider.KindFailed, "the workflow failed")
		if v.Error != nil {
			s.Err.Code, s.Err.Message = p.client.Clean(v.Error.Code), p.client.Clean(v.Error.says())
		}
	case provider.Cancelled:
		s.Err = no(provider.KindFailed, "the job was cancelled")
	case provider.Expired:
		s.Err = no(provider.KindFailed, "the job expired")
	default:
		s.Err = no(provider.KindUnknown, fmt.Sprintf("the job's status is %q", v.Status))
	}
	return s
}

// link is an output's URL: relative ones are to the host, not to base_url's path.
func (p *V2) link(s string) string {
	base, err := url.Parse(p.client.Base)
	if err != nil || s == "" {
		return ""
	}
	u, err := base.Parse(s)
	if err != nil {
		return ""
	}
	return u.String()
}

// Fetch opens the clip. A self-hosted server asks for its key; Comfy Cloud leads on
// to a signed URL, which gets none.
func (p *V2) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.client.Result(ctx, s, s.URL, true)
}

// Cancel asks for an end. Only a job that has ended as cancelled is stopped: one
// that is about to be may still finish. One that is not there any more is stopped.
func (p *V2) Cancel(ctx context.Context, j provider.Job) (stopped bool, err error) {
	var v job
	err = p.client.JSON(ctx, wire.Request{Op: wire.Cancel, Method: http.MethodPost, Path: v2Jobs + "/" + url.PathEscape(j.ID) + "/cancel"}, &v)
	if provider.KindOf(err, "") == provider.KindNotFound {
		return true, nil
	}
	return v.Status == "canceled", err
}
