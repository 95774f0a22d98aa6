package openai_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/judge/openai"
	"github.com/dailies/dailies/internal/provider"
)

const key = "sk-0123456789abcdef"

// server is strict about what it is sent and answers what the test says.
type server struct {
	status int
	header map[string]string
	body   string
	asked  int
	got    request
}

type request struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
	} `json:"messages"`
}

type part struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Image *link  `json:"image_url"`
	Video *link  `json:"video_url"`
}

type link struct {
	URL string `json:"url"`
}

func strict(t *testing.T, raw []byte, into any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		t.Errorf("the request is not what the API knows: %v: %s", err, raw)
	}
}

func start(t *testing.T, s *server) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked++
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Authorization") != "Bearer "+key {
			t.Errorf("%s %s %v, %v", r.Method, r.URL, r.Header, err)
		}
		strict(t, body, &s.got)
		for k, v := range s.header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(max(s.status, http.StatusOK))
		_, _ = io.WriteString(w, s.body)
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/v1"
}

func says(content string) string {
	raw, err := json.Marshal(content)
	if err != nil {
		panic(err)
	}
	return `{"id": "c1", "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": ` + string(raw) + `}}], "usage": {"total_tokens": 9}}`
}

func look(t *testing.T, base, model string, r judge.Request) (judge.Opinion, error) {
	t.Helper()
	return openai.New(openai.Options{BaseURL: base, Model: model, Key: key}).Look(t.Context(), r)
}

func take() judge.Request {
	return judge.Request{
		Brief: drama.Brief{Action: "Lin opens the drawer."}, Shown: 4 * time.Second, Length: 5 * time.Second,
		Frames: []judge.Picture{{JPEG: picture, At: time.Second}, {JPEG: picture, At: 3 * time.Second}},
	}
}

// picture is a small JPEG.
var picture = func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 90, 160)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}()

// half are grades of everything that take is asked about whose score is 0.5.
const half = `{"grades": {"action": 2, "people": 2, "anatomy": 2, "continuity": 2, "text": 2}}`

