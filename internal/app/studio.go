package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/httpapi"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/script"
)

// Served is the Studio's page as it is served by this process.
type Served struct {
	URL string

	stop    context.CancelFunc
	serving sync.WaitGroup
	err     error
}

// ServeStudio serves the Studio of a session at studio.listen until Close; nil where
// the config wants none. The default address gives way to a free port, one that a
// person has chosen does not.
//
// check finds what is wrong with a typed script that only this machine and its
// configuration know.
func (s *Session) ServeStudio(ctx context.Context, check func(*script.Script) script.Problems) (*Served, error) {
	address := s.app.Config.Studio.Listen
	if address == "" {
		return nil, nil //nolint:nilnil // none is wanted
	}
	o := httpapi.Options{Studio: s.Studio, Version: s.app.Version, Log: s.log, Check: check, Steps: s.Steps, MCP: s.app.Config.Studio.MCP, Callbacks: s.calls}
	if s.calls != nil {
		hearers, err := s.hearers()
		if err != nil {
			return nil, err
		}
		o.Hearer = func(name string) (provider.Hearer, bool) { h, ok := hearers[name]; return h, ok }
		o.Access.Callbacks = s.calls.Address()
	}
	if err := guarded(&o, s.app.Config.Studio); err != nil {
		return nil, Usagef("%w", err)
	}
	server, err := httpapi.Listen(o, address)
	if errors.Is(err, syscall.EADDRINUSE) && address == config.StudioListen {
		host, _, _ := strings.Cut(address, ":")
		server, err = httpapi.Listen(o, net.JoinHostPort(host, "0"))
	}
	if errors.Is(err, access.ErrOpen) {
		return nil, Usagef("%w", err)
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, Usagef("%w: something listens there already; choose another studio.listen, or --listen", err)
	}
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	served := &Served{URL: server.URL, stop: stop}
	served.serving.Go(func() { served.err = server.Serve(ctx) })
	if s.Engine != nil {
		served.serving.Go(func() { s.tellStudio(ctx, server.URL) })
	}
	return served, nil
}

// hearers are the instances whose vendors call, by name. They are made to judge calls
// only, beside those that this or another process asks for takes.
func (s *Session) hearers() (map[string]provider.Hearer, error) {
	all, unheard := map[string]provider.Hearer{}, s.app.unheard()
	for _, name := range s.app.ProviderNames() {
		if s.app.Free(name) {
			continue // nobody is at the other end
		}
		if why := unheard[name]; why != "" {
			// Without its secret what is unsigned would be taken for signed.
			s.log.Warn("calls of a vendor are not taken", "provider", name, "reason", why)
			continue
		}
		p, _, err := s.newProvider(name, nil)
		if err != nil {
			return nil, err
		}
		if h, ok := p.(provider.Hearer); ok {
			all[name] = h
		}
	}
	return all, nil
}

// unheard are the instances whose vendors' calls are not taken here, with the reason: what
// they are signed with is not there. The key that takes are bought with is not needed,
// unless the vendor signs with it.
func (a *Main) unheard() map[string]string {
	all := map[string]string{}
	if a.Config.Studio.Callback() == nil {
		return all
	}
	for _, name := range a.ProviderNames() {
		ad, err := a.adapter(a.Config.Providers[name].Type)
		if err != nil {
			continue // said elsewhere
		}
		named := secretNames(a.Config.Providers[name])
		for _, key := range ad.Hears {
			if env := named[key]; env != "" && a.Secret(env) == "" {
				all[name] = env + " is not set"
			}
		}
	}
	return all
}

// guarded says who may come in.
func guarded(o *httpapi.Options, c config.Studio) (err error) {
	o.Access.Public, o.Access.Trusted = c.Public(), c.Trusted()
	if c.TokensFile != "" {
		if o.Access.Tokens, err = access.OpenTokens(c.TokensFile); err != nil {
			return err
		}
	}
	if c.TLS.CertFile != "" {
		o.Certificate, err = httpapi.LoadCertificate(c.TLS.CertFile, c.TLS.KeyFile)
	}
	return err
}

// Close ends serving.
func (s *Served) Close() error {
	if s == nil {
		return nil
	}
	s.stop()
	s.serving.Wait()
	if s.err != nil {
		return fmt.Errorf("serve the Studio: %w", s.err)
	}
	return nil
}

// tellStudio says in the engine's record where the Studio is, once this process owns it.
func (s *Session) tellStudio(ctx context.Context, url string) {
	select {
	case <-ctx.Done():
		return
	case <-s.Engine.Owned():
	}
	if err := s.Engine.SetStudio(url); err != nil {
		s.log.Warn("tell other commands where the Studio is", "error", err)
	}
}
