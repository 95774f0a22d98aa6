// Package ark emulates the content generation tasks of Volcengine Ark and
// BytePlus ModelArk (Seedance), after https://www.volcengine.com/docs/82379/
// 1520757 (create), 1521309 (get), 1521675 (list), 1521720 (cancel), 1544106
// (prices), 1299023 (errors) and 2607688, 2291680 (the 2.x models), and the pictures of
// the same account (Seedream).
package ark

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/test/vendors"
)

const (
	prefix     = "/api/v3"
	tasks      = prefix + "/contents/generations/tasks"
	recordLife = 7 * 24 * time.Hour
	goneAfter  = 24 * time.Hour // a cancelled task's record
)

// Vendor is one emulated account.
type Vendor struct {
	house *vendors.House
	mux   *http.ServeMux
	ids   atomic.Uint64
	// library has the faces that are taken; nil: any is.
	library *Library
}

// New opens an account of an enterprise (600 requests a minute). Its models bear
// the names of both sites; the BytePlus ones are billed in USD.
func New(o vendors.Options) *Vendor {
	if o.Picture == nil {
		o.Picture = picture
	}
	v := &Vendor{
		house: vendors.NewHouse(o, vendors.Rules{
			SubmitRPS: 10, SubmitBurst: 600, QueryQPS: 20, ListQPS: 1, URLLife: 24 * time.Hour, RecordLife: recordLife, Currency: "CNY",
		}),
		mux: http.NewServeMux(),
	}
	v.mux.HandleFunc("POST "+tasks, v.create)
	v.mux.HandleFunc("POST "+imagesPath, v.paint)
	v.mux.HandleFunc("GET "+tasks, v.list)
	v.mux.HandleFunc("GET "+tasks+"/{id}", v.get)
	v.mux.HandleFunc("DELETE "+tasks+"/{id}", v.remove)
	v.mux.HandleFunc(vendors.ClipPath, v.house.ServeClip)
	v.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		v.refuse(w, "unknown", http.StatusNotFound, "NotFound", "", "no such path: "+r.Method+" "+r.URL.Path)
	})
	return v
}

// House is the account's books.
func (v *Vendor) House() *vendors.House { return v.house }

// Handler serves the API and the results.
func (v *Vendor) Handler() http.Handler { return v }

func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	vendors.Take(r)
	w.Header().Set("X-Request-Id", fmt.Sprintf("0217%020d", v.ids.Add(1)))
	v.mux.ServeHTTP(w, r)
}

// BaseURL is what a studio configures for an emulator at a server's URL.
func BaseURL(serverURL string) string { return serverURL + prefix }

var types = map[int]string{400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 429: "TooManyRequests", 500: "InternalServerError"}

// fail answers an error that is not the client's fault.
func (v *Vendor) fail(w http.ResponseWriter, op string, status int, code, param, message string) {
	v.house.JSON(w, op, status, map[string]any{"error": map[string]any{
		"code": code, "message": message + " Request id: " + w.Header().Get("X-Request-Id"), "param": param, "type": types[status],
	}})
}

// refuse answers and records an error that is.
func (v *Vendor) refuse(w http.ResponseWriter, op string, status int, code, param, message string) {
	v.house.Refused(op, status, code, message)
	v.fail(w, op, status, code, param, message)
}

func (v *Vendor) admit(w http.ResponseWriter, r *http.Request, op, rate string) bool {
	auth := r.Header.Get("Authorization")
	switch {
	case auth == "" || auth != "Bearer "+v.house.Options().Key:
		v.refuse(w, op, http.StatusUnauthorized, "AuthenticationError", "", "The API key in the request is missing or invalid.")
	case !v.house.Allow(rate):
		v.fail(w, op, http.StatusTooManyRequests, "AccountRateLimitExceeded", "", "The request rate of the account is over its limit.")
	default:
		return true
	}
	return false
}

var (
	throttles = []string{"RateLimitExceeded.EndpointRPMExceeded", "ModelAccountRpmRateLimitExceeded", "ServerOverloaded"}
	verdicts  = []string{"OutputVideoSensitiveContentDetected", "OutputVideoSensitiveContentDetected.PolicyViolation", "OutputAudioSensitiveContentDetected"}
)

// ordered reads what somebody wants made, and draws what becomes of it and a number for the
// choice of words; it is not ok where that is answered already.
func (v *Vendor) ordered(w http.ResponseWriter, r *http.Request, op string) (fate vendors.Fate, n int, body *vendors.Object, ok bool) {
	if !v.admit(w, r, op, "submit") {
		return fate, n, nil, false
	}
	fate, n = v.house.Fate()
	switch fate {
	case vendors.Dropped:
		v.house.Hang(op)
	case vendors.ServerError:
		v.fail(w, op, http.StatusInternalServerError, "InternalServiceError", "", "The service encountered an unexpected internal error.")
		return fate, n, nil, false
	case vendors.Throttle:
		v.fail(w, op, http.StatusTooManyRequests, throttles[n%len(throttles)], "", "Try again later.")
		return fate, n, nil, false
	default: // read it first
	}
	body, problem := vendors.ReadBody(r)
	if problem != nil {
		v.refuse(w, op, http.StatusBadRequest, "InvalidParameter", problem.Path, problem.Error())
		return fate, n, nil, false
	}
	return fate, n, body, true
}

