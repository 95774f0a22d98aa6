package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	collected "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/dailies/dailies/internal/traces"
)

// collector takes traces by OTLP over HTTP, and keeps each span, by its id.
type collector struct {
	*httptest.Server

	first chan struct{} // closed when something is told

	mu    sync.Mutex
	spans map[string]*tracepb.Span
	all   strings.Builder // as text
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{spans: map[string]*tracepb.Span{}, first: make(chan struct{})}
	begun := sync.OnceFunc(func() { close(c.first) })
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var told collected.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &told)
		}
		if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Authorization") != "Bearer hush" {
			t.Errorf("%s: %v, %v", r.URL, r.Header, err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.all.WriteString(told.String())
		for _, of := range told.ResourceSpans {
			for _, in := range of.ScopeSpans {
				for _, s := range in.Spans {
					c.spans[string(s.SpanId)] = s
				}
			}
		}
		begun()
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(c.Close)
	return c
}

func spanSays(s *tracepb.Span, name string) string {
	for _, a := range s.GetAttributes() {
		if a.Key != "dailies."+name {
			continue
		}
		switch v := a.Value.Value.(type) {
		case *commonpb.AnyValue_StringValue:
			return v.StringValue
		case *commonpb.AnyValue_IntValue:
			return fmt.Sprint(v.IntValue)
		case *commonpb.AnyValue_DoubleValue:
			return fmt.Sprint(v.DoubleValue)
		}
	}
	return ""
}

// TestTraces: an episode that is killed in the middle and gone on with is one trace, with a
// root, a span a take that says who made it, for what and how it was judged, and the steps
// below what they are part of. What is told holds no prompt and no URL. The log names the
// trace.
func TestTraces(t *testing.T) {
	h := newHouse(t, strings.NewReplacer("360x640", "128x224", "a door opens", "'a door opens [fake: unknown]'", "a lamp", "'a lamp [fake: black*1]'", "  - {shot: 1C, duration: 1s, action: the street}\n", "").Replace(tiny))
	c := newCollector(t)
	h.env = append(h.env, "OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer hush")
	h.write("dailies.yaml", "providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\ntelemetry: {otlp: \""+c.URL+"\"}\nlog: {format: json}\n")
	p := h.spawn("render", h.script)
	select {
	case <-c.first: // of what it tells
	case <-p.done:
		t.Fatalf("it has ended: %+v", p.result())
	}
	p.kill()
	if r := h.spawn("render", h.script).result(); r.code != exitDone { // a process has the variable
		t.Fatalf("%+v", r)
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	var root *tracepb.Span
	by := map[string]*tracepb.Span{}
	for _, s := range c.spans {
		if len(s.ParentSpanId) == 0 {
			if root != nil {
				t.Errorf("two roots: %s, %s", root.Name, s.Name)
			}
			root = s
		}
		by[s.Name] = s
	}
	if root == nil || root.Name != "episode tiny/ep01" || spanSays(root, "state") != "delivered" || spanSays(root, "cut") != "1" || spanSays(root, "spent") != "3" {
		t.Fatalf("root: %v", root)
	}
	trace := traces.ID(spanSays(root, "run")).String()
	for _, s := range c.spans {
		if hex.EncodeToString(s.TraceId) != trace || spanSays(s, "run") != spanSays(root, "run") {
			t.Errorf("%s is of another trace", s.Name)
		}
		if s.StartTimeUnixNano < root.StartTimeUnixNano || s.EndTimeUnixNano > root.EndTimeUnixNano || s.EndTimeUnixNano < s.StartTimeUnixNano {
			t.Errorf("%s is not within the episode", s.Name)
		}
		parent := c.spans[string(s.ParentSpanId)]
		want := root
		if shot, take := spanSays(s, "shot"), spanSays(s, "take"); s.Name == "generate" || s.Name == "conform" || s.Name == "recordng" {
			want = by["take "+shot+"/"+take]
		}
		if s != root && (parent == nil || parent != want) {
			t.Errorf("%s of %s is below %v", s.Name, spanSays(s, "shot"), parent)
		}
	}
	for name, want := range map[string]string{"take 1A/1": "good", "take 1B/1": "NG", "take 1B/2": "good"} {
		s := by[name]
		if s == nil || spanSays(s, "verdict") != want || spanSays(s, "provider") != "fake" || spanSays(s, "model") == "" || spanSays(s, "price") != "1" || spanSays(s, "currency") != "CNY" {
			t.Errorf("%s: %v", name, s)
		}
	}
	for _, name := range []string{"plan", "generate", "conform", "assemble", "deliver"} {
		if by[name] == nil {
			t.Errorf("no span %s", name)
		}
	}
	for _, secret := range []string{"door", "lamp", "http:", "s3:", "hush"} {
		if strings.Contains(c.all.String(), secret) {
			t.Errorf("what is told holds %q", secret)
		}
	}
	h.logsName(trace)
}

// logsName looks for the log's line of a strange word, which must say whose it is.
func (h house) logsName(trace string) {
	h.t.Helper()
	body, err := os.ReadFile(filepath.Join(h.dataDir(), "logs", "dailies.log"))
	if err != nil {
		h.t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		var l map[string]any
		if json.Unmarshal([]byte(line), &l) == nil && l["word"] != nil {
			if l["trace"] != trace || l["run"] == nil || l["episode"] != "tiny/ep01" || l["shot"] != "1A" || l["take"] != "tiny/ep01/1A/1" {
				h.t.Errorf("the log does not say whose it is: %s", line)
			}
			return
		}
	}
	h.t.Error("the log has no strange word")
}
