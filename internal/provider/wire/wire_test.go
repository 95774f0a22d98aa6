package wire_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

const secret = "sk-very-secret-value"

func serve(t *testing.T, h http.HandlerFunc) *wire.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return &wire.Client{Base: s.URL + "/v1", Secrets: []string{secret}, Header: map[string]string{"X-Api-Key": secret}, Sign: func(r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+secret)
		return nil
	}}
}

func kindOf(t *testing.T, err error) *provider.Error {
	t.Helper()
	var e *provider.Error
	if !errors.As(err, &e) {
		t.Fatalf("no *provider.Error: %v", err)
	}
	if strings.Contains(e.Error(), secret) {
		t.Errorf("the error shows the secret: %v", e)
	}
	return e
}

func TestStatusDecides(t *testing.T) {
	for _, c := range []struct {
		op     wire.Op
		status int
		want   provider.Kind
	}{
		{wire.Submit, 400, provider.KindInvalid},
		{wire.Submit, 401, provider.KindAuth},
		{wire.Submit, 402, provider.KindQuota},
		{wire.Submit, 403, provider.KindAuth},
		{wire.Submit, 404, provider.KindInvalid},
		{wire.Submit, 408, provider.KindAmbiguous},
		{wire.Submit, 429, provider.KindThrottled},
		{wire.Submit, 500, provider.KindAmbiguous},
		{wire.Submit, 502, provider.KindAmbiguous},
		{wire.Submit, 302, provider.KindInvalid},
		{wire.Poll, 404, provider.KindNotFound},
		{wire.Poll, 500, provider.KindTransient},
		{wire.Poll, 429, provider.KindThrottled},
		{wire.Find, 503, provider.KindTransient},
		{wire.Upload, 500, provider.KindTransient},
	} {
		asked := 0
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.Header().Set("Retry-After", "7")
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.status)
			fmt.Fprintf(w, "no: %s see https://x.example/a?sig=abc", secret)
		})
		err := client.JSON(t.Context(), wire.Request{Op: c.op, Method: http.MethodPost, Path: "/x", Body: map[string]int{"a": 1}}, nil)
		e := kindOf(t, err)
		if e.Kind != c.want || e.RetryAfter != 7*time.Second || asked != 1 || strings.Contains(e.Message, "sig=") {
			t.Errorf("%s %d: %+v after %d requests, want %s", c.op, c.status, e, asked, c.want)
		}
	}
}

// Money is in doubt exactly when something may have been sent.
func TestLostAnswers(t *testing.T) {
	drop := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	half := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"id":`)
	})
	html := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>welcome") })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := &wire.Client{Base: "http://" + listener.Addr().String()}
	listener.Close()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		client       *wire.Client
		ctx          context.Context
		submit, poll provider.Kind
	}{
		"connection closed": {drop, t.Context(), provider.KindAmbiguous, provider.KindTransient},
		"half an answer":    {half, t.Context(), provider.KindAmbiguous, provider.KindTransient},
		"a web page":        {html, t.Context(), provider.KindAmbiguous, provider.KindTransient},
		"nobody there":      {closed, t.Context(), provider.KindTransient, provider.KindTransient},
		"we gave up before": {drop, gone, provider.KindTransient, provider.KindTransient},
	} {
		for op, want := range map[wire.Op]provider.Kind{wire.Submit: c.submit, wire.Poll: c.poll} {
			var out struct{ ID string }
			e := kindOf(t, c.client.JSON(c.ctx, wire.Request{Op: op, Method: http.MethodPost, Path: "/x", Body: 1}, &out))
			if e.Kind != want {
				t.Errorf("%s, %s: %v is %s, want %s", name, op, e, e.Kind, want)
			}
		}
	}
}

func TestFetchKeepsSecrets(t *testing.T) {
	var seen http.Header
	result := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		fmt.Fprint(w, "clip")
	}))
	defer result.Close()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+secret {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, result.URL+"/clip.mp4", http.StatusFound)
	})
	body, err := client.Fetch(t.Context(), client.Base+"/content", true)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, err := io.ReadAll(body); err != nil || string(b) != "clip" {
		t.Errorf("got %q, %v", b, err)
	}
	if seen.Get("Authorization") != "" || seen.Get("X-Api-Key") != "" {
		t.Errorf("the result's host was told %v", seen)
	}
	if _, err := client.Fetch(t.Context(), client.Base+"/content", false); kindOf(t, err).Kind != provider.KindNotFound {
		t.Errorf("unsigned: %v", err)
	}
}

// A vendor's answer must not make us read our own network.
func TestFetchRefusesPrivateAddresses(t *testing.T) {
	asked := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer inside.Close()
	_, port, err := net.SplitHostPort(inside.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client := &wire.Client{Base: "https://api.vendor.example/v1"}
	for _, u := range []string{
		inside.URL, "http://localhost:" + port, "http://[::1]:" + port, "http://0.0.0.0:" + port, "http://[::ffff:127.0.0.1]:" + port,
		"http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "file:///etc/passwd", "ftp://example.com/x", "http://user:pw@example.com/", "://",
	} {
		ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
		if _, err := client.Fetch(ctx, u, false); err == nil {
			t.Errorf("%s was fetched", u)
		} else if kindOf(t, err); ctx.Err() != nil {
			t.Errorf("%s was dialled", u)
		}
		stop()
	}
	if asked != 0 {
		t.Errorf("a server of our own was asked %d times", asked)
	}
}

func TestRedirectsEnd(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) })
	if _, err := client.Fetch(t.Context(), client.Base+"/a", false); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("got %v", err)
	}
}

func TestPictures(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 100)
	open := func(s string) func(context.Context) (io.ReadCloser, error) {
		return func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
	}
	if u, err := wire.URLOrData(t.Context(), provider.Picture{Open: open(png)}); err != nil || !strings.HasPrefix(u, "data:image/png;base64,iVBOR") {
		t.Errorf("%.40s, %v", u, err)
	}
	if u, err := wire.URLOrBase64(t.Context(), provider.Picture{Open: open(png)}); err != nil || !strings.HasPrefix(u, "iVBOR") {
		t.Errorf("%.40s, %v", u, err)
	}
	if u, err := wire.URLOrData(t.Context(), provider.Picture{URL: "https://s3.example/x?sig", Open: open("<html>")}); err != nil || u != "https://s3.example/x?sig" {
		t.Errorf("%s, %v", u, err)
	}
	for _, bad := range []string{"<html>", "", strings.Repeat("a", 21<<20)} {
		if _, err := wire.URLOrData(t.Context(), provider.Picture{Name: "lin", Open: open(bad)}); kindOf(t, err).Kind != provider.KindInvalid {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("no " + secret + " https://a.example/x?sig=" + secret)
	f.Fuzz(func(t *testing.T, s string) {
		c := &wire.Client{Secrets: []string{secret}}
		if got := c.Clean(s); strings.Contains(got, secret) || len([]rune(got)) > 401 {
			t.Errorf("%q", got)
		}
	})
}

func TestText(t *testing.T) {
	for in, want := range map[string]wire.Text{
		`"abc"`: "abc", `12345678901234567890`: "12345678901234567890", `1.50`: "1.50", `null`: "", `{"a":1}`: "", `[1]`: "", `true`: "", `""`: "",
	} {
		got := wire.Text("before")
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestBearer(t *testing.T) {
	for key, want := range map[string]string{secret: "Bearer " + secret, "": ""} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if err := wire.Bearer(key)(r); err != nil || r.Header.Get("Authorization") != want {
			t.Errorf("%q, %v", r.Header.Get("Authorization"), err)
		}
	}
}
