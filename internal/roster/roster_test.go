package roster_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/roster"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
)

func facts(instance, parked string) provider.Facts {
	return provider.Facts{Instance: instance, Type: "ark", Model: provider.Model{ID: "m of " + instance}, Parked: parked}
}

// TestTheWorkerWithTheKeySpeaks: a planner without keys goes by what those say who
// have them.
func TestTheWorkerWithTheKeySpeaks(t *testing.T) {
	now := time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC)
	r := roster.Roster{Store: mem.New()}
	sign := func(instance, worker, parked string, at time.Time) {
		t.Helper()
		if err := r.Sign(t.Context(), roster.Entry{Facts: facts(instance, parked), Worker: worker, Seen: at}); err != nil {
			t.Fatal(err)
		}
	}
	sign("a", "one", "", now)
	sign("a", "two", "KEY is not set", now.Add(time.Second)) // does not speak over one
	sign("b", "one", "KEY is not set", now)
	sign("gone", "one", "KEY is not set", now.Add(-time.Hour))
	sign("other", "one", "", now)
	sign("forgotten", "one", "", now.Add(-time.Hour))
	// What somebody else wrote there, or left half, is written over.
	if _, err := r.Store.PutNew(t.Context(), "_roster/spoilt.json", []byte("{"), "application/json"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Store.Put(t.Context(), "_roster/huge.json", strings.NewReader(strings.Repeat(" ", store.MaxSmall+1)), "application/json"); err != nil {
		t.Fatal(err)
	}
	entries := func() map[string]roster.Entry {
		t.Helper()
		e, err := r.Entries(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	local := []provider.Facts{facts("a", "KEY is not set"), facts("b", "KEY is not set"), facts("gone", "KEY is not set"), facts("never", "KEY is not set")}
	waits := facts("b", "KEY is not set")
	waits.Waits = true // its worker may get it at any moment
	want := []provider.Facts{facts("a", ""), waits, facts("gone", ""), facts("never", ""), facts("other", "")}
	if d := cmp.Diff(want, roster.Facts(local, entries(), now)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	sign("spoilt", "one", "", now)
	sign("huge", "one", "", now)
	sign("a", "one", "KEY is not set", now.Add(2*time.Second)) // its own word it takes back
	e := entries()
	if _, ok := e["huge"]; !ok {
		t.Error("what is too large to be read was not written over")
	}
	if _, ok := e["spoilt"]; !ok || e["a"].Facts.Parked == "" {
		t.Errorf("%+v", e)
	}
	sign("a", "two", "", now.Add(3*time.Second))
	if e := entries(); e["a"].Facts.Parked != "" || e["a"].Worker != "two" {
		t.Errorf("%+v", e["a"])
	}
}
