package dialect

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// placeholders are what each phrase may be filled with. A phrase that is not here does
// not exist. What stands between [[ and ]] vanishes where one of its placeholders is
// empty.
var placeholders = map[string][]string{
	"size": {"names", "on", "past"},
	// The camera.
	"framing": {"size", "angle", "lens", "names"}, "move": {"move"}, "lens": {"lens"}, "of": {"names"}, "anything": nil,
	// Who, where, what.
	"action": {"action"}, "person": {"name", "looks", "wardrobe"}, "worn": {"name", "wardrobe"}, "dressed": {"name", "wardrobe"},
	"place": {"where"}, "spot": {"name", "looks"}, "props": {"things"}, "thing": {"name", "looks"},
	"mention": {"name", "tag", "i"}, "trait": {"name", "traits"}, "narrator": nil,
	// The pictures.
	"bind_cast": {"name", "tags", "traits", "i"}, "bind_dressed": {"name", "tags", "traits", "i"}, "bind_prop": {"name", "tags", "i"}, "bind_location": {"name", "tags", "i"},
	"bind_face": {"name", "tags", "traits", "i"}, "bind_body": aspectPlaces, "bind_back": aspectPlaces, "bind_expression": aspectPlaces, "bind_reverse": aspectPlaces, "bind_detail": aspectPlaces,
	"opening": nil, "keep": nil, "known": {"people"}, "known_one": {"name", "traits"}, "twins": nil, "summary": {"subjects", "action"},
	"retain_cast": {"name", "wardrobe", "kept", "i", "shots"}, "retain_prop": {"name", "i", "shots"}, "retain_location": {"name", "i", "shots"},
	"summary_shots": {"subjects", "count"},
	// What is heard.
	"line": linePlaces, "vo": linePlaces, "os": linePlaces, "narration": linePlaces, "narration_of": linePlaces, "inner": linePlaces,
	"voice": {"name", "tag", "s"}, "voice_says": {"name", "says", "s"}, "ends": nil,
	"turn": nil, "shut": {"name"}, "pause": {"name"}, "silent": {"name"}, "silent_all": {"names"}, "only_lines": nil, "only_line": nil, "mute": nil, "wordless": nil,
	"talk": {"name"}, "talk_all": {"names"}, "unvoiced": nil, "sound": {"sound"}, "ambience": nil, "music": nil,
	// The rest.
	"mood": {"mood"}, "look": {"look"}, "note": {"note"}, "avoid": {"avoid"}, "covered": nil, "restraint": nil,
	"clean": nil, "clean_field": nil, "single": nil, "upright": {"ratio"},
	// How words stand in a row.
	"comma": nil, "and": nil, "semicolon": nil,
}

var aspectPlaces = []string{"name", "tags", "i"}

var linePlaces = []string{"who", "name", "tone", "lang", "tongue", "say", "s"}

// phrase is a text with places in it.
type phrase []piece

// piece is a literal, a place, or pieces that stand only together.
type piece struct {
	text  string
	place string
	maybe phrase
}

// parse reads a phrase; takes are the places that it may have.
func parse(text string, takes []string) (phrase, error) {
	p, rest, err := pieces(text, takes, false)
	if err == nil && rest != "" {
		return nil, fmt.Errorf("%q: ]] without [[", text)
	}
	return p, err
}

func pieces(text string, takes []string, inside bool) (p phrase, rest string, err error) {
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			p = append(p, piece{text: literal.String()})
			literal.Reset()
		}
	}
	for text != "" {
		switch {
		case !inside && strings.HasPrefix(text, "[["):
			flush()
			var maybe phrase
			if maybe, text, err = pieces(text[2:], takes, true); err != nil {
				return nil, "", err
			}
			p = append(p, piece{maybe: maybe})
		case inside && strings.HasPrefix(text, "]]"):
			flush()
			return p, text[2:], nil
		case text[0] == '{':
			name, after, ok := strings.Cut(text[1:], "}")
			if !ok || !slices.Contains(takes, name) {
				return nil, "", fmt.Errorf("%q has no place %q; there are %s", text, name, strings.Join(takes, ", "))
			}
			flush()
			p, text = append(p, piece{place: name}), after
		default:
			literal.WriteByte(text[0])
			text = text[1:]
		}
	}
	flush()
	if inside {
		return nil, "", fmt.Errorf("[[ without ]]")
	}
	return p, "", nil
}

// literals are all texts of a phrase that are no places.
func (p phrase) literals() string {
	var b strings.Builder
	for _, x := range p {
		b.WriteString(x.text + x.maybe.literals())
	}
	return b.String()
}

func (p phrase) places() (all []string) {
	for _, x := range p {
		if x.place != "" {
			all = append(all, x.place)
		}
		all = append(all, x.maybe.places()...)
	}
	return all
}

// fill puts values in the places. A value is never read as a phrase. Its own stop
// yields to that of the phrase, but a question stays one. The result is "" where a
// place that is not optional stays empty.
func (p phrase) fill(values map[string]string) string {
	f := filler{values: values}
	if !f.all(p) {
		return ""
	}
	return strings.TrimSpace(f.b.String())
}

type filler struct {
	values map[string]string
	b      strings.Builder
	ended  bool // what was written last is a value that ends with a question or an exclamation
	value  bool // what was written last is a value
	word   bool // what was written last is a tag such as @image_1, which a letter would make longer
}

func (f *filler) all(p phrase) bool {
	for _, x := range p {
		switch {
		case x.maybe != nil:
			if f.has(x.maybe) {
				f.all(x.maybe)
			}
		case x.place != "":
			v := f.values[x.place]
			if v == "" {
				return false
			}
			if x.place != "say" {
				v = clause(v)
			}
			f.b.WriteString(v)
			f.value, f.ended = true, ends(v)
			f.word = strings.HasPrefix(x.place, "tag") && isWord(v)
		default:
			if r, _ := utf8.DecodeRuneInString(x.text); f.word && unicode.IsLetter(r) {
				f.b.WriteByte(' ')
			}
			f.b.WriteString(f.joined(x.text))
			f.value, f.ended, f.word = false, false, false
		}
	}
	return true
}

func (f *filler) has(p phrase) bool {
	return !slices.ContainsFunc(p.places(), func(place string) bool { return f.values[place] == "" })
}

// joined is a literal as it follows what is written: the stop at its beginning falls
// away behind a question, and is Chinese behind Chinese.
func (f *filler) joined(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if !f.value || r != '.' && r != '。' {
		return text
	}
	last, _ := utf8.DecodeLastRuneInString(f.b.String())
	switch {
	case f.ended:
		return text[n:]
	case r == '.' && unicode.In(last, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return "。" + text[n:]
	}
	return text
}

// isWord says whether a tag is told from what follows by a space alone: @image_1.
func isWord(tag string) bool { return strings.HasPrefix(tag, "@") }

// clause has no stop at its end, to stand inside a sentence.
func clause(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, "...") {
		return s
	}
	return strings.TrimRight(s, ".,;:。，；：、 ")
}

// ends says whether a text ends a sentence by itself.
func ends(s string) bool {
	quoted := strings.TrimRight(s, "”’\"'」』)）")
	last, _ := utf8.DecodeLastRuneInString(quoted)
	if quoted != s && strings.ContainsRune(".。", last) {
		return true
	}
	return strings.HasSuffix(quoted, "...") || strings.ContainsRune("!?…！？", last)
}

// capital begins a sentence.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
