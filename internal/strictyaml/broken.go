package strictyaml

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// broken says where the YAML breaks. Characters that stand where YAML wants blanks
// are named for what they are, and the line is searched for, because the library
// often names the beginning of the surrounding block.
func (f *File) broken(data []byte, err error) []Problem {
	if strays := f.strays(); len(strays) > 0 {
		return strays
	}
	line, text := 1, err.Error()
	if m := yamlLine.FindStringSubmatch(strings.SplitN(text, "\n", 2)[0]); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
		text = m[2]
	}
	if n := f.breaksAt(data); n > 0 {
		line = n
	}
	line = min(max(line, 1), max(1, len(f.lines)))
	if p := f.lookalike(line, text); p != nil {
		return []Problem{*p}
	}
	l := f.Line(line)
	col := utf8.RuneCountInString(l[:len(l)-len(strings.TrimLeft(l, " \t-"))]) + 1
	hint := ""
	switch {
	case hashed.MatchString(l) || hashed.MatchString(f.Line(line-1)):
		hint = `YAML takes what follows " #" for a comment: put a text that holds it in quotes`
	case questioned.MatchString(l):
		hint = `a ? ends a text inside { } and [ ]: put the text in quotes`
	case strings.Contains(text, "unknown anchor"):
		hint = "put a text that begins with * in quotes, or name the anchor before using it"
	case marked(l) != "":
		hint = "put a text that begins with " + marked(l) + " in quotes"
	case strings.Contains(text, "mapping values are not allowed"):
		hint = `put a text that contains ": " in quotes, and check the indentation`
	case strings.Contains(text, "cannot start any token"):
		hint = "put a text that begins with @, ` or % in quotes"
	case strings.Contains(text, "did not find expected"):
		hint = "check the indentation, brackets and quotes of this line and the one before"
	}
	return []Problem{{line, min(col, utf8.RuneCountInString(l)+1), "not YAML: " + text, hint}}
}

// hashed is a line with a # in its text, as a comment hardly has it.
var hashed = regexp.MustCompile(`[^\s#"'] #[^\s#]`)

// questioned is a line with a question in braces or brackets.
var questioned = regexp.MustCompile(`[{\[].*[:,\[]\s+[^\s"'{\[][^"'{\[,]*\?`)

// opening is a value that begins with a mark of YAML's own.
var opening = regexp.MustCompile(`^\s*(?:- +)*[A-Za-z_][A-Za-z0-9_-]*:\s+(?:([*?-])\s*\S|([>|])[0-9+-]*\s+[^\s#]|(['"]).*['"]\s*[^\s#,}\]]|([\[{]).*[\]}]\s*[^\s#,}\]])`)

// marked is the mark of YAML's own that a line's text begins with, or "".
func marked(line string) string {
	for i, m := range opening.FindStringSubmatch(line) {
		if i > 0 && m != "" {
			return m
		}
	}
	return ""
}

// searchBytes bounds the files in which the broken line is searched for.
const searchBytes = 128 << 10

// breaksAt finds the line after the longest beginning of the file that is YAML, or
// 0. Beginnings that end inside quotes or brackets do not parse either, so a
// boundary counts only when no slightly longer beginning parses.
func (f *File) breaksAt(data []byte) int {
	if len(data) > searchBytes {
		return 0
	}
	lines := splitLines(string(data))
	parses := func(n int) bool {
		_, _, err := parse([]byte(strings.Join(lines[:n], "\n")))
		return err == nil
	}
	lo, hi := 0, len(lines)
	for range 64 {
		for hi-lo > 1 {
			if mid := (lo + hi) / 2; parses(mid) {
				lo = mid
			} else {
				hi = mid
			}
		}
		again := 0
		for n := hi + 1; n <= min(hi+12, len(lines)-1); n++ {
			if parses(n) {
				again = n
			}
		}
		if again == 0 {
			return hi
		}
		lo, hi = again, len(lines)
	}
	return hi
}
