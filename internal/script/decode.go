package script

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// decoder fills the syntax types from YAML nodes and reports everything that is
// not as they say. It never stops at a problem.
type decoder struct {
	src *source
	*collector
	shapes *shapeCache
}

// leaf is a value that reads its own node. f is the key it belongs to.
type leaf interface {
	decode(d *decoder, n *yaml.Node, f *field)
}

// dict is a mapping with names that the writer chooses, in the file's order.
type dict[T any] []entry[T]

// entry is one key of a dict.
type entry[T any] struct {
	Key   ident
	Value T
}

func (dict[T]) isDict() {}

type dictionary interface{ isDict() }

// field is one key of a syntax type.
type field struct {
	key    string
	index  []int
	need   bool
	enum   []string
	lo, hi float64 // range, where hasRange
	ranged bool
	preset string // default
	goName string // Type.Field, to find the comment
}

// shape is what a syntax type allows.
type shape struct {
	fields []*field
	byKey  map[string]*field
	keys   []string
	rest   []int // index of the dict that takes all other keys, or nil
	where  []int // index of the place, or nil
}

// shapeCache keeps the shapes of one load, so that reflection over the syntax
// types happens once.
type shapeCache struct {
	mu     sync.Mutex
	shapes map[reflect.Type]*shape
}

func (c *shapeCache) of(t reflect.Type) *shape {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.shapes[t]; ok {
		return s
	}
	s := &shape{byKey: map[string]*field{}}
	s.collect(t, nil)
	if c.shapes == nil {
		c.shapes = map[reflect.Type]*shape{}
	}
	c.shapes[t] = s
	return s
}

func (s *shape) collect(t reflect.Type, at []int) {
	for i := range t.NumField() {
		sf := t.Field(i)
		index := append(slices.Clone(at), i)
		switch tag := sf.Tag.Get("yaml"); tag {
		case "-":
			s.where = index
		case ",inline":
			s.collect(sf.Type, index)
		case ",languages":
			s.rest = index
		default:
			f := &field{
				key: tag, index: index, need: sf.Tag.Get("need") == "yes", preset: sf.Tag.Get("default"),
				goName: t.Name() + "." + sf.Name, enum: choices(sf.Tag.Get("enum")),
			}
			if lo, hi, ok := strings.Cut(sf.Tag.Get("range"), ".."); ok {
				f.lo, _ = strconv.ParseFloat(lo, 64)
				f.hi, _ = strconv.ParseFloat(hi, 64)
				f.ranged = true
			}
			s.fields = append(s.fields, f)
			s.byKey[tag] = f
			s.keys = append(s.keys, tag)
		}
	}
}

// value reads n into v, which is addressable.
func (d *decoder) value(n *yaml.Node, v reflect.Value, f *field) {
	n = follow(n)
	if n.Style&yaml.TaggedStyle != 0 {
		d.errorf(d.src.mark(n), "tag %s: a script has no tags; write the value plainly", quote(n.Tag))
		return
	}
	if isNull(n) {
		d.errorf(d.src.mark(n), "%s has no value; write one or remove the key", f.key)
		return
	}
	if l, ok := reflect.TypeAssert[leaf](v.Addr()); ok {
		l.decode(d, n, f)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if n.Kind != yaml.MappingNode {
			d.wrongKind(n, f, "a mapping")
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		d.mapping(n, v.Elem(), f)
	case reflect.Struct:
		d.mapping(n, v, f)
	case reflect.Slice:
		if _, ok := reflect.TypeAssert[dictionary](v); ok {
			d.dict(n, v, f)
			return
		}
		d.sequence(n, v, f)
	}
}

// sequence reads a list; a scalar is a list of one where the items are scalars.
func (d *decoder) sequence(n *yaml.Node, v reflect.Value, f *field) {
	items := []*yaml.Node{n}
	_, scalars := reflect.TypeAssert[leaf](reflect.New(v.Type().Elem()))
	switch {
	case n.Kind == yaml.SequenceNode:
		items = n.Content
	case n.Kind != yaml.ScalarNode || !scalars:
		d.wrongKind(n, f, "a list")
		return
	}
	if !scalars {
		one := *f
		one.key = strings.TrimSuffix(f.key, "s")
		f = &one
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		d.value(item, out.Index(i), f)
	}
	v.Set(out)
}

// pair is a key and value of a mapping, merge keys resolved.
type pair struct{ key, value *yaml.Node }

// pairs lists a mapping's own keys and those it merges, and reports duplicates.
func (d *decoder) pairs(n *yaml.Node) []pair {
	var out []pair
	own := map[string]bool{}
	d.gather(n, own, &out, 0)
	return out
}

func (d *decoder) gather(n *yaml.Node, taken map[string]bool, out *[]pair, level int) {
	if level > MaxDepth {
		return
	}
	here := make(map[string]int, len(n.Content)/2)
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := follow(n.Content[i]), n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			d.errorf(d.src.mark(key), "a key must be a plain word")
			continue
		}
		if key.Tag == "!!merge" && key.Style == 0 {
			merges = append(merges, value)
			continue
		}
		if first, dup := here[key.Value]; dup {
			d.errorf(d.src.mark(key), "key %s is written twice, first in line %d", quote(key.Value), first)
			continue
		}
		here[key.Value] = key.Line
		if !taken[key.Value] {
			*out = append(*out, pair{key, value})
		}
	}
	for k := range here {
		taken[k] = true
	}
	for _, m := range merges {
		d.merge(m, taken, out, level)
	}
}

