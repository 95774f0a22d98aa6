package account_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/store/storetest"
)

// marking is an account whose writers leave marks, counted requests and a clock.
type marking struct {
	*books
	mem   *mem.Store
	asked *storetest.Counted
	at    time.Time
	plain ledger.Ledger // of a release that leaves no marks
	who   string        // the workflow that writes; empty: a person
}

func openMarked(t *testing.T) *marking {
	m := &marking{books: open(t), mem: mem.New(), at: time.Now()}
	m.asked = storetest.Count(m.mem)
	m.plain = ledger.Objects{Store: m.asked}
	m.Store, m.Marked, m.Keep, m.Ledger = m.asked, true, true, m.plain
	m.Now = func() time.Time { return m.at }
	m.Who = func(context.Context) (string, string) { return m.who, "a" }
	m.Open = func(_ context.Context, workflow, run string) (bool, error) {
		return !m.dead[run] && !m.dead[workflow], nil
	}
	m.Ledger = account.Marking{Ledger: m.plain, Account: m.Account}
	return m
}

// write buys in somebody's name, with a mark or without.
func (m *marking) write(by string, n, take int, price int64) {
	was := m.Ledger
	if m.who = by; by == "an old release" {
		m.Ledger = m.plain
	}
	m.buy(n, take, price)
	m.Ledger = was
}

// spent opens an episode's book and says what the season has spent by it.
func (m *marking) spent(n int, run string) int64 {
	m.t.Helper()
	d := word(n, 1)
	d.Run, d.Opening = run, true
	return m.draw(d).Caps[0].Spent.Micros / drama.Micro
}

func TestWhatIsWrittenBesideIsNoticed(t *testing.T) {
	m := openMarked(t)
	m.write("an old release", 2, 1, 1)
	if got := m.spent(1, "first"); got != 1 {
		t.Errorf("at first everything is counted: %d spent, want 1", got)
	}
	m.write("collect/3", 3, 1, 2)
	m.write("", 4, 1, 3)
	if got := m.spent(1, "second"); got != 6 {
		t.Errorf("%d spent, want 6: a run and a person have bought", got)
	}
	m.write("collect/3", 3, 2, 1) // it has its mark already
	if got := m.spent(1, "third"); got != 7 {
		t.Errorf("%d spent, want 7: the run goes on buying", got)
	}
	m.write("an old release", 5, 1, 1)
	m.at = m.at.Add(2 * time.Hour)
	if got := m.spent(1, "later"); got != 8 {
		t.Errorf("%d spent, want 8: after a while everything is counted, with or without a mark", got)
	}
	m.dead["collect/3"] = true
	m.at = m.at.Add(2 * time.Hour)
	m.spent(1, "last")
	if left := m.marks(); len(left) != 0 {
		t.Errorf("marks of those that are gone stay: %v", left)
	}
}

func (m *marking) marks() (all []string) {
	_ = m.mem.List(m.t.Context(), store.Keys{Show: show}.Growing(0), func(i store.Info) error { all = append(all, i.Key); return nil })
	return all
}

// The account is only ever a shortcut: what is lost of it costs requests, not money.
func TestALostIndexCostsNoMoney(t *testing.T) {
	for what, lose := range map[string]func(*marking){
		"the record is gone":    func(m *marking) { m.mem.Lose(store.Keys{Show: show}.Account()) },
		"the record is damaged": func(m *marking) { m.rewrite(func([]byte) []byte { return []byte("{") }) },
		"a release that knows no marks wrote it": func(m *marking) {
			m.rewrite(func(b []byte) []byte {
				var r map[string]any
				if err := json.Unmarshal(b, &r); err != nil || r["counted"] == nil {
					t.Fatal(err, r)
				}
				delete(r, "counted")
				b, _ = json.Marshal(r)
				return b
			})
		},
	} {
		t.Run(what, func(t *testing.T) {
			m := openMarked(t)
			m.spent(1, "first")
			m.write("an old release", 2, 1, 4)
			if got := m.spent(1, "second"); got != 0 {
				t.Fatalf("%d spent: this test shows nothing", got)
			}
			lose(m)
			if got := m.spent(1, "third"); got != 4 {
				t.Errorf("%d spent, want 4", got)
			}
		})
	}
}

