package roster_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/roster"
	"github.com/dailies/dailies/internal/store/mem"
)

// TestProcessesComeAndLeave: who works is listed until it leaves or was killed a day ago,
// and a record that cannot be read hides nobody else.
func TestProcessesComeAndLeave(t *testing.T) {
	r := roster.Roster{Store: mem.New()}
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	come := func(process string, seen time.Time) {
		t.Helper()
		p := roster.Presence{Process: process, Worker: "host, process 1", Roles: []string{"media"}, Seen: seen, Lacks: map[string]string{"voices.mara": "KEY is not set"}}
		if err := r.Come(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	there := func() string {
		t.Helper()
		all, err := r.Present(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, p := range all {
			names = append(names, p.Process)
		}
		return strings.Join(names, " ")
	}
	come("a1", now.Add(-time.Minute))
	come("b2", now.Add(-time.Hour))
	come("c3", now.Add(-2*roster.Gone))
	if _, err := r.Store.PutNew(t.Context(), "_workers/d4.json", []byte(`{"form":1,"process":"a1"}`), "application/json"); err != nil {
		t.Fatal(err)
	}
	if got := there(); got != "a1 b2 c3" {
		t.Errorf("there are %s", got)
	}
	come("b2", now)
	if got := there(); got != "b2 a1 c3" {
		t.Errorf("after b2 was seen again there are %s", got)
	}
	if err := r.Forget(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	if err := r.Leave(t.Context(), "a1"); err != nil {
		t.Fatal(err)
	}
	if got := there(); got != "b2" {
		t.Errorf("after one left and one was forgotten there are %s", got)
	}
	all, err := r.Present(t.Context())
	if err != nil || all[0].Lacks["voices.mara"] != "KEY is not set" || !all[0].Fresh(now) || all[0].Fresh(now.Add(roster.Stale)) {
		t.Errorf("%+v, %v", all, err)
	}
	if entries, err := r.Entries(t.Context()); err != nil || len(entries) != 0 {
		t.Errorf("processes are taken for instances: %v, %v", entries, err)
	}
}
