package comfyui

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// maxQueue is the most bytes of an answer: the queue comes with every job's
// workflow.
const maxQueue = 64 << 20

// Native speaks ComfyUI's own API. The build must take a prompt_id that the client
// chose, as all of 2025-10 and later do. Where a job is takes two looks, into the queue
// and then into the history: in that order none is missed that ends in between.
// https://docs.comfy.org/development/comfyui-server/comms_routes
type Native struct{ *server }

// Submit uploads the pictures and queues the workflow under an id made of the key.
func (p *Native) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	graph, err := p.graph(ctx, r, p.upload)
	if err != nil {
		return provider.Job{}, err
	}
	a, err := p.client.Do(ctx, wire.Request{
		Op: wire.Submit, Method: http.MethodPost, Path: "/prompt", Body: map[string]any{"prompt": graph, "prompt_id": jobID(r.Key), "client_id": "dailies"},
	})
	if err != nil {
		return provider.Job{}, err
	}
	id := wire.ID(a.Body, "prompt_id")
	if id == "" {
		return provider.Job{}, p.client.Refuse(wire.Submit, a, wire.Reason{Kind: provider.KindAmbiguous, Message: "an answer without a prompt_id"})
	}
	return provider.Job{ID: id, Model: r.Model}, nil
}

// upload puts a picture into ComfyUI's input folder under a name made of its
// bytes, so that doing it again changes nothing.
func (p *Native) upload(ctx context.Context, pic provider.Picture) (any, error) {
	f, err := read(ctx, pic)
	if err != nil {
		return nil, err
	}
	req, err := f.form("image", map[string]string{"type": "input", "overwrite": "true"})
	if err != nil {
		return nil, err
	}
	req.Path = "/upload/image"
	a, err := p.client.Do(ctx, req)
	if err != nil {
		return nil, err
	}
	var there uploaded
	if err := wire.Decode(a.Body, &there); err != nil || there.Name == "" {
		return nil, p.client.Refuse(wire.Upload, a, wire.Reason{Kind: provider.KindTransient, Message: "an answer without a file's name"})
	}
	if there.Subfolder != "" {
		return there.Subfolder + "/" + there.Name, nil
	}
	return there.Name, nil
}

// Poll looks once into the queue, and into the history if the job is not there.
func (p *Native) Poll(ctx context.Context, j provider.Job) (provider.Status, error) {
	state, ended, err := p.look(ctx, wire.Poll, j.ID)
	switch {
	case err != nil:
		return provider.Status{}, err
	case ended != nil:
		return p.status(j, *ended), nil
	case state == "":
		return provider.Status{}, &provider.Error{Kind: provider.KindNotFound, Op: string(wire.Poll), Message: "the job is neither in the queue nor in the history; was ComfyUI started again?"}
	}
	return provider.Status{Job: j, State: state, Word: string(state)}, nil
}

// look finds a job: waiting, running, or ended; none of them if it is not there.
func (p *Native) look(ctx context.Context, op wire.Op, id string) (provider.State, *ended, error) {
	var q queue
	if err := p.client.JSON(ctx, wire.Request{Op: op, Method: http.MethodGet, Path: "/queue"}, &q); err != nil {
		return "", nil, err
	}
	switch {
	case q.Running.has(id):
		return provider.Running, nil, nil
	case q.Pending.has(id):
		return provider.Queued, nil, nil
	}
	var h map[string]ended
	if err := p.client.JSON(ctx, wire.Request{Op: op, Method: http.MethodGet, Path: "/history/" + url.PathEscape(id)}, &h); err != nil {
		return "", nil, err
	}
	if e, ok := h[id]; ok {
		return "", &e, nil
	}
	return "", nil, nil
}

func (p *Native) status(j provider.Job, e ended) provider.Status {
	s := provider.Status{Job: j, State: provider.Failed, Word: e.word()}
	no := func(kind provider.Kind, message string) *provider.Error {
		return &provider.Error{Kind: kind, Op: string(wire.Poll), Message: p.client.Clean(message)}
	}
	switch s.Word {
	case "success":
		f, ok := e.clip()
		if !ok {
			s.Err = no(provider.KindFailed, "the workflow ended without a clip. If ComfyUI had it all cached, put {{key}} into the filename_prefix of the node that saves it")
			break
		}
		s.State, s.URL = provider.Succeeded, p.client.Base+"/view?"+url.Values{"filename": {f.Filename}, "subfolder": {f.Subfolder}, "type": {cmp.Or(f.Type, "output")}}.Encode()
	case "error":
		if e.interrupted() {
			s.State, s.Err = provider.Cancelled, no(provider.KindFailed, "the job was interrupted")
			break
		}
		code, says := e.failure()
		s.Err = no(provider.KindFailed, says)
		s.Err.Code = p.client.Clean(code)
	default:
		s.State, s.Err = "", no(provider.KindUnknown, fmt.Sprintf("the job's status is %q", s.Word))
	}
	return s
}

// Fetch opens the clip in ComfyUI's output folder.
func (p *Native) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	return p.client.Result(ctx, s, s.URL, true)
}

// Find looks for the job by the id that its key gives. ComfyUI forgets everything
// when it is started again; then there is surely no such job.
func (p *Native) Find(ctx context.Context, r provider.Request) (provider.Job, bool, error) {
	id := jobID(r.Key)
	state, e, err := p.look(ctx, wire.Find, id)
	if err != nil || state == "" && e == nil {
		return provider.Job{}, false, err
	}
	return provider.Job{ID: id, Model: r.Model}, true, nil
}

// Cancel takes a waiting job out of the queue and interrupts a running one. It
// looks first: older builds interrupt whatever is running, whoever is named.
func (p *Native) Cancel(ctx context.Context, j provider.Job) (stopped bool, err error) {
	state, e, err := p.look(ctx, wire.Cancel, j.ID)
	if err != nil {
		return false, err
	}
	req := wire.Request{Op: wire.Cancel, Method: http.MethodPost}
	switch state {
	case provider.Queued:
		req.Path, req.Body = "/queue", map[string]any{"delete": []string{j.ID}}
	case provider.Running:
		req.Path, req.Body = "/interrupt", map[string]any{"prompt_id": j.ID}
	default:
		return e == nil || e.interrupted(), nil
	}
	return true, onlyError(p.client.Do(ctx, req))
}

func onlyError(_ wire.Answer, err error) error { return err }
