package ark

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider"
)

// Whatever a vendor says of a task or a list, it is judged without a panic, and
// nothing but a known state and a clip is a success.
func FuzzTask(f *testing.F) {
	p, err := New(Options{Key: "sk-0123456789"})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		`{"status":"succeeded","content":{"video_url":"x"},"usage":{"completion_tokens":"1e3"},"seed":-1,"resolution":"720p"}`,
		`{"status":"failed","error":{"code":"OutputVideoSensitiveContentDetected.X"}}`, `{"status":1}`, `{"usage":{"completion_tokens":9223372036854775807},"status":"succeeded"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var one task
		_ = json.Unmarshal([]byte(body), &one) // as far as it goes
		s := p.status(provider.Job{ID: "cgt-1", Model: "doubao-seedance-2-0-260128"}, one)
		if s.State == provider.Succeeded && (s.URL == "" || s.Err != nil) || s.State == "" && s.Err == nil {
			t.Errorf("%q: %+v", body, s)
		}
		if s.Price != nil && s.Price.Micros <= 0 {
			t.Errorf("%q costs %s", body, s.Price)
		}
		absent(taskList{Items: []task{one, one}}, time.Unix(0, 0), farthest)
	})
}
