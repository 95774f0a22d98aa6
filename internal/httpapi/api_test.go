package httpapi_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// quiet is an engine in which nothing runs; what is started is counted and never ends.
type quiet struct {
	client.Client
	mu      sync.Mutex
	started []string
}

func (*quiet) ListWorkflow(context.Context, *workflowservice.ListWorkflowExecutionsRequest) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	return &workflowservice.ListWorkflowExecutionsResponse{}, nil
}

func (*quiet) DescribeWorkflow(context.Context, string, string) (*client.WorkflowExecutionDescription, error) {
	return nil, &serviceerror.NotFound{}
}

func (*quiet) DescribeWorkflowExecution(context.Context, string, string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	return nil, &serviceerror.NotFound{}
}

func (*quiet) QueryWorkflow(context.Context, string, string, string, ...any) (converter.EncodedValue, error) {
	return nil, &serviceerror.NotFound{}
}

func (*quiet) UpdateWorkflow(context.Context, client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return nil, &serviceerror.NotFound{}
}

func (q *quiet) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, _ any, _ ...any) (client.WorkflowRun, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.started = append(q.started, o.ID)
	return begun(o.ID), nil
}

type begun string

func (b begun) GetID() string                      { return string(b) }
func (begun) GetFirstExecutionRunID() string       { return "run" }
func (begun) GetRunID() string                     { return "run" }
func (begun) Get(ctx context.Context, _ any) error { return ctx.Err() }
func (begun) GetWithOptions(ctx context.Context, _ any, _ client.WorkflowRunGetOptions) error {
	return ctx.Err()
}

// asker asks the Studio over a store with one episode of three shots, at 1 CNY a second.
type asker struct {
	*testing.T
	http.Handler
	engine *quiet
	studio *studio.Studio
}

func newAsker(t *testing.T, change ...func(*studio.Studio)) asker {
	t.Helper()
	return newAskerAt(t, address, change...)
}

func newAskerAt(t *testing.T, address string, change ...func(*studio.Studio)) asker {
	t.Helper()
	price := drama.Money{Micros: drama.Micro, Currency: "CNY"}
	stage := rehearsal.New(t, rehearsal.Options{Price: price})
	engine := &quiet{}
	st := &studio.Studio{
		Temporal: engine, Namespace: "test", Store: stage.Store, Ledger: stage.Ledger, Account: &account.Account{Store: stage.Store, Ledger: stage.Ledger},
		Facts: stage.Planner.Facts,
	}
	for _, c := range change {
		c(st)
	}
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She runs."), rehearsal.Shot("1B", "He waits."), rehearsal.Shot("1C", "They meet."))
	if _, err := (library.Library{Store: stage.Store}).SubmitScript(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	h, err := httpapi.Handler(httpapi.Options{Studio: st, Version: "test", Log: log, Access: access.Options{Address: address}}, live.New(st, log))
	if err != nil {
		t.Fatal(err)
	}
	return asker{t, h, engine, st}
}

// do sends JSON and reads the answer into v, or the problem it is.
func (d asker) do(method, path, body string, v any, headers ...string) (status int, p api.Problem, w *httptest.ResponseRecorder) {
	d.Helper()
	r := httptest.NewRequest(method, "http://"+address+api.Prefix+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:50000"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w = httptest.NewRecorder()
	d.ServeHTTP(w, r)
	var into any = &p
	if w.Code < 300 {
		into = v
	}
	if into != nil && w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			d.Fatalf("%s %s: %d, %v: %.300s", method, path, w.Code, err, w.Body)
		}
	}
	return w.Code, p, w
}

const (
	key1 = "0198c5a0-0000-7000-8000-000000000001"
	key2 = "0198c5a0-0000-7000-8000-000000000002"
	ep   = "/shows/rehearsal/episodes/1"
)

func (d asker) quote(act string) api.Quote {
	d.Helper()
	var q api.Quote
	if code, p, _ := d.do("POST", "/quotes", act, &q); code != http.StatusOK {
		d.Fatalf("quote: %d %+v", code, p)
	}
	return q
}

