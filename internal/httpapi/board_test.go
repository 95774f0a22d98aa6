package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/studio"
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

// TestTheBoardTellsHowFarTheJudgeAgrees: what the last calibration found, and what the
// judge may do by it.
func TestTheBoardTellsHowFarTheJudgeAgrees(t *testing.T) {
	d := newAsker(t, func(s *studio.Studio) { s.Judge = &plan.Judge{Model: "critic"} })
	look := func() string { return ask(d, "GET", "/s/rehearsal/").Body.String() }
	if strings.Contains(look(), `id="judge"`) {
		t.Error("it tells of a judge that nobody has held against people")
	}
	found := judge.Calibration{Judge: "critic", At: time.Now(), Agreed: judge.Agreed{Good: 20, Passed: 19, NG: 10, Caught: 8}}
	if err := (library.Library{Store: d.studio.Store}).WriteCalibration(t.Context(), "rehearsal", found); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"88 %", "(30)", "5 %", "may make takes NG"} {
		if html := look(); !strings.Contains(html, want) {
			t.Errorf("the board does not say %q", want)
		}
	}
}
