package main

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// booth is a listening server: of Bo it hears something else at first, of Ana what she
// says, late.
type booth struct {
	t    *testing.T
	mu   sync.Mutex
	told []string // the names, in order
}

func (b *booth) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f, _, err := r.FormFile("file")
	if err != nil {
		b.t.Errorf("%s %v: %v", r.URL, r.Header, err)
		return
	}
	body, _ := io.ReadAll(f)
	samples, rate, err := pcm.ReadWAV(body)
	if err != nil || rate != 16_000 || len(samples) != 2*rate || bytes.Count(body, []byte{0}) > len(body)/2 {
		b.t.Errorf("%d samples at %d Hz, %v", len(samples), rate, err)
	}
	who := r.FormValue("prompt")
	says := map[string]string{"Ana": "You said noon.", "Bo": "Where is my coat?", "Cy": "Blame the weather"}[who]
	if who == "Bo" && !strings.Contains(strings.Join(b.told, " "), who) {
		says = "Blame the weather, not your mother"
	}
	b.told = append(b.told, who)
	var words []map[string]any
	for i, v := range strings.Fields(says) {
		words = append(words, map[string]any{"word": v, "start": 1 + float64(i)/5, "end": 1.15 + float64(i)/5})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"text": says, "words": words})
}

const talking = `season:
  show: tiny
  language: en
  format: {raster: 360x640, fps: 24}
  cast: {ana: {name: Ana, looks: tall}, bo: {name: Bo, looks: short}}
  routing: {default: [fake]}
  budget: {currency: CNY, episode: 100}
  label: {off: true, reason: a test}
  subtitles: {burn: en, sidecar: [en]}
  listen: retake
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 2s, cast: ana, action: Ana waits., lines: [{who: ana, say: "You said noon."}]}
  - {shot: 1B, duration: 2s, cast: bo, action: Bo looks., lines: [{who: bo, say: "Where is my coat?"}]}
  - {shot: 1C, duration: 1s, action: the street}
`

// The real program with real sound: what was not said as written is made anew, within
// the books, nothing is listened to twice, and subtitles lie where lines are heard.
func TestRenderWithAListener(t *testing.T) {
	h := newHouse(t, talking)
	b := &booth{t: t}
	srv := httptest.NewServer(b)
	defer srv.Close()
	config := "providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\n"
	h.write("dailies.yaml", config)
	if r := h.must(exitDone, "plan", h.script); !strings.Contains(r.stdout+r.stderr, "listen: retake, but nobody listens") {
		t.Errorf("nobody is configured, and that is not said:\n%s%s", r.stdout, r.stderr)
	}
	h.write("dailies.yaml", config+"listen: {type: openai, base_url: \""+srv.URL+"\", price: 0.3 CNY}\n")
	if r := h.run("doctor"); !strings.Contains(r.stdout, "listener") || !strings.Contains(r.stdout, srv.URL) {
		t.Errorf("doctor does not say who listens:\n%s", r.stdout)
	}
	first := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if first.Cut != 1 || h.bought() != 4 || len(b.told) != 3 || first.NG != 1 {
		t.Fatalf("%+v, %d jobs bought, %v listened to", first, h.bought(), b.told)
	}
	// Seven seconds at one yuan each, and three hearings of two seconds at 0.30 a minute.
	if first.Spent != (drama.Money{Micros: 7_030_000, Currency: "CNY"}) {
		t.Errorf("spent %s", first.Spent)
	}
	const why = "heard: says “Blame the weather, not your mother” instead of “Where is my coat”"
	if r := h.must(exitDone, "takes", "tiny/ep01").stdout; !strings.Contains(r, why) {
		t.Errorf("the take does not say why:\n%s", r)
	}
	if r := h.must(exitDone, "status", "tiny/ep01").stdout; !strings.Contains(r, why) {
		t.Errorf("the status does not say why:\n%s", r)
	}
	listed := decode[struct{ Takes []studio.TakeInfo }](t, h.must(exitDone, "takes", "tiny/ep01", "1B", "--json"))
	if len(listed.Takes) != 2 || listed.Takes[0].Heard == nil || listed.Takes[0].State != drama.TakeNG || len(listed.Takes[1].Heard.Words) != 4 || listed.Takes[1].State != drama.TakeCircle {
		t.Errorf("%+v", listed.Takes)
	}
	out := t.TempDir()
	h.must(exitDone, "export", "tiny/ep01", "--out", out)
	srt := theSubtitles(t, out)
	for _, cue := range []string{"00:00:01,000 --> 00:00:02,000\nYou said noon.", "00:00:03,000 --> 00:00:04,000\nWhere is my coat?"} {
		if !strings.Contains(srt, cue) {
			t.Errorf("%q is not there:\n%s", cue, srt)
		}
	}
	// Another cut of the same takes, and the same again.
	h.write("ep01.yaml", strings.Replace(talking, "fps: 24", "fps: 24, fit: blur", 1))
	again := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if again.Cut != 2 || h.bought() != 4 || len(b.told) != 3 {
		t.Errorf("another cut: %d, %d jobs bought, %v listened to", again.Cut, h.bought(), b.told)
	}
	// Who has a voice is spoken over: no other take is made, and the line is where the lips are.
	h.write("ep01.yaml", strings.NewReplacer(
		"listen: retake", "listen: voice_over", "cast: bo, action: Bo looks., lines: [{who: bo,", "cast: cy, action: Cy looks., lines: [{who: cy,",
		"looks: short}}", "looks: short}, cy: {name: Cy, looks: old, voice: {provider: espeak}}}",
	).Replace(talking))
	over := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if over.Cut != 3 || h.bought() != 5 || len(b.told) != 4 || over.NG != 0 {
		t.Errorf("spoken over: %+v, %d jobs bought, %v listened to", over, h.bought(), b.told)
	}
	if r := h.must(exitDone, "takes", "tiny/ep01", "1B").stdout; !strings.Contains(r, "the lips of cy will not match") {
		t.Errorf("the take does not say that it is spoken over:\n%s", r)
	}
	out = t.TempDir()
	h.must(exitDone, "export", "tiny/ep01", "--out", out)
	if srt := theSubtitles(t, out); !strings.Contains(srt, "00:00:03,000 --> 00:00:0") || !strings.Contains(srt, "Where is my coat?") {
		t.Errorf("the line is not where the lips are:\n%s", srt)
	}
}

// theSubtitles is the one subtitle file in a folder of a cut.
func theSubtitles(t *testing.T, dir string) string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".srt") {
			found = append(found, path)
		}
		return err
	})
	if err != nil || len(found) != 1 {
		t.Fatalf("subtitles: %v, %v", found, err)
	}
	body, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
