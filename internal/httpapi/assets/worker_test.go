package assets_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dailies/dailies/test/browser"
)

// TestAPageIsToldWhatItMissed: a page that joins the stream of all tabs is told what has
// changed since it was made, or to read itself again.
func TestAPageIsToldWhatItMissed(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<!doctype html><title>worker</title>"))
	})
	mux.Handle("GET /js/", http.StripPrefix("/js/", http.FileServer(http.Dir("js"))))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	ctx := browser.Open(t, server.URL)
	for _, c := range []struct{ what, heard, since, want string }{
		{"nothing was missed", "shot a.1, shot a.2", "a.2", "hello"},
		{"two were missed", "shot a.1, shot a.2, cut a.5", "a.1", "hello shot cut"},
		{"the server is away", "shot a.1, away", "a.0", "away shot"},
		{"it came back", "away, hello a.1", "a.1", "hello"},
		{"it is another server", "shot a.7, reset b.0, shot b.1", "b.0", "hello shot"},
		{"the page is of before", "shot a.7, reset b.0, shot b.1", "a.6", "hello reset"},
		{"too much was missed", "shot a.1, shot a.2, shot a.3, shot a.4", "a.0", "hello reset"},
		{"what was missed is still known", "shot a.1, shot a.2, shot a.3, shot a.4", "a.1", "hello shot shot shot"},
	} {
		got := browser.Tell[string](ctx, t, `import("/js/worker.js").then(({past}) => {
			const p = past(3);
			for (const e of `+"`"+c.heard+"`"+`.split(", ")) p.add({kind: e.split(" ")[0], id: e.split(" ")[1], data: {}});
			return p.since("`+c.since+`").map((e) => e.kind).join(" ");
		})`)
		if got != c.want {
			t.Errorf("%s: a page of %s after %s is told %q, want %q", c.what, c.since, c.heard, got, c.want)
		}
	}
}
