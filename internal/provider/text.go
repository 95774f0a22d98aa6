package provider

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain makes a text of a vendor's fit for a terminal, a log and a record: one line,
// without control and escape characters and without those that turn the direction
// of what stands beside them or cannot be seen.
func Plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200c' || r == '\u200d': // joiners that some scripts are written with
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), r == utf8.RuneError:
			return ' '
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
