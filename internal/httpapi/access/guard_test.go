package access

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

const here = "127.0.0.1:7777"

// clock is a time that a test moves.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

// inside answers with who came in.
var inside = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	a := From(r.Context())
	_, _ = io.WriteString(w, a.Role.String()+" "+a.Name+" "+Address(r.Context()).String())
})

func guarded(t *testing.T, o Options) http.Handler {
	t.Helper()
	g, err := NewGuard(o)
	if err != nil {
		t.Fatal(err)
	}
	return g.Handler(inside)
}

// ask is a request from this machine, changed by with.
func ask(h http.Handler, method, target string, with ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(""))
	r.Host, r.RemoteAddr = here, "127.0.0.1:50000"
	for _, f := range with {
		f(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func host(h string) func(*http.Request) { return func(r *http.Request) { r.Host = h } }

func from(a string) func(*http.Request) { return func(r *http.Request) { r.RemoteAddr = a } }

func bearer(secret string) func(*http.Request) { return header("Authorization", "Bearer "+secret) }

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestServersThatOthersReachAskWhoComes(t *testing.T) {
	path, _ := made(t, Token{Name: "ana", Role: Editor})
	tokens := opened(t, path)
	public := func(s string) *url.URL {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	lan := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct {
		o    Options
		open bool // refused because of ErrOpen
		bad  bool // refused
	}{
		"this machine":                        {o: Options{Address: here}},
		"this machine by name":                {o: Options{Address: "localhost:1"}},
		"this machine, IPv6":                  {o: Options{Address: "[::1]:1"}},
		"this machine through a tunnel":       {o: Options{Address: here, Public: public("http://localhost:9000")}},
		"this machine with tokens":            {o: Options{Address: here, Tokens: tokens}},
		"this machine behind a proxy":         {o: Options{Address: here, Public: public("https://studio.example")}, open: true},
		"everywhere":                          {o: Options{Address: "0.0.0.0:80"}, open: true},
		"everywhere, no host":                 {o: Options{Address: ":80"}, open: true},
		"a name":                              {o: Options{Address: "studio.example:80"}, open: true},
		"a name that begins like this one":    {o: Options{Address: "127.0.0.1.evil.example:80"}, open: true},
		"everywhere with tokens, plain":       {o: Options{Address: "0.0.0.0:80", Tokens: tokens}, open: true},
		"everywhere with TLS, nobody asked":   {o: Options{Address: "0.0.0.0:80", TLS: true}, open: true},
		"everywhere with tokens and TLS":      {o: Options{Address: "0.0.0.0:443", Tokens: tokens, TLS: true}},
		"behind a proxy":                      {o: Options{Address: "0.0.0.0:80", Tokens: tokens, Trusted: lan, Public: public("https://studio.example")}},
		"behind a proxy without TLS":          {o: Options{Address: "0.0.0.0:80", Tokens: tokens, Trusted: lan, Public: public("http://studio.example")}, open: true},
		"behind a proxy that is nowhere said": {o: Options{Address: "0.0.0.0:80", Tokens: tokens, Public: public("https://studio.example")}, open: true},
		"a public address with a path":        {o: Options{Address: here, Tokens: tokens, Public: public("https://studio.example/x")}, bad: true},
		"a public address of files":           {o: Options{Address: here, Tokens: tokens, Public: public("file:///x")}, bad: true},
		"no port":                             {o: Options{Address: "127.0.0.1"}, bad: true},
	} {
		_, err := NewGuard(c.o)
		if errors.Is(err, ErrOpen) != c.open || (err != nil) != (c.open || c.bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostsThatAreNotOursAreRefused(t *testing.T) {
	h := guarded(t, Options{Address: here})
	for name, want := range map[string]int{
		here: 200, "localhost:7777": 200, "LOCALHOST:7777": 200, "[::1]:7777": 200,
		"evil.example": 421, "evil.example:7777": 421, "127.0.0.1:80": 421, "127.0.0.1": 421, "localhost": 421, "": 421,
		"127.0.0.1:7777.evil.example": 421, "127.0.0.1.nip.io:7777": 421, "0.0.0.0:7777": 421, "127.1:7777": 421, "localhost.:7777": 421,
	} {
		if got := ask(h, "GET", "/", host(name)); got.StatusCode != want {
			t.Errorf("Host %q: %d, want %d", name, got.StatusCode, want)
		}
	}
	// What a client says of itself is not believed.
	if got := ask(h, "GET", "/", host("evil.example"), header("X-Forwarded-Host", here)); got.StatusCode != 421 {
		t.Errorf("X-Forwarded-Host of nobody: %d", got.StatusCode)
	}
	public, err := url.Parse("http://localhost:9000")
	if err != nil {
		t.Fatal(err)
	}
	tunnel := guarded(t, Options{Address: here, Public: public})
	for name, want := range map[string]int{"localhost:9000": 200, here: 200, "localhost:9001": 421} {
		if got := ask(tunnel, "GET", "/", host(name)); got.StatusCode != want {
			t.Errorf("through a tunnel, Host %q: %d, want %d", name, got.StatusCode, want)
		}
	}
}

func TestOtherSitesNeitherWriteNorRead(t *testing.T) {
	path, secret := made(t, Token{Name: "ana", Role: Editor})
	for login, h := range map[string]http.Handler{
		"no login": guarded(t, Options{Address: here}),
		"a token":  guarded(t, Options{Address: here, Tokens: opened(t, path), Now: func() time.Time { return noon }}),
	} {
		for name, c := range map[string]struct {
			method, target string
			with           []func(*http.Request)
			want           int
		}{
			"our page reads":                   {"GET", "/api/v1/shows", []func(*http.Request){header("Sec-Fetch-Site", "same-origin")}, 200},
			"our page writes":                  {"POST", "/api/v1/x", []func(*http.Request){header("Sec-Fetch-Site", "same-origin"), header("Origin", "http://"+here)}, 200},
			"a program":                        {"POST", "/api/v1/x", nil, 200},
			"an address that was typed":        {"GET", "/", []func(*http.Request){header("Sec-Fetch-Site", "none")}, 200},
			"a link from another site":         {"GET", "/s/x", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate"), header("Sec-Fetch-Dest", "document")}, 200},
			"another site's form":              {"POST", "/api/v1/x", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://evil.example")}, 403},
			"another port's form":              {"POST", "/api/v1/x", []func(*http.Request){header("Sec-Fetch-Site", "same-site"), header("Origin", "http://localhost:3000")}, 403},
			"an old browser's form":            {"POST", "/api/v1/x", []func(*http.Request){header("Origin", "https://evil.example")}, 403},
			"a sandboxed page's form":          {"POST", "/api/v1/x", []func(*http.Request){header("Origin", "null")}, 403},
			"another site's fetch":             {"GET", "/api/v1/shows", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "cors"), header("Sec-Fetch-Dest", "empty")}, 403},
			"another site's picture":           {"GET", "/api/v1/x/thumb.jpg", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "no-cors"), header("Sec-Fetch-Dest", "image")}, 403},
			"another site's script":            {"GET", "/assets/x.js", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "no-cors"), header("Sec-Fetch-Dest", "script")}, 403},
			"another port's fetch":             {"GET", "/api/v1/shows", []func(*http.Request){header("Sec-Fetch-Site", "same-site"), header("Sec-Fetch-Mode", "cors")}, 403},
			"a link to the API":                {"GET", "/api/v1/shows", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate"), header("Sec-Fetch-Dest", "document")}, 403},
			"another site's frame":             {"GET", "/s/x", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate"), header("Sec-Fetch-Dest", "iframe")}, 403},
			"an event stream of another site":  {"GET", "/api/v1/events", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "cors"), header("Sec-Fetch-Dest", "empty")}, 403},
			"a method that is nothing":         {"TRACE", "/api/v1/x", []func(*http.Request){header("Sec-Fetch-Site", "cross-site")}, 403},
			"a change dressed up as a preface": {"OPTIONS", "/api/v1/x", []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "cors")}, 403},
		} {
			got := ask(h, c.method, c.target, append(c.with, bearerIf(login == "a token", secret))...)
			if got.StatusCode != c.want {
				t.Errorf("%s, %s: %d, want %d", login, name, got.StatusCode, c.want)
			}
			if got.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s, %s: another site is let in by CORS", login, name)
			}
		}
	}
}

