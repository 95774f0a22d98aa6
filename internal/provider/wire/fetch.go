package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/dailies/dailies/internal/provider"
)

const maxHops = 5

// Result opens the result that a vendor's status tells of, at an address: as Fetch
// does, going on after the part that the caller has where the host can, and where the
// caller allows it, from an address that a proxy made up.
func (c *Client) Result(ctx context.Context, s provider.Status, at string, signed bool) (io.ReadCloser, error) {
	return c.open(ctx, at, how{signed: signed, part: s.Part, fakeIP: s.FakeIP})
}

// how a result is asked for.
type how struct {
	signed, fakeIP bool
	part           *provider.Part
}

// Fetch opens a result. Credentials are sent only to Base's own scheme, host and
// port, and only if signed is set (for vendors that serve results behind the
// API). Private and loopback addresses are refused unless Base itself is on one;
// every hop of a redirect is checked anew.
//
// NotFound is the host's word that there is nothing at the address (any more).
func (c *Client) Fetch(ctx context.Context, result string, signed bool) (io.ReadCloser, error) {
	return c.open(ctx, result, how{signed: signed})
}

func (c *Client) open(ctx context.Context, result string, h how) (io.ReadCloser, error) {
	at, err := url.Parse(result)
	for hop := 0; ; hop++ {
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || at.User != nil {
			return nil, c.noClip(provider.KindTransient, fmt.Sprintf("%q is no web address", result), err)
		}
		if hop > maxHops {
			return nil, c.noClip(provider.KindTransient, fmt.Sprintf("redirected more than %d times", maxHops), nil)
		}
		resp, err := c.get(ctx, at, h)
		if err != nil {
			return nil, err
		}
		if !redirects(resp.StatusCode) {
			return c.clip(resp, h.part, h.signed && c.own(at))
		}
		next, lerr := resp.Location()
		_ = resp.Body.Close()
		if lerr != nil {
			return nil, c.noClip(provider.KindTransient, fmt.Sprintf("HTTP %d to nowhere", resp.StatusCode), lerr)
		}
		if at.Scheme == "https" && next.Scheme != "https" {
			return nil, c.noClip(provider.KindTransient, "redirected from https to "+next.Scheme, nil)
		}
		at, result = next, next.Redacted()
	}
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func (c *Client) get(ctx context.Context, at *url.URL, h how) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, c.noClip(provider.KindTransient, "make a request", err)
	}
	req.Header.Set("User-Agent", "dailies")
	// Bytes as they are: what is counted and gone on with must be the clip's own.
	req.Header.Set("Accept-Encoding", "identity")
	if p := h.part; p != nil && p.Bytes > 0 && p.Tag != "" {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", p.Bytes))
		req.Header.Set("If-Range", p.Tag)
	}
	own := c.own(at)
	if h.signed && own {
		for k, v := range c.Header {
			req.Header.Set(k, v)
		}
		if c.Sign != nil {
			if err := c.Sign(req); err != nil {
				return nil, c.noClip(provider.KindAuth, "sign the request", err)
			}
		}
	}
	client := publicClient
	switch {
	case own || c.private():
		client = apiClient
	case h.fakeIP:
		client = fakeIPClient
	}
	resp, err := client.Do(req)
	if err != nil {
		cause := err
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			cause = wrapped.Err
		}
		return nil, c.noClip(provider.KindTransient, fmt.Sprintf("%s: %v", at.Host, cause), err)
	}
	return resp, nil
}

