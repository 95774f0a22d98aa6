package dashscope

import (
	"encoding/json"
	"testing"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

func TestListed(t *testing.T) {
	for base, want := range map[string]bool{
		DefaultBaseURL: true,
		"https://ws-1.cn-beijing.maas.aliyuncs.com/api/v1":       true,
		"https://token-plan.cn-beijing.maas.aliyuncs.com/api/v1": false,
		"https://dashscope-intl.aliyuncs.com/api/v1":             false,
		"https://dashscope-us.aliyuncs.com/api/v1":               false,
		"https://ws-1.ap-southeast-1.maas.aliyuncs.com/api/v1":   false,
		"http://gateway.studio.example:8080/dashscope/api/v1":    true,
		"://": false,
	} {
		if got := listed(base); got != want {
			t.Errorf("%s: %v, want %v", base, got, want)
		}
	}
}

// Whatever a vendor says, a status is one that we know or has a reason.
func FuzzStatus(f *testing.F) {
	f.Add(`{"output":{"task_status":"SUCCEEDED","video_url":"https://x.example/v"},"usage":{"duration":5.0,"SR":"720"}}`)
	f.Add(`{"output":{"task_status":"FAILED","code":5,"message":null},"usage":[]}`)
	f.Add(`{"output":{"task_status":"RUNNING."},"usage":{"duration":"1e400"}}`)
	p, err := New(Options{Key: "sk-fuzz"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var read task
		if json.Unmarshal([]byte(body), &read) != nil {
			return
		}
		s, err := p.status(provider.Job{ID: "x", Model: "wan3.0-video"}, wire.Answer{Status: 200, Body: []byte(body)}, read)
		waits := s.State == provider.Queued || s.State == provider.Running
		if err == nil && !waits && (s.Err == nil) != (s.State == provider.Succeeded && s.URL != "") {
			t.Errorf("%+v", s)
		}
		if s.Price != nil && (s.Price.Micros <= 0 || s.Price.Currency != "CNY") {
			t.Errorf("price %s", s.Price)
		}
	})
}
