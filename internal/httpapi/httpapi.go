// Package httpapi serves the Studio: the API, the pages that stand on it, what changes
// as it changes, and what browsers load. Its rooms: api, pages, live,
// access, mcp, door, hooks, assets.
package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"

	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/assets"
	"github.com/dailies/dailies/internal/httpapi/door"
	"github.com/dailies/dailies/internal/httpapi/hooks"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/httpapi/mcp"
	"github.com/dailies/dailies/internal/httpapi/pages"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
)

// Limits of what a client may take of the server.
const (
	headersWithin  = 10 * time.Second
	idleFor        = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	maxConnections = 1024
	// bodyWithin is how long a request may take to arrive. An upload may take longer: its
	// operation says so by itself.
	bodyWithin = time.Minute
	// leaveWithin is how long requests may finish when the server goes.
	leaveWithin = 2 * time.Second
)

// Options are what the Studio stands on.
type Options struct {
	Studio  *studio.Studio
	Version string // of dailies
	Log     *slog.Logger
	// MCP serves the same to agents, at /mcp.
	MCP bool
	// Check finds what is wrong with a script that only this machine and its configuration
	// know; nil: nothing.
	Check func(*script.Script) script.Problems
	// Steps are the media steps that make a take of a clip; nil: clips are not taken here.
	Steps func() (studio.Steps, error)
	// Callbacks are the calls of vendors; nil: they are not taken.
	Callbacks *callback.Desk
	// Hearer is the provider instance whose vendor calls; false: there is none of that name.
	Hearer func(instance string) (provider.Hearer, bool)
	// Access says who may come in; its Address is filled in by Listen.
	Access access.Options
	// Certificate is shown where the server itself speaks TLS; nil: plain HTTP.
	Certificate *Certificate
}

// Server is the Studio's, listening.
type Server struct {
	// URL is what a person opens.
	URL string

	listener net.Listener
	http     *http.Server
	model    *live.Model
}

// Listen opens the address (host:port) and makes all that is served there. Nobody is
// answered before Serve.
func Listen(o Options, address string) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve the Studio at %s: %w", address, err)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("serve the Studio at %s: %w", address, err), l.Close())
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("serve the Studio at %s: %w", address, err), l.Close())
	}
	o.Access.Address, o.Access.TLS = net.JoinHostPort(host, port), o.Certificate != nil
	s := &Server{URL: o.Access.URL(), listener: netutil.LimitListener(l, maxConnections), model: live.New(o.Studio, o.Log)}
	h, err := Handler(o, s.model)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s.http = limited(h, o)
	return s, nil
}

// limited is a server that waits for nobody longer than it must.
func limited(h http.Handler, o Options) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headersWithin, IdleTimeout: idleFor, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug), TLSConfig: o.Certificate.config(),
	}
}

// Handler is all that is served at o.Access.Address.
func Handler(o Options, model *live.Model) (http.Handler, error) {
	mux := http.NewServeMux()
	guard, err := access.NewGuard(o.Access)
	if err != nil {
		return nil, err
	}
	a := api.New(api.Options{Studio: o.Studio, Model: model, Version: o.Version, Log: o.Log, Check: o.Check, Steps: o.Steps, Guard: guard}, mux)
	files, err := assets.New()
	if err != nil {
		return nil, err
	}
	files.Register(mux)
	if err := pages.Register(mux, a, files, o.Log); err != nil {
		return nil, err
	}
	if o.MCP {
		agents, err := mcp.Handler(mcp.Options{API: a, Handler: api.Tagged(mux), Version: o.Version, Log: o.Log})
		if err != nil {
			return nil, err
		}
		mux.Handle("/mcp", agents)
	}
	if o.Callbacks != nil {
		hooks.Register(mux, hooks.Options{
			Desk: o.Callbacks, Hearer: o.Hearer, Log: o.Log,
			Admit: func(job string) error { return guard.MayWrite("callback " + job) },
		})
	}
	err = door.Register(mux, door.Options{
		Studio: o.Studio, Desk: review.Desk{Store: o.Studio.Store}, Guard: guard, Assets: files, Log: o.Log, Send: a.Send,
		Noted: a.Noted, Decided: a.Decided,
	})
	if err != nil {
		return nil, err
	}
	return guard.Handler(arriving(api.Tagged(mux))), nil
}

// arriving bounds the time in which a request's body has to arrive.
func arriving(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyWithin)) // not every connection has one
		}
		next.ServeHTTP(w, r)
	})
}

// Serve answers until ctx ends.
func (s *Server) Serve(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.http.BaseContext = func(net.Listener) context.Context { return ctx }
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.model.Run(ctx)
	}()
	left := context.AfterFunc(ctx, func() {
		leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
		defer cancel()
		if s.http.Shutdown(leave) != nil {
			_ = s.http.Close()
		}
	})
	serve := s.http.Serve
	if s.http.TLSConfig != nil {
		serve = func(l net.Listener) error { return s.http.ServeTLS(l, "", "") }
	}
	err := serve(s.listener)
	stop()
	<-done
	left()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