func (v *Vendor) create(w http.ResponseWriter, r *http.Request) {
	const op = "create"
	fate, n, body, ok := v.ordered(w, r, op)
	if !ok {
		return
	}
	a, no := read(body)
	if no != nil {
		v.refuse(w, op, no.status, no.code, no.param, no.message)
		return
	}
	if no := v.library.refused(body); no != nil {
		v.refuse(w, op, no.status, no.code, no.param, no.message)
		return
	}
	if a.draftTask != "" {
		// Drafts are good for seven days, as records are. The code is not documented.
		d, ok := v.house.Get(a.draftTask)
		if !ok || v.gone(d) || d.Kind == painted || d.State != vendors.Succeeded || !d.Detail.(*ask).draft {
			v.refuse(w, op, http.StatusBadRequest, "InvalidParameter", "content.draft_task.id", "The draft task "+a.draftTask+" is not found or has expired.")
			return
		}
		if d.Model != a.model {
			v.refuse(w, op, http.StatusBadRequest, "InvalidParameter", "model", "The draft task is of the model "+d.Model+".")
			return
		}
		a.inherit(a.draftTask, d.Detail.(*ask))
	}
	if fate == vendors.RefuseNow {
		code := "InputTextSensitiveContentDetected"
		if a.pictures > 0 && n%2 == 1 {
			code = "InputImageSensitiveContentDetected.PrivacyInformation"
		}
		v.fail(w, op, http.StatusBadRequest, code, "content", "The request failed because the input may contain sensitive information.")
		return
	}
	tokens := a.tokens()
	price, currency, priced := a.price(tokens)
	offer := vendors.Offer{
		Job: vendors.Job{
			ID: v.id(a.flex), Key: a.safety, Model: a.model, Kind: "tasks", Prompt: a.prompt, Resolution: a.resolution, Ratio: a.ratio,
			Width: a.width, Height: a.height, Seconds: a.seconds, Audio: a.audio, Seed: a.seed, Pictures: a.pictures, Videos: a.videos,
			Sounds: a.sounds, Origin: a.draftTask, Price: price, Currency: currency, Callback: a.callback, Detail: a,
		},
		Refusal: vendors.Reason{Code: verdicts[n%len(verdicts)], Message: "The request failed because the output may contain sensitive information."},
		Failure: vendors.Reason{Code: "InternalServiceError", Message: "The service encountered an unexpected internal error."},
		Expire:  time.Duration(a.expires) * time.Second,
	}
	job, err := v.house.Accept(offer, fate)
	if errors.Is(err, vendors.ErrCredit) {
		v.fail(w, op, http.StatusForbidden, "AccountOverdueError", "", "The account has an overdue balance.")
		return
	}
	for _, s := range a.warnings {
		v.house.Warn(job.ID, "%s", s)
	}
	if !priced {
		v.house.Warn(job.ID, "the price of %s at %s is not documented: billed as 0", a.model, a.resolution)
	}
	v.house.Created(w, fate, map[string]any{"id": job.ID})
}

// id looks like "cgt-20260801123456-abcde".
func (v *Vendor) id(flex bool) string {
	n := v.ids.Add(1)
	rng := rand.New(rand.NewPCG(v.house.Options().Seed, n))
	tail := make([]byte, 3)
	for i := range tail {
		tail[i] = "abcdefghijkmnpqrstuvwxyz23456789"[rng.IntN(32)]
	}
	kind := "cgt-"
	if flex {
		kind = "cgt-batch-"
	}
	return kind + v.house.Now().UTC().Format("20060102150405") + "-" + string(tail) + strconv.FormatUint(n, 36)
}

// task is what GET, the list and a callback say.
func (v *Vendor) task(r *http.Request, j vendors.Job) map[string]any {
	a := j.Detail.(*ask)
	changed := j.Accepted
	for _, t := range []time.Time{j.Started, j.Ended} {
		if t.After(changed) {
			changed = t
		}
	}
	out := map[string]any{
		"id": j.ID, "model": j.Model, "status": string(j.State), "error": nil, "created_at": j.Accepted.Unix(), "updated_at": changed.Unix(),
		"service_tier": a.tier(), "execution_expires_after": a.expires,
	}
	if a.safety != "" {
		out["safety_identifier"] = a.safety
	}
	if a.frames > 0 {
		out["frames"] = a.frames
	} else {
		out["duration"] = a.seconds
	}
	if a.facts.audio {
		out["generate_audio"] = a.audio
	}
	if a.facts.second {
		out["priority"] = a.priority
	}
	if a.facts.draft {
		out["draft"] = a.draft
	}
	if a.draftTask != "" {
		out["draft_task_id"] = a.draftTask
	}
	switch j.State {
	case vendors.Succeeded:
		content := map[string]any{"video_url": v.house.ClipURL(r, j.ID, "video.mp4", j.Ended)}
		if a.lastFrame {
			content["last_frame_url"] = v.house.ClipURL(r, j.ID, "last_frame.png", j.Ended)
		}
		out["content"] = content
		out["usage"] = map[string]any{"completion_tokens": a.tokens(), "total_tokens": a.tokens()}
		out["seed"], out["resolution"], out["ratio"], out["framespersecond"] = a.usedSeed(j.ID), a.resolution, a.ratio, fps
	case vendors.Failed:
		out["error"] = map[string]any{"code": j.Reason.Code, "message": j.Reason.Message}
	default: // nothing to tell yet, or any more
	}
	return out
}

