package minimax

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// fileID is where Status.Extra keeps the file of a finished job of v1.
const fileID = "file_id"

// doV1 makes a request. v1 says no with HTTP 200 and a code in the body.
func (p *Provider) doV1(ctx context.Context, r wire.Request, out any) (wire.Answer, error) {
	c := p.client(r.Op)
	a, err := c.Do(ctx, r)
	if err != nil {
		return a, err
	}
	var no refusal
	if err := wire.Decode(a.Body, &no); err != nil {
		return a, unreadable(c, r.Op, a, err)
	}
	if err := wire.Decode(a.Body, out); err != nil {
		return a, unreadable(c, r.Op, a, err)
	}
	return a, nil
}

// unreadable is a good status with a body that is not what was promised.
func unreadable(c *wire.Client, op wire.Op, a wire.Answer, cause error) *provider.Error {
	kind := provider.KindTransient
	if op == wire.Submit {
		kind = provider.KindAmbiguous
	}
	e := c.Refuse(op, a, wire.Reason{Kind: kind})
	e.Err = cause
	return e
}

// taken is the task's id in the answer to a submit.
func (p *Provider) taken(a wire.Answer) (string, error) {
	id := wire.ID(a.Body, "task_id")
	if id == "" {
		return "", p.client(wire.Submit).Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous})
	}
	return id, nil
}

// saysNo is the error of an answer of v1 whose code is not 0.
func (p *Provider) saysNo(op wire.Op, a wire.Answer, b baseResp) error {
	if b.Code == "" || b.Code == "0" {
		return nil
	}
	return p.client(op).Refuse(op, a, explain(op, a.Status, a.Body))
}

func (p *Provider) submitV1(ctx context.Context, r provider.Request, s size) (string, error) {
	body, err := bodyV1(ctx, r, s)
	if err != nil {
		return "", err
	}
	var out answerV1
	a, err := p.doV1(ctx, wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: "/v1/video_generation", Body: body}, &out)
	if err != nil {
		return "", err
	}
	if err := p.saysNo(wire.Submit, a, out.Base); err != nil {
		return "", err
	}
	return p.taken(a)
}

func bodyV1(ctx context.Context, r provider.Request, s size) (createV1, error) {
	body := createV1{Model: vendorID(r.Model), Prompt: r.Prompt, Duration: r.MakeMS / 1000, Resolution: s.resolution, CallbackURL: r.Callback}
	var err error
	switch r.Mode {
	case provider.ModeText:
		if s.ratio != "16:9" {
			return body, wire.Invalid("%s makes 16:9 only without a first frame, not %s", body.Model, r.Raster)
		}
	case provider.ModeFirstFrame, provider.ModeFirstLast:
		if body.First, err = wire.URLOrData(ctx, *r.FirstFrame); err != nil {
			return body, err
		}
		if r.Mode == provider.ModeFirstLast {
			body.Last, err = wire.URLOrData(ctx, *r.LastFrame)
		}
	case provider.ModeReferences:
		return subjectBody(ctx, r, body)
	default:
		return body, wire.Invalid("%s makes no takes in mode %s", body.Model, r.Mode)
	}
	return body, err
}

// subjectBody is a request of S2V-01, which keeps one face and has neither a
// length nor a size to choose.
func subjectBody(ctx context.Context, r provider.Request, body createV1) (createV1, error) {
	if !strings.HasPrefix(body.Model, "S2V-") {
		return body, wire.Invalid("%s takes no reference pictures", body.Model)
	}
	if len(r.References) != 1 || r.References[0].Kind != "" && r.References[0].Kind != "cast" {
		return body, wire.Invalid("%s takes one picture of a face as its reference", body.Model)
	}
	face, err := wire.URLOrData(ctx, r.References[0])
	body.Duration, body.Resolution = 0, ""
	body.Subject = []subject{{Type: "character", Image: []string{face}}}
	return body, err
}

// wordsV1 are the words of the query; callbacks write them in lower case.
var wordsV1 = map[string]provider.State{
	"preparing":  provider.Queued,
	"queueing":   provider.Queued,
	"processing": provider.Running,
	"success":    provider.Succeeded,
	"fail":       provider.Failed,
}

func (p *Provider) pollV1(ctx context.Context, j provider.Job) (provider.Status, error) {
	var out answerV1
	a, err := p.doV1(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet, Path: "/v1/query/video_generation", Query: url.Values{"task_id": {j.ID}}}, &out)
	if err != nil {
		return provider.Status{}, err
	}
	c := p.client(wire.Poll)
	st := provider.Status{Job: j, Word: c.Clean(out.Status), State: wordsV1[strings.ToLower(out.Status)]}
	if st.State == provider.Failed { // its code is why
		st.Err = failure(c, out.Base.Code, out.Base.Message)
		return st, nil
	}
	if err := p.saysNo(wire.Poll, a, out.Base); err != nil {
		return provider.Status{}, err
	}
	switch {
	case st.State == "":
		st.Err = unknown(c, out.Status)
	case st.State == provider.Succeeded && (out.FileID == "" || out.FileID == "0"):
		st.State, st.Err = provider.Failed, empty()
	case st.State == provider.Succeeded:
		st.Extra = map[string]string{fileID: string(out.FileID)}
	}
	return st, nil
}

// retrieve asks for a fresh link to a file.
func (p *Provider) retrieve(ctx context.Context, id string) (string, error) {
	var out fileV1
	a, err := p.doV1(ctx, wire.Request{Op: wire.Fetch, Method: http.MethodGet, Path: "/v1/files/retrieve", Query: url.Values{"file_id": {id}}}, &out)
	if err != nil {
		return "", err
	}
	if err := p.saysNo(wire.Fetch, a, out.Base); err != nil {
		return "", err
	}
	if out.File.URL == "" {
		out.File.URL = out.File.Backup
	}
	if out.File.URL == "" {
		return "", p.client(wire.Fetch).Refuse(wire.Fetch, a, wire.Reason{Kind: provider.KindTransient})
	}
	return out.File.URL, nil
}
