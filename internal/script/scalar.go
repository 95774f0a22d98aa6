package script

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/strictyaml"
)

// maxText bounds one text, in characters.
const maxText = 20_000

// scalar returns the text of n as written, or "" after saying what is wrong. YAML's
// own idea of the value (a number, a date, false) is not asked for.
func (d *decoder) scalar(n *yaml.Node, f *field, want string) (string, mark) {
	s, m := d.passage(n, f, want)
	if i := strings.IndexFunc(s, strictyaml.Isolate); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		d.errorf(m, "%s holds the character U+%04X, which turns the direction of what follows: a name or a title would look like another; remove it", f.key, r)
		return "", mark{}
	}
	return s, m
}

// passage is scalar for prose, which may hold parts in a direction of their own.
func (d *decoder) passage(n *yaml.Node, f *field, want string) (string, mark) {
	m := d.src.mark(n)
	if n.Kind != yaml.ScalarNode {
		d.wrongKind(n, f, want)
		return "", mark{}
	}
	s := strings.TrimSpace(n.Value)
	if s == "" {
		if f.need || want != "a text" {
			d.errorf(m, "%s is empty; %s is wanted", f.key, want)
		}
		return "", mark{}
	}
	for _, r := range s {
		if strictyaml.Forbidden(r) || r == '\t' {
			d.errorf(m, "%s holds the character U+%04X, which is not allowed in a text", f.key, r)
			return "", mark{}
		}
	}
	if !strictyaml.Balanced(s) {
		d.errorf(m, "%s holds a part in a direction of its own (U+2066 to U+2068) that does not end in its line, or an end (U+2069) without one; write both or neither", f.key)
		return "", mark{}
	}
	if utf8.RuneCountInString(s) > maxText {
		d.errorf(m, "%s has more than %d characters", f.key, maxText)
		return "", mark{}
	}
	return s, m
}

// text is a name or a title; lines are kept.
type text struct {
	mark
	Text string
}

func (t *text) decode(d *decoder, n *yaml.Node, f *field) {
	t.Text, t.mark = d.scalar(n, f, "a text")
	if t.set() {
		d.prose(n, f)
	}
}

// prose is any text that people read as a whole, in whatever direction.
type prose struct{ text }

func (p *prose) decode(d *decoder, n *yaml.Node, f *field) {
	p.Text, p.mark = d.passage(n, f, "a text")
	if p.set() {
		d.prose(n, f)
	}
}

// ident is a name for a character, location, prop, route or provider.
type ident struct {
	mark
	Text string
}

func (i *ident) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a name")
	if !m.set() {
		return
	}
	if !drama.ValidID(s) {
		d.hintf(m, idHint(s, f.key), "%s is not a name: small letters a-z, digits and dashes, at most 64", quote(s))
		return
	}
	i.Text, i.mark = s, m
}

// slate is a scene's or shot's number.
type slate struct {
	mark
	Text string
}

func (s *slate) decode(d *decoder, n *yaml.Node, f *field) {
	v, m := d.scalar(n, f, "a slate such as 1A")
	if !m.set() {
		return
	}
	if !drama.ValidSlate(v) {
		d.errorf(m, "%s is not a slate: digits, then letters, digits or dashes (1A, 12-B), at most 32", quote(v))
		return
	}
	s.Text, s.mark = v, m
}

// fromLink is another shot's frame.
type fromLink struct {
	mark
	Slate, Frame string
}

func (l *fromLink) decode(d *decoder, n *yaml.Node, f *field) { l.read(d, n, f, "last") }

// toLink is a frame to end on: of a shot alone it is the first.
type toLink struct{ fromLink }

func (l *toLink) decode(d *decoder, n *yaml.Node, f *field) { l.read(d, n, f, "first") }

// read is a shot's frame; which, where only the shot is named, is alone.
func (l *fromLink) read(d *decoder, n *yaml.Node, f *field, alone string) {
	v, m := d.scalar(n, f, "a shot such as 1A."+alone)
	if !m.set() {
		return
	}
	at, frame, dotted := strings.Cut(v, ".")
	if !dotted {
		frame = alone
	}
	if !drama.ValidSlate(at) || frame != "last" && frame != "first" {
		d.errorf(m, "%s is not a frame of a shot; write 1A.last or 1A.first", quote(v))
		return
	}
	l.Slate, l.Frame, l.mark = at, frame, m
}

// lang is a language tag in its usual spelling (zh-Hans, pt-BR).
type lang struct {
	mark
	Text string
}

func (l *lang) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a language such as en")
	if !m.set() {
		return
	}
	tag, ok := language(s)
	if !ok {
		hint := ""
		if t := languageMeant(strictyaml.Narrow(s)); t != "" {
			hint = fmt.Sprintf("did you mean %q?", t)
		}
		what := "is not a language tag (BCP 47) such as en, zh or pt-BR"
		if _, formed := languageForm(s); formed {
			what = "is no language that is registered (BCP 47), such as en, zh or pt-BR"
		}
		d.hintf(m, hint, "%s %s", quote(s), what)
		return
	}
	l.Text, l.mark = tag, m
}

