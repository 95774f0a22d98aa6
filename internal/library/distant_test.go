package library_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/store/storetest"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestPlanningIsFewRoundTrips: an episode of a hundred shots for which a thousand
// takes were bought is planned, summed and numbered in few round trips one after
// another; a store that answers in 30 ms would make thousands of them a minute.
func TestPlanningIsFewRoundTrips(t *testing.T) {
	const shots, takes = 100, 10
	all := make([]drama.Shot, shots)
	seed := int64(7)
	for i := range all {
		all[i] = rehearsal.Shot(fmt.Sprintf("%dA", i+1), "waits")
		all[i].Seed = &seed // its takes are read too
	}
	p := rehearsal.Production([]string{"fake"}, all...)
	s := mem.New()
	near := library.Library{Store: s}
	book := ledger.Objects{Store: s}
	price := drama.Money{Micros: drama.Micro, Currency: "CNY"}
	for _, shot := range all {
		for n := range takes {
			id := ledger.ID{Take: drama.TakeID{Episode: p.ID(), Slate: shot.Slate, Number: n + 1}, Attempt: 1}
			for _, err := range []error{
				book.Intend(t.Context(), ledger.Intent{ID: id, Estimate: price}),
				book.Receive(t.Context(), id, ledger.Receipt{Job: provider.Job{ID: id.String()}}),
				book.Settle(t.Context(), id, ledger.Outcome{State: "succeeded", Price: price}),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := near.WriteTake(t.Context(), drama.Take{ID: id.Take, Digest: shot.Slate}); err != nil {
				t.Fatal(err)
			}
		}
	}
	synctest.Test(t, func(t *testing.T) {
		const trip = 30 * time.Millisecond
		far := storetest.Distant{Store: s, Trip: trip}
		trips := func(what string, most time.Duration, do func() error) {
			t.Helper()
			start := time.Now()
			if err := do(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if n := time.Since(start) / trip; n > most {
				t.Errorf("%s: %d round trips one after another, want at most %d", what, n, most)
			} else {
				t.Logf("%s: %d round trips one after another", what, n)
			}
		}
		trips("plan", 160, func() error {
			_, err := library.Library{Store: far}.Plan(t.Context(), plan.Input{Production: p}, nil)
			return err
		})
		for _, c := range []struct {
			what string
			most time.Duration
		}{{"sum what was spent", 80}, {"sum it again", 6}} {
			trips(c.what, c.most, func() error {
				got, err := library.Spent(t.Context(), ledger.Objects{Store: far, Keep: true}, p.ID(), drama.Exchange{}, "CNY")
				if want := int64(shots * takes * drama.Micro); err == nil && got.Micros != want {
					err = fmt.Errorf("summed %d, want %d", got.Micros, want)
				}
				return err
			})
		}
		trips("number a cut", 2, func() error {
			_, err := library.Library{Store: far}.Cuts(t.Context(), p.ID())
			return err
		})
	})
}
