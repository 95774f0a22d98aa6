package vendors

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Call posts what a vendor tells of a job to the client's address; sign may add headers
// over the body. The answer's body is closed.
func Call(ctx context.Context, at string, what any, sign func(h http.Header, body []byte)) (*http.Response, error) {
	body, err := json.Marshal(what)
	if err != nil {
		return nil, fmt.Errorf("call a client: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("call a client: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	if sign != nil {
		sign(r.Header, body)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("call a client: %w", err)
	}
	return resp, resp.Body.Close()
}
