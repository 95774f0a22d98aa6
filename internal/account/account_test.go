package account_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
)

const show = "night-shift"

func yuan(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }

func limit(n int64) *drama.Money { m := yuan(n); return &m }

// books is an account over a store in memory, and who is dead.
type books struct {
	*account.Account
	t    *testing.T
	mu   sync.Mutex
	dead map[string]bool
	woke []string
}

func open(t *testing.T) *books {
	s := mem.New()
	b := &books{t: t, dead: map[string]bool{}}
	b.Account = &account.Account{
		Store: s, Ledger: ledger.Objects{Store: s},
		Open: func(_ context.Context, _, run string) (bool, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			return !b.dead[run], nil
		},
		Wake: func(_ context.Context, workflow string) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.woke = append(b.woke, workflow)
			return nil
		},
	}
	return b
}

func id(n int) drama.EpisodeID { return drama.EpisodeID{Show: show, Number: n} }

// word is an episode's run as it asks under a season's cap of ten.
func word(n, seq int) account.Draw {
	return account.Draw{
		ID: id(n), Workflow: fmt.Sprintf("episode/%d", n), Run: fmt.Sprintf("run-%d", n), Seq: seq, Currency: "CNY", Season: limit(10),
		Spent: yuan(0), RunSpent: yuan(0), Reserved: yuan(0), Needs: yuan(0),
	}
}

func (b *books) draw(d account.Draw) account.Grant {
	b.t.Helper()
	g, err := b.Draw(b.t.Context(), d)
	if err != nil {
		b.t.Fatal(err)
	}
	return g
}

// buy writes a job into the ledger.
func (b *books) buy(n, take int, price int64) {
	b.t.Helper()
	job := ledger.ID{Take: drama.TakeID{Episode: id(n), Slate: "1A", Number: take}, Attempt: 1}
	if err := b.Ledger.Intend(b.t.Context(), ledger.Intent{ID: job, Estimate: yuan(price), At: time.Unix(1, 0)}); err != nil {
		b.t.Fatal(err)
	}
}

// However many runs ask at once, the cap is never passed, and what fits is granted.
func TestManyAskAtOnce(t *testing.T) {
	b := open(t)
	var granted sync.Map
	var all sync.WaitGroup
	for n := 1; n <= 12; n++ {
		all.Go(func() {
			d := word(n, 1)
			d.Asks, d.Needs = []drama.Money{yuan(3)}, yuan(3)
			g, err := b.Draw(t.Context(), d)
			if err != nil {
				t.Error(err)
				return
			}
			if g.Granted[0] {
				granted.Store(n, true)
			} else if g.Short == nil || g.Short.Name != drama.CapSeason {
				t.Errorf("episode %d was refused without the cap's name: %+v", n, g)
			}
		})
	}
	all.Wait()
	count := 0
	granted.Range(func(any, any) bool { count++; return true })
	if count != 3 {
		t.Errorf("%d takes of 3 were granted under a cap of 10, want 3", count)
	}
}

// Saying the same again changes nothing, and an older word is not heard.
func TestWordsAreWholeSums(t *testing.T) {
	b := open(t)
	d := word(1, 1)
	d.Asks, d.Needs = []drama.Money{yuan(4)}, yuan(4)
	for range 3 {
		if g := b.draw(d); !g.Granted[0] || g.Caps[0].Reserved != yuan(4) {
			t.Fatalf("%+v", g)
		}
	}
	later := word(1, 2)
	later.Spent = yuan(4)
	b.draw(later)
	b.draw(d) // a late echo of the first
	if g := b.draw(word(2, 1)); g.Caps[0].Spent != yuan(4) || g.Caps[0].Reserved != yuan(0) {
		t.Errorf("%+v", g.Caps[0])
	}
}

