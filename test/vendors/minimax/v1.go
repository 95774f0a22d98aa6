package minimax

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/dailies/dailies/test/vendors"
)

var (
	troublesOld  = []int{1000, 1013, 1033}
	throttlesOld = []int{1002, 1039, 1041}
)

func (v *Vendor) createOld(w http.ResponseWriter, r *http.Request) {
	const op = "create"
	if !v.admitOld(w, r, op, "submit old") {
		return
	}
	fate, n := v.house.Fate()
	switch fate {
	case vendors.Dropped:
		v.house.Hang(op)
	case vendors.ServerError:
		v.failOld(w, op, troublesOld[n%len(troublesOld)], "unknown error")
		return
	case vendors.Throttle:
		v.failOld(w, op, throttlesOld[n%len(throttlesOld)], "rate limit")
		return
	default: // read it first
	}
	body, problem := vendors.ReadBody(r)
	if problem != nil {
		v.refuseOld(w, op, 2013, "invalid params, "+problem.Error())
		return
	}
	a := &ask{}
	if retired(body.String("model")) {
		v.house.Refused(op, http.StatusNotFound, "", "a retired model")
		v.house.Answered("create 404")
		http.Error(w, "404 page not found", http.StatusNotFound)
		return
	}
	a.readOld(body, v.house.Options().Currency)
	if p := body.Problem(); p != nil {
		v.refuseOld(w, op, 2013, "invalid params, "+p.Error())
		return
	}
	if fate == vendors.RefuseNow {
		v.failOld(w, op, 1026, "input new_sensitive")
		return
	}
	offer := v.offer(a, v1)
	if n%2 == 1 {
		offer.Failure = vendors.Reason{} // a Fail may come without a code
	}
	job, err := v.house.Accept(offer, fate)
	if errors.Is(err, vendors.ErrCredit) {
		v.failOld(w, op, 1008, "insufficient balance")
		return
	}
	v.warn(job, a)
	v.house.Created(w, fate, map[string]any{"task_id": job.ID, "base_resp": base(0, "success")})
}

func (v *Vendor) getOld(w http.ResponseWriter, r *http.Request) {
	const op = "get"
	if !v.admitOld(w, r, op, "query") {
		return
	}
	if v.house.QueryFails() {
		v.failOld(w, op, 1000, "unknown error")
		return
	}
	j, ok := v.house.Get(r.URL.Query().Get("task_id"))
	if !ok || j.Kind != v1 {
		v.failOld(w, op, 2013, "invalid params, task_id")
		return
	}
	out := map[string]any{"task_id": j.ID, "file_id": "", "video_width": 0, "video_height": 0, "base_resp": base(0, "success")}
	switch j.State {
	case vendors.Queued:
		out["status"] = "Queueing"
		if !j.Slot.IsZero() {
			out["status"] = "Preparing"
		}
	case vendors.Running:
		out["status"] = "Processing"
	case vendors.Succeeded:
		out["status"], out["file_id"], out["video_width"], out["video_height"] = "Success", strconv.FormatInt(file(j), 10), j.Width, j.Height
	default:
		out["status"] = "Fail"
		if code, err := strconv.Atoi(j.Reason.Code); err == nil {
			out["base_resp"] = base(code, j.Reason.Message)
		}
	}
	v.house.JSON(w, op, http.StatusOK, out)
}

// file is the id of a job's result.
func file(j vendors.Job) int64 {
	n, _ := strconv.ParseInt(j.ID, 10, 64)
	return n + fileOffset
}

// result is the job of the file_id in a request.
func (v *Vendor) result(r *http.Request) (vendors.Job, bool) {
	n, err := strconv.ParseInt(r.URL.Query().Get("file_id"), 10, 64)
	if err != nil {
		return vendors.Job{}, false
	}
	j, ok := v.house.Get(strconv.FormatInt(n-fileOffset, 10))
	return j, ok && j.Kind == v1 && j.State == vendors.Succeeded
}

// retrieve makes a new URL at every call.
func (v *Vendor) retrieve(w http.ResponseWriter, r *http.Request) {
	const op = "retrieve"
	if !v.admitOld(w, r, op, "query") {
		return
	}
	j, ok := v.result(r)
	if !ok {
		v.refuseOld(w, op, 2013, "invalid params, file_id")
		return
	}
	v.house.JSON(w, op, http.StatusOK, map[string]any{
		"file": map[string]any{
			"file_id": file(j), "bytes": len(v.house.Clip(j)), "created_at": j.Ended.Unix(), "filename": "output.mp4", "purpose": "video_generation",
			"download_url": v.house.ClipURL(r, j.ID, "video.mp4", v.house.Now()),
		},
		"base_resp": base(0, "success"),
	})
}

// content is the one way to the bytes that wants the key.
func (v *Vendor) content(w http.ResponseWriter, r *http.Request) {
	const op = "content"
	if !v.admitOld(w, r, op, "query") {
		return
	}
	j, ok := v.result(r)
	if !ok {
		v.refuseOld(w, op, 2013, "invalid params, file_id")
		return
	}
	v.house.Answered("content 200")
	w.Header().Set("Content-Type", "video/mp4")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(v.house.Clip(j)))
}
