package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Size is a number of bytes. In the file it is "1GiB", "512MiB", "20MB" or a bare
// number of bytes.
type Size int64

// String is the size in the largest unit that divides it.
func (s Size) String() string {
	for _, u := range units() {
		if s != 0 && u.bytes > 1 && strings.HasSuffix(u.name, "iB") && int64(s)%u.bytes == 0 {
			return strconv.FormatInt(int64(s)/u.bytes, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

type unit struct {
	name  string
	bytes int64
}

func units() []unit {
	return []unit{
		{"TiB", 1 << 40},
		{"GiB", 1 << 30},
		{"MiB", 1 << 20},
		{"KiB", 1 << 10},
		{"TB", 1e12},
		{"GB", 1e9},
		{"MB", 1e6},
		{"kB", 1e3},
		{"KB", 1e3},
		{"B", 1},
		{"", 1},
	}
}

// ParseSize reads a size.
func ParseSize(text string) (Size, error) {
	for _, u := range units() {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 {
			break
		}
		if n > math.MaxInt64/u.bytes {
			return 0, fmt.Errorf("%.40q is too large", text)
		}
		return Size(n * u.bytes), nil
	}
	return 0, fmt.Errorf("%.40q is not a size; write it like 1GiB or 512MiB", text)
}

// Price is an amount with its currency, like 0.02 CNY; empty: nothing.
type Price string

// Money is the amount.
func (p Price) Money() drama.Money {
	m, _ := parsePrice(string(p)) // was read before
	return m
}

func parsePrice(text string) (drama.Money, error) {
	if text == "" {
		return drama.Money{}, nil
	}
	number, currency, _ := strings.Cut(strings.TrimSpace(text), " ")
	micros, err := parseMicros(number)
	if err != nil || currency == "" && micros != 0 || currency != "" && !isCurrency(currency) {
		return drama.Money{}, fmt.Errorf("%.40q is not a price; write an amount with its currency, like 0.02 CNY", text)
	}
	return drama.Money{Micros: micros, Currency: currency}, nil
}

// parseMicros reads a plain decimal number exactly, in millionths.
func parseMicros(text string) (int64, error) {
	m := regexp.MustCompile(`^([0-9]{1,9})(?:\.([0-9]{1,6}))?$`).FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%.40q is not a rate; write a number with at most six decimals, like 7.1", text)
	}
	return strconv.ParseInt(m[1]+(m[2] + "000000")[:6], 10, 64)
}
