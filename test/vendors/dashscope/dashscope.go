// Package dashscope emulates video synthesis of Alibaba Cloud Model Studio:
// HappyHorse, Wan 2.7, Wan 3.0, the first-and-last-frame models and VideoRetalk, after
// https://help.aliyun.com/zh/model-studio/text-to-video-api-reference,
// …/happyhorse-text-to-video-api-reference, …/manage-asynchronous-tasks,
// …/rate-limit and https://docs.qwencloud.com (error codes). Older Wan models
// and other vendors' models behind the same endpoint are unknown to it.
package dashscope

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/test/vendors"
)

const (
	prefix     = "/api/v1"
	recordLife = 24 * time.Hour // of a task, and of its result
)

// beijing is the zone of all times on the wire, which say none.
var beijing = time.FixedZone("CST", 8*3600)

// Vendor is one emulated account.
type Vendor struct {
	house *vendors.House
	mux   *http.ServeMux
	ids   atomic.Uint64
}

// New opens an account.
func New(o vendors.Options) *Vendor {
	v := &Vendor{
		house: vendors.NewHouse(o, vendors.Rules{SubmitRPS: 10, QueryQPS: 20, ListQPS: 20, URLLife: recordLife, RecordLife: recordLife, Currency: "CNY"}),
		mux:   http.NewServeMux(),
	}
	v.mux.HandleFunc("POST "+prefix+"/services/aigc/video-generation/video-synthesis", v.create)
	v.mux.HandleFunc("POST "+prefix+"/services/aigc/image2video/video-synthesis", v.create)
	v.mux.HandleFunc("POST "+prefix+"/services/aigc/image2video/video-synthesis/{$}", v.createLips)
	v.mux.HandleFunc("GET "+prefix+"/tasks/{id}", v.get)
	v.mux.HandleFunc("GET "+prefix+"/tasks/{$}", v.list)
	v.mux.HandleFunc("GET "+prefix+"/tasks", v.list)
	v.mux.HandleFunc("POST "+prefix+"/tasks/{id}/cancel", v.cancel)
	v.mux.HandleFunc(vendors.ClipPath, v.house.ServeClip)
	v.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		v.refuse(w, "unknown", http.StatusNotFound, "NotFound", "no such path: "+r.Method+" "+r.URL.Path)
	})
	return v
}

// House is the account's books.
func (v *Vendor) House() *vendors.House { return v.house }

// Handler serves the API and the results.
func (v *Vendor) Handler() http.Handler { return v }

func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	vendors.Take(r)
	v.mux.ServeHTTP(w, r)
}

// BaseURL is what a studio configures for an emulator at a server's URL.
func BaseURL(serverURL string) string { return serverURL + prefix }

type failure struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

// fail answers an error that is not the client's fault.
func (v *Vendor) fail(w http.ResponseWriter, op string, status int, code, message string) {
	v.house.JSON(w, op, status, failure{code, message, v.id()})
}

// refuse answers and records an error that is.
func (v *Vendor) refuse(w http.ResponseWriter, op string, status int, code, message string) {
	v.house.Refused(op, status, code, message)
	v.fail(w, op, status, code, message)
}

