package wire

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/dailies/dailies/internal/provider"
)

// Invalid is a request that an adapter refuses itself, before anything is sent.
func Invalid(format string, args ...any) error {
	return &provider.Error{Kind: provider.KindInvalid, Op: string(Submit), Message: fmt.Sprintf(format, args...)}
}

// Bearer signs requests with a key as most vendors want it; without a key, not at all.
func Bearer(key string) func(*http.Request) error {
	return func(r *http.Request) error {
		if key != "" {
			r.Header.Set("Authorization", "Bearer "+key)
		}
		return nil
	}
}

// Text is a JSON text, or a number as it was written: ids and codes are the one in
// one answer and the other in the next, and are longer than a float is exact.
// Whatever else there is, is empty.
type Text string

// UnmarshalJSON never fails: nothing that a paid job's answer holds may make it
// unreadable.
func (t *Text) UnmarshalJSON(raw []byte) error {
	var s string
	var n json.Number
	if json.Unmarshal(raw, &s) != nil && json.Unmarshal(raw, &n) == nil {
		s = n.String()
	}
	*t = Text(s)
	return nil
}
