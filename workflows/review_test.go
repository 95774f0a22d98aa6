package workflows_test

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestACutWaitsForAnApproval: where the season requires one the cut is whole and not
// delivered; the next run makes no other, and what a person released it finds.
func TestACutWaitsForAnApproval(t *testing.T) {
	objects := mem.New()
	s := rehearsal.New(t, rehearsal.Options{Store: objects, NoNegative: true})
	l := library.Library{Store: s.Store}
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(2)...)
	p.Season.Review = &drama.Review{Required: true}
	latest := func() int {
		t.Helper()
		at, err := l.Latest(t.Context(), p.ID())
		if err != nil {
			return 0
		}
		return at.Cut
	}
	for range 2 {
		d := run(t, env(t, s), s.Submit(t, p))
		if d.State != drama.StateReview || d.Review != 1 || d.Cut != 0 || d.Master != nil || latest() != 0 {
			t.Fatalf("before an approval: %+v, latest %d", d, latest())
		}
		m, _, err := l.Manifest(t.Context(), p.ID(), 1)
		if waits, err2 := l.Waits(t.Context(), m); err != nil || err2 != nil || !waits || !m.Review {
			t.Fatalf("the cut: %v %v, waits %v, %+v", err, err2, waits, m)
		}
	}
	if err := l.Release(t.Context(), p.ID(), 1); err != nil {
		t.Fatal(err)
	}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Cut != 1 || latest() != 1 {
		t.Errorf("after it: %+v, latest %d", d, latest())
	}

	// Another cut waits again, and the one before stays the latest.
	p.Episode.Title = drama.Text{"en": "Late"}
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateReview || d.Review != 2 || latest() != 1 {
		t.Errorf("another cut: %+v, latest %d", d, latest())
	}
	// A file of it is lost: what cannot be shown cannot be approved, and is made anew.
	objects.Lose(store.Keys{Show: "rehearsal"}.Cut(p.ID(), 2) + library.MasterName)
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateReview || d.Review != 3 {
		t.Errorf("after a file was lost: %+v", d)
	}
	// When no approval is required any more, the cut that waits is the one that is delivered.
	p.Season.Review = nil
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || d.Cut != 3 || latest() != 3 {
		t.Errorf("without the requirement: %+v, latest %d", d, latest())
	}
	if n := s.Bought(t); n != 2 {
		t.Errorf("%d takes bought, want 2", n)
	}
}
