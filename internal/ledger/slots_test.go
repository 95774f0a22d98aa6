package ledger_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/store/storetest"
)

func slotJob(take, attempt int) ledger.ID {
	return ledger.ID{Take: drama.TakeID{Episode: drama.EpisodeID{Show: "s", Number: 1}, Slate: "1A", Number: take}, Attempt: attempt}
}

func TestSlotsAreNotShared(t *testing.T) {
	st := mem.New()
	l := ledger.Objects{Store: st}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	s := ledger.Slots{Store: st, Ledger: l, Now: func() time.Time { return now }}
	acquire := func(id ledger.ID) (ledger.Slot, bool) {
		t.Helper()
		slot, holders, err := s.Acquire(t.Context(), "ark", 2, id, time.Hour)
		if err != nil || slot.Held() == (len(holders) == 2) {
			t.Fatal(slot, holders, err)
		}
		return slot, slot.Held()
	}
	intend := func(id ledger.ID) {
		t.Helper()
		if err := l.Intend(t.Context(), ledger.Intent{ID: id, Provider: "ark", At: now}); err != nil {
			t.Fatal(err)
		}
	}
	a, ok := acquire(slotJob(1, 1))
	intend(slotJob(1, 1))
	_, ok2 := acquire(slotJob(2, 1))
	intend(slotJob(2, 1))
	if _, third := acquire(slotJob(3, 1)); !ok || !ok2 || third {
		t.Fatalf("two of two: %v %v, a third: %v", ok, ok2, third)
	}
	// The same job after a crash has its place still.
	if again, ok := acquire(slotJob(1, 1)); !ok || again != a {
		t.Errorf("the holder got %v, %v", again, ok)
	}
	// A job that the ledger knows as ended leaves its place without a word.
	if err := l.Receive(t.Context(), slotJob(2, 1), ledger.Receipt{Job: provider.Job{ID: "x"}}); err != nil {
		t.Fatal(err)
	}
	if _, ok := acquire(slotJob(3, 1)); ok {
		t.Error("a place of a job that runs at the vendor was taken")
	}
	if err := l.Settle(t.Context(), slotJob(2, 1), ledger.Outcome{State: "succeeded"}); err != nil {
		t.Fatal(err)
	}
	if _, ok := acquire(slotJob(3, 1)); !ok {
		t.Error("a place of a job that has ended was not given")
	}
	// Giving back is for the holder only, and may be repeated. How long a job that ran had its
	// place is remembered, and outlives the jobs that have the place after it.
	now = now.Add(90 * time.Second)
	for range 2 {
		if err := s.Release(t.Context(), a, slotJob(1, 1), true); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := acquire(slotJob(4, 1)); !ok {
		t.Error("a place that was given back was not given")
	}
	use, err := s.Use(t.Context(), "ark")
	if err != nil || use.Places != 2 || len(use.Took) != 1 || use.Took[0] != 90*time.Second || len(use.Busy) != 2 || use.Busy[slotJob(4, 1)].IsZero() {
		t.Errorf("%v, the places are used so: %+v", err, use)
	}
	if err := s.Release(t.Context(), a, slotJob(1, 1), true); err != nil {
		t.Fatal(err)
	}
	intend(slotJob(4, 1))
	if _, ok := acquire(slotJob(5, 1)); ok {
		t.Error("somebody else gave the place back")
	}
	// A place is handed on by who has it, and by nobody else.
	if ok, err := s.Pass(t.Context(), a, slotJob(1, 1), slotJob(9, 1), true); ok || err != nil {
		t.Errorf("handed on by one that has it no more: %v, %v", ok, err)
	}
	for _, hand := range []struct{ from, to int }{{4, 9}, {9, 4}} {
		if ok, err := s.Pass(t.Context(), a, slotJob(hand.from, 1), slotJob(hand.to, 1), false); !ok || err != nil {
			t.Errorf("handed on: %v, %v", ok, err)
		}
	}
	// Job 3 never wrote its intent: whoever asked for it is dead.
	now = now.Add(5 * time.Minute)
	if _, ok := acquire(slotJob(5, 1)); !ok {
		t.Error("a place of a job that never began is kept")
	}
	intend(slotJob(5, 1))
	// The next attempt at a take goes on in its place.
	if _, ok := acquire(slotJob(4, 2)); !ok {
		t.Error("the next attempt has no place")
	}
	intend(slotJob(4, 2))
	now = now.Add(2 * time.Hour)
	if _, ok := acquire(slotJob(6, 1)); !ok {
		t.Error("a job past its deadline keeps its place")
	}
}

func TestSlotsRace(t *testing.T) {
	st := mem.New()
	s := ledger.Slots{Store: st, Ledger: ledger.Objects{Store: st}}
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[ledger.Slot]int{}
	for i := range 20 {
		wg.Go(func() {
			slot, _, err := s.Acquire(t.Context(), "kling", 5, slotJob(i+1, 1), time.Hour)
			if err != nil {
				t.Error(err)
			}
			if slot.Held() {
				mu.Lock()
				got[slot]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(got) != 5 {
		t.Errorf("%d places of 5 were given: %v", len(got), got)
	}
	for slot, n := range got {
		if n != 1 {
			t.Errorf("%v was given %d times", slot, n)
		}
	}
}

// TestASlotIsFewRequests: with forty places of which one is free, and with a hundred jobs
// that wait for one, requests and how many of them come one after another.
func TestASlotIsFewRequests(t *testing.T) {
	const places, trip = 40, 30 * time.Millisecond
	s := mem.New()
	asked := storetest.Count(storetest.Distant{Store: s, Trip: trip})
	book := ledger.Objects{Store: asked}
	synctest.Test(t, func(t *testing.T) {
		slots := ledger.Slots{Store: asked, Ledger: book, Seen: &ledger.Seen{}}
		var first ledger.Slot
		for n := 1; n <= places; n++ {
			slot, _, err := slots.Acquire(t.Context(), "ark", places, slotJob(n, 1), time.Hour)
			if err == nil {
				err = book.Intend(t.Context(), ledger.Intent{ID: slotJob(n, 1), At: time.Now()})
			}
			if n == 1 {
				first = slot
			}
			if err != nil || !slot.Held() {
				t.Fatal(n, err)
			}
		}
		cost := func(what string, most, chain int, job ledger.ID, held bool) {
			t.Helper()
			asked.Taken()
			began := time.Now()
			slot, holders, err := slots.Acquire(t.Context(), "ark", places, job, time.Hour)
			n, c := asked.Taken(), int(time.Since(began)/trip)
			if err != nil || slot.Held() != held || !held && len(holders) != places {
				t.Fatalf("%s: %v, %v, %d in the way", what, slot, err, len(holders))
			}
			if n.All() > most || c > chain {
				t.Errorf("%s: %d requests (%v), %d one after another; want at most %d, %d", what, n.All(), n, c, most, chain)
			}
		}
		// The last place was taken since it was seen.
		cost("all are taken", 2+4*places, 5, slotJob(places+1, 1), false)
		if err := slots.Release(t.Context(), first, slotJob(1, 1), true); err != nil {
			t.Fatal(err)
		}
		cost("one is free", 3, 3, slotJob(places+1, 1), true)
	})
}
