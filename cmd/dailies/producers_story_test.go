package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/test/browser"
)

// producersScript has a shot whose first take is frozen, so that the second one is more
// than the season's cap leaves, and a name that the season does not know.
const producersScript = `season:
  show: tiny
  title: {en: Tiny, zh: 小剧}
  language: en
  format: {raster: 180x320, fps: 24}
  routing: {default: [animatic]}
  label: {off: true, reason: a test}
  cast: {mei: {name: Mei, looks: tall}}
  budget: {currency: CNY, season: 1.5}
  review: {required: true}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, action: a door opens}
  - {shot: 1B, duration: 1s, action: "Mei runs to the window [fake: frozen*1]", cast: [meii], use: [fake]}
`

// reach presses what is on the page: by the mouse, or with the keyboard alone.
func (h hand) reach(what string) {
	h.t.Helper()
	if !h.mouse {
		h.focus(what)
	}
	h.press(kb.Enter, what)
}

// focus goes to an element by Tab, forwards or backwards.
func (h hand) focus(what string) {
	h.t.Helper()
	for range 300 {
		way := browser.Tell[int](h.ctx, h.t, `(() => {
			const to = document.querySelector(`+"`"+what+"`"+`), at = document.activeElement;
			if (to === at) return 0;
			return at !== document.body && at.compareDocumentPosition(to) & Node.DOCUMENT_POSITION_PRECEDING ? -1 : 1;
		})()`)
		if way == 0 {
			return
		}
		shift := 0
		if way < 0 {
			shift = 8
		}
		if err := chromedp.Do(h.ctx, chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.Modifier(shift)))); err != nil {
			h.t.Fatal(err)
		}
	}
	h.t.Fatalf("%s is not reached by Tab", what)
}

// into clicks near the top of an element whose own parts are hidden from the driver.
func (h hand) into(what string) {
	h.t.Helper()
	at := browser.Tell[[]float64](h.ctx, h.t, `(({x, y, width}) => [x + width / 2, y + 30])(document.querySelector("`+what+`").getBoundingClientRect())`)
	if err := chromedp.Do(h.ctx, chromedp.MouseClickXY(at[0], at[1])); err != nil {
		h.t.Fatal(err)
	}
	h.see("the focus in "+what, `document.activeElement.localName === "`+what+`"`)
}