// TestASpendingActNamesItsPrice: what is agreed to is what is done, once.
func TestASpendingActNamesItsPrice(t *testing.T) {
	d := newAsker(t)
	q := d.quote(`{"op":"retake","show":"rehearsal","episode":1,"slates":["1B"],"note":"darker"}`)
	if fmt.Sprint(q.Make) != "[1B]" || q.Low.Micros != 4*drama.Micro || q.High.Micros != 12*drama.Micro {
		t.Errorf("the quote says %+v, want 1B for 4 to 12 CNY", q)
	}
	retake := fmt.Sprintf(`{"slates":["1B"],"note":"darker","quote":%q}`, q.ID)
	var first, again api.Run
	if code, p, _ := d.do("POST", ep+"/retakes", retake, &first, "Idempotency-Key", key1); code != http.StatusAccepted {
		t.Fatalf("retake: %d %+v", code, p)
	}
	code, _, w := d.do("POST", ep+"/retakes", retake, &again, "Idempotency-Key", key1)
	if code != http.StatusAccepted || first.Run != again.Run || w.Header().Get("Idempotent-Replay") != "true" {
		t.Errorf("the same again: %d %+v", code, again)
	}
	if n := len(d.engine.started); n != 1 {
		t.Errorf("%d runs were started, want 1", n)
	}
	for name, c := range map[string]struct{ body, key, problem string }{
		"another act with the key":   {strings.Replace(retake, "darker", "lighter", 1), key1, "key-reused"},
		"another note by the quote":  {strings.Replace(retake, "darker", "lighter", 1), key2, "plan-changed"},
		"other shots by the quote":   {strings.Replace(retake, "1B", "1A", 1), "0198c5a0-0000-7000-8000-000000000003", "plan-changed"},
		"a quote that nobody gave":   {`{"slates":["1B"],"quote":"e30.e30"}`, "0198c5a0-0000-7000-8000-000000000004", "plan-changed"},
		"a key that is no UUID":      {retake, "1", "precondition"},
		"a quote with a changed end": {strings.Replace(retake, q.ID[:8], "xxxxxxxx", 1), "0198c5a0-0000-7000-8000-000000000005", "plan-changed"},
	} {
		if code, p, _ := d.do("POST", ep+"/retakes", c.body, nil, "Idempotency-Key", c.key); p.Type != "/problems/"+c.problem {
			t.Errorf("%s: %d %+v, want %s", name, code, p, c.problem)
		}
	}
	if n := len(d.engine.started); n != 1 {
		t.Errorf("%d runs were started after refusals, want 1", n)
	}
}

