package images

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// codes are vendors' error codes by their beginning; the longest that fits counts.
// Those of own servers say no more than their HTTP status.
// https://www.volcengine.com/docs/82379/1299023
var codes = map[string]provider.Kind{
	"MissingParameter":                 provider.KindInvalid,
	"InvalidParameter":                 provider.KindInvalid,
	"InvalidEndpointOrModel":           provider.KindInvalid,
	"InvalidEndpoint.ClosedEndpoint":   provider.KindAuth,
	"OperationDenied.ServiceNotOpen":   provider.KindAuth,
	"OperationDenied.PermissionDenied": provider.KindAuth,
	"AuthenticationError":              provider.KindAuth,
	"AccessDenied":                     provider.KindAuth,
	"ModelNotOpen":                     provider.KindAuth,
	"OperationDenied.ServiceOverdue":   provider.KindQuota,
	"AccountOverdueError":              provider.KindQuota,
	"UnsupportedModel":                 provider.KindQuota,
	"QuotaExceeded":                    provider.KindQuota,
	"SetLimitExceeded":                 provider.KindQuota,
	// OpenAI's: https://developers.openai.com/api/docs/guides/error-codes
	"insufficient_quota": provider.KindQuota,
	"billing_hard_limit": provider.KindQuota,
	"invalid_api_key":    provider.KindAuth,
	// Model Studio's: https://help.aliyun.com/zh/model-studio/error-code
	"DataInspectionFailed":        provider.KindRefused,
	"data_inspection_failed":      provider.KindRefused,
	"IPInfringementSuspect":       provider.KindRefused,
	"FaqRuleBlocked":              provider.KindRefused,
	"CustomRoleBlocked":           provider.KindRefused,
	"InvalidApiKey":               provider.KindAuth,
	"AccessDenied.Unpurchased":    provider.KindQuota,
	"AllocationQuota":             provider.KindQuota,
	"Throttling.AllocationQuota":  provider.KindQuota,
	"Arrearage":                   provider.KindQuota,
	"PrepaidBillOverdue":          provider.KindQuota,
	"PostpaidBillOverdue":         provider.KindQuota,
	"CommodityNotPurchased":       provider.KindQuota,
	"BadRequest.InputDownload":    provider.KindFailed, // the store was slow for them: another asks anew
	"InvalidURL.Timeout":          provider.KindFailed,
	"InvalidURL.ConnectionRefuse": provider.KindFailed,
	// Google's: https://ai.google.dev/gemini-api/docs/troubleshooting
	"INVALID_ARGUMENT":    provider.KindInvalid,
	"FAILED_PRECONDITION": provider.KindQuota, // billing is not open
	"NOT_FOUND":           provider.KindInvalid,
	"PERMISSION_DENIED":   provider.KindAuth,
	"UNAUTHENTICATED":     provider.KindAuth,
}

// spent says that an account has no more for today, which waiting a minute does not
// mend. Google's code for it is that of a rate.
var spent = regexp.MustCompile(`(?i)billing|per[ _]?day|daily`)

// noKey is how Google says that a key is wrong: by the code of a wrong request.
const noKey = "API key"

// moderated are the parts of a code that say moderation, of the request or of what
// was made.
var moderated = []string{"SensitiveContentDetected", "RiskDetection", "moderation_blocked", "content_policy"}

// notStarted is how vLLM-Omni says that it has no model that could have made anything.
// https://docs.vllm.ai/projects/vllm-omni/en/stable/serving/image_generation_api/
const notStarted = "Diffusion engine not initialized"

// kindOf is a code's Kind; empty: not one that we know.
func kindOf(code string) provider.Kind {
	for _, word := range moderated {
		if strings.Contains(code, word) {
			return provider.KindRefused
		}
	}
	longest := ""
	for prefix := range codes {
		if strings.HasPrefix(code, prefix) && len(prefix) > len(longest) {
			longest = prefix
		}
	}
	return codes[longest]
}

// explain reads an error's body. Of a 5xx only the status decides: nothing says
// that no picture was made.
func explain(status int, body []byte) wire.Reason {
	var p problem
	if json.Unmarshal(body, &p) != nil {
		return wire.Reason{}
	}
	if p.Error == nil && p.Code != "" { // Model Studio's is flat
		p.Error = &failure{Code: p.Code, Message: p.Message}
	}
	if p.Error == nil {
		var text string
		_ = json.Unmarshal(p.Detail, &text) // a list of fields is shown as it is
		r := wire.Reason{Message: text}
		if strings.HasPrefix(text, notStarted) {
			r.Kind = provider.KindTransient
		}
		return r
	}
	r := wire.Reason{Code: p.Error.name(), Message: p.Error.Message}
	switch {
	case p.Error.Status == "RESOURCE_EXHAUSTED" && spent.MatchString(r.Message):
		r.Kind = provider.KindQuota
	case p.Error.Status == "INVALID_ARGUMENT" && strings.Contains(r.Message, noKey):
		r.Kind = provider.KindAuth
	case status < http.StatusInternalServerError && status != http.StatusRequestTimeout:
		r.Kind = kindOf(r.Code)
	}
	return r
}
