package comfyui

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// extensions are for nodes that look at a file's name.
var extensions = map[string]string{"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

// picture is a picture's bytes, named by them.
type picture struct {
	name, kind string
	bytes      []byte
}

func read(ctx context.Context, p provider.Picture) (picture, error) {
	body, kind, err := wire.Bytes(ctx, p)
	if err != nil {
		return picture{}, err
	}
	return picture{name: fmt.Sprintf("dailies-%.16x.%s", sha256.Sum256(body), extensions[kind]), kind: kind, bytes: body}, nil
}

// form is the upload of a picture as multipart/form-data.
func (p picture) form(field string, fields map[string]string) (wire.Request, error) {
	broken := func(err error) (wire.Request, error) { // writing to memory does not fail
		return wire.Request{}, &provider.Error{Kind: provider.KindInvalid, Op: string(wire.Upload), Message: "write the request", Err: err}
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			return broken(err)
		}
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="%s"; filename="%s"`, field, p.name)}, "Content-Type": {p.kind},
	})
	if err != nil {
		return broken(err)
	}
	if _, err := part.Write(p.bytes); err != nil {
		return broken(err)
	}
	if err := w.Close(); err != nil {
		return broken(err)
	}
	return wire.Request{Op: wire.Upload, Method: http.MethodPost, Raw: &b, Type: w.FormDataContentType()}, nil
}
