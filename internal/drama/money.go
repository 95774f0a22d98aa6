package drama

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Micro is one unit of a currency in micro-units.
const Micro = 1_000_000

// Money is an exact amount: integer micro-units of a named currency (ISO 4217).
// The zero Money is nothing in any currency.
type Money struct {
	Micros   int64  `json:"micros"`
	Currency string `json:"currency"`
}

// UnmarshalJSON reads what a Money is written as, and a bare number of micro-units,
// as runs of the first release wrote prices whose currency stood beside them.
func (m *Money) UnmarshalJSON(b []byte) error {
	if micros, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		*m = Money{Micros: micros}
		return nil
	}
	type bare Money
	return json.Unmarshal(b, (*bare)(m))
}

// Add sums two amounts of one currency; an amount of zero micros takes the
// other's currency. It errs on different currencies and on overflow.
func (m Money) Add(n Money) (Money, error) {
	switch {
	case n.Micros == 0 && m.Currency != "":
		return m, nil
	case m.Micros == 0 && n.Currency != "":
		return n, nil
	case m.Currency != n.Currency:
		return Money{}, fmt.Errorf("add %s to %s: currencies differ; convert first", n, m)
	}
	sum := m.Micros + n.Micros
	if (sum > m.Micros) != (n.Micros > 0) {
		return Money{}, fmt.Errorf("add %s to %s: amount too large", n, m)
	}
	return Money{Micros: sum, Currency: m.Currency}, nil
}

// Less says whether m is below n; both must be of one currency.
func (m Money) Less(n Money) bool { return m.Micros < n.Micros }

// PerMinute is what a length costs where m is the price of a minute, every second begun
// counting, rounded up to the micro-unit.
func (m Money) PerMinute(length time.Duration) Money {
	seconds := int64((max(length, 0) + time.Second - 1) / time.Second)
	whole, rest := m.Micros/60, m.Micros%60 // no product that could overflow
	m.Micros = whole*seconds + (rest*seconds+59)/60
	return m
}

// Shares divides an amount by weights of 0 and more, rounded down; the last takes what is
// left, so that together they are the amount.
func (m Money) Shares(weights []int64) []Money {
	total, left := int64(0), m.Micros
	for _, w := range weights {
		total += w
	}
	all := make([]Money, len(weights))
	for i, w := range weights {
		part := left
		if i < len(weights)-1 {
			part = 0
			if total > 0 {
				part = new(big.Int).Quo(new(big.Int).Mul(big.NewInt(m.Micros), big.NewInt(w)), big.NewInt(total)).Int64()
			}
		}
		all[i] = Money{Micros: part, Currency: m.Currency}
		left -= part
	}
	return all
}

// String is "12.50 CNY", with up to six decimals and at least two.
func (m Money) String() string {
	sign, abs := "", uint64(m.Micros)
	if m.Micros < 0 {
		sign, abs = "-", uint64(-m.Micros)
	}
	frac := fmt.Sprintf("%06d", abs%Micro)
	for len(frac) > 2 && frac[len(frac)-1] == '0' {
		frac = frac[:len(frac)-1]
	}
	return strings.TrimSpace(fmt.Sprintf("%s%d.%s %s", sign, abs/Micro, frac, m.Currency))
}

// Exchange converts between currencies. Rates are the value of one unit of a
// currency in the table's base currency, in micro-units of the base (USD 7.1
// CNY is 7_100_000), as of a date.
type Exchange struct {
	AsOf  string           `json:"as_of"`
	Rates map[string]int64 `json:"rates"`
}

// Convert turns m into the named currency, rounding up to the micro-unit so that
// a cap is never passed by rounding.
func (x Exchange) Convert(m Money, to string) (Money, error) {
	if m.Currency == to || m.Micros == 0 {
		return Money{Micros: m.Micros, Currency: to}, nil
	}
	from, okFrom := x.Rates[m.Currency]
	into, okInto := x.Rates[to]
	if !okFrom || !okInto || from <= 0 || into <= 0 {
		return Money{}, fmt.Errorf("convert %s to %s: the exchange table of %s has no such rate; add it to the config", m, to, x.AsOf)
	}
	q, rest := new(big.Int).QuoRem(new(big.Int).Mul(big.NewInt(m.Micros), big.NewInt(from)), big.NewInt(into), new(big.Int))
	if rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() {
		return Money{}, fmt.Errorf("convert %s to %s: amount too large", m, to)
	}
	return Money{Micros: q.Int64(), Currency: to}, nil
}
