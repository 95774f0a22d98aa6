package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/store/storetest"
)

func entries(t *testing.T, l ledger.Ledger) (all []ledger.Entry) {
	t.Helper()
	if err := l.List(t.Context(), "night-shift", 1, func(e ledger.Entry) error { all = append(all, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// buyAll writes forty jobs to their ends. Some are held before; of every seventh somebody else
// writes the receipt, of every ninth the end.
func buyAll(t *testing.T, l, other ledger.Ledger) {
	t.Helper()
	for n := 1; n <= 40; n++ {
		id := job("night-shift", fmt.Sprint(n, "A"), 1, 1)
		receives, ends := l, l
		if n%7 == 0 {
			receives = other
		}
		if n%9 == 0 {
			ends = other
		}
		err := l.Intend(t.Context(), ledger.Intent{ID: id, Key: id.Key(), Provider: "ark", Estimate: drama.Money{Micros: 5, Currency: "CNY"}, At: at})
		if err == nil && n%5 == 0 {
			err = l.Hold(t.Context(), id, ledger.Hold{Question: "?", At: at})
		}
		if err == nil {
			err = receives.Receive(t.Context(), id, ledger.Receipt{Job: provider.Job{ID: "v" + id.String()}, At: at})
		}
		if err == nil {
			err = ends.Settle(t.Context(), id, ledger.Outcome{State: "succeeded", Price: drama.Money{Micros: int64(n), Currency: "CNY"}, At: at})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestWhatWasWrittenNeedNotBeRead: the copy of what has ended grows as jobs end, and says of
// each what its objects say.
func TestWhatWasWrittenNeedNotBeRead(t *testing.T) {
	asked := storetest.Count(mem.New())
	plain := ledger.Objects{Store: asked}
	buyAll(t, ledger.Objects{Store: asked, Written: &ledger.Written{}}, plain)
	all := asked.Taken()
	got := entries(t, plain)
	if n := asked.Taken().All(); n > 60 {
		t.Errorf("%d requests for 40 jobs that have ended", n)
	}
	if all["putif"] != 1 && all["putif"] != 2 {
		t.Errorf("the copy was written %d times", all["putif"])
	}
	bare := mem.New()
	buyAll(t, ledger.Objects{Store: bare}, ledger.Objects{Store: bare})
	if diff := cmp.Diff(entries(t, ledger.Objects{Store: bare}), got); diff != "" {
		t.Errorf("without copies -, with them +: %s", diff)
	}
}

// TestTheCopyIsNeverTheTruth: it may be lost, damaged, impossible to write, or older than
// what somebody else has written since.
func TestTheCopyIsNeverTheTruth(t *testing.T) {
	key := store.Keys{Show: "night-shift"}.Jobs(1) + "settled.json"
	for what, harm := range map[string]func(*mem.Store){
		"lost": func(s *mem.Store) { s.Lose(key) },
		"damaged": func(s *mem.Store) {
			if _, err := s.Put(t.Context(), key, strings.NewReader(`{"v":1,"jobs":[{`), "application/json"); err != nil {
				t.Fatal(err)
			}
		},
		"never written": nil,
	} {
		s := mem.New()
		if harm == nil {
			s.Fail = func(op, of string) error {
				if op == "put" && of == key {
					return errors.New("killed")
				}
				return nil
			}
		}
		l := ledger.Objects{Store: s, Written: &ledger.Written{}}
		buyAll(t, l, ledger.Objects{Store: s})
		if harm != nil {
			harm(s)
		}
		if got := entries(t, l); len(got) != 40 || got[39].Outcome == nil {
			t.Errorf("%s: %d jobs", what, len(got))
		}
	}
	s := mem.New()
	l := ledger.Objects{Store: s, Written: &ledger.Written{}}
	buyAll(t, l, l)
	late := job("night-shift", "1A", 1, 1) // a hold that somebody else wrote comes late
	if err := (ledger.Objects{Store: s}).Hold(t.Context(), late, ledger.Hold{Question: "?", At: at}); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries(t, l) {
		if e.Intent.ID == late && e.Hold == nil {
			t.Error("the copy hides what was written after it")
		}
	}
}
