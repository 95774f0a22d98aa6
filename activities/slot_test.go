package activities_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/test/rehearsal"
)

// A job that a dead worker left at the vendor keeps its slot: nobody submits in its
// place, and nobody stands in the way of whoever goes on with it.
func TestSlotOfADeadWorkersJob(t *testing.T) {
	for _, c := range []struct {
		name string
		ends func(t *testing.T, s *rehearsal.Stage, v *scripted, other ledger.ID)
	}{
		{"its own run ends it", func(t *testing.T, s *rehearsal.Stage, _ *scripted, other ledger.ID) {
			if err := s.Ledger.Settle(t.Context(), other, ledger.Outcome{State: "succeeded"}); err != nil {
				t.Fatal(err)
			}
		}},
		{"a person gives it up", func(t *testing.T, s *rehearsal.Stage, _ *scripted, other ledger.ID) {
			if err := s.Ledger.Settle(t.Context(), other, ledger.Outcome{State: "dropped"}); err != nil {
				t.Fatal(err)
			}
		}},
		// Its run is dead too: nobody writes an outcome, but the vendor knows.
		{"the vendor has made it", func(_ *testing.T, s *rehearsal.Stage, v *scripted, _ ledger.ID) {
			v.status.State = provider.Succeeded
			s.Generator.Buyer.Now = func() time.Time { return time.Now().Add(time.Minute) }
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { slotOfADeadWorkersJob(t, c.ends) })
		})
	}
}

func slotOfADeadWorkersJob(t *testing.T, ends func(*testing.T, *rehearsal.Stage, *scripted, ledger.ID)) {
	v := &scripted{status: provider.Status{State: provider.Running}}
	s, in := vendor(t, v)
	s.Generator.Buyer.Slots = &ledger.Slots{Store: s.Store, Ledger: s.Ledger}
	i := s.Instances["fake"]
	i.Slots = 1
	s.Instances["fake"] = i
	other := ledger.ID{Take: drama.TakeID{Episode: in.Take.Episode, Slate: "9Z", Number: 1}, Attempt: 1}
	if slot, _, err := s.Generator.Buyer.Slots.Acquire(t.Context(), "fake", 1, other, time.Hour); err != nil || !slot.Held() {
		t.Fatal(slot, err)
	}
	if err := errors.Join(
		s.Ledger.Intend(t.Context(), ledger.Intent{ID: other, Provider: "fake", At: time.Now()}),
		s.Ledger.Receive(t.Context(), other, ledger.Receipt{Job: provider.Job{ID: "theirs"}, At: time.Now()}),
	); err != nil {
		t.Fatal(err)
	}
	_, err := s.Generator.Generate(t.Context(), in)
	var f *activities.Failure
	if !errors.As(err, &f) || f.Type != "throttled" || f.Final || f.After <= 0 {
		t.Fatalf("while the slot is taken: %+v", err)
	}
	if _, err := s.Ledger.Get(t.Context(), ledger.ID{Take: in.Take, Attempt: 1}); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("something was intended without a slot: %v", err)
	}
	if !strings.Contains(f.Error(), other.String()) || !strings.Contains(f.Error(), "theirs") {
		t.Errorf("who is in the way is not said: %v", f)
	}
	ends(t, s, v, other)
	v.status.State = provider.Succeeded
	if _, err := s.Generator.Generate(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	// Its own slot was given back.
	third := ledger.ID{Take: drama.TakeID{Episode: in.Take.Episode, Slate: "8Y", Number: 1}, Attempt: 1}
	if slot, holders, err := s.Generator.Buyer.Slots.Acquire(t.Context(), "fake", 1, third, time.Hour); err != nil || !slot.Held() {
		t.Errorf("after the take: held by %v, %v", holders, err)
	}
}

// A submit that was surely not accepted leaves no slot behind.
func TestSlotAfterANo(t *testing.T) {
	v := &scripted{submit: no(provider.KindThrottled)}
	s, in := vendor(t, v)
	s.Generator.Buyer.Slots = &ledger.Slots{Store: s.Store, Ledger: s.Ledger}
	i := s.Instances["fake"]
	i.Slots = 1
	s.Instances["fake"] = i
	for range 2 {
		if _, err := s.Generator.Generate(t.Context(), in); failure(err) != "throttled" {
			t.Fatal(err)
		}
	}
	v.submit = nil
	if _, err := s.Generator.Generate(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if v.fetched != 1 {
		t.Errorf("fetched %d times", v.fetched)
	}
}
