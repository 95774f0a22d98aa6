// Package listentest holds every listener to the contract of package listen: a new one's
// test brings its vendor, which the suite has misbehave in every way that is known.
package listentest

import (
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/provider"
)

// Key is the credential that New gives to a listener that wants one.
const Key = "sk-listentest-0123456789abcdef"

// Situations that every vendor has an answer for.
const (
	WrongKey  = "wrong key"
	NoMoney   = "no money"
	TooFast   = "too fast" // a 429 that asks to slow down
	Down      = "down"
	Moderated = "moderated"
	NoModel   = "no such model"
)

// Answer is what a vendor says, and what it has to mean.
type Answer struct {
	Status int
	Body   string
	Kind   provider.Kind
}

// Suite says how to get at a listener and what is peculiar about it.
type Suite struct {
	// New makes the listener; base is its vendor's address.
	New func(t *testing.T, base string) listen.Transcriber
	// Vendor is a vendor in order, which refuses a request that its pages do not allow,
	// is told what it was sent, and says what it has heard.
	Vendor func(t *testing.T, told func(Asked), says listen.Transcript) http.Handler
	// Times says that the listener tells when words are said.
	Times bool
	// Refusals are the vendor's answers for each of Situations, and any others.
	Refusals map[string]Answer
	// Empty are good answers that hold no transcript.
	Empty []string
}

// Asked is what a vendor was asked, however it is asked.
type Asked struct {
	Language string
	Terms    string
	Sound    []byte // a WAV file
}

// Sound is a second of a hum.
func Sound() listen.Sound {
	s := listen.Sound{Samples: make([]int16, 16_000), Rate: 16_000}
	for i := range s.Samples {
		s.Samples[i] = int16(8000 * math.Sin(2*math.Pi*220*float64(i)/16_000))
	}
	return s
}

var hint = listen.Hint{Language: "zh-CN", Terms: []string{"林夏", "Mara  Quill"}}

// Run runs the suite.
func Run(t *testing.T, s Suite) {
	for _, name := range []string{WrongKey, NoMoney, TooFast, Down, Moderated, NoModel} {
		if _, ok := s.Refusals[name]; !ok {
			t.Errorf("no answer of the vendor's for: %s", name)
		}
	}
	t.Run("hears", s.hears)
	t.Run("silence is no error", s.silence)
	t.Run("honours an ended context", s.ended)
	t.Run("refuses what cannot be heard", s.refuses)
	t.Run("an answer is bounded", s.bounded)
	t.Run("what a server writes back holds no key", s.writesBack)
	for _, name := range slices.Sorted(maps.Keys(s.Refusals)) {
		a := s.Refusals[name]
		t.Run("refused: "+name, func(t *testing.T) {
			e := s.fails(t, status(a.Status, a.Body))
			if e.Kind != a.Kind {
				t.Errorf("kind %s, want %s: %v", e.Kind, a.Kind, e)
			}
			if e.RetryAfter != 7*time.Second {
				t.Errorf("Retry-After was lost: %s", e.RetryAfter)
			}
		})
	}
	t.Run("a key in an error is not shown", func(t *testing.T) {
		for _, body := range []string{"no such key: " + Key, `{"error": {"message": "bad key ` + Key + `"}}`, `{"detail": "` + Key + `"}`} {
			if e := s.fails(t, status(http.StatusUnauthorized, body)); strings.Contains(e.Error(), Key) {
				t.Errorf("%v", e)
			}
		}
	})
	bad := map[string]http.Handler{
		"a page of HTML":      says("text/html", "<!doctype html><title>Sign in</title>"),
		"an empty answer":     says("application/json", ""),
		"an empty object":     says("application/json", "{}"),
		"null":                says("application/json", "null"),
		"a gateway's 502":     status(http.StatusBadGateway, "<html>Bad Gateway</html>"),
		"dropped":             http.HandlerFunc(drop),
		"an answer of no end": endless(),
	}
	for i, body := range s.Empty {
		bad["no transcript "+string(rune('a'+i))] = says("application/json", body)
	}
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		t.Run(name, func(t *testing.T) {
			if e := s.fails(t, bad[name]); e.Kind != provider.KindTransient {
				t.Errorf("kind %s: %v", e.Kind, e)
			}
		})
	}
	t.Run("a redirect is not followed", func(t *testing.T) {
		if e := s.fails(t, http.RedirectHandler("https://elsewhere.example/", http.StatusFound)); e.Kind != provider.KindInvalid || !strings.Contains(e.Message, "base_url") {
			t.Errorf("%v", e)
		}
	})
	t.Run("cancelled while it waits", s.cancelled)
}

