package rehearsal

import (
	"log/slog"
	"testing"

	"go.temporal.io/sdk/client"
	tlog "go.temporal.io/sdk/log"

	"github.com/dailies/dailies/internal/engine"
)

// OnEngine starts a Temporal of its own for a test, silent and without a page, and connects to it.
// Runs continue as new after so many events (0: as Temporal likes it); metrics may be nil.
func OnEngine(t testing.TB, events int, metrics client.MetricsHandler) client.Client {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	e, err := engine.Start(t.Context(), engine.Options{Data: t.TempDir(), NoS3: true, NoUI: true, HistoryEvents: events, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	opts, err := e.Address().ClientOptions()
	if err != nil {
		t.Fatal(err)
	}
	opts.Logger, opts.MetricsHandler = tlog.NewStructuredLogger(quiet), metrics
	c, err := client.DialContext(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
