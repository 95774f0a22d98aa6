package ids_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/ids"
)

// TestLogsNameWhatTheyTellOf: by the context, or by a logger made of it, and contexts beside
// each other keep their own.
func TestLogsNameWhatTheyTellOf(t *testing.T) {
	run := ids.With(context.Background(), "run", "r")
	shot, other := ids.With(run, "shot", "1A"), ids.With(run, "shot", "1B")
	for name, log := range map[string]func(l *slog.Logger){
		"by the context": func(l *slog.Logger) { l.InfoContext(shot, "said") },
		"by a logger":    func(l *slog.Logger) { ids.Log(shot, l).Info("said") },
		"in a group":     func(l *slog.Logger) { l.With("a", 1).InfoContext(shot, "said") },
	} {
		var out bytes.Buffer
		log(slog.New(ids.Handler{Handler: slog.NewTextHandler(&out, nil)}))
		if !strings.Contains(out.String(), "run=r shot=1A") || strings.Contains(out.String(), "1B") {
			t.Errorf("%s: %s", name, out.String())
		}
	}
	if len(ids.Of(other)) != 4 || len(ids.Of(context.Background())) != 0 {
		t.Errorf("%v", ids.Of(other))
	}
}
