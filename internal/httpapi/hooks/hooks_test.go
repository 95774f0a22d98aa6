package hooks_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/httpapi/hooks"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store/mem"
)

// signer is a vendor that signs with a word, and wants its challenge back.
type signer struct{}

func (signer) Hear(_ context.Context, c provider.Call) ([]byte, error) {
	if c.Header("X-Signature") != "mine" {
		return nil, errors.New("not signed")
	}
	if word, ok := strings.CutPrefix(c.Query, "challenge="); ok && c.Method == http.MethodGet {
		return []byte(word), nil
	}
	if bytes.HasPrefix(c.Body, []byte("challenge")) {
		return c.Body, nil
	}
	return nil, nil
}

type house struct {
	*testing.T
	desk *callback.Desk
	mux  *http.ServeMux
	log  bytes.Buffer
	busy bool
}

func newHouse(t *testing.T) *house {
	t.Helper()
	base, err := url.Parse("http://studio.example")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, mux: http.NewServeMux()}
	log := slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.desk = &callback.Desk{Store: mem.New(), Base: base, Log: log, Every: time.Hour}
	hooks.Register(h.mux, hooks.Options{
		Desk: h.desk, Log: log,
		Hearer: func(name string) (provider.Hearer, bool) { return signer{}, name == "vendor" },
		Admit: func(string) error {
			if h.busy {
				return errors.New("too many")
			}
			return nil
		},
	})
	return h
}

func (h *house) url(instance, job string) string {
	h.Helper()
	u, err := h.desk.URL(h.Context(), instance, job)
	if err != nil {
		h.Fatal(err)
	}
	return u
}

func (h *house) call(at, signature string, body io.Reader) *http.Response {
	r := httptest.NewRequest(http.MethodPost, at, body)
	r.Header.Set("X-Signature", signature)
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	return w.Result()
}

// woken says whether the job was rung for.
func woken(e *callback.Ear) bool {
	select {
	case <-e.C:
		return true
	default:
		return false
	}
}

func TestAVendorsCallWakesItsJobAndNoOther(t *testing.T) {
	h := newHouse(t)
	one, two := h.desk.Listen("vendor", "one"), h.desk.Listen("vendor", "two")
	defer one.Close()
	defer two.Close()
	for range 3 { // a replay is one more reason to ask, nothing else
		if r := h.call(h.url("vendor", "one"), "mine", strings.NewReader(`{"status":"succeeded"}`)); r.StatusCode != http.StatusAccepted {
			t.Fatalf("answered %d", r.StatusCode)
		}
	}
	if !woken(one) || woken(two) {
		t.Error("the wrong job was woken")
	}
	if r := h.call(h.url("vendor", "over long ago"), "mine", strings.NewReader("")); r.StatusCode != http.StatusAccepted {
		t.Errorf("a job that nobody waits for: %d", r.StatusCode)
	}
}

func TestAChallengeIsSaidBack(t *testing.T) {
	h := newHouse(t)
	r := h.call(h.url("vendor", "one"), "mine", strings.NewReader("challenge 17"))
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK || string(body) != "challenge 17" {
		t.Errorf("%d %s %v", r.StatusCode, body, err)
	}
}

// A GET proves an address to a vendor that asks in that way; it is no news of a job.
func TestAGetWakesNobody(t *testing.T) {
	h := newHouse(t)
	one := h.desk.Listen("vendor", "one")
	defer one.Close()
	get := func(at string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, at, http.NoBody)
		r.Header.Set("X-Signature", "mine")
		w := httptest.NewRecorder()
		h.mux.ServeHTTP(w, r)
		return w
	}
	if w := get(h.url("vendor", "one") + "?challenge=17"); w.Code != http.StatusOK || w.Body.String() != "17" {
		t.Errorf("the challenge: %d %s", w.Code, w.Body)
	}
	if w := get(h.url("vendor", "one")); w.Code != http.StatusNotFound {
		t.Errorf("without one: %d", w.Code)
	}
	if woken(one) {
		t.Error("a GET woke the job")
	}
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestAForgedCallWakesNobodyAndIsToldNothing(t *testing.T) {
	h := newHouse(t)
	ear := h.desk.Listen("vendor", "one")
	defer ear.Close()
	good := h.url("vendor", "one")
	forged := map[string]*http.Response{
		"without a signature":       h.call(good, "", strings.NewReader("{}")),
		"with another's signature":  h.call(good, "theirs", strings.NewReader("{}")),
		"of a guessed token":        h.call("http://studio.example/hooks/vendor/"+strings.Repeat("A", 65), "mine", strings.NewReader("{}")),
		"of a provider that is not": h.call(h.url("nobody", "one"), "mine", strings.NewReader("{}")),
		"of another provider's job": h.call(strings.Replace(h.url("nobody", "one"), "nobody", "vendor", 1), "mine", strings.NewReader("{}")),
	}
	same := ""
	for name, r := range forged {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if r.StatusCode != http.StatusNotFound || same != "" && same != string(body) {
			t.Errorf("a call %s: %d %s; one answer is for all", name, r.StatusCode, body)
		}
		same = string(body)
	}
	if r := h.call(good, "mine", endless{}); r.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("an endless call: %d", r.StatusCode)
	}
	h.busy = true
	if r := h.call(good, "mine", strings.NewReader("{}")); r.StatusCode != http.StatusTooManyRequests {
		t.Errorf("one call too many: %d", r.StatusCode)
	}
	if woken(ear) {
		t.Error("somebody was woken")
	}
	if token := good[strings.LastIndex(good, "/")+1:]; strings.Contains(h.log.String(), token) {
		t.Errorf("the log tells the address:\n%s", h.log.String())
	}
}
