// Package sync emulates Sync (sync.so) after https://sync.so/docs/api-reference, its
// guides of idempotency and of rate limits, and https://sync.so/docs/developer-guides/error-handling:
// one request makes one generation of a clip and a sound, however often it is sent with
// the same Idempotency-Key.
package sync

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/test/vendors"
)

const (
	prefix    = "/v2"
	maxUpload = 20 << 20
	maxInput  = 2 * time.Minute
)

// Vendor is one emulated account.
type Vendor struct {
	URL   string // where Serve serves it
	house *vendors.House
	mux   *http.ServeMux

	mu   sync.Mutex
	keys map[string]made
}

// made is what was made of a key.
type made struct{ id, inputs string }

// Sent are the inputs of a generation, by the bytes.
type Sent struct{ Clip, Speech []byte }

// prices are of a second at 25 pictures, micro-units of USD.
var prices = map[string]int64{"sync-3": 133_000, "lipsync-2-pro": 83_000, "lipsync-2": 50_000, "lipsync-1.9.0-beta": 25_000, "react-1": 0}

// New opens an account.
func New(o vendors.Options) *Vendor {
	v := &Vendor{
		house: vendors.NewHouse(o, vendors.Rules{SubmitRPS: 1, SubmitBurst: 60, QueryQPS: 10, URLLife: time.Hour, Currency: "USD"}),
		mux:   http.NewServeMux(), keys: map[string]made{},
	}
	v.mux.HandleFunc("POST "+prefix+"/generate", v.create)
	v.mux.HandleFunc("GET "+prefix+"/generate/{id}", v.get)
	v.mux.HandleFunc(vendors.ClipPath, v.house.ServeClip)
	v.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		v.refuse(w, "unknown", http.StatusNotFound, "", "no such path: "+r.Method+" "+r.URL.Path)
	})
	return v
}

// Serve serves an account until the test ends.
func Serve(t testing.TB, o vendors.Options) *Vendor {
	t.Helper()
	v := New(o)
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	v.URL = server.URL
	return v
}

// House is the account's books.
func (v *Vendor) House() *vendors.House { return v.house }

func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	vendors.Take(r)
	v.mux.ServeHTTP(w, r)
}

type failure struct {
	StatusCode int    `json:"statusCode"`
	Message    string `json:"message"`
	ErrorCode  string `json:"errorCode,omitempty"`
}

func (v *Vendor) fail(w http.ResponseWriter, op string, status int, code, message string) {
	v.house.JSON(w, op, status, failure{status, message, code})
}

// refuse answers and records an error that is the client's.
func (v *Vendor) refuse(w http.ResponseWriter, op string, status int, code, message string) {
	v.house.Refused(op, status, code, message)
	v.fail(w, op, status, code, message)
}

func (v *Vendor) admit(w http.ResponseWriter, r *http.Request, op, rate string) bool {
	switch {
	case r.Header.Get("x-api-key") != v.house.Options().Key:
		v.refuse(w, op, http.StatusUnauthorized, "", "Invalid or missing API key")
	case !v.house.Allow(rate):
		v.fail(w, op, http.StatusTooManyRequests, "", "Rate limit exceeded")
	default:
		return true
	}
	return false
}

