package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// A final is bought at its quote: of all drafts that have not expired where no slate is
// named, and never of one that has, which is refused by name.
func TestFinalsAreQuoted(t *testing.T) {
	stage := rehearsal.New(t, rehearsal.Options{Price: drama.Money{Micros: drama.Micro, Currency: "CNY"}, Drafts: true})
	d := newAsker(t, func(s *studio.Studio) {
		s.Facts = func(ctx context.Context) ([]provider.Facts, error) { return stage.Planner.Facts(ctx) }
	})
	if code, p, _ := d.do("POST", "/quotes", `{"op":"final","show":"rehearsal","episode":1}`, nil); code != http.StatusUnprocessableEntity {
		t.Errorf("of no draft: %d %+v", code, p)
	}
	lib, id := library.Library{Store: d.studio.Store}, drama.EpisodeID{Show: "rehearsal", Number: 1}
	p, _, err := lib.LatestScript(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	made, err := d.studio.Plan(t.Context(), studio.Submission{Production: p})
	if err != nil {
		t.Fatal(err)
	}
	for i, until := range []time.Duration{time.Hour, -time.Hour} { // 1A and 1B
		shot := made.Shots[i]
		take := drama.Take{
			ID: drama.TakeID{Episode: id, Slate: shot.Slate, Number: 1}, Digest: shot.Digest, Provider: "fake", Model: fake.DraftModel, Asked: shot.Asked("fake", nil),
			Media: drama.Object{Key: "k"}, Verdict: drama.Verdict{Pass: true}, Draft: &drama.Draft{ID: "fake-" + shot.Slate, Until: time.Now().Add(until)},
		}
		if _, err := lib.WriteTake(t.Context(), take); err != nil {
			t.Fatal(err)
		}
		if err := lib.WriteCircle(t.Context(), drama.Circle{Digest: shot.Digest, Take: take.ID, By: "qc", Draft: true}, false); err != nil {
			t.Fatal(err)
		}
	}
	if q := d.quote(`{"op":"final","show":"rehearsal","episode":1,"slates":["1B"]}`); len(q.Refused) != 1 || !strings.Contains(q.Refused[0].Message, "--anew") || len(q.Make) > 0 {
		t.Errorf("of one that has expired: %+v", q)
	}
	q := d.quote(`{"op":"final","show":"rehearsal","episode":1}`)
	if fmt.Sprint(q.Make) != "[1A]" || len(q.Refused) > 0 || q.Low.Micros != 4*drama.Micro || q.High != q.Low {
		t.Fatalf("quote %+v, want 1A for 4 CNY", q)
	}
	var run api.Run
	if code, p, _ := d.do("POST", ep+"/finals", fmt.Sprintf(`{"quote":%q}`, q.ID), &run, "Idempotency-Key", key1); code != http.StatusAccepted || len(d.engine.started) != 1 {
		t.Errorf("buy: %d %+v, %d runs", code, p, len(d.engine.started))
	}
}

// The board marks circled drafts, filters by them, and their episode's page sells the
// finals that can still be bought.
func TestDraftsAreSeen(t *testing.T) {
	d := newAsker(t)
	lib, id := library.Library{Store: d.studio.Store}, drama.EpisodeID{Show: "rehearsal", Number: 1}
	man := drama.Manifest{ID: id, Cut: 1, FPS: "24/1", Frames: 288}
	for i, until := range []time.Duration{50 * time.Hour, -time.Hour, 0} {
		slate := []string{"1A", "1B", "1C"}[i]
		shot := drama.ManifestShot{Slate: slate, Take: drama.TakeID{Episode: id, Slate: slate, Number: 1}, Frames: 96}
		if until != 0 {
			shot.Draft = &drama.Draft{ID: slate, Until: time.Now().Add(until)}
		}
		man.Shots = append(man.Shots, shot)
	}
	if _, _, err := lib.Deliver(t.Context(), id, 1, man); err != nil {
		t.Fatal(err)
	}
	board := ask(d, "GET", "/s/rehearsal/?is=draft").Body.String()
	if n := strings.Count(board, " data-draft"); n != 2 || strings.Count(board, "class=\"cell hit\"") != 2 || !strings.Contains(board, `id="chip-draft"`) {
		t.Errorf("the board marks %d drafts", n)
	}
	page := ask(d, "GET", "/s/rehearsal/ep01").Body.String()
	if !strings.Contains(page, `data-op="final"`) || !strings.Contains(page, "Buy the finals of drafts: 1 (a final within 2 d)") {
		t.Error("the episode's page does not sell the final of the one that has not expired")
	}
}
