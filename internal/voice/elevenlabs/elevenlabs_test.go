package elevenlabs

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
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
	ID       string       `json:"-"`
	Text     string       `json:"text"`
	Model    string       `json:"model_id"`
	Language *string      `json:"language_code"`
	Settings *askSettings `json:"voice_settings"`
}

type askSettings struct {
	Speed float64 `json:"speed"`
}

func vendor(got *asked) func([]int16, int) http.Handler {
	return func(samples []int16, rate int) http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc("POST /v1/text-to-speech/{id}/with-timestamps", func(w http.ResponseWriter, r *http.Request) {
			a := asked{ID: r.PathValue("id")}
			err := voicetest.Strict(r, map[string]string{"xi-api-key": voicetest.Key, "Authorization": ""}, &a)
			w.Header().Set("Content-Type", "application/json")
			if err != nil || r.URL.RawQuery != "output_format=pcm_24000" || a.Text == "" {
				w.WriteHeader(http.StatusUnprocessableEntity)
				w.Write([]byte(`{"detail":[{"loc":["body"],"msg":"wrong","type":"value_error"}]}`))
				return
			}
			if got != nil {
				*got = a
			}
			json.NewEncoder(w).Encode(map[string]any{
				"audio_base64": base64.StdEncoding.EncodeToString(pcm.Encode(samples)), "alignment": aligned(a.Text, len(samples), rate), "normalized_alignment": nil,
			})
		})
		return mux
	}
}

// aligned gives every character of a text the same time, between a second at
// either end.
func aligned(text string, samples, rate int) alignment {
	var a alignment
	length := float64(samples)/float64(rate) - 2
	runes := []rune(text)
	for i, r := range runes {
		a.Characters = append(a.Characters, string(r))
		a.From = append(a.From, 1+length*float64(i)/float64(len(runes)))
		a.To = append(a.To, 1+length*float64(i+1)/float64(len(runes)))
	}
	return a
}

