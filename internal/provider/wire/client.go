// Package wire is how an adapter speaks to its vendor over HTTP: one request a
// call, never repeated, with every way it can fail sorted into a Kind. It knows
// no vendor. What it promises to each of them:
//
//   - whether a submit that failed may have reached the vendor (Ambiguous) or
//     surely did not (Transient) is told apart by how far the request got;
//   - a vendor's answer is read up to a limit, and only so much of it is shown as
//     holds no credential and no signed URL;
//   - credentials go to the vendor's own host and nowhere else;
//   - a result is fetched from public addresses only, hop by hop, unless the
//     vendor itself is on a private one.
package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/internal/provider"
)

// Op is what a request is for: it decides what a failure means.
type Op string

// Operations of the contract.
const (
	Submit Op = "submit" // what is lost may have been bought
	Poll   Op = "poll"
	Find   Op = "find"
	Cancel Op = "cancel"
	Upload Op = "upload" // of a picture, before a submit: nothing is bought
	Fetch  Op = "fetch"
)

const (
	maxAnswer  = 8 << 20  // bytes of a vendor's answer, unless a Client says otherwise
	maxRequest = 64 << 20 // bytes of what we send; the most that any vendor takes
)

// Client speaks to one vendor's API. Its fields are set before use and not
// changed; it is safe for concurrent use.
type Client struct {
	// Base is the API's URL that paths are added to.
	Base string
	// Sign adds credentials to a request to Base; nil: none.
	Sign func(*http.Request) error
	// Header is sent with every request to Base.
	Header map[string]string
	// Explain reads the vendor's own words for an error; nil: by HTTP status alone.
	Explain func(status int, body []byte) Reason
	// Secrets are never shown in an error.
	Secrets []string
	// MaxAnswer limits an answer, bytes; 0: 8 MiB. Vendors that answer with the
	// clip itself need more.
	MaxAnswer int64
}

// Reason is a vendor's error in our words. The zero Kind leaves the decision to
// the HTTP status.
type Reason struct {
	Kind    provider.Kind
	Code    string // the vendor's own
	Message string // the vendor's own; shortened and cleaned by the Client
	Billed  *bool
}

// Request is one call of the API.
type Request struct {
	Op     Op
	Method string
	Path   string // added to Base; may hold a query
	Query  url.Values
	Header map[string]string
	Body   any         // sent as JSON; nil: no body
	Raw    io.Reader   // sent as it is, instead of Body
	Type   string      // of Raw
	Tell   func(error) // told of the transport's own error, for a log; may be nil
}

// Answer is what the vendor said: a status below 300 and its whole body.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON makes one request and reads the answer into out; nil: it is not read.
func (c *Client) JSON(ctx context.Context, r Request, out any) error {
	a, err := c.Do(ctx, r)
	if err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	if err := Decode(a.Body, out); err != nil {
		return c.unreadable(r.Op, a, err)
	}
	return nil
}

// unreadable is a good status with a body that is not what was promised.
func (c *Client) unreadable(op Op, a Answer, cause error) error {
	kind := provider.KindTransient
	if op == Submit {
		kind = provider.KindAmbiguous
	}
	return &provider.Error{Kind: kind, Op: string(op), Message: fmt.Sprintf("HTTP %d with %s, which cannot be read", a.Status, c.describe(a.Body)), Err: cause}
}

// Do makes one request. Every error is a *provider.Error.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	req, err := c.request(ctx, r)
	if err != nil {
		return Answer{}, &provider.Error{Kind: provider.KindInvalid, Op: string(r.Op), Message: c.Clean(err.Error()), Err: err}
	}
	var sent atomic.Bool // a connection was made, so bytes may have gone out
	req = req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent.Store(true) }}))
	client := apiClient
	if r.Op == Submit {
		client = submitClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return Answer{}, c.lost(ctx, r, err, sent.Load())
	}
	defer resp.Body.Close()
	limit := c.MaxAnswer
	if limit <= 0 {
		limit = maxAnswer
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	a := Answer{Status: resp.StatusCode, Header: resp.Header, Body: trim(body)}
	switch {
	case resp.StatusCode >= http.StatusMultipleChoices:
		return a, c.refused(r.Op, a)
	case err != nil:
		return a, c.lost(ctx, r, err, true)
	case int64(len(body)) > limit:
		return a, c.unreadable(r.Op, a, fmt.Errorf("over %d bytes", limit))
	}
	return a, nil
}

func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	u, err := url.Parse(strings.TrimSuffix(c.Base, "/") + r.Path)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("base_url %q is no web address", c.Base)
	}
	if len(r.Query) > 0 {
		u.RawQuery = r.Query.Encode()
	}
	body, kind := r.Raw, r.Type
	if r.Body != nil {
		raw, err := json.Marshal(r.Body)
		if err != nil {
			return nil, fmt.Errorf("encode the request: %w", err)
		}
		if len(raw) > maxRequest {
			return nil, fmt.Errorf("the request is %d bytes long; send smaller pictures", len(raw))
		}
		body, kind = bytes.NewReader(raw), "application/json"
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, u.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "dailies")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for _, h := range []map[string]string{c.Header, r.Header} {
		for k, v := range h {
			req.Header.Set(k, v)
		}
	}
	if c.Sign != nil {
		if err := c.Sign(req); err != nil {
			return nil, err
		}
	}
	return req, nil
}

// lost is a request without an answer. A submit that may have left this machine
// may have been accepted.
func (c *Client) lost(ctx context.Context, r Request, err error, sent bool) error {
	if r.Tell != nil {
		r.Tell(err)
	}
	kind, what := provider.KindTransient, "no answer"
	switch {
	case r.Op == Submit && sent:
		kind, what = provider.KindAmbiguous, "no answer to a request that was sent"
	case !sent:
		what = "cannot be reached"
	}
	cause := err
	if wrapped, ok := errors.AsType[*url.Error](err); ok { // it repeats the URL
		cause = wrapped.Err
	}
	if ctx.Err() != nil {
		cause = ctx.Err()
	}
	return &provider.Error{Kind: kind, Op: string(r.Op), Message: c.Clean(fmt.Sprintf("%s: %s: %v", hostOf(c.Base), what, cause)), Err: err}
}

func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		return u.Host
	}
	return "the vendor"
}

// Redirects of an API are not followed: they would carry the request, and what
// it costs, to somewhere nobody configured.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

const (
	dialTimeout   = 15 * time.Second
	headerTimeout = 2 * time.Minute
)

var (
	apiClient = &http.Client{CheckRedirect: noRedirect, Transport: transport(&net.Dialer{Timeout: dialTimeout}, true)}
	// A submit has a connection of its own: one that the vendor closes just when it
	// is used again would leave money in doubt.
	submitClient = &http.Client{CheckRedirect: noRedirect, Transport: transport(&net.Dialer{Timeout: dialTimeout}, false)}
)

func transport(d *net.Dialer, keep bool) *http.Transport {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: d.DialContext, TLSHandshakeTimeout: dialTimeout, ResponseHeaderTimeout: headerTimeout,
		DisableKeepAlives: !keep, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 1 << 20,
	}
}
