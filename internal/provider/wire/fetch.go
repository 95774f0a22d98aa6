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

	"github.com/dailies/dailies/internal/provider"
)

const maxHops = 5

// Fetch opens a result. Credentials are sent only to Base's own scheme, host and
// port, and only if signed is set (for vendors that serve results behind the
// API). Private and loopback addresses are refused unless Base itself is on one;
// every hop of a redirect is checked anew.
func (c *Client) Fetch(ctx context.Context, result string, signed bool) (io.ReadCloser, error) {
	at, err := url.Parse(result)
	for hop := 0; ; hop++ {
		if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || at.User != nil {
			return nil, c.noClip(provider.KindTransient, fmt.Sprintf("%q is no web address", result), err)
		}
		if hop > maxHops {
			return nil, c.noClip(provider.KindTransient, fmt.Sprintf("redirected more than %d times", maxHops), nil)
		}
		resp, err := c.get(ctx, at, signed)
		if err != nil {
			return nil, err
		}
		if !redirects(resp.StatusCode) {
			return c.clip(resp)
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

func (c *Client) get(ctx context.Context, at *url.URL, signed bool) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, c.noClip(provider.KindTransient, "make a request", err)
	}
	req.Header.Set("User-Agent", "dailies")
	own := c.own(at)
	if signed && own {
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
	if own || c.private() {
		client = apiClient
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
func (c *Client) clip(resp *http.Response) (io.ReadCloser, error) {
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // what there is of a reason
	kind := provider.KindTransient                          // an expired URL: a fresh poll gives a fresh one
	if resp.StatusCode == http.StatusTooManyRequests {
		kind = provider.KindThrottled
	}
	e := c.noClip(kind, fmt.Sprintf("HTTP %d: %s", resp.StatusCode, c.describe(body)), nil)
	return nil, e
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
		return !public(addr)
	}
	return host == "localhost" || !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".lan")
}

// public says whether an address is one of the open internet's.
func public(a netip.Addr) bool {
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

// publicClient connects to public addresses only: the check is of the address
// that is dialled, so no name can lead it elsewhere. It uses no proxy, which
// would do the dialling for it.
var publicClient = &http.Client{CheckRedirect: noRedirect, Transport: publicTransport()}

func publicTransport() *http.Transport {
	t := transport(&net.Dialer{Timeout: dialTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if !public(to.Addr()) {
			return fmt.Errorf("%s is a private address, and the vendor is not", to.Addr())
		}
		return nil
	}}, true)
	t.Proxy = nil
	return t
}
