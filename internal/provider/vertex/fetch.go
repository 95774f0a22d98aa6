package vertex

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Fetch opens the clip. It is in the operation, which is asked for again. A clip
// that somebody had put in a bucket is not read: that is another API, with rights
// of its own.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	if s.URL != "" {
		return nil, noClip(provider.KindInvalid, "the clip is in a bucket, "+s.URL+", and not in the answer", nil)
	}
	c, err := p.client(ctx, wire.Fetch)
	if err != nil {
		return nil, err
	}
	a, err := c.Do(ctx, p.ask(wire.Fetch, s.Job))
	if err != nil {
		return nil, err
	}
	var o struct {
		Response result[string] `json:"response"`
	}
	if err := json.Unmarshal(a.Body, &o); err != nil {
		return nil, noClip(provider.KindTransient, "the answer is no operation", err)
	}
	for _, v := range o.Response.Videos {
		if v.Data != "" {
			return io.NopCloser(base64.NewDecoder(base64.StdEncoding, strings.NewReader(v.Data))), nil
		}
	}
	return nil, noClip(provider.KindTransient, "the operation has no clip in it", nil)
}

func noClip(kind provider.Kind, message string, err error) error {
	return &provider.Error{Kind: kind, Op: string(wire.Fetch), Message: message, Err: err}
}
