package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Options say where a server listens and who may come in.
type Options struct {
	// Address is host:port as it was listened on.
	Address string
	// Public is how people reach it, where that is another name: https://studio.example;
	// nil: as Address says.
	Public *url.URL
	// Callbacks is how vendors reach the paths below it, which are secrets of their own, and
	// nothing else; nil: they do not.
	Callbacks *url.URL
	// Tokens are asked for; nil: whoever reaches this machine's loopback is its owner.
	Tokens *Tokens
	// TLS says that the server itself speaks it.
	TLS bool
	// Trusted are the networks of proxies that end TLS in front of it.
	Trusted []netip.Prefix
	// Limits are kept between requests; nil: new ones.
	Limits *Limits
	Now    func() time.Time // nil: time.Now
}

// URL is what a person opens.
func (o Options) URL() string {
	switch {
	case o.Public != nil:
		return strings.TrimSuffix(o.Public.String(), "/")
	case o.TLS:
		return "https://" + o.Address
	}
	return "http://" + o.Address
}

// ErrOpen: the server would be reached from elsewhere without asking who comes.
var ErrOpen = errors.New("other machines could reach it")

// Check says why a server may not be started with the options. ErrOpen.
func (o Options) Check() error {
	host, _, err := net.SplitHostPort(o.Address)
	switch {
	case err != nil:
		return fmt.Errorf("guard %s: want host:port", o.Address)
	case o.Public != nil && (o.Public.Scheme != "https" && o.Public.Scheme != "http" || o.Public.Host == "" || o.Public.Path != "" && o.Public.Path != "/" || o.Public.User != nil):
		return fmt.Errorf("guard %s: public_url is %s: want https://host, without a path", o.Address, o.Public.Redacted())
	case IsLoopback(host) && (o.Tokens != nil || o.Public == nil || IsLoopback(o.Public.Hostname())):
		return nil
	case o.Tokens == nil:
		return fmt.Errorf("guard %s: %w: name a tokens_file (`dailies token new NAME --role ROLE` makes it), or listen on 127.0.0.1", o.Address, ErrOpen)
	case !o.TLS && (len(o.Trusted) == 0 || o.Public == nil || o.Public.Scheme != "https"):
		return fmt.Errorf("guard %s: %w in plain text: give it a certificate (tls), or name the proxy that has one (trusted_proxies) and its address (public_url)", o.Address, ErrOpen)
	}
	return nil
}

// Guard lets requests in: those that name this server, that no other site has made a
// browser send, and that say who sends them. It puts the Actor into their context;
// what an actor may do is asked where the operation is known (Actor.May).
type Guard struct {
	o       Options
	hosts   map[string]bool
	callers map[string]bool // by which vendors may call the server
	trusted proxies
	cross   *http.CrossOriginProtection
	limits  *Limits
	local   bool // listens on loopback
}

// NewGuard makes one. ErrOpen.
func NewGuard(o Options) (*Guard, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Limits == nil {
		o.Limits = &Limits{Now: o.Now}
	}
	host, _, err := net.SplitHostPort(o.Address)
	if err != nil {
		return nil, fmt.Errorf("guard %s: want host:port", o.Address)
	}
	g := &Guard{o: o, local: IsLoopback(host), hosts: hosts(o), callers: hostsOf(o.Callbacks), trusted: o.Trusted, cross: http.NewCrossOriginProtection(), limits: o.Limits}
	if o.Public != nil {
		if err := g.cross.AddTrustedOrigin(o.Public.Scheme + "://" + o.Public.Host); err != nil {
			return nil, fmt.Errorf("guard %s: %w", o.Address, err)
		}
	}
	return g, nil
}

// hosts are the names that a request may call this server by: no name of somebody
// else's that points here is served (DNS rebinding).
func hosts(o Options) map[string]bool {
	all := map[string]bool{}
	host, port, err := net.SplitHostPort(o.Address)
	if err != nil {
		return all
	}
	if IsLoopback(host) {
		for _, name := range []string{"127.0.0.1", "[::1]", "localhost"} {
			all[name+":"+port] = true
		}
	} else if a, err := netip.ParseAddr(host); err != nil || !a.IsUnspecified() {
		all[strings.ToLower(net.JoinHostPort(host, port))] = true
	}
	maps.Copy(all, hostsOf(o.Public))
	return all
}

// hostsOf are the names of a server at a URL; nil: none.
func hostsOf(u *url.URL) map[string]bool {
	if u == nil {
		return nil
	}
	name := strings.ToLower(u.Host)
	all := map[string]bool{name: true}
	if u.Port() == "" {
		all[name+":"+map[string]string{"https": "443", "http": "80"}[u.Scheme]] = true
	}
	return all
}

