package vidu

import (
	"encoding/json"
	"net/http"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// codes are Vidu's, from https://platform.vidu.cn/docs/error-code and
// https://platform.vidu.com/docs/error-code: of a request (reason) and of a task
// that failed (err_code).
var codes = map[string]provider.Kind{
	"BadRequest":                 provider.KindInvalid,
	"FieldLacking":               provider.KindInvalid,
	"FieldUnwanted":              provider.KindInvalid,
	"FieldInvalid":               provider.KindInvalid,
	"FieldItemCountOutOfRange":   provider.KindInvalid,
	"PageSizeOutOfRange":         provider.KindInvalid, // a picture's size
	"ImageFormatInvalid":         provider.KindInvalid,
	"ImageDownloadFailure":       provider.KindInvalid,
	"ImageCheckBodyJointsFailed": provider.KindInvalid,
	"ImageCheckFaceFailed":       provider.KindInvalid,
	"ImageObjectsUndetected":     provider.KindInvalid,
	"TaskPromptPolicyViolation":  provider.KindRefused,
	"AuditSubmitIllegal":         provider.KindRefused,
	"CreationPolicyViolation":    provider.KindRefused,
	"Unauthorized":               provider.KindAuth,
	"Forbidden":                  provider.KindAuth,
	"ModelUnavailable":           provider.KindAuth, // not for this account
	"CreditInsufficient":         provider.KindQuota,
	"QuotaExceeded":              provider.KindThrottled, // of jobs at once
	"TooManyRequests":            provider.KindThrottled,
	"SystemThrottling":           provider.KindThrottled,
	"OperationInProcess":         provider.KindThrottled,
	"TaskNotFound":               provider.KindNotFound,
	"CreationNotFound":           provider.KindNotFound,
	"NotFound":                   provider.KindNotFound,
	"CODEC":                      provider.KindNotFound, // an id that is no number
	"Conflict":                   unanswered,
	"Canceled":                   unanswered, // the request, on its way
	"UserCancelled":              unanswered,
	"InternalServiceFailure":     unanswered,
}

// unanswered marks what says nothing of a submit's fate: it may have been
// accepted. Anything else can be asked again.
const unanswered = provider.KindAmbiguous

// explainAsk reads an error of a question about a task.
func explainAsk(_ int, raw []byte) wire.Reason {
	r := read(raw)
	if r.Kind == unanswered {
		r.Kind = provider.KindTransient
	}
	return r
}

// explainBuy reads an error of a submit.
func explainBuy(status int, raw []byte) wire.Reason {
	r := read(raw)
	switch {
	case r.Kind == provider.KindNotFound:
		r.Kind = provider.KindInvalid // base_url has no such endpoint
	case r.Code == "AuditSubmitIllegal":
		r.Billed = new(bool) // the page says that it is not
	case r.Kind == "" && r.Code != "" && status == http.StatusOK:
		r.Kind = provider.KindAmbiguous
	case status == 499 && r.Kind == "", status == http.StatusConflict && r.Kind == "":
		r.Kind = provider.KindAmbiguous
	}
	return r
}

func read(raw []byte) wire.Reason {
	var e refusal
	if json.Unmarshal(raw, &e) != nil {
		return wire.Reason{}
	}
	return wire.Reason{Kind: codes[e.Reason], Code: e.Reason, Message: e.Message}
}

// endedBy is what a task's err_code means: the kinds that are about a request
// are about the job here.
func endedBy(code string) provider.Kind {
	switch k := codes[code]; k {
	case provider.KindRefused, provider.KindInvalid, provider.KindQuota:
		return k
	default:
		return provider.KindFailed
	}
}
