package comfyui_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// comfy is a tiny ComfyUI with both APIs: jobs go on a step each time that somebody
// looks. Natively none waits: one that is taken out of the queue leaves no trace,
// and the suite wants one. The exchanges show the rest.
type comfy struct {
	*httptest.Server

	mu     sync.Mutex
	jobs   map[string]*work
	order  []string
	keys   map[string]bool
	heard  []string
	files  map[string]string // uploads, by name
	forms  []map[string]string
	graphs []map[string]any
}

type work struct {
	looks    int
	graph    any
	stopping bool
}

func newComfy(t *testing.T) *comfy {
	s := &comfy{jobs: map[string]*work{}, keys: map[string]bool{}, files: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /prompt", s.prompt)
	mux.HandleFunc("GET /queue", s.queue)
	mux.HandleFunc("GET /history/{id}", s.history)
	mux.HandleFunc("POST /interrupt", s.interrupt)
	mux.HandleFunc("GET /view", s.clip)
	mux.HandleFunc("POST /upload/image", s.upload)
	mux.HandleFunc("POST /api/v2/jobs", s.submit)
	mux.HandleFunc("GET /api/v2/jobs/{id}", s.job)
	mux.HandleFunc("POST /api/v2/jobs/{id}/cancel", s.cancel)
	mux.HandleFunc("GET /api/v2/assets/{id}/content", s.clip)
	mux.HandleFunc("POST /api/v2/assets", s.upload)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.heard = append(s.heard, r.Method+" "+r.URL.Path)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *comfy) add(id string, graph map[string]any) {
	s.jobs[id], s.order, s.graphs = &work{graph: graph}, append(s.order, id), append(s.graphs, graph)
}

func read(r *http.Request) (body map[string]any) {
	_ = json.NewDecoder(r.Body).Decode(&body)
	return body
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *comfy) prompt(w http.ResponseWriter, r *http.Request) {
	body := read(r)
	id := body["prompt_id"].(string)
	s.add(id, body["prompt"].(map[string]any))
	answer(w, http.StatusOK, map[string]any{"prompt_id": id, "number": len(s.order), "node_errors": map[string]any{}})
}

func (s *comfy) queue(w http.ResponseWriter, _ *http.Request) {
	running := [][]any{}
	for n, id := range s.order {
		j := s.jobs[id]
		item := []any{n, id, j.graph, map[string]any{}, []string{"10"}}
		if !j.stopping && j.looks < 3 {
			running = append(running, item)
		}
		j.looks++
	}
	answer(w, http.StatusOK, map[string]any{"queue_running": running, "queue_pending": []any{}})
}

func (s *comfy) history(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	j, ok := s.jobs[id]
	switch {
	case !ok || j.looks < 3 && !j.stopping:
		answer(w, http.StatusOK, map[string]any{})
	case j.stopping:
		answer(w, http.StatusOK, map[string]any{id: map[string]any{"outputs": map[string]any{}, "status": map[string]any{
			"status_str": "error", "completed": false, "messages": [][]any{{"execution_interrupted", map[string]any{"prompt_id": id}}},
		}}})
	default:
		answer(w, http.StatusOK, map[string]any{id: map[string]any{
			"outputs": map[string]any{"10": map[string]any{"images": []any{map[string]any{"filename": "take_00001_.mp4", "subfolder": "dailies", "type": "output"}}, "animated": []bool{true}}},
			"status":  map[string]any{"status_str": "success", "completed": true, "messages": []any{}},
		}})
	}
}

func (s *comfy) interrupt(w http.ResponseWriter, r *http.Request) {
	if j, ok := s.jobs[read(r)["prompt_id"].(string)]; ok {
		j.stopping = true
	}
	w.WriteHeader(http.StatusOK)
}

func (s *comfy) clip(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "clip of "+r.URL.String())
}

func (s *comfy) upload(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
		return
	}
	form := map[string]string{}
	for k, v := range r.MultipartForm.Value {
		form[k] = strings.Join(v, "|")
	}
	s.forms = append(s.forms, form)
	for _, field := range []string{"image", "file"} {
		for _, f := range r.MultipartForm.File[field] {
			in, err := f.Open()
			if err != nil {
				panic(err)
			}
			raw, _ := io.ReadAll(in)
			_ = in.Close()
			s.files[f.Filename] = string(raw)
			answer(w, http.StatusOK, map[string]any{"name": f.Filename, "subfolder": "", "type": "input", "id": "asset-of-" + f.Filename})
		}
	}
}

func (s *comfy) submit(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("Idempotency-Key")
	if s.keys[key] {
		answer(w, http.StatusUnprocessableEntity, map[string]any{"error": map[string]any{"code": "idempotency_key_reuse", "message": "This key was used."}})
		return
	}
	s.keys[key] = true
	id := fmt.Sprintf("job-%d", len(s.order)+1)
	s.add(id, read(r)["workflow"].(map[string]any))
	answer(w, http.StatusCreated, s.v2(id))
}

func (s *comfy) v2(id string) map[string]any {
	j := s.jobs[id]
	out := map[string]any{"id": id, "status": []string{"queued", "running", "succeeded"}[min(j.looks, 2)], "outputs": []any{}}
	if j.stopping {
		out["status"] = "canceled"
	}
	if out["status"] == "succeeded" {
		out["outputs"] = []any{map[string]any{"node_id": "10", "name": "take_00001_.mp4", "type": "image", "id": "a1", "url": "/api/v2/assets/a1/content"}}
	}
	return out
}

func (s *comfy) job(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	j, ok := s.jobs[id]
	if !ok {
		answer(w, http.StatusNotFound, map[string]any{"error": map[string]any{"code": "not_found", "message": "No job."}})
		return
	}
	answer(w, http.StatusOK, s.v2(id))
	j.looks++
}

func (s *comfy) cancel(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.jobs[id].stopping = true
	answer(w, http.StatusOK, s.v2(id))
}