// burn is a language or none.
type burn struct {
	mark
	Text string // "" for none
}

func (b *burn) decode(d *decoder, n *yaml.Node, f *field) {
	if n.Kind == yaml.ScalarNode && n.Style == 0 {
		switch strings.ToLower(strings.TrimSpace(n.Value)) {
		case "no":
			d.hintf(d.src.mark(n), "write none for no subtitles in the picture, or nb for Norwegian", "burn: no may mean either")
			return
		case "off", "false", "n", "yes", "true", "on", "y":
			d.hintf(d.src.mark(n), "write none, or a language such as en", "%s is not a language", quote(n.Value))
			return
		}
	}
	if n.Kind == yaml.ScalarNode && strings.EqualFold(n.Value, "none") {
		b.mark = d.src.mark(n)
		return
	}
	var l lang
	l.decode(d, n, f)
	b.Text, b.mark = l.Text, l.mark
}

// choice is a word from a closed list, kept in the list's spelling.
type choice struct {
	mark
	Text string
}

func (c *choice) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "one of "+strings.Join(f.enum, ", "))
	if !m.set() {
		return
	}
	w, ok := canonical(s, f.enum)
	if !ok {
		d.hintf(m, d.didYouMean(s, f.enum), "%s is not a known %s", quote(s), f.key)
		return
	}
	c.Text, c.mark = w, m
}

// path is a file of the show's folder, as written.
type path struct {
	mark
	Text string
}

func (p *path) decode(d *decoder, n *yaml.Node, f *field) {
	s, m := d.scalar(n, f, "a path")
	if !m.set() {
		return
	}
	d.cutOff(n, f)
	switch {
	case strings.Contains(s, "://"):
		d.errorf(m, "%s is an address; a file of the show's folder is wanted", quote(s))
	case strings.ContainsAny(s, "\\\n"):
		d.errorf(m, "%s is not a path; separate folders with /", quote(s))
	case strings.HasPrefix(s, "/") || strings.HasPrefix(s, "~"):
		d.errorf(m, "%s is not relative; name files from this one's folder", quote(s))
	case len(s) > 1024:
		d.errorf(m, "a path of more than 1024 bytes")
	default:
		p.Text, p.mark = s, m
	}
}

// texts is a text by language; one plain text is in the season's language.
type texts struct {
	mark
	Plain  text
	ByLang dict[text]
}

func (t *texts) decode(d *decoder, n *yaml.Node, f *field) {
	if n.Kind != yaml.MappingNode {
		t.Plain.decode(d, n, f)
		t.mark = t.Plain.mark
		return
	}
	t.mark = d.src.mark(n)
	for _, p := range d.pairs(n) {
		var l lang
		l.decode(d, p.Key, f)
		if !l.set() {
			continue
		}
		var v text
		need := &field{key: p.Key.Value, need: true}
		d.value(p.Value, reflect.ValueOf(&v).Elem(), need)
		if v.set() {
			t.ByLang = append(t.ByLang, entry[text]{Key: ident(l), Value: v})
		}
	}
}

// tongues are voices by language.
type tongues struct {
	mark
	ByLang []tongue
}

type tongue struct {
	lang
	Voice tongueSyntax
}

func (t *tongues) decode(d *decoder, n *yaml.Node, f *field) {
	t.mark = d.src.mark(n)
	if n.Kind != yaml.MappingNode {
		d.wrongKind(n, f, "a mapping of languages")
		return
	}
	for _, p := range d.pairs(n) {
		var one tongue
		one.decode(d, p.Key, f)
		if !one.set() {
			continue
		}
		d.value(p.Value, reflect.ValueOf(&one.Voice).Elem(), &field{key: p.Key.Value})
		t.ByLang = append(t.ByLang, one)
	}
}

// seasonLink is the season file's path, or the season itself.
type seasonLink struct {
	mark
	Path   path
	Inline *seasonSyntax
}

func (l *seasonLink) decode(d *decoder, n *yaml.Node, f *field) {
	l.mark = d.src.mark(n)
	if n.Kind == yaml.MappingNode {
		l.Inline = &seasonSyntax{}
		d.mapping(n, reflect.ValueOf(l.Inline).Elem(), f)
		return
	}
	l.Path.decode(d, n, f)
}

// routeSyntax is a list of providers, or a rule with a condition.
type routeSyntax struct {
	mark
	When  *whenSyntax
	Use   []ident
	Order choice
}

func (r *routeSyntax) decode(d *decoder, n *yaml.Node, f *field) {
	r.mark = d.src.mark(n)
	if n.Kind != yaml.MappingNode {
		d.sequence(n, reflect.ValueOf(&r.Use).Elem(), f)
		return
	}
	var rule routeRule
	d.mapping(n, reflect.ValueOf(&rule).Elem(), f)
	r.When, r.Use, r.Order = rule.When, rule.Use, rule.Order
}
