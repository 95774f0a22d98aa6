package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dailies/dailies/test/browser"
)

// deliveredScript has a version, lines with a translation, and voices that need no key.
const deliveredScript = `season:
  show: tiny
  title: {en: Tiny, zh: 小剧}
  language: en
  format: {raster: 180x320, fps: 24}
  dialogue: scratch
  cast: {bo: {name: Bo, voice: {provider: espeak, name: en-gb+m3, languages: {zh: {provider: espeak, name: +m7}}}}}
  subtitles: {sidecar: [en, zh]}
  versions: [{name: wide, raster: 320x180}]
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 2s, cast: bo, action: Bo waves, lines: [{who: bo, say: "Yes.", zh: "好。"}]}
  - {shot: 1B, duration: 1s, action: a lamp swings}
`

// TestDelivered: what a cut delivers stands on its page: a version plays, the cut is held to
// its rules, a dub is begun at the price on its button, and an editor's timeline comes back
// after the page has said what it changes and what it cannot carry, and goes again.
func TestDelivered(t *testing.T) {
	h := newHouse(t, deliveredScript)
	h.must(exitDone, "render", h.script)
	url, up := studioOf(t, h, "tiny/ep01")
	ctx := browser.Open(t, url)
	goTo(ctx, t, url)
	click := func(what string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Click(what)); err != nil {
			t.Fatalf("click %s: %v", what, err)
		}
	}

	press := func(keys string) string { // until the page's modules are there
		return ` || void "` + keys + `".split("").forEach((key) => document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true})))`
	}
	browser.Wait(ctx, t, "what was delivered, in focus", `document.activeElement.id === "delivered-title"`+press("gd"))
	browser.Wait(ctx, t, "that the cut is measured", `document.getElementById("verified").textContent`+press("gv"))
	browser.Wait(ctx, t, "that the cut is right", `/right/.test(document.getElementById("verified").textContent)`)

	click("#dubbing summary")
	browser.Wait(ctx, t, "the price of a dub", `/free/.test(document.querySelector("#dub [data-price-shown]").textContent)`)
	click("#dub button")
	browser.Wait(ctx, t, "the dub", `document.querySelector('#delivered-list [data-verify*="/dubs/zh/1/"]')`)
	click(`#delivered-list [data-verify*="/dubs/zh/1/"]`)
	browser.Wait(ctx, t, "that the dub is right", `/dub zh 1 is right/.test(document.getElementById("verified").textContent)`)
	for _, l := range []look{{"dark", 1280}, {"light", 390}} {
		l.set(ctx, t)
		l.barriers(ctx, t, "what was delivered")
		l.other(ctx, t, "what was delivered")
	}
	for _, what := range []string{"version%2Fwide", "dub%2Fzh"} {
		click(`#delivered-list a[href="?play=` + what + `"]`)
		browser.Wait(ctx, t, what+" in the player", `location.search.includes("`+what+`") && document.querySelector("take-player").frame >= 0`)
	}

	editorsCut(ctx, t, filepath.Join(h.dir, "recut.edl"), click)
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
}

// editorsCut brings a timeline with the shots turned round, and takes it back.
func editorsCut(ctx context.Context, t *testing.T, path string, click func(string)) {
	t.Helper()
	upload := func(list string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(ctx, chromedp.SetUploadFiles(`#timeline input[type="file"]`, []string{path})); err != nil {
			t.Fatal(err)
		}
	}
	upload("TITLE: x\n001 AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n* FROM CLIP NAME: 1B-9.mp4\n")
	browser.Wait(ctx, t, "that there is no such take", `/1B has no take 9/.test(document.querySelector("#timeline .problem").textContent) && document.querySelector("#timeline button").disabled`)
	upload("TITLE: back\n001 1BT1 V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n002 1AT1 V C 00:00:00:00 00:00:02:00 00:00:01:00 00:00:03:00\n* EFFECT NAME: GLOW\n")
	browser.Wait(ctx, t, "what it changes, and what is lost", `(([found]) => /order is 1B 1A/.test(found) && /GLOW/.test(found))([document.getElementById("timeline-found").textContent]) && document.activeElement.matches("#timeline button")`)
	if err := chromedp.Do(ctx, chromedp.KeyEvent("\r")); err != nil {
		t.Fatal(err)
	}
	browser.Wait(ctx, t, "that the episode is laid out by it", `/recut\.edl/.test(document.getElementById("edit").textContent)`)
	browser.Wait(ctx, t, "that the next cut is there", `document.querySelector("#newcut a") && !document.querySelector('#head [data-op="pause-episode"]')`)
	click("#edit form button")
	browser.Wait(ctx, t, "the script's order", `!/recut/.test(document.getElementById("edit").textContent)`)
	if said := browser.Tell[string](ctx, t, `document.getElementById("edit").textContent`); !strings.Contains(said, "script's order") {
		t.Errorf("taken back: %q", said)
	}
}
