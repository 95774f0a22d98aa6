package openai

import (
	"context"
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
	Model        *string  `json:"model"`
	Input        string   `json:"input"`
	Voice        *string  `json:"voice"`
	Instructions string   `json:"instructions"`
	Format       string   `json:"response_format"`
	Speed        *float64 `json:"speed"`
}

func vendor(got *asked) func([]int16, int) http.Handler {
	return func(samples []int16, rate int) http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc("POST /v1/audio/speech", func(w http.ResponseWriter, r *http.Request) {
			var a asked
			if err := voicetest.Strict(r, map[string]string{"Authorization": "Bearer " + voicetest.Key}, &a); err != nil || a.Input == "" || a.Format != "wav" {
				http.Error(w, `{"error":{"message":"`+http.StatusText(400)+`","type":"invalid_request_error"}}`, http.StatusBadRequest)
				return
			}
			if got != nil {
				*got = a
			}
			w.Header().Set("Content-Type", "audio/wav")
			w.Write(pcm.EncodeWAV(samples, rate))
		})
		return mux
	}
}

func speaker(t *testing.T, base, model string) *Speaker {
	t.Helper()
	s, err := New(Options{BaseURL: base, Model: model, Key: voicetest.Key})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) {
	voicetest.Run(t, voicetest.Suite{
		New:      func(t *testing.T, base string) voice.Speaker { return speaker(t, base, "tts") },
		Request:  voice.Request{Text: "We're closed.", Language: "en"},
		MostText: maxText,
		Unknown:  "vx", Names: "alloy",
		Online: &voicetest.Online{
			Rate:   24000,
			Vendor: vendor(nil),
			Unknown: voicetest.Answer{Status: 400, Body: `{"error":{"message":"Invalid value: 'vx'. Supported values are: 'alloy', 'ash' and 'verse'.",` +
				`"type":"invalid_request_error","param":"voice","code":"invalid_value"}}`},
			Refusals: map[string]voicetest.Answer{
				voicetest.WrongKey:  {Status: 401, Body: `{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`, Kind: provider.KindAuth},
				voicetest.NoMoney:   {Status: 402, Body: `{"error":{"message":"Pay first.","type":"billing","code":null}}`, Kind: provider.KindQuota},
				voicetest.TooFast:   {Status: 429, Body: `{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}`, Kind: provider.KindThrottled},
				voicetest.Exhausted: {Status: 429, Body: `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}`, Kind: provider.KindQuota},
				voicetest.Down:      {Status: 503, Body: `{"error":{"message":"The engine is currently overloaded","type":"server_error"}}`, Kind: provider.KindTransient},
				voicetest.Moderated: {Status: 400, Body: `{"error":{"message":"Not this.","type":"invalid_request_error","code":"content_policy_violation"}}`, Kind: provider.KindRefused},
				"no such model":     {Status: 404, Body: `{"error":{"message":"The model does not exist","type":"invalid_request_error","code":"model_not_found"}}`, Kind: provider.KindInvalid},
				"no such country":   {Status: 403, Body: `{"error":{"message":"Country not supported","code":"unsupported_country_region_territory"}}`, Kind: provider.KindAuth},
				"FastAPI":           {Status: 422, Body: `{"detail":[{"loc":["body","voice"],"msg":"field required"}]}`, Kind: provider.KindInvalid},
				"FastAPI in words":  {Status: 500, Body: `{"detail":"CUDA out of memory"}`, Kind: provider.KindTransient},
				"vLLM":              {Status: 400, Body: `{"error":{"message":"Invalid speaker","type":"BadRequestError","param":null,"code":400}}`, Kind: provider.KindInvalid},
				"older vLLM":        {Status: 400, Body: `{"object":"error","message":"Invalid speaker","code":400}`, Kind: provider.KindInvalid},
				"no of a gateway":   {Status: 200, Body: `{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}`, Kind: provider.KindQuota},
			},
		},
	})
}

func TestWhatIsAsked(t *testing.T) {
	some := func(s string) *string { return &s }
	speed := func(f float64) *float64 { return &f }
	for _, c := range []struct {
		name, model string
		r           voice.Request
		want        asked
	}{
		{"as it comes", "", voice.Request{Text: " Go\n now! "}, asked{Input: "Go now!", Format: "wav"}},
		{
			"directed", "qwen3-tts",
			voice.Request{Text: "Go!", Name: "vivian", Rate: 255, Pitch: 60, Tone: "out of breath"},
			asked{Model: some("qwen3-tts"), Input: "Go!", Voice: some("vivian"), Instructions: "out of breath", Format: "wav", Speed: speed(1.5)},
		},
		{
			"a model that takes no direction", "tts-1-hd",
			voice.Request{Text: "Go!", Rate: 20, Tone: "out of breath"},
			asked{Model: some("tts-1-hd"), Input: "Go!", Format: "wav", Speed: speed(0.25)},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got asked
			server := httptest.NewServer(vendor(&got)(voicetest.Sound(24000, time.Second), 24000))
			defer server.Close()
			for _, base := range []string{server.URL, server.URL + "/v1/"} {
				if _, err := speaker(t, base, c.model).Speak(t.Context(), c.r); err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

func TestOpenAIsOwn(t *testing.T) {
	for _, base := range []string{"", "https://eu.api.openai.com/v1"} {
		s, err := New(Options{BaseURL: base})
		if err != nil {
			t.Fatal(err)
		}
		if !s.own || s.model != DefaultModel {
			t.Errorf("%q: own %v, model %q", base, s.own, s.model)
		}
		if _, err := s.Speak(t.Context(), voice.Request{Text: "Go!"}); provider.KindOf(err, "") != provider.KindAuth {
			t.Errorf("%q without a key: %v", base, err)
		}
	}
	if _, err := New(Options{BaseURL: "gpu1"}); err == nil {
		t.Error("took gpu1 for a web address")
	}
	// A server of one's own needs no key: it is asked, here in vain.
	s, err := New(Options{BaseURL: "http://gpu1.invalid:8091"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Speak(ctx, voice.Request{Text: "Go!"}); provider.KindOf(err, "") != provider.KindTransient {
		t.Errorf("without a key: %v", err)
	}
}
