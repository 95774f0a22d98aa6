package omni_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/dailies/dailies/internal/provider/providertest"
)

// vendor is as much of the Interactions API as the contract's suite needs. An
// interaction is done when it was asked for the second time.
type vendor struct {
	*httptest.Server
	inline string // the clip, if it is delivered in the interaction

	mu   sync.Mutex
	jobs map[string]*job
}

type job struct {
	asked     int
	cancelled bool
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{jobs: map[string]*job{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1beta/interactions", v.create)
	mux.HandleFunc("GET /v1beta/interactions/{id}", v.get)
	mux.HandleFunc("POST /v1beta/interactions/{id}/cancel", v.cancel)
	mux.HandleFunc("GET /v1beta/files/{id}", v.file)
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("x-goog-api-key") != providertest.Key || r.Header.Get("Api-Revision") == "" {
			refuse(w, http.StatusUnauthorized, "authentication")
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(v.Close)
	return v
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"code":%q,"message":"no"}}`, code)
}

func (v *vendor) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.jobs)
}

func (v *vendor) create(w http.ResponseWriter, _ *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := fmt.Sprintf("v1_%d", len(v.jobs)+1)
	v.jobs[id] = &job{}
	v.say(w, id, "in_progress")
}

func (v *vendor) get(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := r.PathValue("id")
	j, ok := v.jobs[id]
	if !ok {
		refuse(w, http.StatusNotFound, "not_found")
		return
	}
	j.asked++
	switch {
	case j.cancelled:
		v.say(w, id, "cancelled")
	case j.asked == 1:
		v.say(w, id, "in_progress")
	default:
		v.say(w, id, "completed")
	}
}

func (v *vendor) cancel(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := r.PathValue("id")
	if v.jobs[id].cancelled {
		refuse(w, http.StatusBadRequest, "failed_precondition")
		return
	}
	v.jobs[id].cancelled = true
	v.say(w, id, "cancelled")
}

func (v *vendor) file(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("alt") != "media" {
		fmt.Fprint(w, `{"name":"a file's record, not its bytes"}`)
		return
	}
	_, _ = io.Copy(w, strings.NewReader("clip of "+r.PathValue("id")))
}

func (v *vendor) say(w http.ResponseWriter, id, status string) {
	video := map[string]string{"type": "video", "mime_type": "video/mp4", "uri": v.URL + "/v1beta/files/" + id}
	if v.inline != "" {
		delete(video, "uri")
		video["data"] = base64.StdEncoding.EncodeToString([]byte(v.inline))
	}
	steps := []any{map[string]any{"type": "user_input", "content": "Lin waits."}}
	if status == "completed" {
		steps = append(steps, map[string]any{"type": "model_output", "content": []any{video}})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"id": id, "object": "interaction", "status": status, "steps": steps})
}