func speaker(t *testing.T, base, model string) *Speaker {
	t.Helper()
	s, err := New(Options{BaseURL: base, Model: model, Key: voicetest.Key})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func no(status int, code string, kind provider.Kind) voicetest.Answer {
	return voicetest.Answer{Status: status, Body: `{"detail":{"status":"` + code + `","message":"Not with this key."}}`, Kind: kind}
}

func TestContract(t *testing.T) {
	voicetest.Run(t, voicetest.Suite{
		New:      func(t *testing.T, base string) voice.Speaker { return speaker(t, base, "") },
		Request:  voice.Request{Text: "We're closed, in 3.5 minutes.", Language: "en"},
		MostText: 10000,
		Unknown:  "Rachel", Names: "GET /v1/voices",
		Online: &voicetest.Online{
			Rate:    sampleRate,
			Bare:    true,
			Vendor:  vendor(nil),
			Unknown: voicetest.Answer{Status: 404, Body: `{"detail":{"status":"voice_not_found","message":"A voice for the voice_id Rachel was not found."}}`},
			Refusals: map[string]voicetest.Answer{
				voicetest.WrongKey:  no(401, "invalid_api_key", provider.KindAuth),
				voicetest.NoMoney:   no(401, "quota_exceeded", provider.KindQuota),
				voicetest.TooFast:   no(429, "too_many_concurrent_requests", provider.KindThrottled),
				voicetest.Exhausted: no(429, "system_busy", provider.KindThrottled),
				voicetest.Down:      {Status: 500, Body: `Internal Server Error`, Kind: provider.KindTransient},
				voicetest.Moderated: no(403, "content_against_policy", provider.KindRefused),
				"402":               {Status: 402, Body: `{"detail":{"type":"payment_required","code":"paid_plan_required","message":"Pay."}}`, Kind: provider.KindQuota},
				"plan":              no(403, "output_format_not_allowed", provider.KindQuota),
				"fields":            {Status: 422, Body: `{"detail":[{"loc":["body","text"],"msg":"none is not an allowed value"}]}`, Kind: provider.KindInvalid},
				"words":             {Status: 429, Body: `{"detail":"Too many"}`, Kind: provider.KindThrottled},
				"half a sample":     {Status: 200, Body: `{"audio_base64":"AAAA"}`, Kind: provider.KindTransient},
				"sound without end": {Status: 200, Body: `{"audio_base64":"AAE=","alignment":{"characters":["a"],"character_start_times_seconds":[0],"character_end_times_seconds":[3]}}`, Kind: provider.KindTransient},
			},
		},
	})
}

func TestWhatIsAsked(t *testing.T) {
	some := func(s string) *string { return &s }
	for _, c := range []struct {
		name, model string
		r           voice.Request
		want        asked
	}{
		{"as it comes", "", voice.Request{Text: " 走！ ", Language: "zh", Pitch: 60, Tone: "angry"}, asked{ID: DefaultVoice, Text: "走！", Model: DefaultModel}},
		{
			"fast", "eleven_flash_v2_5",
			voice.Request{Text: "Gå!", Language: "no-NO", Name: "abc", Rate: 600},
			asked{ID: "abc", Text: "Gå!", Model: "eleven_flash_v2_5", Language: some("no"), Settings: &askSettings{1.2}},
		},
		{"slow", "eleven_v3", voice.Request{Text: "走", Language: "yue", Rate: 40}, asked{ID: DefaultVoice, Text: "走", Model: "eleven_v3", Settings: &askSettings{0.7}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got asked
			server := httptest.NewServer(vendor(&got)(voicetest.Sound(sampleRate, time.Second), sampleRate))
			defer server.Close()
			if _, err := speaker(t, server.URL, c.model).Speak(t.Context(), c.r); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestClauses(t *testing.T) {
	text := "We're closed, in 3.5 minutes. …"
	server := httptest.NewServer(vendor(nil)(voicetest.Sound(sampleRate, 3100*time.Millisecond), sampleRate))
	defer server.Close()
	got, err := speaker(t, server.URL, "").Speak(t.Context(), voice.Request{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	// 31 characters of 100 ms; 8 ms of silence stay before the first.
	const keep, each = sampleRate * 8 / 1000, sampleRate / 10
	want := []voice.Clause{{Text: "We're closed,", From: keep, To: keep + 13*each}, {Text: "in 3.5 minutes.", From: keep + 14*each, To: keep + 29*each}}
	near := cmp.Comparer(func(a, b int) bool { return a-b < 50 && b-a < 50 }) // samples
	if d := cmp.Diff(want, got.Clauses, near); d != "" {
		t.Error(d)
	}
}

func TestTimesOfNoUse(t *testing.T) {
	fit := aligned("Go, now!", 5*sampleRate, sampleRate)
	other := aligned("Go, no!", 5*sampleRate, sampleRate)
	short := aligned("Go, now!", 5*sampleRate, sampleRate)
	short.To = short.To[1:]
	still := aligned("Go, now!", 5*sampleRate, sampleRate)
	clear(still.From)
	clear(still.To)
	for name, a := range map[string]*alignment{"none": nil, "of another text": &other, "too few": &short, "all at once": &still} {
		if got := clauses("Go, now!", a, 0, 5*sampleRate); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := clauses("Go, now!", &fit, 0, 5*sampleRate); len(got) != 2 {
		t.Errorf("%v", got)
	}
}

func TestVoicesAreIDs(t *testing.T) {
	s := speaker(t, "http://127.0.0.1:1", "")
	for _, name := range []string{"../../v1/user", "a/b", "Rachel?x=1", strings.Repeat("a", 65)} {
		if _, err := s.Speak(t.Context(), voice.Request{Text: "Go!", Name: name}); provider.KindOf(err, "") != provider.KindInvalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	if s, err := New(Options{}); err != nil {
		t.Error(err)
	} else if _, err := s.Speak(t.Context(), voice.Request{Text: "Go!"}); provider.KindOf(err, "") != provider.KindAuth {
		t.Errorf("without a key: %v", err)
	}
}

func FuzzClauses(f *testing.F) {
	f.Add("Go, now! 走。", "Go, now! 走。", 0.5)
	f.Fuzz(func(t *testing.T, text, spoken string, each float64) {
		a := alignment{}
		for i, r := range []rune(spoken) {
			a.Characters = append(a.Characters, string(r))
			a.From, a.To = append(a.From, float64(i)*each), append(a.To, float64(i+1)*each)
		}
		at := 0
		for _, c := range clauses(text, &a, 100, 1000) {
			if c.From < at || c.To <= c.From || c.To > 1000 {
				t.Fatalf("%+v after %d", c, at)
			}
			at = c.To
		}
	})
}
