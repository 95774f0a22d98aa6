package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dailies/dailies/test/browser"
)

// mostPages bounds what a test looks at, should pages make up links.
const mostPages = 60

// TestEveryPageLetsEverybodyIn walks all pages that links lead to, and those that none
// does, in both themes and at both widths. axe-core finds nothing serious on any.
func TestEveryPageLetsEverybodyIn(t *testing.T) {
	h := newHouse(t, strings.NewReplacer("  routing:", "  props: {lamp: {name: lamp, looks: a brass lamp}}\n  routing:", "action: a lamp}", "props: [lamp], action: a lamp}").Replace(studioScript))
	h.must(exitDone, "sheet", h.script)
	h.must(exitDone, "render", h.script)
	url, up := studioOf(t, h, "tiny")
	root, _, _ := strings.Cut(url, "/s/")
	ctx := browser.Open(t, root+"/")
	post := func(path, body string) (to string) {
		t.Helper()
		said := browser.Tell[struct {
			Status int
			URL    string
		}](ctx, t, fmt.Sprintf(`fetch(%q, {method: "POST", headers: {"Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID()}, body: %q})
			.then(async (r) => ({Status: r.status, URL: (await r.json()).url ?? ""}))`, path, body))
		if said.Status != http.StatusCreated {
			t.Fatalf("%s: %d", path, said.Status)
		}
		return strings.TrimPrefix(said.URL, root)
	}
	post("/api/v1/shows/tiny/episodes/1/notes", `{"slate": "1B", "take": 1, "from": 3, "to": 9, "text": "the hand melts"}`)
	post("/api/v1/shows/tiny/episodes/1/notes", `{"cut": 1, "from": 30, "to": 30, "text": "too dark"}`)
	link := post("/api/v1/shows/tiny/links", `{"episode": 1, "cut": 1, "passphrase": "open sesame"}`)

	// Pages that no link leads to; the others are found.
	pages := []string{"/", "/problems/plan-changed", "/nowhere", "/s/tiny/?is=circle", "/s/tiny/ep01/1B?take=1&b=1&mode=side", "/login", link}
	looks := []look{{"dark", 1280}, {"light", 390}}
	for n, as := range looks {
		if n > 0 {
			ctx = browser.Open(t, root+"/")
		}
		as.set(ctx, t)
		for i := 0; i < len(pages) && i < mostPages; i++ {
			if err := chromedp.Do(ctx, chromedp.Navigate(root+pages[i])); err != nil {
				t.Fatal(err)
			}
			as.barriers(ctx, t, pages[i])
			as.other(ctx, t, pages[i])
			for _, to := range browser.Tell[[]string](ctx, t, `[...document.querySelectorAll("a[href]")].filter((a) => a.origin === location.origin).map((a) => a.pathname)`) {
				if !strings.HasPrefix(to, "/api/") && !slices.Contains(pages, to) {
					pages = append(pages, to)
				}
			}
		}
		// What a guest sees behind the passphrase.
		err := chromedp.Do(ctx, chromedp.Navigate(root+link), chromedp.SendKeys(`input[name="name"]`, "Zoe"), chromedp.SendKeys(`input[name="passphrase"]`, "open sesame"), chromedp.Click("form button"), chromedp.WaitVisible("video"))
		if err != nil {
			t.Fatalf("open the review link: %v", err)
		}
		as.barriers(ctx, t, "the guest's page")
		as.other(ctx, t, "the guest's page")
	}
	lookBookByKeys(ctx, t, root)
	t.Logf("looked at %d pages, in two themes: %v", len(pages), pages)
	for _, want := range []string{"/s/tiny/", "/s/tiny/sheets", "/s/tiny/ep01", "/s/tiny/ep01/1B", "/s/tiny/ep01/script", "/new", "/waiting", "/money", "/jobs", "/providers", "/blind", "/leaderboard"} {
		if !slices.Contains(pages, want) {
			t.Errorf("no link leads to %s", want)
		}
	}
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
}

// lookBookByKeys approves a picture and asks for another, without a mouse.
func lookBookByKeys(ctx context.Context, t *testing.T, root string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(root+"/s/tiny/sheets")); err != nil {
		t.Fatal(err)
	}
	browser.Wait(ctx, t, "a picture in focus", `document.activeElement.matches("a.picture") || void document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", bubbles: true}))`)
	if err := chromedp.Do(ctx, chromedp.KeyEvent("c")); err != nil {
		t.Fatal(err)
	}
	browser.Wait(ctx, t, "that it is approved", `document.querySelector(".pictures .used")`)
	if err := chromedp.Do(ctx, chromedp.KeyEvent("r")); err != nil {
		t.Fatal(err)
	}
	browser.Wait(ctx, t, "what another costs", `document.getElementById("retake-sheet").open && document.querySelector("#retake-sheet [data-price-shown]").textContent.includes("free")`)
	look{"light", 360}.barriers(ctx, t, "another picture")
}

// look is how somebody looks at a page.
type look struct {
	theme string
	width int64
}

// set makes the browser look so, as a person who has chosen.
func (l look) set(ctx context.Context, t *testing.T) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, 800)); err != nil {
		t.Fatal(err)
	}
	browser.Tell[string](ctx, t, fmt.Sprintf(`document.cookie = "theme=%s; path=/"`, l.theme))
}

// other looks at the page that is open with the other theme: by the rules that depend on it
// and on the width.
func (l look) other(ctx context.Context, t *testing.T, page string) {
	t.Helper()
	o := look{"dark", l.width}
	if l.theme == o.theme {
		o.theme = "light"
	}
	o.barriers(ctx, t, page, browser.Drawn()...)
}

// barriers are what keeps somebody out of the page that is open.
func (l look) barriers(ctx context.Context, t *testing.T, page string, rules ...string) {
	t.Helper()
	browser.Tell[string](ctx, t, fmt.Sprintf(`document.documentElement.dataset.theme = %q`, l.theme)) // pages of the door know no cookie
	for _, b := range browser.Barriers(ctx, t, rules...) {
		t.Errorf("%s, %s at %d: %s (%s): %s: %s", page, l.theme, l.width, b.Rule, b.Impact, b.Help, b.Where)
	}
}
