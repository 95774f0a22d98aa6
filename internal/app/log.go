package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
)

func (s *Session) openLog() error {
	a := s.app
	s.log = a.Log
	if !a.EmbedsTemporal() && !a.EmbedsS3() {
		return nil
	}
	f, err := openLog(filepath.Join(a.DataDir(), "logs", "dailies.log"))
	if err != nil {
		return err
	}
	s.logFile = f
	var handler slog.Handler = slog.NewJSONHandler(f, &slog.HandlerOptions{Level: slog.LevelInfo})
	if a.Verbose {
		handler = both{handler, a.Log.Handler()}
	}
	s.log = slog.New(handler)
	return nil
}

// both is a slog.Handler that tells two.
type both [2]slog.Handler

func (b both) Enabled(ctx context.Context, l slog.Level) bool {
	return b[0].Enabled(ctx, l) || b[1].Enabled(ctx, l)
}

func (b both) Handle(ctx context.Context, r slog.Record) error {
	var errs []error
	for _, h := range b {
		if h.Enabled(ctx, r.Level) {
			errs = append(errs, h.Handle(ctx, r.Clone()))
		}
	}
	return errors.Join(errs...)
}

func (b both) WithAttrs(as []slog.Attr) slog.Handler {
	return both{b[0].WithAttrs(as), b[1].WithAttrs(as)}
}

func (b both) WithGroup(name string) slog.Handler {
	return both{b[0].WithGroup(name), b[1].WithGroup(name)}
}