// Call tells the client how a job is doing, at the address that it was submitted with:
// what GET says, unsigned. It returns the client's answer.
func (v *Vendor) Call(ctx context.Context, id string) (*http.Response, error) {
	j, ok := v.house.Get(id)
	if !ok || j.Callback == "" {
		return nil, fmt.Errorf("call about %s: there is no address", id)
	}
	return vendors.Call(ctx, j.Callback, v.task(&http.Request{Host: "emulator"}, j), nil)
}

// gone says whether a cancelled record has vanished.
func (v *Vendor) gone(j vendors.Job) bool {
	return j.State == vendors.Cancelled && !v.house.Now().Before(j.Ended.Add(goneAfter))
}

func (v *Vendor) get(w http.ResponseWriter, r *http.Request) {
	const op = "get"
	if !v.admit(w, r, op, "query") {
		return
	}
	if v.house.QueryFails() {
		v.fail(w, op, http.StatusInternalServerError, "InternalServiceError", "", "The service encountered an unexpected internal error.")
		return
	}
	j, ok := v.house.Get(r.PathValue("id"))
	if !ok || v.gone(j) || j.Kind == painted {
		// The exact code is not documented.
		v.fail(w, op, http.StatusNotFound, "TaskNotFound", "id", "The specified task is not found.")
		return
	}
	v.house.JSON(w, op, http.StatusOK, v.task(r, j))
}

func (v *Vendor) list(w http.ResponseWriter, r *http.Request) {
	const op = "list"
	if !v.admit(w, r, op, "list") {
		return
	}
	q := r.URL.Query()
	bad, param := "", ""
	for k := range q {
		if !slices.Contains([]string{"page_num", "page_size", "filter.status", "filter.model", "filter.service_tier", "filter.task_ids"}, k) {
			bad, param = "unknown parameter "+k, k
		}
	}
	number := func(key string, otherwise int) int {
		if !q.Has(key) {
			return otherwise
		}
		n, err := strconv.Atoi(q.Get(key))
		if err != nil || n < 1 || n > 500 {
			bad, param = key+" is not in 1..500", key
		}
		return n
	}
	page, size := number("page_num", 1), number("page_size", 20)
	status := q.Get("filter.status")
	if status != "" && !slices.Contains([]string{"queued", "running", "succeeded", "failed", "cancelled", "expired"}, status) {
		bad, param = "no such status", "filter.status"
	}
	if bad != "" {
		v.refuse(w, op, http.StatusBadRequest, "InvalidParameter", param, bad)
		return
	}
	items := []any{}
	for _, j := range v.house.List() {
		switch {
		case v.gone(j), j.Kind == painted,
			status != "" && string(j.State) != status,
			q.Has("filter.model") && j.Model != q.Get("filter.model"),
			q.Has("filter.service_tier") && j.Detail.(*ask).tier() != q.Get("filter.service_tier"),
			q.Has("filter.task_ids") && !slices.Contains(q["filter.task_ids"], j.ID):
		default:
			items = append(items, v.task(r, j))
		}
	}
	total := len(items)
	v.house.JSON(w, op, http.StatusOK, map[string]any{"items": items[min(total, (page-1)*size):min(total, page*size)], "total": total})
}

// remove cancels what is queued and deletes the record of what is over.
func (v *Vendor) remove(w http.ResponseWriter, r *http.Request) {
	const op = "cancel"
	if !v.admit(w, r, op, "cancel") {
		return
	}
	id := r.PathValue("id")
	j, ok := v.house.Get(id)
	if !ok || v.gone(j) || j.Kind == painted {
		v.fail(w, op, http.StatusNotFound, "TaskNotFound", "id", "The specified task is not found.")
		return
	}
	if _, stopped := v.house.Cancel(id); !stopped {
		// It may have moved on between the two.
		j, _ = v.house.Get(id)
		if j.State == vendors.Running || j.State == vendors.Cancelled {
			v.fail(w, op, http.StatusBadRequest, "UnsupportedOperation", "id", "A "+string(j.State)+" task can be neither cancelled nor deleted.")
			return
		}
		v.house.Delete(id)
	}
	v.house.JSON(w, op, http.StatusOK, map[string]any{})
}
