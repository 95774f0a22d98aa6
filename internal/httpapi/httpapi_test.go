package httpapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/httpapi"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
)

const address = "127.0.0.1:7788"

// handler is all of the Studio without an engine: what needs none is tested here, the
// rest on a real one (cmd/dailies).
func handler(t *testing.T) http.Handler {
	t.Helper()
	st := &studio.Studio{Store: mem.New()}
	o := httpapi.Options{Studio: st, Version: "test", Log: slog.New(slog.DiscardHandler), Access: access.Options{Address: address}}
	h, err := httpapi.Handler(o, live.New(st, o.Log))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+address+path, strings.NewReader(""))
	r.RemoteAddr = "127.0.0.1:50000"
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestEveryOperationIsServed: the table, the document and what answers are one.
func TestEveryOperationIsServed(t *testing.T) {
	h := handler(t)
	w := ask(h, "GET", api.Prefix+"/openapi.json")
	var doc struct {
		OpenAPI string                               `json:"openapi"`
		Paths   map[string]map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != http.StatusOK || doc.OpenAPI != "3.1.0" {
		t.Fatalf("openapi.json: %d, %v: %.200s", w.Code, err, w.Body)
	}
	documented := map[string]bool{}
	for _, methods := range doc.Paths {
		for _, op := range methods {
			documented[op["operationId"].(string)] = true
		}
	}
	seen := map[string]bool{}
	for _, op := range api.Operations() {
		if seen[op.ID] {
			t.Errorf("%s is in the table twice", op.ID)
		}
		seen[op.ID] = true
		if !documented[op.ID] {
			t.Errorf("%s is in the table and not served", op.ID)
		}
	}
	for id := range documented {
		if !seen[id] {
			t.Errorf("%s is served and not in the table", id)
		}
	}
}

var update = flag.Bool("update", false, "rewrite golden files")

// TestTheContract: what programs rely on changes only on purpose: the operations, what
// they take and give, and our own types' fields. Types of other packages (DramaShot), and
// those of ours that hold one, stand by their names.
func TestTheContract(t *testing.T) {
	var doc struct {
		Paths      map[string]map[string]operation
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal(ask(handler(t), "GET", api.Prefix+"/openapi.json").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			fmt.Fprintf(&got, "%s %s %s\n", strings.ToUpper(method), path, doc.Paths[path][method])
		}
	}
	others := regexp.MustCompile(`^(Drama|Live|Studio|Ledger|Library|Plan|Prompt|Media|Provider|Attempts|Account|V2)|^(CutAnswer|Job|ShotAnswer|ShowAnswer|Take|Waiting|ScriptVersion)$`)
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		if !others.MatchString(name) {
			fmt.Fprintf(&got, "%s %s\n", name, doc.Components.Schemas[name])
		}
	}
	const golden = "testdata/contract.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("the contract has changed (-was +is); go test -update rewrites it:\n%s", d)
	}
}

type operation struct {
	ID         string `json:"operationId"`
	Role       string `json:"x-role"`
	Parameters []struct {
		Name     string
		In       string
		Required bool
	}
	RequestBody struct {
		Content map[string]struct{ Schema schema }
	}
	Responses map[string]struct {
		Content map[string]struct{ Schema schema }
	}
}

func (o operation) String() string {
	line := o.ID + " " + o.Role
	for _, p := range o.Parameters {
		mark := ""
		if p.Required && p.In != "path" {
			mark = "!"
		}
		line += " " + p.In + ":" + p.Name + mark
	}
	for _, c := range o.RequestBody.Content {
		line += " <" + c.Schema.name()
	}
	for _, code := range slices.Sorted(maps.Keys(o.Responses)) {
		line += " >" + code
		if c, ok := o.Responses[code].Content["application/json"]; ok {
			line += ":" + c.Schema.name()
		}
	}
	return line
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Items      *schema
	Properties map[string]schema
	Required   []string
}

func (s schema) name() string {
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case s.Items != nil:
		return "[" + s.Items.name() + "]"
	}
	return fmt.Sprint(s.Type)
}

func (s schema) String() string {
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		mark := ""
		if slices.Contains(s.Required, name) {
			mark = "!"
		}
		fields = append(fields, name+mark+":"+s.Properties[name].name())
	}
	return "{" + strings.Join(fields, " ") + "}"
}

// TestOnlyThisMachineAndOurOwnPages: rebinding, cross-site reads and writes.
func TestOnlyThisMachineAndOurOwnPages(t *testing.T) {
	h := handler(t)
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		want         int
	}{
		"a program":              {"GET", api.Prefix + "/healthz", nil, 204},
		"our page":               {"GET", api.Prefix + "/healthz", []string{"Sec-Fetch-Site", "same-origin"}, 204},
		"another host's name":    {"GET", api.Prefix + "/healthz", []string{"Host", "evil.example:7788"}, 421},
		"our name, another port": {"GET", api.Prefix + "/healthz", []string{"Host", "127.0.0.1:80"}, 421},
		"another site reads":     {"GET", api.Prefix + "/healthz", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"another port reads":     {"GET", api.Prefix + "/healthz", []string{"Sec-Fetch-Site", "same-site"}, 403},
		"another site frames":    {"GET", "/nowhere", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, 403},
		"another site links":     {"GET", "/nowhere", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 404},
		"another site writes":    {"POST", api.Prefix + "/shows/s/pause", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		"an old browser writes":  {"POST", api.Prefix + "/shows/s/pause", []string{"Origin", "https://evil.example"}, 403},
	} {
		if w := ask(h, c.method, c.path, c.headers...); w.Code != c.want {
			t.Errorf("%s: %d, want %d: %.200s", name, w.Code, c.want, w.Body)
		} else if c.want == 404 && !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: the page has no policy: %v", name, w.Header())
		}
	}
}

// TestWhatATableDemands: headers that a request must bear.
func TestWhatATableDemands(t *testing.T) {
	h := handler(t)
	for _, c := range []struct{ method, path, problem string }{
		{"PUT", "/shows/s/episodes/1/shots/1A/circle", "precondition"},
		{"POST", "/shows/s/episodes/1/retakes", "precondition"},
		{"GET", "/nowhere", "unknown"},
	} {
		w := ask(h, c.method, api.Prefix+c.path)
		var p api.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Type != "/problems/"+c.problem || p.Status != w.Code || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s %+v %v", c.method, c.path, w.Code, w.Header().Get("Content-Type"), p, err)
		}
	}
}

// TestAssets: the styles that a page names are served, for ever.
func TestAssets(t *testing.T) {
	h := handler(t)
	page := ask(h, "GET", "/nowhere").Body.String()
	_, rest, ok := strings.Cut(page, `rel="stylesheet" href="`)
	url, _, ok2 := strings.Cut(rest, `"`)
	if !ok || !ok2 {
		t.Fatalf("the page names no styles: %.300s", page)
	}
	w := ask(h, "GET", url, "Accept-Encoding", "gzip")
	if w.Code != 200 || w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v", url, w.Code, w.Header())
	}
	if w := ask(h, "GET", strings.Replace(url, "/assets/", "/assets/0", 1)); w.Code != 404 {
		t.Errorf("another digest: %d, want 404", w.Code)
	}
}
