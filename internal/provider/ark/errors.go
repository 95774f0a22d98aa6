package ark

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// codes are the vendor's error codes by their beginning; what follows a dot only
// says more. The longest that fits counts. https://www.volcengine.com/docs/82379/1299023
var codes = map[string]provider.Kind{
	// 400
	"MissingParameter":                 provider.KindInvalid,
	"InvalidResolutionParameter":       provider.KindInvalid, // of a final: https://github.com/byteplus-sa/ComfyUI-BytePlus-ModelArk
	"InvalidParameter":                 provider.KindInvalid, // .TaskTypeConstraint, .TaskTypeMismatch: also of a task
	"InvalidEndpoint.ClosedEndpoint":   provider.KindAuth,    // its owner closed it: of no use to any shot
	"OperationDenied.ServiceNotOpen":   provider.KindAuth,
	"OperationDenied.PermissionDenied": provider.KindAuth,
	"OperationDenied.ServiceOverdue":   provider.KindQuota,
	// 401, 403
	"AuthenticationError": provider.KindAuth,
	"AccessDenied":        provider.KindAuth,
	"AccountOverdueError": provider.KindQuota,
	// 404
	"InvalidEndpointOrModel": provider.KindInvalid,
	"ModelNotOpen":           provider.KindAuth,
	"UnsupportedModel":       provider.KindQuota, // of a plan without video
	// 429: slow down
	"RateLimitExceeded":         provider.KindThrottled, // .EndpointRPMExceeded, .EndpointTPMExceeded
	"ModelAccountRpmRateLimit":  provider.KindThrottled,
	"ModelAccountTpmRateLimit":  provider.KindThrottled,
	"ModelAccountIpmRateLimit":  provider.KindThrottled,
	"APIAccountRpmRateLimit":    provider.KindThrottled,
	"AccountRateLimitExceeded":  provider.KindThrottled,
	"InflightBatchsizeExceeded": provider.KindThrottled,
	"ModelLoadingError":         provider.KindThrottled,
	"ServerOverloaded":          provider.KindThrottled,
	// 429: waiting does not help, somebody must act
	"QuotaExceeded":    provider.KindQuota,
	"SetLimitExceeded": provider.KindQuota, // the spending cap that the account set itself
}

// moderated are the parts of a code that say moderation: InputText…, InputImage…,
// InputVideo…, InputAudio… of a request, Output… of a task, with suffixes
// .PrivacyInformation (a real person) and .PolicyViolation (copyright).
var moderated = []string{"SensitiveContentDetected", "RiskDetection"}

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
// that no task was made, InternalServiceError least of all.
func explain(status int, body []byte) wire.Reason {
	var answer struct {
		Error apiError `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return wire.Reason{}
	}
	r := wire.Reason{Code: answer.Error.Code, Message: answer.Error.Message}
	if status < http.StatusInternalServerError && status != http.StatusRequestTimeout {
		r.Kind = kindOf(answer.Error.Code)
	}
	return r
}
