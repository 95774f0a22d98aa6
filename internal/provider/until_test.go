package provider_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/provider"
)

func at(t *testing.T, when string) time.Time {
	t.Helper()
	now, err := time.Parse(time.RFC3339, when)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// The day of an end is the last one, counted by UTC wherever the machine is.
func TestWhenAModelEnds(t *testing.T) {
	m := provider.Model{ID: "old", Until: "2026-11-11"}
	for when, want := range map[string]struct{ ending, ended bool }{
		"2026-10-11T12:00:00Z":      {},
		"2026-10-12T00:00:00Z":      {ending: true},
		"2026-11-11T23:59:59Z":      {ending: true},
		"2026-11-12T07:59:00+08:00": {ending: true},
		"2026-11-12T08:00:00+08:00": {ended: true},
		"2027-01-01T00:00:00Z":      {ended: true},
	} {
		now := at(t, when)
		if m.Ending(now) != want.ending || m.Ended(now) != want.ended {
			t.Errorf("%s: ending %v, ended %v, want %+v", when, m.Ending(now), m.Ended(now), want)
		}
		if lives := (provider.Model{}); lives.Ending(now) || lives.Ended(now) {
			t.Errorf("%s: a model without an end ends", when)
		}
	}
	if m.Ended(time.Time{}) || m.Ending(time.Time{}) {
		t.Error("without a clock nothing ends")
	}
}

func TestEndInWords(t *testing.T) {
	now := at(t, "2026-11-29T00:00:00Z")
	for want, f := range map[string]provider.Facts{
		"":                    {Model: provider.Model{ID: "m"}},
		"ended on 2026-11-11": {Model: provider.Model{Until: "2026-11-11"}},
		"ended on 2026-11-11; new-1 takes its place":             {Model: provider.Model{Until: "2026-11-11", Instead: "new-1"}},
		"ends on 2026-12-11; new-1 takes its place":              {Model: provider.Model{Until: "2026-12-11", Instead: "new-1"}},
		"has a model whose end its vendor has announced":         {CodeName: "Heron", Model: provider.Model{Until: "2026-12-11", Instead: "new-1"}},
		"has ended: its vendor makes no more takes by its model": {CodeName: "Heron", Model: provider.Model{Until: "2026-11-11", Instead: "new-1"}},
	} {
		if got := f.End(now); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}

// A newer model that borrows the facts of one that ends does not end with it.
func TestBorrowedFactsDoNotEnd(t *testing.T) {
	old := provider.Model{ID: "old", MaxMS: 5, Until: "2026-11-11", UntilSource: "https://v.example", Instead: "new"}
	all := []provider.Model{old, {ID: "new", MaxMS: 9}}
	if diff := cmp.Diff(provider.Model{ID: "old", MaxMS: 5}, old.WithEndOf("newest", all)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(old, old.WithEndOf("old", all)); diff != "" {
		t.Error(diff)
	}
	if got := all[1].WithEndOf("old", all); got.MaxMS != 9 || got.Until != old.Until {
		t.Errorf("a model that ends keeps its end with borrowed facts: %+v", got)
	}
}

// Who ends in favour of one that ends too is told of the one that goes on.
func TestALineOfModelsThatEnd(t *testing.T) {
	all := []provider.Model{
		{ID: "a", Until: "2026-01-31", Instead: "b"},
		{ID: "b", Until: "2026-06-30", Instead: "c"},
		{ID: "c"},
		{ID: "x", Until: "2026-01-31", Instead: "y"},
		{ID: "y", Until: "2026-06-30", Instead: "x"},
	}
	if got := all[0].WithEndOf("a", all); got.Instead != "c" || got.Until != "2026-01-31" {
		t.Errorf("a ends as %+v", got)
	}
	if got := all[3].WithEndOf("x", all); got.Until != "2026-01-31" {
		t.Errorf("a circle ends as %+v", got)
	}
}
