package lettering

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// thaiWords are Thai words, a line each; thai/README.md says whose.
//
//go:embed thai/words.txt.gz
var thaiWords []byte

// longestThai is how many letters the longest of them has.
const longestThai = 20

// thai is the dictionary, read when the first Thai text is set.
var thai = sync.OnceValue(func() map[string]struct{} {
	r, err := gzip.NewReader(bytes.NewReader(thaiWords))
	if err != nil {
		panic(fmt.Errorf("read the Thai words: %w", err)) // they are built in
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic(fmt.Errorf("read the Thai words: %w", err))
	}
	words := make(map[string]struct{}, bytes.Count(text, []byte("\n")))
	for word := range strings.Lines(string(text)) {
		words[strings.TrimSuffix(word, "\n")] = struct{}{}
	}
	return words
})

// words cuts a text of a script that writes no spaces: Thai at the ends of words that
// the dictionary knows, what it does not know and other scripts at those of syllables.
// The strength of a break after the last part says nothing. Other texts stay whole.
func words(text string, part func(text string, after Break)) {
	switch {
	case strings.IndexFunc(text, unspaced) < 0:
		part(text, Loose)
	case strings.IndexFunc(text, func(c rune) bool { return unicode.Is(unicode.Thai, c) }) < 0:
		syllables(text, func(text string, _ bool) { part(text, Loose) })
	default:
		known := wordsOf(text)
		from := 0
		for i, w := range known[:len(known)-1] {
			if between, ok := border(w, known[i+1]); ok {
				part(text[from:w.end], between)
				from = w.end
			}
		}
		part(text[from:], Loose)
	}
}

// kind is what is known of a part of a text.
type kind int

const (
	strange kind = iota // no Thai: Latin, digits, quotes
	unknown             // a syllable, as far as spelling tells
	known               // a word of the dictionary
)

// word is a part of a text, which ends at a byte of it.
type word struct {
	text string
	end  int
	kind kind
}

// border says how good it is to end a line between two words, and whether one may.
func border(a, b word) (Break, bool) {
	last, _ := utf8.DecodeLastRuneInString(a.text)
	first, _ := utf8.DecodeRuneInString(b.text)
	switch {
	case b.kind == strange:
		return Word, strings.ContainsRune("“‘«「『（(", first)
	case a.kind == strange && strings.ContainsRune("”’»」』）)", last):
		return Word, true
	case a.kind == strange:
		return Loose, unicode.IsLetter(last) || unicode.IsDigit(last)
	case a.kind == unknown || b.kind == unknown:
		return Loose, b.kind == known || plausible(b.text)
	case closing(b.text) || opening(a.text):
		return Clinging, true
	}
	return Word, true
}

// plausible says whether an unknown part is more than the letter that ends the word
// before it, or one that is written and not spoken.
func plausible(text string) bool {
	return !strings.HasSuffix(text, "์") && ownVowel(text, "") || utf8.RuneCountInString(text) > 2
}

// closing are words that belong to what stands before them: particles of politeness and
// mood.
func closing(word string) bool {
	switch word {
	case "ครับ", "ค่ะ", "คะ", "จ้ะ", "จ๊ะ", "จ้า", "นะ", "สิ", "ซิ", "ล่ะ", "ละ", "หรอก", "ไหม", "มั้ย", "เหรอ", "หรือ", "เลย", "ด้วย":
		return true
	}
	return false
}

// opening are words that belong to what stands after them: negations, what makes nouns and
// futures of verbs, and what begins a compound for a place or a trade.
func opening(word string) bool {
	switch word {
	case "ไม่", "อย่า", "การ", "ความ", "จะ", "กำลัง", "น่า", "นัก", "ชาว", "ผู้", "ช่าง", "โรง", "ห้อง", "เครื่อง":
		return true
	}
	return false
}

// wordsOf cuts a text with Thai in it into as few words as there can be, such that as
// little as possible is in no dictionary; of equal ways the one whose first word is the
// longest.
func wordsOf(text string) []word {
	at := clusters(text)
	n := len(at) - 1
	type way struct{ strange, words, to int }
	best := make([]way, n+1)
	for i := n - 1; i >= 0; i-- {
		best[i] = way{best[i+1].strange + 1, best[i+1].words, -(i + 1)}
		if !mayBegin(text, at[i]) {
			continue
		}
		for j := min(n, i+longestThai); j > i; j-- {
			if j < n && !mayBegin(text, at[j]) && !foreign(text[at[j]:]) && !repeats(text[at[j]:]) {
				continue
			}
			if _, ok := thai()[text[at[i]:at[j]]]; !ok {
				continue
			}
			if w := best[j]; w.strange < best[i].strange || w.strange == best[i].strange && w.words+1 < best[i].words {
				best[i] = way{w.strange, w.words + 1, j}
			}
		}
	}
	var all []word
	for i := 0; i < n; {
		if to := best[i].to; to > 0 {
			all = append(all, word{text[at[i]:at[to]], at[to], known})
			i = to
			continue
		}
		from := i
		for i++; i < n && best[i].to < 0 && foreign(text[at[i]:]) == foreign(text[at[from]:]); i++ {
		}
		if foreign(text[at[from]:]) {
			all = append(all, word{text[at[from]:at[i]], at[i], strange})
			continue
		}
		end := at[from]
		syllables(text[at[from]:at[i]], func(text string, _ bool) {
			end += len(text)
			if repeats(text) && len(all) > 0 && all[len(all)-1].kind == known {
				all[len(all)-1].end = end
				return
			}
			all = append(all, word{text, end, unknown})
		})
	}
	return all
}

// clusters are the bytes of a text at which a letter with its marks begins, and its end.
func clusters(text string) []int {
	at, rest, state := []int{0}, text, -1
	for rest != "" {
		_, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at = append(at, len(text)-len(rest))
	}
	return at
}

// mayBegin says whether a Thai word may begin at a byte of a text.
func mayBegin(text string, at int) bool {
	return !foreign(text[at:]) && !joins(text[:at], text[at:])
}

// repeats says whether a text begins with a mark of repetition or abbreviation, which
// belongs to the word before it.
func repeats(text string) bool {
	return strings.HasPrefix(text, "ๆ") || strings.HasPrefix(text, "ฯ")
}

// foreign says whether a text begins with something else than a Thai letter.
func foreign(text string) bool {
	c, _ := utf8.DecodeRuneInString(text)
	return !unicode.Is(unicode.Thai, c) || !unicode.IsLetter(c)
}
