package videos_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// server is a tiny /v1/videos: jobs go from queued over in_progress to completed,
// a step a poll.
type server struct {
	*httptest.Server

	mu    sync.Mutex
	jobs  map[string]int // polls so far
	forms []*http.Request
}

func newServer(t *testing.T) *server {
	s := &server{jobs: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/videos", s.create)
	mux.HandleFunc("GET /v1/videos/{id}", s.get)
	mux.HandleFunc("GET /v1/videos/{id}/content", s.content)
	mux.HandleFunc("DELETE /v1/videos/{id}", s.remove)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *server) create(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	s.forms = append(s.forms, r)
	id := fmt.Sprintf("video_gen_%d", len(s.jobs)+1)
	s.jobs[id] = 0
	answer(w, http.StatusOK, map[string]any{"id": id, "object": "video", "status": "queued"})
}

func (s *server) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.PathValue("id")
	n, ok := s.jobs[id]
	if !ok {
		answer(w, http.StatusNotFound, map[string]any{"detail": "Video not found"})
		return
	}
	s.jobs[id]++
	answer(w, http.StatusOK, map[string]any{"id": id, "object": "video", "status": []string{"queued", "in_progress", "completed"}[min(n, 2)]})
}

func (s *server) content(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.jobs[r.PathValue("id")] < 3 {
		answer(w, http.StatusNotFound, map[string]any{"detail": "Generation is still in-progress"})
		return
	}
	_, _ = w.Write([]byte("clip of " + r.PathValue("id")))
}

// remove is busy: the suite wants a stopped job to be told as cancelled, but a
// server that has stopped one has forgotten it. The exchanges show the rest.
func (s *server) remove(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusConflict, map[string]any{"detail": "Cancellation in progress"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
