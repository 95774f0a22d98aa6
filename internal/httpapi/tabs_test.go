package httpapi_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/test/browser"
)

// streams counts the event streams that are open, and the most that ever were.
type streams struct {
	next http.Handler

	mu         sync.Mutex
	open, most int
}

func (s *streams) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/v1/events" {
		s.count(1)
		defer s.count(-1)
	}
	s.next.ServeHTTP(w, r)
}

func (s *streams) count(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open += by
	s.most = max(s.most, s.open)
}

// openStudio serves a Studio, whose streams are counted, to browsers.
func openStudio(t *testing.T) (counted *streams, site string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := newAskerAt(t, l.Addr().String())
	take := drama.TakeID{Episode: drama.EpisodeID{Show: "rehearsal", Number: 1}, Slate: "1B", Number: 1}
	if _, err := (library.Library{Store: d.studio.Store}).WriteTake(t.Context(), drama.Take{ID: take, Digest: "0", Provider: "fake", Verdict: drama.Verdict{Pass: true}}); err != nil {
		t.Fatal(err)
	}
	counted = &streams{next: d.Handler}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: counted}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return counted, "http://" + l.Addr().String()
}

// sendNote is a page's script that notes something and answers with the status.
const sendNote = `fetch("/api/v1/shows/rehearsal/episodes/1/notes", {method: "POST", headers: {"Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID()},
	body: JSON.stringify({slate: "1B", take: 1, from: 0, to: 0, text: "the hand"})}).then((r) => r.status)`

// TestEightTabsShareOneStream: a browser gives a site six connections. Eight tabs of one
// board open, and each is told what changes.
func TestEightTabsShareOneStream(t *testing.T) {
	counted, site := openStudio(t)
	board := site + "/s/rehearsal/"
	tabs := []context.Context{browser.Open(t, board)}
	for len(tabs) < 8 {
		tabs = append(tabs, browser.Tab(tabs[0], t, board))
	}
	until := func(n int, so string) {
		t.Helper()
		browser.Wait(tabs[n], t, fmt.Sprintf("tab %d: %s", n+1, so), so)
	}
	for n := range tabs {
		until(n, `document.querySelectorAll("#board a.cell").length === 3 && document.getElementById("stale").hidden`)
		if browser.Tell[bool](tabs[n], t, `!!document.getElementById("chip-notes")`) {
			t.Fatal("there is a note already")
		}
	}
	if code := browser.Tell[int](tabs[7], t, sendNote); code != http.StatusCreated {
		t.Fatalf("the note was answered with %d", code)
	}
	for n := range tabs {
		until(n, `!!document.getElementById("chip-notes")`)
	}
	// A page that comes later is told what it missed, and a ninth tab is no burden.
	until(len(tabs)-1, `document.getElementById("stale").hidden`)
	tabs = append(tabs, browser.Tab(tabs[0], t, board))
	until(len(tabs)-1, `!!document.getElementById("chip-notes")`)
	counted.mu.Lock()
	defer counted.mu.Unlock()
	if counted.most != 1 {
		t.Errorf("%d streams were open at once", counted.most)
	}
}

// TestABrowserWithoutSharedWorkers has a stream of its own for a page, and is told as
// well what changes.
func TestABrowserWithoutSharedWorkers(t *testing.T) {
	counted, site := openStudio(t)
	ctx := browser.Open(t, site+"/s/rehearsal/", "disable-shared-workers")
	browser.Wait(ctx, t, "a board that is told", `!globalThis.SharedWorker && document.querySelectorAll("#board a.cell").length === 3 && document.getElementById("stale").hidden`)
	if code := browser.Tell[int](ctx, t, sendNote); code != http.StatusCreated {
		t.Fatalf("the note was answered with %d", code)
	}
	browser.Wait(ctx, t, "the note", `!!document.getElementById("chip-notes")`)
	counted.mu.Lock()
	defer counted.mu.Unlock()
	if counted.most != 1 {
		t.Errorf("%d streams were open at once", counted.most)
	}
}
