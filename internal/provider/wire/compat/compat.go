// Package compat reads the errors of APIs in OpenAI's form: its own, and those of the
// many vendors and servers that answer like it. Each says no in a way of its own.
package compat

import (
	"encoding/json"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// kinds are the codes and types of an error that say more than its status:
// https://platform.openai.com/docs/guides/error-codes
// https://help.aliyun.com/zh/model-studio/error-code
var kinds = map[string]provider.Kind{
	"invalid_api_key":                      provider.KindAuth,
	"invalid_organization":                 provider.KindAuth,
	"account_deactivated":                  provider.KindAuth,
	"unsupported_country_region_territory": provider.KindAuth,
	"insufficient_quota":                   provider.KindQuota,
	"billing_hard_limit_reached":           provider.KindQuota,
	"billing_not_active":                   provider.KindQuota,
	"quota_exceeded":                       provider.KindQuota,
	"arrearage":                            provider.KindQuota,
	"content_filter":                       provider.KindRefused,
	"content_policy_violation":             provider.KindRefused,
	"moderation_blocked":                   provider.KindRefused,
	"data_inspection_failed":               provider.KindRefused,
	"datainspectionfailed":                 provider.KindRefused,
	"rate_limit_exceeded":                  provider.KindThrottled,
	"limit_requests":                       provider.KindThrottled,
	"limit_burst_rate":                     provider.KindThrottled,
	"requests":                             provider.KindThrottled, // a type: of which limit it is
	"tokens":                               provider.KindThrottled,
	"model_not_found":                      provider.KindInvalid,
}

type refusal struct {
	Message string          `json:"message"`
	Type    string          `json:"type"`
	Code    json.RawMessage `json:"code"` // a text, a number or null
}

// Explain reads {"error": {message, type, code}}, the same without the envelope (vLLM),
// {"error": "text"} (Ollama) and {"detail": "text"} (FastAPI, which servers of one's own
// are made with).
func Explain(_ int, body []byte) wire.Reason {
	var outer struct {
		Error  json.RawMessage `json:"error"`
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &outer) != nil {
		return wire.Reason{} // a proxy's page: by status
	}
	var no refusal
	inner := outer.Error
	if len(inner) == 0 || string(inner) == "null" {
		inner = body
	}
	if json.Unmarshal(inner, &no) != nil {
		_ = json.Unmarshal(inner, &no.Message) // a text, or nothing that we know
	}
	if no.Message == "" {
		_ = json.Unmarshal(outer.Detail, &no.Message)
	}
	code := strings.Trim(string(no.Code), `"`)
	if code == "null" {
		code = ""
	}
	kind, ok := kinds[strings.ToLower(code)]
	if !ok {
		kind = kinds[strings.ToLower(no.Type)]
	}
	if code == "" {
		code = no.Type
	}
	return wire.Reason{Kind: kind, Code: code, Message: no.Message}
}
