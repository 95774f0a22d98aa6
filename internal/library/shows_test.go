package library_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/store/storetest"
)

// TestShowsAndEpisodes: what was never submitted, or is no name of ours, is neither.
func TestShowsAndEpisodes(t *testing.T) {
	s := mem.New()
	for _, key := range []string{
		"night/ep01/script.json", "night/ep100/script.json", "night/ep11/script.json", "night/ep02/takes/1A/0001.json",
		"night/ep3/script.json", "night/epilogue/script.json", "night/epoch", "night-2/circles/x.json", "Not A Show/x", "stray",
	} {
		put(t, s, key, "{}")
	}
	l := library.Library{Store: s}
	if shows, err := l.Shows(t.Context()); err != nil || !slices.Equal(shows, []string{"night", "night-2"}) {
		t.Errorf("shows: %q, %v", shows, err)
	}
	var codes []string
	ids, err := l.Episodes(t.Context(), "night")
	for _, id := range ids {
		codes = append(codes, id.String())
	}
	if err != nil || !slices.Equal(codes, []string{"night/ep01", "night/ep11", "night/ep100"}) {
		t.Errorf("episodes: %q, %v", codes, err)
	}
}

// TestShowsOfAFarStore: a season of 80 episodes and 20,000 objects, in a store that
// answers in 30 ms, is listed in the time that a person does not notice.
func TestShowsOfAFarStore(t *testing.T) {
	s := mem.New()
	for ep := range 80 {
		code := fmt.Sprintf("night/ep%02d", ep+1)
		put(t, s, code+"/script.json", "{}")
		for shot := range 250 {
			put(t, s, fmt.Sprintf("%s/takes/1A/%04d.json", code, shot+1), "{}")
		}
	}
	synctest.Test(t, func(t *testing.T) {
		l := library.Library{Store: storetest.Distant{Store: store.Store(s), Trip: 30 * time.Millisecond}}
		began := time.Now()
		shows, err := l.Shows(t.Context())
		if err != nil || len(shows) != 1 {
			t.Fatal(shows, err)
		}
		ids, err := l.Episodes(t.Context(), shows[0])
		if err != nil || len(ids) != 80 {
			t.Fatal(len(ids), err)
		}
		if took := time.Since(began); took > 300*time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}
