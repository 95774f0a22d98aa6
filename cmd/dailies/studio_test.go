package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/test/browser"
)

// studioScript is drawn by the animatic: three shots with a line.
const studioScript = `season:
  show: tiny
  title: {en: Tiny}
  language: en
  format: {raster: 180x320, fps: 24}
  routing: {default: [animatic]}
  label: {off: true, reason: a test}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, action: a door opens, lines: [{who: narrator, say: "Yes."}]}
  - {shot: 1B, duration: 1s, action: a lamp}
- scene: 2
  shots:
  - {shot: 2A, duration: 1s, action: the street}
`

// TestEveryCommandHasAnOperation: what the command line can do, the API can, but for
// what belongs to the machine that it is typed on.
func TestEveryCommandHasAnOperation(t *testing.T) {
	machine := map[string]string{
		"completion": "of the shell", "help": "of the shell", "doctor": "looks at this machine", "up": "serves the operations", "worker": "runs here", "open": "opens a browser here",
		"versions": "of who runs the workers", "replay": "checks the program that is typed", "webhooks": "is for who runs the house",
		"backup": "writes to a folder here", "restore": "reads a folder here", "move": "reads a config here",
		"init": "writes files here", "schema": "is a file of the program",
	}
	has := map[string]bool{}
	for _, op := range api.Operations() {
		for _, c := range op.Commands {
			has[c] = true
		}
	}
	a := &cli{Main: &app.Main{}, ui: &ui{}}
	known := map[string]bool{}
	for _, c := range a.root().Commands() {
		known[c.Name()] = true
		if c.Hidden || has[c.Name()] || machine[c.Name()] != "" {
			continue
		}
		t.Errorf("dailies %s has no operation", c.Name())
	}
	for c := range has {
		if !known[c] {
			t.Errorf("the table names a command %s that is not there", c)
		}
	}
}

// studioOf starts dailies up and gives the Studio's address and a page of it.
func studioOf(t *testing.T, h house, what string) (url string, up command) {
	t.Helper()
	up = h.start("up", "--listen", "127.0.0.1:0")
	for {
		up.alive(t)
		if r := h.run("open", what, "--print"); r.code == exitDone {
			return strings.TrimSpace(r.stdout), up
		}
	}
}

// TestStudio: a season is opened in a browser, its cut plays, a take is circled and
// another is asked for and arrives, without a reload.
func TestStudio(t *testing.T) {
	h := newHouse(t, studioScript)
	h.must(exitDone, "render", h.script)
	url, up := studioOf(t, h, "tiny")
	root := strings.TrimSuffix(url, "/s/tiny")
	ctx := browser.Open(t, url)
	goTo(ctx, t, url)

	if got := browser.Tell[[]string](ctx, t, `[...document.querySelectorAll("#board a.cell")].map((a) => a.textContent + " " + a.dataset.s)`); fmt.Sprint(got) != "[1A circle 1B circle 2A circle]" {
		t.Errorf("the board shows %v", got)
	}

	goTo(ctx, t, root+"/s/tiny/ep01")
	browser.Wait(ctx, t, "the cut's first picture", `document.querySelector("take-player").frame >= 0`)
	if err := chromedp.Do(ctx, chromedp.KeyEvent(" ")); err != nil {
		t.Fatal(err)
	}
	browser.Wait(ctx, t, "the cut plays", `document.querySelector("take-player").frame >= 30`)

	goTo(ctx, t, root+"/s/tiny/ep01/1B")
	browser.Wait(ctx, t, "the take's first picture", `document.querySelector("take-player").frame >= 0`)
	if err := chromedp.Do(ctx, chromedp.WaitVisible(`#takes [data-take="1"]`), chromedp.KeyEvent("r")); err != nil {
		t.Fatal(err)
	}
	browser.Wait(ctx, t, "R leads to the direction", `document.activeElement.id === "retake-note"`)
	if err := chromedp.Do(ctx, chromedp.SendKeys("#retake-note", "darker")); err != nil {
		t.Fatal(err)
	}
	browser.Wait(ctx, t, "a price on the button", `document.querySelector("#retake [data-price-shown]").textContent !== ""`)
	if err := chromedp.Do(ctx, chromedp.Click("#retake button"), chromedp.WaitVisible(`#takes [data-take="2"]`)); err != nil {
		said := browser.Tell[string](ctx, t, `document.querySelector("#retake .problem").textContent + " | " + document.getElementById("toasts").textContent + " | " + document.getElementById("takes").textContent`)
		t.Fatalf("the new take did not arrive: %v: %s", err, said)
	}
	goTo(ctx, t, root+"/s/tiny/ep01/1B?take=1")
	browser.Wait(ctx, t, "the take's first picture", `document.querySelector("take-player").frame >= 0`)
	if err := chromedp.Do(ctx, chromedp.WaitVisible(`#takes [data-take="1"][aria-current]`), chromedp.KeyEvent("c"), chromedp.WaitVisible(`#takes [data-take="1"] [data-s="circle"]`)); err != nil {
		t.Fatalf("the take was not circled: %v", err)
	}
	var circle api.Circle
	etag := get(t, root+api.Prefix+"/shows/tiny/episodes/1/shots/1B/circle", &circle)
	if circle.Take != 1 {
		t.Errorf("circled: %+v, want take 1", circle)
	}
	if code := put(t, root+api.Prefix+"/shows/tiny/episodes/1/shots/1B/circle", `"old"`, `{"take":2}`); code != http.StatusPreconditionFailed {
		t.Errorf("circle by an old ETag: %d, want 412", code)
	}
	if code := put(t, root+api.Prefix+"/shows/tiny/episodes/1/shots/1B/circle", etag, `{"take":2}`); code != http.StatusOK {
		t.Errorf("circle by the right ETag: %d", code)
	}
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
}

// goTo opens a page, which must not be one that says what went wrong.
func goTo(ctx context.Context, t *testing.T, url string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
	if said := browser.Tell[string](ctx, t, `document.querySelector("#main > .empty.problem")?.innerText ?? ""`); said != "" {
		t.Fatalf("%s says: %s", url, said)
	}
}

// get reads JSON and gives its ETag.
func get(t *testing.T, url string, v any) string {
	t.Helper()
	r, err := http.Get(url) //nolint:noctx // the test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", url, r.Status, err, body)
	}
	if err := json.Unmarshal(body, v); err != nil {
		t.Fatalf("%s: %v: %s", url, err, body)
	}
	return r.Header.Get("ETag")
}

func put(t *testing.T, url, match, body string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("If-Match", match)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode
}
