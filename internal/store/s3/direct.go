package s3

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/encoding/httpbinding"

	"github.com/dailies/dailies/internal/store"
)

// direct writes small objects into the gateway of this program, a dozen for every shot. The SDK takes longer to make up such a request than
// it takes to send it.
type direct struct {
	base   *url.URL
	keys   aws.Credentials
	signer *v4.Signer
	http   *http.Client
	region string
}

// ownMost is up to what size an object is small.
const ownMost = askFirst

func newDirect(c Config, pool *http.Client) (*direct, error) {
	base, err := url.Parse(c.Endpoint)
	if err != nil {
		return nil, err
	}
	return &direct{
		base: base, http: pool, region: c.Region,
		keys:   aws.Credentials{AccessKeyID: c.AccessKey, SecretAccessKey: c.SecretKey},
		signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }),
	}, nil
}

// put sends an object once. Whatever else than success comes of it is for the SDK to find out, by sending the same again.
func (o *direct) put(ctx context.Context, in *s3.PutObjectInput, body []byte) bool {
	const unsigned = "UNSIGNED-PAYLOAD" // its SHA-256 is among the headers
	path := "/" + *in.Bucket + "/" + *in.Key
	u := *o.base
	u.Path, u.RawPath = path, httpbinding.EscapePath(path, false)
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, u.String(), bytes.NewReader(body))
	if err != nil {
		return false
	}
	h := req.Header
	h.Set("Accept-Encoding", "identity")
	h.Set("Content-Type", *in.ContentType)
	h.Set("X-Amz-Content-Sha256", unsigned)
	h.Set("X-Amz-Checksum-Sha256", aws.ToString(in.ChecksumSHA256))
	for name, value := range in.Metadata {
		h.Set("X-Amz-Meta-"+name, value)
	}
	for name, value := range map[string]*string{"If-Match": in.IfMatch, "If-None-Match": in.IfNoneMatch} {
		if value != nil {
			h.Set(name, *value)
		}
	}
	if err := o.signer.SignHTTP(ctx, o.keys, req, unsigned, "s3", o.region, time.Now().UTC()); err != nil {
		return false
	}
	resp, err := o.http.Do(req)
	if err != nil {
		return false
	}
	const most = 64 << 10 // of an answer's words, so that the connection is used again
	_, err = io.CopyN(io.Discard, resp.Body, most)
	return resp.Body.Close() == nil && errors.Is(err, io.EOF) && resp.StatusCode == http.StatusOK
}

// putOwn says whether the object lies in our own gateway now.
func (s *Store) putOwn(ctx context.Context, info store.Info, body io.ReadSeeker, on func(*s3.PutObjectInput)) bool {
	if s.direct == nil || info.Bytes == 0 || info.Bytes > ownMost {
		return false
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return false
	}
	b, err := io.ReadAll(io.LimitReader(body, info.Bytes+1))
	if err != nil || int64(len(b)) != info.Bytes {
		return false
	}
	in := s.putInput(info, nil)
	on(in)
	return guardSHA256.apply(in, info, nil) == nil && s.direct.put(ctx, in, b)
}