// id is a new UUID, the same for the same seed and order.
func (v *Vendor) id() string {
	rng := rand.New(rand.NewPCG(v.house.Options().Seed, v.ids.Add(1)))
	a, b := rng.Uint64(), rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

// admit looks at the key and the rate.
func (v *Vendor) admit(w http.ResponseWriter, r *http.Request, op, rate string) bool {
	auth := r.Header.Get("Authorization")
	switch {
	case auth == "":
		v.refuse(w, op, http.StatusUnauthorized, "InvalidApiKey", "No API-key provided.")
	case auth != "Bearer "+v.house.Options().Key:
		v.refuse(w, op, http.StatusUnauthorized, "InvalidApiKey", "Invalid API-key provided.")
	case !v.house.Allow(rate):
		v.fail(w, op, http.StatusTooManyRequests, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later.")
	default:
		return true
	}
	return false
}

var throttles = []failure{
	{Code: "Throttling", Message: "Requests throttling triggered."},
	{Code: "Throttling.RateQuota", Message: "Requests rate limit exceeded, please try again later."},
	{Code: "Throttling.BurstRate", Message: "Request rate increased too quickly."},
}

var troubles = []struct {
	status int
	code   string
}{{500, "InternalError"}, {503, "ModelUnavailable"}, {500, "SystemError"}, {503, "ModelServingError"}}

func (v *Vendor) create(w http.ResponseWriter, r *http.Request) {
	const op = "create"
	if !v.admit(w, r, op, "submit") {
		return
	}
	if r.Header.Get("X-DashScope-Async") != "enable" {
		v.refuse(w, op, http.StatusForbidden, "AccessDenied", "current user api does not support synchronous calls.")
		return
	}
	fate, n := v.house.Fate()
	switch fate {
	case vendors.Dropped:
		v.house.Hang(op)
	case vendors.ServerError:
		t := troubles[n%len(troubles)]
		v.fail(w, op, t.status, t.code, "An internal error has occurred, please try again later.")
		return
	case vendors.Throttle:
		t := throttles[n%len(throttles)]
		v.fail(w, op, http.StatusTooManyRequests, t.Code, t.Message)
		return
	default: // read it first
	}
	body, problem := vendors.ReadBody(r)
	if problem != nil {
		v.refuse(w, op, http.StatusBadRequest, "BadRequest.IllegalInput", problem.Error())
		return
	}
	a := &ask{}
	m, no := read(body, r, a)
	if no != nil {
		v.refuse(w, op, no.status, no.code, no.message)
		return
	}
	if fate == vendors.RefuseNow {
		code, message := "DataInspectionFailed", "Input data may contain inappropriate content."
		if n%3 == 2 {
			code, message = "IPInfringementSuspect", "Input data is suspected of being involved in IP infringement."
		}
		v.fail(w, op, http.StatusBadRequest, code, message)
		return
	}
	requestID := v.id()
	offer := vendors.Offer{
		Job: vendors.Job{
			ID: v.id(), Model: a.model, Kind: m.path, Prompt: a.prompt, Resolution: a.resolution, Ratio: a.ratio, Seconds: a.seconds,
			Audio: m.sound && a.audio, Seed: a.seed, Pictures: a.pictures, Videos: a.videos, Sounds: a.sounds, Currency: "CNY",
			Detail: detail{model: m, ask: *a, requestID: requestID},
		},
		Refusal: vendors.Reason{Code: "DataInspectionFailed", Message: "Output data may contain inappropriate content."},
		Failure: vendors.Reason{Code: "InternalError.Algo", Message: "inference internal error"},
		Doomed:  a.doomed,
	}
	offer.Width, offer.Height = m.size(a.resolution, a.ratio)
	offer.Price = m.prices[a.resolution] * int64(a.billed())
	switch {
	case fate == vendors.Stuck:
		offer.Failure = vendors.Reason{Code: "InternalError.Timeout", Message: "An internal timeout error has occurred during execution."}
	case n%2 == 1:
		// A task may fail without code and message:
		// https://github.com/modelstudioai/cli/issues/184
		offer.Failure = vendors.Reason{}
	}
	job, err := v.house.Accept(offer, fate)
	if errors.Is(err, vendors.ErrCredit) {
		v.fail(w, op, http.StatusTooManyRequests, "PostpaidBillOverdue", "The postpaid bill is overdue.")
		return
	}
	for _, s := range a.warnings {
		v.house.Warn(job.ID, "%s", s)
	}
	if _, priced := m.prices[a.resolution]; !priced {
		v.house.Warn(job.ID, "the price of %s at %s is not documented: billed as 0", a.model, a.resolution)
	}
	v.house.Created(w, fate, map[string]any{"output": map[string]any{"task_status": "PENDING", "task_id": job.ID}, "request_id": requestID})
}

// detail is what is kept of a request for its answers.
type detail struct {
	model     *model
	ask       ask
	requestID string
}

var words = map[vendors.State]string{
	vendors.Queued: "PENDING", vendors.Running: "RUNNING", vendors.Succeeded: "SUCCEEDED", vendors.Failed: "FAILED", vendors.Cancelled: "CANCELED",
}

func stamp(t time.Time) string { return t.In(beijing).Format("2006-01-02 15:04:05.000") }

func (v *Vendor) get(w http.ResponseWriter, r *http.Request) {
	const op = "get"
	if !v.admit(w, r, op, "query") {
		return
	}
	if v.house.QueryFails() {
		v.fail(w, op, http.StatusInternalServerError, "InternalError", "An internal error has occurred, please try again later.")
		return
	}
	id := r.PathValue("id")
	answer := map[string]any{"request_id": v.id()}
	j, ok := v.house.Get(id)
	if !ok {
		answer["output"] = map[string]any{"task_id": id, "task_status": "UNKNOWN"}
		v.house.JSON(w, op, http.StatusOK, answer)
		return
	}
	d := j.Detail.(detail)
	out := map[string]any{"task_id": j.ID, "task_status": words[j.State], "submit_time": stamp(j.Accepted)}
	if !j.Started.IsZero() {
		out["scheduled_time"] = stamp(j.Started)
	}
	if !j.Ended.IsZero() {
		out["end_time"] = stamp(j.Ended)
	}
	switch j.State {
	case vendors.Succeeded:
		out["orig_prompt"] = j.Prompt
		out["video_url"] = v.house.ClipURL(r, j.ID, "video.mp4", j.Ended)
		answer["usage"] = d.usage()
	case vendors.Failed:
		if j.Reason.Code != "" {
			out["code"] = j.Reason.Code
			out["message"] = j.Reason.Message
		}
	default: // nothing to tell yet, or any more
	}
	answer["output"] = out
	v.house.JSON(w, op, http.StatusOK, answer)
}

// list is GET /tasks/, which knows neither prompts nor keys.
func (v *Vendor) list(w http.ResponseWriter, r *http.Request) {
	const op = "list"
	if !v.admit(w, r, op, "list") {
		return
	}
	q := r.URL.Query()
	for k := range q {
		if !slices.Contains([]string{"start_time", "end_time", "model_name", "status", "task_id", "page_no", "page_size", "region", "api_key_id"}, k) {
			v.refuse(w, op, http.StatusBadRequest, "InvalidParameter", "unknown parameter "+k)
			return
		}
	}
	bad := ""
	moment := func(key string, otherwise time.Time) time.Time {
		if !q.Has(key) {
			return otherwise
		}
		t, err := time.ParseInLocation("20060102150405", q.Get(key), beijing)
		if err != nil {
			bad = key + " is not YYYYMMDDhhmmss"
		}
		return t
	}
	number := func(key string, otherwise int) int {
		if !q.Has(key) {
			return otherwise
		}
		n, err := strconv.Atoi(q.Get(key))
		if err != nil || n < 1 {
			bad = key + " is not a number from 1"
		}
		return n
	}
	now := v.house.Now()
	end := moment("end_time", now.Add(time.Second))
	start := moment("start_time", end.Add(-24*time.Hour))
	page, size := number("page_no", 1), number("page_size", 10)
	status := q.Get("status")
	switch {
	case status != "" && !slices.Contains([]string{"PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "SUSPENDED", "UNKNOWN"}, status):
		bad = "status is none of the documented"
	case bad == "" && (end.Sub(start) > 24*time.Hour || end.Before(start)):
		bad = "the window is over 24 hours"
	}
	if bad != "" {
		v.refuse(w, op, http.StatusBadRequest, "InvalidParameter", bad)
		return
	}
	rows := []map[string]any{}
	for _, j := range v.house.List() {
		d := j.Detail.(detail)
		if j.Accepted.Before(start) || !j.Accepted.Before(end.Add(time.Second)) ||
			status != "" && words[j.State] != status || q.Has("model_name") && j.Model != q.Get("model_name") || q.Has("task_id") && j.ID != q.Get("task_id") {
			continue
		}
		row := map[string]any{
			"api_key_id": "1", "caller_parent_id": "1000000000000001", "caller_uid": "1000000000000001", "gmt_create": j.Accepted.UnixMilli(),
			"model_name": j.Model, "region": "cn-beijing", "request_id": d.requestID, "status": words[j.State], "task_id": j.ID,
			"user_api_unique_key": "apikey:v1:aigc:" + strings.TrimSuffix(d.model.path, "/video-synthesis") + ":video-synthesis:" + j.Model,
		}
		if !j.Started.IsZero() {
			row["start_time"] = j.Started.UnixMilli()
		}
		if !j.Ended.IsZero() {
			row["end_time"] = j.Ended.UnixMilli()
		}
		rows = append(rows, row)
	}
	total := len(rows)
	rows = rows[min(total, (page-1)*size):min(total, page*size)]
	v.house.JSON(w, op, http.StatusOK, map[string]any{
		"total": total, "data": rows, "total_page": (total + size - 1) / size, "page_no": page, "page_size": size, "request_id": v.id(),
	})
}

func (v *Vendor) cancel(w http.ResponseWriter, r *http.Request) {
	const op = "cancel"
	if !v.admit(w, r, op, "cancel") {
		return
	}
	if _, ok := v.house.Cancel(r.PathValue("id")); !ok {
		v.fail(w, op, http.StatusBadRequest, "UnsupportedOperation", "Failed to cancel the task, please confirm if the task is in PENDING status.")
		return
	}
	v.house.JSON(w, op, http.StatusOK, map[string]any{"request_id": v.id()})
}
