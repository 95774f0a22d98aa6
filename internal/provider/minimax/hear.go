package minimax

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/dailies/dailies/internal/provider"
)

// maxChallenge bounds what is said back to whoever calls, bytes.
const maxChallenge = 256

// Hear takes any call, since the vendor signs none, and says a challenge back: MiniMax
// sends one before its first call, and none after a wrong answer.
// https://platform.minimax.io/docs/api-reference/video-generation-t2v (callback_url)
func (*Provider) Hear(_ context.Context, c provider.Call) ([]byte, error) {
	var asked struct {
		Challenge string `json:"challenge"`
	}
	if c.Method == http.MethodGet { // of v2 the page does not state the method
		q, err := url.ParseQuery(c.Query)
		if err != nil {
			return nil, nil
		}
		asked.Challenge = q.Get("challenge")
	} else if json.Unmarshal(c.Body, &asked) != nil {
		return nil, nil
	}
	if asked.Challenge == "" || len(asked.Challenge) > maxChallenge {
		return nil, nil
	}
	return json.Marshal(asked)
}
