package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dailies/dailies/test/browser"
)

// storyScript has a shot whose vendor makes three frozen takes before it does as it is
// asked; before is what it was when the first cut was made.
const storyScript = `season:
  show: tiny
  title: {en: Tiny, zh: 小剧}
  language: en
  format: {raster: 180x320, fps: 24}
  routing: {default: [animatic]}
  label: {off: true, reason: a test}
  cast: {mei: {name: Mei, looks: tall}}
  budget: {currency: CNY, season: 20}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, action: a door opens, lines: [{who: narrator, say: "Yes."}]}
  - {shot: 1B, duration: 1s, action: a lamp swings}
  - shot: 1C
    duration: 1s
    action: THE SHOT
- scene: 2
  shots:
  - {shot: 2A, duration: 1s, action: a car passes in the street}
`

// hand does with a page what a person does, by keys or by mouse.
type hand struct {
	ctx   context.Context
	t     *testing.T
	mouse bool
}

// press presses a key, or clicks on what does the same.
func (h hand) press(key, button string) {
	h.t.Helper()
	var err error
	if h.mouse {
		err = chromedp.Do(h.ctx, chromedp.Click(button))
	} else {
		err = chromedp.Do(h.ctx, chromedp.KeyEvent(key))
	}
	if err != nil {
		h.t.Fatalf("press %q, or click %s: %v", key, button, err)
	}
}

// see waits until something holds on the page.
func (h hand) see(what, js string) {
	h.t.Helper()
	browser.Wait(h.ctx, h.t, what, js)
}

// write types a text into what has the focus and sends it.
func (h hand) write(text, field, button string) {
	h.t.Helper()
	if err := chromedp.Do(h.ctx, chromedp.SendKeys(field, text)); err != nil {
		h.t.Fatal(err)
	}
	if h.mouse {
		h.press("", button)
		return
	}
	if err := chromedp.Do(h.ctx, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2))); err != nil { // 2: Control
		h.t.Fatal(err)
	}
}

// TestEditorsStory: the editor opens the season, finds the NG shot, watches its takes,
// asks for another with a note, sees it arrive without a reload, compares, circles, sees
// the new cut play with only that shot changed, and what it cost.
func TestEditorsStory(t *testing.T) {
	for name, mouse := range map[string]bool{"keys": false, "mouse": true} {
		t.Run(name, func(t *testing.T) { editorsStory(t, mouse) })
	}
}

func editorsStory(t *testing.T, mouse bool) {
	h := newHouse(t, strings.Replace(storyScript, "THE SHOT", "Mei runs to the window\n    cast: [mei]", 1))
	h.must(exitDone, "render", h.script)
	h.write("ep01.yaml", strings.Replace(storyScript, "action: THE SHOT", `action: "Mei runs to the window [fake: frozen*3]"`+"\n    cast: [mei]\n    use: [fake]", 1))
	h.must(exitNoCut, "render", h.script)

	url, up := studioOf(t, h, "tiny")
	p := hand{browser.Open(t, url), t, mouse}
	p.see("the board", `document.querySelectorAll("#board a.cell").length === 4 && document.querySelector('#board a.cell[tabindex="0"]')`)
	browser.Tell[bool](p.ctx, t, `window.here = true`)
	if !mouse {
		p.press("n", "")
		p.see("the NG shot in focus", `document.activeElement.textContent === "1C" && document.activeElement.dataset.s === "ng"`)
		p.see("its story", `!document.getElementById("card").hidden && document.getElementById("card-why").textContent.includes("frozen")`)
	}
	p.press(kb.Enter, `#board a.cell[data-s="ng"]`)

	p.see("its takes", `document.querySelectorAll("#takes [data-take]").length === 4 && document.querySelector("take-player").frames > 0`)
	browser.Tell[bool](p.ctx, t, `window.here = true`)
	p.press(" ", "take-player .stage")
	p.see("a take playing", `document.querySelector("take-player").frame > 5`)
	if mouse {
		p.press("", "#retake-note")
	} else {
		p.press("r", "")
	}
	p.see("a price on the button", `document.querySelector("#retake [data-price-shown]").textContent.includes("1")`)
	p.write("she turns slowly", "#retake-note", "#retake button.main")
	p.see("the new take", `document.querySelector('#takes [data-take="5"] [data-s="circle"]')`)
	if !browser.Tell[bool](p.ctx, t, `window.here === true`) {
		t.Error("the page was loaded again")
	}
	p.press("5", `#takes [data-take="5"]`)
	if mouse {
		browser.Tell[bool](p.ctx, t, `document.querySelector('#takes [data-take="4"]').dispatchEvent(new MouseEvent("click", {bubbles: true, shiftKey: true}))`)
	} else {
		browser.Tell[bool](p.ctx, t, `document.dispatchEvent(new KeyboardEvent("keydown", {key: "$", code: "Digit4", shiftKey: true, bubbles: true}))`)
	}
	p.press("s", `#modes [data-mode="side"]`)
	p.see("both takes side by side", `document.querySelector("take-player").dataset.mode === "side" && document.querySelector("take-player").shown.b !== null`)
	p.press(kb.ArrowRight, `take-player .scrub`)
	p.see("both on one picture", `(({a, b}) => a > 0 && a === b)(document.querySelector("take-player").shown)`)
	p.see("that QC circled it", `document.getElementById("circle").dataset.now === "5"`)
	p.press("c", "#circle button")
	p.see("that a person circled it", `document.querySelector('#takes [data-take="5"] [data-s="circle"]') && document.getElementById("toasts").textContent.includes("5")`)

	p.see("the new cut", `document.querySelector("#head a[href*='?f=']")?.textContent.includes("2")`)
	if mouse {
		p.press("", "#nav-episode")
	} else {
		p.press("g", "")
		p.press("e", "")
	}
	p.see("the episode", `document.querySelector("take-player[data-cut]")?.dataset.number === "2"`)
	root, _, _ := strings.Cut(url, "/s/")
	goTo(p.ctx, t, root+"/s/tiny/ep01?vs=1")
	p.see("the cut and the one before", `document.querySelector("take-player").frames > 0`)
	if got := browser.Tell[[]string](p.ctx, t, `[...document.querySelectorAll("#track a:has(rect.changed)")].map((a) => a.dataset.slate)`); fmt.Sprint(got) != "[1C]" {
		t.Errorf("changed since cut 1: %v, want only 1C", got)
	}
	p.press(" ", "take-player .stage")
	p.see("the cut playing into the shot", `document.querySelector('#script [data-slate="1C"][aria-current]')`)
	if got := browser.Tell[string](p.ctx, t, `document.querySelector("#head .price").textContent`); !strings.HasPrefix(got, "4") {
		t.Errorf("it cost %q, want 4 CNY", got)
	}
	if mouse {
		p.press("", "#nav-board")
	} else {
		p.press("g", "")
		p.press("b", "")
	}
	p.see("the board where it was left", `document.querySelector("#board") && document.activeElement.textContent === "1C"`)
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
}