func (d *decoder) merge(m *yaml.Node, taken map[string]bool, out *[]pair, level int) {
	switch target := follow(m); target.Kind {
	case yaml.MappingNode:
		d.gather(target, taken, out, level+1)
	case yaml.SequenceNode:
		for _, item := range target.Content {
			if target := follow(item); target.Kind == yaml.MappingNode {
				d.gather(target, taken, out, level+1)
			} else {
				d.errorf(d.src.mark(item), "<< merges mappings only")
			}
		}
	default:
		d.errorf(d.src.mark(m), "<< merges mappings only")
	}
}

// mapping reads a mapping with the keys that v's type allows.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, f *field) {
	if n.Kind != yaml.MappingNode {
		d.wrongKind(n, f, "a mapping")
		return
	}
	s := d.shapes.of(v.Type())
	seen, filled := make(map[string]bool, len(n.Content)/2), map[string]bool(nil)
	if s.where != nil {
		filled = make(map[string]bool, len(n.Content)/2)
		v.FieldByIndex(s.where).Set(reflect.ValueOf(place{d.src.mark(n), filled}))
	}
	for _, p := range d.pairs(n) {
		name := p.key.Value
		kf := s.byKey[name]
		switch {
		case kf != nil:
			seen[name] = true
			if filled != nil && hasContent(p.value) {
				filled[name] = true
			}
			d.value(p.value, v.FieldByIndex(kf.index), kf)
		case s.rest != nil:
			d.entry(p, v.FieldByIndex(s.rest), &field{key: name})
		default:
			d.hintf(d.src.mark(p.key), d.didYouMean(name, s.keys), "unknown key %s in %s", quote(name), f.key)
		}
	}
	for _, kf := range s.fields {
		if kf.need && !seen[kf.key] {
			d.errorf(d.src.mark(n), "%s has no %s, which is required", f.key, kf.key)
		}
	}
}

// dict reads a mapping with names of the writer's own.
func (d *decoder) dict(n *yaml.Node, v reflect.Value, f *field) {
	if n.Kind != yaml.MappingNode {
		d.wrongKind(n, f, "a mapping of names")
		return
	}
	for _, p := range d.pairs(n) {
		before := len(d.list)
		var k ident
		k.decode(d, p.key, f)
		if len(d.list) > before {
			continue
		}
		d.entry(p, v, &field{key: p.key.Value, enum: f.enum})
	}
}

// entry appends one key of a dict.
func (d *decoder) entry(p pair, v reflect.Value, f *field) {
	e := reflect.New(v.Type().Elem()).Elem()
	e.Field(0).Set(reflect.ValueOf(ident{mark: d.src.mark(p.key), Text: p.key.Value}))
	d.value(p.value, e.Field(1), f)
	v.Set(reflect.Append(v, e))
}

func (d *decoder) wrongKind(n *yaml.Node, f *field, want string) {
	d.errorf(d.src.mark(n), "%s is %s; %s is wanted", f.key, kindName(n), want)
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "the text " + quote(n.Value)
	}
}

// follow resolves an alias.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// hasContent says whether a value is more than an empty text or list.
func hasContent(n *yaml.Node) bool {
	n = follow(n)
	return n.Kind == yaml.ScalarNode && strings.TrimSpace(n.Value) != "" || len(n.Content) > 0
}

// isNull says whether nothing, ~ or null was written.
func isNull(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return false
	}
	switch n.Value {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

// quote shows a word from a file in a message: escaped, and cut when long.
func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
