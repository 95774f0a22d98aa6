package minimax_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/minimax"
)

// MiniMax's challenge is said back however it comes: of v2 the page does not state the
// method.
func TestChallenge(t *testing.T) {
	for name, c := range map[string]struct {
		call provider.Call
		want string
	}{
		"posted":        {provider.Call{Method: http.MethodPost, Body: []byte(`{"challenge":"a\"b"}`)}, `{"challenge":"a\"b"}`},
		"asked":         {provider.Call{Method: http.MethodGet, Query: "challenge=a%22b&x=1"}, `{"challenge":"a\"b"}`},
		"too long":      {provider.Call{Method: http.MethodGet, Query: "challenge=" + strings.Repeat("a", 300)}, ""},
		"no query":      {provider.Call{Method: http.MethodGet, Query: "%"}, ""},
		"a call":        {provider.Call{Method: http.MethodPost, Body: []byte(`{"task_id":"1","status":"success"}`)}, ""},
		"not an object": {provider.Call{Method: http.MethodPost, Body: []byte(`[]`)}, ""},
	} {
		answer, err := (*minimax.Provider)(nil).Hear(t.Context(), c.call)
		if err != nil || string(answer) != c.want {
			t.Errorf("%s: %s, %v; want %s", name, answer, err, c.want)
		}
	}
}
