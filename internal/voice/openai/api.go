package openai

import (
	"encoding/json"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// request is https://platform.openai.com/docs/api-reference/audio/createSpeech
type request struct {
	Model        string  `json:"model,omitempty"`
	Input        string  `json:"input"`
	Voice        string  `json:"voice,omitempty"`
	Instructions string  `json:"instructions,omitempty"`
	Format       string  `json:"response_format"`
	Speed        float64 `json:"speed,omitempty"`
}

// refusal is OpenAI's error, and FastAPI's, which is what servers of one's own
// are made with.
type refusal struct {
	Error  json.RawMessage `json:"error"`
	Detail json.RawMessage `json:"detail"`
	// vLLM's before it took to OpenAI's.
	Object  string `json:"object"`
	Message string `json:"message"`
}

type failure struct {
	Message string          `json:"message"`
	Type    string          `json:"type"`
	Code    json.RawMessage `json:"code"` // a string, a number or null
}

// kinds are codes and types that say more than their HTTP status:
// https://platform.openai.com/docs/guides/error-codes
var kinds = map[string]provider.Kind{
	"invalid_api_key":                      provider.KindAuth,
	"invalid_organization":                 provider.KindAuth,
	"account_deactivated":                  provider.KindAuth,
	"insufficient_quota":                   provider.KindQuota,
	"billing_hard_limit_reached":           provider.KindQuota,
	"billing_not_active":                   provider.KindQuota,
	"quota_exceeded":                       provider.KindQuota,
	"rate_limit_exceeded":                  provider.KindThrottled,
	"requests":                             provider.KindThrottled, // a type: of which limit it is
	"tokens":                               provider.KindThrottled,
	"content_policy_violation":             provider.KindRefused,
	"content_filter":                       provider.KindRefused,
	"moderation_blocked":                   provider.KindRefused,
	"model_not_found":                      provider.KindInvalid,
	"unsupported_country_region_territory": provider.KindAuth,
}

// explain reads a body that says no.
func explain(_ int, body []byte) wire.Reason {
	var no refusal
	if json.Unmarshal(body, &no) != nil {
		return wire.Reason{}
	}
	var text string
	if json.Unmarshal(no.Error, &text) == nil && text != "" {
		return wire.Reason{Message: text}
	}
	if json.Unmarshal(no.Detail, &text) == nil && text != "" {
		return wire.Reason{Message: text}
	}
	var f failure
	if json.Unmarshal(no.Error, &f) == nil && (f.Message != "" || f.Type != "") {
		code := strings.Trim(string(f.Code), `"`)
		kind := kinds[code]
		if kind == "" {
			kind = kinds[f.Type]
		}
		if code == "" || code == "null" {
			code = f.Type
		}
		return wire.Reason{Kind: kind, Code: code, Message: f.Message}
	}
	if no.Object == "error" {
		return wire.Reason{Message: no.Message}
	}
	return wire.Reason{}
}
