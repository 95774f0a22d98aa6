package wire_test

import (
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// TestSigned is on the vector of Kling's page on callbacks.
func TestSigned(t *testing.T) {
	const (
		secret = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
		body   = `{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}`
		good   = "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4="
	)
	sent := time.Unix(1781080794, 0)
	call := func(change func(map[string]string, *provider.Call)) provider.Call {
		header := map[string]string{"webhook-id": "9876543210", "webhook-timestamp": "1781080794", "webhook-signature": good}
		c := provider.Call{Body: []byte(body), At: sent.Add(time.Minute), Header: func(name string) string { return header[name] }}
		change(header, &c)
		return c
	}
	for name, c := range map[string]provider.Call{
		"as sent":                      call(func(map[string]string, *provider.Call) {}),
		"while secrets are exchanged":  call(func(h map[string]string, _ *provider.Call) { h["webhook-signature"] = "v1,AAAA " + good }),
		"on a clock that is a bit off": call(func(_ map[string]string, c *provider.Call) { c.At = sent.Add(-4 * time.Minute) }),
	} {
		if err := wire.Signed(secret, c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]provider.Call{
		"an hour later":        call(func(_ map[string]string, c *provider.Call) { c.At = sent.Add(time.Hour) }),
		"with another body":    call(func(_ map[string]string, c *provider.Call) { c.Body = []byte("{}") }),
		"with another id":      call(func(h map[string]string, _ *provider.Call) { h["webhook-id"] = "1" }),
		"with another time":    call(func(h map[string]string, _ *provider.Call) { h["webhook-timestamp"] = "1781080795" }),
		"without a time":       call(func(h map[string]string, _ *provider.Call) { delete(h, "webhook-timestamp") }),
		"without a signature":  call(func(h map[string]string, _ *provider.Call) { delete(h, "webhook-signature") }),
		"with another version": call(func(h map[string]string, _ *provider.Call) { h["webhook-signature"] = "v2" + good[2:] }),
	} {
		if wire.Signed(secret, c) == nil {
			t.Errorf("a call %s was taken", name)
		}
	}
	for _, none := range []string{"", "whsec_", "whsec_!"} {
		if wire.Signed(none, call(func(map[string]string, *provider.Call) {})) == nil {
			t.Errorf("the secret %q was taken", none)
		}
	}
}

func TestACallbacksAddressIsNotShown(t *testing.T) {
	c := wire.Client{}
	const secret = "Zm9vYmFyYmF6cXV4eHh4eHNlY3JldHNlY3JldHNlY3JldHNlY3JldA"
	if got := c.Clean(`callback_url "https://studio.example/hooks/kling/` + secret + `" is not reachable`); got != `callback_url "https://studio.example/hooks/kling/[secret]" is not reachable` {
		t.Error(got)
	}
}
