package elevenlabs

import (
	"encoding/json"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// request is https://elevenlabs.io/docs/api-reference/text-to-speech/convert-with-timestamps
type request struct {
	Text     string    `json:"text"`
	Model    string    `json:"model_id"`
	Language string    `json:"language_code,omitempty"`
	Settings *settings `json:"voice_settings,omitempty"`
}

type settings struct {
	Speed float64 `json:"speed"`
}

type answer struct {
	Audio     string     `json:"audio_base64"`
	Alignment *alignment `json:"alignment"` // null for some voices and models
}

// detail is an error's body; older and newer ones name their code differently.
type detail struct {
	Status  string `json:"status"`
	Code    string `json:"code"`
	Type    string `json:"type"`
	Message string `json:"message"`
}

// kinds are codes that say more than their HTTP status:
// https://help.elevenlabs.io/hc/en-us/articles/19572237925521
var kinds = map[string]provider.Kind{
	"invalid_api_key":              provider.KindAuth,
	"missing_permissions":          provider.KindAuth,
	"needs_authorization":          provider.KindAuth,
	"detected_unusual_activity":    provider.KindAuth,  // a free account is shut; a person has to look
	"quota_exceeded":               provider.KindQuota, // HTTP 401
	"payment_required":             provider.KindQuota,
	"subscription_required":        provider.KindQuota,
	"output_format_not_allowed":    provider.KindQuota, // of the plan
	"too_many_concurrent_requests": provider.KindThrottled,
	"system_busy":                  provider.KindThrottled,
	"rate_limit_exceeded":          provider.KindThrottled,
	"voice_not_found":              provider.KindInvalid,
	"model_not_found":              provider.KindInvalid,
	"invalid_uid":                  provider.KindInvalid,
	"max_character_limit_exceeded": provider.KindInvalid,
	"text_too_long":                provider.KindInvalid,
	"content_against_policy":       provider.KindRefused,
}

// explain reads a body that says no: {"detail": …} with an object, with words, or
// with what was wrong with each field.
func explain(_ int, body []byte) wire.Reason {
	var no struct {
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(body, &no) != nil {
		return wire.Reason{}
	}
	var words string
	if json.Unmarshal(no.Detail, &words) == nil {
		return wire.Reason{Message: words}
	}
	var d detail
	if json.Unmarshal(no.Detail, &d) != nil {
		return wire.Reason{}
	}
	r := wire.Reason{Message: d.Message}
	for _, code := range []string{d.Status, d.Code, d.Type} {
		if r.Code == "" {
			r.Code = code
		}
		if kind := kinds[code]; kind != "" {
			r.Kind, r.Code = kind, code
			break
		}
	}
	return r
}