func bearerIf(yes bool, secret string) func(*http.Request) {
	if yes {
		return bearer(secret)
	}
	return func(*http.Request) {}
}

func TestEveryAnswerBearsItsHeaders(t *testing.T) {
	path, _ := made(t, Token{Name: "ana", Role: Editor})
	for name, r := range map[string]*http.Response{
		"inside":  ask(guarded(t, Options{Address: here}), "GET", "/"),
		"refused": ask(guarded(t, Options{Address: here, Tokens: opened(t, path)}), "GET", "/api/v1/shows"),
	} {
		csp := r.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "require-trusted-types-for 'script'", "trusted-types studio", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %q: %q", name, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: the policy is open: %q", name, csp)
		}
		for h, want := range map[string]string{"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "X-Content-Type-Options": "nosniff"} {
			if got := r.Header.Get(h); got != want {
				t.Errorf("%s: %s is %q", name, h, got)
			}
		}
	}
}

func TestWhoHasNoTokenIsNotLetIn(t *testing.T) {
	path, secret := made(t, Token{Name: "ana", Role: Producer, Expires: noon.Add(time.Hour)})
	c := &clock{noon}
	h := guarded(t, Options{Address: here, Tokens: opened(t, path), Now: c.now})
	for name, x := range map[string]struct {
		method, target string
		with           []func(*http.Request)
		want           int
		says           string
	}{
		"nothing":               {"GET", "/api/v1/shows", nil, 401, "session is over"},
		"the right one":         {"GET", "/api/v1/shows", []func(*http.Request){bearer(secret)}, 200, "producer ana"},
		"written by hand":       {"GET", "/api/v1/shows", []func(*http.Request){header("Authorization", "bearer  "+secret)}, 200, "producer ana"},
		"a wrong one":           {"GET", "/api/v1/shows", []func(*http.Request){bearer(NewSecret())}, 401, "not known"},
		"a mistyped one":        {"GET", "/api/v1/shows", []func(*http.Request){bearer(secret[:20])}, 401, "copy the whole line"},
		"as a password":         {"GET", "/api/v1/shows", []func(*http.Request){func(r *http.Request) { r.SetBasicAuth("ana", secret) }}, 401, ""},
		"in the address":        {"GET", "/api/v1/shows?token=" + secret + "&access_token=" + secret, nil, 401, ""},
		"a cookie of one's own": {"GET", "/api/v1/shows", []func(*http.Request){header("Cookie", SessionCookie+"="+secret)}, 401, ""},
		"media":                 {"GET", "/api/v1/shows/x/episodes/1/cuts/1/files/master.mp4", nil, 401, ""},
		"a write":               {"POST", "/api/v1/shows/x/episodes/1/runs", nil, 401, ""},
		"a page":                {"GET", "/s/x?f=12", []func(*http.Request){header("Accept", "text/html")}, 303, ""},
		"alive":                 {"GET", "/api/v1/healthz", nil, 200, "nobody"},
		"the way in":            {"GET", "/login", nil, 200, "nobody"},
		"what pages load":       {"GET", "/assets/x/app.css", nil, 200, "nobody"},
		"nearly alive":          {"GET", "/api/v1/healthz/../shows", nil, 401, ""},
		"nearly an asset":       {"GET", "/assets", nil, 401, ""},
	} {
		got := ask(h, x.method, x.target, x.with...)
		if body := text(t, got); got.StatusCode != x.want || !strings.Contains(body, x.says) {
			t.Errorf("%s: %d %q, want %d and a word of %q", name, got.StatusCode, body, x.want, x.says)
		}
		if x.want == 303 && got.Header.Get("Location") != "/login?next=%2Fs%2Fx%3Ff%3D12" {
			t.Errorf("%s: sent to %q", name, got.Header.Get("Location"))
		}
	}
	c.t = noon.Add(time.Hour)
	if got := ask(h, "GET", "/api/v1/shows", bearer(secret)); got.StatusCode != 401 {
		t.Errorf("an hour later: %d", got.StatusCode)
	}
}

