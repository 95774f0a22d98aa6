package access

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store/mem"
)

func TestActsAreKeptNewestFirstByShow(t *testing.T) {
	a := Audit{Store: mem.New()}
	var want []Act
	for i := range 7 {
		act := Act{At: noon.Add(time.Duration(i) * time.Second), Who: "ana", Role: Editor, Operation: "put-circle", Show: "pier", Target: fmt.Sprintf("/x/%d", i), Status: 200}
		ctx := Recording(t.Context(), &act)
		Changed(ctx, map[string]int{"take": i}, map[string]int{"take": i + 1})
		Costs(ctx, drama.Money{Micros: int64(i + 1), Currency: "CNY"}, drama.Money{})
		if err := a.Write(t.Context(), act); err != nil {
			t.Fatal(err)
		}
		want = append([]Act{act}, want...)
	}
	if err := a.Write(t.Context(), Act{At: noon, Who: "root", Operation: "log-in", Target: "/api/v1/session"}); err != nil {
		t.Fatal(err)
	}
	var got []Act
	pages := 0
	for after := ""; ; pages++ {
		acts, next, err := a.List(t.Context(), "pier", after, 3)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, acts...)
		if after = next; next == "" {
			break
		}
	}
	if d := cmp.Diff(want, got); d != "" || pages != 2 {
		t.Errorf("%d further pages: %s", pages, d)
	}
	if string(got[0].After) != `{"take":7}` {
		t.Errorf("after is %s", got[0].After)
	}
	house, _, err := a.List(t.Context(), "", "", 10)
	if err != nil || len(house) != 1 || house[0].Operation != "log-in" {
		t.Errorf("the house's: %v, %v", house, err)
	}
	long := Act{At: noon.Add(time.Hour), Show: "pier", Target: "/x\x1b[2J" + strings.Repeat("y", 5000)}
	Changed(Recording(t.Context(), &long), strings.Repeat("z", maxChange), nil)
	if err := a.Write(t.Context(), long); err != nil {
		t.Fatal(err)
	}
	acts, _, err := a.List(t.Context(), "pier", "", 1)
	if err != nil || len(acts[0].Target) > 1100 || strings.Contains(acts[0].Target, "\x1b") || len(acts[0].Before) > 100 {
		t.Errorf("a long one: %d, %d, %v", len(acts[0].Target), len(acts[0].Before), err)
	}
}

func TestATokensDayIsCounted(t *testing.T) {
	c := &clock{noon}
	p := Purses{Store: mem.New(), Now: c.now, Exchange: drama.Exchange{Rates: map[string]int64{"CNY": 1_000_000, "USD": 7_000_000}}}
	ana := Actor{Name: "ana", Token: "a1", Role: Editor, Spend: drama.Money{Micros: 100, Currency: "CNY"}}
	draw := func(a Actor, n int64, currency string) error {
		return p.Draw(t.Context(), a, drama.Money{Micros: n, Currency: currency})
	}
	if err := draw(ana, 60, "CNY"); err != nil {
		t.Fatal(err)
	}
	if err := draw(ana, 41, "CNY"); !errors.Is(err, ErrDay) || !strings.Contains(err.Error(), "0.00004 CNY of 0.0001 CNY") {
		t.Errorf("over the day: %v", err)
	}
	if err := draw(ana, 5, "USD"); err != nil {
		t.Errorf("what is left: %v", err)
	}
	if err := draw(ana, 1, "USD"); !errors.Is(err, ErrDay) {
		t.Errorf("over it in another currency: %v", err)
	}
	if err := draw(ana, 1, "EUR"); err == nil {
		t.Error("a currency without a rate was drawn")
	}
	leo := ana
	leo.Token = "b2"
	if err := draw(leo, 100, "CNY"); err != nil {
		t.Errorf("another token: %v", err)
	}
	if err := draw(Owner(), 1e12, "CNY"); err != nil {
		t.Errorf("the owner: %v", err)
	}
	c.t = noon.Add(12 * time.Hour)
	if err := draw(ana, 100, "CNY"); err != nil {
		t.Errorf("the next day: %v", err)
	}
	// Of many at once, no more are let through than fit.
	c.t = noon.Add(48 * time.Hour)
	errs := make(chan error, 20)
	for range 20 {
		go func() { errs <- draw(ana, 30, "CNY") }()
	}
	through := 0
	for range 20 {
		if <-errs == nil {
			through++
		}
	}
	if through > 3 {
		t.Errorf("%d of 30 went through 100", through)
	}
}

func TestStreamsAndSpendsOfATokenAreCounted(t *testing.T) {
	c := &clock{noon}
	l := &Limits{Now: c.now}
	var open []func()
	for range streamsAtOnce {
		done, err := l.Stream("a1")
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, done)
	}
	var limit *LimitError
	if _, err := l.Stream("a1"); !errors.As(err, &limit) {
		t.Errorf("one more: %v", err)
	}
	if _, err := l.Stream("b2"); err != nil {
		t.Errorf("another token: %v", err)
	}
	open[0]()
	open[0]() // ends once
	if _, err := l.Stream("a1"); err != nil {
		t.Errorf("after one ended: %v", err)
	}
	if _, err := l.Stream("a1"); err == nil {
		t.Error("ending twice made room for two")
	}
	for range spendsAMinute {
		if err := l.Spend("a1"); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Spend("a1"); !errors.As(err, &limit) || limit.After > 4*time.Second {
		t.Errorf("one more spend: %v", err)
	}
}

func TestCountingManyAddressesStaysSmall(t *testing.T) {
	c := &clock{noon}
	l := &Limits{Now: c.now}
	for range loginsAMinute {
		l.Failed("203.0.113.9")
	}
	for i := range 3 * maxCounted {
		c.t = c.t.Add(time.Millisecond)
		l.Failed(fmt.Sprint(i))
	}
	if len(l.buckets) > maxCounted {
		t.Errorf("%d addresses are kept", len(l.buckets))
	}
	if err := l.Login("203.0.113.9"); err == nil {
		t.Error("who guessed was forgotten because others came")
	}
}
