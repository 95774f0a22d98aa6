package dashscope

import (
	"encoding/json"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// byStatus leaves a code to the HTTP status: what is 5xx may have made a task, for
// no page says that it did not, and a poll just asks again.
const byStatus provider.Kind = ""

// kinds is what each code means; a longer one with a dot after it is the same
// unless it is listed itself: https://help.aliyun.com/zh/model-studio/error-code.
var kinds = map[string]provider.Kind{
	// HTTP 400
	"InvalidParameter": provider.KindInvalid,
	// Of a picture that is not allowed, or that could not be read: see because.
	"InvalidParameter.DataInspection": provider.KindRefused,
	"DataInspectionFailed":            provider.KindRefused,
	"data_inspection_failed":          provider.KindRefused,
	"IPInfringementSuspect":           provider.KindRefused,
	"FaqRuleBlocked":                  provider.KindRefused,
	"CustomRoleBlocked":               provider.KindRefused,
	"InvalidURL":                      provider.KindInvalid,
	"InvalidURL.ConnectionRefused":    provider.KindFailed, // the store was slow or away: another take asks anew
	"InvalidURL.Timeout":              provider.KindFailed,
	"InvalidImage":                    provider.KindInvalid,
	"InvalidFile":                     provider.KindInvalid,
	"BadRequest":                      provider.KindInvalid,
	"BadRequest.InputDownloadFailed":  provider.KindFailed,
	"UnsupportedOperation":            provider.KindInvalid,
	"Arrearage":                       provider.KindQuota,
	// HTTP 401, 403
	"InvalidApiKey":            provider.KindAuth,
	"NOT AUTHORIZED":           provider.KindAuth,
	"AccessDenied":             provider.KindAuth,
	"AccessDenied.Unpurchased": provider.KindQuota,
	"Model.AccessDenied":       provider.KindAuth,
	"App.AccessDenied":         provider.KindAuth,
	"Workspace.AccessDenied":   provider.KindAuth,
	"AllocationQuota":          provider.KindQuota, // .FreeTierOnly: the free tier is used up, and nothing else is allowed
	// HTTP 404
	"ModelNotFound":       provider.KindInvalid,
	"model_not_found":     provider.KindInvalid,
	"model_not_supported": provider.KindInvalid,
	"WorkSpaceNotFound":   provider.KindAuth,
	"NotFound":            byStatus,
	// HTTP 429: slow down, or no money.
	"Throttling":                 provider.KindThrottled, // .RateQuota, .BurstRate
	"LimitRequests":              provider.KindThrottled,
	"Throttling.AllocationQuota": provider.KindQuota, // of the account or its plan: waiting mends neither
	"insufficient_quota":         provider.KindQuota,
	"CommodityNotPurchased":      provider.KindQuota,
	"PrepaidBillOverdue":         provider.KindQuota,
	"PostpaidBillOverdue":        provider.KindQuota,
	// HTTP 500, 503
	"InternalError":      byStatus,
	"SystemError":        byStatus,
	"ModelServiceFailed": byStatus,
	"RequestTimeOut":     byStatus,
	"ModelServingError":  byStatus,
	"ModelUnavailable":   provider.KindTransient, // there is nobody to take the task
}

// kindOf finds a code by its longest known beginning.
func kindOf(code string) provider.Kind {
	for {
		if kind, ok := kinds[code]; ok {
			return kind
		}
		dot := strings.LastIndexByte(code, '.')
		if dot < 0 {
			return byStatus
		}
		code = code[:dot]
	}
}

// because is a code and its message in our words. Two codes mean two things.
func because(code, message string) wire.Reason {
	r := wire.Reason{Kind: kindOf(code), Code: code, Message: message}
	says := func(part string) bool { return strings.Contains(strings.ToLower(message), part) }
	switch {
	case code == "InvalidParameter.DataInspection" && says("download"):
		r.Kind = provider.KindFailed // the store was too slow for them
	case code == "AccessDenied" && says("synchronous calls"):
		r.Kind = provider.KindInvalid // something on the way took the header that asks for a task
	}
	return r
}

// explain reads the body of an answer with an error's status.
func explain(_ int, body []byte) wire.Reason {
	var f failure
	if json.Unmarshal(body, &f) != nil {
		return wire.Reason{}
	}
	return because(string(f.Code), string(f.Message))
}
