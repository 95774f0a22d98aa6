package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

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

// Complete says what a request lacks of what its mode needs; nil: nothing.
func Complete(r provider.Request) error {
	switch {
	case strings.TrimSpace(r.Prompt) == "":
		return Invalid("there is no prompt")
	case r.Mode.Framed() && r.FirstFrame == nil, r.Mode == provider.ModeFirstLast && r.LastFrame == nil:
		return Invalid("mode %s without its frames", r.Mode)
	case r.Mode.Shown() && r.Mode != provider.ModeImage && len(r.References) == 0:
		return Invalid("mode %s without a picture", r.Mode)
	}
	return nil
}

// Server is the quirks of a server that speaks an adapter's dialect, by its name in
// the config; that of standard where none is named.
func Server[Q any](adapter string, servers map[string]Q, standard, name string) (Q, error) {
	if name == "" {
		name = standard
	}
	q, ok := servers[name]
	if !ok {
		known := slices.Sorted(maps.Keys(servers))
		return q, fmt.Errorf("%s: server %q is not known; known are %s", adapter, name, strings.Join(known, ", "))
	}
	return q, nil
}
