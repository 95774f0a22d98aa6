package providertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// Key is the credential that an exchange suite's providers are made with. It must
// reach the vendor where it asks for it, and nobody else.
const Key = "sk-suite-0123456789abcdef"

// Exchanges says how to hold an adapter against what its vendor documents.
type Exchanges struct {
	// New makes a provider that speaks to a server at base, with the credential Key.
	New func(t *testing.T, base string) provider.Provider
	// Requests are takes by the name that exchanges call them; "text" is the one
	// that is asked for when an exchange names none.
	Requests map[string]provider.Request
	// Not are coverages that the vendor has nothing of, with the reason.
	Not map[string]string
	// NotOdd are oddities of a good answer that leave its meaning in doubt at this
	// vendor, with the reason.
	NotOdd map[string]string
}

// coverages is what an adapter's exchanges must show, each at least once, unless
// the vendor has nothing of the kind.
var coverages = []string{
	"submitted", "queued", "running", "done", "refused", "failed", "auth", "balance", "throttled", "overloaded", "dropped",
	"unknown word", "expired url", "html", "not found",
}

// Exchange is one recorded or documented conversation: testdata/exchanges/*.yaml
// hold lists of them.
type Exchange struct {
	Name   string   `yaml:"name"`
	Covers []string `yaml:"covers"`
	// Source is the vendor's page, or says that it was recorded, and when.
	Source string `yaml:"source"`
	Op     string `yaml:"op"`      // submit, poll, fetch, find, cancel
	Take   string `yaml:"request"` // of Requests; for submit and find
	// Job is the receipt that poll and cancel are asked about.
	Job map[string]any `yaml:"job"`
	// Status is what fetch is asked for. {{server}} in its texts is the server.
	Status map[string]any `yaml:"status"`
	// Answers are given in order, one to each request.
	Answers []ScriptedAnswer `yaml:"answers"`
	// Sent is what each request must have been; not checked beyond its length.
	Sent []Sent `yaml:"sent"`
	Want Want   `yaml:"want"`
}

// ScriptedAnswer is what the vendor says.
type ScriptedAnswer struct {
	Status  int               `yaml:"status"` // 0: 200
	Headers map[string]string `yaml:"headers"`
	Body    any               `yaml:"body"` // a text as it is, anything else as JSON
	Drop    bool              `yaml:"drop"` // no answer: the connection is closed
}

// Sent is what a request must have been.
type Sent struct {
	Method  string            `yaml:"method"`
	Path    string            `yaml:"path"` // with its query
	Headers map[string]string `yaml:"headers"`
	Absent  []string          `yaml:"absent"` // headers that must not be there
	// Body is the whole JSON body, compared as such. Absent: not checked.
	Body any `yaml:"body"`
}

// Want is what the adapter must make of it: an error's kind, or the rest.
type Want struct {
	Kind     string         `yaml:"kind"` // of the error, or of a failed status
	Code     string         `yaml:"code"`
	Says     string         `yaml:"says"` // part of the error's message
	After    string         `yaml:"after"`
	Billed   *bool          `yaml:"billed"`
	Job      map[string]any `yaml:"job"`
	State    string         `yaml:"state"`
	Word     string         `yaml:"word"`
	URL      string         `yaml:"url"`
	Price    string         `yaml:"price"` // "4500000 CNY", micro-units
	Seed     *int64         `yaml:"seed"`
	Progress float64        `yaml:"progress"`
	Stopped  *bool          `yaml:"stopped"`
	Found    *bool          `yaml:"found"`
	Bytes    string         `yaml:"bytes"` // what fetch delivers
}

// RunExchanges runs every exchange of the adapter's testdata and sees that
// nothing important is missing.
func RunExchanges(t *testing.T, x Exchanges) {
	t.Helper()
	files, err := filepath.Glob("testdata/exchanges/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no exchanges in testdata/exchanges: %v", err)
	}
	covered := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		dec := yaml.NewDecoder(bytes.NewReader(text))
		dec.KnownFields(true)
		var all []Exchange
		if err := dec.Decode(&all); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, e := range all {
			if e.Source == "" || e.Name == "" {
				t.Errorf("%s: exchange %q names no source", file, e.Name)
			}
			for _, c := range e.Covers {
				covered[c] = true
				if !slices.Contains(coverages, c) {
					t.Errorf("%s: %s covers %q, which is none of %v", file, e.Name, c, coverages)
				}
			}
			t.Run(e.Name, func(t *testing.T) { x.run(t, e) })
			x.odd(t, e)
		}
	}
	for _, c := range coverages {
		if why := x.Not[c]; !covered[c] && why == "" {
			t.Errorf("no exchange covers %q, and nothing says why not", c)
		} else if covered[c] && why != "" {
			t.Errorf("%q is covered, and yet said not to be: %s", c, why)
		}
	}
}

