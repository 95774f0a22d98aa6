// Package prose reads the free texts of a script, English and Chinese, for what
// they name: things, verbs, weather, people. It knows words, not meaning: what is
// denied ("without a coat", 没有拿刀) is not named, a word inside another (表 in
// 表情) is not that word, and a verb belongs to whom its clause is about (Cast). It
// is pure and says the same of the same text always.
package prose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxBytes bounds how much of a text is looked at.
const maxBytes = 16 << 10

// maxNames is more than a cast has: what a script calls names is bounded, too.
const maxNames = 400

// Text is a text that has been read. The zero Text says nothing.
type Text struct {
	raw    string
	words  []word
	hidden []bool // bytes of raw that say nothing: denied, or of another's clause
	longer []span // words that may have others inside them
}

// word is a run of letters and digits; a run of Han is one word.
type word struct {
	text     string
	from, to int // bytes of raw
}

type span struct{ from, to int }

// Read reads texts as sentences of their own.
func Read(texts ...string) Text {
	raw := strings.ToLower(strings.ToValidUTF8(strings.Join(texts, " . "), ""))
	if len(raw) > maxBytes {
		raw = strings.ToValidUTF8(raw[:maxBytes], "")
	}
	t := Text{raw: raw, hidden: make([]bool, len(raw))}
	from := -1
	for i, r := range raw {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			if from < 0 {
				from = i
			}
			continue
		}
		if from >= 0 {
			t.words = append(t.words, word{raw[from:i], from, i})
			from = -1
		}
	}
	if from >= 0 {
		t.words = append(t.words, word{raw[from:], from, len(raw)})
	}
	t.longer = compounds(raw)
	t.deny()
	return t
}

// Named is the text with some names taken for names: the 雨 of 小雨 is no rain.
func (t Text) Named(names ...string) Text {
	longer := append([]span(nil), t.longer...)
	for _, n := range distinct(names) {
		if utf8.RuneCountInString(n) < 2 {
			continue
		}
		each(t.raw, n, func(at int) { longer = append(longer, span{at, at + len(n)}) })
	}
	t.longer = longer
	return t
}

// distinct are the names in small letters, each once, and no more than maxNames.
func distinct(names []string) (out []string) {
	seen := map[string]bool{"": true}
	for _, n := range names {
		if n = strings.ToLower(strings.TrimSpace(n)); !seen[n] && len(out) < maxNames {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// String is the text in small letters.
func (t Text) String() string { return t.raw }

// Words are the words in order, without those that are denied.
func (t Text) Words() []string {
	var out []string
	for _, w := range t.words {
		if !t.hidden[w.from] {
			out = append(out, w.text)
		}
	}
	return out
}

// Has says whether the text names one of the words. English ones are also found
// in the plural, the third person, in -ing and -ed; a phrase or a word in Han
// script is looked for as it stands.
func (t Text) Has(any ...string) bool {
	for _, s := range any {
		if t.find(s) >= 0 {
			return true
		}
	}
	return false
}

// First is which of the words stands first in the text; -1: none does.
func (t Text) First(any ...string) int {
	best, at := -1, len(t.raw)
	for i, s := range any {
		if p := t.find(s); p >= 0 && p < at {
			best, at = i, p
		}
	}
	return best
}

// At is where in the text the first of the words stands, in bytes; -1: nowhere.
func (t Text) At(any ...string) int {
	at := -1
	for _, s := range any {
		if p := t.find(s); p >= 0 && (at < 0 || p < at) {
			at = p
		}
	}
	return at
}

// find is the byte at which a word is first named; -1: it is not.
func (t Text) find(s string) int {
	if s == "" {
		return -1
	}
	if s[0] >= utf8.RuneSelf {
		found := -1
		each(t.raw, s, func(at int) {
			if found < 0 && !t.hidden[at] && !t.inside(at, at+len(s)) {
				found = at
			}
		})
		return found
	}
	if strings.ContainsAny(s, " -'") {
		found := -1
		each(t.raw, s, func(at int) {
			end := at + len(s)
			whole := (at == 0 || !letter(t.raw[at-1])) && (end == len(t.raw) || !letter(t.raw[end]))
			if found < 0 && whole && !t.hidden[at] {
				found = at
			}
		})
		return found
	}
	for _, w := range t.words {
		if len(w.text) >= len(s)-1 && w.text[0] == s[0] && !t.hidden[w.from] && form(w.text, s) && !t.inside(w.from, w.to) {
			return w.from
		}
	}
	return -1
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }

// form says whether w is s or one of its regular forms.
func form(w, s string) bool {
	if w == s {
		return true
	}
	if rest, ok := strings.CutPrefix(w, s); ok {
		switch rest {
		case "s", "es", "ing", "ed", "d":
			return rest != "d" || strings.HasSuffix(s, "e")
		}
		last := s[len(s)-1:]
		return len(s) > 2 && (rest == last+"ing" || rest == last+"ed")
	}
	if stem, ok := strings.CutSuffix(s, "e"); ok && w == stem+"ing" {
		return true
	}
	stem, ok := strings.CutSuffix(s, "y")
	return ok && len(stem) > 1 && (w == stem+"ies" || w == stem+"ied")
}

// inside says whether a word is part of a longer one that means something else.
func (t Text) inside(from, to int) bool {
	for _, l := range t.longer {
		if l.from <= from && to <= l.to && l.to-l.from > to-from {
			return true
		}
	}
	return false
}

// each calls f with the place of every occurrence of s in raw.
func each(raw, s string, f func(at int)) {
	for at := 0; ; {
		i := strings.Index(raw[at:], s)
		if i < 0 {
			return
		}
		f(at + i)
		at += i + len(s)
	}
}

// Hit is where a text names a word.
type Hit struct {
	Word int // index of the word asked for
	At   int // byte of the text
}

// All is every place where the text names one of the words as it stands, in
// order; the longer word wins where two begin at one place.
func (t Text) All(words ...string) []Hit {
	var out []Hit
	for i, s := range words {
		if s == "" {
			continue
		}
		each(t.raw, s, func(at int) {
			end := at + len(s)
			if t.hidden[at] || t.inside(at, end) || s[0] < utf8.RuneSelf && (at > 0 && letter(t.raw[at-1]) || end < len(t.raw) && letter(t.raw[end])) {
				return
			}
			out = append(out, Hit{i, at})
		})
	}
	slices.SortFunc(out, func(a, b Hit) int {
		if a.At != b.At {
			return a.At - b.At
		}
		return len(words[b.Word]) - len(words[a.Word])
	})
	return slices.CompactFunc(out, func(a, b Hit) bool { return a.At == b.At })
}

// Clause is the part of the text, up to a byte, that its clause has.
func (t Text) Clause(to int) string {
	s := t.raw[:to]
	if i := strings.LastIndexAny(s, ",.;:!?()\n，。；：！？、（）"); i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
	}
	return s
}
