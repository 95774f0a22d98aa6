package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
)

// audience is a judge's server: it sees the lamp wrong once, and the street with
// six fingers.
type audience struct {
	t    *testing.T
	mu   sync.Mutex
	seen []string // the actions, in order
}

func (a *audience) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var q struct {
		Messages []struct{ Content json.RawMessage }
	}
	var parts []struct {
		Text  string
		Image struct{ URL string } `json:"image_url"`
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &q) != nil || len(q.Messages) != 2 || json.Unmarshal(q.Messages[1].Content, &parts) != nil || len(parts) != 2 {
		a.t.Errorf("asked %.300s, %v", body, err)
		return
	}
	for _, p := range parts[:1] {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(p.Image.URL, "data:image/jpeg;base64,"))
		if err != nil {
			a.t.Errorf("a picture: %v", err)
		}
		if c, err := jpeg.DecodeConfig(bytes.NewReader(raw)); err != nil || max(c.Width, c.Height) > judge.SheetSide || c.Width <= 2*90 {
			a.t.Errorf("a picture is %+v, %v", c, err)
		}
	}
	_, action, _ := strings.Cut(parts[1].Text, "action: ")
	action, _, _ = strings.Cut(action, "\n")
	grades := func(action int, why string) string {
		return fmt.Sprintf(`{"grades": {"action": {"grade": %d, "at": 0.5, "why": %q}, "people": %[1]d, "anatomy": %[1]d, "continuity": %[1]d, "text": %[1]d}}`, action, why)
	}
	says := grades(4, "")
	switch {
	case action == "the street":
		says = grades(3, "six fingers")
	case action == "a lamp" && !strings.Contains(strings.Join(a.seen, " "), action):
		says = grades(1, "no lamp")
	}
	a.seen = append(a.seen, action)
	answer, _ := json.Marshal(says)
	_, _ = io.WriteString(w, `{"choices": [{"message": {"content": `+string(answer)+`}}]}`)
}

// The real program with real pictures: what the judge does not like is made anew,
// and nothing is looked at twice.
func TestRenderWithAJudge(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "  label:", "  takes: {min_score: 0.5}\n  label:", 1))
	a := &audience{t: t}
	srv := httptest.NewServer(a)
	defer srv.Close()
	h.write("dailies.yaml", "providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\njudge: {base_url: \""+srv.URL+"\", model: m}\n")
	first := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if first.Cut != 1 || h.bought() != 4 || len(a.seen) != 4 {
		t.Fatalf("%+v, %d jobs bought, %d looked at", first, h.bought(), len(a.seen))
	}
	takes := h.must(exitDone, "takes", "tiny/ep01").stdout
	for _, words := range []string{"judge: the score is 0.25; takes.min_score asks for 0.50", "judge: action at 0.50 s: no lamp", "judge: action at 0.50 s: six fingers"} {
		if !strings.Contains(takes, words) {
			t.Errorf("%q is not told:\n%s", words, takes)
		}
	}
	// The same takes made into another cut, under a minimum that they would miss.
	h.write("ep01.yaml", strings.Replace(strings.Replace(tiny, "fps: 24", "fps: 24, fit: blur", 1), "  label:", "  takes: {min_score: 0.95}\n  label:", 1))
	again := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if again.Cut != 2 || h.bought() != 4 || len(a.seen) != 4 {
		t.Errorf("another cut: %d, %d jobs bought, %d looked at", again.Cut, h.bought(), len(a.seen))
	}
}
