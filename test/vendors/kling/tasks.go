package kling

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/test/vendors"
)

// get is GET /tasks, by ids or by the client's ids.
func (v *Vendor) get(w http.ResponseWriter, r *http.Request) {
	const op = "get"
	if !v.admit(w, r, op, "query") {
		return
	}
	if v.house.QueryFails() {
		v.answer(w, op, http.StatusInternalServerError, 5000, "server error", nil)
		return
	}
	q := r.URL.Query()
	find, key := v.house.Get, "task_ids"
	if q.Has("external_task_ids") {
		find, key = v.house.Find, "external_task_ids"
	}
	if q.Get(key) == "" || len(q) != 1 || len(q[key]) != 1 {
		v.refuse(w, op, http.StatusBadRequest, 1201, "exactly one of task_ids and external_task_ids is required")
		return
	}
	data := []any{}
	for id := range strings.SplitSeq(q.Get(key), ",") {
		if j, ok := find(id); ok {
			data = append(data, v.task(r, j))
		}
	}
	v.answer(w, op, http.StatusOK, 0, "", data)
}

// list is POST /tasks.
func (v *Vendor) list(w http.ResponseWriter, r *http.Request) {
	const op = "list"
	if !v.admit(w, r, op, "list") {
		return
	}
	body, problem := vendors.ReadBody(r)
	if problem != nil {
		v.refuse(w, op, http.StatusBadRequest, 1200, problem.Error())
		return
	}
	now := v.house.Now()
	const ever = 1 << 52
	start := body.Int("start_time", now.Add(-recordLife).UnixMilli(), 0, ever)
	end := body.Int("end_time", now.UnixMilli(), 0, ever)
	limit := int(body.Int("limit", 100, 1, 500))
	from := 0
	if s := body.String("cursor"); s != "" {
		n, err := strconv.Atoi(s)
		if from = n; err != nil || n < 0 {
			body.Wrong("cursor", "is none of ours")
		}
	}
	keep := []func(vendors.Job) bool{}
	for _, f := range body.Objects("filters") {
		f.Need("key", "values")
		key, values := f.OneOf("key", "", "status", "product_type"), f.Strings("values")
		f.End()
		keep = append(keep, func(j vendors.Job) bool {
			if key == "status" {
				return slices.Contains(values, words(j.State, "succeeded"))
			}
			return slices.Contains(values, strings.TrimPrefix(j.Kind, legacy))
		})
	}
	body.End()
	if p := body.Problem(); p != nil {
		v.refuse(w, op, http.StatusBadRequest, 1201, p.Error())
		return
	}
	all := []any{}
	for _, j := range v.house.List() {
		at := j.Accepted.UnixMilli()
		if at < start || at > end || slices.ContainsFunc(keep, func(ok func(vendors.Job) bool) bool { return !ok(j) }) {
			continue
		}
		all = append(all, v.task(r, j))
	}
	to := min(len(all), from+limit)
	page, next := all[min(from, to):to], ""
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	v.house.JSON(w, op, http.StatusOK, map[string]any{
		"code": 0, "message": "", "request_id": v.id(), "result": page, "count": len(page), "next_cursor": next, "has_more": next != "",
	})
}

// getLegacy takes our id or the client's.
func (v *Vendor) getLegacy(w http.ResponseWriter, r *http.Request, kind string) {
	const op = "get"
	if !v.admit(w, r, op, "query") {
		return
	}
	if v.house.QueryFails() {
		v.answer(w, op, http.StatusInternalServerError, 5000, "server error", nil)
		return
	}
	id := r.PathValue("id")
	j, ok := v.house.Get(id)
	if !ok {
		j, ok = v.house.Find(id)
	}
	if !ok || j.Kind != kind {
		v.answer(w, op, http.StatusNotFound, 1203, "task not found", nil)
		return
	}
	v.answer(w, op, http.StatusOK, 0, "SUCCEED", v.taskLegacy(r, j))
}

func (v *Vendor) listLegacy(w http.ResponseWriter, r *http.Request, kind string) {
	const op = "list"
	if !v.admit(w, r, op, "list") {
		return
	}
	q := r.URL.Query()
	number := func(key string, otherwise, most int) (int, error) {
		if !q.Has(key) {
			return otherwise, nil
		}
		n, err := strconv.Atoi(q.Get(key))
		if err != nil || n < 1 || n > most {
			return 0, fmt.Errorf("%s is not in 1..%d", key, most)
		}
		return n, nil
	}
	page, err := number("pageNum", 1, 1000)
	size, err2 := number("pageSize", 30, 500)
	for _, e := range []error{err, err2} {
		if e != nil {
			v.refuse(w, op, http.StatusBadRequest, 1201, e.Error())
			return
		}
	}
	data := []any{}
	for _, j := range v.house.List() {
		if j.Kind == kind {
			data = append(data, v.taskLegacy(r, j))
		}
	}
	v.answer(w, op, http.StatusOK, 0, "SUCCEED", data[min(len(data), (page-1)*size):min(len(data), page*size)])
}
