package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// A look book is drawn, looked at, approved and drawn again over the API, by quotes.
func TestALookBookIsDrawnAndApproved(t *testing.T) {
	stage := rehearsal.New(t, rehearsal.Options{Price: drama.Money{Micros: drama.Micro, Currency: "CNY"}})
	painter := func(s *studio.Studio) {
		s.Facts = func(ctx context.Context) ([]provider.Facts, error) {
			facts, err := stage.Planner.Facts(ctx)
			for i := range facts {
				m := &facts[i].Model
				m.Modes, m.PricePerSecond = []provider.Mode{provider.ModeImage, provider.ModeReferences}, drama.Money{}
				m.Rates = []provider.Rate{{PerTake: &drama.Money{Micros: drama.Micro / 10, Currency: "CNY"}}}
			}
			return facts, err
		}
	}
	d := newAsker(t, painter)
	lib := library.Library{Store: d.studio.Store}
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She runs."))
	p.Season.Cast = map[string]drama.Character{"mara": {Name: "Mara", Looks: "woman, red hair"}}
	p.Episode.Scenes[0].Shots[0].Cast = []string{"mara"}
	if _, err := lib.SubmitScript(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	const book = "/shows/rehearsal/look-book"
	look := func() (b api.LookBook) {
		t.Helper()
		if code, p, _ := d.do("GET", book, "", &b); code != http.StatusOK {
			t.Fatalf("look: %d %+v", code, p)
		}
		return b
	}
	states := func(b api.LookBook) string {
		var all []string
		for _, s := range b.Sheets {
			all = append(all, s.Name+" "+string(s.State))
		}
		return strings.Join(all, ", ")
	}
	if got := states(look()); got != "mara:face missing, mara:body waits" {
		t.Fatalf("first: %s", got)
	}
	q := d.quote(`{"op":"draw-sheets","show":"rehearsal","candidates":2}`)
	if fmt.Sprint(q.Make) != "[mara:face]" || q.Low.Micros == 0 || len(q.Refused) > 0 {
		t.Fatalf("quote %+v", q)
	}
	one := d.quote(`{"op":"draw-sheets","show":"rehearsal"}`)
	if q.Low.Micros != 2*one.Low.Micros {
		t.Errorf("two pictures for %s, one for %s", q.Low, one.Low)
	}
	draw := func(to, body string, want int) (p api.Problem) {
		t.Helper()
		code, p, _ := d.do("POST", book+to, body, nil, "Idempotency-Key", key(t))
		if code != want {
			t.Errorf("%s %s: %d %+v", to, body, code, p)
		}
		return p
	}
	draw("/draws", fmt.Sprintf(`{"candidates":3,"quote":%q}`, q.ID), http.StatusConflict)
	draw("/draws", fmt.Sprintf(`{"candidates":2,"quote":%q}`, q.ID), http.StatusAccepted)
	if len(d.engine.started) != 1 || !strings.Contains(d.engine.started[0], "sheets") {
		t.Fatalf("began %v", d.engine.started)
	}
	// What the run would keep.
	seen, err := d.studio.LookAt(t.Context(), []drama.Production{p}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	face := seen.Sheets[0].Slate
	priced, err := d.studio.PriceDraw(t.Context(), seen, studio.Drawing{Sheets: seen.Sheets[:1], Note: "older"})
	if err != nil {
		t.Fatal(err)
	}
	still := priced.Shots[0].Still
	if !strings.Contains(still.Shot.Told(still.Routes[0], nil).Prompt, "older") {
		t.Errorf("the note is not told: %q", still.Shot.Told(still.Routes[0], nil).Prompt)
	}
	for n := 1; n <= 2; n++ {
		image := fmt.Sprintf("picture %d", n)
		ref, err := d.studio.Store.Put(t.Context(), fmt.Sprintf("rehearsal/stills/%s-%d.png", face, n), strings.NewReader(image), "image/png")
		if err != nil {
			t.Fatal(err)
		}
		c := drama.Still{Take: drama.TakeID{Episode: drama.LookBookID("rehearsal"), Slate: drama.StillSlate(face), Number: n}, Image: ref, Digest: still.Digest, Provider: "fake", Model: "m"}
		if err := lib.WriteCandidate(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	b := look()
	if got := states(b); got != "mara:face choose, mara:body waits" || len(b.Sheets[0].Pictures) != 2 {
		t.Fatalf("drawn: %s", got)
	}
	if w := ask(d, "GET", b.Sheets[0].Pictures[1].Picture); w.Code != http.StatusOK || w.Body.String() != "picture 2" || w.Header().Get("Content-Type") != "image/png" {
		t.Errorf("the picture: %d %s %v", w.Code, w.Body, w.Header())
	}
	// All or none.
	draw("/approvals", `{"sheets":[{"sheet":"mara:face"},{"sheet":"mara:body"}]}`, http.StatusNotFound)
	draw("/approvals", `{"sheets":[{"sheet":"mara:face","candidate":7}]}`, http.StatusNotFound)
	if got := look().Sheets[0].State; got != studio.SheetChoose {
		t.Fatalf("one of two was approved: %s", got)
	}
	draw("/approvals", `{"sheets":[{"sheet":"mara:face","candidate":1}]}`, http.StatusOK)
	b = look()
	if got := states(b); got != "mara:face approved, mara:body missing" || !b.Sheets[0].Pictures[0].Approved || b.Sheets[0].ApprovedBy == "" {
		t.Fatalf("approved: %s %+v", got, b.Sheets[0])
	}
	q = d.quote(`{"op":"retake-sheets","show":"rehearsal","sheets":["mara:face"],"note":"older"}`)
	if p := draw("/retakes", fmt.Sprintf(`{"sheets":["mara:face"],"quote":%q}`, q.ID), http.StatusConflict); p.Type != "/problems/plan-changed" {
		t.Errorf("another direction than the quote's: %+v", p)
	}
	draw("/retakes", fmt.Sprintf(`{"sheets":["mara:face"],"note":"older","quote":%q}`, q.ID), http.StatusAccepted)
	if code, p, _ := d.do("POST", "/quotes", `{"op":"retake-sheets","show":"rehearsal","sheets":["mara:feet"]}`, nil); code != http.StatusNotFound {
		t.Errorf("a sheet that is not there: %d %+v", code, p)
	}
	for _, lang := range []string{"en", "zh-CN"} {
		page := ask(d, "GET", "/s/rehearsal/sheets", "Cookie", "lang="+lang)
		for _, want := range []string{b.Sheets[0].Pictures[0].Picture, "Mara", `data-retake="mara:face"`} {
			if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), want) {
				t.Errorf("the page in %s has no %s: %d", lang, want, page.Code)
			}
		}
	}
}

// key is an idempotency key of its own.
func key(t *testing.T) string {
	t.Helper()
	return uuid.NewString()
}
