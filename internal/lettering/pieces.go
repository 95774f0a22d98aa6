package lettering

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Break says how good it is to end a line somewhere.
type Break int

// From the worst to the best.
const (
	Torn     Break = iota // inside a word that no line holds
	Clinging              // before a particle that belongs to what it follows
	Loose                 // between ideographs or syllables, where no word's end is known
	Word
	Clause
	Sentence
)

// Piece is a part of a text that a line does not divide, with the space after it.
type Piece struct {
	Text  string
	After Break // how good a line's end after it is

	width, bare int // with and without the space at its end
}

// Pieces cuts a paragraph where a line may end. A word that is wider than room is
// cut between its letters, never inside one.
func Pieces(paragraph, language string, room Room) []Piece {
	var all []Piece
	add := func(text string, after Break) {
		p := Piece{Text: text, After: after, width: room.Measure(text)}
		p.bare = p.width
		if bare := strings.TrimRightFunc(text, unicode.IsSpace); len(bare) < len(text) {
			p.bare = room.Measure(bare)
		}
		all = append(all, p)
	}
	var segment strings.Builder
	rest, state := paragraph, -1
	for rest != "" {
		var part string
		part, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		segment.WriteString(part)
		if rest != "" && joined(segment.String(), rest, language) {
			continue
		}
		whole := segment.String()
		words(whole, func(text string, after Break) {
			if whole = whole[len(text):]; whole == "" {
				after = strength(text, rest, language)
			}
			if room.Measure(strings.TrimRightFunc(text, unicode.IsSpace)) <= room.Limit {
				add(text, after)
				return
			}
			syllables(text, func(text string, lastSyllable bool) {
				tear(text, room, func(text string, last bool) {
					if last && lastSyllable {
						add(text, after)
					} else {
						add(text, Torn)
					}
				})
			})
		})
		segment.Reset()
	}
	return all
}

// joined says whether a line shall not end between two parts although Unicode lets
// it: Korean breaks between words, and so does what has a dash or slash in it.
func joined(before, after, language string) bool {
	a, _ := utf8.DecodeLastRuneInString(before)
	b, _ := utf8.DecodeRuneInString(after)
	switch {
	case unicode.Is(unicode.Hangul, a) && unicode.Is(unicode.Hangul, b):
		return true
	case a == '/' || a == '}' || unicode.IsDigit(b) && a == '-':
		return true
	case (a == '…' || a == '—') && (b == a):
		return true
	case unicode.IsSpace(a):
		return false
	}
	// Hangul and the Latin or digits beside it are one word.
	return unicode.Is(unicode.Hangul, a) && alphabetic(b) || alphabetic(a) && unicode.Is(unicode.Hangul, b)
}

func alphabetic(r rune) bool { return r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// closers may stand behind the mark that ends a sentence or clause.
const closers = "”’\"')）」』》〉】］ 　\t"

// strength is how good it is to end a line after text, before rest.
func strength(text, rest, language string) Break {
	runes := []rune(strings.TrimRight(text, closers))
	if len(runes) == 0 {
		return Word
	}
	last := runes[len(runes)-1]
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case strings.ContainsRune(".!?…。！？‥؟۔।॥။៕", last):
		return Sentence
	case strings.ContainsRune(",;:—–，、；：،؛၊·", last):
		return Clause
	case strings.HasSuffix(text, " ") || strings.HasSuffix(text, "\u200b") || strings.HasSuffix(text, "\u3000"):
		return Word
	case ideographic(last) && ideographic(next):
		return between(last, next, language)
	}
	return Loose
}

// between judges a break inside a run of ideographs and kana, by rules that need no
// dictionary: a particle stays with its word, and in Japanese a word rather begins
// with a character than with its ending.
func between(last, next rune, language string) Break {
	kana := unicode.In(next, unicode.Hiragana)
	switch {
	case strings.HasPrefix(language, "ja"):
		if kana {
			return Clinging
		}
		if unicode.Is(unicode.Hiragana, last) {
			return Word
		}
		return Loose
	case strings.ContainsRune("的了着过吗呢吧啊呀嘛们地得么嗎過們著個个", next):
		return Clinging
	case strings.ContainsRune("的了们吗呢吧們嗎", last):
		return Word
	}
	return Loose
}

func ideographic(c rune) bool {
	return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) || c == 'ー'
}

// tear cuts a word between grapheme clusters into parts that fit, and not between a
// virama and the letter it joins.
func tear(word string, room Room, part func(text string, last bool)) {
	var now strings.Builder
	rest, state := word, -1
	for rest != "" {
		from := rest
		for {
			_, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
			if rest == "" || !joins(from[:len(from)-len(rest)], rest) {
				break
			}
		}
		cluster := from[:len(from)-len(rest)]
		if now.Len() > 0 && room.Measure(now.String()+strings.TrimRightFunc(cluster, unicode.IsSpace)) > room.Limit {
			part(now.String(), false)
			now.Reset()
		}
		now.WriteString(cluster)
	}
	part(now.String(), true)
}

// joins says whether a virama, a leading vowel or a joiner binds what follows.
func joins(before, after string) bool {
	a, _ := utf8.DecodeLastRuneInString(before)
	b, _ := utf8.DecodeRuneInString(after)
	switch a {
	case 0x94d, 0x9cd, 0xa4d, 0xacd, 0xb4d, 0xbcd, 0xc4d, 0xccd, 0xd4d, 0xdca, 0x1039, 0x17d2, 0x200d:
		return true
	}
	return leads(a) || follows(b)
}
