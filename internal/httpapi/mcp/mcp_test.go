package mcp_test

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/dailies/dailies/internal/httpapi"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
)

// agent is the protocol's own client on a Studio without an engine.
func agent(t *testing.T) *mcp.ClientSession {
	t.Helper()
	st := &studio.Studio{Store: mem.New()}
	log := slog.New(slog.DiscardHandler)
	server := httptest.NewUnstartedServer(nil)
	h, err := httpapi.Handler(httpapi.Options{Studio: st, Version: "test", Log: log, MCP: true, Access: access.Options{Address: server.Listener.Addr().String()}}, live.New(st, log))
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = h
	server.Start()
	t.Cleanup(server.Close)
	c := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	s, err := c.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: server.URL + "/mcp"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func call(t *testing.T, s *mcp.ClientSession, tool string, args map[string]any) (text string, refused bool) {
	t.Helper()
	r, err := s.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	return r.Content[0].(*mcp.TextContent).Text, r.IsError
}

func TestAgentsHaveTheSameOperations(t *testing.T) {
	s := agent(t)
	list, err := s.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	tools := map[string]*mcp.Tool{}
	for _, tool := range list.Tools {
		tools[tool.Name] = tool
	}
	for _, op := range api.Operations() {
		tool := tools[op.ID]
		not := op.Person || op.Tag == "media" || op.Tag == "live" || op.Tag == "session" || op.Upload
		if not != (tool == nil) {
			t.Errorf("%s: a tool: %v, not for agents: %v", op.ID, tool != nil, not)
		}
		if tool != nil && tool.Annotations.ReadOnlyHint != (op.Method == "GET") {
			t.Errorf("%s says that it only reads: %v", op.ID, tool.Annotations.ReadOnlyHint)
		}
		if tool != nil {
			schema, err := json.Marshal(tool.InputSchema)
			if op.Spends && !strings.Contains(string(schema), `"quote"`) {
				t.Errorf("%s spends, and no quote can be named: %s", op.ID, schema)
			}
			if err != nil || strings.Contains(string(schema), "#/components/") {
				t.Errorf("%s: its schema does not stand by itself: %s %v", op.ID, schema, err)
			}
		}
	}
}

func TestAgentsDoWhatTheAPILets(t *testing.T) {
	s := agent(t)
	text := `{"season": {"show": "tiny", "language": "en", "format": {"raster": "180x320", "fps": 24}, "routing": {"default": ["animatic"]}, "label": {"off": true, "reason": "a test"}},
 "episode": 1, "scenes": [{"scene": 1, "shots": [{"shot": "1A", "duration": "1s", "acton": "a door"}]}]}`
	got, refused := call(t, s, "check-script", map[string]any{"body": map[string]any{"text": map[string]any{"main": "ep01.yaml", "files": map[string]any{"ep01.yaml": text}}}})
	if refused || !strings.Contains(got, "action") || !strings.Contains(got, `"ok":false`) {
		t.Errorf("a script with a slip: %v %s", refused, got)
	}
	for name, c := range map[string]struct {
		tool string
		args map[string]any
		want string
	}{
		"no such episode":    {"get-draft", map[string]any{"show": "tiny", "n": 1}, "/problems/unknown"},
		"no quote":           {"retake", map[string]any{"show": "tiny", "n": 1, "body": map[string]any{"slates": []string{"1A"}}}, "make-quote"},
		"a cap is no quote":  {"start-run", map[string]any{"show": "tiny", "n": 1, "body": map[string]any{"max_cost": map[string]any{"micros": 1, "currency": "CNY"}}}, "make-quote"},
		"an invented word":   {"list-notes", map[string]any{"show": "tiny", "n": 1, "limmit": 3}, "limmit"},
		"nothing named":      {"list-notes", map[string]any{"show": "tiny"}, `"n"`},
		"a path as a name":   {"list-notes", map[string]any{"show": "../..", "n": 1}, "/problems/"},
		"a show that is not": {"list-notes", map[string]any{"show": "a/b", "n": 1}, "/problems/"},
	} {
		got, refused := call(t, s, c.tool, c.args)
		if !refused || !strings.Contains(got, c.want) {
			t.Errorf("%s: refused %v: %s, want %s", name, refused, got, c.want)
		}
	}
}
