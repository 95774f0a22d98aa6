// Package substation reads the styles of a SubStation script (ASS, version 4.00+) that a
// person made for how a show's subtitles and titles look. It is pure and believes nothing:
// every value is bounded and checked, only styles are read, and nothing of the file reaches
// what draws letters but these numbers, colours and a font's name. Each problem says where
// it is and what is meant.
package substation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/near"
)

// Limits of a style, in thousandths of what they are relative to.
const (
	leastSize     = 35 // of the short side: below, nobody reads it on a telephone
	mostSize      = 150
	mostTitle     = 250
	mostOutline   = 30 // of the short side
	mostSides     = 600
	mostVertical  = 450
	leastContrast = 4.5 // of letters to what is around them: WCAG 2.2, AA (1.4.3)
)

const (
	maxProblems = 20
	maxRes      = 16_384
	maxFont     = 64 // letters of its name
)

// Problem is something wrong in a script. Col counts characters; both are from 1.
type Problem struct {
	Line, Col int
	Message   string
	Hint      string
}

// Style is one that was read, with where it says how the edge of letters is coloured.
type Style struct {
	media.TextStyle
	Line, Col int
}

// Styles are the styles of texts, by the texts that they are of: "subtitle" and "title".
// Problems make them unfit to be used.
func Styles(script string) (map[string]Style, []Problem) {
	r := reader{out: map[string]Style{}}
	for i, line := range strings.Split(strings.TrimPrefix(strings.ReplaceAll(script, "\r", ""), "\ufeff"), "\n") {
		if r.line = i + 1; len(r.problems) >= maxProblems {
			break
		}
		r.read(line)
	}
	r.end()
	return r.out, r.problems
}

type reader struct {
	out      map[string]Style
	problems []Problem
	line     int
	section  string
	fields   []string // that a style has, in order
	x, y     int      // the raster that lengths are of; 0: not said
}

func (r *reader) wrong(col int, hint, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.line, col, fmt.Sprintf(format, args...), hint})
}

const (
	info   = "[Script Info]"
	styles = "[V4+ Styles]"
	events = "[Events]"
)

func (r *reader) read(line string) {
	text := strings.TrimSpace(line)
	switch {
	case text == "" || strings.HasPrefix(text, ";") || strings.HasPrefix(text, "!"):
	case strings.HasPrefix(text, "["):
		r.begin(text)
	case r.section == info:
		r.info(line)
	case r.section == styles:
		r.style(line)
	case r.section == events:
		if kind, _, _ := strings.Cut(text, ":"); kind != "Format" {
			r.wrong(1, "the script has the words; remove the line", "only styles are read, and this is a text")
		}
	case r.section == "":
		r.wrong(1, "begin with "+info, "this stands in no section")
	}
}

func (r *reader) begin(text string) {
	known := []string{info, styles, events}
	i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, text) })
	if i >= 0 {
		r.section = known[i]
		return
	}
	r.section = text
	switch strings.ToLower(text) {
	case "[fonts]", "[graphics]":
		r.wrong(1, "install the font where pictures are made, and name it in Fontname", "%s: files in a script are not read", clip(text))
	case "[v4 styles]":
		r.wrong(1, "save it as Advanced SubStation, version 4.00+", "%s are of an older version", clip(text))
	case "[aegisub project garbage]", "[aegisub extradata]": // what an editor leaves
	default:
		r.wrong(1, meant(text, known), "%s is no section that is read", clip(text))
	}
}

func (r *reader) info(line string) {
	key, value, _ := strings.Cut(line, ":")
	col := 2 + utf8.RuneCountInString(key) + leading(value)
	var to *int
	switch strings.ToLower(strings.TrimSpace(key)) {
	case "playresx":
		to = &r.x
	case "playresy":
		to = &r.y
	case "scripttype":
		if v := strings.TrimSpace(value); !strings.EqualFold(v, "v4.00+") {
			r.wrong(col, "", "the script is of version %s; only v4.00+ is read", clip(v))
		}
		return
	default:
		return
	}
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || n < 16 || n > maxRes {
		r.wrong(col, "", "%s is %s; it is a whole number of pixels, from 16 to %d", strings.TrimSpace(key), clip(strings.TrimSpace(value)), maxRes)
		n = 1080
	}
	*to = n
}

