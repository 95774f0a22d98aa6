package openrouter_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// vendor is as much of OpenRouter as the contract's suite needs: a job waits for
// one poll, runs for one, and is done. It serves clips to who has the key.
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
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		reply(w, http.StatusUnauthorized, map[string]any{"error": map[string]any{"code": 401, "message": "No key"}})
		return
	}
	if r.Method == http.MethodPost {
		id := fmt.Sprintf("job-%d", len(v.polls)+1)
		v.polls[id] = 0
		reply(w, http.StatusAccepted, map[string]any{"id": id, "polling_url": v.server.URL + "/videos/" + id, "status": "pending"})
		return
	}
	id, content := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/videos/"), "/content")
	n, ok := v.polls[id]
	switch {
	case !ok:
		reply(w, http.StatusNotFound, map[string]any{"error": map[string]any{"code": 404, "message": "No such job"}})
	case content:
		fmt.Fprint(w, "a clip")
	default:
		v.polls[id]++
		reply(w, http.StatusOK, map[string]any{"id": id, "status": []string{"pending", "in_progress", "completed"}[min(n, 2)], "usage": map[string]any{"cost": 0.5}})
	}
}

func reply(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}
