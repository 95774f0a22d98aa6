package said

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A unit is what is compared at a time: a word; in Chinese, Japanese, Korean and Thai
// a character; of a number a digit.
type unit struct {
	key      string
	sound    string // of an English word: its consonants
	from, to int    // bytes of the text
	weight   int    // syllables, about
	word     bool
	name     bool
}

// text is what is written, with its units.
type text struct {
	raw   string // NFKC
	units []unit
}

// maxUnits is how much of a text is compared: two minutes of speech.
const maxUnits = 600

// read splits a text into units. Language is a BCP 47 tag.
func read(raw, language string) text {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	t := text{raw: norm.NFKC.String(raw)}
	units := tokens(t.raw)
	if primary == "en" {
		units = english(t.raw, units)
	}
	units = numbers(units, primary)
	t.units = units[:min(len(units), maxUnits)]
	return t
}

// span is the text from unit i up to and without unit j, as written.
func (t text) span(i, j int) string {
	if i >= j {
		return ""
	}
	return strings.TrimSpace(t.raw[t.units[i].from:t.units[j-1].to])
}

// Kinds of characters.
const (
	kindNone  = iota // between words
	kindWord         // of a word
	kindDigit        // 0 to 9
	kindHan
	kindKana
	kindAlone // of a script that is written without spaces, or in syllables
	kindSign  // a currency, per cent
)

func kindOf(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return kindDigit
	case unicode.Is(unicode.Han, r) && unicode.IsLetter(r), r == '〇':
		return kindHan
	case unicode.In(r, unicode.Hiragana, unicode.Katakana) && unicode.IsLetter(r):
		return kindKana
	case unicode.In(r, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return kindAlone
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
		return kindWord
	case unicode.Is(unicode.Sc, r), r == '%':
		return kindSign
	}
	return kindNone
}

// tokens are the words, characters, runs of digits and signs of a text.
func tokens(raw string) []unit {
	var all []unit
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRuneInString(raw[i:])
		kind, end := kindOf(r), i+size
		switch kind {
		case kindWord, kindDigit:
			end = run(raw, i, kind)
		case kindAlone:
			for end < len(raw) { // its marks
				m, n := utf8.DecodeRuneInString(raw[end:])
				if !unicode.IsMark(m) {
					break
				}
				end += n
			}
		}
		u := unit{key: raw[i:end], from: i, to: end}
		switch kind {
		case kindWord:
			u.key, u.word = foldWord(u.key), true
			u.weight = (utf8.RuneCountInString(u.key) + 2) / 3
		case kindHan:
			u.key, u.weight = string(foldHan(r)), 1
		case kindKana:
			u.key, u.weight = string(foldKana(r)), 1
		case kindDigit, kindAlone, kindSign:
			u.weight = 1
		}
		if kind != kindNone && u.key != "" {
			all = append(all, u)
		}
		i = end
	}
	return all
}

// run is where a word or number ends that begins at i. A word keeps an apostrophe
// inside it, a number its points and groups: 3.5, 1,000.
func run(raw string, i, kind int) int {
	end := i
	for end < len(raw) {
		r, n := utf8.DecodeRuneInString(raw[end:])
		if kindOf(r) != kind {
			inside := kind == kindWord && (r == '\'' || r == '’') || kind == kindDigit && (r == '.' || r == ',')
			next, _ := utf8.DecodeRuneInString(raw[min(end+n, len(raw)):])
			if !inside || end+n >= len(raw) || kindOf(next) != kind {
				break
			}
		}
		end += n
	}
	return end
}

// english spells out contractions and what is written in several ways.
func english(raw string, in []unit) []unit {
	var out []unit
	for _, u := range in {
		parts := []string{u.key}
		if u.word {
			parts = contracted(strings.ToLower(raw[u.from:u.to]), u.key)
		}
		for _, p := range parts {
			v := u
			v.key = p
			if u.word {
				v.weight, v.sound = (len(p)+2)/3, consonants(p)
			}
			out = append(out, v)
		}
	}
	return out
}

// endings are what follows an apostrophe, or stands around it.
var endings = []struct{ short, full string }{{"n't", "not"}, {"'re", "are"}, {"'ll", "will"}, {"'ve", "have"}, {"'m", "am"}, {"'d", "would"}}

// contractions by what is written without an apostrophe, where that is no other word.
var contractions = map[string]string{
	"im": "i am", "youre": "you are", "theyre": "they are", "weve": "we have", "youve": "you have", "theyve": "they have", "ive": "i have",
	"youll": "you will", "theyll": "they will", "itll": "it will", "thatll": "that will", "its": "it is", "thats": "that is",
	"hes": "he is", "shes": "she is", "theres": "there is", "heres": "here is", "whats": "what is", "wheres": "where is", "whos": "who is", "lets": "let us",
	"dont": "do not", "doesnt": "does not", "didnt": "did not", "isnt": "is not", "arent": "are not", "wasnt": "was not", "werent": "were not",
	"havent": "have not", "hasnt": "has not", "hadnt": "had not", "couldnt": "could not", "shouldnt": "should not", "wouldnt": "would not",
	"cant": "can not", "cannot": "can not", "wont": "will not", "aint": "is not", "gonna": "going to", "gotta": "got to", "wanna": "want to",
	"okay": "ok", "alright": "all right", "mr": "mister", "mrs": "missus", "dr": "doctor", "til": "till", "until": "till", "cuz": "because",
}

func contracted(written, word string) []string {
	if full, ok := contractions[word]; ok {
		return strings.Fields(full)
	}
	written = strings.ReplaceAll(written, "’", "'")
	for _, e := range endings {
		if stem, ok := strings.CutSuffix(written, e.short); ok && stem != "" {
			return []string{foldWord(stem), e.full}
		}
	}
	return []string{word}
}

// consonants are what is left of an English word that is misheard for another: here and
// hear, no and know, right and write.
func consonants(word string) string {
	for _, silent := range []struct{ begins, as string }{{"kn", "n"}, {"wr", "r"}, {"wh", "w"}, {"ps", "s"}} {
		if rest, ok := strings.CutPrefix(word, silent.begins); ok {
			word = silent.as + rest
			break
		}
	}
	word = strings.NewReplacer("gh", "", "ck", "k", "ph", "f", "ce", "s", "ci", "s").Replace(word)
	var b strings.Builder
	last := rune(0)
	for i, r := range word {
		if r == 'c' || r == 'q' {
			r = 'k'
		}
		if strings.ContainsRune("aeiouy", r) || i > 0 && (r == 'w' || r == 'h' && !strings.ContainsRune("tscp", last)) {
			last = r
			continue
		}
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// fillers are sounds that actors make and listeners leave out, and the other way round.
var fillers = []string{"um", "uh", "uhm", "er", "erm", "ah", "oh", "eh", "hm", "hmm", "mm", "嗯", "呃", "啊", "呢", "吧", "哦", "呀", "嘛", "哎", "诶", "えっと", "あの", "este", "pues"}

func filler(u unit) bool { return slices.Contains(fillers, u.key) }

// negations turn a line around. Listeners miss them too, so that a person is told.
var negations = []string{"not", "no", "never", "none", "nobody", "nothing", "不", "没", "别", "未", "莫", "nunca", "jamas"}

func negation(u unit) bool { return slices.Contains(negations, u.key) }
