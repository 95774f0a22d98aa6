// Package listen is the contract for whoever writes down what is said in a take: sound
// in, words out, with their times where the listener has them. Implementations lie in
// folders beside it (openai, qwen); listentest holds them to the contract. What the
// words mean for the take is package said's to say, and the caller's.
package listen

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Transcriber writes down what is said. It is safe for concurrent use.
type Transcriber interface {
	// Model is what listens, as it is recorded with what it has heard.
	Model() string
	// Hear writes down one sound. It MUST NOT retry and MUST return when ctx ends.
	// Silence is an empty Transcript, not an error. Errors are *provider.Error, without a
	// credential in their words; an answer that is no transcript is one too. What it
	// gives has passed Clean.
	Hear(ctx context.Context, s Sound, h Hint) (Transcript, error)
}

// Sound is what is listened to: mono 16-bit PCM at Rate Hz.
type Sound struct {
	Samples []int16
	Rate    int
}

// Hint is what a listener may know before. It never holds the line itself: a listener
// that is told the line hears the line.
type Hint struct {
	Language string   // BCP 47; empty: whatever it is
	Terms    []string // names to expect, as the script spells them
}

// Transcript is what was heard.
type Transcript struct {
	Text     string `json:"text"`
	Language string `json:"language,omitempty"` // as the listener calls it
	Words    []Word `json:"words,omitempty"`    // in order; nil: it has no times
}

// Word is a word with its time in the sound. In Chinese it may be a character or more.
type Word struct {
	Word  string        `json:"word"`
	Start time.Duration `json:"start"`
	End   time.Duration `json:"end"`
}

// Limits of a transcript: a take's sound lasts MaxLength at most.
const (
	MaxLength = 2 * time.Minute
	maxText   = 4000 // characters
	maxWords  = 1000
	maxWord   = 100 // characters
	maxName   = 40
)

// Clean makes a listener's answer fit to be kept, whatever it holds: printable, of
// bounded length, its words in order within a sound of the given length. Times that
// cannot be are dropped, all of them, since then none can be believed.
func (t Transcript) Clean(length time.Duration) Transcript {
	out := Transcript{Text: plain(t.Text, maxText), Language: plain(t.Language, maxName)}
	const slack = 500 * time.Millisecond // listeners work in steps, and pad
	last := time.Duration(0)
	for _, w := range t.Words {
		word := plain(w.Word, maxWord)
		if word == "" {
			continue
		}
		if w.Start < 0 || w.End < w.Start || w.Start < last-slack || w.Start > length+slack || len(out.Words) == maxWords {
			out.Words = nil
			break
		}
		start := min(max(w.Start, last), length)
		last = start
		out.Words = append(out.Words, Word{Word: word, Start: start, End: min(max(w.End, start), length)})
	}
	if out.Text == "" {
		for i, w := range out.Words {
			if i > 0 {
				out.Text += " "
			}
			out.Text += w.Word
		}
		out.Text = plain(out.Text, maxText)
	}
	out.Words = slices.Clip(out.Words)
	return out
}

// plain is a text on one line that does nothing to who shows it, of so many characters.
func plain(s string, most int) string {
	if len(s) > 8*most {
		s = s[:8*most]
	}
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
