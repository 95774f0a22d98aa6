package kling

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// vendor is a small Kling: it takes jobs in both generations, refuses an
// external id that it has seen, and finishes a job after some polls.
type vendor struct {
	server *httptest.Server
	polls  int // that a job takes

	mu   sync.Mutex
	jobs []*record
}

type record struct {
	id, external, path string
	asked              int
}

func newVendor(t *testing.T, polls int) *vendor {
	v := &vendor{polls: polls}
	v.server = httptest.NewServer(v)
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case r.URL.Path == "/clip":
		fmt.Fprint(w, "clip")
	case !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "):
		answer(w, 401, `{"code":1001,"message":"Authorization is empty"}`)
	case r.Method == http.MethodPost:
		v.create(w, r)
	case r.URL.Path == tasksPath:
		v.list(w, r)
	default:
		v.legacy(w, r)
	}
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

func (v *vendor) create(w http.ResponseWriter, r *http.Request) {
	var b struct {
		External string  `json:"external_task_id"`
		Options  options `json:"options"`
	}
	if err := json.NewDecoder(r.Body).Decode(&b); err != nil {
		answer(w, 400, `{"code":1200,"message":"no JSON"}`)
		return
	}
	external := either(b.External, b.Options.ExternalTaskID)
	for _, j := range v.jobs {
		if j.external == external {
			answer(w, 400, `{"code":1201,"message":"external_task_id is used already"}`)
			return
		}
	}
	j := &record{id: fmt.Sprint(900 + len(v.jobs)), external: external, path: r.URL.Path}
	v.jobs = append(v.jobs, j)
	answer(w, 200, fmt.Sprintf(`{"code":0,"message":"SUCCEED","data":%s}`, v.task(j)))
}

func (v *vendor) task(j *record) string {
	word, clip := "submitted", ""
	if j.asked > 0 {
		word = "processing"
	}
	legacy := strings.HasPrefix(j.path, "/v1/")
	if j.asked > v.polls {
		word, clip = "succeeded", fmt.Sprintf(`{"type":"video","url":"%s/clip"}`, v.server.URL)
		if legacy {
			word = "succeed"
		}
	}
	if legacy {
		return fmt.Sprintf(`{"task_id":%q,"task_status":%q,"task_info":{"external_task_id":%q},"task_result":{"videos":[%s]}}`, j.id, word, j.external, clip)
	}
	return fmt.Sprintf(`{"id":%q,"status":%q,"external_id":%q,"outputs":[%s]}`, j.id, word, j.external, clip)
}

func (v *vendor) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	var found []string
	for _, j := range v.jobs {
		if j.id == q.Get("task_ids") || j.external == q.Get("external_task_ids") {
			if q.Has("task_ids") {
				j.asked++
			}
			found = append(found, v.task(j))
		}
	}
	answer(w, 200, `{"code":0,"message":"SUCCEED","data":[`+strings.Join(found, ",")+`]}`)
}

func (v *vendor) legacy(w http.ResponseWriter, r *http.Request) {
	for _, j := range v.jobs {
		if r.URL.Path == j.path+"/"+j.id || r.URL.Path == j.path+"/"+j.external {
			if strings.HasSuffix(r.URL.Path, j.id) {
				j.asked++
			}
			answer(w, 200, `{"code":0,"message":"SUCCEED","data":`+v.task(j)+`}`)
			return
		}
	}
	answer(w, 404, `{"code":1203,"message":"task not found"}`)
}
