package strictyaml

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Line is the text of a 1-based line, "" outside the file.
func (f *File) Line(n int) string {
	if n < 1 || n > len(f.lines) {
		return ""
	}
	return f.lines[n-1]
}

// At is where a node begins, inside the file.
func (f *File) At(n *yaml.Node) (line, col int) {
	line, col = min(max(n.Line, 1), len(f.lines)), max(n.Column, 1)
	if line != n.Line || col > len(f.lines[line-1]) {
		// The library puts what is missing at the end of a file behind its last line.
		col = min(col, utf8.RuneCountInString(f.lines[line-1])+1)
	}
	return line, col
}

// Span counts the characters of a scalar as written, or is 1.
func (f *File) Span(n *yaml.Node) int {
	if n == nil || n.Kind != yaml.ScalarNode || n.Value == "" || len(n.Value) > 200 {
		return 1
	}
	line, col := f.At(n)
	if line != n.Line {
		return 1
	}
	rest, quoted := f.Line(line)[f.offset(line, col):], 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && rest != "" {
		rest, quoted = rest[1:], 2
	}
	if !strings.HasPrefix(rest, n.Value) {
		return 1
	}
	return utf8.RuneCountInString(n.Value) + quoted
}

// stride is the distance of the places that offset remembers in a line.
const stride = 512

// offset is where character col (1-based) begins in a line, in bytes. A file may be
// one line of megabytes with a problem every few characters, so long lines are
// measured once.
func (f *File) offset(line, col int) int {
	text := f.Line(line)
	at, from := col-1, 0
	if len(text) > 4*stride {
		steps, known := f.steps[line]
		if !known {
			count := 0
			for i := range text {
				if count%stride == 0 {
					steps = append(steps, i)
				}
				count++
			}
			if f.steps == nil {
				f.steps = map[int][]int{}
			}
			f.steps[line] = steps
		}
		if k := min(at/stride, len(steps)-1); k > 0 {
			from, at = steps[k], at-k*stride
		}
	}
	for at > 0 && from < len(text) {
		_, size := utf8.DecodeRuneInString(text[from:])
		from, at = from+size, at-1
	}
	return from
}

// excerptBytes bounds how much of a long line an excerpt keeps on each side.
const excerptBytes = 400

// Excerpt is the line of a place as written, or the part of a long line around it,
// and the place's character in it.
func (f *File) Excerpt(line, col int) (text string, at int) {
	text = f.Line(line)
	if len(text) <= 2*excerptBytes {
		return text, col
	}
	here := f.offset(line, col)
	from, to := max(0, here-excerptBytes), min(len(text), here+excerptBytes)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	lead, tail := "", ""
	if from > 0 {
		lead = "…"
	}
	if to < len(text) {
		tail = "…"
	}
	cut := lead + text[from:to] + tail
	return cut, utf8.RuneCountInString(lead+text[from:here]) + 1
}
