package qwentts

import (
	"encoding/json"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// request is https://www.alibabacloud.com/help/en/model-studio/qwen-tts-api
type request struct {
	Model string `json:"model"`
	Input input  `json:"input"`
}

type input struct {
	Text         string `json:"text"`
	Voice        string `json:"voice"`
	Language     string `json:"language_type"`
	Instructions string `json:"instructions,omitempty"`
}

type answer struct {
	Output struct {
		Audio struct {
			URL string `json:"url"`
		} `json:"audio"`
	} `json:"output"`
}

// refusal is an error's body.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// kinds is what each code means that says more than its HTTP status; a longer one
// with a dot after it is the same unless it is listed itself:
// https://help.aliyun.com/zh/model-studio/error-code
var kinds = map[string]provider.Kind{
	"InvalidParameter":                provider.KindInvalid,
	"InvalidParameter.DataInspection": provider.KindRefused,
	"DataInspectionFailed":            provider.KindRefused,
	"data_inspection_failed":          provider.KindRefused,
	"IPInfringementSuspect":           provider.KindRefused,
	"FaqRuleBlocked":                  provider.KindRefused,
	"CustomRoleBlocked":               provider.KindRefused,
	"BadRequest":                      provider.KindInvalid,
	"UnsupportedOperation":            provider.KindInvalid,
	"Arrearage":                       provider.KindQuota,
	"InvalidApiKey":                   provider.KindAuth,
	"NOT AUTHORIZED":                  provider.KindAuth,
	"AccessDenied":                    provider.KindAuth,
	"AccessDenied.Unpurchased":        provider.KindQuota,
	"Model.AccessDenied":              provider.KindAuth,
	"App.AccessDenied":                provider.KindAuth,
	"Workspace.AccessDenied":          provider.KindAuth,
	"WorkSpaceNotFound":               provider.KindAuth,
	"AllocationQuota":                 provider.KindQuota,
	"ModelNotFound":                   provider.KindInvalid,
	"model_not_found":                 provider.KindInvalid,
	"model_not_supported":             provider.KindInvalid,
	// HTTP 429 is one of two things: slow down, or no money.
	"Throttling":                 provider.KindThrottled,
	"LimitRequests":              provider.KindThrottled,
	"Throttling.AllocationQuota": provider.KindQuota,
	"insufficient_quota":         provider.KindQuota,
	"CommodityNotPurchased":      provider.KindQuota,
	"PrepaidBillOverdue":         provider.KindQuota,
	"PostpaidBillOverdue":        provider.KindQuota,
	"InternalError":              provider.KindTransient,
	"SystemError":                provider.KindTransient,
	"ModelServiceFailed":         provider.KindTransient,
	"RequestTimeOut":             provider.KindTransient,
	"ModelServingError":          provider.KindTransient,
	"ModelUnavailable":           provider.KindTransient,
}

// explain reads a body that says no.
func explain(_ int, body []byte) wire.Reason {
	var no refusal
	if json.Unmarshal(body, &no) != nil || no.Code == "" {
		return wire.Reason{Message: no.Message}
	}
	return wire.Reason{Kind: kindOf(no.Code), Code: no.Code, Message: no.Message}
}

// kindOf finds a code by its longest known beginning; none: by HTTP status.
func kindOf(code string) provider.Kind {
	for {
		if kind, ok := kinds[code]; ok {
			return kind
		}
		dot := strings.LastIndexByte(code, '.')
		if dot < 0 {
			return ""
		}
		code = code[:dot]
	}
}
