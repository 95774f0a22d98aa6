package script

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/strictyaml"
)

// What YAML reads without complaint and no writer meant: text cut off as a comment,
// keys swallowed by the text before them, quotes that quote nothing.

// prose checks a text as written, n, for what YAML made of it.
func (d *decoder) prose(n *yaml.Node, f *field) {
	d.cutOff(n, f)
	if s := strings.TrimSpace(n.Value); strictyaml.Plain(n) && curled(s) {
		d.warnf(d.src.mark(n), `%s stands in curved quotes, which are part of the text for YAML and will be seen and spoken; write "straight quotes" if only the text is meant`, f.key)
	}
}

// curled says whether a text is as a whole in curved or full-width quotes.
func curled(s string) bool {
	open, size := utf8.DecodeRuneInString(s)
	end, last := utf8.DecodeLastRuneInString(s)
	if size+last > len(s) || !strings.ContainsRune("“‘＂＇„", open) || !strings.ContainsRune("”’＂＇“\"'", end) {
		return false
	}
	return !strings.ContainsAny(s[size:len(s)-last], "“”‘’＂＇„\"")
}

// cutOff tells of the rest of an unquoted text that YAML takes for a comment.
func (d *decoder) cutOff(n *yaml.Node, f *field) {
	t, ok := d.src.file.Trailing(n)
	if !ok {
		return
	}
	at := mark{src: d.src, line: t.Line, col: t.Col}
	const quotes = `put the text in "quotes"`
	const apart = `or, where it is a comment, two spaces before # and one after it`
	switch t.Meant() {
	case 0:
		d.hintf(at, quotes+", "+apart, "%s is cut off here: YAML takes %s for a comment", f.key, quote(t.Comment))
	case 1:
		d.warnf(at, "%s ends here, since YAML takes %s for a comment; if it is part of the text, %s, %s", f.key, quote(t.Comment), quotes, apart)
	}
}

var (
	hiddenByHash = regexp.MustCompile(`[:\-]\s+#\S`)
	startsKey    = regexp.MustCompile(`^(?:-\s+)?([A-Za-z_]+)\s*([:：])`)
	endsInKey    = regexp.MustCompile(`(?:[，；、]\s*([A-Za-z_]+)\s*[：:]|[,;]\s*([A-Za-z_]+)\s*：)`)
)

// noValue is the hint for a key without a value.
func (d *decoder) noValue(n *yaml.Node) string {
	if hiddenByHash.MatchString(d.src.file.Line(n.Line)) {
		return `YAML takes a # after a blank for a comment: put a text that begins with # in "quotes"`
	}
	return ""
}

// swallowed tells of keys that became part of the text before them, because their
// colon or the comma before them is not YAML's own. keys are those that the mapping
// n may have.
func (d *decoder) swallowed(n *yaml.Node, pairs []strictyaml.Pair, keys []string) {
	for _, p := range pairs {
		v := p.Value
		if !strictyaml.Plain(v) || v.Kind != yaml.ScalarNode {
			continue
		}
		found := false
		d.src.file.Continued(v, func(line, col int, text string) {
			m := startsKey.FindStringSubmatch(text)
			if found || m == nil || !slices.Contains(keys, m[1]) {
				return
			}
			found = true
			why := "there is no space after its colon"
			if m[2] == "：" {
				why = "its colon is the full-width " + strictyaml.Character('：')
			}
			d.collector.hintf(mark{src: d.src, line: line, col: col}, fmt.Sprintf("write %s: with a plain colon and a space", m[1]),
				"%s is read as more of the text of %s: %s", m[1], quote(p.Key.Value), why)
		})
		if found {
			continue
		}
		if !strings.ContainsAny(v.Value, "，；、：") {
			continue
		}
		if m := endsInKey.FindStringSubmatch(v.Value); m != nil && (slices.Contains(keys, m[1]) || slices.Contains(keys, m[2])) {
			d.collector.hintf(d.src.mark(v), "write a plain comma and a space between keys, and a plain colon and a space after each",
				"%s is read as more of the text of %s: its comma or colon is a full-width one", m[1]+m[2], quote(p.Key.Value))
			continue
		}
		if last, _ := utf8.DecodeLastRuneInString(v.Value); n.Style&yaml.FlowStyle != 0 && (last == '，' || last == '、') {
			d.warnf(d.src.mark(v), "the text of %s ends with %s, which is not YAML's comma and is part of the text", quote(p.Key.Value), strictyaml.Character(last))
		}
	}
}

// unknownKey is the hint for a key that is not one of known.
func (d *decoder) unknownKey(n *yaml.Node, p strictyaml.Pair, known []string) string {
	if hint, _ := misread(n, p, known); hint != "" {
		return hint
	}
	return d.didYouMean(p.Key.Value, known)
}

// misread explains a key that is none but a part of the text before it, or a key
// and its value in one, and says which known key that is.
func misread(n *yaml.Node, p strictyaml.Pair, known []string) (hint, meant string) {
	plain := strictyaml.Narrow(p.Key.Value)
	plain = strings.TrimLeft(plain, "- ") // a full-width dash begins no list
	word, rest, colon := strings.Cut(plain, ":")
	word = strings.TrimSpace(word)
	switch {
	case colon && slices.Contains(known, word):
		return fmt.Sprintf(`a plain colon and a space make a key: write "%s: %s"`, word, strings.TrimSpace(rest)), word
	case plain != p.Key.Value && slices.Contains(known, plain):
		return oddHint(p.Key.Value), plain
	case n.Style&yaml.FlowStyle != 0 && strictyaml.IsNull(p.Value) && p.Value.Value == "":
		return `the comma before it ended a text: put a text with a comma in "straight quotes"`, ""
	}
	return "", ""
}

// errorf and hintf name a character that only looks like the right one.
func (d *decoder) errorf(m mark, format string, args ...any) { d.hintf(m, "", format, args...) }

func (d *decoder) hintf(m mark, hint, format string, args ...any) {
	if m.node != nil && strictyaml.Plain(m.node) && len(m.node.Value) < 200 {
		if odd := oddHint(m.node.Value); odd != "" {
			if hint != "" {
				hint = "; " + hint
			}
			hint = odd + hint
		}
	}
	d.collector.hintf(m, hint, format, args...)
}

func oddHint(s string) string {
	r := strictyaml.Odd(s)
	if r == 0 {
		return ""
	}
	plain := strictyaml.Narrow(s)
	names := strings.FieldsFunc(plain, func(r rune) bool { return r == ',' || r == ' ' })
	if strings.Contains(plain, ",") && len(names) > 1 {
		return fmt.Sprintf("%s is not YAML's comma: write [%s]", strictyaml.Character(r), strings.Join(names, ", "))
	}
	return fmt.Sprintf("it holds %s: write %s", strictyaml.Character(r), quote(plain))
}