// TestAPlanThatChangedIsRefused: somebody edits the script between price and act.
func TestAPlanThatChangedIsRefused(t *testing.T) {
	d := newAsker(t)
	q := d.quote(`{"op":"start-run","show":"rehearsal","episode":1}`)
	if len(q.Make) != 3 {
		t.Fatalf("would make %v, want three shots", q.Make)
	}
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She runs."), rehearsal.Shot("1B", "He waits."), rehearsal.Shot("1C", "They meet."), rehearsal.Shot("1D", "It rains."))
	if _, err := (library.Library{Store: d.studio.Store}).SubmitScript(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	code, problem, _ := d.do("POST", ep+"/runs", fmt.Sprintf(`{"quote":%q}`, q.ID), nil, "Idempotency-Key", key1)
	if code != http.StatusConflict || problem.Type != "/problems/plan-changed" || !strings.Contains(problem.Detail, "1D") {
		t.Errorf("render by an old quote: %d %+v", code, problem)
	}
	if code, problem, _ = d.do("POST", ep+"/runs", `{}`, nil, "Idempotency-Key", key2); problem.Type != "/problems/invalid" {
		t.Errorf("render without a price: %d %+v", code, problem)
	}
}

// TestTemplatesAreMovedByWhatWasSeen: to a version that there is, by whoever saw which
// the show has.
func TestTemplatesAreMovedByWhatWasSeen(t *testing.T) {
	d := newAsker(t)
	var now api.Templates
	_, _, w := d.do("GET", "/shows/rehearsal/templates", "", &now)
	tag := w.Header().Get("ETag")
	if tag == "" || !slices.Contains(now.Versions, now.Version) || now.Version == "v2" {
		t.Fatalf("the show has %+v, %v", now, w.Header())
	}
	if code, p, _ := d.do("PUT", "/shows/rehearsal/templates", `{"version":"v33"}`, nil, "If-Match", tag); p.Type != "/problems/invalid" {
		t.Errorf("to a version that is not there: %d %+v", code, p)
	}
	if code, p, _ := d.do("PUT", "/shows/rehearsal/templates", `{"version":"v2"}`, &now, "If-Match", tag); code != http.StatusOK || now.Version != "v2" {
		t.Errorf("moved: %d %+v %+v", code, now, p)
	}
	if code, p, _ := d.do("PUT", "/shows/rehearsal/templates", `{"version":"v1"}`, nil, "If-Match", tag); code != http.StatusPreconditionFailed || !strings.Contains(p.Detail, "v2") {
		t.Errorf("by what was there before: %d %+v", code, p)
	}
}

// TestCapsAreDecidedByWhatWasSeen: of two who raise a cap at once, one is told.
func TestCapsAreDecidedByWhatWasSeen(t *testing.T) {
	d := newAsker(t)
	var c api.Cap
	_, _, w := d.do("GET", "/shows/rehearsal/cap", "", &c)
	if c.Cap != nil || w.Header().Get("ETag") == "" {
		t.Fatalf("no cap: %+v %v", c, w.Header())
	}
	tag := w.Header().Get("ETag")
	if code, p, _ := d.do("PUT", "/shows/rehearsal/cap", `{"cap":{"micros":5000000,"currency":"CNY"}}`, &c, "If-Match", tag); code != http.StatusOK || c.Cap == nil || c.Cap.Limit.Micros != 5*drama.Micro {
		t.Fatalf("set: %d %+v %+v", code, c, p)
	}
	if code, p, _ := d.do("PUT", "/shows/rehearsal/cap", `{"cap":{"micros":9000000,"currency":"CNY"}}`, nil, "If-Match", tag); code != http.StatusPreconditionFailed || !strings.Contains(p.Detail, "5.00 CNY") {
		t.Errorf("set by what was there before: %d %+v", code, p)
	}
	if code, p, _ := d.do("PUT", "/shows/rehearsal/cap", `{"cap":{"micros":9000000,"currency":"USD"}}`, nil, "If-Match", "*"); p.Type != "/problems/invalid" {
		t.Errorf("in another currency: %d %+v", code, p)
	}
	q := d.quote(`{"op":"start-run","show":"rehearsal","episode":1}`)
	if len(q.Caps) != 1 || q.Caps[0].Limit.Micros != 5*drama.Micro {
		t.Errorf("the quote's caps: %+v", q.Caps)
	}
}

// TestListsAreCut: pages of a list are the list, and a place that is gone is told.
func TestListsAreCut(t *testing.T) {
	d := newAsker(t)
	var seen []string
	after := ""
	for range 5 {
		var p api.Page[live.Cell]
		if code, problem, _ := d.do("GET", ep+"/shots?limit=2&after="+after, "", &p); code != http.StatusOK {
			t.Fatalf("%d %+v", code, problem)
		}
		for _, c := range p.Items {
			seen = append(seen, c.Slate)
		}
		if after = p.Next; after == "" {
			break
		}
	}
	if fmt.Sprint(seen) != "[1A 1B 1C]" {
		t.Errorf("seen %v", seen)
	}
	for path, problem := range map[string]string{
		ep + "/shots?after=9Z":               "/problems/invalid",
		"/shows/rehearsal/episodes/7":        "/problems/unknown",
		"/shows/nobody/board":                "/problems/unknown",
		"/shows/rehearsal/episodes/1/cuts/1": "/problems/unknown",
		ep + "/shots/9Z":                     "/problems/unknown",
		ep + "/cuts/1/files/..%2fscript":     "/problems/unknown",
	} {
		if code, p, _ := d.do("GET", path, "", nil); p.Type != problem {
			t.Errorf("%s: %d %+v, want %s", path, code, p, problem)
		}
	}
}

// TestAnAnswerIsNotSentTwice: the same page costs a line, and a long one is compressed.
func TestAnAnswerIsNotSentTwice(t *testing.T) {
	d := newAsker(t)
	_, _, w := d.do("GET", ep, "", nil)
	tag := w.Header().Get("ETag")
	if code, _, w := d.do("GET", ep, "", nil, "If-None-Match", tag); code != http.StatusNotModified || w.Body.Len() != 0 || tag == "" {
		t.Errorf("asked again with %s: %d, %d bytes", tag, code, w.Body.Len())
	}
	r := httptest.NewRequest("GET", "http://"+address+"/s/rehearsal/", http.NoBody)
	r.RemoteAddr = "127.0.0.1:50000"
	r.Header.Set("Accept-Encoding", "br, gzip")
	page := httptest.NewRecorder()
	d.ServeHTTP(page, r)
	z, err := gzip.NewReader(page.Body)
	if err != nil || page.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("the board is not compressed: %v %v", err, page.Header())
	}
	html, err := io.ReadAll(z)
	if err != nil || strings.Count(string(html), `class="cell`) != 3 {
		t.Errorf("the board has %d cells, want 3 (%v)", strings.Count(string(html), `class="cell`), err)
	}
	r.Header.Set("If-None-Match", page.Header().Get("ETag"))
	again := httptest.NewRecorder()
	d.ServeHTTP(again, r)
	if again.Code != http.StatusNotModified {
		t.Errorf("the board asked again with %s: %d", page.Header().Get("ETag"), again.Code)
	}
}

