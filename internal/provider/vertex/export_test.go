package vertex

import (
	"encoding/json"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Read is what a poll makes of an answer.
func Read(body []byte) (provider.Status, error) {
	o, err := read(body)
	if err != nil {
		return provider.Status{}, err
	}
	return o.status((&wire.Client{}).Clean), nil
}

// KindOf is what a submit's error of a message is taken for; empty: what its HTTP
// status says.
func KindOf(status int, message string) provider.Kind {
	body, err := json.Marshal(map[string]any{"error": map[string]any{"code": status, "message": message}})
	if err != nil {
		panic(err)
	}
	return explain(wire.Submit)(status, body).Kind
}
