package chaos

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func everything(Kind) bool { return true }

// TestASeedIsAPlan: the same seed draws the same faults, another one others, and as many kills
// as were asked for.
func TestASeedIsAPlan(t *testing.T) {
	text := func(seed uint64) string { return fmt.Sprint(Draw(seed, 300, 100, everything)) }
	if first := text(7); first != text(7) {
		t.Error("one seed draws two plans")
	}
	if text(7) == text(8) {
		t.Error("two seeds draw one plan")
	}
	kills := 0
	plan := Draw(7, 300, 100, everything)
	for n, f := range plan {
		if f.Kind.Killing() {
			kills++
		}
		if n > 0 && f.At < plan[n-1].At || f.N != n+1 {
			t.Errorf("fault %d comes before the one before it", f.N)
		}
	}
	if kills != 300 || len(plan) != 400 {
		t.Errorf("%d kills of %d faults", kills, len(plan))
	}
	for _, f := range Draw(7, 300, 100, func(k Kind) bool { return !strings.HasPrefix(string(k), "s3") }) {
		if strings.HasPrefix(string(f.Kind), "s3") {
			t.Errorf("%s was drawn, which cannot happen", f)
		}
	}
}

// TestWeather: what each way does to a request, on both sides.
func TestWeather(t *testing.T) {
	const text = "an answer that is longer than four thousand bytes "
	var arrived, whole atomic.Int32
	w := &Weather{Busy: slowDown, Skew: tooSkewed}
	server := httptest.NewServer(w.Before(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		arrived.Add(1)
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			whole.Add(1)
		}
		_, _ = io.WriteString(out, strings.Repeat(text, 200))
	})))
	t.Cleanup(server.Close)
	for _, c := range []struct {
		way                   Way
		body                  string
		arrives, complete, ok bool
		status                int
	}{
		{"", "x", true, true, true, 200},
		{Reset, "x", false, false, false, 0},
		{Lost, "x", true, true, false, 0},
		{Slow, "x", true, true, true, 200},
		{Cut, "", true, true, false, 200},
		{Cut, strings.Repeat("x", 10_000), true, false, false, 0},
		{Busy, "x", false, false, true, 503},
		{Skew, "x", false, false, true, 403},
	} {
		arrived.Store(0)
		whole.Store(0)
		w.Clear()
		if c.way != "" {
			w.Turn(c.way, time.Hour, 1, 3)
		}
		status := 0
		a, err := http.Post(server.URL, "text/plain", strings.NewReader(c.body)) //nolint:noctx // a test's server
		if err == nil {
			status = a.StatusCode
			_, err = io.Copy(io.Discard, a.Body)
			_ = a.Body.Close()
		}
		if (err == nil) != c.ok || status != c.status || (arrived.Load() > 0) != c.arrives || (whole.Load() > 0) != c.complete {
			t.Errorf("%q of %d bytes: %v, status %d, arrived %d times, %d whole", c.way, len(c.body), err, status, arrived.Load(), whole.Load())
		}
	}
	if met, _ := w.Met(); met[Cut] != 2 || met[Lost] != 1 {
		t.Errorf("it has met %v", met)
	}
}
