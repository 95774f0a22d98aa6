package main

import (
	"fmt"
	"strings"
)

// plain shows what a script, a template, a vendor or a file's name would do to the
// terminal instead of doing it: escape sequences, and controls that turn the order
// of what is read (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
// Lines and tabs stay.
func plain(s string) string {
	if !strings.ContainsFunc(s, acts) {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case !acts(r):
			out.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// acts says whether a terminal does something at a character rather than show it.
func acts(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r <= 0x9f: // C0 and C1
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // embeddings, overrides, isolates
		return true
	}
	return false
}
