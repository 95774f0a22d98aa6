package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"

	"github.com/dailies/dailies/internal/ids"
	"github.com/dailies/dailies/internal/terminal"
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
	handler := a.logTo(f, a.logLevel())
	if a.Verbose {
		handler = both{handler, a.Log.Handler()}
	}
	s.log = slog.New(handler)
	return nil
}

// SetLog makes Log write to w what the command's flags and the config ask for. Quiet:
// errors; else warnings. Verbose, and a worker that others watch by its log: what
// log.level says.
func (a *Main) SetLog(w io.Writer, quiet, worker bool) {
	level := slog.LevelWarn
	switch {
	case quiet:
		level = slog.LevelError
	case a.Verbose:
		level = min(slog.LevelInfo, a.logLevel())
	case worker:
		level = a.logLevel()
	}
	a.Log = slog.New(a.logTo(w, level))
}

// logLevel is the config's; info before there is one.
func (a *Main) logLevel() slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(a.Config.Log.Level)); err != nil {
		return slog.LevelInfo
	}
	return l
}

// logTo is a handler in the config's format.
func (a *Main) logTo(w io.Writer, level slog.Level) slog.Handler {
	o := &slog.HandlerOptions{Level: level}
	if a.Config.Log.Format == "json" {
		return ids.Handler{Handler: slog.NewJSONHandler(terminal.JSONWriter{Out: w}, o)}
	}
	return ids.Handler{Handler: slog.NewTextHandler(w, o)}
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
