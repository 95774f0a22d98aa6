package omni

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// kinds are the codes of https://ai.google.dev/gemini-api/docs/api-errors. What is
// not here, not_found and model_not_found among it, is for the HTTP status to say.
var kinds = map[string]provider.Kind{
	"invalid_request":     provider.KindInvalid,
	"failed_precondition": provider.KindInvalid,
	"parameter_unknown":   provider.KindInvalid,
	"out_of_range":        provider.KindInvalid,
	"authentication":      provider.KindAuth,
	"permission_denied":   provider.KindAuth,
	"payment_required":    provider.KindQuota,
	"quota_exceeded":      provider.KindQuota,     // of a day
	"rate_limit_exceeded": provider.KindThrottled, // of a minute
}

func kindOf(code string) provider.Kind { return kinds[strings.ToLower(code)] }

// statusClientClosed is Google's status for a request that was given up half-way.
const statusClientClosed = 499

// explain reads an answer that says no.
func explain(op wire.Op, status int, body []byte) wire.Reason {
	var answer struct {
		Error failure `json:"error"`
	}
	_ = json.Unmarshal(body, &answer) // what is no JSON is shown as it is
	e := answer.Error
	r := wire.Reason{Kind: kindOf(e.code()), Code: e.code(), Message: e.Message}
	switch {
	case status == statusClientClosed && op == wire.Submit:
		r.Kind = provider.KindAmbiguous
	case status == statusClientClosed:
		r.Kind = provider.KindTransient
	case status >= http.StatusInternalServerError:
		r.Kind = "" // whatever it is called, the HTTP status decides
	case status == http.StatusBadRequest:
		r.Kind = badRequest(r.Kind, e.Message)
	}
	return r
}

// badRequest sorts the 400s that are not our request's fault by their words, since
// the codes do not.
func badRequest(kind provider.Kind, message string) provider.Kind {
	says := strings.ToLower(message)
	switch {
	case strings.Contains(says, "api key"):
		return provider.KindAuth
	case strings.Contains(says, "billing"):
		return provider.KindQuota
	case moderated(message):
		return provider.KindRefused
	}
	return kind
}

// moderated says whether a text speaks of a filter. The vendor's pages have no code
// for it.
func moderated(text string) bool {
	says := strings.ToLower(text)
	for _, w := range []string{"safety", "policy", "policies", "prohibited", "blocked", "moderat", "violat", "usage guidelines", "responsible ai"} {
		if strings.Contains(says, w) {
			return true
		}
	}
	return false
}

// code is the vendor's word for an error; a bare number says less than its status.
func (f failure) code() string {
	if f.Status != "" {
		return f.Status
	}
	return string(f.Code)
}
