package elevenlabs

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/line"
)

// alignment says when each character of the text is spoken, seconds.
type alignment struct {
	Characters []string  `json:"characters"`
	From       []float64 `json:"character_start_times_seconds"`
	To         []float64 `json:"character_end_times_seconds"`
}

// slack is how far the times may go beyond the sound before it counts as cut
// short, seconds.
const slack = 1

// within errs when the sound ends well before its last character is spoken.
func (a *alignment) within(samples int) error {
	if a == nil || len(a.To) == 0 {
		return nil
	}
	if last, have := a.To[len(a.To)-1], float64(samples)/sampleRate; last > have+slack {
		return fmt.Errorf("cut short: %.2f s of %.2f", have, last)
	}
	return nil
}

// clauses are the spans of the text's clauses in the trimmed sound, from which cut
// samples went at the beginning; nil when the times are missing or not those of
// this text. A clause that makes no sound has no span.
func clauses(text string, a *alignment, cut, samples int) []voice.Clause {
	if a == nil || len(a.From) != len(a.Characters) || len(a.To) != len(a.Characters) || strings.Join(a.Characters, "") != text {
		return nil
	}
	var out []voice.Clause
	at, last := 0, 0 // the next character, the end of the clause before
	for _, p := range line.Clauses(text) {
		first, end := a.span(&at, p.Text)
		if !line.Sounds(p.Text) {
			continue
		}
		if end < 0 {
			return nil
		}
		from := min(max(int(a.From[first]*sampleRate)-cut, last), samples)
		to := min(max(int(a.To[end]*sampleRate)-cut, last), samples)
		if to <= from {
			return nil
		}
		out = append(out, voice.Clause{Text: p.Text, From: from, To: to})
		last = to
	}
	return out
}

// span finds a part of the text among the characters from at on and moves at
// behind it. end is negative when it is not there.
func (a *alignment) span(at *int, text string) (first, end int) {
	for *at < len(a.Characters) && strings.TrimSpace(a.Characters[*at]) == "" {
		*at++
	}
	first, end = *at, -1
	for n := utf8.RuneCountInString(text); n > 0 && *at < len(a.Characters); *at++ {
		n -= utf8.RuneCountInString(a.Characters[*at])
		end = *at
	}
	return first, end
}
