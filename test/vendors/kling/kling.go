// Package kling emulates the Kling API in both of its generations, after
// https://klingai.com/document-api (3.0 text, image and omni to video, tasks,
// legacy videos, error codes, concurrency, callbacks), and lip sync. Motion control and
// extension are unknown to it.
package kling

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/test/vendors"
)

const recordLife = 30 * 24 * time.Hour // of a task, and of its result

// Vendor is one emulated account.
type Vendor struct {
	house *vendors.House
	mux   *http.ServeMux
	ids   atomic.Uint64
	// sessions are looks for faces.
	sessions sync.Map
}

// New opens an account. Its money is CNY, or USD if Options.Currency says so. A
// job holds its slot from submitted to its end, and what has no slot is refused.
func New(o vendors.Options) *Vendor {
	v := &Vendor{
		house: vendors.NewHouse(o, vendors.Rules{URLLife: recordLife, RecordLife: recordLife, Currency: "CNY"}),
		mux:   http.NewServeMux(),
	}
	for _, kind := range []string{"text-to-video", "image-to-video", "omni-video"} {
		v.mux.HandleFunc("POST /"+kind+"/{model}", func(w http.ResponseWriter, r *http.Request) {
			v.create(w, r, kind, func(body *vendors.Object) (*ask, *no) {
				return readNew(body, kind, r.PathValue("model"), v.house.Options().Currency)
			})
		})
	}
	v.mux.HandleFunc("GET /tasks", v.get)
	v.mux.HandleFunc("POST /tasks", v.list)
	for _, kind := range []string{"text2video", "image2video", "omni-video"} {
		path := "/v1/videos/" + kind
		v.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			v.create(w, r, legacy+kind, func(body *vendors.Object) (*ask, *no) { return readLegacy(body, kind, v.house.Options().Currency) })
		})
		v.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { v.listLegacy(w, r, legacy+kind) })
		v.mux.HandleFunc("GET "+path+"/{id}", func(w http.ResponseWriter, r *http.Request) { v.getLegacy(w, r, legacy+kind) })
	}
	v.serveLips()
	v.mux.HandleFunc(vendors.ClipPath, v.house.ServeClip)
	v.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		v.refuse(w, "unknown", http.StatusNotFound, 1202, "no such path: "+r.Method+" "+r.URL.Path)
	})
	return v
}

// legacy begins the Job.Kind of what came in the old way.
const legacy = "v1/videos/"

// House is the account's books.
func (v *Vendor) House() *vendors.House { return v.house }

// Handler serves the API and the results.
func (v *Vendor) Handler() http.Handler { return v }

func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	vendors.Take(r)
	v.mux.ServeHTTP(w, r)
}

// BaseURL is what a studio configures for an emulator at a server's URL.
func BaseURL(serverURL string) string { return serverURL }

func (v *Vendor) id() string { return strconv.FormatUint(880_000_000_000_000_000+v.ids.Add(1), 10) }

func (v *Vendor) answer(w http.ResponseWriter, op string, status, code int, message string, data any) {
	out := map[string]any{"code": code, "message": message, "request_id": v.id()}
	if data != nil {
		out["data"] = data
	}
	v.house.JSON(w, op, status, out)
}

// refuse answers and records an error that is the client's fault.
func (v *Vendor) refuse(w http.ResponseWriter, op string, status, code int, message string) {
	v.house.Refused(op, status, strconv.Itoa(code), message)
	v.answer(w, op, status, code, message, nil)
}

func (v *Vendor) admit(w http.ResponseWriter, r *http.Request, op, rate string) bool {
	if code, message := v.authorise(r.Header.Get("Authorization")); code != 0 {
		v.refuse(w, op, http.StatusUnauthorized, code, message)
		return false
	}
	if !v.house.Allow(rate) {
		v.answer(w, op, http.StatusTooManyRequests, 1302, "request rate is over the limit", nil)
		return false
	}
	return true
}

var troubles = []struct{ status, code int }{{500, 5000}, {503, 5001}, {504, 5002}}

