package minimax

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/dailies/dailies/test/vendors"
)

var troubles = []struct{ status, code int }{{500, 1000}, {529, 1033}, {500, 1013}}

func (v *Vendor) create(w http.ResponseWriter, r *http.Request) {
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
		v.fail(w, op, t.status, t.code, "unknown error")
		return
	case vendors.Throttle:
		v.fail(w, op, http.StatusTooManyRequests, 1002, "rate limit exceeded")
		return
	default: // read it first
	}
	body, problem := vendors.ReadBody(r)
	if problem != nil {
		v.refuse(w, op, http.StatusBadRequest, 2013, "invalid params, "+problem.Error())
		return
	}
	a := &ask{}
	a.read(body, v.house.Options().Currency)
	if p := body.Problem(); p != nil {
		v.refuse(w, op, http.StatusBadRequest, 2013, "invalid params, "+p.Error())
		return
	}
	if fate == vendors.RefuseNow {
		v.fail(w, op, http.StatusUnprocessableEntity, 1026, "input new_sensitive")
		return
	}
	job, err := v.house.Accept(v.offer(a, v2), fate)
	switch {
	case errors.Is(err, vendors.ErrBusy):
		v.fail(w, op, http.StatusTooManyRequests, 1002, "too many tasks in flight")
		return
	case errors.Is(err, vendors.ErrCredit):
		v.fail(w, op, http.StatusPaymentRequired, 1008, "insufficient balance")
		return
	}
	v.warn(job, a)
	v.house.Created(w, fate, map[string]any{"task_id": job.ID})
}

func (v *Vendor) task(r *http.Request, j vendors.Job) map[string]any {
	a := j.Detail.(*ask)
	changed := j.Accepted
	for _, t := range []time.Time{j.Started, j.Ended} {
		if t.After(changed) {
			changed = t
		}
	}
	out := map[string]any{
		"id": j.ID, "model": j.Model, "status": string(j.State), "created_at": j.Accepted.Unix(), "updated_at": changed.Unix(), "resolution": j.Resolution,
		"duration": j.Seconds, "ratio": j.Ratio, "usage": map[string]any{}, "task_type": "generation", "modality": "video",
	}
	switch j.State {
	case vendors.Succeeded:
		out["content"] = map[string]any{"url": v.house.ClipURL(r, j.ID, "video.mp4", v.house.Now())}
		in := a.inputSeconds()
		out["usage"] = map[string]any{"total_seconds": in + j.Seconds, "input_seconds": in, "output_seconds": j.Seconds}
	case vendors.Failed:
		out["error"] = map[string]any{"code": j.Reason.Code, "message": j.Reason.Message}
	default: // nothing to tell yet, or any more
	}
	return out
}

func (v *Vendor) get(w http.ResponseWriter, r *http.Request) {
	const op = "get"
	if !v.admit(w, r, op, "query") {
		return
	}
	if v.house.QueryFails() {
		v.fail(w, op, http.StatusInternalServerError, 1000, "unknown error")
		return
	}
	j, ok := v.house.Get(r.PathValue("id"))
	if !ok || j.Kind != v2 {
		v.fail(w, op, http.StatusBadRequest, 2013, "invalid task_id")
		return
	}
	v.house.JSON(w, op, http.StatusOK, map[string]any{"task": v.task(r, j)})
}

func (v *Vendor) list(w http.ResponseWriter, r *http.Request) {
	const op = "list"
	if !v.admit(w, r, op, "list") {
		return
	}
	q := r.URL.Query()
	bad := ""
	for k := range q {
		if !slices.Contains([]string{"page_num", "page_size", "filter.status", "filter.task_ids", "filter.model", "filter.task_type"}, k) {
			bad = "unknown parameter " + k
		}
	}
	number := func(key string, otherwise int) int {
		if !q.Has(key) {
			return otherwise
		}
		n, err := strconv.Atoi(q.Get(key))
		if err != nil || n < 1 || n > 500 {
			bad = key + " is not in 1..500"
		}
		return n
	}
	page, size := number("page_num", 1), number("page_size", 20)
	if s := q.Get("filter.status"); s != "" && !slices.Contains([]string{"queued", "running", "succeeded", "failed", "cancelled", "expired"}, s) {
		bad = "no such status"
	}
	if bad != "" {
		v.refuse(w, op, http.StatusBadRequest, 2013, "invalid params, "+bad)
		return
	}
	items := []any{}
	for _, j := range v.house.List() {
		switch {
		case j.Kind != v2,
			q.Has("filter.status") && string(j.State) != q.Get("filter.status"),
			q.Has("filter.model") && j.Model != q.Get("filter.model"),
			q.Has("filter.task_type") && q.Get("filter.task_type") != "generation",
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
	id, action := r.PathValue("id"), "cancelled"
	j, ok := v.house.Get(id)
	if !ok || j.Kind != v2 {
		v.fail(w, op, http.StatusBadRequest, 2013, "invalid task_id")
		return
	}
	if _, stopped := v.house.Cancel(id); stopped {
		j.State = vendors.Cancelled
	} else {
		// It may have moved on between the two.
		j, _ = v.house.Get(id)
		if j.State == vendors.Running || j.State == vendors.Cancelled {
			v.fail(w, op, http.StatusBadRequest, 2013, "a "+string(j.State)+" task can be neither cancelled nor deleted")
			return
		}
		v.house.Delete(id)
		action = "deleted"
	}
	v.house.JSON(w, op, http.StatusOK, map[string]any{"task_id": id, "action": action, "status": string(j.State)})
}
