package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// maxAmount is the largest amount that a person may type, in units: far above any
// budget, far below what overflows.
const maxAmount = 1_000_000_000

// parseMoney reads "12.50" (in the given currency) or "12.50 CNY".
func parseMoney(s, currency string) (drama.Money, error) {
	bad := fmt.Errorf("read amount %q: want a number with at most six decimals and perhaps a currency, for example 12.50 or \"12.50 CNY\"", s)
	number, code, named := strings.Cut(strings.TrimSpace(s), " ")
	if named {
		code = strings.ToUpper(strings.TrimSpace(code))
		if len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return drama.Money{}, bad
		}
		if currency != "" && code != currency {
			return drama.Money{}, fmt.Errorf("read amount %q: the season's currency is %s", s, currency)
		}
		currency = code
	}
	whole, frac, _ := strings.Cut(number, ".")
	if whole == "" || len(frac) > 6 || strings.Trim(whole+frac, "0123456789") != "" {
		return drama.Money{}, bad
	}
	units, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || units > maxAmount {
		return drama.Money{}, bad
	}
	micros, err := strconv.ParseInt((frac + "000000")[:6], 10, 64)
	if err != nil {
		return drama.Money{}, bad
	}
	return drama.Money{Micros: units*drama.Micro + micros, Currency: currency}, nil
}