func (m *marking) rewrite(change func([]byte) []byte) {
	m.t.Helper()
	key := store.Keys{Show: show}.Account()
	body, info, err := m.mem.Read(m.t.Context(), key)
	if err == nil {
		err = m.mem.PutIf(m.t.Context(), key, change(body), "application/json", info.Version)
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// A process may be killed between any two of: mark, intent, sum, record, marks away.
func TestKilledBetweenMarkAndRecord(t *testing.T) {
	m := openMarked(t)
	m.spent(1, "first")
	killed := errors.New("killed")

	m.mem.Fail = func(op, key string) error {
		if op == "put" && strings.Contains(key, "/growing/") {
			return killed
		}
		return nil
	}
	m.who = "episode/2"
	job := ledger.ID{Take: drama.TakeID{Episode: id(2), Slate: "1A", Number: 1}, Attempt: 1}
	if err := m.Ledger.Intend(t.Context(), ledger.Intent{ID: job, Estimate: yuan(1)}); !errors.Is(err, killed) {
		t.Fatal(err)
	}
	if _, err := m.Ledger.Get(t.Context(), job); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("an intent was written that nobody would notice: %v", err)
	}

	m.mem.Fail = nil
	m.write("episode/2", 2, 1, 1)
	d := word(2, 1)
	d.Opening = true
	m.draw(d)
	m.mem.Fail = func(op, _ string) error {
		if op == "remove" {
			return killed
		}
		return nil
	}
	d = word(2, 2)
	d.Closing = true
	m.draw(d) // its mark stays
	m.mem.Fail = nil
	if got, left := m.spent(1, "second"), m.marks(); got != 1 || len(left) != 1 {
		t.Errorf("%d spent, want 1; marks: %v", got, left)
	}
	m.write("episode/2", 2, 2, 1)
	if got := m.spent(1, "third"); got != 2 {
		t.Errorf("%d spent, want 2", got)
	}
}

// What one change has found out is older than what another run says meanwhile.
func TestAnotherRunClosesMeanwhile(t *testing.T) {
	m := openMarked(t)
	m.spent(1, "first")
	d := word(2, 1)
	d.Opening = true
	m.draw(d)
	m.write("collect/3", 3, 1, 1)
	m.write("episode/2", 2, 1, 1)
	m.write("episode/2", 2, 2, 2)
	once := true
	m.mem.Fail = func(op, key string) error {
		if op != "put" || key != (store.Keys{Show: show}).Account() || !once {
			return nil
		}
		once = false
		m.write("episode/3", 3, 2, 1)
		for i, d := range []account.Draw{word(2, 2), word(3, 1)} {
			d.Closing, d.Opening = i == 0, i == 1
			m.draw(d)
		}
		d := word(3, 2)
		d.Closing = true
		m.draw(d)
		return nil
	}
	if got := m.spent(1, "second"); got != 5 || once {
		t.Errorf("%d spent, want 5: two episodes were closed while it asked", got)
	}
}

// TestARunsAccountCostsNoMoreInALongShow: requests, with five episodes and with fifty.
func TestARunsAccountCostsNoMoreInALongShow(t *testing.T) {
	cost := func(episodes int) storetest.Requests {
		m := openMarked(t)
		for n := 2; n <= episodes; n++ {
			for take := range 4 {
				m.write("an old release", n, take+1, 1)
			}
		}
		m.spent(1, "first")
		m.asked.Taken()
		m.spent(1, "second")
		return m.asked.Taken()
	}
	if few, many := cost(5), cost(50); few.All() != many.All() {
		t.Errorf("a run's first word to the account takes %v with 5 episodes, %v with 50", few, many)
	}
}
