package strictyaml

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// bounded walks the tree once, each anchored node once, and refuses what would
// explode or never end when its aliases are followed.
func (f *File) bounded(root *yaml.Node) (problem *Problem) {
	type extent struct{ size, depth int }
	const busy = -1
	known := map[*yaml.Node]extent{}
	aliased := 0
	var walk func(n *yaml.Node, level int) extent
	refuse := func(n *yaml.Node, format string, args ...any) {
		if problem == nil {
			line, col := f.At(n)
			problem = &Problem{line, col, fmt.Sprintf(format, args...), ""}
		}
	}
	walk = func(n *yaml.Node, level int) extent {
		if problem != nil {
			return extent{1, 1}
		}
		if level > MaxDepth {
			refuse(n, "nested deeper than %d levels", MaxDepth)
			return extent{1, 1}
		}
		if n.Kind == yaml.AliasNode {
			e, seen := known[n.Alias]
			switch {
			case n.Alias == nil || seen && e.size == busy:
				refuse(n, "alias *%s contains itself", printable(n.Value))
				return extent{1, 1}
			case !seen:
				e = walk(n.Alias, level)
			}
			aliased = min(aliased+e.size, 1<<30)
			if aliased > MaxAliased {
				refuse(n, "aliases repeat more than %d nodes", MaxAliased)
			} else if level+e.depth-1 > MaxDepth {
				refuse(n, "nested deeper than %d levels", MaxDepth)
			}
			return e
		}
		anchored := n.Anchor != ""
		if anchored {
			known[n] = extent{busy, 0}
		}
		e := extent{1, 1}
		for _, child := range n.Content {
			ce := walk(child, level+1)
			e.size = min(e.size+ce.size, 1<<30)
			e.depth = max(e.depth, ce.depth+1)
		}
		if anchored {
			known[n] = e
		}
		return e
	}
	walk(root, 1)
	return problem
}

// oddKeys finds keys with characters that cannot be seen: an ideographic space
// where indentation was meant makes a key of its own, often of another mapping.
func (f *File) oddKeys(n *yaml.Node, problems []Problem) []Problem {
	for i, child := range n.Content {
		if len(problems) == maxStrays {
			break
		}
		if n.Kind != yaml.MappingNode || i%2 == 1 || !Plain(child) {
			problems = f.oddKeys(child, problems)
			continue
		}
		if r := strings.IndexFunc(child.Value, Invisible); r >= 0 {
			odd, _ := utf8.DecodeRuneInString(child.Value[r:])
			line, col := f.At(child)
			col += utf8.RuneCountInString(child.Value[:r])
			problems = append(problems, Problem{
				line, min(col, utf8.RuneCountInString(f.Line(line))+1),
				fmt.Sprintf("the character %s before or in a key; YAML wants plain spaces", Character(odd)), "replace it, and check that the line stands right under its neighbours",
			})
		}
	}
	return problems
}

// idleAnchors finds unquoted texts whose beginning YAML takes for a name that no
// alias uses: "&c rain" is the text "rain".
func (f *File) idleAnchors(root *yaml.Node) (problems []Problem) {
	used := map[*yaml.Node]bool{}
	var named []*yaml.Node
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.AliasNode {
			used[n.Alias] = true
		} else if n.Anchor != "" && Plain(n) {
			named = append(named, n)
		}
		for _, child := range n.Content {
			walk(child)
		}
	}
	walk(root)
	for _, n := range named {
		if used[n] || len(problems) == maxStrays {
			continue
		}
		line, col := f.At(n)
		problems = append(problems, Problem{
			line, col, fmt.Sprintf("YAML takes &%s out of the text, as a name that nothing uses", printable(n.Anchor)), "put a text that begins with & in quotes",
		})
	}
	return problems
}

// printable replaces what must not reach a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if Forbidden(r) || r == '\n' || r == '\t' {
			return utf8.RuneError
		}
		return r
	}, s)
}
