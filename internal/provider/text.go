package provider

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxID is longer than any vendor's job id, bytes.
const maxID = 512

// Named says whether a text can be a vendor's id of a job: one word that can be shown.
func Named(s string) bool {
	return s != "" && len(s) <= maxID && utf8.ValidString(s) && Plain(s) == s && !strings.ContainsFunc(s, unicode.IsSpace)
}

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