// TestTheHousesPages: money, jobs and vendors are shown, with every word in both languages.
func TestTheHousesPages(t *testing.T) {
	d := newAsker(t)
	id := ledger.ID{Take: drama.TakeID{Episode: drama.EpisodeID{Show: "rehearsal", Number: 1}, Slate: "1A", Number: 1}, Attempt: 1}
	price := drama.Money{Micros: 4 * drama.Micro, Currency: "CNY"}
	if err := d.studio.Ledger.Intend(t.Context(), ledger.Intent{ID: id, Key: id.Key(), Provider: "fake", Model: "<b>fake-1</b>", Estimate: price, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if err := d.studio.Ledger.Settle(t.Context(), id, ledger.Outcome{State: "succeeded", Price: price, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/money":     "4.00 CNY",
		"/jobs":      "rehearsal/ep01/1A/1/1",
		"/providers": "fake-1",
		"/waiting":   "",
		"/":          "Rehearsal",
	} {
		for _, lang := range []string{"en", "zh-CN"} {
			r := httptest.NewRequest("GET", "http://"+address+path, http.NoBody)
			r.Header.Set("Accept-Language", lang)
			w := httptest.NewRecorder()
			d.ServeHTTP(w, r)
			body := w.Body.String()
			if w.Code != http.StatusOK || !strings.Contains(body, want) || strings.Contains(body, "<b>fake-1") {
				t.Errorf("%s in %s: %d, want %q in it and no markup of others: %.2000s", path, lang, w.Code, want, body)
			}
		}
	}
	csv := httptest.NewRecorder()
	d.ServeHTTP(csv, httptest.NewRequest("GET", "http://"+address+api.Prefix+"/money.csv", http.NoBody))
	if !strings.Contains(csv.Body.String(), "rehearsal,ep01,fake,<b>fake-1</b>,1,4.00,0.00,CNY,0") {
		t.Errorf("money.csv: %s", csv.Body)
	}
}

// TestNobodyWaitsForAVendor: nothing is changed then, and a vendor must be one.
func TestNobodyWaitsForAVendor(t *testing.T) {
	d := newAsker(t)
	var list api.ChangedList
	if code, p, _ := d.do("POST", "/providers/fake/unpark", "", &list); code != http.StatusOK || len(list.Items) != 0 {
		t.Errorf("unpark: %d %+v %+v", code, p, list)
	}
	if code, p, _ := d.do("POST", "/providers/nobody/unpark", "", nil); code != http.StatusNotFound {
		t.Errorf("unpark nobody: %d %+v", code, p)
	}
}

// TestWhatIsWrongIsSaidInOneForm: also what never reaches a handler.
func TestWhatIsWrongIsSaidInOneForm(t *testing.T) {
	d := newAsker(t)
	for name, c := range map[string]struct {
		method, path, body, problem string
		status                      int
	}{
		"a body over a mebibyte":   {"POST", "/shows/rehearsal/pause", `{"reason":"` + strings.Repeat("x", 2<<20) + `"}`, "too-large", http.StatusRequestEntityTooLarge},
		"a long reason":            {"POST", "/shows/rehearsal/pause", `{"reason":"` + strings.Repeat("x", 501) + `"}`, "invalid", http.StatusUnprocessableEntity},
		"a field that is not":      {"POST", "/shows/rehearsal/pause", `{"raeson":"x"}`, "invalid", http.StatusUnprocessableEntity},
		"no JSON":                  {"POST", "/shows/rehearsal/pause", `{`, "invalid", http.StatusBadRequest},
		"a number that is none":    {"GET", "/shows/rehearsal/episodes/one", "", "invalid", http.StatusUnprocessableEntity},
		"a show that cannot be":    {"GET", "/shows/..%2f..%2fetc/board", "", "invalid", http.StatusUnprocessableEntity},
		"a question that is none":  {"GET", "/shows?lmit=3", "", "invalid", http.StatusUnprocessableEntity},
		"too much of a list":       {"GET", "/shows?limit=501", "", "invalid", http.StatusUnprocessableEntity},
		"an operation that is not": {"GET", "/nowhere", "", "unknown", http.StatusNotFound},
	} {
		code, p, w := d.do(c.method, c.path, c.body, nil)
		if code != c.status || p.Type != "/problems/"+c.problem || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s %+v, want %d %s", name, code, w.Header().Get("Content-Type"), p, c.status, c.problem)
		}
	}
}

const typed = `{"show":"tiny","text":{"main":"ep01.yaml","files":{"ep01.yaml":"season:\n  show: tiny\n  language: en\n  format: {raster: 360x640, fps: 24}\n  routing: {default: [fake]}\n  budget: {currency: CNY, episode: 100}\n  label: {off: true, reason: a test}\nepisode: 1\nscenes:\n- scene: 1\n  shots:\n  - {shot: 1A, duration: 4s, action: a door opens%s}\n"}}}`

// TestAScriptIsTypedCheckedPricedAndRendered: without a file on any disk.
func TestAScriptIsTypedCheckedPricedAndRendered(t *testing.T) {
	d := newAsker(t)
	var bad api.Checked
	if code, p, _ := d.do("POST", "/scripts/check", fmt.Sprintf(typed, ", cast: [marra]"), &bad); code != http.StatusOK {
		t.Fatalf("check: %d %+v", code, p)
	}
	if bad.OK || len(bad.Problems) == 0 || bad.Problems[0].Line != 12 {
		t.Errorf("a script with an unknown cast: %+v", bad)
	}
	var planned api.PlanAnswer
	if code, p, _ := d.do("POST", "/scripts/plan", fmt.Sprintf(typed, ""), &planned); code != http.StatusOK || !planned.Checked.OK || planned.Quote == nil || planned.Quote.Low.Micros != 4*drama.Micro {
		t.Fatalf("plan: %d %+v %+v", code, p, planned)
	}
	var prompts api.Prompts
	d.do("POST", "/scripts/prompts", fmt.Sprintf(typed, ""), &prompts)
	if len(prompts.Shots) != 1 || len(prompts.Shots[0].Routes) != 1 || !strings.Contains(prompts.Shots[0].Routes[0].Told.Prompt, "A door opens") {
		t.Errorf("prompts: %+v", prompts)
	}
	text := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf(typed, ""), `{"show":"tiny","text":`), "}")
	draft := `{"text":` + text + `}`
	if code, p, _ := d.do("PUT", "/shows/tiny/episodes/1/draft", draft, nil, "If-Match", `"none"`); code != http.StatusOK {
		t.Fatalf("draft: %d %+v", code, p)
	}
	if code, p, _ := d.do("PUT", "/shows/tiny/episodes/1/draft", draft, nil, "If-Match", `"none"`); code != http.StatusPreconditionFailed {
		t.Errorf("draft over another: %d %+v", code, p)
	}
	var run api.Run
	body := fmt.Sprintf(`{"script":%s,"quote":%q}`, text, planned.Quote.ID)
	if code, p, _ := d.do("POST", "/shows/tiny/episodes/1/runs", body, &run, "Idempotency-Key", key1); code != http.StatusAccepted {
		t.Fatalf("render: %d %+v", code, p)
	}
	if fmt.Sprint(d.engine.started) != "[episode/tiny/ep01]" {
		t.Errorf("started %v", d.engine.started)
	}
}

