package fal_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// vendor is as much of fal's queue as the contract's suite needs: a job waits for
// one poll, runs for one, and is done.
type vendor struct {
	server *httptest.Server

	mu    sync.Mutex
	polls map[string]int
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{polls: map[string]int{}}
	v.server = httptest.NewServer(v)
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r.URL.Path == "/clip.mp4" {
		fmt.Fprint(w, "a clip")
		return
	}
	app, rest, asked := strings.Cut(r.URL.Path, "/requests/")
	if !asked {
		id := fmt.Sprintf("r-%d", len(v.polls)+1)
		v.polls[id] = 0
		parts := strings.Split(app, "/")
		base := v.server.URL + strings.Join(parts[:3], "/") + "/requests/" + id
		reply(w, http.StatusOK, map[string]any{
			"status": "IN_QUEUE", "request_id": id, "queue_position": 0,
			"response_url": base, "status_url": base + "/status", "cancel_url": base + "/cancel",
		})
		return
	}
	id, what, _ := strings.Cut(rest, "/")
	n, ok := v.polls[id]
	switch {
	case !ok:
		reply(w, http.StatusNotFound, map[string]any{"detail": "Request not found"})
	case what == "cancel":
		reply(w, http.StatusAccepted, map[string]any{"status": "CANCELLATION_REQUESTED"})
	case what == "":
		reply(w, http.StatusOK, map[string]any{"video": map[string]any{"url": v.server.URL + "/clip.mp4"}})
	default:
		v.polls[id]++
		word := []string{"IN_QUEUE", "IN_PROGRESS", "COMPLETED"}[min(n, 2)]
		code := http.StatusAccepted
		if word == "COMPLETED" {
			code = http.StatusOK
		}
		reply(w, code, map[string]any{"status": word})
	}
}

func reply(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}
