package voicetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// Online is a voice's vendor.
type Online struct {
	// Rate is of the sound that the vendor sends, Hz. Bare says that the sound
	// itself does not tell it.
	Rate int
	Bare bool
	// Vendor is a vendor in order, that refuses a request which its pages do not
	// allow (Strict helps) and else sends these samples, whole, in its own way.
	Vendor func(samples []int16, rate int) http.Handler
	// Download is what begins the path from which the sound itself is fetched,
	// where that is a second request.
	Download string
	// Refusals are the vendor's answers for each of Situations, and any others.
	Refusals map[string]Answer
	// Unknown is its answer for a voice that does not exist.
	Unknown Answer
}

// Situations that every vendor has an answer for.
const (
	WrongKey  = "wrong key"
	NoMoney   = "no money"
	TooFast   = "too fast" // the 429 that asks to slow down
	Exhausted = "too much" // the other 429: a plan that is used up, or a second limit
	Down      = "down"
	Moderated = "moderated"
)

// Answer is what a vendor says, and what it has to mean.
type Answer struct {
	Status int
	Body   string
	Kind   provider.Kind
}

func (a Answer) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(a.Status)
		_, _ = io.WriteString(w, a.Body)
	})
}

// Strict reads a JSON request into out. It errs for a header that is not as
// wanted, for a field that out has not, and for one of another type.
func Strict(r *http.Request, header map[string]string, out any) error {
	want := map[string]string{"Content-Type": "application/json", "User-Agent": "dailies"}
	maps.Copy(want, header)
	for k, v := range want {
		if got := r.Header.Get(k); got != v {
			return fmt.Errorf("header %s is %q, not %q", k, got, v)
		}
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	return d.Decode(out)
}

// Sound is a hum with a second of silence on either side.
func Sound(rate int, length time.Duration) []int16 {
	n := int(length.Seconds() * float64(rate))
	s := make([]int16, n+2*rate)
	for i := range n {
		s[rate+i] = int16(8000*math.Sin(2*math.Pi*220*float64(i)/float64(rate))) | 128
	}
	return s
}

// counted is a vendor whose requests are counted.
type counted struct {
	*httptest.Server
	n atomic.Int64
}

func (c *counted) count() int64 {
	if c == nil {
		return 0
	}
	return c.n.Load()
}

func (o *Online) serve(t *testing.T, h http.Handler) *counted {
	t.Helper()
	c := &counted{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.n.Add(1)
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(c.Close)
	return c
}

func (o *Online) check(t *testing.T) {
	t.Helper()
	for _, s := range []string{WrongKey, NoMoney, TooFast, Exhausted, Down, Moderated} {
		if _, ok := o.Refusals[s]; !ok {
			t.Errorf("no answer of the vendor's for: %s", s)
		}
	}
}

// misbehaving runs the voice against its vendor on a bad day.
func (s Suite) misbehaving(t *testing.T) {
	o := s.Online
	for _, name := range slices.Sorted(maps.Keys(o.Refusals)) {
		a := o.Refusals[name]
		t.Run("refused: "+name, func(t *testing.T) {
			e := s.fails(t, a.handler())
			if e.Kind != a.Kind {
				t.Errorf("kind %s, want %s: %v", e.Kind, a.Kind, e)
			}
			if e.RetryAfter != 7*time.Second {
				t.Errorf("Retry-After was lost: %s", e.RetryAfter)
			}
		})
	}
	t.Run("a key in an error is not shown", func(t *testing.T) {
		a := o.Refusals[WrongKey]
		for _, body := range []string{"no such key: " + Key, strings.ReplaceAll(a.Body, "key", "key "+Key)} {
			if e := s.fails(t, Answer{Status: http.StatusUnauthorized, Body: body}.handler()); strings.Contains(e.Error(), Key) {
				t.Errorf("%v", e)
			}
		}
	})
	in := o.Vendor(Sound(o.Rate, time.Second), o.Rate)
	for _, c := range []struct {
		name string
		h    http.Handler
		kind provider.Kind
	}{
		{"a page of HTML", o.says("text/html", "<!doctype html><title>Sign in</title>"), provider.KindTransient},
		{"an empty answer", o.says("application/json", ""), provider.KindTransient},
		{"an empty object", o.says("application/json", "{}"), provider.KindTransient},
		{"null", o.says("application/json", "null"), provider.KindTransient},
		{"a gateway's 502", Answer{Status: http.StatusBadGateway, Body: "<html>Bad Gateway</html>"}.handler(), provider.KindTransient},
		{"dropped before the answer", http.HandlerFunc(drop), provider.KindTransient},
		{"a page instead of the sound", o.sound(in, func(w http.ResponseWriter, _ []byte) { _, _ = io.WriteString(w, "<html></html>") }), provider.KindTransient},
		{"dropped within the sound", o.sound(in, func(w http.ResponseWriter, body []byte) {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = w.Write(body[:len(body)/2])
		}), provider.KindTransient},
		{"cut short", o.sound(in, func(w http.ResponseWriter, body []byte) { _, _ = w.Write(body[:len(body)/2]) }), provider.KindTransient},
		{"silence", o.Vendor(make([]int16, o.Rate), o.Rate), provider.KindTransient},
		{"too long a sound", o.tooLong(), provider.KindInvalid},
		{"a sound without end", o.sound(in, func(w http.ResponseWriter, body []byte) {
			for err := error(nil); err == nil; _, err = w.Write(body) {
			}
		}), provider.KindTransient},
	} {
		t.Run(c.name, func(t *testing.T) {
			if e := s.fails(t, c.h); e.Kind != c.kind {
				t.Errorf("kind %s, want %s: %v", e.Kind, c.kind, e)
			}
		})
	}
	t.Run("cancelled while it waits", s.cancelledMeanwhile)
}

// fails has a line spoken by a vendor and wants an error of the contract.
func (s Suite) fails(t *testing.T, h http.Handler) *provider.Error {
	t.Helper()
	_, err := s.New(t, s.Online.serve(t, h).URL).Speak(t.Context(), s.Request)
	var e *provider.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *provider.Error", err)
	}
	if e.Message == "" || e.Op == "" {
		t.Errorf("an error without words: %+v", e)
	}
	return e
}

func (s Suite) cancelledMeanwhile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	base := s.Online.serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server sees us go
		cancel()
		<-r.Context().Done()
	})).URL
	if _, err := s.New(t, base).Speak(ctx, s.Request); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context is cancelled", err)
	}
}

// tooLong is a vendor that goes on for longer than a line may last.
func (o *Online) tooLong() http.Handler {
	rate := 8000 // to be done soon
	if o.Bare {
		rate = o.Rate
	}
	return o.Vendor(make([]int16, rate*int(pcm.Longest/time.Second)+rate), rate)
}

// says answers everything alike, with a good status.
func (o *Online) says(kind, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, body)
	})
}

// sound has the vendor's answer that holds the sound written in another way.
func (o *Online) sound(in http.Handler, write func(w http.ResponseWriter, body []byte)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, o.Download) {
			in.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		in.ServeHTTP(rec, r)
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		write(w, rec.Body.Bytes())
	})
}

// drop ends a connection without an answer.
func drop(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}