// TestAShowIsOneQuote: what several episodes cost is one price, and one act.
func TestAShowIsOneQuote(t *testing.T) {
	d := newAsker(t)
	second := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She sleeps."))
	second.Episode.Number = 2
	if _, err := (library.Library{Store: d.studio.Store}).SubmitScript(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	q := d.quote(`{"op":"start-show-run","show":"rehearsal"}`)
	if fmt.Sprint(q.Make) != "[ep01 1A ep01 1B ep01 1C ep02 1A]" || q.Low.Micros != 16*drama.Micro {
		t.Errorf("the season's quote: %+v", q)
	}
	if code, p, _ := d.do("POST", "/shows/rehearsal/runs", fmt.Sprintf(`{"quote":%q}`, q.ID), nil, "Idempotency-Key", key1); code != http.StatusAccepted || fmt.Sprint(d.engine.started) != "[season/rehearsal]" {
		t.Errorf("render: %d %+v, started %v", code, p, d.engine.started)
	}
	q = d.quote(`{"op":"retake-show","show":"rehearsal","of":[{"episode":1,"slates":["1B"]},{"episode":2,"slates":["1A"]}],"note":"darker"}`)
	if fmt.Sprint(q.Make) != "[ep01 1B ep02 1A]" {
		t.Errorf("the retakes' quote: %+v", q)
	}
	body := fmt.Sprintf(`{"of":[{"episode":1,"slates":["1B"]},{"episode":2,"slates":["1A"]}],"note":"darker","quote":%q}`, q.ID)
	var list api.ChangedList
	if code, p, _ := d.do("POST", "/shows/rehearsal/retakes", body, &list, "Idempotency-Key", key2); code != http.StatusAccepted || len(list.Items) != 2 || list.Items[0].Refused != "" {
		t.Errorf("retakes: %d %+v %+v", code, p, list)
	}
	for n := 3; n <= 4; n++ { // episodes whose season names a vendor that is not there
		lost := rehearsal.Production([]string{"nobody"}, rehearsal.Shot("1A", "She sleeps."), rehearsal.Shot("1B", "She wakes."))
		lost.Episode.Number = n
		if _, err := (library.Library{Store: d.studio.Store}).SubmitScript(t.Context(), lost); err != nil {
			t.Fatal(err)
		}
	}
	q = d.quote(`{"op":"retake-show","show":"rehearsal","of":[{"episode":3,"slates":["1A","1B"]},{"episode":4,"slates":["1A"]}]}`)
	if len(q.Refused) != 1 || !strings.Contains(q.Refused[0].Message, `"nobody"`) {
		t.Errorf("one routing stands in the way of three shots: %+v", q.Refused)
	}
	if _, p, _ := d.do("POST", "/quotes", `{"op":"retake-show","show":"rehearsal","filter":"ng"}`, nil); p.Type != "/problems/invalid" {
		t.Errorf("retakes of what is NG, where nothing is: %+v", p)
	}
}