// shown is a contact sheet as it is sent.
func shown(t *testing.T, sheets [][]byte, err error) (all []part) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		all = append(all, part{Type: "image_url", Image: &link{"data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(s)}})
	}
	return all
}

func TestPictures(t *testing.T) {
	s := &server{body: says(`{"grades": {"action": 4, "people": 4, "anatomy": {"grade": 1, "at": 1, "why": "six fingers"}, "continuity": 4, "text": null}}`)}
	r := take()
	r.References = []judge.Reference{{Name: "Lin", Kind: "cast", JPEG: picture}}
	o, err := look(t, start(t, s)+"/chat/completions", "gpt-4o-mini", r)
	if err != nil || o.Score != 0.813 || len(o.Grades) != 4 || cmp.Diff([]string{"anatomy at 1.00 s: six fingers"}, o.Reasons) != "" || len(o.Under()) != 1 {
		t.Fatalf("%+v, %v", o, err)
	}
	if s.got.Model != "gpt-4o-mini" || len(s.got.Messages) != 2 || s.got.Messages[0].Role != "system" || s.got.Messages[1].Role != "user" {
		t.Fatalf("asked: %+v", s.got)
	}
	var parts []part
	strict(t, s.got.Messages[1].Content, &parts)
	sheets, err := judge.Sheets(r)
	want := append(shown(t, sheets, err), part{Type: "text", Text: judge.Ask(r, false).User})
	if diff := cmp.Diff(want, parts); diff != "" || len(sheets) != 2 {
		t.Error(diff)
	}
}

// TestCompare: both takes in the order given, and a choice of them.
func TestCompare(t *testing.T) {
	for body, want := range map[string]judge.Choice{
		says(`{"better": "A", "why": "the hands"}`): judge.First, says("```json\n{\"better\": \"b\"}\n```"): judge.Second, says(`{"better": "Equal"}`): judge.Equal,
		says(`{"better": "C"}`): "", says(`{"better": 1}`): "", says("both are fine"): "", says(`{"better": "A"} or {"better": "B"}`): "",
	} {
		s := &server{body: body}
		j := openai.New(openai.Options{BaseURL: start(t, s), Model: "m", Key: key})
		d := judge.Duel{First: take(), Second: take()}
		d.Second.Frames = d.Second.Frames[:1]
		got, err := j.Compare(t.Context(), d)
		if got != want || (err == nil) != (want != "") || err != nil && provider.KindOf(err, "") != provider.KindFailed {
			t.Errorf("%s: %q, %v", body, got, err)
		}
		var parts []part
		strict(t, s.got.Messages[1].Content, &parts)
		sheets, err := judge.DuelSheets(d)
		if diff := cmp.Diff(append(shown(t, sheets, err), part{Type: "text", Text: judge.AskDuel(d).User}), parts); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := openai.New(openai.Options{}).Compare(t.Context(), judge.Duel{First: take()}); provider.KindOf(err, "") != provider.KindInvalid {
		t.Errorf("nothing to show: %v", err)
	}
}

func TestVideo(t *testing.T) {
	const clip = "https://bucket.example.com/1.mp4?X-Amz-Signature=abc"
	for _, c := range []struct {
		name, model, url string
		length           time.Duration
		video            bool
	}{
		{"Qwen-VL", "qwen3-vl-plus", clip, 5 * time.Second, true},
		{"Qwen-VL at home", "Qwen/Qwen3-VL-8B-Instruct", clip, 5 * time.Second, true},
		{"no URL", "qwen3-vl-plus", "", 5 * time.Second, false},
		{"URL of our own network", "qwen3-vl-plus", "https://minio:9000/1.mp4", 5 * time.Second, false},
		{"too short", "qwen3-vl-plus", clip, time.Second, false},
		{"another model", "gpt-4o", clip, 5 * time.Second, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &server{body: says(half)}
			r := take()
			r.ClipURL, r.Length = c.url, c.length
			if _, err := look(t, start(t, s), c.model, r); err != nil {
				t.Fatal(err)
			}
			var parts []part
			strict(t, s.got.Messages[1].Content, &parts)
			sheets, err := judge.Sheets(r)
			want := shown(t, sheets, err)[0]
			if c.video {
				want = part{Type: "video_url", Video: &link{clip}}
			}
			if diff := cmp.Diff(want, parts[0]); diff != "" || len(parts) != 2 {
				t.Errorf("%d parts: %s", len(parts), diff)
			}
		})
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		kind   provider.Kind // empty: it is an opinion
		words  string
	}{
		{"fenced", 200, says("```json\n" + half + "\n```"), "", ""},
		{"parts", 200, `{"choices": [{"message": {"content": [{"type": "text", "text": "{\"grades\": {\"action\": 2, \"people\":"}, {"type": "text", "text": " 2, \"text\": 2}}"}]}}]}`, "", ""},
		{"unknown fields", 200, `{"choices": [{"finish_reason": "stop", "message": {"content": "{\"grades\": {\"action\": 2, \"people\": 2, \"text\": 2}}", "reasoning_content": "hm", "tool_calls": null}, "logprobs": null}], "x": 1}`, "", ""},

		{"prose", 200, says("I cannot see any pictures."), provider.KindFailed, "no JSON object"},
		{"of ten", 200, says(`{"grades": {"action": 8}}`), provider.KindFailed, "grades are"},
		{"null", 200, `{"choices": [{"finish_reason": "stop", "message": {"content": null}}]}`, provider.KindFailed, "no JSON object"},
		{"content of numbers", 200, `{"choices": [{"message": {"content": 7}}]}`, provider.KindFailed, "no chat completion"},
		{"no choice", 200, `{"choices": []}`, provider.KindFailed, "no choice"},
		{"empty", 200, ``, provider.KindFailed, "no chat completion"},
		{"HTML", 200, `<html>welcome</html>`, provider.KindFailed, "no chat completion"},
		{"cut off", 200, `{"choices": [{"finish_reason": "length", "message": {"content": "{\"grades\": {\"action\": 2}}"}}]}`, provider.KindFailed, "cut off"},
		{"filtered", 200, `{"choices": [{"finish_reason": "content_filter", "message": {"content": ""}}]}`, provider.KindRefused, "filter"},
		{"refusal", 200, `{"choices": [{"finish_reason": "stop", "message": {"content": null, "refusal": "I will not"}}]}`, provider.KindRefused, "I will not"},
		{"too large", 200, `{"choices": [], "x": "` + strings.Repeat("x", 2<<20) + `"}`, provider.KindTransient, "cannot be read"},
		{"no with 200", 200, `{"error": {"message": "no balance", "code": "insufficient_quota"}}`, provider.KindQuota, "no balance"},

		{"wrong key", 401, `{"error": {"message": "Incorrect API key provided: ` + key + `", "type": "invalid_request_error", "code": "invalid_api_key"}}`, provider.KindAuth, "[secret]"},
		{"forbidden", 403, `{"detail": "no"}`, provider.KindAuth, "HTTP 403"},
		{"quota", 429, `{"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"}}`, provider.KindQuota, "quota"},
		{"arrears", 400, `{"error": {"message": "overdue", "type": "Arrearage", "code": "Arrearage"}, "request_id": "r"}`, provider.KindQuota, "overdue"},
		{"busy", 429, `{"error": {"message": "slow down", "code": "rate_limit_exceeded"}}`, provider.KindThrottled, "slow down"},
		{"inspected", 400, `{"error": {"message": "inappropriate", "code": "data_inspection_failed"}}`, provider.KindRefused, "inappropriate"},
		{"no such model", 404, `{"error": {"message": "no such model", "code": "model_not_found"}}`, provider.KindInvalid, "no such model"},
		{"numbered", 400, `{"object": "error", "message": "at most 2 images", "code": 400}`, provider.KindInvalid, "at most 2 images"},
		{"a text", 500, `{"error": "model runner has stopped"}`, provider.KindTransient, "model runner has stopped"},
		{"a proxy", 502, `<html>bad gateway ` + key + `</html>`, provider.KindTransient, "HTTP 502"},
		{"a redirect", 302, ``, provider.KindInvalid, "base_url"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &server{status: c.status, body: c.body}
			o, err := look(t, start(t, s), "m", take())
			if s.asked != 1 {
				t.Errorf("asked %d times", s.asked)
			}
			if c.kind == "" {
				if err != nil || o.Score != 0.5 {
					t.Fatalf("%+v, %v", o, err)
				}
				return
			}
			var e *provider.Error
			if !errors.As(err, &e) || e.Kind != c.kind || !strings.Contains(e.Message, c.words) || e.Op != "look" {
				t.Fatalf("got %#v", err)
			}
			if strings.Contains(err.Error(), key) {
				t.Errorf("the key is shown: %v", err)
			}
			if o.Score != 0 || o.Reasons != nil {
				t.Errorf("an opinion all the same: %+v", o)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	s := &server{status: 429, header: map[string]string{"Retry-After": "7"}, body: `{}`}
	_, err := look(t, start(t, s), "m", take())
	var e *provider.Error
	if !errors.As(err, &e) || e.RetryAfter != 7*time.Second {
		t.Errorf("%#v", err)
	}
}

// What a model writes is shown to people: it may have read a key or a signed URL
// out of the request.
func TestReasonsHoldNoSecret(t *testing.T) {
	s := &server{body: says(`{"grades": {"action": {"grade": 0, "why": "the key is ` + key + `"}, "people": {"grade": 1, "why": "see https://bucket.example.com/1.mp4?X-Amz-Signature=abc"}, "text": 4}}`)}
	o, err := look(t, start(t, s), "m", take())
	all := fmt.Sprintf("%+v", o)
	if err != nil || len(o.Reasons) != 2 || strings.Contains(all, key) || strings.Contains(all, "Signature") {
		t.Errorf("%q, %v", o.Reasons, err)
	}
}

func TestNobodyThere(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	_, err := look(t, srv.URL, "m", take())
	if provider.KindOf(err, "") != provider.KindTransient || strings.Contains(err.Error(), key) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := openai.New(openai.Options{BaseURL: srv.URL}).Look(ctx, take()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := look(t, srv.URL, "m", judge.Request{}); provider.KindOf(err, "") != provider.KindInvalid {
		t.Errorf("nothing to show: %v", err)
	}
}
