package qwentts

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/pcm"
	"github.com/dailies/dailies/internal/voice/voicetest"
)

// asked is the API's request, written down once more.
type asked struct {
	Model string `json:"model"`
	Input struct {
		Text         string  `json:"text"`
		Voice        string  `json:"voice"`
		Language     string  `json:"language_type"`
		Instructions *string `json:"instructions"`
	} `json:"input"`
}

func vendor(got *asked) func([]int16, int) http.Handler {
	return func(samples []int16, rate int) http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc("POST /api/v1/services/aigc/multimodal-generation/generation", func(w http.ResponseWriter, r *http.Request) {
			var a asked
			err := voicetest.Strict(r, map[string]string{"Authorization": "Bearer " + voicetest.Key, "X-DashScope-Async": "", "X-DashScope-SSE": ""}, &a)
			if err != nil || a.Model == "" || a.Input.Text == "" || a.Input.Voice == "" {
				http.Error(w, `{"code":"InvalidParameter","message":"wrong","request_id":"1"}`, http.StatusBadRequest)
				return
			}
			if got != nil {
				*got = a
			}
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"status_code":200,"request_id":"1","code":"","message":"","output":{"finish_reason":"stop","audio":{"data":"","url":"http://` +
				r.Host + `/result/1.wav?Expires=1&Signature=s","id":"audio_1","expires_at":1760000000}},"usage":{"characters":5}}`))
		})
		mux.HandleFunc("GET /result/1.wav", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				http.Error(w, "<Error>only one auth mechanism allowed</Error>", http.StatusBadRequest)
				return
			}
			w.Header().Set("Content-Type", "audio/wav")
			w.Write(pcm.EncodeWAV(samples, rate))
		})
		return mux
	}
}

func speaker(t *testing.T, base, model string) *Speaker {
	t.Helper()
	s, err := New(Options{BaseURL: base + "/api/v1", Model: model, Key: voicetest.Key})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func no(status int, code, message string, kind provider.Kind) voicetest.Answer {
	return voicetest.Answer{Status: status, Body: `{"code":"` + code + `","message":"` + message + `","request_id":"1"}`, Kind: kind}
}

func TestContract(t *testing.T) {
	voicetest.Run(t, voicetest.Suite{
		New:      func(t *testing.T, base string) voice.Speaker { return speaker(t, base, "") },
		Request:  voice.Request{Text: "五分钟后打烊。", Language: "zh"},
		MostText: maxText,
		Unknown:  "vx", Names: "Serena",
		Online: &voicetest.Online{
			Rate:     24000,
			Vendor:   vendor(nil),
			Download: "/result/",
			Unknown:  no(400, "InvalidParameter", "Voice 'vx' is not supported.", ""),
			Refusals: map[string]voicetest.Answer{
				voicetest.WrongKey:  no(401, "InvalidApiKey", "No API-key provided.", provider.KindAuth),
				voicetest.NoMoney:   no(400, "Arrearage", "Access denied, account overdue.", provider.KindQuota),
				voicetest.TooFast:   no(429, "Throttling.RateQuota", "Requests rate limit exceeded.", provider.KindThrottled),
				voicetest.Exhausted: no(429, "Throttling.AllocationQuota", "Allocated quota exceeded.", provider.KindQuota),
				voicetest.Down:      no(500, "InternalError.Timeout", "Too slow.", provider.KindTransient),
				voicetest.Moderated: no(400, "DataInspectionFailed", "Inappropriate content.", provider.KindRefused),
				"overdue":           no(429, "PostpaidBillOverdue", "Pay.", provider.KindQuota),
				"free tier":         no(403, "AllocationQuota.FreeTierOnly", "Used up.", provider.KindQuota),
				"model of another":  no(403, "Model.AccessDenied", "Not yours.", provider.KindAuth),
				"no such model":     no(404, "ModelNotFound", "Which?", provider.KindInvalid),
				"no money at 402":   no(402, "Whatever", "Pay.", provider.KindQuota),
				"new code":          no(503, "Whatever", "Later.", provider.KindTransient),
				"no with 200":       no(200, "Throttling", "Slow down.", provider.KindThrottled),
			},
		},
	})
}

func TestWhatIsAsked(t *testing.T) {
	for _, c := range []struct {
		name, model string
		r           voice.Request
		want        string // model, voice, language, instructions
	}{
		{"as it comes", "", voice.Request{Text: "Go!", Language: "en-GB", Rate: 200, Pitch: 60, Tone: "out of breath"}, "qwen3-tts-flash Cherry English -"},
		{"directed", "qwen3-tts-instruct-flash", voice.Request{Text: "走！", Language: "zh-Hans", Name: "Maia", Tone: "气喘吁吁"}, "qwen3-tts-instruct-flash Maia Chinese 气喘吁吁"},
		{"a language it has no word for", "", voice.Request{Text: "Gå!", Language: "sv"}, "qwen3-tts-flash Cherry Auto -"},
		{"Cantonese", "", voice.Request{Text: "走", Language: "zh-HK", Name: "Rocky"}, "qwen3-tts-flash Rocky Chinese -"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got asked
			server := httptest.NewServer(vendor(&got)(voicetest.Sound(24000, time.Second), 24000))
			defer server.Close()
			if _, err := speaker(t, server.URL, c.model).Speak(t.Context(), c.r); err != nil {
				t.Fatal(err)
			}
			say := "-"
			if got.Input.Instructions != nil {
				say = *got.Input.Instructions
			}
			if d := cmp.Diff(c.want, got.Model+" "+got.Input.Voice+" "+got.Input.Language+" "+say); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestResultsAreAsSecureAsTheAPI(t *testing.T) {
	for _, c := range []struct{ result, base, want string }{
		{"http://dashscope-result-bj.oss-cn-beijing.aliyuncs.com/a.wav?s=1", DefaultBase, "https://dashscope-result-bj.oss-cn-beijing.aliyuncs.com/a.wav?s=1"},
		{"https://host/a.wav", DefaultBase, "https://host/a.wav"},
		{"http://127.0.0.1:1/a.wav", "http://127.0.0.1:1", "http://127.0.0.1:1/a.wav"},
	} {
		if got := secure(c.result, c.base); got != c.want {
			t.Errorf("%s of %s: %s", c.result, c.base, got)
		}
	}
}

func TestWithoutAKey(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Speak(t.Context(), voice.Request{Text: "Go!"}); provider.KindOf(err, "") != provider.KindAuth {
		t.Errorf("got %v", err)
	}
}
