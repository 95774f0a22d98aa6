// Package mcp lets agents do what the API can, over the Model Context Protocol: a tool for
// each operation of the table, made of the API's own document. Reading is free; what
// spends wants a quote's id, which make-quote gives, so that no agent spends what it has
// not asked the price of. A tool's call is a request of the API by the same actor, with
// all of the API's rules.
package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/dailies/dailies/internal/httpapi/api"
)

// maxAnswer is the most bytes of an answer that an agent is given.
const maxAnswer = 1 << 20

// Options are what the tools stand on.
type Options struct {
	API     *api.Server
	Handler http.Handler // serves the API's operations, in the context of the actor
	Version string
	Log     *slog.Logger
}

// Handler serves the protocol. Each request stands for itself, in the name of its actor.
func Handler(o Options) (http.Handler, error) {
	var tools []*mcp.Tool
	ops := map[string]api.Operation{}
	shapes := map[string]shape{}
	doc := o.API.OpenAPI()
	for _, op := range api.Operations() {
		if !offered(op) {
			continue
		}
		s, err := shapeOf(doc, op)
		if err != nil {
			return nil, fmt.Errorf("describe %s to agents: %w", op.ID, err)
		}
		ops[op.ID], shapes[op.ID] = op, s
		tools = append(tools, &mcp.Tool{
			Name: op.ID, Description: describe(op), InputSchema: s.schema,
			Annotations: &mcp.ToolAnnotations{
				Title: op.Summary, ReadOnlyHint: op.Method == http.MethodGet, IdempotentHint: op.Method != http.MethodPost || op.Key,
				DestructiveHint: new(op.Method == http.MethodDelete || strings.HasPrefix(op.ID, "cancel-")),
			},
		})
	}
	call := func(ctx context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return do(ctx, o.Handler, ops[r.Params.Name], shapes[r.Params.Name], r.Params.Arguments)
	}
	server := func(r *http.Request) *mcp.Server {
		s := mcp.NewServer(&mcp.Implementation{Name: "dailies", Title: "dailies", Version: o.Version}, &mcp.ServerOptions{
			Instructions: "Short dramas: shows have episodes, episodes have shots (slates), shots have takes, one of which is circled and goes into the cut. Amounts are micro-units of a currency, lengths are frames. " +
				"Whatever spends money needs the id of a quote from make-quote or plan-script.",
		})
		actor := r.Context()
		for _, t := range tools {
			s.AddTool(t, func(ctx context.Context, c *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				return call(both{ctx, actor}, c)
			})
		}
		return s
	}
	return mcp.NewStreamableHTTPHandler(server, &mcp.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true, Logger: o.Log, MaxRequestBodyBytes: api.MaxScript, DisableLocalhostProtection: true, // the Studio's own guard stands before
	}), nil
}

// offered says whether agents have an operation: one neither plays clips nor listens, is
// given no secret, and leaves to persons what is theirs.
func offered(op api.Operation) bool {
	return !op.Person && !op.Upload && op.Tag != "media" && op.Tag != "live" && op.Tag != "session"
}

// both ends with the call, and knows whose request it is.
type both struct {
	context.Context
	actor context.Context //nolint:containedctx // its values alone are read
}

func (b both) Value(key any) any {
	if v := b.Context.Value(key); v != nil {
		return v
	}
	return b.actor.Value(key)
}

func describe(op api.Operation) string {
	text := op.Summary + "."
	if op.Match {
		text += " if_match: the etag of what you decided by; read it first."
	}
	if op.Key {
		text += " idempotency_key: a UUID of this act; the same again is done once."
	}
	return text
}

// shape is what a tool takes: where each argument goes.
type shape struct {
	schema json.RawMessage
	path   []string
	query  []string
	body   bool
}

// shapeOf makes a tool's schema of an operation in the API's document.
func shapeOf(doc *huma.OpenAPI, op api.Operation) (shape, error) {
	item := doc.Paths[op.Path]
	if item == nil {
		return shape{}, fmt.Errorf("its path is not in the document")
	}
	described := map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete}[op.Method]
	if described == nil {
		return shape{}, fmt.Errorf("it is not in the document")
	}
	var s shape
	properties := map[string]any{}
	required := []string{}
	for _, p := range described.Parameters {
		switch p.In {
		case "path":
			s.path = append(s.path, p.Name)
			required = append(required, p.Name)
		case "query":
			s.query = append(s.query, p.Name)
		default:
			continue
		}
		properties[p.Name] = p.Schema
	}
	if b := described.RequestBody; b != nil && b.Content["application/json"] != nil {
		s.body = true
		properties["body"] = b.Content["application/json"].Schema
		if b.Required {
			required = append(required, "body")
		}
	}
	if op.Match {
		properties["if_match"] = map[string]any{"type": "string"}
		required = append(required, "if_match")
	}
	if op.Key {
		properties["idempotency_key"] = map[string]any{"type": "string", "format": "uuid"}
	}
	slices.Sort(required)
	body, err := json.Marshal(map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false})
	if err != nil {
		return shape{}, err
	}
	s.schema, err = standing(doc, body)
	return s, err
}

