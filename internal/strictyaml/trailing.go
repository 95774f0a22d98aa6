package strictyaml

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Trailing is what YAML takes for a comment right behind a plain scalar.
type Trailing struct {
	Line, Col int    // of the #
	Blanks    int    // between the text and the #
	Comment   string // from the # to the end of the line
}

// Trailing finds the comment behind a plain scalar, on the line where its text ends.
func (f *File) Trailing(n *yaml.Node) (Trailing, bool) {
	if !Plain(n) || n.Value == "" || len(n.Value) > 1<<16 {
		return Trailing{}, false
	}
	line, col := f.At(n)
	rest, blank := f.Line(line)[f.offset(line, col):], func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }
	for _, word := range strings.FieldsFunc(n.Value, blank) {
		rest = strings.TrimLeft(rest, " \t")
		for rest == "" && line < len(f.lines) {
			line++
			rest = strings.TrimLeft(f.Line(line), " \t")
		}
		after, ok := strings.CutPrefix(rest, word)
		if !ok {
			return Trailing{}, false
		}
		rest = after
	}
	comment := strings.TrimLeft(rest, " \t")
	if blanks := len(rest) - len(comment); blanks > 0 && strings.HasPrefix(comment, "#") {
		l := f.Line(line)
		return Trailing{line, utf8.RuneCountInString(l[:len(l)-len(comment)]) + 1, blanks, comment}, true
	}
	return Trailing{}, false
}

// Meant says how sure it is that a comment was meant to be one: 2 when it stands
// apart as comments do (two blanks before it, one after its mark), 1 when it does so
// in part, 0 when it looks like the rest of the text: "locker #14".
func (t Trailing) Meant() int {
	sure := 0
	if t.Blanks > 1 {
		sure++
	}
	if after := strings.TrimLeft(t.Comment, "#"); after == "" || after[0] == ' ' || after[0] == '\t' {
		sure++
	}
	return sure
}

// Continued calls each for every line of a plain scalar but its first, with the
// line's number and its text without indentation.
func (f *File) Continued(n *yaml.Node, each func(line, col int, text string)) {
	if !Plain(n) || n.Value == "" || n.Line < 1 {
		return
	}
	_, col := f.At(n)
	rest := f.Line(n.Line)[f.offset(n.Line, col):]
	if strings.HasPrefix(rest, n.Value) {
		return // all on its first line
	}
	words := strings.FieldsFunc(n.Value, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' })
	for at, line := 0, n.Line; at < len(words) && line <= len(f.lines); {
		rest = strings.TrimLeft(rest, " \t")
		if after, ok := strings.CutPrefix(rest, words[at]); ok {
			at, rest = at+1, after
			continue
		}
		if rest != "" {
			return
		}
		line++
		l := f.Line(line)
		if rest = strings.TrimLeft(l, " \t"); rest != "" {
			each(line, utf8.RuneCountInString(l[:len(l)-len(rest)])+1, rest)
		}
	}
}
