package app

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/provider"
)

func TestJudgeOfTheConfig(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		body, _ := io.ReadAll(r.Body)
		var q struct{ Model string }
		if err := json.Unmarshal(body, &q); err != nil || q.Model != "m" || r.Header.Get("Authorization") != "Bearer sk-123456" ||
			!strings.Contains(string(body), "data:image/jpeg;base64,") {
			t.Errorf("asked %s %v, %v", body, r.Header, err)
		}
		_, _ = io.WriteString(w, `{"choices": [{"message": {"content": "{\"grades\": {\"people\": 2, \"text\": 2}}"}}]}`)
	}))
	defer srv.Close()
	a := &Main{Env: []string{"JUDGE_KEY=sk-123456"}}
	if j := a.judge(); j != nil {
		t.Errorf("none is configured: %v", j)
	}
	a.Config.Judge = config.Judge{BaseURL: srv.URL, Model: "m", APIKeyEnv: "JUDGE_KEY"}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 16)), nil); err != nil {
		t.Fatal(err)
	}
	r := judge.Request{Frames: []judge.Picture{{JPEG: picture.Bytes()}}}
	if o, err := a.judge().Look(t.Context(), r); err != nil || o.Score != 0.5 || asked != 1 {
		t.Errorf("%+v, %v, asked %d times", o, err, asked)
	}
	a.Env = nil
	if _, err := a.judge().Look(t.Context(), r); provider.KindOf(err, "") != provider.KindAuth || !strings.Contains(err.Error(), "JUDGE_KEY is not set") || asked != 1 {
		t.Errorf("without its key: %v, asked %d times", err, asked)
	}
}
