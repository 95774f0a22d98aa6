package purchase_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/callback"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
)

// calling is a vendor that can be told where to call.
type calling struct {
	provider.Provider
	told chan string
}

func (c *calling) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	c.told <- r.Callback
	return c.Provider.Submit(ctx, r)
}

func (*calling) Hear(context.Context, provider.Call) ([]byte, error) { return nil, nil }

// newCalled is a house whose vendor is asked every ten minutes, and is done when it is
// asked again.
func newCalled(t *testing.T, hears bool) (h *house, told chan string, polled chan struct{}) {
	t.Helper()
	told, polled = make(chan string, 1), make(chan struct{}, 1)
	clip := mp4(1000)
	h = newHouse(t, &server{
		status: func(w http.ResponseWriter, id string, poll int) {
			state := "completed"
			if poll == 1 {
				state = "in_progress"
				polled <- struct{}{}
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"id": id, "status": state})
		},
		content: func(w http.ResponseWriter, r *http.Request, _ int) {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(clip))
		},
	})
	base, err := url.Parse("https://studio.example")
	if err != nil {
		t.Fatal(err)
	}
	h.buyer.Calls = &callback.Desk{Store: h.store, Base: base, Log: slog.New(slog.DiscardHandler), Every: time.Hour}
	make := h.buyer.Providers
	h.buyer.Providers = func(name string) (provider.Provider, provider.Instance, bool) {
		p, i, ok := make(name)
		i.PollEveryMS, i.DeadlineMS = (10 * time.Minute).Milliseconds(), time.Hour.Milliseconds()
		if hears {
			p = &calling{p, told}
		}
		return p, i, ok
	}
	return h, told, polled
}

func TestACallEndsTheWaitForAPoll(t *testing.T) {
	h, told, polled := newCalled(t, true)
	bought := make(chan error, 1)
	go func() {
		_, err := h.buyer.Buy(t.Context(), h.order)
		bought <- err
	}()
	at := <-told
	token, ok := strings.CutPrefix(at, "https://studio.example/hooks/wan/")
	if !ok {
		t.Fatalf("the vendor was told to call %q", at)
	}
	id, ok, err := h.buyer.Calls.Open(t.Context(), "wan", token)
	if !ok || err != nil {
		t.Fatalf("its address is not known again: %v, %v", ok, err)
	}
	<-polled
	if err := h.buyer.Calls.Ring(t.Context(), "wan", id); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-bought:
		if err != nil {
			t.Fatal(err)
		}
	case <-t.Context().Done():
		t.Fatal("it waits for the next poll")
	}
	if h.server.submits != 1 || h.server.polls != 2 {
		t.Errorf("%d submits, %d polls", h.server.submits, h.server.polls)
	}
	e := h.entry()
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), token) || strings.Contains(string(raw), "/hooks/") {
		t.Errorf("the ledger holds the address: %s", raw)
	}
	if other := hashWithout(t); e.Intent.RequestHash != other {
		t.Errorf("the address made it another request: %s, without it %s", e.Intent.RequestHash, other)
	}
}

// hashWithout is the request's hash where nobody calls.
func hashWithout(t *testing.T) string {
	t.Helper()
	h := newHouse(t, &server{content: func(w http.ResponseWriter, r *http.Request, _ int) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(mp4(1000)))
	}})
	if _, failures := h.until(1); len(failures) > 0 {
		t.Fatal(failures[0])
	}
	return h.entry().Intent.RequestHash
}

// Who cannot call is asked as before, whatever the config says.
func TestAVendorThatCannotCallIsAsked(t *testing.T) {
	h, _, polled := newCalled(t, false)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	bought := make(chan error, 1)
	go func() {
		_, err := h.buyer.Buy(ctx, h.order)
		bought <- err
	}()
	<-polled
	stop()
	if err := <-bought; err == nil {
		t.Fatal("it did not wait for the next poll")
	}
	if _, err := h.ledger.Get(t.Context(), ledger.ID{Take: h.order.Take, Attempt: 1}); err != nil {
		t.Error(err)
	}
}
