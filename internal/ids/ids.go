// Package ids carries in contexts by which ids logs name what they tell of: run, episode,
// shot, take, trace. It knows none of them.
package ids

import (
	"context"
	"log/slog"
	"slices"
)

type key struct{}

// With adds ids, as slog's pairs of a name and a value, to those that are there.
func With(ctx context.Context, pairs ...any) context.Context {
	return context.WithValue(ctx, key{}, append(slices.Clone(Of(ctx)), pairs...))
}

// Of are the ids, as slog takes them.
func Of(ctx context.Context) []any {
	pairs, _ := ctx.Value(key{}).([]any)
	return pairs
}

// Log is a logger whose every line has the ids.
func Log(ctx context.Context, l *slog.Logger) *slog.Logger { return l.With(Of(ctx)...) }

// Handler adds them to what is logged with a context.
type Handler struct{ slog.Handler }

// Handle is slog.Handler's.
func (h Handler) Handle(ctx context.Context, r slog.Record) error {
	if pairs := Of(ctx); len(pairs) > 0 {
		r = r.Clone()
		r.Add(pairs...)
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs is slog.Handler's.
func (h Handler) WithAttrs(as []slog.Attr) slog.Handler { return Handler{h.Handler.WithAttrs(as)} }

// WithGroup is slog.Handler's.
func (h Handler) WithGroup(name string) slog.Handler { return Handler{h.Handler.WithGroup(name)} }
