package qwen_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/listen/listentest"
	"github.com/dailies/dailies/internal/listen/qwen"
	"github.com/dailies/dailies/internal/provider"
)

// vendor reads the request strictly and answers as the model's page has it.
func vendor(t *testing.T, told func(listentest.Asked), says listen.Transcript) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /compatible-mode/v1/chat/completions", func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Model    string `json:"model"`
			Stream   *bool  `json:"stream"`
			Messages []struct {
				Role    string `json:"role"`
				Content []struct {
					Type  string `json:"type"`
					Text  string `json:"text"`
					Audio struct {
						Data string `json:"data"`
					} `json:"input_audio"`
				} `json:"content"`
			} `json:"messages"`
			Options struct {
				Language string `json:"language"`
				ITN      *bool  `json:"enable_itn"`
			} `json:"asr_options"`
		}
		dec := json.NewDecoder(r.Body)
		dec.DisallowUnknownFields()
		if err := dec.Decode(&q); err != nil || r.Header.Get("Authorization") != "Bearer "+listentest.Key || q.Model != qwen.DefaultModel || q.Stream == nil || *q.Stream || q.Options.ITN == nil || *q.Options.ITN {
			t.Errorf("asked %+v, %v", q, err)
			return
		}
		var a listentest.Asked
		a.Language = q.Options.Language
		for _, m := range q.Messages {
			switch {
			case m.Role == "system" && len(m.Content) == 1 && m.Content[0].Type == "text":
				a.Terms = m.Content[0].Text
			case m.Role == "user" && len(m.Content) == 1 && m.Content[0].Type == "input_audio":
				raw, ok := strings.CutPrefix(m.Content[0].Audio.Data, "data:audio/wav;base64,")
				sound, err := base64.StdEncoding.DecodeString(raw)
				if !ok || err != nil {
					t.Errorf("the sound: %v", err)
				}
				a.Sound = sound
			default:
				t.Errorf("a message of %+v", m)
			}
		}
		told(a)
		_ = json.NewEncoder(w).Encode(map[string]any{"id": "x", "choices": []any{map[string]any{
			"finish_reason": "stop", "message": map[string]any{
				"role": "assistant", "content": says.Text, "annotations": []any{map[string]any{"type": "audio_info", "language": says.Language, "emotion": "neutral"}},
			},
		}}, "usage": map[string]any{"seconds": 1}})
	})
	return mux
}

func TestListener(t *testing.T) {
	listentest.Run(t, listentest.Suite{
		New: func(t *testing.T, base string) listen.Transcriber {
			l, err := qwen.New(qwen.Options{BaseURL: base + "/compatible-mode/v1", Key: listentest.Key})
			if err != nil {
				t.Fatal(err)
			}
			return l
		},
		Vendor: vendor,
		Refusals: map[string]listentest.Answer{
			listentest.WrongKey:  {Status: 401, Body: `{"error": {"message": "Incorrect API key provided.", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}, "request_id": "r"}`, Kind: provider.KindAuth},
			listentest.NoMoney:   {Status: 400, Body: `{"error": {"message": "Access denied, please make sure your account is in good standing.", "type": "Arrearage", "code": "Arrearage"}}`, Kind: provider.KindQuota},
			listentest.TooFast:   {Status: 429, Body: `{"error": {"message": "Requests rate limit exceeded", "type": "limit_requests", "code": "limit_requests"}}`, Kind: provider.KindThrottled},
			listentest.Down:      {Status: 500, Body: `{"error": {"message": "internal", "type": "internal_error", "code": "internal_error"}}`, Kind: provider.KindTransient},
			listentest.Moderated: {Status: 400, Body: `{"error": {"message": "Input data may contain inappropriate content.", "type": "data_inspection_failed", "code": "data_inspection_failed"}}`, Kind: provider.KindRefused},
			listentest.NoModel:   {Status: 404, Body: `{"error": {"message": "The model does not exist.", "type": "invalid_request_error", "code": "model_not_found"}}`, Kind: provider.KindInvalid},
		},
		Empty: []string{`{"choices": []}`, `{"choices": [{"message": {"content": null}}]}`, `{"choices": [{"message": {"content": 7}}]}`, `{"error": {"message": "busy"}}`},
	})
}

func TestFilteredAndKeyless(t *testing.T) {
	l, err := qwen.New(qwen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Hear(t.Context(), listentest.Sound(), listen.Hint{}); provider.KindOf(err, "") != provider.KindAuth {
		t.Errorf("without a key: %v", err)
	}
}
