package openrouter

import (
	"math/big"
	"regexp"

	"github.com/dailies/dailies/internal/drama"
)

// currency is that of all amounts here: https://openrouter.ai/docs/api/api-reference/video-generation/get-videos
const currency = "USD"

// decimal is an amount that is worth reading. What is longer, or has a larger
// exponent, is no price, and could be made to cost memory.
var decimal = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?$`)

// amount is a decimal number, exactly.
func amount(l literal) (*big.Rat, bool) {
	if !decimal.MatchString(string(l)) {
		return nil, false
	}
	return new(big.Rat).SetString(string(l))
}

// micros is an amount of USD in micro-units, rounded up.
func micros(usd *big.Rat) (*drama.Money, bool) {
	r := new(big.Rat).Mul(usd, big.NewRat(drama.Micro, 1))
	n, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	if n.Sign() < 0 || !n.IsInt64() {
		return nil, false
	}
	return &drama.Money{Micros: n.Int64(), Currency: currency}, true
}

// price is what OpenRouter says that a job has cost; nil: it says nothing that can
// be read. With a studio's own key at the maker the cost is OpenRouter's fee alone,
// and what the maker takes is not known.
func (u usage) price() *drama.Money {
	if u.IsBYOK {
		return nil
	}
	usd, ok := amount(u.Cost)
	if !ok {
		return nil
	}
	m, ok := micros(usd)
	if !ok {
		return nil
	}
	return m
}
