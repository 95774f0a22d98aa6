package runway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// vendor is just enough of the API for the contract's suite: a task is done at
// its second poll, unless it is cancelled before.
type vendor struct {
	mu    sync.Mutex
	tasks map[string]*task
	base  string
}

type task struct {
	polls     int
	cancelled bool
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{tasks: map[string]*task{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/text_to_video", v.create)
	mux.HandleFunc("POST /v1/image_to_video", v.create)
	mux.HandleFunc("GET /v1/tasks/{id}", v.query)
	mux.HandleFunc("DELETE /v1/tasks/{id}", v.remove)
	mux.HandleFunc("GET /clip/{id}", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("X-Runway-Version") != "" {
			t.Error("the result's host was told what only the API is")
		}
		fmt.Fprint(w, "clip of ", r.PathValue("id"))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	v.base = s.URL
	return v
}

func say(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, format, args...)
}

func (v *vendor) create(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	if json.NewDecoder(r.Body).Decode(&body) != nil || body["ratio"] == "" || r.Header.Get("X-Runway-Version") == "" {
		say(w, http.StatusBadRequest, `{"error":"validation"}`)
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	id := fmt.Sprintf("17f20503-6c24-4c16-946b-%012d", len(v.tasks))
	v.tasks[id] = &task{}
	say(w, http.StatusOK, `{"id":%q,"estimatedCost":{"credits":60}}`, id)
}

func (v *vendor) query(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	v.mu.Lock()
	defer v.mu.Unlock()
	t := v.tasks[id]
	if t == nil {
		say(w, http.StatusNotFound, `{"error":"not found"}`)
		return
	}
	t.polls++
	switch {
	case t.cancelled:
		say(w, http.StatusOK, `{"id":%q,"status":"CANCELLED","cost":{"credits":0}}`, id)
	case t.polls < 2:
		say(w, http.StatusOK, `{"id":%q,"status":"PENDING"}`, id)
	default:
		say(w, http.StatusOK, `{"id":%q,"status":"SUCCEEDED","cost":{"credits":60},"output":["%s/clip/%s"]}`, id, v.base, id)
	}
}

func (v *vendor) remove(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tasks[r.PathValue("id")].cancelled = true
	w.WriteHeader(http.StatusNoContent)
}
