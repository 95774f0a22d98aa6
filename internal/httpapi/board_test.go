package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestABoardOfASeason: eighty episodes of sixty shots are one page within its budget of
// elements and bytes, and once they are known no object is read for it.
func TestABoardOfASeason(t *testing.T) {
	d := newAsker(t)
	var shots []drama.Shot
	for i := range 60 {
		shots = append(shots, rehearsal.Shot(fmt.Sprintf("%d%c", i/6+1, 'A'+i%6), "She runs."))
	}
	for n := range 80 {
		p := rehearsal.Production([]string{"fake"}, shots...)
		p.Episode.Number = n + 1
		if _, err := (library.Library{Store: d.studio.Store}).SubmitScript(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	look := func() (string, time.Duration) {
		w := httptest.NewRecorder()
		start := time.Now()
		d.ServeHTTP(w, httptest.NewRequest("GET", "http://"+address+"/s/rehearsal/", http.NoBody))
		return w.Body.String(), time.Since(start)
	}
	_, cold := look()
	html, warm := look()
	t.Logf("cold %v, warm %v, %d bytes", cold, warm, len(html))
	if n := strings.Count(html, `class="cell`); n != 4800 {
		t.Errorf("%d cells, want 4800", n)
	}
	if n := strings.Count(html, "<"); n > 2*6500 {
		t.Errorf("%d tags, want at most 6500 elements", n)
	}
	if len(html) > 350_000 {
		t.Errorf("%d bytes, want at most 350 kB", len(html))
	}
}
