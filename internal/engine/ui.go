package engine

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	stdlog "log"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/dailies/dailies/internal/private"

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

// uiUser is the name under which the page's password is asked for.
const uiUser = "dailies"

// passwordFile holds the page's password, alone on a line, readable by its owner only.
func passwordFile(data string) string { return filepath.Join(data, "temporal", "web-password") }

// newPassword makes a password for this start of the page and keeps it where its owner finds it. An old one would serve whoever
// listened on the port while the engine was down and a browser still asked there.
func newPassword(file string) (string, error) {
	password := rand.Text()
	if err := private.Write(file, []byte(password+"\n")); err != nil {
		return "", fmt.Errorf("keep the web page's password: %w", err)
	}
	return password, nil
}

// startUI serves Temporal's web page for the server at a, to who knows the password.
//
// It composes the page from ui-server's parts rather than calling its Server, which ends the whole process when it cannot listen.
func startUI(a Address, key identity, password string, port int, log *slog.Logger) (*webUI, error) {
	// The library talks on the process's standard logger, which is a person's terminal.
	stdlog.SetOutput(slog.NewLogLogger(log.Handler(), slog.LevelDebug).Writer())
	stdlog.SetFlags(0)
	handler, err := uiHandler(a, key)
	if err != nil {
		return nil, fmt.Errorf("make Temporal UI: %w", err)
	}
	listener, err := net.Listen("tcp", hostPort(port))
	if err != nil {
		return nil, fmt.Errorf("start Temporal UI: %w", err)
	}
	w := &webUI{
		server: &http.Server{Handler: ownPagesOnly(listener.Addr().String(), ownerOnly(password, handler)), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)},
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

func uiHandler(a Address, key identity) (http.Handler, error) {
	provider, err := uiconfig.NewConfigProviderWithRefresh(&uiconfig.Config{
		TemporalGRPCAddress: a.Temporal,
		TLS:                 key.page(),
		Host:                loopback,
		DefaultNamespace:    a.Namespace,
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

// ownerOnly asks for the page's password, as browsers know how to answer, and keeps it from what is behind.
func ownerOnly(password string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, got, _ := r.BasicAuth()
		right := subtle.ConstantTimeCompare([]byte(got), []byte(password))&subtle.ConstantTimeCompare([]byte(user), []byte(uiUser)) == 1
		if !right {
			w.Header().Set("WWW-Authenticate", `Basic realm="dailies: Temporal's web page", charset="UTF-8"`)
			http.Error(w, "the name is "+uiUser+"; the password is in temporal/web-password in the data folder", http.StatusUnauthorized)
			return
		}
		r.Header.Del("Authorization")
		next.ServeHTTP(w, r)
	})
}
