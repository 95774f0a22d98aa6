package wire

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"

	"github.com/dailies/dailies/internal/provider"
)

// maxPicture is the size limit of one picture, bytes: the least that a vendor of
// those known refuses.
const maxPicture = 20 << 20

// Bytes reads a picture and says what it is, by its content.
func Bytes(ctx context.Context, p provider.Picture) (body []byte, mediaType string, err error) {
	fail := func(format string, args ...any) error {
		return &provider.Error{Kind: provider.KindInvalid, Op: string(Submit), Message: fmt.Sprintf("picture %s: ", p.Name) + fmt.Sprintf(format, args...)}
	}
	if p.Open == nil {
		return nil, "", fail("there is nothing to read")
	}
	r, err := p.Open(ctx)
	if err != nil {
		return nil, "", &provider.Error{Kind: provider.KindTransient, Op: string(Submit), Message: fmt.Sprintf("read picture %s", p.Name), Err: err}
	}
	defer r.Close()
	body, err = io.ReadAll(io.LimitReader(r, maxPicture+1))
	if err != nil {
		return nil, "", &provider.Error{Kind: provider.KindTransient, Op: string(Submit), Message: fmt.Sprintf("read picture %s", p.Name), Err: err}
	}
	mediaType = http.DetectContentType(body)
	switch {
	case len(body) > maxPicture:
		return nil, "", fail("it is over %d bytes", maxPicture)
	case mediaType != "image/png" && mediaType != "image/jpeg" && mediaType != "image/webp":
		return nil, "", fail("it is %s; vendors take PNG, JPEG and WebP", mediaType)
	}
	return body, mediaType, nil
}

// URLOrData is the picture's URL where the vendor can read it, else a data URI.
func URLOrData(ctx context.Context, p provider.Picture) (string, error) {
	if p.URL != "" {
		return p.URL, nil
	}
	body, kind, err := Bytes(ctx, p)
	if err != nil {
		return "", err
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(body), nil
}

// URLOrBase64 is the picture's URL where the vendor can read it, else its bytes in
// base64 without a prefix.
func URLOrBase64(ctx context.Context, p provider.Picture) (string, error) {
	if p.URL != "" {
		return p.URL, nil
	}
	body, _, err := Bytes(ctx, p)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(body), nil
}
