package kling

import (
	"bytes"
	"encoding/json"
	"math/big"
	"regexp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// unit is what Kling's unit of account is listed at. models.yaml counts in units
// at the price of China.
type unit struct{ money drama.Money }

// globalHost is for accounts outside China, which pay in dollars.
const globalHost = "api-singapore.klingai.com"

// unitAt is the list price of a unit: CNY 1 at https://klingai.com, USD 0.14 at
// https://kling.ai/document-api/pricing/base/video. Packs are sold with discounts
// that the API does not tell.
func unitAt(base string) unit {
	if hostOf(base) == globalHost {
		return unit{drama.Money{Micros: 140_000, Currency: "USD"}}
	}
	return unit{drama.Money{Micros: 1_000_000, Currency: "CNY"}}
}

// price turns the facts' CNY into what a unit costs here.
func (u unit) price(models []provider.Model) []provider.Model {
	out := make([]provider.Model, len(models))
	for i, m := range models {
		rates := make([]provider.Rate, len(m.Rates))
		for k, r := range m.Rates {
			if r.PerSecond != nil {
				r.PerSecond = &drama.Money{Micros: r.PerSecond.Micros * u.money.Micros / 1_000_000, Currency: u.money.Currency}
			}
			if r.PerTake != nil {
				r.PerTake = &drama.Money{Micros: r.PerTake.Micros * u.money.Micros / 1_000_000, Currency: u.money.Currency}
			}
			rates[k] = r
		}
		m.Rates = rates
		out[i] = m
	}
	return out
}

// with adds so many units to a sum; nil stays nil.
func (u unit) with(sum *drama.Money, units string) *drama.Money {
	if sum == nil {
		return nil
	}
	more, ok := times(u.money, units)
	if !ok {
		return nil
	}
	total, err := sum.Add(more)
	if err != nil {
		return nil
	}
	return &total
}

// amount is a decimal that is worth counting with.
var amount = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,12})?$`)

// times is so much of the money, rounded up to the micro-unit.
func times(money drama.Money, decimal string) (drama.Money, bool) {
	if !amount.MatchString(decimal) {
		return drama.Money{}, false
	}
	r, ok := new(big.Rat).SetString(decimal)
	if !ok {
		return drama.Money{}, false
	}
	r.Mul(r, new(big.Rat).SetInt64(money.Micros))
	n, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	return drama.Money{Micros: n.Int64(), Currency: money.Currency}, true
}

// paid is what a task cost; nil where Kling does not say, or in words that do not
// add up to one sum of money.
func (u unit) paid(t task) *drama.Money {
	if len(t.Billing) == 0 {
		return u.paidLegacy(t)
	}
	sum := drama.Money{}
	for _, b := range t.Billing {
		each := u.money
		switch {
		case b.ChargeType == "cash" && len(b.Currency) == 3:
			each = drama.Money{Micros: 1_000_000, Currency: b.Currency}
		case b.ChargeType != "unit" && b.ChargeType != "": // a task that failed has an amount of 0 of nothing
			return nil
		}
		m, ok := times(each, string(b.Amount))
		if !ok || b.ChargeType == "" && m.Micros != 0 {
			return nil
		}
		var err error
		if sum, err = sum.Add(m); err != nil {
			return nil
		}
	}
	return &sum
}

// paidLegacy counts units. Money is told without its currency there.
func (u unit) paidLegacy(t task) *drama.Money {
	switch raw := bytes.TrimSpace(t.BalanceDeduction); string(raw) {
	case "", "null", `""`, `"0"`, "0", "{}":
	default:
		var quota struct {
			Quota wire.Text `json:"quota"`
		}
		if json.Unmarshal(raw, &quota) != nil || quota.Quota != "" && quota.Quota != "0" {
			return nil
		}
	}
	if t.UnitDeduction == "" {
		return nil
	}
	m, ok := times(u.money, string(t.UnitDeduction))
	if !ok {
		return nil
	}
	return &m
}