// vendor plays the scripted answers.
type vendor struct {
	server *httptest.Server

	mu    sync.Mutex
	left  []ScriptedAnswer
	heard []heard
}

type heard struct {
	method, path string
	header       http.Header
	body         []byte
}

func newVendor(t *testing.T, answers []ScriptedAnswer) *vendor {
	v := &vendor{left: answers}
	v.server = httptest.NewServer(v)
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	v.mu.Lock()
	v.heard = append(v.heard, heard{r.Method, r.URL.RequestURI(), r.Header.Clone(), body})
	if len(v.left) == 0 {
		v.mu.Unlock()
		http.Error(w, "the exchange has no answer to this request", http.StatusTeapot)
		return
	}
	a := v.left[0]
	v.left = v.left[1:]
	v.mu.Unlock()
	if a.Drop {
		panic(http.ErrAbortHandler)
	}
	for k, value := range a.Headers {
		w.Header().Set(k, v.fill(value))
	}
	out := []byte(nil)
	switch b := a.Body.(type) {
	case nil:
	case string:
		out = []byte(v.fill(b))
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			panic(err)
		}
		out = []byte(v.fill(string(raw)))
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", "application/json")
		}
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(out) // a client that has gone away is part of the game
}

func (v *vendor) fill(s string) string { return strings.ReplaceAll(s, "{{server}}", v.server.URL) }

// into reads a loose map as a struct of the contract.
func into[T any](t *testing.T, v *vendor, from map[string]any) (out T) {
	t.Helper()
	raw, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(v.fill(string(raw))))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (x Exchanges) run(t *testing.T, e Exchange) {
	v := newVendor(t, e.Answers)
	p := x.New(t, v.server.URL)
	request := x.request(t, e)
	g := got{}
	switch e.Op {
	case "submit":
		g.job, g.err = p.Submit(t.Context(), request)
	case "poll":
		g.status, g.err = p.Poll(t.Context(), into[provider.Job](t, v, e.Job))
	case "find":
		g.job, g.found, g.err = p.(provider.Finder).Find(t.Context(), request)
	case "cancel":
		g.stopped, g.err = p.(provider.Canceler).Cancel(t.Context(), into[provider.Job](t, v, e.Job))
	case "fetch":
		body, err := p.Fetch(t.Context(), into[provider.Status](t, v, e.Status))
		if g.err = err; err == nil {
			raw, err := io.ReadAll(body)
			_ = body.Close()
			g.bytes, g.err = string(raw), err
		}
	default:
		t.Fatalf("there is no operation %q", e.Op)
	}
	e.Want.check(t, v, g)
	v.checkSent(t, e)
}

// request is the take that an exchange asks for.
func (x Exchanges) request(t *testing.T, e Exchange) provider.Request {
	t.Helper()
	name := e.Take
	if name == "" {
		name = "text"
	}
	request, ok := x.Requests[name]
	if !ok {
		t.Fatalf("the test has no request %q", name)
	}
	if request.Key == "" {
		request.Key = "lost-property-ep01-1A-t1-a1"
	}
	return request
}

type got struct {
	job            provider.Job
	status         provider.Status
	found, stopped bool
	bytes          string
	err            error
}

