package ledger_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store/mem"
)

var at = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func TestAJobIsKnownByItsParts(t *testing.T) {
	l := ledger.Objects{Store: mem.New()}
	id := job("night-shift", "2B", 3, 1)
	if _, err := l.Get(t.Context(), id); !errors.Is(err, ledger.ErrNotFound) {
		t.Fatalf("before the intent: %v, want ErrNotFound", err)
	}
	want := ledger.Entry{Intent: ledger.Intent{ID: id, Key: id.Key(), Provider: "seedance", Estimate: drama.Money{Micros: 5, Currency: "CNY"}, At: at}}
	check := func(step string, err error, held bool) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		got, err := l.Get(t.Context(), id)
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", step, diff)
		}
		if got.Held() != held {
			t.Errorf("%s: Held() = %v", step, got.Held())
		}
	}
	check("intent", l.Intend(t.Context(), want.Intent), false)
	want.Hold = &ledger.Hold{Question: "did they get it?", At: at}
	check("hold", l.Hold(t.Context(), id, *want.Hold), true)
	want.Receipt = &ledger.Receipt{Job: provider.Job{ID: "v1"}, Found: "adopted", At: at}
	check("receipt", l.Receive(t.Context(), id, *want.Receipt), false)
	want.Outcome = &ledger.Outcome{State: "succeeded", Price: drama.Money{Micros: 7, Currency: "CNY"}, At: at}
	check("outcome", l.Settle(t.Context(), id, *want.Outcome), false)
	for name, err := range map[string]error{
		"intent": l.Intend(t.Context(), want.Intent), "receipt": l.Receive(t.Context(), id, *want.Receipt),
		"hold": l.Hold(t.Context(), id, *want.Hold), "outcome": l.Settle(t.Context(), id, *want.Outcome),
	} {
		if !errors.Is(err, ledger.ErrExists) {
			t.Errorf("%s again: %v, want ErrExists", name, err)
		}
	}
}

// Of many workers that want to buy the same take, one may.
func TestOnlyOneIntends(t *testing.T) {
	l := ledger.Objects{Store: mem.New()}
	var won atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			err := l.Intend(t.Context(), ledger.Intent{ID: job("s", "1A", 1, 1), At: at})
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, ledger.ErrExists) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d workers believe to be the first", won.Load())
	}
}

func TestListIsByShowAndEpisode(t *testing.T) {
	l := ledger.Objects{Store: mem.New()}
	other := job("night-shift-2", "1A", 1, 1)
	second := job("night-shift", "1A", 1, 1)
	second.Take.Episode.Number = 2
	for _, id := range []ledger.ID{job("night-shift", "2B", 1, 1), job("night-shift", "2B", 1, 2), job("night-shift", "1A", 10, 1), second, other} {
		if err := l.Intend(t.Context(), ledger.Intent{ID: id, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		episode int
		want    []string
	}{
		{1, []string{"night-shift/ep01/1A/10/1", "night-shift/ep01/2B/1/1", "night-shift/ep01/2B/1/2"}},
		{0, []string{"night-shift/ep01/1A/10/1", "night-shift/ep01/2B/1/1", "night-shift/ep01/2B/1/2", "night-shift/ep02/1A/1/1"}},
	} {
		var got []string
		err := l.List(t.Context(), "night-shift", c.episode, func(e ledger.Entry) error {
			got = append(got, e.Intent.ID.String())
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("episode %d: %s", c.episode, diff)
		}
	}
}
