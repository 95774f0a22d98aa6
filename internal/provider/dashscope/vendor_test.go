package dashscope_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/dailies/dailies/internal/provider/providertest"
)

type task struct {
	polls    int
	canceled bool
}

// vendor is as much of DashScope as the contract's suite needs: a task is PENDING
// until it was asked for once, then RUNNING, then SUCCEEDED.
type vendor struct {
	*httptest.Server
	mu    sync.Mutex
	tasks map[string]*task
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	v := &vendor{tasks: map[string]*task{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/services/aigc/video-generation/video-synthesis", v.create)
	mux.HandleFunc("GET /api/v1/tasks/{id}", v.get)
	mux.HandleFunc("POST /api/v1/tasks/{id}/cancel", v.cancel)
	mux.HandleFunc("GET /oss/{id}", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			http.Error(w, "only one auth mechanism allowed", http.StatusBadRequest)
			return
		}
		fmt.Fprint(w, "clip of "+r.PathValue("id"))
	})
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") && r.Header.Get("Authorization") != "Bearer "+providertest.Key {
			say(w, http.StatusUnauthorized, "InvalidApiKey")
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(v.Close)
	return v
}

func say(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"code":%q,"message":"no","request_id":"r"}`, code)
}

func (v *vendor) create(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Model string
		Input struct{ Prompt string }
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil || body.Model != "happyhorse-1.1-t2v" || r.Header.Get("X-DashScope-Async") != "enable" {
		say(w, http.StatusBadRequest, "InvalidParameter")
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	id := fmt.Sprintf("task-%d", len(v.tasks)+1)
	v.tasks[id] = &task{}
	fmt.Fprintf(w, `{"output":{"task_status":"PENDING","task_id":%q},"request_id":"r"}`, id)
}

func (v *vendor) get(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := r.PathValue("id")
	made, ok := v.tasks[id]
	word, rest := "UNKNOWN", ""
	if ok {
		word = "PENDING"
		switch made.polls++; {
		case made.canceled:
			word = "CANCELED"
		case made.polls > 2:
			word, rest = "SUCCEEDED", fmt.Sprintf(`,"video_url":"%s/oss/%s?Signature=s"`, v.URL, id)
		case made.polls > 1:
			word = "RUNNING"
		}
	}
	fmt.Fprintf(w, `{"output":{"task_id":%q,"task_status":%q%s},"request_id":"r"}`, id, word, rest)
}

func (v *vendor) cancel(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	made, ok := v.tasks[r.PathValue("id")]
	if !ok || made.polls > 0 || made.canceled {
		say(w, http.StatusBadRequest, "UnsupportedOperation")
		return
	}
	made.canceled = true
	fmt.Fprint(w, `{"request_id":"r"}`)
}
