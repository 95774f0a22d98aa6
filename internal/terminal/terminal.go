// Package terminal keeps what a script, a template, a vendor or a file's name holds
// from doing something to the terminal that shows it: escape sequences, and controls
// that turn the order of what is read
// (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing). It draws
// nothing and knows no terminal.
package terminal

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Acts says whether a terminal does something at a character rather than show it.
// Line feeds and tabs are what they are.
func Acts(r rune) bool {
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

// Plain is a text with what would act written out: \x1b, \u202e.
func Plain(s string) string {
	if !strings.ContainsFunc(s, Acts) {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case !Acts(r):
			out.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// JSON is encoded JSON with what would act escaped as JSON escapes it: the same
// values, safe to be shown by cat. body is valid JSON, in which such characters stand
// only inside of strings.
func JSON(body []byte) []byte {
	if bytes.IndexFunc(body, Acts) < 0 {
		return body
	}
	out := make([]byte, 0, len(body)+64)
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		if r != utf8.RuneError && Acts(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = append(out, body[:size]...)
		}
		body = body[size:]
	}
	return out
}

// JSONWriter writes JSON so; each Write MUST hold whole characters, as encoders' do.
type JSONWriter struct{ Out io.Writer }

func (w JSONWriter) Write(p []byte) (int, error) {
	if _, err := w.Out.Write(JSON(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
