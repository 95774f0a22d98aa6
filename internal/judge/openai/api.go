package openai

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

type request struct {
	Model    string    `json:"model"`
	Messages []message `json:"messages"`
}

type message struct {
	Role    string `json:"role"`
	Content any    `json:"content"` // text or []part
}

type part struct {
	Type  string `json:"type"` // text, image_url, video_url
	Text  string `json:"text,omitempty"`
	Image *link  `json:"image_url,omitempty"`
	Video *link  `json:"video_url,omitempty"`
}

type link struct {
	URL string `json:"url"`
}

type completion struct {
	Choices []struct {
		Finish  string `json:"finish_reason"`
		Message struct {
			Content content `json:"content"`
			Refusal string  `json:"refusal"`
		} `json:"message"`
	} `json:"choices"`
}

// content is text, or a list of parts of which the texts count.
type content string

// UnmarshalJSON reads either form, and null.
func (c *content) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		var parts []struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(raw, &parts); err != nil {
			return err
		}
		var all strings.Builder
		for _, p := range parts {
			all.WriteString(p.Text)
		}
		*c = content(all.String())
		return nil
	}
	var s string
	err := json.Unmarshal(raw, &s)
	*c = content(s)
	return err
}

// kinds are the codes and types of an error that say more than its status:
// https://platform.openai.com/docs/guides/error-codes
// https://help.aliyun.com/zh/model-studio/error-code
var kinds = map[string]provider.Kind{
	"invalid_api_key":            provider.KindAuth,
	"insufficient_quota":         provider.KindQuota,
	"billing_hard_limit_reached": provider.KindQuota,
	"arrearage":                  provider.KindQuota,
	"content_filter":             provider.KindRefused,
	"content_policy_violation":   provider.KindRefused,
	"data_inspection_failed":     provider.KindRefused,
	"datainspectionfailed":       provider.KindRefused,
	"rate_limit_exceeded":        provider.KindThrottled,
	"limit_requests":             provider.KindThrottled,
	"limit_burst_rate":           provider.KindThrottled,
}

// explain reads {"error": {message, type, code}}, the same without the envelope
// (vLLM) and {"error": "text"} (Ollama). Codes may be numbers.
func explain(_ int, body []byte) wire.Reason {
	type refusal struct {
		Message string          `json:"message"`
		Type    string          `json:"type"`
		Code    json.RawMessage `json:"code"`
	}
	var outer struct {
		Error json.RawMessage `json:"error"`
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
	code := strings.Trim(string(no.Code), `"`)
	if code == "null" {
		code = ""
	}
	kind, ok := kinds[strings.ToLower(code)]
	if !ok {
		kind = kinds[strings.ToLower(no.Type)]
	}
	return wire.Reason{Kind: kind, Code: code, Message: no.Message}
}
