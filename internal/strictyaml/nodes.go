package strictyaml

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// Follow resolves an alias.
func Follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// quotedStyles are the ways to write a text that say it is one.
const quotedStyles = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// Plain says whether a node is a scalar that stands in no quotes and no block.
func Plain(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Style&quotedStyles == 0 }

// IsNull says whether nothing, ~ or null was written.
func IsNull(n *yaml.Node) bool {
	if !Plain(n) {
		return false
	}
	switch n.Value {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

// Kind is a node's kind in words, never its content.
func Kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	default:
		return "a single value"
	}
}

// Pair is a key and value of a mapping, merge keys resolved.
type Pair struct{ Key, Value *yaml.Node }

// Pairs lists a mapping's own keys in the file's order and then those it merges,
// each name once. What is no plain key, stands there twice or merges what is no
// mapping is left out and reported.
func Pairs(n *yaml.Node, report func(at *yaml.Node, text string)) []Pair {
	g := gathering{report: report, taken: map[string]bool{}}
	g.gather(n, 0)
	return g.pairs
}

type gathering struct {
	report func(at *yaml.Node, text string)
	taken  map[string]bool
	pairs  []Pair
}

func (g *gathering) gather(n *yaml.Node, level int) {
	if level > MaxDepth {
		return
	}
	here := make(map[string]int, len(n.Content)/2)
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := Follow(n.Content[i]), n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			g.report(key, "a key must be a plain word")
			continue
		}
		if key.Tag == "!!merge" && key.Style == 0 {
			merges = append(merges, value)
			continue
		}
		if first, dup := here[key.Value]; dup {
			g.report(key, fmt.Sprintf("key %s is written twice, first in line %d", Quote(key.Value), first))
			continue
		}
		here[key.Value] = key.Line
		if !g.taken[key.Value] {
			g.pairs = append(g.pairs, Pair{key, value})
		}
	}
	for k := range here {
		g.taken[k] = true
	}
	for _, m := range merges {
		g.merge(m, level)
	}
}

func (g *gathering) merge(m *yaml.Node, level int) {
	switch target := Follow(m); target.Kind {
	case yaml.MappingNode:
		g.gather(target, level+1)
	case yaml.SequenceNode:
		for _, item := range target.Content {
			if target := Follow(item); target.Kind == yaml.MappingNode {
				g.gather(target, level+1)
			} else {
				g.report(item, "<< merges mappings only")
			}
		}
	default:
		g.report(m, "<< merges mappings only")
	}
}

// Quote shows a word from a file in a message: escaped, and cut when long.
func Quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