func (v *Vendor) create(w http.ResponseWriter, r *http.Request, kind string, read func(*vendors.Object) (*ask, *no)) {
	const op = "create"
	if !v.admit(w, r, op, "submit") {
		return
	}
	fate, n := v.house.Fate()
	switch fate {
	case vendors.Dropped:
		v.house.Hang(op)
	case vendors.ServerError:
		t := troubles[n%len(troubles)]
		v.answer(w, op, t.status, t.code, "server error", nil)
		return
	case vendors.Throttle:
		v.answer(w, op, http.StatusTooManyRequests, 1302, "request rate is over the limit", nil)
		return
	default: // read it first
	}
	body, problem := vendors.ReadBody(r)
	if problem != nil {
		v.refuse(w, op, http.StatusBadRequest, 1200, problem.Error())
		return
	}
	a, no := read(body)
	if no != nil {
		v.refuse(w, op, no.status, no.code, no.message)
		return
	}
	if fate == vendors.RefuseNow {
		v.answer(w, op, http.StatusBadRequest, 1301-n%2, "the request triggers the content safety policy", nil)
		return
	}
	offer := vendors.Offer{
		Job: vendors.Job{
			ID: v.id(), Key: a.external, Model: a.model, Kind: kind, Prompt: a.prompt, Resolution: a.resolution, Ratio: a.ratio, Seconds: a.seconds,
			Audio: a.audio, Pictures: a.pictures, Videos: a.videos, Currency: v.house.Options().Currency, Callback: a.callback, Detail: a,
		},
		// The reasons of failed tasks are words without a code.
		Refusal: vendors.Reason{Message: "Failure to pass the risk control system"},
		Failure: vendors.Reason{Message: "Task failed because of an internal error"},
		Unique:  true, RejectBusy: true,
	}
	offer.Width, offer.Height = vendors.Size(map[string]int{"720p": 720, "1080p": 1080, "4k": 2160}[a.resolution], a.ratio)
	offer.Price = a.each * int64(a.seconds)
	job, err := v.house.Accept(offer, fate)
	switch {
	case errors.Is(err, vendors.ErrDuplicate):
		// The code for it is not documented.
		v.answer(w, op, http.StatusBadRequest, 1201, "external_task_id already exists", nil)
		return
	case errors.Is(err, vendors.ErrBusy):
		v.answer(w, op, http.StatusTooManyRequests, 1303, "parallel task over resource pack limit", nil)
		return
	case errors.Is(err, vendors.ErrCredit):
		v.answer(w, op, http.StatusTooManyRequests, 1102, "resource pack exhausted", nil)
		return
	}
	for _, s := range a.warnings {
		v.house.Warn(job.ID, "%s", s)
	}
	if a.each == 0 {
		v.house.Warn(job.ID, "the price of %s at %s is not documented: billed as 0", a.model, a.resolution)
	}
	// It was created submitted, however fast it moves on.
	job.State, job.Started, job.Ended = vendors.Queued, time.Time{}, time.Time{}
	answer := map[string]any{"code": 0, "message": "SUCCEED", "request_id": v.id(), "data": v.task(r, job)}
	if strings.HasPrefix(kind, legacy) {
		answer["data"] = v.taskLegacy(r, job)
	}
	v.house.Created(w, fate, answer)
}

func changed(j vendors.Job) int64 {
	last := j.Accepted
	for _, t := range []time.Time{j.Started, j.Ended} {
		if t.After(last) {
			last = t
		}
	}
	return last.UnixMilli()
}

func words(s vendors.State, succeeded string) string {
	switch s {
	case vendors.Queued:
		return "submitted"
	case vendors.Running:
		return "processing"
	case vendors.Succeeded:
		return succeeded
	default:
		return "failed"
	}
}

// units writes what a job took from the resource pack: a unit is 1 CNY or 0.14 USD.
func units(micros int64, currency string) string {
	unit := int64(1_000_000)
	if currency == "USD" {
		unit = 140_000
	}
	s := fmt.Sprintf("%d.%06d", micros/unit, micros%unit*1_000_000/unit)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// task is a task as the new generation tells it.
func (v *Vendor) task(r *http.Request, j vendors.Job) map[string]any {
	out := map[string]any{"id": j.ID, "status": words(j.State, "succeeded"), "create_time": j.Accepted.UnixMilli(), "update_time": changed(j)}
	if j.Key != "" {
		out["external_id"] = j.Key
	}
	if j.State != vendors.Queued {
		out["message"] = j.Reason.Message
	}
	if j.State == vendors.Succeeded {
		out["outputs"] = []any{v.video(r, j, "type", "video")}
		n := units(j.Billed, j.Currency)
		out["billing"] = []any{map[string]any{"charge_type": "unit", "amount": n, "currency": "", "package_type": "video", "list_price": n}}
	}
	return out
}

func (v *Vendor) video(r *http.Request, j vendors.Job, more ...string) map[string]any {
	out := map[string]any{"id": j.ID + "1", "url": v.house.ClipURL(r, j.ID, "video.mp4", j.Ended), "duration": fmt.Sprintf("%d.0", j.Seconds)}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	if j.Detail.(*ask).watermark {
		out["watermark_url"] = v.house.ClipURL(r, j.ID, "watermark.mp4", j.Ended)
	}
	return out
}

// taskLegacy is a task as the old generation tells it.
func (v *Vendor) taskLegacy(r *http.Request, j vendors.Job) map[string]any {
	info := map[string]any{}
	if j.Key != "" {
		info["external_task_id"] = j.Key
	}
	out := map[string]any{
		"task_id": j.ID, "task_status": words(j.State, "succeed"), "task_info": info, "created_at": j.Accepted.UnixMilli(), "updated_at": changed(j),
	}
	if j.State != vendors.Queued {
		out["task_status_msg"] = j.Reason.Message
	}
	if j.State == vendors.Succeeded {
		out["task_result"] = map[string]any{"videos": []any{v.video(r, j)}}
		out["final_unit_deduction"] = units(j.Billed, j.Currency)
		out["final_balance_deduction"] = ""
	}
	return out
}
