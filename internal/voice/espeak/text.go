package espeak

import (
	"strings"
	"time"
	"unicode"
)

// part is one clause and the pause before it.
type part struct {
	text string
	gap  time.Duration
}

// Pauses between clauses, after what ended the clause before.
const (
	gapComma = 130 * time.Millisecond
	gapStop  = 300 * time.Millisecond
	gapDots  = 450 * time.Millisecond
)

// clean takes out what espeak-ng would read as a command: control characters
// and the double brackets of its phoneme notation.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.NewReplacer("[[", "(", "]]", ")").Replace(s)
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

// clauses splits a line after the marks at which a reader breathes. A mark
// inside a word or number (3.5, o'clock, 10,000) does not split.
func clauses(s string) []part {
	var parts []part
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
			parts = append(parts, part{text: text, gap: gap})
			gap = pause
		}
		start, i = end, end-1
	}
	if text := strings.TrimSpace(string(runes[start:])); text != "" {
		parts = append(parts, part{text: text, gap: gap})
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
