package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
)

// An editor's timeline is looked at, brought back and taken back; it circles the take that
// it shows, and unmakes that again; it buys nothing, so that an episode without takes has
// none to cut.
func TestAnEditorsTimelineOverHTTP(t *testing.T) {
	stage := rehearsal.New(t, rehearsal.Options{})
	d := newAsker(t, func(s *studio.Studio) {
		s.Facts = func(ctx context.Context) ([]provider.Facts, error) { return stage.Planner.Facts(ctx) }
	})
	const list = "TITLE: back\n001 1BT2 V C 00:00:00:12 00:00:02:00 00:00:00:00 00:00:01:12\n002 1AT1 V C 00:00:00:00 00:00:04:00 00:00:01:12 00:00:05:12\n* EFFECT NAME: GLOW\n"
	send := func(query, body, once string) (int, api.ConformedBack, api.Problem) {
		t.Helper()
		var got api.ConformedBack
		code, p, _ := d.do("POST", ep+"/edit?name=back.edl"+query, body, &got, "Idempotency-Key", once, "Content-Type", "text/plain")
		return code, got, p
	}
	if code, _, p := send("", list, key(t)); code < 400 || !strings.Contains(p.Detail, "buys nothing") {
		t.Errorf("without takes: %d %+v", code, p)
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
	circled := func(slate string) int {
		t.Helper()
		shot, _ := library.PlannedShot(&made, slate)
		c, _, err := d.studio.CircleOf(t.Context(), id.Show, shot.Digest)
		if err != nil {
			t.Fatal(err)
		}
		return c.Take.Number
	}
	for _, shot := range made.Shots {
		for n := 1; n <= 2; n++ {
			take := drama.Take{
				ID: drama.TakeID{Episode: id, Slate: shot.Slate, Number: n}, Digest: shot.Digest, Origin: drama.OriginGenerated, Provider: "fake", Model: fake.DraftModel, Asked: shot.Asked("fake", nil),
				Media: drama.Object{Key: fmt.Sprint(shot.Slate, n)}, Verdict: drama.Verdict{Pass: true}, Measured: &media.Measurements{Duration: 5 * time.Second},
			}
			if _, err := lib.WriteTake(t.Context(), take); err != nil {
				t.Fatal(err)
			}
		}
		one := drama.TakeID{Episode: id, Slate: shot.Slate, Number: 1}
		if err := lib.WriteCircle(t.Context(), drama.Circle{Digest: shot.Digest, Take: one, By: "qc"}, false); err != nil {
			t.Fatal(err)
		}
	}

	code, got, _ := send("&look=true", list, key(t))
	if code != http.StatusAccepted || got.Run != "" || len(d.engine.started) > 0 || circled("1B") != 1 || len(got.Lost) != 1 {
		t.Errorf("a look: %d %+v, %d runs, take %d circled", code, got, len(d.engine.started), circled("1B"))
	}
	for _, want := range []string{"1B shows take 2 instead of 1", "the order is 1B 1A", "1C is left out"} {
		if !slices.Contains(got.Changes, want) {
			t.Errorf("%q is not told: %q", want, got.Changes)
		}
	}
	if code, _, p := send("", "TITLE: x\n001 AX V C 00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00\n* FROM CLIP NAME: 1B-9.mp4\n", key(t)); code != http.StatusUnprocessableEntity && code != http.StatusBadRequest || !strings.Contains(p.Detail, "1B has no take 9") {
		t.Errorf("a typing mistake: %d %+v", code, p)
	}
	code, got, _ = send("", list, key(t))
	if code != http.StatusAccepted || got.Run == "" || len(d.engine.started) != 1 || circled("1B") != 2 || got.Edit.Version != 1 {
		t.Errorf("back: %d %+v, %d runs, take %d circled", code, got, len(d.engine.started), circled("1B"))
	}
	var e drama.Edit
	if code, _, _ := d.do("GET", ep+"/edit", "", &e); code != http.StatusOK || len(e.Events) != 2 || e.Events[0].In != 12 {
		t.Errorf("it is read as %d %+v", code, e)
	}
	if code, p, _ := d.do("DELETE", ep+"/edit", "", nil); code != http.StatusAccepted || circled("1B") != 1 || len(d.engine.started) != 2 {
		t.Errorf("taken back: %d %+v, take %d circled", code, p, circled("1B"))
	}
	if code, _, _ := d.do("GET", ep+"/edit", "", nil); code != http.StatusNotFound {
		t.Errorf("what was taken back is there: %d", code)
	}
}