func (v *Vendor) create(w http.ResponseWriter, r *http.Request) {
	const op = "create"
	if !v.admit(w, r, op, "submit") {
		return
	}
	key := r.Header.Get("Idempotency-Key")
	sent, model, kind, err := read(r)
	if err != nil {
		v.refuse(w, op, http.StatusBadRequest, "generation_input_validation_failed", err.Error())
		return
	}
	inputs := digest(sent, model)
	v.mu.Lock()
	defer v.mu.Unlock()
	if before, ok := v.keys[key]; ok && key != "" {
		if before.inputs != inputs {
			v.refuse(w, op, http.StatusConflict, "IDEMPOTENCY_KEY_REUSED", "the key was used with other inputs")
			return
		}
		v.house.JSON(w, op, http.StatusOK, map[string]any{"id": before.id, "status": "PENDING", "model": model})
		return
	}
	fate, _ := v.house.Fate()
	switch fate {
	case vendors.Dropped:
		v.house.Hang(op)
	case vendors.ServerError:
		v.fail(w, op, http.StatusInternalServerError, "", "Internal server error")
		return
	case vendors.Throttle:
		v.fail(w, op, http.StatusTooManyRequests, "", "Concurrency limit exceeded")
		return
	default: // read it first
	}
	price, known := prices[model]
	if !known {
		v.refuse(w, op, http.StatusBadRequest, "generation_unsupported_model", "no model "+model)
		return
	}
	id := fmt.Sprintf("7a2b0c1e-93a4-4bb1-9a6d-%012d", len(v.keys)+1)
	job, err := v.house.Accept(vendors.Offer{
		Job:        vendors.Job{ID: id, Key: key, Model: model, Kind: kind, Videos: 1, Sounds: 1, Price: 3 * price, Currency: "USD", Detail: sent},
		Refusal:    vendors.Reason{Code: "generation_content_rejected", Message: "The content is not allowed."},
		Failure:    vendors.Reason{Code: "generation_pipeline_failed", Message: "The pipeline failed."},
		RejectBusy: true,
	}, fate)
	switch {
	case errors.Is(err, vendors.ErrBusy):
		v.fail(w, op, http.StatusTooManyRequests, "", "Concurrency limit exceeded")
		return
	case errors.Is(err, vendors.ErrCredit):
		v.fail(w, op, http.StatusPaymentRequired, "", "Payment required")
		return
	}
	if key != "" {
		v.keys[key] = made{job.ID, inputs}
	}
	v.house.Created(w, fate, map[string]any{"id": job.ID, "status": "PENDING", "model": model, "createdAt": job.Accepted.UTC()})
}

// read is a form with the files in it; requests by address are for a vendor that can
// fetch.
func read(r *http.Request) (sent Sent, model, kind string, err error) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" {
		return sent, "", "", fmt.Errorf("a request of type %q: this one takes files", r.Header.Get("Content-Type"))
	}
	form := multipart.NewReader(r.Body, params["boundary"])
	total := 0
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return sent, "", "", fmt.Errorf("read the form: %w", err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return sent, "", "", fmt.Errorf("read the form: %w", err)
		}
		total += len(body)
		switch part.FormName() {
		case "model":
			model = string(body)
		case "options":
		case "video":
			sent.Clip = body
		case "audio":
			sent.Speech = body
		default:
			return sent, "", "", fmt.Errorf("no field %q is known", part.FormName())
		}
	}
	switch {
	case len(sent.Clip) == 0 || len(sent.Speech) == 0:
		return sent, "", "", errors.New("video and audio are needed")
	case total > maxUpload:
		return sent, "", "", errors.New("over 20 MB")
	}
	return sent, model, "generate", nil
}

func digest(s Sent, model string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %d ", model, len(s.Clip), len(s.Speech))
	h.Write(s.Clip)
	h.Write(s.Speech)
	return hex.EncodeToString(h.Sum(nil))
}

var words = map[vendors.State]string{vendors.Queued: "PENDING", vendors.Running: "PROCESSING", vendors.Succeeded: "COMPLETED", vendors.Failed: "FAILED"}

func (v *Vendor) get(w http.ResponseWriter, r *http.Request) {
	const op = "get"
	if !v.admit(w, r, op, "query") {
		return
	}
	if v.house.QueryFails() {
		v.fail(w, op, http.StatusInternalServerError, "", "Internal server error")
		return
	}
	j, ok := v.house.Get(r.PathValue("id"))
	if !ok {
		v.fail(w, op, http.StatusNotFound, "", "Generation not found")
		return
	}
	out := map[string]any{"id": j.ID, "status": words[j.State], "model": j.Model, "createdAt": j.Accepted.UTC()}
	switch j.State {
	case vendors.Succeeded:
		out["outputUrl"] = v.house.ClipURL(r, j.ID, "video.mp4", j.Ended)
	case vendors.Failed:
		out["error"], out["errorCode"] = j.Reason.Message, j.Reason.Code
		if j.Reason.Code == "generation_content_rejected" {
			out["status"] = "REJECTED"
		}
	default: // nothing to tell yet
	}
	v.house.JSON(w, op, http.StatusOK, out)
}
