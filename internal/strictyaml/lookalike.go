package strictyaml

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Character names a character in a message: its code, and what it is where that
// cannot be seen.
func Character(r rune) string {
	name := ""
	switch r {
	case '\t':
		return "tab"
	case '\u3000':
		name = "ideographic space"
	case '\u00a0':
		name = "no-break space"
	case '\u200b':
		name = "zero-width space"
	case '\u200c':
		name = "zero-width non-joiner"
	case '\u200d':
		name = "zero-width joiner"
	case '\u2060':
		name = "word joiner"
	case '\ufeff':
		name = "byte order mark"
	case '\u00ad':
		name = "soft hyphen"
	default:
		switch {
		case unicode.Is(unicode.Zs, r):
			name = "a space, but not the plain one"
		case unicode.IsGraphic(r):
			return fmt.Sprintf("%c (U+%04X)", r, r)
		default:
			return fmt.Sprintf("U+%04X", r)
		}
	}
	return fmt.Sprintf("U+%04X (%s)", r, name)
}

// Invisible says whether a character shows as nothing or as a blank and is not a
// plain space, line feed or tab.
func Invisible(r rune) bool {
	switch r {
	case ' ', '\n', '\t':
		return false
	case '\u00ad', '\u180e', '\u200e', '\u200f':
		return true
	}
	return unicode.Is(unicode.Zs, r) || r >= 0x200b && r <= 0x200d || r >= 0x2060 && r <= 0x2064 || r == 0xfeff
}

// maxStrays is how many strays of a file are told.
const maxStrays = 20

var afterMark = regexp.MustCompile(`^([\p{Zs}\x{200b}-\x{200d}\x{2060}\x{fe00}-\x{fe0f}]*)(?:(?:- *)*[A-Za-z_][A-Za-z0-9_-]*:|-)(\p{Zs}|[\x{200b}-\x{200d}\x{2060}])`)

var opensBlock = regexp.MustCompile(`:\s+[|>][0-9+-]*\s*(#.*)?$`)

// strays finds what stands where YAML wants spaces and is none: in the indentation,
// and after a dash or a key's colon.
func (f *File) strays() (problems []Problem) {
	block := -1 // the indentation of the key whose block of text we are in
	for i, l := range f.lines {
		if len(problems) == maxStrays {
			break
		}
		indent := len(l) - len(strings.TrimLeft(l, " "))
		if block >= 0 && (indent > block || strings.TrimSpace(l) == "") {
			continue // text may begin with any blank
		}
		block = -1
		if opensBlock.MatchString(l) {
			block = indent
		}
		body := strings.TrimLeftFunc(l, func(r rune) bool { return r == ' ' || r == '\t' || Invisible(r) })
		if body == "" || body[0] == '#' {
			continue
		}
		col := 0
		for _, r := range l[:len(l)-len(body)] {
			if col++; r == '\t' {
				problems = append(problems, Problem{i + 1, col, "a tab in the indentation; YAML wants spaces", ""})
				break
			} else if r != ' ' {
				problems = append(problems, Problem{i + 1, col, "the character " + Character(r) + " in the indentation; YAML wants plain spaces", ""})
				break
			}
		}
		if m := afterMark.FindStringSubmatchIndex(l); m != nil {
			if r, _ := utf8.DecodeRuneInString(l[m[4]:]); r != ' ' {
				problems = append(problems, Problem{
					i + 1, utf8.RuneCountInString(l[:m[4]]) + 1,
					"the character " + Character(r) + " where YAML wants a plain space; replace it", "",
				})
			}
		}
	}
	return problems
}

// Narrow is what a text would be were its full-width letters, digits and
// punctuation typed as YAML's own, its curved quotes straight, its odd spaces plain
// and its invisible characters gone.
func Narrow(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '“' || r == '”' || r == '„' || r == '‟':
			return '"'
		case r == '‘' || r == '’' || r == '‚' || r == '‛':
			return '\''
		case r == '【':
			return '['
		case r == '】':
			return ']'
		case r == '、':
			return ','
		case unicode.Is(unicode.Zs, r):
			return ' '
		case Invisible(r):
			return -1
		}
		if n := width.LookupRune(r).Narrow(); n != 0 && n < utf8.RuneSelf {
			return n
		}
		return r
	}, s))
}

// Odd is the first character of a text that Narrow would change, or 0.
func Odd(s string) rune {
	for _, r := range s {
		if n := Narrow("x" + string(r) + "x"); n != "x"+string(r)+"x" {
			return r
		}
	}
	return 0
}

// lookalike explains a line that YAML cannot read by a full-width character in it
// that would be YAML's own; nil when there is none, or when the line could not be
// read with it either.
func (f *File) lookalike(line int, text string) *Problem {
	for _, n := range []int{line, line - 1} {
		l := f.Line(n)
		col, quoted := 0, rune(0)
		inside, at := rune(0), 0 // a curved quote in straight ones
		for _, r := range l {
			col++
			switch {
			case quoted != 0:
				if r == quoted {
					quoted, inside = 0, 0
				} else if inside == 0 && strings.ContainsRune("”＂’＇", r) {
					inside, at = r, col
				}
			case r == '"' || r == '\'':
				quoted = r
			case r == '#':
				quoted = -1 // a comment: to the end of the line
			case strings.ContainsRune("，：“”‘’［］｛｝【】＂＇＃－＆＊", r):
				return &Problem{
					n, col, fmt.Sprintf("not YAML: %s; the character %s is a full-width one, which YAML takes for text", text, Character(r)),
					fmt.Sprintf("write %s", ascii(r)),
				}
			}
		}
		if inside != 0 && quoted > 0 {
			return &Problem{
				n, at, fmt.Sprintf("not YAML: %s; the quotes that begin before %s are never closed: it is not the straight one", text, Character(inside)),
				fmt.Sprintf("write %c", quoted),
			}
		}
	}
	return nil
}

// ascii is YAML's own character for a full-width one, as to be written.
func ascii(r rune) string {
	switch n := Narrow("x" + string(r) + "x")[1:]; n[0] {
	case ':':
		return `": " (a colon and a space)`
	case ',':
		return `", " (a comma and a space), or put the text in "straight quotes"`
	default:
		return n[:len(n)-1] + ", or put the text in \"straight quotes\""
	}
}
