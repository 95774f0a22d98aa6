package vertex

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// kinds are Google's own codes, https://cloud.google.com/apis/design/errors. What
// is not here, NOT_FOUND and those of a server in trouble, is for the HTTP status
// to say.
var kinds = map[string]provider.Kind{
	"INVALID_ARGUMENT":    provider.KindInvalid,
	"FAILED_PRECONDITION": provider.KindInvalid,
	"OUT_OF_RANGE":        provider.KindInvalid,
	"UNAUTHENTICATED":     provider.KindAuth,
	"PERMISSION_DENIED":   provider.KindAuth,
	"RESOURCE_EXHAUSTED":  provider.KindThrottled,
}

// names are the codes by number: an operation that failed has no more.
var names = map[count]string{
	1: "CANCELLED", 2: "UNKNOWN", 3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED", 5: "NOT_FOUND", 6: "ALREADY_EXISTS",
	7: "PERMISSION_DENIED", 8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION", 10: "ABORTED", 11: "OUT_OF_RANGE",
	12: "UNIMPLEMENTED", 13: "INTERNAL", 14: "UNAVAILABLE", 15: "DATA_LOSS", 16: "UNAUTHENTICATED",
}

// filters are the support codes that are known of,
// https://cloud.google.com/vertex-ai/generative-ai/docs/video/responsible-ai-and-usage-guidelines
var filters = map[string]string{
	"58061214": "a child", "17301594": "a child",
	"29310472": "a celebrity", "15236754": "a celebrity",
}

var supportCodes = regexp.MustCompile(`(?i)support codes?:?\s*([0-9]{4,})`)

// supportCode is the filter that a text names; empty: none.
func supportCode(text string) string {
	if m := supportCodes.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// about says in brackets what a filter looks for, where that is known.
func about(text string) string {
	if what, ok := filters[supportCode(text)]; ok {
		return " (" + what + ")"
	}
	return ""
}

// statusClientClosed is Google's status for a request that was given up half-way:
// of a submit nobody knows how far it got.
const statusClientClosed = 499

// explain reads an answer that says no.
func explain(op wire.Op) func(status int, body []byte) wire.Reason {
	return func(status int, body []byte) wire.Reason {
		var answer struct {
			Error failure `json:"error"`
		}
		_ = json.Unmarshal(body, &answer) // what is no JSON is shown as it is
		e := answer.Error
		r := wire.Reason{Kind: kinds[e.Status], Code: e.Status, Message: e.Message}
		switch says := strings.ToLower(e.Message); {
		case status == statusClientClosed && op == wire.Submit:
			r.Kind = provider.KindAmbiguous
		case status == statusClientClosed:
			r.Kind = provider.KindTransient
		case status >= http.StatusInternalServerError:
			r.Kind = "" // whatever it is called, the HTTP status decides
		case strings.Contains(says, "billing"), status == http.StatusTooManyRequests && strings.Contains(says, "per day"):
			r.Kind = provider.KindQuota // the codes do not tell these from a key, or a rate
		case status == http.StatusBadRequest && refused(e.Message):
			r.Kind, r.Message = provider.KindRefused, e.Message+about(e.Message)
			if code := supportCode(e.Message); code != "" {
				r.Code = code
			}
		}
		return r
	}
}

// refused says whether a text speaks of a filter; only some name a support code.
func refused(text string) bool {
	says := strings.ToLower(text)
	for _, w := range []string{"usage guidelines", "responsible ai", "safety", "prohibited", "content polic"} {
		if strings.Contains(says, w) {
			return true
		}
	}
	return supportCode(text) != ""
}

// failed is the error of an operation that ended with it.
func (f failure) failed() *provider.Error {
	code := f.Status
	if code == "" {
		code = names[f.Code]
	}
	e := &provider.Error{Kind: provider.KindFailed, Op: string(wire.Poll), Code: code, Message: f.Message}
	switch known := kinds[code]; {
	case refused(f.Message):
		e.Kind, e.Message = provider.KindRefused, f.Message+about(f.Message)
		if support := supportCode(f.Message); support != "" {
			e.Code = support
		}
	case known == provider.KindInvalid || known == provider.KindAuth:
		e.Kind = known
	}
	if e.Message == "" {
		e.Message = "the operation failed without a reason"
	}
	return e
}
