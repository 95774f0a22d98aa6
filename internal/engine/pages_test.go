package engine

import (
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What a page of another site can make a browser send, with the password that the browser knows.
func TestOtherSitesGetNothingFromTheTemporalPage(t *testing.T) {
	asked := 0
	h := ownPagesOnly("127.0.0.1:8233", ownerOnly("secret", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++ })))
	type headers map[string]string
	for name, c := range map[string]struct {
		method, host string
		headers      headers
		want         int
	}{
		"its own page":                 {"GET", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "same-origin"}, 200},
		"its own page, by name":        {"GET", "localhost:8233", headers{"Sec-Fetch-Site": "same-origin"}, 200},
		"its own page writes":          {"POST", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8233"}, 200},
		"a program":                    {"POST", "127.0.0.1:8233", nil, 200},
		"a link from the Studio":       {"GET", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200},
		"a name that was rebound":      {"GET", "evil.example:8233", headers{"Sec-Fetch-Site": "same-origin"}, 421},
		"another port's name":          {"GET", "127.0.0.1:1", headers{"Sec-Fetch-Site": "same-origin"}, 421},
		"no port":                      {"GET", "127.0.0.1", nil, 421},
		"another site's form":          {"POST", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403},
		"another port's form":          {"POST", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:3000"}, 403},
		"an old browser's form":        {"POST", "127.0.0.1:8233", headers{"Origin": "https://evil.example"}, 403},
		"a form that opens as a page":  {"POST", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 403},
		"another site's fetch":         {"GET", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403},
		"another site's picture of it": {"GET", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403},
		"another site's frame":         {"GET", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403},
		"another site's preface":       {"OPTIONS", "127.0.0.1:8233", headers{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403},
	} {
		before := asked
		r := httptest.NewRequest(c.method, "/api/v1/namespaces/default/workflows", nil)
		r.Host = c.host
		r.SetBasicAuth(uiUser, "secret")
		for k, v := range c.headers {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want || (asked > before) != (c.want == 200) {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: CORS lets it in", name)
		}
		if c.want == 200 && (w.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'")) {
			t.Errorf("%s: its headers are %v", name, w.Header())
		}
	}
}

// The gateway's keys are signed into each request, its Host too, and a page has none: whatever a page can make a browser send is refused,
// says nothing of what lies there, and no answer may be read by another site.
func TestAWebPageGetsNothingFromTheGateway(t *testing.T) {
	ctx := limited(t)
	e, err := Start(ctx, Options{Data: t.TempDir(), NoTemporal: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer closeEngine(t, e)
	a := e.Address()
	putObject(t, ctx, a, "secret-plan")
	var form strings.Builder
	parts := multipart.NewWriter(&form)
	for k, v := range map[string]string{"key": "planted", "acl": "public-read", "success_action_redirect": "http://evil.example/"} {
		if err := parts.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	file, err := parts.CreateFormFile("file", "planted")
	if err == nil {
		_, err = io.WriteString(file, "planted")
	}
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	bucket := "/" + a.S3Bucket
	for name, c := range map[string]struct {
		method, path, body, kind string
		more                     map[string]string
	}{
		"reads an object":               {method: "GET", path: bucket + "/secret-plan"},
		"asks for its head":             {method: "HEAD", path: bucket + "/secret-plan"},
		"lists the bucket":              {method: "GET", path: bucket + "?list-type=2"},
		"lists buckets":                 {method: "GET", path: "/"},
		"puts an object":                {method: "PUT", path: bucket + "/planted", body: "planted"},
		"uploads by a form":             {method: "POST", path: bucket, body: form.String(), kind: parts.FormDataContentType()},
		"deletes":                       {method: "DELETE", path: bucket + "/secret-plan"},
		"deletes many":                  {method: "POST", path: bucket + "?delete", body: "<Delete><Object><Key>secret-plan</Key></Object></Delete>", kind: "text/plain"},
		"opens the bucket to all":       {method: "PUT", path: bucket + "?policy", body: `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`},
		"lets its site in by CORS":      {method: "PUT", path: bucket + "?cors", body: "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>"},
		"asks what it may":              {method: "OPTIONS", path: bucket + "/secret-plan", more: map[string]string{"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}},
		"makes itself a user":           {method: "PATCH", path: "/create-user", body: "<Account><Access>evil</Access></Account>"},
		"signs with a key of its own":   {method: "GET", path: bucket + "/secret-plan", more: map[string]string{"Authorization": "AWS4-HMAC-SHA256 Credential=EVIL/20261129/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00"}},
		"presigns with a key of nobody": {method: "GET", path: bucket + "/secret-plan?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + "EVIL%2F20261129%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261129T000000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature=00"},
	} {
		for _, host := range []string{"", "evil.example"} {
			got, body := asPage(t, ctx, a.S3Endpoint, host, c.method, c.path, c.body, c.kind, c.more)
			if got.StatusCode < 400 || got.StatusCode >= 500 {
				t.Errorf("a page (Host %q) %s: %s", host, name, got.Status)
			}
			if body == "secret-plan" || strings.Contains(body, "<Contents>") {
				t.Errorf("a page (Host %q) %s: it is told %q", host, name, body)
			}
			if allow := got.Header.Get("Access-Control-Allow-Origin"); allow != "" {
				t.Errorf("a page (Host %q) %s: another site may read the answer (%s)", host, name, allow)
			}
		}
	}
	getObject(t, ctx, a, "secret-plan")
}

// asPage sends what a page of evil.example can make a browser send.
func asPage(t *testing.T, ctx context.Context, endpoint, host, method, path, body, kind string, more map[string]string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, endpoint+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	r.Header.Set("Origin", "https://evil.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for k, v := range more {
		r.Header.Set(k, v)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}
