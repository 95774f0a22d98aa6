package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Server serves the numbers at /metrics, and to who watches the process: /healthz, which
// answers as long as it does, and /readyz, which says whether it can work now.
type Server struct {
	URL string

	server *http.Server
	listen net.Listener
}

// Listen opens an address, host:port. names are hosts, with or without a port, that
// requests may call the server by besides the address itself: where a proxy has another
// name for it.
//
// ready says at /readyz what the process cannot do without and does not have, in words for
// whoever asks; nil: it is always ready.
//
// A page that a browser has open can have it ask a name of the page's own that points
// here (DNS rebinding). So a request has to call the server by its address: on loopback
// as that is called; elsewhere by any address in numbers, since no page's name is one, or
// by the host that was configured.
func (s *Set) Listen(address string, ready func(context.Context) error, names ...string) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve metrics at %s: %w", address, err)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("serve metrics at %s: %w", address, err), l.Close())
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { tell(w, nil) })
	asked := &readiness{check: ready}
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { tell(w, asked.ask(r.Context())) })
	return &Server{
		URL: "http://" + l.Addr().String() + "/metrics", listen: l,
		server: &http.Server{
			Handler: known(mux, host, names), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		},
	}, nil
}

// tell answers in a line.
func tell(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintln(w, "ok")
}

// readiness asks at most once in readyEvery, however many want to know.
type readiness struct {
	check func(context.Context) error // nil: always ready

	mu  sync.Mutex
	at  time.Time
	err error
}

const (
	readyEvery = 5 * time.Second
	readyTime  = 4 * time.Second
)

func (r *readiness) ask(ctx context.Context) error {
	if r.check == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) < readyEvery {
		return r.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyTime)
	defer cancel()
	r.err = r.check(ctx)
	r.at = time.Now()
	return r.err
}

// known refuses requests that call the server by a name that is not its own.
func known(next http.Handler, host string, names []string) http.Handler {
	loopback := isLoopback(host)
	own := map[string]bool{strings.ToLower(host): true}
	for _, n := range names {
		own[strings.ToLower(bare(n))] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called := strings.ToLower(bare(r.Host))
		_, err := netip.ParseAddr(called)
		if !own[called] && (loopback && !isLoopback(called) || !loopback && err != nil) {
			http.Error(w, "this server is not called so: ask by the address in telemetry.metrics", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// bare is a host without its port and brackets.
func bare(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return strings.Trim(host, "[]")
}

func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && a.IsLoopback()
}

// Serve answers until ctx ends.
func (s *Server) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = s.server.Close() })
	defer stop()
	if err := s.server.Serve(s.listen); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve metrics: %w", err)
	}
	return nil
}
