package videos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"slices"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// frameStep is the grid of frame counts: models make a multiple of it, and one
// more. Wan and HunyuanVideo step by 4 and LTX by 8, so 8 fits all; what is too
// much is cut off.
const frameStep = 8

// defaultFPS is the servers' own for a model that names no other.
const defaultFPS = 24

// field is one of a create's fields: a text, a number or a truth.
type field struct {
	name  string
	value any
}

// fields are what the server is told, without the picture. What the model cannot
// do is Invalid.
func (p *Provider) fields(r provider.Request) ([]field, error) {
	m := p.model(r.Model)
	if err := check(m, r); err != nil {
		return nil, err
	}
	fps := rate(m, r.FPS)
	f := []field{{"prompt", r.Prompt}}
	if r.Model != "" && r.Model != anyModel {
		f = append(f, field{"model", r.Model})
	}
	f = append(f, field{"size", r.Raster.String()}, field{"num_frames", frames(r.MakeMS, fps)}, field{"fps", fps})
	if m.Seed && r.Seed != nil {
		f = append(f, field{"seed", *r.Seed})
	}
	if m.Negative && r.Negative != "" {
		f = append(f, field{"negative_prompt", r.Negative})
	}
	if r.Audio && p.quirks.soundField != "" {
		f = append(f, field{p.quirks.soundField, true})
	}
	if p.quirks.keyField != "" {
		f = append(f, field{p.quirks.keyField, r.Key})
	}
	return f, nil
}

// check refuses what the model has not. Of a model that is not listed only the
// server knows the sizes and lengths.
func check(m provider.Model, r provider.Request) error {
	no := func(format string, args ...any) error {
		return &provider.Error{Kind: provider.KindInvalid, Op: string(wire.Submit), Message: fmt.Sprintf(format, args...)}
	}
	switch {
	case r.Prompt == "":
		return no("there is no prompt")
	case !slices.Contains(m.Modes, r.Mode):
		return no("%s makes no take from %s", r.Model, r.Mode)
	case r.Mode == provider.ModeFirstFrame && r.FirstFrame == nil:
		return no("the first frame is missing")
	case r.MakeMS <= 0 || r.Raster.Width <= 0 || r.Raster.Height <= 0:
		return no("a take of %d ms at %s cannot be made", r.MakeMS, r.Raster)
	case m.AnyModel:
		return nil
	case r.MakeMS < m.MinMS || r.MakeMS > m.MaxMS:
		return no("%s makes %d to %d ms, not %d", r.Model, m.MinMS, m.MaxMS, r.MakeMS)
	case !slices.Contains(m.Rasters, r.Raster):
		return no("%s makes no %s picture", r.Model, r.Raster)
	}
	return nil
}

// rate is the frame rate to ask for: the wanted one if the model makes it, else
// the model's first.
func rate(m provider.Model, want media.Rational) int64 {
	if want.Den == 1 && slices.Contains(m.FPS, want) {
		return want.Num
	}
	if len(m.FPS) > 0 {
		return m.FPS[0].Num
	}
	return defaultFPS
}

// frames is how many last at least so long.
func frames(ms, fps int64) int64 {
	n := (ms*fps + 999) / 1000
	return (n-1+frameStep-1)/frameStep*frameStep + 1
}

// body puts fields and picture into the request as the server wants them.
func (p *Provider) body(ctx context.Context, req *wire.Request, fields []field, r provider.Request) error {
	var first *provider.Picture
	if r.Mode == provider.ModeFirstFrame {
		first = r.FirstFrame
	}
	if p.quirks.multipart {
		return form(ctx, req, fields, first)
	}
	whole := map[string]any{}
	for _, f := range fields {
		whole[f.name] = f.value
	}
	if first != nil {
		u, err := wire.URLOrData(ctx, *first)
		if err != nil {
			return err
		}
		whole["reference_url"] = u
	}
	req.Body = whole
	return nil
}

// form writes multipart/form-data. A picture's bytes are a file: a form's other
// fields are limited to 1 MiB each by the server's framework.
func form(ctx context.Context, req *wire.Request, fields []field, first *provider.Picture) error {
	if first != nil && first.URL != "" {
		u, err := json.Marshal(map[string]string{"image_url": first.URL})
		if err != nil {
			return broken(err)
		}
		fields = append(fields, field{"image_reference", string(u)})
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f.name, fmt.Sprint(f.value)); err != nil {
			return broken(err)
		}
	}
	if first != nil && first.URL == "" {
		if err := file(ctx, w, *first); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return broken(err)
	}
	req.Raw, req.Type = &b, w.FormDataContentType()
	return nil
}

// extensions are for servers that look at a file's name.
var extensions = map[string]string{"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

func file(ctx context.Context, w *multipart.Writer, p provider.Picture) error {
	bytes, kind, err := wire.Bytes(ctx, p)
	if err != nil {
		return err
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="input_reference"; filename="first_frame.` + extensions[kind] + `"`},
		"Content-Type":        {kind},
	})
	if err != nil {
		return broken(err)
	}
	if _, err := part.Write(bytes); err != nil {
		return broken(err)
	}
	return nil
}

// broken is an error of writing to memory, which does not happen.
func broken(err error) error {
	return &provider.Error{Kind: provider.KindInvalid, Op: string(wire.Submit), Message: "write the request", Err: err}
}
