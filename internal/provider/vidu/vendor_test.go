package vidu

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// vendor is a small Vidu: it takes jobs, can stop them until they are asked for
// twice, and finishes them after some polls.
type vendor struct {
	server *httptest.Server

	mu   sync.Mutex
	jobs map[string]*record
}

type record struct {
	asked     int
	cancelled bool
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{jobs: map[string]*record{}}
	v.server = httptest.NewServer(v)
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	part := strings.Split(strings.TrimPrefix(r.URL.Path, "/ent/v2/"), "/")
	switch {
	case r.URL.Path == "/clip":
		fmt.Fprint(w, "clip")
	case !strings.HasPrefix(r.Header.Get("Authorization"), "Token "):
		answer(w, 401, `{"code":401,"reason":"Unauthorized","message":"unauthorized"}`)
	case len(part) == 1:
		v.create(w, r)
	case v.jobs[part[1]] == nil:
		answer(w, 404, `{"code":404,"reason":"TaskNotFound","message":"task not found"}`)
	case part[2] == "cancel":
		v.cancel(w, v.jobs[part[1]])
	default:
		v.creations(w, part[1], v.jobs[part[1]])
	}
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

func (v *vendor) create(w http.ResponseWriter, r *http.Request) {
	var b map[string]any
	if err := json.NewDecoder(r.Body).Decode(&b); err != nil {
		answer(w, 400, `{"code":400,"reason":"BadRequest","message":"no JSON"}`)
		return
	}
	id := fmt.Sprint(900000000000000 + len(v.jobs))
	v.jobs[id] = &record{}
	answer(w, 200, fmt.Sprintf(`{"task_id":%q,"state":"created","payload":%q,"credits":60}`, id, b["payload"]))
}

func (v *vendor) cancel(w http.ResponseWriter, j *record) {
	switch {
	case j.cancelled:
		answer(w, 400, `{"code":400,"reason":"BadRequest","message":"task state is failed, can not cancel"}`)
	case j.asked > 1:
		answer(w, 400, `{"code":400,"reason":"BadRequest","message":"task state is scheduled, can not cancel"}`)
	default:
		j.cancelled = true
		answer(w, 200, `{}`)
	}
}

func (v *vendor) creations(w http.ResponseWriter, id string, j *record) {
	j.asked++
	switch {
	case j.cancelled:
		answer(w, 200, fmt.Sprintf(`{"id":%q,"state":"failed","err_code":"UserCancelled","credits":0,"creations":[]}`, id))
	case j.asked == 1:
		answer(w, 200, fmt.Sprintf(`{"id":%q,"state":"queueing"}`, id))
	case j.asked == 2:
		answer(w, 200, fmt.Sprintf(`{"id":%q,"state":"processing"}`, id))
	default:
		answer(w, 200, fmt.Sprintf(`{"id":%q,"state":"success","credits":60,"creations":[{"id":"1","url":"%s/clip"}]}`, id, v.server.URL))
	}
}
