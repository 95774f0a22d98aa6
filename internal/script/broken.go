package script

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxError reports where the YAML breaks. Tabs are named for what they are,
// and the line is searched for, because the library often names the beginning of
// the surrounding block.
func (s *source) syntaxError(data []byte, err error, c *collector) {
	tabs := 0
	for i, l := range s.lines {
		indent := len(l) - len(strings.TrimLeft(l, " \t"))
		tab := strings.IndexByte(l[:indent], '\t')
		if tab < 0 || indent == len(l) || l[indent] == '#' || tabs == 20 {
			continue
		}
		c.errorf(mark{src: s, line: i + 1, col: tab + 1}, "a tab in the indentation; YAML wants spaces")
		tabs++
	}
	if tabs > 0 {
		return
	}
	line, text := 1, err.Error()
	if m := yamlLine.FindStringSubmatch(strings.SplitN(text, "\n", 2)[0]); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
		text = m[2]
	}
	if n := s.breaksAt(data); n > 0 {
		line = n
	}
	line = min(max(line, 1), max(1, len(s.lines)))
	l := s.line(line)
	col := utf8.RuneCountInString(l[:len(l)-len(strings.TrimLeft(l, " \t-"))]) + 1
	hint := ""
	switch {
	case strings.Contains(text, "mapping values are not allowed"):
		hint = `put a text that contains ": " in quotes, and check the indentation`
	case strings.Contains(text, "cannot start any token"):
		hint = "put a text that begins with @, ` or % in quotes"
	case strings.Contains(text, "unknown anchor"):
		hint = "put a text that begins with * in quotes, or name the anchor before using it"
	case strings.Contains(text, "did not find expected"):
		hint = "check the indentation, brackets and quotes of this line and the one before"
	}
	c.hintf(mark{src: s, line: line, col: min(col, utf8.RuneCountInString(l)+1)}, hint, "not YAML: %s", text)
}

// searchBytes bounds the files in which the broken line is searched for.
const searchBytes = 128 << 10

// breaksAt finds the line after the longest beginning of the file that is YAML, or
// 0. Beginnings that end inside quotes or brackets do not parse either, so a
// boundary counts only when no slightly longer beginning parses.
func (s *source) breaksAt(data []byte) int {
	if len(data) > searchBytes {
		return 0
	}
	parses := func(n int) bool {
		_, _, err := parseYAML([]byte(strings.Join(s.lines[:n], "\n")))
		return err == nil
	}
	lo, hi := 0, len(s.lines)
	for range 64 {
		for hi-lo > 1 {
			if mid := (lo + hi) / 2; parses(mid) {
				lo = mid
			} else {
				hi = mid
			}
		}
		again := 0
		for n := hi + 1; n <= min(hi+12, len(s.lines)-1); n++ {
			if parses(n) {
				again = n
			}
		}
		if again == 0 {
			return hi
		}
		lo, hi = again, len(s.lines)
	}
	return hi
}
