package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestAnOpenPageReadsOnlyItsParts: a board asks again for its sums while a run changes
// them, and need not read its cells for that.
func TestAnOpenPageReadsOnlyItsParts(t *testing.T) {
	d := newAsker(t)
	whole, part := d.page("/s/rehearsal/"), d.page("/s/rehearsal/?part=sums,chips")
	if strings.Contains(part, `class="cell`) || strings.Contains(part, `id="help"`) || !strings.Contains(part, `id="sums"`) || !strings.Contains(part, `id="chips"`) {
		t.Errorf("a part of the board: %s", part)
	}
	if !strings.Contains(whole, `class="cell`) || !strings.Contains(whole, `id="help"`) {
		t.Errorf("the board: %s", whole)
	}
	if again := d.page("/s/rehearsal/?part=board"); strings.Count(again, `class="cell`) != strings.Count(whole, `class="cell`) {
		t.Error("its cells as a part are others")
	}
}

// TestAFilterFindsWhatTheScriptSays: who looks for a word means the script's.
func TestAFilterFindsWhatTheScriptSays(t *testing.T) {
	d := newAsker(t)
	if body := d.page("/s/rehearsal/?text=Runs"); strings.Count(body, " hit\"") != 1 || !strings.Contains(body, `value="Runs"`) {
		t.Errorf("what was typed is found in any case, and stays as it was typed:\n%s", body)
	}
	if body := d.page("/s/rehearsal/?text=runs"); strings.Count(body, " hit\"") != 1 {
		t.Errorf("shots with a word of 1A: %d", strings.Count(body, " hit\""))
	}
	if body := d.page("/s/rehearsal/ep01/1A?text=runs"); strings.Contains(body, `id="after"`) {
		t.Error("the playlist of one shot goes on")
	}
}

// TestPagesSpeakTheReadersLanguage: keys and titles too, where the script has them.
func TestPagesSpeakTheReadersLanguage(t *testing.T) {
	d := newAsker(t)
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She runs."))
	p.Season.Title["zh"] = "排练"
	if _, err := (library.Library{Store: d.studio.Store}).SubmitScript(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][]string{"en": {"these keys", "Rehearsal"}, "zh-CN": {"本快捷键表", "排练"}} {
		r := httptest.NewRequest(http.MethodGet, "http://"+address+"/s/rehearsal/", http.NoBody)
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		for _, word := range want {
			if !strings.Contains(w.Body.String(), word) {
				t.Errorf("%s: the page does not say %q", lang, word)
			}
		}
	}
}
