// Package line knows the text of a spoken line: what of it can be spoken, and
// where a reader breathes. It knows no voice.
package line

import (
	"strings"
	"time"
	"unicode"
)

// Part is one clause and the pause before it.
type Part struct {
	Text string
	Gap  time.Duration
}

// Pauses between clauses, after what ended the clause before.
const (
	gapComma = 130 * time.Millisecond
	gapStop  = 300 * time.Millisecond
	gapDots  = 450 * time.Millisecond
)

// Clean makes a line one line: without control characters, white space in one form.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// Sounds says whether there is anything to say: a letter or a number.
func Sounds(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// Shorten is a text for an error.
func Shorten(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// Clauses splits a clean line after the marks at which a reader breathes. A mark
// inside a word or number (3.5, o'clock, 10,000) does not split.
func Clauses(s string) []Part {
	var parts []Part
	runes := []rune(s)
	start, gap := 0, time.Duration(0)
	for i := 0; i < len(runes); i++ {
		pause := pauseAfter(runes[i])
		if pause == 0 {
			continue
		}
		end := i + 1
		for end < len(runes) && (pauseAfter(runes[end]) > 0 || strings.ContainsRune(`"'”’)」』`, runes[end])) {
			pause = max(pause, pauseAfter(runes[end]))
			end++
		}
		dots := end-i >= 3 && runes[i] == '.'
		if runes[i] < 0x2000 && end < len(runes) && runes[end] != ' ' && !dots {
			i = end - 1
			continue
		}
		if dots {
			pause = gapDots
		}
		if text := strings.TrimSpace(string(runes[start:end])); text != "" {
			parts = append(parts, Part{Text: text, Gap: gap})
			gap = pause
		}
		start, i = end, end-1
	}
	if text := strings.TrimSpace(string(runes[start:])); text != "" {
		parts = append(parts, Part{Text: text, Gap: gap})
	}
	return parts
}

func pauseAfter(r rune) time.Duration {
	switch r {
	case ',', ';', ':', '，', '；', '：', '、', '–', '—':
		return gapComma
	case '.', '!', '?', '。', '！', '？':
		return gapStop
	case '…':
		return gapDots
	}
	return 0
}
