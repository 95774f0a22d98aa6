// Package minimax emulates MiniMax's video generation in both of its
// generations: v1 (Hailuo), whose errors come inside an HTTP 200, and v2 (H3),
// after https://platform.minimax.io/docs/api-reference (video generation, file
// management, errorcode) and …/docs/guides (rate-limits, pricing-paygo). Uploads,
// regeneration, prompt expansion, speech and callbacks are unknown to it.
package minimax

import (
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/test/vendors"
)

const (
	recordLife = 7 * 24 * time.Hour
	urlLife    = time.Hour
	v1, v2     = "v1", "v2" // Job.Kind
)

// Vendor is one emulated account.
type Vendor struct {
	house *vendors.House
	mux   *http.ServeMux
	ids   atomic.Int64
}

// New opens an account. Its money is CNY, or USD if Options.Currency says so. In
// v1 what has no slot waits; in v2 it is refused, as the vendor does with more
// than 30 tasks in flight.
func New(o vendors.Options) *Vendor {
	v := &Vendor{
		house: vendors.NewHouse(o, vendors.Rules{
			SubmitRPS: 5, SubmitBurst: 300, OldRPS: 20.0 / 60, OldBurst: 20, URLLife: urlLife, RecordLife: recordLife, Currency: "CNY",
		}),
		mux: http.NewServeMux(),
	}
	v.mux.HandleFunc("POST /v1/video_generation", v.createOld)
	v.mux.HandleFunc("GET /v1/query/video_generation", v.getOld)
	v.mux.HandleFunc("GET /v1/files/retrieve", v.retrieve)
	v.mux.HandleFunc("GET /v1/files/retrieve_content", v.content)
	v.mux.HandleFunc("POST /v2/video_generation", v.create)
	v.mux.HandleFunc("GET /v2/query/video_generation/{id}", v.get)
	v.mux.HandleFunc("GET /v2/query/video_generation", v.list)
	v.mux.HandleFunc("DELETE /v2/video_generation/{id}", v.remove)
	v.mux.HandleFunc(vendors.ClipPath, v.house.ServeClip)
	v.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		v.house.Refused("unknown", http.StatusNotFound, "", r.Method+" "+r.URL.Path)
		v.house.Answered("unknown 404")
		http.Error(w, "404 page not found", http.StatusNotFound)
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

// BaseURL is what a studio configures for an emulator at a server's URL; both
// generations lie below it.
func BaseURL(serverURL string) string { return serverURL }

// fileOffset lies between a task's id and its file's.
const fileOffset = 1_311_611_840

func (v *Vendor) id() string { return strconv.FormatInt(176_843_862_716_480+v.ids.Add(1), 10) }

// base is what every answer of v1 ends with.
func base(code int, message string) map[string]any {
	return map[string]any{"status_code": code, "status_msg": message}
}

// failOld answers an error of v1 that is not the client's fault.
func (v *Vendor) failOld(w http.ResponseWriter, op string, code int, message string) {
	out := map[string]any{"base_resp": base(code, message)}
	if op == "create" {
		out["task_id"] = ""
	}
	v.house.JSON(w, op, http.StatusOK, out)
}

// refuseOld answers and records an error of v1 that is.
func (v *Vendor) refuseOld(w http.ResponseWriter, op string, code int, message string) {
	v.house.Refused(op, http.StatusOK, strconv.Itoa(code), message)
	v.failOld(w, op, code, message)
}

func (v *Vendor) admitOld(w http.ResponseWriter, r *http.Request, op, rate string) bool {
	switch auth := r.Header.Get("Authorization"); {
	case auth == "":
		v.refuseOld(w, op, 1004, "login fail: Please carry the API secret key in the 'Authorization' field of the request header")
	case auth != "Bearer "+v.house.Options().Key:
		v.refuseOld(w, op, 2049, "invalid api key")
	case !v.house.Allow(rate):
		v.failOld(w, op, 1002, "rate limit exceeded(RPM)")
	default:
		return true
	}
	return false
}

var kinds = map[int]string{
	400: "bad_request_error", 401: "authorized_error", 402: "insufficient_balance_error", 422: "unprocessable_entity_error", 429: "rate_limit_error",
	500: "server_error", 529: "overloaded_error",
}

// fail answers an error of v2 that is not the client's fault.
func (v *Vendor) fail(w http.ResponseWriter, op string, status, code int, message string) {
	v.house.JSON(w, op, status, map[string]any{
		"type": "error", "request_id": fmt.Sprintf("%032x", v.ids.Add(1)),
		"error": map[string]any{"type": kinds[status], "message": fmt.Sprintf("%s (%d)", message, code), "http_code": strconv.Itoa(status)},
	})
}

// refuse answers and records an error of v2 that is.
func (v *Vendor) refuse(w http.ResponseWriter, op string, status, code int, message string) {
	v.house.Refused(op, status, strconv.Itoa(code), message)
	v.fail(w, op, status, code, message)
}

func (v *Vendor) admit(w http.ResponseWriter, r *http.Request, op, rate string) bool {
	switch auth := r.Header.Get("Authorization"); {
	case auth != "Bearer "+v.house.Options().Key:
		v.refuse(w, op, http.StatusUnauthorized, 1004, "login fail")
	case !v.house.Allow(rate):
		v.fail(w, op, http.StatusTooManyRequests, 1002, "rate limit exceeded")
	default:
		return true
	}
	return false
}

// offer is what both generations accept.
func (v *Vendor) offer(a *ask, kind string) vendors.Offer {
	o := vendors.Offer{
		Job: vendors.Job{
			ID: v.id(), Model: a.model, Kind: kind, Prompt: a.prompt, Resolution: a.resolution, Ratio: a.ratio, Seconds: a.seconds, Audio: kind == v2,
			Pictures: a.pictures, Videos: a.videos, Sounds: a.sounds, Price: a.price, Currency: v.house.Options().Currency, Callback: a.callback, Detail: a,
		},
		Refusal:    vendors.Reason{Code: "1027", Message: "output new_sensitive"},
		Failure:    vendors.Reason{Code: "1033", Message: "downstream error"},
		RejectBusy: kind == v2,
	}
	o.Width, o.Height = vendors.Size(map[string]int{"480P": 480, "512P": 512, "720P": 720, "768P": 768, "1080P": 1080, "2K": 1440}[a.resolution], a.ratio)
	return o
}

func (v *Vendor) warn(job vendors.Job, a *ask) {
	for _, s := range a.warnings {
		v.house.Warn(job.ID, "%s", s)
	}
	if a.price == 0 {
		v.house.Warn(job.ID, "the price of %s at %s for %d s is not documented: billed as 0", a.model, a.resolution, a.seconds)
	}
}
