package main

import (
	"net/http"
	"testing"

	"github.com/dailies/dailies/test/browser"
)

// TestTheEngineIsKilledUnderAnOpenBoard: the board says that the server is away, comes
// back with it, and shows what has changed, on the page that was open all the while.
func TestTheEngineIsKilledUnderAnOpenBoard(t *testing.T) {
	h := newHouse(t, studioScript)
	at := freeAddress(t)
	root := "http://" + at
	up := h.spawn("up", "--listen", at)
	serving := func() {
		t.Helper()
		for {
			select {
			case <-up.done:
				t.Fatalf("up ended: %s", up.stderr())
			default:
			}
			if r := h.run("open", "tiny", "--print"); r.code == exitDone {
				return
			}
		}
	}
	serving()
	h.must(exitDone, "render", h.script, "--detach")
	ctx := browser.Open(t, root+"/s/tiny/")
	goTo(ctx, t, root+"/s/tiny/")
	browser.Tell[bool](ctx, t, `window.kept = true`)
	browser.Wait(ctx, t, "something is in work", `[...document.querySelectorAll("#board a.cell")].some((c) => c.dataset.s !== "planned")`)

	up.kill()
	browser.Wait(ctx, t, "the board says that the server is away", `!document.getElementById("stale").hidden`)
	up = h.spawn("up", "--listen", at)
	serving()
	browser.Wait(ctx, t, "the board is back", `document.getElementById("stale").hidden`)
	browser.Wait(ctx, t, "the shots are made", `[...document.querySelectorAll("#board a.cell")].map((c) => c.textContent + c.dataset.s).join() === "1Acircle,1Bcircle,2Acircle"`)
	browser.Wait(ctx, t, "the cut is there", `document.querySelector("#row-1").children[4].textContent.trim() === "1"`)

	// What is said to the server that came back shows on the same page.
	code := browser.Tell[int](ctx, t, `fetch("/api/v1/shows/tiny/episodes/1/notes", {method: "POST", headers: {"Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID()},
		body: JSON.stringify({slate: "1B", take: 1, from: 3, to: 3, text: "the hand"})}).then((r) => r.status)`)
	if code != http.StatusCreated {
		t.Fatalf("the note was answered with %d", code)
	}
	browser.Wait(ctx, t, "the note is counted", `!!document.getElementById("chip-notes")`)
	wrong := browser.Tell[[]string](ctx, t, `fetch("/api/v1/shows/tiny/episodes/1/shots").then((r) => r.json()).then((said) => {
		const cells = Object.fromEntries([...document.querySelectorAll("#board a.cell")].map((c) => [c.textContent, c.dataset.s]));
		return said.items.filter((s) => cells[s.slate] !== s.state.toLowerCase()).map((s) => s.slate + " is " + s.state + " and shown as " + cells[s.slate]);
	})`)
	for _, w := range wrong {
		t.Error(w)
	}
	if !browser.Tell[bool](ctx, t, `window.kept === true`) {
		t.Error("the page was loaded anew")
	}
	up.kill()
}