func (s Suite) hears(t *testing.T) {
	want := listen.Transcript{Text: "我们五分钟后打烊。", Language: "zh", Words: []listen.Word{
		{Word: "我们", Start: 100 * time.Millisecond, End: 300 * time.Millisecond}, {Word: "打烊", Start: 300 * time.Millisecond, End: 900 * time.Millisecond},
	}}
	var asked []Asked
	srv := serve(t, s.Vendor(t, func(a Asked) { asked = append(asked, a) }, want))
	l := s.New(t, srv.URL)
	if l.Model() == "" {
		t.Error("the listener has no model")
	}
	got, err := l.Hear(t.Context(), Sound(), hint)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Times {
		want.Words = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := srv.asked.Load(); n != 1 || len(asked) != 1 {
		t.Fatalf("asked %d times", n)
	}
	if a := asked[0]; a.Language != "zh" || a.Terms != "林夏, Mara Quill" || string(a.Sound) != string(Sound().WAV()) {
		t.Errorf("asked in %q, of %q, with %d bytes", a.Language, a.Terms, len(a.Sound))
	}
}

func (s Suite) silence(t *testing.T) {
	srv := serve(t, s.Vendor(t, func(Asked) {}, listen.Transcript{}))
	got, err := s.New(t, srv.URL).Hear(t.Context(), Sound(), listen.Hint{})
	if err != nil || got.Text != "" || len(got.Words) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func (s Suite) ended(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	srv := serve(t, s.Vendor(t, func(Asked) {}, listen.Transcript{Text: "hm"}))
	if _, err := s.New(t, srv.URL).Hear(ctx, Sound(), hint); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context is cancelled", err)
	}
}

func (s Suite) refuses(t *testing.T) {
	srv := serve(t, s.Vendor(t, func(Asked) {}, listen.Transcript{Text: "hm"}))
	for name, sound := range map[string]listen.Sound{
		"none": {}, "of no rate": {Samples: make([]int16, 9)}, "too long": {Samples: make([]int16, 8000*(int(listen.MaxLength.Seconds())+1)), Rate: 8000},
	} {
		if _, err := s.New(t, srv.URL).Hear(t.Context(), sound, hint); provider.KindOf(err, "") != provider.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := srv.asked.Load(); n > 0 {
		t.Errorf("asked %d times", n)
	}
}

// bounded: what comes back is short, printable, and its times lie in the sound.
func (s Suite) bounded(t *testing.T) {
	flood := listen.Transcript{Text: strings.Repeat("多\x1b[31m\u202e ", 30_000), Language: strings.Repeat("x", 5000)}
	for i := range 3000 {
		flood.Words = append(flood.Words, listen.Word{Word: strings.Repeat("w", 300), Start: time.Duration(i) * time.Hour, End: time.Duration(i) * time.Minute})
	}
	srv := serve(t, s.Vendor(t, func(Asked) {}, flood))
	got, err := s.New(t, srv.URL).Hear(t.Context(), Sound(), hint)
	if err != nil {
		t.Fatal(err)
	}
	if n := utf8.RuneCountInString(got.Text); n > 4000 || n == 0 || strings.ContainsAny(got.Text, "\x1b\u202e") || len(got.Language) > 40 || got.Words != nil {
		t.Errorf("%d characters, language of %d, %d words", n, len(got.Language), len(got.Words))
	}
}

func (s Suite) writesBack(t *testing.T) {
	srv := serve(t, s.Vendor(t, func(Asked) {}, listen.Transcript{Text: "Bearer " + Key, Language: Key, Words: []listen.Word{{Word: Key, End: time.Second}}}))
	got, err := s.New(t, srv.URL).Hear(t.Context(), Sound(), hint)
	if err != nil || strings.Contains(got.Text+got.Language, Key) || len(got.Words) > 0 && strings.Contains(got.Words[0].Word, Key) {
		t.Errorf("%+v, %v", got, err)
	}
}

func (s Suite) cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	srv := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server sees us go
		cancel()
		<-r.Context().Done()
	}))
	if _, err := s.New(t, srv.URL).Hear(ctx, Sound(), hint); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context is cancelled", err)
	}
}

// fails has a sound heard by a vendor and wants an error of the contract.
func (s Suite) fails(t *testing.T, h http.Handler) *provider.Error {
	t.Helper()
	got, err := s.New(t, serve(t, h).URL).Hear(t.Context(), Sound(), hint)
	var e *provider.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %+v, %v, want a *provider.Error", got, err)
	}
	if e.Message == "" || e.Op != "hear" || got.Text != "" {
		t.Errorf("%+v, and %+v", e, got)
	}
	return e
}

// counted is a vendor whose requests are counted.
type counted struct {
	*httptest.Server
	asked atomic.Int64
}

func serve(t *testing.T, h http.Handler) *counted {
	t.Helper()
	c := &counted{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.asked.Add(1)
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(c.Close)
	return c
}

func status(code int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	})
}

func says(kind, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, body)
	})
}

// drop ends a connection without an answer.
func drop(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		conn.Close()
	}
}

func endless() http.Handler {
	part := []byte(`{"text": "` + strings.Repeat("and on ", 10_000))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for err := error(nil); err == nil; _, err = w.Write(part) {
		}
	})
}
