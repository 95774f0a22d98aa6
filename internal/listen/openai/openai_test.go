package openai_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/listen/listentest"
	"github.com/dailies/dailies/internal/listen/openai"
	"github.com/dailies/dailies/internal/provider"
)

type spoken struct {
	Word  string  `json:"word"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// vendor reads the form strictly and answers as OpenAI's pages have it.
func vendor(t *testing.T, told func(listentest.Asked), says listen.Transcript) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/audio/transcriptions", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(32 << 20); err != nil || r.Header.Get("Authorization") != "Bearer "+listentest.Key {
			t.Errorf("%v, %v", err, r.Header)
			return
		}
		known := []string{"model", "response_format", "temperature", "timestamp_granularities[]", "language", "prompt"}
		for name := range r.MultipartForm.Value {
			if !slices.Contains(known, name) {
				t.Errorf("the API has no field %q", name)
			}
		}
		if r.FormValue("model") != openai.DefaultModel || r.FormValue("response_format") != "verbose_json" || r.FormValue("timestamp_granularities[]") != "word" {
			t.Errorf("asked %v", r.MultipartForm.Value)
		}
		f, head, err := r.FormFile("file")
		if err != nil || head.Filename != "take.wav" {
			t.Errorf("%v, %v", head, err)
			return
		}
		sound, _ := io.ReadAll(f)
		told(listentest.Asked{Language: r.FormValue("language"), Terms: r.FormValue("prompt"), Sound: sound})
		var words []spoken
		for _, s := range says.Words {
			words = append(words, spoken{s.Word, s.Start.Seconds(), s.End.Seconds()})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"task": "transcribe", "language": says.Language, "duration": "1.0", "text": says.Text, "words": words})
	})
	return mux
}

func make1(t *testing.T, base string) listen.Transcriber {
	t.Helper()
	l, err := openai.New(openai.Options{BaseURL: base, Key: listentest.Key})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestListener(t *testing.T) {
	listentest.Run(t, listentest.Suite{
		New: make1, Vendor: vendor, Times: true,
		Refusals: map[string]listentest.Answer{
			listentest.WrongKey:  {Status: 401, Body: `{"error": {"message": "Incorrect API key provided", "type": "invalid_request_error", "code": "invalid_api_key"}}`, Kind: provider.KindAuth},
			listentest.NoMoney:   {Status: 429, Body: `{"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"}}`, Kind: provider.KindQuota},
			listentest.TooFast:   {Status: 429, Body: `{"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}`, Kind: provider.KindThrottled},
			listentest.Down:      {Status: 503, Body: `{"error": {"message": "overloaded", "type": "server_error", "code": null}}`, Kind: provider.KindTransient},
			listentest.Moderated: {Status: 400, Body: `{"error": {"message": "not allowed", "type": "invalid_request_error", "code": "content_policy_violation"}}`, Kind: provider.KindRefused},
			listentest.NoModel:   {Status: 404, Body: `{"detail": "Model 'nope' is not installed"}`, Kind: provider.KindInvalid},
			"not this file":      {Status: 400, Body: `{"error": {"message": "Invalid file format.", "type": "invalid_request_error"}}`, Kind: provider.KindInvalid},
		},
		Empty: []string{`{"text": null}`, `{"error": {"message": "busy"}}`, `{"text": 7}`, `[]`},
	})
}

// A server without times of words is asked for the text alone, and from then on only so.
func TestWithoutTimes(t *testing.T) {
	var forms []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		form := r.FormValue("response_format")
		if forms = append(forms, form); form != "json" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error": {"message": "response_format 'verbose_json' is not compatible with this model", "code": "unsupported_value"}}`)
			return
		}
		if r.Form.Has("timestamp_granularities[]") {
			t.Error("asked for times all the same")
		}
		_, _ = io.WriteString(w, `{"text": "We are closed.", "usage": {"type": "tokens"}}`)
	}))
	defer srv.Close()
	l := make1(t, srv.URL+"/v1/audio/transcriptions")
	for range 2 {
		if got, err := l.Hear(t.Context(), listentest.Sound(), listen.Hint{}); err != nil || got.Text != "We are closed." || got.Words != nil {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if !slices.Equal(forms, []string{"verbose_json", "json", "json"}) {
		t.Errorf("asked for %v", forms)
	}
}

// faster-whisper has its words within segments.
func TestWordsOfSegments(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"text": " Stop", "words": null, "segments": [{"id": 0, "words": [{"word": " Stop", "start": 0.25, "end": 0.5, "probability": 0.9}]}]}`)
	}))
	defer srv.Close()
	got, err := make1(t, srv.URL).Hear(t.Context(), listentest.Sound(), listen.Hint{})
	if err != nil || len(got.Words) != 1 || got.Words[0] != (listen.Word{Word: "Stop", Start: 250 * time.Millisecond, End: 500 * time.Millisecond}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestKeys(t *testing.T) {
	l, err := openai.New(openai.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Hear(t.Context(), listentest.Sound(), listen.Hint{}); provider.KindOf(err, "") != provider.KindAuth {
		t.Errorf("OpenAI without a key: %v", err)
	}
	if _, err := openai.New(openai.Options{BaseURL: "ftp://x"}); err == nil {
		t.Error("no web address was taken")
	}
}