// login begins a session and returns its cookie.
func login(t *testing.T, g *Guard, secret string) *http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/api/v1/session", nil)
	if _, err := g.LogIn(w, r.WithContext(withOrigin(r.Context(), origin{https: true})), secret); err != nil {
		t.Fatal(err)
	}
	return w.Result().Cookies()[0]
}

func TestSessions(t *testing.T) {
	path, secret := made(t, Token{Name: "ana", Role: Editor})
	c := &clock{noon}
	g, err := NewGuard(Options{Address: here, Tokens: opened(t, path), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	h := g.Handler(inside)
	cookie := login(t, g, secret)
	if cookie.Name != "__Host-dailies" || !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("the cookie is %v", cookie)
	}
	if r := ask(h, "GET", "/api/v1/shows", func(r *http.Request) { r.AddCookie(cookie) }); r.StatusCode != 401 {
		t.Errorf("the cookie over plain HTTP: %d", r.StatusCode)
	}
	if strings.Contains(cookie.Value, secret[4:20]) {
		t.Error("the cookie holds the secret")
	}
	with := func(c *http.Cookie) func(*http.Request) {
		return func(r *http.Request) {
			r.TLS = &tls.ConnectionState{}
			r.AddCookie(c)
		}
	}
	status := func(c *http.Cookie) int { return ask(h, "GET", "/api/v1/shows", with(c)).StatusCode }
	if status(cookie) != 200 {
		t.Error("the session is not let in")
	}
	for i := range cookie.Value {
		bad := *cookie
		b := []byte(bad.Value)
		b[i] ^= 1
		bad.Value = string(b)
		if status(&bad) != 401 {
			t.Fatalf("a cookie changed at %d is let in", i)
		}
	}
	// It lives while it is used, and a week at most.
	live := cookie
	for days := 0.0; days < 6.9; days += 0.4 {
		c.t = noon.Add(time.Duration(days * 24 * float64(time.Hour)))
		r := ask(h, "GET", "/api/v1/shows", with(live))
		if r.StatusCode != 200 {
			t.Fatalf("after %.1f days of use: %d", days, r.StatusCode)
		}
		for _, n := range r.Cookies() {
			live = n
		}
	}
	c.t = noon.Add(SessionLife + time.Second)
	if status(live) != 401 {
		t.Error("after a week of use it still lives")
	}
	c.t = noon.Add(SessionIdle + time.Second)
	if status(cookie) != 401 {
		t.Error("after 12 idle hours it still lives")
	}
	c.t = noon
	if _, err := RevokeToken(path, "ana"); err != nil {
		t.Fatal(err)
	}
	if status(cookie) != 401 {
		t.Error("its token is revoked, and it still lives")
	}
	if _, err := AddToken(path, Token{Name: "ana", Role: Admin}, noon); err != nil {
		t.Fatal(err)
	}
	if status(cookie) != 401 {
		t.Error("a new token of the same name revived it")
	}
	// A cookie of another house's seal is none.
	other, otherSecret := made(t, Token{Name: "ana", Role: Admin})
	g2, err := NewGuard(Options{Address: here, Tokens: opened(t, other), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	if status(login(t, g2, otherSecret)) != 401 {
		t.Error("another house's session is let in")
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	path, secret := made(t, Token{Name: "ana", Role: Editor})
	c := &clock{noon}
	h := guarded(t, Options{Address: here, Tokens: opened(t, path), Now: c.now})
	guess := func(from ...func(*http.Request)) *http.Response {
		return ask(h, "GET", "/api/v1/shows", append(from, bearer(NewSecret()))...)
	}
	tries := 0
	for guess().StatusCode == 401 {
		if tries++; tries > 2*loginsAMinute {
			t.Fatal("nobody is slowed down")
		}
	}
	if tries != loginsAMinute {
		t.Errorf("%d guesses, want %d", tries, loginsAMinute)
	}
	if got := ask(h, "GET", "/api/v1/shows", bearer(secret)); got.StatusCode != 429 || got.Header.Get("Retry-After") == "" {
		t.Errorf("the right token from there: %d", got.StatusCode)
	}
	if got := ask(h, "GET", "/api/v1/shows", from("127.0.0.2:1"), bearer(secret)); got.StatusCode != 200 {
		t.Errorf("the right token from elsewhere: %d", got.StatusCode)
	}
	waits := []time.Duration{}
	for range 3 {
		wait := time.Duration(0)
		for guess().StatusCode == 429 {
			c.t = c.t.Add(10 * time.Second)
			wait += 10 * time.Second
		}
		waits = append(waits, wait)
	}
	if waits[0] >= waits[1] || waits[1] >= waits[2] {
		t.Errorf("the waits are %v: each further guess must wait longer", waits)
	}
}

func TestWritesOfATokenAreCounted(t *testing.T) {
	path, secret := made(t, Token{Name: "ana", Role: Editor})
	c := &clock{noon}
	h := guarded(t, Options{Address: here, Tokens: opened(t, path), Now: c.now})
	for range writesAMinute {
		if got := ask(h, "POST", "/api/v1/x", bearer(secret)); got.StatusCode != 200 {
			t.Fatalf("%d", got.StatusCode)
		}
	}
	if got := ask(h, "POST", "/api/v1/x", bearer(secret)); got.StatusCode != 429 {
		t.Errorf("one more: %d", got.StatusCode)
	}
	if got := ask(h, "GET", "/api/v1/x", bearer(secret)); got.StatusCode != 200 {
		t.Errorf("a read: %d", got.StatusCode)
	}
	c.t = c.t.Add(time.Second)
	if got := ask(h, "POST", "/api/v1/x", bearer(secret)); got.StatusCode != 200 {
		t.Errorf("a second later: %d", got.StatusCode)
	}
}

func TestOnlyTrustedProxiesAreBelieved(t *testing.T) {
	path, secret := made(t, Token{Name: "ana", Role: Editor})
	public, err := url.Parse("https://studio.example")
	if err != nil {
		t.Fatal(err)
	}
	h := guarded(t, Options{
		Address: "0.0.0.0:7777", Tokens: opened(t, path), Public: public, Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Now: func() time.Time { return noon },
	})
	proxied := func(more ...func(*http.Request)) []func(*http.Request) {
		return append([]func(*http.Request){host("studio.example"), from("10.1.2.3:9"), header("X-Forwarded-Proto", "https"), bearer(secret)}, more...)
	}
	for name, c := range map[string]struct {
		with []func(*http.Request)
		want int
		says string
	}{
		"through it":                {proxied(header("X-Forwarded-For", "203.0.113.9")), 200, "203.0.113.9"},
		"through two":               {proxied(header("X-Forwarded-For", "203.0.113.9, 10.9.9.9")), 200, "203.0.113.9"},
		"a client that lies":        {proxied(header("X-Forwarded-For", "1.1.1.1, 203.0.113.9")), 200, "203.0.113.9"},
		"a client that lies more":   {proxied(header("X-Forwarded-For", "10.0.0.1, junk, 203.0.113.9")), 200, "203.0.113.9"},
		"junk":                      {proxied(header("X-Forwarded-For", "junk")), 200, "10.1.2.3"},
		"in plain text":             {proxied(header("X-Forwarded-Proto", "http")), 403, "https"},
		"past it":                   {[]func(*http.Request){host("studio.example"), from("203.0.113.9:1"), header("X-Forwarded-Proto", "https"), bearer(secret)}, 403, "https"},
		"by another name":           {proxied(host("evil.example")), 421, ""},
		"by its own name inside":    {proxied(host("backend:7777"), header("X-Forwarded-Host", "studio.example")), 200, "ana"},
		"by another name inside":    {proxied(host("studio.example"), header("X-Forwarded-Host", "evil.example")), 421, ""},
		"a form of the public site": {proxied(header("Origin", "https://studio.example"), header("Sec-Fetch-Site", "same-origin")), 200, "ana"},
	} {
		got := ask(h, "GET", "/api/v1/shows", c.with...)
		if body := text(t, got); got.StatusCode != c.want || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %q, want %d and %q", name, got.StatusCode, body, c.want, c.says)
		}
	}
}

func TestRedirectsStayHere(t *testing.T) {
	for path, want := range map[string]string{
		"/s/x?f=1": "/s/x?f=1", "/": "/", "": "/", "//evil.example": "/", "/\\evil.example": "/", "https://evil.example": "/",
		"javascript:alert(1)": "/", "/%2f%2fevil.example": "/", "/\t/evil.example": "/", "/x\r\nSet-Cookie: a=b": "/", "/" + strings.Repeat("a", 3000): "/",
	} {
		if got := OwnPath(path); got != want {
			t.Errorf("%q leads to %q, want %q", path, got, want)
		}
	}
}

func TestRolesAndShows(t *testing.T) {
	a := Token{Name: "ana", Role: Editor, Shows: []string{"mine"}}.Actor()
	for name, c := range map[string]struct {
		want Role
		show string
		err  error
	}{
		"what an editor may":     {Editor, "mine", nil},
		"what a viewer may":      {Viewer, "mine", nil},
		"what a producer may":    {Producer, "mine", ErrForbidden},
		"another show":           {Viewer, "other", ErrUnseen},
		"another show, too much": {Admin, "other", ErrUnseen},
		"no show":                {Viewer, "", nil},
		"the house":              {Admin, "", ErrForbidden},
	} {
		if err := a.May(c.want, c.show); !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", name, err, c.err)
		}
	}
	if err := From(context.Background()).May(Viewer, ""); err == nil {
		t.Error("who was not looked at may look")
	}
}

// Vendors reach what they call by a name of its own, without a login, and nothing else
// by that name.
func TestVendorsReachOnlyWhatTheyCall(t *testing.T) {
	path, _ := made(t, Token{Name: "ana", Role: Editor})
	callbacks, err := url.Parse("https://calls.example/hooks/")
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"without tokens": {Address: here, Callbacks: callbacks},
		"with tokens":    {Address: here, Callbacks: callbacks, Tokens: opened(t, path)},
	} {
		h := guarded(t, o)
		if r := ask(h, http.MethodPost, "/hooks/kling/token", host("calls.example")); r.StatusCode != http.StatusOK {
			t.Errorf("%s: a vendor's call: %s", name, r.Status)
		}
		for _, other := range []string{"/", "/api/v1/shows", "/hooks", "/assets/app.css"} {
			if r := ask(h, http.MethodPost, other, host("calls.example")); r.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s: %s by the vendors' name: %s", name, other, r.Status)
			}
		}
	}
	h := guarded(t, Options{Address: here, Tokens: opened(t, path)})
	if r := ask(h, http.MethodPost, "/hooks/kling/token"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("where nobody calls: %s", r.Status)
	}
}
