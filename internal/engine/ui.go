package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/temporalio/ui-server/v2/server/api"
	"github.com/temporalio/ui-server/v2/server/auth"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/csrf"
	"github.com/temporalio/ui-server/v2/server/headers"
	"github.com/temporalio/ui-server/v2/server/route"
	"github.com/temporalio/ui-server/v2/ui"
)

// webUI is Temporal's own web page on loopback.
type webUI struct {
	server *http.Server
	done   chan struct{}
}

// startUI serves Temporal's web page for the server at temporal.
//
// It composes the page from ui-server's parts rather than calling its Server, which ends the whole process when it cannot listen.
func startUI(temporal, namespace string, port int, log *slog.Logger) (*webUI, error) {
	handler, err := uiHandler(temporal, namespace)
	if err != nil {
		return nil, fmt.Errorf("make Temporal UI: %w", err)
	}
	listener, err := net.Listen("tcp", hostPort(port))
	if err != nil {
		return nil, fmt.Errorf("start Temporal UI: %w", err)
	}
	w := &webUI{
		server: &http.Server{Handler: loopbackOnly(handler), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)},
		done:   make(chan struct{}),
	}
	go func() {
		defer close(w.done)
		if err := w.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("serve Temporal UI", slog.Any("error", err))
		}
	}()
	return w, nil
}

func (w *webUI) stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if w.server.Shutdown(ctx) != nil {
		_ = w.server.Close() // a page that still loads is no reason to wait
	}
	<-w.done
}

func uiHandler(temporal, namespace string) (http.Handler, error) {
	provider, err := uiconfig.NewConfigProviderWithRefresh(&uiconfig.Config{
		TemporalGRPCAddress: temporal,
		Host:                loopback,
		DefaultNamespace:    namespace,
		EnableUI:            true,
		DisableNewsFetch:    true, // the page must not phone out
		HideLogs:            true,
		CORS:                uiconfig.CORS{CookieInsecure: true}, // plain HTTP on loopback
	})
	if err != nil {
		return nil, err
	}
	files, err := ui.Assets()
	if err != nil {
		return nil, err
	}
	files, err = fs.Sub(files, "local")
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.Use(middleware.Recover(), middleware.Gzip(), middleware.Secure())
	e.Use(csrf.EnsureTokenCookie(false), middleware.CSRFWithConfig(csrf.MiddlewareConfig(provider, false)))
	forward := []api.Middleware{headers.WithForwardHeaders([]string{auth.AuthorizationExtrasHeader, "Caller-Type"})}
	route.SetHealthRoute(e)
	if err := route.SetAPIRoutes(e, provider, forward); err != nil {
		return nil, err
	}
	route.SetAuthRoutes(e, provider)
	if err := route.SetUIRoutes(e, "", files, provider); err != nil {
		return nil, err
	}
	route.SetRenderRoute(e, "/")
	return e, nil
}

// loopbackOnly refuses requests for other host names: a web site that points its own name at 127.0.0.1 must not get at the page.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if host != loopback && host != "localhost" {
			http.Error(w, "open this page as http://"+loopback, http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
