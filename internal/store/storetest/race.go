package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/dailies/dailies/internal/store"
)

// What must hold when several write at once.

func putNewRace(t *testing.T, s store.Store) {
	const n = 12
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { _, errs[i] = s.PutNew(t.Context(), "race", fmt.Append(nil, i), "") })
	}
	wg.Wait()
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner < 0:
			winner = i
		case err == nil:
			t.Errorf("%d and %d both won", winner, i)
		default:
			wantIs(t, "a loser", err, store.ErrExists)
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	if got := get(t, s, store.Ref{Key: "race"}); string(got) != fmt.Sprint(winner) {
		t.Errorf("the winner is %d, the bytes are %q", winner, got)
	}
}

func putIfRace(t *testing.T, s store.Store) {
	ctx := t.Context()
	if err := s.PutIf(ctx, "latest", []byte("0"), "", ""); err != nil {
		t.Fatal(err)
	}
	_, info, err := s.Read(ctx, "latest")
	if err != nil {
		t.Fatal(err)
	}
	const n = 12
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = s.PutIf(ctx, "latest", fmt.Appendf(nil, "by %d", i), "", info.Version) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantIs(t, "a loser", err, store.ErrChanged)
		}
	}
	if won != 1 {
		t.Errorf("%d writers won, want 1", won)
	}
}

// countTogether adds one to a number from many goroutines: a version that did not
// belong to the bytes it came with would lose counts.
func countTogether(t *testing.T, s store.Store) {
	ctx := t.Context()
	if err := s.PutIf(ctx, "count", []byte("0"), "", ""); err != nil {
		t.Fatal(err)
	}
	const writers, each = 6, 12
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for done := 0; done < each; {
				body, info, err := s.Read(ctx, "count")
				var n int
				if err == nil {
					_, err = fmt.Sscan(string(body), &n)
				}
				if err != nil {
					t.Error(err)
					return
				}
				switch err := s.PutIf(ctx, "count", fmt.Append(nil, n+1), "", info.Version); {
				case err == nil:
					done++
				case !errors.Is(err, store.ErrChanged):
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if body, _, err := s.Read(ctx, "count"); err != nil || string(body) != fmt.Sprint(writers*each) {
		t.Errorf("counted %s, %v; want %d", body, err, writers*each)
	}
}
