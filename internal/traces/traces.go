// Package traces tells a collector, by OpenTelemetry, what becomes of episodes: a trace an
// episode's run, a span a take and a step. All ids are made of the run's, so that whatever
// process does a step, and however often one is killed and another goes on, it is one
// trace, and a step one span, which is told when it has ended for good. What is told are
// names of the config, numbers and words of the code: no prompt, no URL, no message of a
// vendor's.
package traces

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/url"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	// collectorTimeout is for one request; what is not taken within retryFor is dropped:
	// nothing but a picture hangs on it.
	collectorTimeout = 10 * time.Second
	retryFor         = 30 * time.Second
	// batchEvery is how soon a span is told, and what a kill may cost.
	batchEvery = time.Second
	closeAfter = 5 * time.Second
	tracesPath = "/v1/traces"
)

// Tracer tells a collector. It is safe for use by many goroutines.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// New makes a tracer of a release for a collector's OTLP/HTTP address. Headers that the
// collector wants, such as a key, come from OTEL_EXPORTER_OTLP_HEADERS, as OpenTelemetry
// has it.
func New(ctx context.Context, endpoint, version string, log *slog.Logger) (*Tracer, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("open telemetry.otlp: %w", err)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = tracesPath
	}
	exporter, err := otlptracehttp.New(ctx,
		otlptracehttp.WithEndpointURL(u.String()), otlptracehttp.WithTimeout(collectorTimeout),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: true, InitialInterval: time.Second, MaxInterval: 10 * time.Second, MaxElapsedTime: retryFor}))
	if err != nil {
		return nil, fmt.Errorf("open telemetry.otlp: %w", err)
	}
	said := &atomic.Int64{} // when that was last said
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		if now, last := time.Now().Unix(), said.Load(); now-last >= 60 && said.CompareAndSwap(last, now) {
			log.Warn("the collector does not take traces", "collector", u.Host, "error", err)
		}
	}))
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter, sdktrace.WithBatchTimeout(batchEvery)), sdktrace.WithSampler(sdktrace.AlwaysSample()), sdktrace.WithIDGenerator(given{}),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "dailies"), attribute.String("service.version", version))))
	return &Tracer{provider: provider, tracer: provider.Tracer("dailies")}, nil
}

// Close tells what is left. A nil Tracer has nothing.
func (t *Tracer) Close() error {
	if t == nil {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), closeAfter)
	defer stop()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("tell the collector the last traces: %w", err)
	}
	return nil
}

// ID is the trace of a run, whoever asks.
func ID(run string) trace.TraceID {
	sum := sha256.Sum256([]byte("dailies trace\n" + run))
	return trace.TraceID(sum[:16])
}

func spanID(run, kind, name string) trace.SpanID {
	sum := sha256.Sum256([]byte("dailies span\n" + run + "\n" + kind + "\n" + name))
	return trace.SpanID(sum[:8])
}

func rootOf(run string) trace.SpanID { return spanID(run, "root", "") }

// span is one as it is told, whole.
type span struct {
	run        string
	id, parent trace.SpanID // a parent of zeros: it is the root
	name       string
	from, to   time.Time
	attributes []attribute.KeyValue
	fault      string // the type of the error that it ended with
}

// given hands out the ids that a span is to have.
type given struct{}

type givenKey struct{}

type pair struct {
	trace trace.TraceID
	span  trace.SpanID
}

func (given) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	p, _ := ctx.Value(givenKey{}).(pair)
	return p.trace, p.span
}

func (given) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	p, _ := ctx.Value(givenKey{}).(pair)
	return p.span
}

// tell gives a span to be sent; it never waits.
func (t *Tracer) tell(s span) {
	ctx := context.WithValue(context.Background(), givenKey{}, pair{ID(s.run), s.id})
	o := []trace.SpanStartOption{trace.WithTimestamp(s.from), trace.WithAttributes(s.attributes...)}
	if s.parent.IsValid() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: ID(s.run), SpanID: s.parent, TraceFlags: trace.FlagsSampled, Remote: true}))
	} else {
		o = append(o, trace.WithNewRoot())
	}
	_, made := t.tracer.Start(ctx, s.name, o...)
	if s.fault != "" {
		made.SetStatus(otelError, s.fault)
	}
	made.End(trace.WithTimestamp(s.to))
}
