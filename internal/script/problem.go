package script

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/dailies/dailies/internal/strictyaml"
)

// MaxPrinted is how many problems Format prints before it only counts.
const MaxPrinted = 100

// Severity says whether a problem stops a render.
type Severity int

// A script with an error is not rendered; a warning is worth a look.
const (
	Error Severity = iota
	Warning
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Problem is one thing wrong with a script and where it is written. Line and Col
// are 1-based, Col in characters; both are 0 where a whole file is meant.
type Problem struct {
	File     string   `json:"file"` // as typed
	Line     int      `json:"line,omitempty"`
	Col      int      `json:"col,omitempty"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"` // what to write instead: did you mean "x"?
	Severity Severity `json:"severity"`
	Source   string   `json:"source,omitempty"` // the line as written, or a part of a long one
	At       int      `json:"at,omitempty"`     // the place in Source, in characters, 1-based
	Span     int      `json:"span,omitempty"`   // characters the caret underlines
}

// String is one line: file:line:col: message; hint.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(printable(p.File))
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Col)
	}
	b.WriteString(": ")
	if p.Severity == Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(printable(p.Message))
	if p.Hint != "" {
		b.WriteString("; " + printable(p.Hint))
	}
	return b.String()
}

// Problems is everything found in one or more files, in the order of the files.
type Problems []Problem

// HasErrors says whether anything but warnings was found.
func (ps Problems) HasErrors() bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return p.Severity == Error })
}

// Errors are the problems that stop a render.
func (ps Problems) Errors() Problems { return ps.only(Error) }

// Warnings are the problems that do not.
func (ps Problems) Warnings() Problems { return ps.only(Warning) }

func (ps Problems) only(s Severity) Problems {
	var out Problems
	for _, p := range ps {
		if p.Severity == s {
			out = append(out, p)
		}
	}
	return out
}

// Format prints at most MaxPrinted problems, each with its line and a caret under
// the place, then a count. Errors come before warnings when not all fit. The
// caret stands right under wide characters and tabs too. color adds ANSI colours;
// nothing else in the output can reach a terminal as a control character.
func (ps Problems) Format(w io.Writer, color bool) error {
	shown := ps
	if len(ps) > MaxPrinted {
		shown = append(ps.Errors(), ps.Warnings()...)[:MaxPrinted]
	}
	var b strings.Builder
	for _, p := range shown {
		p.format(&b, color)
	}
	if n := len(ps) - len(shown); n > 0 {
		fmt.Fprintf(&b, "and %d more problems\n", n)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("print problems: %w", err)
	}
	return nil
}

func (p Problem) format(b *strings.Builder, color bool) {
	paint := func(code, s string) string {
		if !color {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[0m"
	}
	kind := "31;1"
	if p.Severity == Warning {
		kind = "33;1"
	}
	head := printable(p.File)
	if p.Line > 0 {
		head += fmt.Sprintf(":%d:%d", p.Line, p.Col)
	}
	b.WriteString(paint("1", head+":") + " ")
	if p.Severity == Warning {
		b.WriteString(paint(kind, "warning:") + " ")
	}
	b.WriteString(printable(p.Message))
	if p.Hint != "" {
		b.WriteString("; " + printable(p.Hint))
	}
	b.WriteByte('\n')
	if p.Line == 0 || p.Source == "" {
		return
	}
	line, pad, under := window(p.Source, or(p.At, p.Col), p.Span)
	number := fmt.Sprintf("%5d", p.Line)
	b.WriteString(paint("2", number+" |") + " " + line + "\n")
	b.WriteString(paint("2", "      |") + " " + strings.Repeat(" ", pad) + paint(kind, strings.Repeat("^", under)) + "\n")
}

// Window sizes of an excerpt, in characters: long lines are shown around the place.
const (
	excerptBefore = 60
	excerptLength = 110
)

// window returns what to print of a source line, how many columns lie before the
// caret and how many the caret covers.
func window(source string, col, span int) (line string, pad, under int) {
	runes := []rune(source)
	at := min(max(col-1, 0), len(runes))
	from := 0
	if len(runes) > excerptLength && at > excerptBefore {
		from = at - excerptBefore
	}
	to := min(len(runes), from+excerptLength)
	show := func(rs []rune) string {
		return printable(strings.ReplaceAll(string(rs), "\t", "    "))
	}
	lead, tail := "", ""
	if from > 0 {
		lead = "…"
	}
	if to < len(runes) {
		tail = "…"
	}
	before := lead + show(runes[from:at])
	end := min(at+max(span, 1), to)
	return before + show(runes[at:to]) + tail, displayWidth(before), max(1, displayWidth(show(runes[at:end])))
}

// displayWidth counts the columns that s takes on a terminal.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			switch width.LookupRune(r).Kind() {
			case width.EastAsianWide, width.EastAsianFullwidth:
				n += 2
			default:
				n++
			}
		}
	}
	return n
}

// printable replaces what must not reach a terminal.
func printable(s string) string {
	clean := func(r rune) rune {
		if strictyaml.Forbidden(r) || r == '\n' || r == '\t' {
			return utf8.RuneError
		}
		return r
	}
	return strings.Map(clean, s)
}

// collector gathers the problems of one load, each place and message once.
type collector struct {
	list Problems
	seen map[string]bool
	full map[*source]int // problems per file
	near int             // searches for a near word so far
}

// maxPerFile bounds what a hostile file can make us remember; the rest of the
// file is not reported.
const maxPerFile = 2000

func (c *collector) add(m mark, s Severity, hint, format string, args ...any) {
	p := Problem{Line: m.line, Col: m.col, Message: fmt.Sprintf(format, args...), Hint: hint, Severity: s}
	if m.src != nil {
		p.File = m.src.shown
		if c.full == nil {
			c.full = map[*source]int{}
		}
		c.full[m.src]++
		switch n := c.full[m.src]; {
		case n == maxPerFile:
			// An error in any case: what is not reported may be one.
			p.Message, p.Hint, p.Severity = "too many problems; the rest of this file is not reported", "", Error
		case n > maxPerFile:
			return
		}
		p.Source, p.At = m.src.file.Excerpt(m.line, m.col)
		p.Span = m.src.file.Span(m.node)
	}
	key := fmt.Sprintf("%s\x00%d\x00%d\x00%s", p.File, p.Line, p.Col, p.Message)
	if c.seen[key] {
		return
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[key] = true
	c.list = append(c.list, p)
}

func (c *collector) errorf(m mark, format string, args ...any) {
	c.add(m, Error, "", format, args...)
}

func (c *collector) hintf(m mark, hint, format string, args ...any) {
	c.add(m, Error, hint, format, args...)
}

func (c *collector) warnHint(m mark, hint, format string, args ...any) {
	c.add(m, Warning, hint, format, args...)
}

func (c *collector) warnf(m mark, format string, args ...any) {
	c.add(m, Warning, "", format, args...)
}

// sorted orders the problems by file (in the order given) and place.
func (c *collector) sorted(order []string) Problems {
	rank := map[string]int{}
	for i, f := range order {
		if _, ok := rank[f]; !ok {
			rank[f] = i + 1
		}
	}
	slices.SortStableFunc(c.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(rank[a.File], rank[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return c.list
}
