package vidu_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/vidu"
)

// TestVidusSignature is on a vector that was computed apart, by Vidu's page on
// callbacks.
func TestVidusSignature(t *testing.T) {
	p, err := vidu.New(vidu.Options{Key: "test-secret-key"})
	if err != nil {
		t.Fatal(err)
	}
	sent := time.Date(2026, 4, 21, 8, 0, 0, 0, time.UTC)
	call := func(change func(http.Header, *provider.Call)) provider.Call {
		h := http.Header{}
		h.Set("Date", "Tue, 21 Apr 2026 08:00:00 GMT")
		h.Set("X-Request-Nonce", "test-nonce-123")
		h.Set("X-Hmac-Signed-Headers", "Date;x-request-nonce")
		h.Set("X-Hmac-Signature", "W81GgGHKUudzDqscyayKwotHoVA56lRh/tsZF3OR5XA=")
		c := provider.Call{Method: http.MethodPost, Path: "/api/callback", Query: "name=james", Header: h.Get, At: sent.Add(time.Minute)}
		change(h, &c)
		return c
	}
	if _, err := p.Hear(t.Context(), call(func(http.Header, *provider.Call) {})); err != nil {
		t.Errorf("as sent: %v", err)
	}
	for name, c := range map[string]provider.Call{
		"an hour later":             call(func(_ http.Header, c *provider.Call) { c.At = sent.Add(time.Hour) }),
		"to another path":           call(func(_ http.Header, c *provider.Call) { c.Path = "/" }),
		"with another nonce":        call(func(h http.Header, _ *provider.Call) { h.Set("X-Request-Nonce", "1") }),
		"without a signature":       call(func(h http.Header, _ *provider.Call) { h.Del("X-Hmac-Signature") }),
		"that covers no date":       call(func(h http.Header, _ *provider.Call) { h.Set("X-Hmac-Signed-Headers", "x-request-nonce") }),
		"that covers a great many":  call(func(h http.Header, _ *provider.Call) { h.Set("X-Hmac-Signed-Headers", "Date;a;b;c;d;e;f;g;h;i") }),
		"without a date":            call(func(h http.Header, _ *provider.Call) { h.Del("Date") }),
		"with a date of the future": call(func(h http.Header, _ *provider.Call) { h.Set("Date", "Tue, 21 Apr 2026 09:00:00 GMT") }),
	} {
		if _, err := p.Hear(t.Context(), c); err == nil {
			t.Errorf("a call %s was taken", name)
		}
	}
}
