// Package said compares what a take was heard to say with what its script has it say.
// It is pure: it hears nothing. Listeners mishear, so that it tells three things
// apart: what is another spelling of the same, which is nothing; what may be misheard,
// which a person should know; and what no mishearing explains.
package said

import (
	"fmt"
	"strings"
	"time"
)

// Heard is what a listener made of a take's sound.
type Heard struct {
	Text  string
	Words []Word // in order; none: it gives no times
}

// Word is a word with its time in the take. In Chinese it may be a character or more.
type Word struct {
	Text     string
	From, To time.Duration
}

// Result is a comparison.
type Result struct {
	Differences []Difference // in the order of the script
	// Lines says when each line is heard; nil: no line was recognised, or nobody told
	// times.
	Lines []Span
}

// Span is when a line is heard.
type Span struct {
	From, To time.Duration
	// Matched says that its words were heard; else it lies where there is room for it
	// between its neighbours.
	Matched bool
}

// Difference is something that is not said as written.
type Difference struct {
	Line int    // index into the lines
	Want string // as written; empty: nothing was wanted
	Got  string // as heard; empty: nothing was heard
	// Grave is what no listener's mistake explains; else it may be one.
	Grave   bool
	nothing bool // of all lines
}

// maxQuote is how much of a text is told, in characters.
const maxQuote = 60

// Nothing says that no line is said at all.
func (d Difference) Nothing() bool { return d.nothing }

// Words are the difference as a person is told it.
func (d Difference) Words() string {
	switch {
	case d.nothing:
		return "says nothing"
	case d.Got == "":
		return fmt.Sprintf("leaves out “%s”", quote(d.Want))
	case d.Want == "":
		return fmt.Sprintf("adds “%s”", quote(d.Got))
	}
	return fmt.Sprintf("says “%s” instead of “%s”", quote(d.Got), quote(d.Want))
}

func quote(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxQuote {
		return string(r[:maxQuote]) + "…"
	}
	return s
}

// Thresholds, in syllables: a Chinese character is one, a kana one, a word a third of
// its letters. What listeners get wrong in clean speech is a word at a time, by one
// that sounds the same: in Chinese, where most words have two characters, two
// characters. Without a dictionary of sounds, two characters that differ are therefore
// no finding; three are worth a look; four, or most of a line, are another text.
const (
	graveRun   = 4
	doubtfully = 3
	// doubtWord is where a word of an alphabet that is not even alike is told: what
	// sounds like another word is mostly spelled like it too.
	doubtWord = 2
	// drift is the share of a line that may differ in small things, and driftLeast how
	// long the line is for that to mean anything.
	drift, driftLeast = 0.5, 6
	// recognised is the share of a line that must be heard for its times to be
	// believed.
	recognised = 0.6
)

// Compare holds what was heard against the lines of a shot, in their order. Names are
// people and places of the script: listeners spell them as they like. Length is the
// take's.
func Compare(lines []string, heard Heard, language string, names []string, length time.Duration) Result {
	w := wanted(lines, language, names)
	if len(w.units) == 0 {
		return Result{} // nothing to be said: what is heard is not this package's to judge
	}
	got := listened(heard, language)
	got.trim(w)
	if len(got.units) == 0 {
		all := strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
		return Result{Differences: []Difference{{Want: all, Grave: weigh(w.units) >= doubtfully, nothing: true}}}
	}
	c := comparison{want: w, got: got, steps: align(w.units, got.units)}
	return Result{Differences: c.differences(), Lines: c.spans(length)}
}

// script is all lines as one text.
type scripted struct {
	text
	lines []string // NFKC, for quoting
	first []int    // the first unit of each line, and the number of all
	line  []int    // of each unit
}

func wanted(lines []string, language string, names []string) scripted {
	var s scripted
	for i, l := range lines {
		t := read(l, language)
		s.first = append(s.first, len(s.units))
		off := len(s.raw)
		s.raw += t.raw + "\n"
		for _, u := range t.units {
			if len(s.units) == maxUnits {
				break
			}
			u.from, u.to = u.from+off, u.to+off
			s.units, s.line = append(s.units, u), append(s.line, i)
		}
		s.lines = append(s.lines, t.raw)
	}
	s.first = append(s.first, len(s.units))
	for _, n := range names {
		s.mark(read(n, language).units)
	}
	return s
}

// mark finds a name, or any word of it, in the lines.
func (s *scripted) mark(name []unit) {
	for i := range s.units {
		n := 0
		for n < len(name) && i+n < len(s.units) && s.units[i+n].key == name[n].key {
			n++
		}
		// A word alone is part of a name (Mara of Mara Quill); of characters it takes
		// them all, or two.
		for k := range n {
			if name[k].word || n == len(name) || n >= 2 {
				s.units[i+k].name = true
			}
		}
	}
	for i := range s.units {
		for _, u := range name {
			if u.word && len(u.key) > 2 && s.units[i].key == u.key {
				s.units[i].name = true
			}
		}
	}
}

// listening is what was heard as one text, with the time of each of its bytes' words.
type listening struct {
	text
	spans []timed
}

type timed struct {
	from, to int // bytes
	Word
}

// listened reads the words where they have times, else the text.
func listened(h Heard, language string) listening {
	var l listening
	if len(h.Words) == 0 {
		l.text = read(h.Text, language)
		return l
	}
	var b strings.Builder
	last := kindNone
	for _, w := range h.Words {
		t := strings.TrimSpace(normal(w.Text))
		if t == "" {
			continue
		}
		kind := kindOf(first(t))
		if b.Len() > 0 && (kind != last || kind == kindWord || kind == kindNone) {
			b.WriteByte(' ')
		}
		from := b.Len()
		b.WriteString(t)
		l.spans = append(l.spans, timed{from: from, to: b.Len(), Word: w})
		last = kindOf(lastRune(t))
	}
	l.text = read(b.String(), language)
	return l
}