// standing makes a schema stand by itself: what it refers to comes with it.
func standing(doc *huma.OpenAPI, schema []byte) (json.RawMessage, error) {
	const from, to = "#/components/schemas/", "#/$defs/"
	all := doc.Components.Schemas.Map()
	defs := map[string]json.RawMessage{}
	for todo := references(schema, from); len(todo) > 0; {
		name := todo[0]
		todo = todo[1:]
		if _, done := defs[name]; done || all[name] == nil {
			continue
		}
		body, err := json.Marshal(all[name])
		if err != nil {
			return nil, err
		}
		defs[name] = bytes.ReplaceAll(body, []byte(from), []byte(to))
		todo = append(todo, references(body, from)...)
	}
	schema = bytes.ReplaceAll(schema, []byte(from), []byte(to))
	var whole map[string]any
	if err := json.Unmarshal(schema, &whole); err != nil {
		return nil, err
	}
	if len(defs) > 0 {
		whole["$defs"] = defs
	}
	return json.Marshal(whole)
}

// references are the names that a schema refers to.
func references(schema []byte, prefix string) []string {
	names := map[string]bool{}
	for rest := string(schema); ; {
		_, after, found := strings.Cut(rest, prefix)
		if !found {
			return slices.Sorted(maps.Keys(names))
		}
		name, _, _ := strings.Cut(after, `"`)
		names[name] = true
		rest = after
	}
}

// do calls an operation as the API's own pages do.
func do(ctx context.Context, h http.Handler, op api.Operation, s shape, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	var args map[string]json.RawMessage
	if len(arguments) > 0 {
		if err := json.Unmarshal(arguments, &args); err != nil {
			return refused("the arguments are no JSON object"), nil
		}
	}
	for name := range args {
		if !slices.Contains(s.path, name) && !slices.Contains(s.query, name) && name != "body" && name != "if_match" && name != "idempotency_key" {
			return refused(fmt.Sprintf("%s has no argument %q", op.ID, name)), nil
		}
	}
	if op.Spends && !quoted(args["body"]) {
		return refused("this spends: pass body.quote, the id that make-quote or plan-script gives for this very act"), nil
	}
	path := op.Path
	for _, name := range s.path {
		value := word(args[name])
		if value == "" {
			return refused(fmt.Sprintf("%s wants %q", op.ID, name)), nil
		}
		path = strings.NewReplacer("{"+name+"}", url.PathEscape(value), "{"+name+"...}", (&url.URL{Path: value}).EscapedPath()).Replace(path)
	}
	query := url.Values{}
	for _, name := range s.query {
		if v := word(args[name]); v != "" {
			query.Set(name, v)
		}
	}
	var body io.Reader = http.NoBody
	if s.body {
		if b := args["body"]; len(b) > 0 {
			body = bytes.NewReader(b)
		} else {
			body = strings.NewReader("{}")
		}
	}
	r, err := http.NewRequestWithContext(ctx, op.Method, api.Prefix+path+"?"+query.Encode(), body)
	if err != nil {
		return refused(err.Error()), nil
	}
	r.Header.Set("Accept", "application/json")
	if s.body {
		r.Header.Set("Content-Type", "application/json")
	}
	if op.Match {
		r.Header.Set("If-Match", word(args["if_match"]))
	}
	if op.Key {
		key := word(args["idempotency_key"])
		if key == "" {
			key = uuid.NewString()
		}
		r.Header.Set("Idempotency-Key", key)
	}
	w := &answer{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(w, r)
	return w.result(), nil
}

func quoted(body json.RawMessage) bool {
	var b struct {
		Quote string `json:"quote"`
	}
	return json.Unmarshal(body, &b) == nil && b.Quote != ""
}

// word is a text, a number or a truth as an address has it.
func word(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	return strings.Trim(string(v), " ")
}

func refused(why string) *mcp.CallToolResult {
	return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: why}}}
}

// answer takes an answer of the API instead of the network.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
	large  bool
}

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) Write(b []byte) (int, error) {
	if a.body.Len()+len(b) > maxAnswer {
		a.large = true
		return len(b), nil
	}
	return a.body.Write(b)
}

func (a *answer) result() *mcp.CallToolResult {
	if a.large {
		return refused(fmt.Sprintf("the answer is over %d bytes: ask for less, with limit", maxAnswer))
	}
	text := strings.TrimSpace(a.body.String())
	if tag := a.header.Get("ETag"); tag != "" && a.status < http.StatusBadRequest {
		text = `{"etag":` + string(must(tag)) + `,"answer":` + orNull(text) + `}`
	}
	r := &mcp.CallToolResult{IsError: a.status >= http.StatusBadRequest, Content: []mcp.Content{&mcp.TextContent{Text: text}}}
	if json.Valid([]byte(text)) && strings.HasPrefix(text, "{") {
		r.StructuredContent = json.RawMessage(text)
	}
	return r
}

func orNull(text string) string {
	if text == "" {
		return "null"
	}
	return text
}

func must(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts are written
	}
	return body
}
