package engine

import (
	"context"
	"log/slog"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// serverLog hands Temporal's errors, and nothing below them, to slog.
//
// Temporal writes thousands of lines a minute and warns about its own start and stop, so levels below error are dropped, and so is
// everything while the engine is going down. A Fatal of Temporal's must not end a process that has paid jobs in flight: it is logged
// and reported through fatal instead.
type serverLog struct {
	out     *slog.Logger
	closing *atomic.Bool
	fatal   func(msg string)
}

func (serverLog) Debug(string, ...tag.Tag) {}
func (serverLog) Info(string, ...tag.Tag)  {}
func (serverLog) Warn(string, ...tag.Tag)  {}

func (s serverLog) Error(msg string, tags ...tag.Tag)  { s.write(msg, tags) }
func (s serverLog) DPanic(msg string, tags ...tag.Tag) { s.write(msg, tags) }
func (s serverLog) Panic(msg string, tags ...tag.Tag)  { s.write(msg, tags) }

func (s serverLog) Fatal(msg string, tags ...tag.Tag) {
	s.write(msg, tags)
	if !s.closing.Load() {
		s.fatal(msg)
	}
}

// With is what Temporal calls for a logger with fixed tags; they would only lengthen the rare line that gets through.
func (s serverLog) With(...tag.Tag) log.Logger { return s }

func (s serverLog) write(msg string, tags []tag.Tag) {
	if s.closing.Load() || startupNoise(msg) {
		return
	}
	attrs := make([]slog.Attr, 0, len(tags)+1)
	attrs = append(attrs, slog.String("component", "temporal"))
	for _, t := range tags {
		if t.Key() == "logging-call-at" || t.Key() == "stack-trace" {
			continue
		}
		attrs = append(attrs, slog.Any(t.Key(), t.Value()))
	}
	s.out.LogAttrs(context.Background(), slog.LevelError, msg, attrs...) //nolint:sloglint // the message is the server's
}

// startupNoise names errors that every healthy single-process start of the server logs while its services wait for one another.
func startupNoise(msg string) bool {
	switch msg {
	case "Not enough hosts to serve the request",
		"error starting temporal-sys-history-scanner-workflow workflow",
		"error starting temporal-sys-tq-scanner-workflow workflow",
		"Unable to get full history shard ownership",
		"service failures",
		"Unable to call matching.PollActivityTaskQueue.",
		"Unable to call matching.PollWorkflowTaskQueue.":
		return true
	}
	return false
}

var _ log.Logger = serverLog{}
