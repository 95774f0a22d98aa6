package minimax

import (
	"context"
	"encoding/json"

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
	if json.Unmarshal(c.Body, &asked) != nil || asked.Challenge == "" || len(asked.Challenge) > maxChallenge {
		return nil, nil
	}
	return json.Marshal(asked)
}
