package script

import (
	"fmt"
	"reflect"
	"strings"
)

const referenceHead = `# Script reference

<!-- Generated from internal/script/syntax*.go by "go test ./internal/script -update". Do not edit. -->

A script is YAML, one document a file, UTF-8. Decoding is strict: an unknown key is an error, and every problem of
a file is reported at once with its line. ` + "`dailies validate`" + ` checks a script, ` + "`dailies schema`" + ` prints a JSON Schema for editors
(` + "`# yaml-language-server: $schema=…`" + ` in the first line).

An episode names its season file, and every path is relative to the file that names it and stays inside the
season file's folder. A season may also stand in its only episode, as a mapping under ` + "`season:`" + `. The smallest script:

` + "```yaml" + `
season:
  show: hello
  language: en
episode: 1
scenes:
- scene: 1
  shots:
  - shot: 1A
    action: A paper boat floats down a gutter.
` + "```" + `

How values are written:

- A text is the text as written: ` + "`no`, `007`, `22:30`" + ` need no quotes. A key without a value is an error.
- Unquoted text ends at a blank and ` + "`#`" + `, which begin a comment: put a text that holds them in "quotes", and two spaces before a
  comment. In ` + "`{ }` and `[ ]`" + ` a comma and a question mark end it too. Only ASCII punctuation and spaces are YAML's own.
- A list of one may be written without brackets: ` + "`cast: lin`" + `.
- Words from a list are matched without regard to case.
- A duration has a unit: seconds (rounded to the nearest frame) or frames. A bare number or a timecode is an error.
- A line is spoken after the lines before it; what needs more than 1.25 times the shot is an error, more than the shot a warning.
- A line without a letter or digit (` + "`……`" + `) is a silent beat of a second: its subtitle shows, nobody speaks it.
- Subtitles and titles break into lines where Unicode lets them, rather after a clause than inside one. Thai words are
  those of ICU's dictionary; in names that it does not have, and in Lao, Khmer, Burmese, Chinese and Japanese, which put no blanks between words, a line
  never ends inside a syllable but may end inside a word. A zero-width space (U+200B) in the text says that a word ends there.
- A transition is at most half of the shorter of its two shots, 12 frames when no length is written. Dissolve and wipe overlap
  the shots; fade goes through black. On the last shot only ` + "`fade`" + ` is possible.
- Anchors, aliases and merge keys work. Limits: 4 MiB a file, 64 levels, 10,000 nodes through aliases.
`

// looks is how a show has its subtitles drawn.
const looks = `
There may be a ` + "`subtitles.ass`" + `: how burned subtitles and titles, and those of ` + "`.ass`" + ` files, look. Of its styles ` + "`Default`" + ` (or
` + "`subtitle`" + `) and ` + "`title`" + ` are read, as Aegisub saves them:

` + "```" + `
[Script Info]
ScriptType: v4.00+
PlayResX: 1080
PlayResY: 1920

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Noto Serif CJK SC,64,&H00E0FFFF,&H000000FF,&H00101010,&H80000000,-1,0,0,0,100,100,0,0,1,4,2,2,108,108,384,1
` + "```" + `

Sizes and outlines are relative to the short side of ` + "`PlayResX` x `PlayResY`" + `, margins to its width and height, so they hold for every raster. The size is
3.5 to 15 % (titles to 25 %), letters have an outline, or a box (` + "`BorderStyle` 3" + `), with a contrast of at least 4.5 to 1. What would leave the part of the picture that
` + "`deliver`" + ` leaves free is moved in or made smaller. The font must be installed where pictures are made; scripts that it does not draw keep their own. Titles stand
where the script says. Nothing else of the file is read, and no file that it names.
`

// Reference is docs/script-reference.md: every key with how it is written, its
// default and its meaning, from the same types and comments that decode it.
func Reference() []byte {
	r := &referenceWriter{generator: generator{comments: readComments(), shapes: &shapeCache{}}}
	r.b.WriteString(referenceHead)
	r.queue = []reflect.Type{reflect.TypeFor[seasonSyntax](), reflect.TypeFor[episodeSyntax]()}
	for len(r.queue) > 0 {
		t := r.queue[0]
		r.queue = r.queue[1:]
		r.section(t)
	}
	r.b.WriteString("\n## The show's own templates\n\nA folder `templates` beside the season file may hold ")
	for i, p := range Purposes() {
		if i > 0 {
			r.b.WriteString(", ")
		}
		fmt.Fprintf(&r.b, "`%s.tmpl`", p)
	}
	r.b.WriteString(": each takes the place of the built-in template of that name. " +
		"With `shot`, `scene`, `character`, `location` or `voice` of its own a show has taken the wording into its own hands: every model is told that, and none in its own dialect.\n")
	r.b.WriteString(looks)
	return []byte(r.b.String())
}

type referenceWriter struct {
	generator
	b     strings.Builder
	queue []reflect.Type
	seen  map[reflect.Type]bool
}

func (r *referenceWriter) section(t reflect.Type) {
	if r.seen[t] {
		return
	}
	if r.seen == nil {
		r.seen = map[reflect.Type]bool{}
	}
	r.seen[t] = true
	fmt.Fprintf(&r.b, "\n## %s\n\n%s\n\n", defName(t), r.comments[t.Name()])
	r.b.WriteString("| key | written as | default | meaning |\n| --- | --- | --- | --- |\n")
	var found []reflect.Type
	s := r.shapes.of(t)
	for _, f := range s.fields {
		if t == reflect.TypeFor[sceneSyntax]() && strings.HasPrefix(f.goName, "shotKeys.") {
			continue
		}
		preset := ""
		switch {
		case f.need:
			preset = "**required**"
		case f.preset != "":
			preset = "`" + f.preset + "`"
		}
		words, next := r.words(f, t.FieldByIndex(f.index).Type)
		found = append(found, next...)
		fmt.Fprintf(&r.b, "| `%s` | %s | %s | %s |\n", f.key, words, preset, r.comments[f.goName])
	}
	if s.rest != nil {
		fmt.Fprintf(&r.b, "| *language* | text | | %s |\n", r.comments[t.Name()+".Translation"])
	}
	// Depth first reads best: a type's parts follow it.
	r.queue = append(found, r.queue...)
}

// words says how a value is written, and which types deserve a section for it.
func (r *referenceWriter) words(f *field, t reflect.Type) (string, []reflect.Type) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	v := reflect.New(t).Interface()
	if d, ok := v.(described); ok {
		var next []reflect.Type
		if t == reflect.TypeFor[routeSyntax]() {
			next = append(next, reflect.TypeFor[routeRule]())
		}
		if t == reflect.TypeFor[tongues]() {
			next = append(next, reflect.TypeFor[tongueSyntax]())
		}
		if t == reflect.TypeFor[refSyntax]() {
			next = append(next, reflect.TypeFor[refRule]())
		}
		return d.words(f), next
	}
	if t.Kind() != reflect.Slice {
		return fmt.Sprintf("[%s](#%s)", defName(t), strings.ToLower(defName(t))), []reflect.Type{t}
	}
	if _, ok := v.(dictionary); ok {
		words, next := r.words(f, t.Elem().Field(1).Type)
		return "by name: " + words, next
	}
	words, next := r.words(f, t.Elem())
	return "list: " + words, next
}
