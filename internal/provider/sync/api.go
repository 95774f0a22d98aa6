package sync

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// generationBody asks for a clip with other lips:
// https://sync.so/docs/api-reference/api/generate-api/create.
type generationBody struct {
	Model   string  `json:"model"`
	Input   []input `json:"input"`
	Options options `json:"options"`
}

type input struct {
	Type string `json:"type"` // video, audio
	URL  string `json:"url"`
}

// options: sync_mode is what becomes of the longer one of the two; they are as long as
// each other.
type options struct {
	SyncMode string `json:"sync_mode"`
}

// generation is a job: https://sync.so/docs/api-reference/api/generate-api/get.
type generation struct {
	Status    wire.Text `json:"status"`
	OutputURL wire.Text `json:"outputUrl"`
	MediaURL  wire.Text `json:"outputMediaUrl"` // its newer name
	Error     wire.Text `json:"error"`
	ErrorCode wire.Text `json:"errorCode"`
	OldCode   wire.Text `json:"error_code"`
}

// maxUpload is what a request with the files in it may have, bytes.
const maxUpload = 20_000_000

// whole says whether clip and speech fit into a request.
func whole(r provider.Request) bool {
	return r.Clip != nil && r.Speech != nil && r.Clip.Object.Bytes+r.Speech.Object.Bytes <= maxUpload
}

// create is the request, the same for the same take.
func (p *Provider) create(ctx context.Context, r provider.Request) (wire.Request, error) {
	ask := wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: "/v2/generate", Header: map[string]string{"Idempotency-Key": r.Key}}
	with := options{SyncMode: "cut_off"}
	if !whole(r) {
		if r.Clip.URL == "" || r.Speech.URL == "" {
			return ask, wire.Invalid("clip and speech have %d bytes; Sync takes %d in a request, and it cannot reach the store to read them there", r.Clip.Object.Bytes+r.Speech.Object.Bytes, maxUpload)
		}
		ask.Body = generationBody{Model: r.Model, Input: []input{{"video", r.Clip.URL}, {"audio", r.Speech.URL}}, Options: with}
		return ask, nil
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary("d-" + r.Key); err != nil {
		return ask, wire.Invalid("the key %q is no boundary", r.Key)
	}
	said, err := json.Marshal(with)
	if err != nil {
		return ask, wire.Invalid("encode the options: %v", err)
	}
	for _, f := range []struct{ name, value string }{{"model", r.Model}, {"options", string(said)}} {
		if err := w.WriteField(f.name, f.value); err != nil {
			return ask, wire.Invalid("write the form: %v", err)
		}
	}
	for _, f := range []struct {
		name, file, kind string
		from             *provider.Material
	}{{"video", "clip.mp4", "video/mp4", r.Clip}, {"audio", "speech.wav", "audio/wav", r.Speech}} {
		body, err := wire.Material(ctx, f.name, f.from, maxUpload)
		if err != nil {
			return ask, err
		}
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + f.name + `"; filename="` + f.file + `"`}, "Content-Type": {f.kind}})
		if err == nil {
			_, err = part.Write(body)
		}
		if err != nil {
			return ask, wire.Invalid("write the form: %v", err)
		}
	}
	if err := w.Close(); err != nil {
		return ask, wire.Invalid("write the form: %v", err)
	}
	ask.Raw, ask.Type = &b, w.FormDataContentType()
	return ask, nil
}
