package strictyaml

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Forbidden says whether a character may not stand in any text: control and
// escape characters, line and paragraph separators, and the marks that turn the
// direction of what follows. Line feed and tab are left to the caller.
func Forbidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return true
	case r == 0x2028 || r == 0x2029 || r == 0xfeff:
		return true
	case r >= 0x202a && r <= 0x202e:
		return true
	}
	return false
}

// Isolate says whether a character begins or ends a part that is read in a direction of
// its own. In prose that is how a name of another script is set apart; in a name or a
// title it makes one look like another (Unicode TR36, 3.3).
func Isolate(r rune) bool { return r >= 0x2066 && r <= 0x2069 }

// Balanced says whether all isolates of a text end in the line that they begin in.
func Balanced(s string) bool {
	open := 0
	for _, r := range s {
		switch {
		case r == 0x2069:
			open--
		case Isolate(r):
			open++
		}
		if open < 0 || r == '\n' && open > 0 {
			return false
		}
	}
	return open == 0
}

// clean refuses bytes that no file may hold, each kind once.
func clean(data []byte) (problems []Problem) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return []Problem{{Text: "the file is UTF-16; save it as UTF-8"}}
	}
	line, col, control := 1, 0, false
	for i := 0; i < len(data); {
		r, size := rune(data[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(data[i:])
		}
		col++
		switch {
		case r == utf8.RuneError && size == 1:
			return append(problems, Problem{line, col, fmt.Sprintf("the file is not UTF-8 here (byte 0x%02x); save it as UTF-8", data[i]), ""})
		case r == '\r':
			if i+1 >= len(data) || data[i+1] != '\n' {
				line, col = line+1, 0
			}
		case r == '\n':
			line, col = line+1, 0
		case Forbidden(r) && !control:
			problems = append(problems, Problem{line, col, fmt.Sprintf("character %s is not allowed here; remove it", Character(r)), ""})
			control = true
		}
		i += size
	}
	return problems
}
