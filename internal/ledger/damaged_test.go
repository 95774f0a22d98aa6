package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
)

func overwrite(t *testing.T, s store.Store, key, body string) {
	t.Helper()
	if _, err := s.Head(t.Context(), key); err != nil {
		t.Fatalf("there is no %s to damage: %v", key, err)
	}
	if _, err := s.Put(t.Context(), key, strings.NewReader(body), "application/json"); err != nil {
		t.Fatal(err)
	}
}

// TestListGoesPastDamage: one object that cannot be read hides neither its job nor
// any other, and is named.
func TestListGoesPastDamage(t *testing.T) {
	price := drama.Money{Micros: 5, Currency: "CNY"}
	for _, part := range []string{"intent", "receipt", "hold", "outcome"} {
		for name, body := range map[string]string{"cut off": `{"id":`, "empty": "", "null": "null", "of another shape": `[1]`, "too large": strings.Repeat(" ", store.MaxSmall+1)} {
			t.Run(part+" "+name, func(t *testing.T) {
				s := mem.New()
				l := ledger.Objects{Store: s, Keep: true}
				for n := range 3 {
					id := job("s", "1A", n+1, 1)
					err := errors.Join(l.Intend(t.Context(), ledger.Intent{ID: id, Estimate: price}), l.Receive(t.Context(), id, ledger.Receipt{}),
						l.Hold(t.Context(), id, ledger.Hold{}), l.Settle(t.Context(), id, ledger.Outcome{State: "succeeded", Price: price}))
					if err != nil {
						t.Fatal(err)
					}
				}
				key := "s/ledger/ep01/1A/0002/01/" + part + ".json"
				overwrite(t, s, key, body)
				var got []string
				err := l.List(t.Context(), "s", 0, func(e ledger.Entry) error {
					got = append(got, fmt.Sprintf("%v%v", e.Intent.ID, e.Damaged))
					return nil
				})
				want := []string{"s/ep01/1A/1/1[]", "s/ep01/1A/2/1[" + s.URI(key) + "]", "s/ep01/1A/3/1[]"}
				if d := cmp.Diff(want, got); d != "" || err != nil {
					t.Errorf("(-want +got):\n%s%v", d, err)
				}
				// What has ended needs no more than its outcome.
				var bad *ledger.DamagedError
				if e, err := l.Get(t.Context(), job("s", "1A", 2, 1)); errors.As(err, &bad) != (part == "outcome") || len(e.Damaged) != 1 {
					t.Errorf("read alone: %v, %v", e, err)
				}
			})
		}
	}
}

// TestAVendorsEssay: what a vendor says at length is kept in part, and the job is settled.
func TestAVendorsEssay(t *testing.T) {
	l := ledger.Objects{Store: mem.New()}
	id := job("s", "1A", 1, 1)
	long := strings.Repeat("词", store.MaxSmall)
	err := errors.Join(l.Intend(t.Context(), ledger.Intent{ID: id}), l.Hold(t.Context(), id, ledger.Hold{Question: long}), l.Settle(t.Context(), id, ledger.Outcome{State: "failed", Reason: long}))
	if err != nil {
		t.Fatal(err)
	}
	e, err := l.Get(t.Context(), id)
	if err != nil || e.Outcome.State != "failed" || len(e.Outcome.Reason) > 10_000 {
		t.Errorf("%v, %v", e.Outcome.State, err)
	}
}

// TestWhatEndedIsKeptTogether: the copy of ended jobs says the same as they do, is
// made again when it is damaged, and never hides what is not in it.
func TestWhatEndedIsKeptTogether(t *testing.T) {
	s := mem.New()
	l := ledger.Objects{Store: s, Keep: true}
	add := func(n int, end bool) {
		id := job("s", "1A", n, 1)
		err := l.Intend(t.Context(), ledger.Intent{ID: id, At: at})
		if err == nil && end {
			err = l.Settle(t.Context(), id, ledger.Outcome{State: "succeeded", Price: drama.Money{Micros: int64(n), Currency: "CNY"}, At: at})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	list := func(l ledger.Objects) (all []ledger.Entry) {
		t.Helper()
		if err := l.List(t.Context(), "s", 0, func(e ledger.Entry) error { all = append(all, e); return nil }); err != nil {
			t.Fatal(err)
		}
		return all
	}
	for n := 1; n <= 40; n++ {
		add(n, n != 7)
	}
	const kept = "s/ledger/ep01/settled.json"
	list(ledger.Objects{Store: s})
	if _, err := s.Head(t.Context(), kept); err == nil {
		t.Error("a listing that may not write has written")
	}
	first := list(l)
	if len(first) != 40 || first[6].Outcome != nil {
		t.Fatalf("%d jobs, the seventh %+v", len(first), first[6].Outcome)
	}
	if d := cmp.Diff(first, list(l)); d != "" {
		t.Errorf("from the copy (-want +got):\n%s", d)
	}
	if err := l.Settle(t.Context(), job("s", "1A", 7, 1), ledger.Outcome{State: "failed", At: at}); err != nil {
		t.Fatal(err)
	}
	add(41, false)
	second := list(l)
	if len(second) != 41 || second[6].Outcome == nil || second[40].Outcome != nil {
		t.Errorf("after more: %d jobs", len(second))
	}
	overwrite(t, s, kept, "{")
	if d := cmp.Diff(second, list(l)); d != "" {
		t.Errorf("past a damaged copy (-want +got):\n%s", d)
	}
	if body, _, err := s.Read(t.Context(), kept); err != nil || len(body) < 100 {
		t.Errorf("the copy was not made again: %s, %v", body, err)
	}
}

// TestADamagedJobHoldsItsSlotNoLongerThanItMay: it must not stop everybody else.
func TestADamagedJobHoldsItsSlotNoLongerThanItMay(t *testing.T) {
	s := mem.New()
	now := at
	l := ledger.Objects{Store: s}
	slots := ledger.Slots{Store: s, Ledger: l, Now: func() time.Time { return now }}
	first, second := job("s", "1A", 1, 1), job("s", "1B", 1, 1)
	if slot, _, err := slots.Acquire(t.Context(), "v", 1, first, time.Hour); err != nil || !slot.Held() {
		t.Fatal(slot, err)
	}
	if err := l.Intend(t.Context(), ledger.Intent{ID: first, At: now}); err != nil {
		t.Fatal(err)
	}
	overwrite(t, s, "s/ledger/ep01/1A/0001/01/intent.json", "{")
	if slot, _, err := slots.Acquire(t.Context(), "v", 1, second, time.Hour); err != nil || slot.Held() {
		t.Errorf("before its deadline: %v, %v", slot.Held(), err)
	}
	now = now.Add(2 * time.Hour)
	if slot, _, err := slots.Acquire(t.Context(), "v", 1, second, time.Hour); err != nil || !slot.Held() {
		t.Errorf("after it: %v, %v", slot.Held(), err)
	}
}