func (w Want) check(t *testing.T, v *vendor, g got) {
	t.Helper()
	failure := g.status.Err
	if g.err != nil && !errors.As(g.err, &failure) {
		t.Errorf("the error is no *provider.Error: %v", g.err)
		return
	}
	if failure != nil && strings.Contains(failure.Error(), Key) {
		t.Errorf("the error shows the credential: %v", failure)
	}
	if w.Kind == "" && failure != nil {
		t.Errorf("failed: %v (kind %s)", failure, failure.Kind)
		return
	}
	if w.Kind != "" {
		if failure == nil {
			t.Errorf("no error, want kind %s; got %+v", w.Kind, g)
			return
		}
		if string(failure.Kind) != w.Kind {
			t.Errorf("kind %s, want %s: %v", failure.Kind, w.Kind, failure)
		}
		if w.Code != "" && failure.Code != w.Code {
			t.Errorf("code %q, want %q", failure.Code, w.Code)
		}
		if !strings.Contains(failure.Message, w.Says) {
			t.Errorf("message %q does not say %q", failure.Message, w.Says)
		}
		if w.After != "" && failure.RetryAfter.String() != w.After {
			t.Errorf("retry after %s, want %s", failure.RetryAfter, w.After)
		}
		if w.Billed != nil && (failure.Billed == nil || *failure.Billed != *w.Billed) {
			t.Errorf("billed %v, want %v", failure.Billed, *w.Billed)
		}
	}
	if w.Job != nil {
		if diff := cmp.Diff(into[provider.Job](t, v, w.Job), g.job); diff != "" {
			t.Errorf("job: %s", diff)
		}
	}
	w.checkStatus(t, v, g.status)
	if w.Stopped != nil && *w.Stopped != g.stopped {
		t.Errorf("stopped %v, want %v", g.stopped, *w.Stopped)
	}
	if w.Found != nil && *w.Found != g.found {
		t.Errorf("found %v, want %v", g.found, *w.Found)
	}
	if w.Bytes != g.bytes {
		t.Errorf("fetched %.80q, want %q", g.bytes, w.Bytes)
	}
}

func (w Want) checkStatus(t *testing.T, v *vendor, s provider.Status) {
	t.Helper()
	if w.State != "" && string(s.State) != w.State {
		t.Errorf("state %q, want %q", s.State, w.State)
	}
	if w.Word != "" && s.Word != w.Word {
		t.Errorf("word %q, want %q", s.Word, w.Word)
	}
	if w.URL != "" && s.URL != v.fill(w.URL) {
		t.Errorf("URL %q, want %q", s.URL, v.fill(w.URL))
	}
	if w.Progress != 0 && s.Progress != w.Progress {
		t.Errorf("progress %v, want %v", s.Progress, w.Progress)
	}
	if w.Seed != nil && (s.Seed == nil || *s.Seed != *w.Seed) {
		t.Errorf("seed %v, want %v", s.Seed, *w.Seed)
	}
	have := ""
	if s.Price != nil {
		have = price(*s.Price)
	}
	if w.Price != have && (w.State != "" || w.Price != "") {
		t.Errorf("price %q, want %q", have, w.Price)
	}
}

func price(m drama.Money) string { return fmt.Sprintf("%d %s", m.Micros, m.Currency) }

func (v *vendor) checkSent(t *testing.T, e Exchange) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.left) > 0 {
		t.Errorf("%d answers were never asked for", len(v.left))
	}
	if len(v.heard) != len(e.Answers) {
		for _, h := range v.heard {
			t.Logf("heard %s %s", h.method, h.path)
		}
		t.Errorf("%d requests were made, want %d", len(v.heard), len(e.Answers))
		return
	}
	for i, s := range e.Sent {
		if i >= len(v.heard) {
			t.Errorf("request %d was not made", i+1)
			return
		}
		s.check(t, v, i+1, v.heard[i])
	}
}

func (s Sent) check(t *testing.T, v *vendor, n int, h heard) {
	t.Helper()
	if s.Method != "" && s.Method != h.method || s.Path != "" && s.Path != h.path {
		t.Errorf("request %d is %s %s, want %s %s", n, h.method, h.path, s.Method, s.Path)
	}
	for k, want := range s.Headers {
		if got := h.header.Get(k); got != want {
			t.Errorf("request %d: header %s is %q, want %q", n, k, got, want)
		}
	}
	for _, k := range s.Absent {
		if got := h.header.Get(k); got != "" {
			t.Errorf("request %d has the header %s", n, k)
		}
	}
	if s.Body == nil {
		return
	}
	raw, err := json.Marshal(s.Body)
	if err != nil {
		t.Fatal(err)
	}
	var want, have any
	if err := json.Unmarshal([]byte(v.fill(string(raw))), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(h.body, &have); err != nil {
		t.Errorf("request %d is no JSON: %v: %.200q", n, err, h.body)
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("request %d (-want +sent):\n%s", n, diff)
	}
}
