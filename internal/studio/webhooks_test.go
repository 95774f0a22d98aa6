package studio

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/webhook"
)

// TestAnApprovalTellsOfItsCut: a cut that waited is delivered by it, which is one event
// whoever approves again, on whatever day; a cut that waited for nobody was told before.
func TestAnApprovalTellsOfItsCut(t *testing.T) {
	s, _ := viewing(t)
	clock := s.Now()
	s.Now = func() time.Time { clock = clock.Add(20 * time.Hour); return clock }
	s.By = "ana"
	putJSON(t, s, keys(ep).Cut(ep, 5)+library.ManifestName, drama.Manifest{ID: ep, Cut: 5, Frames: 48, FPS: "24/1", Review: true})
	var begun []string
	s.Herald = &activities.Herald{Book: s.events(), Hooks: []webhook.Hook{{URL: "https://relay.example"}}, Start: func(_ context.Context, e webhook.Event) error {
		begun = append(begun, e.ID)
		return nil
	}}
	for _, a := range []review.Approval{{Cut: 4, Approved: true}, {Cut: 5}, {Cut: 5, Approved: true}, {Cut: 5, Approved: true}} {
		a.Episode = ep
		if _, err := s.Decide(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Events(t.Context(), time.Time{})
	if err != nil || len(all) != 1 || all[0].Type != webhook.Delivered || all[0].Data.Cut != 5 || all[0].Data.Master == nil || all[0].Data.Master.Frames != 48 {
		t.Fatalf("%+v, %v", all, err)
	}
	if want := []string{all[0].ID, all[0].ID}; !slices.Equal(begun, want) {
		t.Errorf("sent %v, want %v", begun, want)
	}
}
