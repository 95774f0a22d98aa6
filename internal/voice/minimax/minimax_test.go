package minimax

import (
	"encoding/hex"
	"fmt"
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
	Model    string   `json:"model"`
	Text     string   `json:"text"`
	Stream   *bool    `json:"stream"`
	Output   string   `json:"output_format"`
	Language string   `json:"language_boost"`
	Voice    askVoice `json:"voice_setting"`
	Audio    askAudio `json:"audio_setting"`
}

type askVoice struct {
	ID      string   `json:"voice_id"`
	Speed   *float64 `json:"speed"`
	Pitch   *int     `json:"pitch"`
	Emotion string   `json:"emotion"`
}

type askAudio struct {
	Rate    int    `json:"sample_rate"`
	Format  string `json:"format"`
	Channel int    `json:"channel"`
}

func vendor(got *asked) func([]int16, int) http.Handler {
	return func(samples []int16, rate int) http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc("POST /v1/t2a_v2", func(w http.ResponseWriter, r *http.Request) {
			var a asked
			err := voicetest.Strict(r, map[string]string{"Authorization": "Bearer " + voicetest.Key}, &a)
			w.Header().Set("Content-Type", "application/json")
			if err != nil || a.Stream == nil || *a.Stream || a.Output != "hex" || a.Voice.ID == "" || a.Audio != (askAudio{sampleRate, "wav", 1}) {
				fmt.Fprint(w, `{"data":null,"base_resp":{"status_code":2013,"status_msg":"invalid params"}}`)
				return
			}
			if got != nil {
				*got = a
			}
			fmt.Fprintf(w, `{"data":{"audio":"%s","status":2,"ced":""},"trace_id":"1","extra_info":{"audio_length":9900,"usage_characters":26},"base_resp":{"status_code":0,"status_msg":"success"}}`,
				hex.EncodeToString(pcm.EncodeWAV(samples, rate)))
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

func no(code int, message string, kind provider.Kind) voicetest.Answer {
	return voicetest.Answer{Status: 200, Body: fmt.Sprintf(`{"data":null,"trace_id":"1","base_resp":{"status_code":%d,"status_msg":"%s"}}`, code, message), Kind: kind}
}

func TestContract(t *testing.T) {
	voicetest.Run(t, voicetest.Suite{
		New:      func(t *testing.T, base string) voice.Speaker { return speaker(t, base, "") },
		Request:  voice.Request{Text: "五分钟后打烊。", Language: "zh"},
		MostText: maxText,
		Unknown:  "vx", Names: "/v1/get_voice",
		Online: &voicetest.Online{
			Rate:    sampleRate,
			Vendor:  vendor(nil),
			Unknown: no(2013, "invalid params, voice id vx not exist", ""),
			Refusals: map[string]voicetest.Answer{
				voicetest.WrongKey:    no(2049, "invalid api key", provider.KindAuth),
				voicetest.NoMoney:     no(1008, "insufficient balance", provider.KindQuota),
				voicetest.TooFast:     no(1002, "rate limit exceeded(RPM)", provider.KindThrottled),
				voicetest.Exhausted:   no(2056, "usage limit exceeded", provider.KindQuota),
				voicetest.Down:        no(1013, "internal error", provider.KindTransient),
				voicetest.Moderated:   no(1026, "input new_sensitive", provider.KindRefused),
				"connections":         no(1041, "conn limit", provider.KindThrottled),
				"not authorised":      no(1004, "login fail", provider.KindAuth),
				"output":              no(1027, "output new_sensitive", provider.KindRefused),
				"illegal":             no(1042, "invisible characters", provider.KindInvalid),
				"timeout":             no(1001, "timeout", provider.KindTransient),
				"a code of tomorrow":  no(9999, "who knows", provider.KindUnknown),
				"by status":           {Status: 402, Body: `{}`, Kind: provider.KindQuota},
				"by status, too":      {Status: 429, Body: `{}`, Kind: provider.KindThrottled},
				"a code in words":     {Status: 200, Body: `{"base_resp":{"status_code":"1008","status_msg":"insufficient balance"}}`, Kind: provider.KindQuota},
				"keep-alive alone":    no(0, "success", provider.KindTransient),
				"a part":              {Status: 200, Body: `{"data":{"audio":"52494646","status":1},"base_resp":{"status_code":0}}`, Kind: provider.KindTransient},
				"not hex":             {Status: 200, Body: `{"data":{"audio":"https://x","status":2},"base_resp":{"status_code":0}}`, Kind: provider.KindTransient},
				"a no beside a sound": {Status: 200, Body: `{"data":{"audio":"00","status":2},"base_resp":{"status_code":1027,"status_msg":"output new_sensitive"}}`, Kind: provider.KindRefused},
			},
		},
	})
}

func TestWhatIsAsked(t *testing.T) {
	speed := func(f float64) *float64 { return &f }
	pitch := func(n int) *int { return &n }
	for _, c := range []struct {
		name, model string
		r           voice.Request
		want        asked
	}{
		{
			"as it comes", "",
			voice.Request{Text: "走！", Language: "zh-CN"},
			asked{Model: "speech-2.8-hd", Text: "走！", Language: "Chinese", Voice: askVoice{ID: "male-qn-qingse"}},
		},
		{
			"directed", "speech-02-turbo",
			voice.Request{Text: "Go!", Language: "en", Name: "me", Rate: 600, Pitch: 99, Tone: "Angry"},
			asked{Model: "speech-02-turbo", Text: "Go!", Language: "English", Voice: askVoice{ID: "me", Speed: speed(2), Pitch: pitch(12), Emotion: "angry"}},
		},
		{
			"in words it does not take", "speech-02-hd",
			voice.Request{Text: "برو", Language: "fa", Rate: 170, Pitch: 50, Tone: "angry, but not very"},
			asked{Model: "speech-02-hd", Text: "برو", Language: "auto", Voice: askVoice{ID: "English_expressive_narrator", Speed: speed(1)}},
		},
		{"Cantonese, low", "", voice.Request{Text: "走", Language: "zh-HK", Pitch: 1}, asked{Model: "speech-2.8-hd", Text: "走", Language: "Chinese,Yue", Voice: askVoice{ID: "male-qn-qingse", Pitch: pitch(-12)}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got asked
			server := httptest.NewServer(vendor(&got)(voicetest.Sound(sampleRate, time.Second), sampleRate))
			defer server.Close()
			if _, err := speaker(t, server.URL, c.model).Speak(t.Context(), c.r); err != nil {
				t.Fatal(err)
			}
			c.want.Stream, c.want.Output, c.want.Audio = new(bool), "hex", askAudio{sampleRate, "wav", 1}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
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
