// Package phrase has what programs say of takes and plans as codes with their figures, so
// that a reader has it in their own language. It is words alone: it decides nothing and
// imports nothing.
package phrase

import (
	"regexp"
	"strings"
	"sync"
)

// Phrase is something said, by its code: a code of the table, or Plain.
type Phrase struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"` // figures and names, as they are written
	// Of are phrases inside of it, a list.
	Of []Phrase `json:"of,omitempty"`
}

// Plain is the code of a text that has none: its only argument, in whatever language.
const Plain = "text"

// Say is a phrase with its arguments.
func Say(code string, args ...string) Phrase { return Phrase{Code: code, Args: args} }

// Listing is a phrase about a list of others.
func Listing(code string, of []Phrase, args ...string) Phrase {
	return Phrase{Code: code, Args: args, Of: of}
}

// Text is what others say, as it is.
func Text(text string) Phrase { return Say(Plain, text) }

// Words are the languages that phrases are told in.
const (
	English = "en"
	Chinese = "zh"
)

// String is the phrase in English.
func (p Phrase) String() string { return p.In(English) }

// In is the phrase in a language; English, where it is not told in that.
func (p Phrase) In(language string) string {
	if p.Code == Plain {
		return strings.Join(p.Args, " ")
	}
	forms, known := table[p.Code]
	if !known {
		return strings.Join(append([]string{p.Code}, p.Args...), " ") // of a later release
	}
	form, comma := forms[0], ", "
	if chinese(language) {
		form, comma = forms[1], "、"
	}
	pairs := make([]string, 0, 2*len(p.Args)+2)
	for i, arg := range p.Args {
		pairs = append(pairs, place(i), arg)
	}
	return strings.NewReplacer(append(pairs, list, each(p.Of, language, comma))...).Replace(form)
}

// plainly are what runs say in words alone, in whose histories no codes stand.
var plainly = sync.OnceValue(func() map[string]*regexp.Regexp {
	forms := map[string]*regexp.Regexp{}
	for _, code := range []string{"run.used", "run.nobody", "run.unasked", "run.unshown", "run.resumed", "run.cancelled", "run.no-still", "run.came-along"} {
		form := regexp.QuoteMeta(table[code][0])
		for i := range strings.Count(form, `\{`) {
			form = strings.Replace(form, regexp.QuoteMeta(place(i)), `(\S+)`, 1)
		}
		forms[code] = regexp.MustCompile("^" + form + "$")
	}
	return forms
})

// Read is the phrase of what a run says in words alone, of those few that it does.
func Read(text string) (Phrase, bool) {
	for code, form := range plainly() {
		if m := form.FindStringSubmatch(text); m != nil {
			return Say(code, m[1:]...), true
		}
	}
	return Phrase{}, false
}

// Join is what is said one after another.
func Join(all []Phrase, language string) string {
	if chinese(language) {
		return each(all, language, "；")
	}
	return each(all, language, "; ")
}

// Strings are phrases in English.
func Strings(all []Phrase) []string {
	var out []string
	for _, p := range all {
		out = append(out, p.String())
	}
	return out
}

// Codes are all codes that there are.
func Codes() []string {
	var all []string
	for code := range table {
		all = append(all, code)
	}
	return all
}

func chinese(language string) bool {
	return language == Chinese || strings.HasPrefix(language, Chinese+"-")
}

func each(all []Phrase, language, between string) string {
	var texts []string
	for _, p := range all {
		texts = append(texts, p.In(language))
	}
	return strings.Join(texts, between)
}

// list is where the phrases inside of one stand in its form, place where an argument does.
const list = "{of}"

func place(i int) string { return "{" + string(rune('0'+i)) + "}" }
