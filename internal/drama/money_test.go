package drama_test

import (
	"math"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

func TestConvertRoundsUpAndRefusesOverflow(t *testing.T) {
	x := drama.Exchange{AsOf: "2026-11-01", Rates: map[string]int64{"CNY": 1_000_000, "USD": 7_100_000}}
	for _, c := range []struct {
		in   drama.Money
		to   string
		want int64
	}{
		{drama.Money{Micros: 1_000_000, Currency: "USD"}, "CNY", 7_100_000},
		{drama.Money{Micros: 1, Currency: "CNY"}, "USD", 1}, // a seventh of a micro-unit is one
		{drama.Money{Micros: 7_100_000, Currency: "CNY"}, "USD", 1_000_000},
		{drama.Money{Micros: 7_100_001, Currency: "CNY"}, "USD", 1_000_001},
		{drama.Money{Micros: 5, Currency: "CNY"}, "CNY", 5},
		{drama.Money{}, "USD", 0},
	} {
		got, err := x.Convert(c.in, c.to)
		if err != nil || got != (drama.Money{Micros: c.want, Currency: c.to}) {
			t.Errorf("%s in %s is %s, %v; want %d micros", c.in, c.to, got, err, c.want)
		}
	}
	for _, in := range []drama.Money{{Micros: math.MaxInt64, Currency: "USD"}, {Micros: 1, Currency: "JPY"}} {
		if got, err := x.Convert(in, "CNY"); err == nil {
			t.Errorf("%s in CNY is %s, want an error", in, got)
		}
	}
}

func TestAddKeepsCurrenciesApart(t *testing.T) {
	cny := func(n int64) drama.Money { return drama.Money{Micros: n, Currency: "CNY"} }
	if got, err := cny(2).Add(cny(3)); err != nil || got != cny(5) {
		t.Errorf("2+3 = %v, %v", got, err)
	}
	if got, err := (drama.Money{}).Add(cny(3)); err != nil || got != cny(3) {
		t.Errorf("nothing+3 = %v, %v", got, err)
	}
	if got, err := cny(1).Add(drama.Money{Micros: 1, Currency: "USD"}); err == nil {
		t.Errorf("CNY+USD = %v", got)
	}
	if got, err := cny(math.MaxInt64).Add(cny(1)); err == nil {
		t.Errorf("overflow = %v", got)
	}
}

func TestMoneyReadsAsPeopleWriteIt(t *testing.T) {
	for want, m := range map[string]drama.Money{
		"12.50 CNY": {Micros: 12_500_000, Currency: "CNY"}, "-0.000001 USD": {Micros: -1, Currency: "USD"}, "0.00 CNY": {Currency: "CNY"}, "0.00": {},
	} {
		if got := m.String(); got != want {
			t.Errorf("%d micros read %q, want %q", m.Micros, got, want)
		}
	}
}