// What was bought before there was an account, or beside it, counts.
func TestTheLedgerIsTheTruth(t *testing.T) {
	b := open(t)
	b.buy(7, 1, 6)
	d := word(1, 1)
	d.Opening, d.Asks, d.Needs = true, []drama.Money{yuan(4)}, yuan(4)
	if g := b.draw(d); !g.Granted[0] {
		t.Errorf("4 of 10, 6 spent: %+v", g)
	}
	b.buy(7, 2, 1) // by a run without an account
	d = word(2, 1)
	d.Opening, d.Asks, d.Needs = true, []drama.Money{yuan(1)}, yuan(1)
	g := b.draw(d)
	if g.Granted[0] || g.Short.Spent != yuan(7) || g.Short.Reserved != yuan(4) {
		t.Errorf("7 spent and 4 reserved of 10: %+v", g)
	}
	// Lost or damaged, it is made anew.
	for name, lose := range map[string]func() error{
		"damaged": func() error {
			info, err := b.Store.Head(t.Context(), store.Keys{Show: show}.Account())
			if err != nil {
				return err
			}
			return b.Store.PutIf(t.Context(), store.Keys{Show: show}.Account(), []byte("{"), "application/json", info.Version)
		},
	} {
		if err := lose(); err != nil {
			t.Fatal(err)
		}
		r, err := b.Read(t.Context(), show, "CNY")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c := r.CapsOf(0, nil, limit(10)); len(c) != 1 || c[0].Spent != yuan(7) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// A run that died with money in its hand gives it back, except for what it spent.
func TestADeadRunGivesBack(t *testing.T) {
	b := open(t)
	d := word(1, 1)
	d.Asks, d.Needs = []drama.Money{yuan(4), yuan(4)}, yuan(8)
	b.draw(d)
	b.buy(1, 1, 4)
	other := word(2, 1)
	other.Asks, other.Needs = []drama.Money{yuan(4)}, yuan(4)
	if g := b.draw(other); g.Granted[0] || g.Never {
		t.Fatalf("8 of 10 are held: %+v", g)
	}
	b.dead["run-1"] = true
	other.Seq = 2
	if g := b.draw(other); !g.Granted[0] || g.Caps[0].Spent != yuan(4) || g.Caps[0].Reserved != yuan(4) {
		t.Errorf("after its death: %+v", g)
	}
}

// Whoever gives money back, or ends, wakes those who wait for it.
func TestGivingBackWakes(t *testing.T) {
	b := open(t)
	d := word(1, 1)
	d.Asks, d.Needs = []drama.Money{yuan(8)}, yuan(8)
	b.draw(d)
	other := word(2, 1)
	other.Asks, other.Needs = []drama.Money{yuan(4)}, yuan(4)
	b.draw(other)
	b.buy(1, 1, 2)
	d = word(1, 2)
	d.Closing = true
	b.draw(d)
	if fmt.Sprint(b.woke) != "[episode/2]" {
		t.Errorf("woke %v", b.woke)
	}
	other.Seq = 2
	if g := b.draw(other); !g.Granted[0] || g.Caps[0].Spent != yuan(2) {
		t.Errorf("%+v", g)
	}
}

// What an earlier episode still means to buy is not for a later one; but one that
// cannot be helped holds nobody up.
func TestEarlierEpisodesComeFirst(t *testing.T) {
	b := open(t)
	d := word(1, 1)
	d.Asks, d.Needs = []drama.Money{yuan(4)}, yuan(8) // another one follows
	b.draw(d)
	later := word(2, 1)
	later.Asks, later.Needs = []drama.Money{yuan(4)}, yuan(4)
	if g := b.draw(later); g.Granted[0] || g.Short != nil || g.Never {
		t.Errorf("the rest is the first episode's: %+v", g)
	}
	d = word(1, 2)
	d.Spent, d.Asks, d.Needs = yuan(4), []drama.Money{yuan(7)}, yuan(7)
	if g := b.draw(d); g.Granted[0] || !g.Never {
		t.Errorf("7 of the 6 that are left: %+v", g)
	}
	later.Seq = 2
	if g := b.draw(later); !g.Granted[0] {
		t.Errorf("the first cannot buy anything any more: %+v", g)
	}
}

// The cap of a season's run counts what its episodes spend in it, and nothing else.
func TestASeasonsRunHasACap(t *testing.T) {
	b := open(t)
	b.buy(1, 1, 50)
	season := account.Season{Show: show, Group: "g", Currency: "CNY", Cap: limit(8), Expected: []int{1, 2}}
	if err := b.OpenSeason(t.Context(), season); err != nil {
		t.Fatal(err)
	}
	ask := func(n, seq int) account.Draw {
		d := word(n, seq)
		d.Season, d.Group, d.Opening = nil, "g", true
		d.Asks, d.Needs = []drama.Money{yuan(5)}, yuan(5)
		return d
	}
	if g := b.draw(ask(2, 1)); g.Granted[0] || g.Short != nil {
		t.Errorf("the first episode has not said a word yet: %+v", g)
	}
	first := ask(1, 1)
	first.Spent = yuan(50)
	if g := b.draw(first); !g.Granted[0] {
		t.Errorf("%+v", g)
	}
	g := b.draw(ask(2, 2))
	if g.Granted[0] || g.Short == nil || g.Short.Name != drama.CapRun || g.Short.Missing(yuan(5)) != yuan(2) {
		t.Errorf("5 + 5 of 8: %+v", g)
	}
	season.Cap = limit(10)
	if err := b.RaiseSeason(t.Context(), season); err != nil {
		t.Fatal(err)
	}
	if g := b.draw(ask(2, 3)); !g.Granted[0] {
		t.Errorf("raised: %+v", g)
	}
}

// A person's cap holds over the script's until the script says another.
func TestAPersonsCapOverTheScripts(t *testing.T) {
	b := open(t)
	if err := b.SetSeason(t.Context(), show, yuan(20), limit(10)); err != nil {
		t.Fatal(err)
	}
	if err := b.SetEpisode(t.Context(), id(3), yuan(5), nil); err != nil {
		t.Fatal(err)
	}
	r, err := b.Read(t.Context(), show, "CNY")
	if err != nil {
		t.Fatal(err)
	}
	if c := r.SeasonCap(limit(10)); *c != yuan(20) {
		t.Errorf("the season's is %s", c)
	}
	if c := r.SeasonCap(limit(12)); *c != yuan(12) {
		t.Errorf("after the script has changed the season's is %s", c)
	}
	if c := r.EpisodeCap(3, nil); *c != yuan(5) {
		t.Errorf("the episode's is %s", c)
	}
	if c := r.EpisodeCap(4, nil); c != nil {
		t.Errorf("another episode's is %s", c)
	}
}
