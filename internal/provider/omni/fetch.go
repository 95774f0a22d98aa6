package omni

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Fetch opens the clip: the file that the interaction names, or where the clip is
// in the interaction itself, that.
//
// Files need the API key. It goes to the API's own host only, so a file elsewhere
// is asked for without it, and a redirect to a store is followed without it.
func (p *Provider) Fetch(ctx context.Context, s provider.Status) (io.ReadCloser, error) {
	if s.URL != "" {
		return p.wire.Result(ctx, s, p.file(s.URL), true)
	}
	if s.Job.ID == "" {
		return nil, &provider.Error{Kind: provider.KindInvalid, Op: string(wire.Fetch), Message: "the status names neither a file nor an interaction"}
	}
	answer, err := p.wire.Fetch(ctx, p.wire.Base+interactionPath(s.Job.ID), true)
	if err != nil {
		return nil, err
	}
	clip, err := inlineClip(io.LimitReader(answer, maxAnswerBytes))
	if err != nil {
		_ = answer.Close()
		return nil, &provider.Error{Kind: provider.KindTransient, Op: string(wire.Fetch), Message: "the interaction has no clip that can be read", Err: err}
	}
	return struct {
		io.Reader
		io.Closer
	}{clip, answer}, nil
}

// file is the address of a file's bytes. Behind a gateway the vendor still names
// files at its own host, where the gateway's key is worth nothing: those are asked
// for at the gateway.
func (p *Provider) file(uri string) string {
	if path, ok := strings.CutPrefix(uri, DefaultBaseURL+"/"); ok {
		uri = p.wire.Base + "/" + path
	}
	u, err := url.Parse(uri)
	if err != nil {
		return uri // refused by whoever opens it
	}
	q := u.Query()
	if q.Get("alt") == "" {
		q.Set("alt", "media")
		u.RawQuery = q.Encode()
	}
	return u.String()
}

var errNoClip = errors.New("no video in it")

// inlineClip finds the first video in an interaction and decodes it. It reads no
// further than the step that holds it.
func inlineClip(r io.Reader) (io.Reader, error) {
	dec := json.NewDecoder(r)
	if err := expect(dec, '{'); err != nil {
		return nil, err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		if key != "steps" {
			var skipped there
			if err := dec.Decode(&skipped); err != nil {
				return nil, err
			}
			continue
		}
		return clipOfSteps(dec)
	}
	return nil, errNoClip
}

func clipOfSteps(dec *json.Decoder) (io.Reader, error) {
	if err := expect(dec, '['); err != nil {
		return nil, err
	}
	for dec.More() {
		var s step[string]
		if err := dec.Decode(&s); err != nil {
			return nil, err
		}
		for _, c := range s.Content {
			if s.Type == stepOutput && c.Type == contentVideo && c.Data != "" {
				return base64.NewDecoder(base64.StdEncoding, strings.NewReader(c.Data)), nil
			}
		}
	}
	return nil, errNoClip
}

func expect(dec *json.Decoder, delim json.Delim) error {
	t, err := dec.Token()
	if err == nil && t != delim {
		err = fmt.Errorf("%v where %v should be", t, delim)
	}
	return err
}