// leading is how many blanks a text begins with.
func leading(text string) int { return len(text) - len(strings.TrimLeft(text, " \t")) }

func (r *reader) style(line string) {
	kind, rest, _ := strings.Cut(line, ":")
	switch strings.TrimSpace(kind) {
	case "Format":
		r.fields = nil
		for f := range strings.SplitSeq(rest, ",") {
			r.fields = append(r.fields, strings.TrimSpace(f))
		}
	case "Style":
		r.one(rest, utf8.RuneCountInString(kind)+2)
	default:
		r.wrong(1, meant(strings.TrimSpace(kind), []string{"Format", "Style"}), "%s is no line of styles", clip(strings.TrimSpace(kind)))
	}
}

// one reads a style whose first field begins at col.
func (r *reader) one(rest string, col int) {
	if r.x == 0 || r.y == 0 {
		r.wrong(1, "write PlayResX and PlayResY in "+info+", above the styles", "sizes are of a raster that is not said")
		r.x, r.y = 1080, 1920
	}
	if len(r.fields) == 0 {
		r.wrong(1, "", "a style stands before the Format line that says what its fields are")
		return
	}
	values := strings.Split(rest, ",")
	if len(values) != len(r.fields) {
		r.wrong(col, "", "the style has %d fields, and Format names %d", len(values), len(r.fields))
		return
	}
	s := fields{reader: r, at: map[string]value{}}
	for i, v := range values {
		s.at[strings.ToLower(r.fields[i])] = value{strings.TrimSpace(v), col + leading(v)}
		col += utf8.RuneCountInString(v) + 1
	}
	before := len(r.problems)
	name := s.at["name"]
	of, ok := map[string]string{"default": "subtitle", "subtitle": "subtitle", "title": "title"}[strings.ToLower(strings.TrimPrefix(name.text, "*"))]
	if !ok {
		r.wrong(name.col, meant(name.text, []string{"Default", "subtitle", "title"}), "no text is drawn in a style called %s", clip(name.text))
		return
	}
	if _, twice := r.out[of]; twice {
		r.wrong(name.col, "", "the style of a %s is written twice", of)
		return
	}
	style := s.look(of)
	if len(r.problems) == before {
		r.out[of] = style
	}
}

func (r *reader) end() {
	if len(r.out) == 0 && len(r.problems) == 0 {
		r.line = 1
		r.wrong(1, "it needs "+styles+" with a style called Default, subtitle or title", "there is no style in it")
	}
}

// meant is the hint for a word that is none of those known.
func meant(word string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(word, k) {
			return fmt.Sprintf("write %s", k)
		}
	}
	if w := near.Word(word, known); w != "" {
		return fmt.Sprintf("did you mean %q?", w)
	}
	return "known: " + strings.Join(known, ", ")
}

// clip is a word of the file in quotes, short enough to be told.
func clip(text string) string {
	const most = 40
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return strconv.Quote(text)
}

// asHex is a colour of a script as #rrggbb, and its alpha.
func asHex(text string) (hex string, alpha uint8, ok bool) {
	digits := strings.TrimSuffix(strings.TrimPrefix(strings.ToUpper(text), "&H"), "&")
	if !strings.HasPrefix(strings.ToUpper(text), "&H") || digits == "" || len(digits) > 8 {
		return lettering.White, 0, false
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return lettering.White, 0, false
	}
	return fmt.Sprintf("#%02x%02x%02x", n&0xff, n>>8&0xff, n>>16&0xff), uint8(n >> 24), true
}
