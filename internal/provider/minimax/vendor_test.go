package minimax_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// vendor is just enough of both APIs for the contract's suite. A task of v1 is
// done at the second poll; one of v2 too, unless it is cancelled before.
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
	mux.HandleFunc("POST /v1/video_generation", v.create)
	mux.HandleFunc("GET /v1/query/video_generation", v.queryV1)
	mux.HandleFunc("GET /v1/files/retrieve", v.retrieve)
	mux.HandleFunc("POST /v2/video_generation", v.create)
	mux.HandleFunc("GET /v2/query/video_generation/{id}", v.queryV2)
	mux.HandleFunc("DELETE /v2/video_generation/{id}", v.cancel)
	mux.HandleFunc("GET /clip/{id}", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the result's host was told the key")
		}
		fmt.Fprint(w, "clip of ", r.PathValue("id"))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	v.base = s.URL
	return v
}

func say(w http.ResponseWriter, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, format, args...)
}

func (v *vendor) create(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	if json.NewDecoder(r.Body).Decode(&body) != nil || body["model"] == nil || strings.Contains(fmt.Sprint(body["model"]), "@") {
		http.Error(w, "no model", http.StatusBadRequest)
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	id := fmt.Sprint(176843862716480 + len(v.tasks))
	v.tasks[id] = &task{}
	say(w, `{"task_id":%q,"base_resp":{"status_code":0,"status_msg":"success"}}`, id)
}

func (v *vendor) poll(id string) *task {
	v.mu.Lock()
	defer v.mu.Unlock()
	t := v.tasks[id]
	if t != nil {
		t.polls++
	}
	return t
}

func (v *vendor) queryV1(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("task_id")
	switch t := v.poll(id); {
	case t == nil:
		say(w, `{"task_id":"","status":"","base_resp":{"status_code":2013,"status_msg":"invalid params, task_id not found"}}`)
	case t.polls < 2:
		say(w, `{"task_id":%q,"status":"Queueing","file_id":"","base_resp":{"status_code":0,"status_msg":"success"}}`, id)
	default:
		say(w, `{"task_id":%q,"status":"Success","file_id":"9%s","base_resp":{"status_code":0,"status_msg":"success"}}`, id, id)
	}
}

func (v *vendor) retrieve(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("file_id")
	say(w, `{"file":{"file_id":%s,"download_url":"%s/clip/%s"},"base_resp":{"status_code":0}}`, id, v.base, id)
}

func (v *vendor) queryV2(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	switch t := v.poll(id); {
	case t == nil:
		w.WriteHeader(http.StatusBadRequest)
		say(w, `{"type":"error","error":{"type":"bad_request_error","message":"invalid task_id (2013)","http_code":"400"}}`)
	case t.cancelled:
		say(w, `{"task":{"id":%q,"status":"cancelled","usage":{}}}`, id)
	case t.polls < 2:
		say(w, `{"task":{"id":%q,"status":"queued","usage":{}}}`, id)
	default:
		say(w, `{"task":{"id":%q,"status":"succeeded","content":{"url":"%s/clip/%s"},"resolution":"768P","usage":{"total_seconds":5}}}`, id, v.base, id)
	}
}

func (v *vendor) cancel(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tasks[r.PathValue("id")].cancelled = true
	say(w, `{"task_id":%q,"action":"cancelled","status":"cancelled"}`, r.PathValue("id"))
}
