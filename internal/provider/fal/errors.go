package fal

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// kinds are the error types of a request that has run, the longest prefix first
// where one begins another: https://docs.fal.ai/errors for those of models,
// https://fal.ai/docs/documentation/model-apis/request-errors for those of runners.
var kinds = []struct {
	prefix string
	kind   provider.Kind
}{
	{"content_policy_violation", provider.KindRefused},
	{"no_media_generated", provider.KindRefused}, // what a filter left nothing of
	{"image_", provider.KindInvalid},             // too_large, too_small, load_error …
	{"file_", provider.KindInvalid},
	{"generation_timeout", provider.KindFailed},
	{"downstream_service_error", provider.KindFailed},
	{"request_timeout", provider.KindFailed},
	{"startup_timeout", provider.KindFailed},
	{"runner_", provider.KindFailed}, // scheduling_failure, connection_timeout, disconnected, connection_refused, connection_error
}

func kindOf(code string) provider.Kind {
	for _, k := range kinds {
		if strings.HasPrefix(code, k.prefix) {
			return k.kind
		}
	}
	return ""
}

// said is fal's error in one form.
type said struct{ code, message string }

// read takes both forms of fal's errors: {"detail":"text","error_type":…} of the
// queue, and {"detail":[{"loc","msg","type"}]} of models. A refusal among several
// is what counts.
func read(body []byte) said {
	var e struct {
		Detail    json.RawMessage `json:"detail"`
		Error     string          `json:"error"`
		ErrorType string          `json:"error_type"`
		Status    string          `json:"status"` // of a cancel
	}
	if json.Unmarshal(body, &e) != nil {
		return said{}
	}
	out := said{code: e.ErrorType, message: e.Error}
	var text string
	if json.Unmarshal(e.Detail, &text) == nil {
		if text != "" {
			out.message = text
		}
		return out
	}
	var list []struct {
		Loc  []any  `json:"loc"`
		Msg  string `json:"msg"`
		Type string `json:"type"`
	}
	if json.Unmarshal(e.Detail, &list) != nil || len(list) == 0 {
		return out
	}
	at := list[0]
	for _, d := range list {
		if kindOf(d.Type) == provider.KindRefused {
			at = d
			break
		}
	}
	out.code, out.message = at.Type, at.Msg
	if n := len(at.Loc); n > 0 {
		if field, ok := at.Loc[n-1].(string); ok {
			out.message = field + ": " + at.Msg
		}
	}
	return out
}

// explain sorts an error of the queue itself. What a 5xx means for a submit is
// left to wire, but for 503: the page calls that one safe to repeat.
func explain(status int, body []byte) wire.Reason {
	e := read(body)
	r := wire.Reason{Code: e.code, Message: e.message}
	switch {
	case status == http.StatusServiceUnavailable:
		r.Kind = provider.KindTransient
	case status == http.StatusForbidden && exhausted(e.message):
		r.Kind = provider.KindQuota
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		r.Kind = kindOf(e.code)
	}
	return r
}

// exhausted recognises an account without money, which has no code of its own:
// fal locks it, and says so in words.
func exhausted(message string) bool {
	m := strings.ToLower(message)
	return strings.Contains(m, "balance") || strings.Contains(m, "top up") || strings.Contains(m, "user is locked")
}

// clientClosed is what the queue says of a request that was cancelled.
const clientClosed = 499

// outcome is what an error in place of a result says of the job; an empty Kind:
// nothing, it is about asking. Types that no page names are permanent below 500
// and the job's misfortune above.
func outcome(status int, e said) (provider.State, provider.Kind) {
	kind := kindOf(e.code)
	switch {
	case status == http.StatusBadRequest && strings.Contains(strings.ToLower(e.message), "still in progress"):
		return provider.Running, provider.KindTransient
	case status == clientClosed, strings.HasPrefix(e.code, "request_cancel"):
		return provider.Cancelled, provider.KindFailed
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusTooManyRequests, status < http.StatusBadRequest:
		return "", ""
	case kind != "":
		return provider.Failed, kind
	case status < http.StatusInternalServerError:
		return provider.Failed, provider.KindInvalid
	case status == http.StatusInternalServerError && e.message != "", e.code != "":
		return provider.Failed, provider.KindFailed
	}
	return "", ""
}

// billed is what fal says of failures: those of a server are not charged
// (https://fal.ai/docs/model-apis/model-endpoints/reliability).
func billed(status int) *bool {
	if status < http.StatusInternalServerError {
		return nil
	}
	no := false
	return &no
}
