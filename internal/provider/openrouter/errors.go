package openrouter

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// OpenRouter's codes are HTTP statuses, which wire sorts as the page does
// (https://openrouter.ai/docs/api/reference/errors-and-debugging): 400, 404, 409
// and 413 are our request, 401 the key, 402 the credits, 429 the rate. Two of them
// mean more than one thing, and a failed job has only a text. These words decide.
var (
	moderated = []string{"content polic", "content_polic", "usage polic", "moderation", "moderated", "flagged", "safety", "sensitive", "prohibited", "nsfw", "inappropriate"}
	unpaid    = []string{"credit", "balance", "quota", "billing", "spend", "insufficient fund"}
)

func says(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// explain sorts an error of the API. The page promises nothing of a 5xx, so wire
// calls that of a submit ambiguous.
func explain(status int, body []byte) wire.Reason {
	var e struct {
		Error problem `json:"error"`
	}
	if json.Unmarshal(body, &e) != nil {
		return wire.Reason{}
	}
	r := wire.Reason{Code: string(e.Error.Code), Message: e.Error.Message}
	flagged := e.Error.Metadata.FlaggedInput != "" || len(e.Error.Metadata.Reasons) > 0 || says(e.Error.Message, moderated)
	switch {
	case (status == http.StatusForbidden || status == http.StatusBadRequest || status == http.StatusUnprocessableEntity) && flagged:
		r.Kind = provider.KindRefused
	case (status == http.StatusForbidden || status == http.StatusTooManyRequests) && says(e.Error.Message, unpaid):
		r.Kind = provider.KindQuota
	}
	return r
}

// failure is why a job failed, by the only thing that says it.
func failure(message string) provider.Kind {
	if says(message, moderated) {
		return provider.KindRefused
	}
	return provider.KindFailed
}
