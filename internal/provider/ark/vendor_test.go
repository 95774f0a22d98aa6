package ark_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider/providertest"
)

// vendor is an Ark of one table. A task is queued when it is first asked for,
// then runs, then has succeeded.
type vendor struct {
	server *httptest.Server
	say    string // instead of any answer

	mu    sync.Mutex
	calls int
	last  map[string]any
	tasks []*fakeTask // newest first
}

type fakeTask struct {
	id, status string
	body       map[string]any
	asked      int
	created    int64
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /contents/generations/tasks", v.create)
	mux.HandleFunc("GET /contents/generations/tasks", v.list)
	mux.HandleFunc("GET /contents/generations/tasks/{id}", v.get)
	mux.HandleFunc("DELETE /contents/generations/tasks/{id}", v.remove)
	mux.HandleFunc("GET /results/{name}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "clip "+r.PathValue("name")) })
	v.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.calls++
		auth, result := r.Header.Get("Authorization"), strings.HasPrefix(r.URL.Path, "/results/")
		switch {
		case result && auth != "":
			t.Error("the result's host was sent the key")
		case !result && auth != "Bearer "+providertest.Key:
			refuse(w, http.StatusUnauthorized, "AuthenticationError")
			return
		}
		if v.say != "" {
			fmt.Fprint(w, v.say)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(v.server.Close)
	return v
}

func (v *vendor) asked() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.calls
}

func (v *vendor) lastBody() map[string]any {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.last
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"code":%q,"message":"no. Request id: 0217","param":"","type":"x"}}`, code)
}

func (v *vendor) create(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	v.last = nil
	if json.Unmarshal(raw, &v.last) != nil {
		refuse(w, http.StatusBadRequest, "InvalidParameter")
		return
	}
	if c, _ := v.last["content"].([]any)[0].(map[string]any); c["type"] == "draft_task" {
		of := v.find(c["draft_task"].(map[string]any)["id"].(string))
		if of == nil || of.body["draft"] != true || of.status != "succeeded" {
			refuse(w, http.StatusNotFound, "TaskNotFound")
			return
		}
	}
	task := &fakeTask{id: fmt.Sprintf("cgt-20261122-%03d", len(v.tasks)), status: "queued", body: v.last, created: time.Now().Unix()}
	v.tasks = slices.Insert(v.tasks, 0, task)
	fmt.Fprintf(w, `{"id":%q}`, task.id)
}

func (v *vendor) list(w http.ResponseWriter, r *http.Request) {
	items := []any{}
	for _, t := range v.tasks {
		if t.body["model"] == r.URL.Query().Get("filter.model") {
			items = append(items, v.show(t))
		}
	}
	answer(w, map[string]any{"items": items, "total": len(items)})
}

func answer(w http.ResponseWriter, what any) {
	raw, err := json.Marshal(what)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(raw)
}

func (v *vendor) show(t *fakeTask) map[string]any {
	out := map[string]any{
		"id": t.id, "model": t.body["model"], "status": t.status, "created_at": t.created, "safety_identifier": t.body["safety_identifier"],
		"resolution": t.body["resolution"], "generate_audio": t.body["generate_audio"], "service_tier": "default", "error": nil,
	}
	if t.status == "succeeded" {
		at := v.server.URL + "/results/" + t.id
		out["content"] = map[string]any{"video_url": at + ".mp4", "last_frame_url": at + ".png"}
		out["usage"] = map[string]any{"completion_tokens": 108900, "total_tokens": 108900}
	}
	return out
}

func (v *vendor) find(id string) *fakeTask {
	i := slices.IndexFunc(v.tasks, func(t *fakeTask) bool { return t.id == id })
	if i < 0 {
		return nil
	}
	return v.tasks[i]
}

func (v *vendor) get(w http.ResponseWriter, r *http.Request) {
	t := v.find(r.PathValue("id"))
	if t == nil {
		refuse(w, http.StatusNotFound, "ResourceNotFound")
		return
	}
	t.asked++
	switch {
	case t.status == "queued" && t.asked > 1:
		t.status = "running"
	case t.status == "running":
		t.status = "succeeded"
	}
	answer(w, v.show(t))
}

func (v *vendor) remove(w http.ResponseWriter, r *http.Request) {
	t := v.find(r.PathValue("id"))
	switch {
	case t == nil:
		refuse(w, http.StatusNotFound, "ResourceNotFound")
	case t.status == "queued":
		t.status = "cancelled"
		fmt.Fprint(w, "{}")
	case t.status == "running", t.status == "cancelled":
		refuse(w, http.StatusBadRequest, "InvalidAction")
	default:
		v.tasks = slices.DeleteFunc(v.tasks, func(x *fakeTask) bool { return x == t })
		fmt.Fprint(w, "{}")
	}
}
