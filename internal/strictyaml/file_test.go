package strictyaml

import (
	"strings"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		text      string
		line, col int    // of the first problem; 0: none
		names     string // what its words hold
	}{
		"plain":              {"a: b\n", 0, 0, ""},
		"empty":              {"# nothing\n", 0, 0, ""},
		"a newer version":    {"%YAML 1.2\n---\na: b\n", 0, 0, ""},
		"version, commented": {"# mine\n%YAML 1.1\n---\na: b\n", 0, 0, ""},
		"version 2":          {"%YAML 2.0\n---\na: b\n", 1, 1, "not YAML"},
		"two documents":      {"a: b\n---\nc: d\n", 2, 1, "second document"},
		"tab":                {"a:\n\tb: c\n", 2, 1, "tab"},
		"U+3000 indentation": {"a:\n  b: c\n\u3000\u3000d: e\n", 3, 1, "U+3000"},
		"U+00A0 indentation": {"a:\n  b: c\n \u00a0d: e\n", 3, 2, "U+00A0"},
		"U+200B indentation": {"a:\n  b: c\n\u200b  d: e\n", 3, 1, "U+200B"},
		"U+3000 after colon": {"a: b\nc:\u3000d\n", 2, 3, "U+3000"},
		"U+00A0 after dash":  {"a:\n- b: c\n-\u00a0d: e\n", 3, 2, "U+00A0"},
		"full-width comma":   {"a: {b: c，d: e}\n", 1, 9, "，"},
		"full-width colon":   {"a: b\nc：d\ne: f\n", 2, 2, "："},
		"full-width quote":   {"a: “b: c”\n", 1, 4, "“"},
		"an unused name":     {"a: b\nc: &c rain\n", 2, 4, "&c"},
		"a used name":        {"a: &a b\nc: *a\n", 0, 0, ""},
		"begins with *":      {"a: b\nc: *bang* goes it\n", 2, 1, "begins with *"},
		"begins with [":      {"a: b\nc: [rain] she waits\nd: e\n", 2, 1, "begins with ["},
		"begins with '":      {"a: b\nc: 'tis late, isn't it\nd: e\n", 2, 1, "begins with '"},
		"begins with >":      {"a: b\nc: > he goes\nd: e\n", 2, 1, "begins with >"},
		"begins with -":      {"a: b\nc: - she waits\nd: e\n", 2, 1, "begins with -"},
		"half a quote":       {"a: b\nc: \"你好”\nd: e\n", 2, 7, "”"},
		"control":            {"a: \x01\n", 1, 4, "U+0001"},
		"not UTF-8":          {"a: \xff\n", 1, 4, "UTF-8"},
		"deep":               {strings.Repeat("[", 70) + strings.Repeat("]", 70), 1, 65, "deeper"},
		"paragraphs of text": {"a: |\n  \u3000\u3000他走了。\n  \u3000\u3000她没有。\n", 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, problems := Parse([]byte(c.text))
			if c.line == 0 {
				if len(problems) > 0 {
					t.Fatalf("problems: %v", problems)
				}
				return
			}
			if f.Root != nil || len(problems) == 0 {
				t.Fatalf("read, with %d problems", len(problems))
			}
			if p := problems[0]; p.Line != c.line || p.Col != c.col || !strings.Contains(p.Text+p.Hint, c.names) {
				t.Errorf("%+v, want %d:%d and %q", p, c.line, c.col, c.names)
			}
		})
	}
}

// A stray blank in a text block is text, also when the file is broken elsewhere.
func TestStraysOutsideTextOnly(t *testing.T) {
	_, problems := Parse([]byte("a: |\n  \u3000\u3000他走了。\nb: [\n"))
	if len(problems) != 1 || problems[0].Line != 3 {
		t.Errorf("%+v", problems)
	}
}

func TestPairs(t *testing.T) {
	f, problems := Parse([]byte("base: &b {x: 1, y: 2}\nm: {<<: *b, y: 3, y: 4, [q]: 5}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var said []string
	pairs := Pairs(f.Root.Content[3], func(_ *yaml.Node, text string) { said = append(said, text) })
	var got []string
	for _, p := range pairs {
		got = append(got, p.Key.Value+"="+p.Value.Value)
	}
	if strings.Join(got, " ") != "y=3 x=1" || len(said) != 2 {
		t.Errorf("pairs %v, said %q", got, said)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "a: b", "%YAML 1.2\n---\n", "a:\n\u3000b：，“", "&a [*a]", "a: |\n x\n\ty", "- “：\n-\u00a0"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16<<10 {
			return
		}
		file, problems := Parse(data)
		if file == nil || file.Root != nil && len(problems) > 0 {
			t.Fatal("a tree, and problems")
		}
		for _, p := range problems {
			if p.Text == "" || p.Line < 0 || p.Line > len(file.lines) {
				t.Fatalf("%+v of %d lines", p, len(file.lines))
			}
			if p.Line > 0 && (p.Col < 1 || p.Col > utf8.RuneCountInString(file.Line(p.Line))+1) {
				t.Fatalf("%+v in %q", p, file.Line(p.Line))
			}
			file.Excerpt(p.Line, p.Col)
		}
	})
}