// openPath are those that work without a login: what the way in needs, that the server
// is alive, what an error means, and review links, which ask for their own passphrase.
func openPath(path string) bool {
	switch path {
	case "/api/v1/healthz", "/api/v1/session", "/login", "/favicon.ico":
		return true
	}
	for _, prefix := range []string{"/assets/", "/review/", "/problems/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// Handler guards next.
func (g *Guard) Handler(next http.Handler) http.Handler {
	protected := g.cross.Handler(g.identify(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := g.trusted.of(r)
		host := strings.ToLower(from.host)
		if !g.hosts[host] && (!g.callers[host] || !g.called(r)) {
			http.Error(w, "this server is not what the request names", http.StatusMisdirectedRequest)
			return
		}
		if !g.private(from) {
			http.Error(w, "ask over https", http.StatusForbidden)
			return
		}
		Headers(w.Header())
		if from.https {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		if !Friend(r) {
			http.Error(w, "another site may not read this", http.StatusForbidden)
			return
		}
		r = r.WithContext(withOrigin(r.Context(), from))
		protected.ServeHTTP(w, r)
	})
}

// called says whether a request is to what vendors call.
func (g *Guard) called(r *http.Request) bool {
	return g.o.Callbacks != nil && strings.HasPrefix(r.URL.Path, g.o.Callbacks.Path)
}

// private says whether what is asked and answered stays between the two: it never
// leaves the machine, or it is encrypted to us or to the proxy that we trust. Who
// reaches a server that listens on loopback is here, unless a proxy speaks for them.
func (g *Guard) private(from origin) bool {
	return from.https || !from.proxied && (g.local || from.address.IsLoopback())
}

// identify finds out who asks.
func (g *Guard) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := originOf(r.Context())
		actor, err := g.actor(w, r, from)
		var limit *LimitError
		switch {
		case errors.As(err, &limit):
			Refuse(w, r, limit)
			return
		case err != nil && !openPath(r.URL.Path) && !g.called(r):
			g.askIn(w, r, err)
			return
		}
		if actor.Token != "" && !safe(r.Method) {
			if err := g.limits.Write(actor.Token); err != nil {
				Refuse(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), actor)))
	})
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// actor is who the request proves to be. A wrong proof is never taken for none.
func (g *Guard) actor(w http.ResponseWriter, r *http.Request, from origin) (Actor, error) {
	if g.o.Tokens == nil {
		return Owner(), nil
	}
	now := g.o.Now()
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, secret, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return Actor{}, ErrNotAToken
		}
		t, err := g.prove(from, strings.TrimSpace(secret), now)
		return t.Actor(), err
	}
	f, err := g.o.Tokens.now()
	if err != nil {
		return Actor{}, err
	}
	t, err := f.resume(w, r, now)
	if err != nil {
		return Actor{}, err
	}
	return t.Actor(), nil
}

// prove finds the token of a secret, and counts wrong ones by their address.
// *LimitError, ErrNotAToken, ErrNoToken.
func (g *Guard) prove(from origin, secret string, now time.Time) (Token, error) {
	who := counted(from.address)
	if err := g.limits.Login(who); err != nil {
		return Token{}, err
	}
	t, err := g.o.Tokens.Find(secret, now)
	if errors.Is(err, ErrNoToken) || errors.Is(err, ErrNotAToken) {
		g.limits.Failed(who)
	}
	return t, err
}

// LogIn proves a secret and begins a session in the browser. *LimitError,
// ErrNotAToken, ErrNoToken; ErrNoLogin where nobody has to.
func (g *Guard) LogIn(w http.ResponseWriter, r *http.Request, secret string) (Actor, error) {
	if g.o.Tokens == nil {
		return Owner(), ErrNoLogin
	}
	now := g.o.Now()
	t, err := g.prove(originOf(r.Context()), secret, now)
	if err != nil {
		return Actor{}, err
	}
	f, err := g.o.Tokens.now()
	if err != nil {
		return Actor{}, err
	}
	return t.Actor(), f.begin(w, r, t, now)
}

// ErrNoLogin: this server asks nobody who they are.
var ErrNoLogin = errors.New("nobody has to log in here: whoever reaches this machine's loopback is its owner")

// URL is what people open.
func (g *Guard) URL() string { return g.o.URL() }

// Tokens lists who may do what; none where nobody has to log in.
func (g *Guard) Tokens() ([]Token, error) {
	if g.o.Tokens == nil {
		return []Token{}, nil
	}
	return g.o.Tokens.List()
}

// LogOut ends the browser's session.
func LogOut(w http.ResponseWriter, r *http.Request) { setCookie(w, r, "", -1) }

// askIn answers who is not known: a person's browser is shown the way in, a program is
// told.
func (g *Guard) askIn(w http.ResponseWriter, r *http.Request, err error) {
	if safe(r.Method) && !strings.HasPrefix(r.URL.Path, "/api/") && (r.Header.Get("Sec-Fetch-Dest") == "document" || strings.Contains(r.Header.Get("Accept"), "text/html")) {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(OwnPath(r.URL.RequestURI())), http.StatusSeeOther)
		return
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="dailies"`)
	problem(w, http.StatusUnauthorized, "/problems/login", "Log in first", err.Error())
}

// Refuse answers somebody who asks too often.
func Refuse(w http.ResponseWriter, _ *http.Request, err error) {
	if limit, ok := errors.AsType[*LimitError](err); ok {
		w.Header().Set("Retry-After", fmt.Sprint(int(limit.After/time.Second)+1))
	}
	problem(w, http.StatusTooManyRequests, "/problems/rate", "Too many requests", err.Error())
}

// problem answers by RFC 9457.
func problem(w http.ResponseWriter, status int, kind, title, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": kind, "title": title, "status": status, "detail": detail}) // who went away needs no answer
}

// OwnPath is where a redirect may lead: a path of this server's, else its front page.
// What a browser might read as another host ("//host", "/\host") is none.
func OwnPath(path string) string {
	if len(path) > 2048 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\x00\r\n\t") {
		return "/"
	}
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return path
}
