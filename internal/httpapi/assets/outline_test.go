package assets_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/test/browser"
)

// outline asks for the path of a place marked | and what may stand there.
const outline = `import("/js/outline.js").then(({pathAt, Schema}) => fetch("/schema.json").then((r) => r.json()).then((root) => {
  const [before, after] = CASE.split("|");
  const text = before + after;
  const rows = text.split("\n");
  const line = (n) => ({number: n, text: rows[n - 1], from: rows.slice(0, n - 1).reduce((s, r) => s + r.length + 1, 0)});
  const doc = {line, lineAt: (pos) => line(text.slice(0, pos).split("\n").length)};
  const at = pathAt(doc, before.length);
  const schema = new Schema(root);
  const s = schema.at(at.value ? [...at.path, at.value] : at.path, text);
  return {path: at.path.join(" "), word: at.word, offers: at.value ? schema.values(s) : schema.keys(s).map((k) => k.name)};
}))`

func TestCompletionKnowsWhereItIs(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<!doctype html><title>outline</title>"))
	})
	mux.Handle("GET /js/", http.StripPrefix("/js/", http.FileServer(http.Dir("js"))))
	mux.HandleFunc("GET /schema.json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(script.Schema()) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	ctx := browser.Open(t, server.URL)
	for _, c := range []struct{ text, path, word, offers string }{
		{"season:\n  show: x\n  for|", "season", "for", "format"},
		{"episode: 1\nsea|", "", "sea", "scenes"},
		{"episode: 1\nscenes:\n- scene: 1\n  shots:\n  - shot: 1A\n    siz|", "scenes shots", "siz", "size"},
		{"episode: 1\nscenes:\n- scene: 1\n  shots:\n  - shot: 1A\n    size: |", "scenes shots", "", "MCU"},
		{"episode: 1\nscenes:\n  - scene: 1\n    shots:\n      - shot: 1A\n        lines:\n          - sa|", "scenes shots lines", "sa", "say"},
		{"episode: 1\nscenes:\n- scene: 1\n  shots:\n  # the door\n\n  - {shot: 1A, dur|", "scenes shots", "dur", "duration"},
		{"episode: 1\nscenes:\n- scene: 1\n  shots:\n  - shot: 1A\n    lines: [{who: narrator, k|", "scenes shots lines", "k", "kind"},
		{"season:\n  cast:\n    mara:\n      na|", "season cast mara", "na", "looks"},
		{"season:\n  title: 失物招领\n  format: {ras|", "season format", "ras", "raster"},
		{"episode: 1\nscenes:\n- scene: 1\n  shots:\n  - |", "scenes shots", "", "action"},
	} {
		text, err := json.Marshal(c.text)
		if err != nil {
			t.Fatal(err)
		}
		got := browser.Tell[struct {
			Path, Word string
			Offers     []string
		}](ctx, t, strings.Replace(outline, "CASE", string(text), 1))
		if got.Path != c.path || got.Word != c.word || !strings.Contains(" "+strings.Join(got.Offers, " ")+" ", " "+c.offers+" ") {
			t.Errorf("%q: %+v, want path %q, word %q and %q among what is offered", c.text, got, c.path, c.word, c.offers)
		}
	}
}
