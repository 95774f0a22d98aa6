package script

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/strictyaml"
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
	n = strictyaml.Follow(n)
	if n.Style&yaml.TaggedStyle != 0 {
		d.hintf(d.src.mark(n), "put a text that begins with ! in quotes", "tag %s: a script has no tags; write the value plainly", quote(n.Tag))
		return
	}
	if strictyaml.IsNull(n) {
		d.hintf(d.src.mark(n), d.noValue(n), "%s has no value; write one or remove the key", f.key)
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

// pairs lists a mapping's own keys and those it merges, and reports duplicates.
func (d *decoder) pairs(n *yaml.Node) []strictyaml.Pair {
	return strictyaml.Pairs(n, func(at *yaml.Node, text string) { d.errorf(d.src.mark(at), "%s", text) })
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
	pairs := d.pairs(n)
	d.swallowed(n, pairs, s.keys)
	for _, p := range pairs {
		name := p.Key.Value
		kf := s.byKey[name]
		switch {
		case kf != nil:
			seen[name] = true
			if filled != nil && hasContent(p.Value) {
				filled[name] = true
			}
			d.value(p.Value, v.FieldByIndex(kf.index), kf)
		case s.rest != nil:
			if hint, meant := misread(n, p, s.keys); hint != "" {
				seen[meant] = true
				d.collector.hintf(d.src.mark(p.Key), hint, "unknown key %s in %s", quote(name), f.key)
				continue
			}
			d.entry(p, v.FieldByIndex(s.rest), &field{key: name})
		default:
			d.collector.hintf(d.src.mark(p.Key), d.unknownKey(n, p, s.keys), "unknown key %s in %s", quote(name), f.key)
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
		k.decode(d, p.Key, f)
		if len(d.list) > before {
			continue
		}
		d.entry(p, v, &field{key: p.Key.Value, enum: f.enum})
	}
}

// entry appends one key of a dict.
func (d *decoder) entry(p strictyaml.Pair, v reflect.Value, f *field) {
	e := reflect.New(v.Type().Elem()).Elem()
	e.Field(0).Set(reflect.ValueOf(ident{mark: d.src.mark(p.Key), Text: p.Key.Value}))
	d.value(p.Value, e.Field(1), f)
	v.Set(reflect.Append(v, e))
}

func (d *decoder) wrongKind(n *yaml.Node, f *field, want string) {
	hint := ""
	if n.Kind == yaml.ScalarNode && startsKey.MatchString(n.Value) {
		hint = "a plain colon and a space make a key"
	}
	d.hintf(d.src.mark(n), hint, "%s is %s; %s is wanted", f.key, kindName(n), want)
}

func kindName(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode {
		return "the text " + quote(n.Value)
	}
	return strictyaml.Kind(n)
}

// hasContent says whether a value is more than an empty text or list.
func hasContent(n *yaml.Node) bool {
	n = strictyaml.Follow(n)
	return n.Kind == yaml.ScalarNode && strings.TrimSpace(n.Value) != "" || len(n.Content) > 0
}

// quote shows a word from a file in a message.
func quote(s string) string { return strictyaml.Quote(s) }