// fill types into a field.
func (h hand) fill(field, text string) {
	h.t.Helper()
	var err error
	if h.mouse {
		err = chromedp.Do(h.ctx, chromedp.Click(field), chromedp.SendKeys(field, text))
	} else {
		h.focus(field)
		err = chromedp.Do(h.ctx, chromedp.KeyEvent(text))
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// paste puts a text over all that the editor has.
func (h hand) paste(text string) {
	h.t.Helper()
	if err := chromedp.Do(h.ctx, chromedp.KeyEvent("a", chromedp.KeyModifiers(2))); err != nil { // 2: Control
		h.t.Fatal(err)
	}
	browser.Tell[bool](h.ctx, h.t, `(() => {
		const data = new DataTransfer();
		data.setData("text/plain", `+"`"+text+"`"+`);
		const view = document.querySelector("script-editor").view;
		return view.contentDOM.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
	})()`)
}

// TestProducersStory: the producer pastes a script, sees its problems, mends them, plans,
// renders by the price on the button, raises the cap when it pauses, sends a review link,
// sees the cut noted and approved by a guest without a reload, and downloads the master.
func TestProducersStory(t *testing.T) {
	for name, mouse := range map[string]bool{"keys": false, "mouse": true} {
		t.Run(name, func(t *testing.T) { producersStory(t, mouse) })
	}
}

func producersStory(t *testing.T, mouse bool) {
	h := newHouse(t, producersScript)
	url, up := studioOf(t, h, "tiny")
	root := strings.TrimSuffix(url, "/s/tiny")
	p := hand{browser.Open(t, root+"/new"), t, mouse}

	p.see("the editor", `document.querySelector("script-editor")?.view`)
	if mouse {
		p.into("script-editor")
	} else {
		p.focus("script-editor")
	}
	p.paste(producersScript)
	p.see("its problem", `document.getElementById("problem-count").textContent === "1" && document.getElementById("problems").textContent.includes("meii")`)
	if mouse {
		p.press("", "#problems button")
		p.see("the place", `document.activeElement.localName === "script-editor"`)
		p.paste(strings.Replace(producersScript, "meii", "mei", 1))
	} else {
		p.press(kb.F8, "")
		p.see("the place", `(({doc, selection: {main}}) => doc.sliceString(main.from, main.to) === "meii")(document.querySelector("script-editor").view.state)`)
		p.press("mei", "")
	}
	p.see("the plan and its price", `document.getElementById("problem-count").textContent === "" && !document.querySelector("#render button").disabled && document.getElementById("price").textContent.includes("1") && document.querySelectorAll("#plan tr").length === 2`)
	p.reach("#render button")

	p.see("that it waits for money", `location.pathname === "/s/tiny/ep01" && document.querySelector('#head [data-s="paused"]')`)
	if mouse {
		p.press("", "#nav-waiting")
	} else {
		p.press("g", "")
		p.press("w", "")
	}
	p.see("the cap to raise", `document.querySelector('#waiting form[data-op="put-show-cap"] input[name="cap"]')?.value.startsWith("2")`)
	p.reach(`#waiting form[data-op="put-show-cap"] button`)
	p.see("a cut to approve", `document.querySelector('#waiting form[data-op="approve-cut"]') && !document.querySelector('#waiting form[data-op="put-show-cap"]')`)
	p.reach(`#waiting a[href="/s/tiny/ep01"]`)

	p.see("the cut that waits", `document.querySelector("take-player[data-cut]")?.frames > 0 && document.querySelector('#head [data-s="review"]')`)
	browser.Tell[bool](p.ctx, t, `window.here = true`)
	p.reach("#share summary")
	p.see("what a link may", `document.getElementById("share").open`)
	p.reach("#share-form button.main")
	p.see("the link and its passphrase", `!document.getElementById("shared").hidden && document.getElementById("shared-pass").value !== "" && document.querySelectorAll("#links tbody tr").length === 1`)
	link := browser.Tell[string](p.ctx, t, `document.getElementById("shared-url").value`)
	pass := browser.Tell[string](p.ctx, t, `document.getElementById("shared-pass").value`)

	g := hand{browser.Open(t, link), t, mouse}
	g.fill(`input[name="name"]`, "Mo Li")
	g.fill(`input[name="passphrase"]`, pass)
	g.press(kb.Enter, "form button")
	g.see("the cut", `document.querySelector("video")?.readyState >= 1`)
	g.fill("#note textarea", "her hand is odd")
	g.reach("#note button")
	g.see("the note", `document.querySelector("#notes")?.textContent.includes("her hand is odd")`)
	p.see("the guest's note", `document.getElementById("notes").textContent.includes("her hand is odd")`)
	g.reach(`button[name="approved"][value="yes"]`)
	g.see("the decision", `document.querySelector('.decision [data-s="ok"]')`)

	p.see("that it is approved, and delivered", `document.querySelector('#decided [data-s="ok"]') && document.getElementById("decided").textContent.includes("Mo Li") && document.querySelector('#head [data-s="delivered"]')`)
	if !browser.Tell[bool](p.ctx, t, `window.here === true`) {
		t.Error("the page was loaded again")
	}
	var m drama.Manifest
	get(t, root+api.Prefix+"/shows/tiny/episodes/1/cuts/1", &m)
	got := browser.Tell[string](p.ctx, t, `fetch(document.getElementById("download").href).then((r) => r.arrayBuffer()).then((b) => crypto.subtle.digest("SHA-256", b)).then((d) => [...new Uint8Array(d)].map((x) => x.toString(16).padStart(2, "0")).join(""))`)
	want := ""
	for _, f := range m.Files {
		if f.Name == "master.mp4" {
			want = f.SHA256
		}
	}
	if got != want || want == "" {
		t.Errorf("the master that is downloaded has the digest %q, the manifest says %q", got, want)
	}
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
	if n := h.bought(); n != 2 {
		t.Errorf("%d jobs bought, want 2", n)
	}
}
