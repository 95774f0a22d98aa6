package access

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops bounds the proxies that a request is believed to have come through.
const maxHops = 16

// proxies are those whose word about a request is taken.
type proxies []netip.Prefix

func (p proxies) trust(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(net netip.Prefix) bool { return net.Contains(a) })
}

// origin is what is known of where a request comes from.
type origin struct {
	address netip.Addr
	proxied bool   // through a trusted proxy
	https   bool   // to us, or to the proxy that we trust
	host    string // that the client asked for
}

// of reads it. What a client says of itself in X-Forwarded-* is believed of trusted
// proxies only: each adds on the right, so the first address from the right that is
// none of theirs is the client's.
func (p proxies) of(r *http.Request) origin {
	o := origin{address: remote(r), https: r.TLS != nil, host: r.Host}
	if !p.trust(o.address) {
		return o
	}
	o.proxied = true
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops[max(0, len(hops)-maxHops):]) {
		a, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break // what lies further left was written by who wrote this
		}
		if o.address = a.Unmap(); !p.trust(o.address) {
			break
		}
	}
	o.https = o.https || last(r, "X-Forwarded-Proto") == "https"
	if host := last(r, "X-Forwarded-Host"); host != "" {
		o.host = host
	}
	return o
}

// last is the word of the proxy next to us.
func last(r *http.Request, header string) string {
	all := strings.Join(r.Header.Values(header), ",")
	return strings.TrimSpace(all[strings.LastIndexByte(all, ',')+1:])
}

// remote is who is connected; an address that cannot be read is nobody's.
func remote(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// counted is what an address is counted by: an IPv6 network of one customer is one.
func counted(a netip.Addr) string {
	if a.Is6() {
		if net, err := a.Prefix(64); err == nil {
			return net.String()
		}
	}
	return a.String()
}

// IsLoopback says whether a host to listen on is reached from this machine only.
func IsLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && a.IsLoopback()
}

type originKey struct{}

func withOrigin(ctx context.Context, o origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

func originOf(ctx context.Context) origin {
	o, _ := ctx.Value(originKey{}).(origin) //nolint:revive // the zero origin is nobody's
	return o
}

// Address is where the request comes from; the zero Addr if the guard did not say.
func Address(ctx context.Context) netip.Addr { return originOf(ctx).address }
