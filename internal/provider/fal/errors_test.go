package fal

import (
	"encoding/json"
	"testing"

	"github.com/dailies/dailies/internal/provider"
)

// Whatever stands in a result's place is either about the job, with a kind for
// it, or about asking.
func FuzzErrors(f *testing.F) {
	for _, s := range []string{
		`{"detail":"text","error_type":"request_timeout"}`, `{"detail":[{"loc":["body","prompt"],"msg":"m","type":"content_policy_violation"}]}`,
		`{"detail":[{"loc":[1]}]}`, `{"detail":{}}`, `{"detail":null,"error":"x"}`, `[]`, `null`, ``,
	} {
		f.Add(422, s)
		f.Add(500, s)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		said := read([]byte(body))
		state, kind := outcome(status, said)
		if (state == "") != (kind == "") {
			t.Errorf("%d %q: state %q, kind %q", status, body, state, kind)
		}
		if r := explain(status, []byte(body)); r.Kind == provider.KindFailed && status >= 500 {
			t.Errorf("%d %q is called failed while it may have been bought", status, body)
		}
		var out result
		if json.Unmarshal([]byte(body), &out) == nil {
			_, _ = out.Seed.Int64() // must not panic
		}
	})
}