// clip is the body of a good answer; the rest is an error, with HTML told as such.
func (c *Client) clip(resp *http.Response, part *provider.Part, signed bool) (io.ReadCloser, error) {
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusPartialContent {
		from, ok := begins(resp)
		if !ok || from > 0 && (part == nil || from != part.Bytes) {
			_ = resp.Body.Close()
			return nil, c.noClip(provider.KindTransient, "a part was delivered that was not asked for", nil)
		}
		if part != nil {
			part.From, part.Tag = from, tag(resp.Header)
		}
		return resp.Body, nil
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // what there is of a reason
	kind := provider.KindTransient
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		kind = provider.KindThrottled
	case http.StatusNotFound, http.StatusGone, http.StatusForbidden:
		kind = provider.KindNotFound // also a signed link's end; a fresh poll may give another
	case http.StatusUnauthorized:
		if kind = provider.KindNotFound; signed {
			kind = provider.KindAuth
		}
	}
	e := c.noClip(kind, fmt.Sprintf("HTTP %d: %s", resp.StatusCode, c.describe(body)), nil)
	e.RetryAfter = RetryAfter(resp.Header, time.Now())
	return nil, e
}

// begins is where in the result an answer's body begins: RFC 9110, 14.4.
func begins(resp *http.Response) (from int64, ok bool) {
	if resp.StatusCode != http.StatusPartialContent {
		return 0, true
	}
	_, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-", &from)
	return from, err == nil && from >= 0
}

// tag names exactly these bytes, strong enough to go on after some of them: RFC 9110,
// 13.1.5. Empty: the host does not say so.
func tag(h http.Header) string {
	if !strings.EqualFold(h.Get("Accept-Ranges"), "bytes") && h.Get("Content-Range") == "" {
		return ""
	}
	if e := h.Get("ETag"); e != "" {
		if strings.HasPrefix(e, "W/") || len(e) > 256 {
			return ""
		}
		return e
	}
	return ""
}

func (c *Client) noClip(kind provider.Kind, message string, err error) *provider.Error {
	return &provider.Error{Kind: kind, Op: string(Fetch), Message: c.Clean(message), Err: err}
}

// own says whether a URL is on the API's own host.
func (c *Client) own(u *url.URL) bool {
	base, err := url.Parse(c.Base)
	return err == nil && strings.EqualFold(base.Host, u.Host) && base.Scheme == u.Scheme
}

// private says whether the API was configured at an address of its own network,
// so that its results may be there too.
func (c *Client) private() bool {
	base, err := url.Parse(c.Base)
	if err != nil {
		return false
	}
	host := base.Hostname()
	if addr, err := netip.ParseAddr(host); err == nil {
		return !Public(addr)
	}
	return host == "localhost" || !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".lan")
}

// Public says whether an address is one of the open internet's.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || a.IsInterfaceLocalMulticast() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// reserved are further ranges that lead nowhere public: https://www.iana.org/assignments/iana-ipv4-special-registry
// and the IPv6 ways to name an IPv4 address.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2002::/16"),
}

// fakeIP is where the made-up addresses lie that a proxy answers for every name with
// (Clash and its kind, fake-ip mode): RFC 2544's range for benchmarks, which leads
// nowhere else.
var fakeIP = netip.MustParsePrefix("198.18.0.0/15")

// publicClient connects to public addresses only: the check is of the address
// that is dialled, so no name can lead it elsewhere. It uses no proxy, which
// would do the dialling for it. fakeIPClient also connects to made-up addresses.
var (
	publicClient = &http.Client{CheckRedirect: noRedirect, Transport: publicTransport(false)}
	fakeIPClient = &http.Client{CheckRedirect: noRedirect, Transport: publicTransport(true)}
)

func publicTransport(fake bool) *http.Transport {
	t := transport(&net.Dialer{Timeout: dialTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return dialable(to.Addr(), fake)
	}}, true)
	t.Proxy = nil
	return t
}

// dialable errs for an address where no result may be.
func dialable(a netip.Addr, fake bool) error {
	switch {
	case Public(a):
		return nil
	case !fakeIP.Contains(a.Unmap()):
		return fmt.Errorf("%s is a private address, and the vendor is not", a)
	case fake:
		return nil
	}
	return fmt.Errorf("%w: its name leads to %s, an address that a proxy on this machine made up; say network: {allow_fake_ip: true} in dailies.yaml, or let the proxy answer with the real address", provider.ErrOurNetwork, a)
}
