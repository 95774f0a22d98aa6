package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/strictyaml"
)

// decoder fills a Config from YAML nodes. It walks the types itself, since a
// library's strict mode gives neither columns nor every problem at once.
type decoder struct {
	file     string
	problems Problems
	kinds    Kinds
	places   map[string]place // where each key's value came from, for checks later
}

// place is where something stands: in the file, or in a variable of the
// environment, which has no line.
type place struct {
	where        string
	line, column int
}

func (d *decoder) at(n *yaml.Node) place { return d.inFile(n.Line, n.Column) }

func (d *decoder) inFile(line, column int) place {
	return place{where: fmt.Sprintf("%s:%d:%d", d.file, line, column), line: line, column: column}
}

func (d *decoder) whole() place { return place{where: d.file} }

func (d *decoder) fail(at place, key, format string, args ...any) {
	d.problems = append(d.problems, Problem{Where: at.where, Line: at.line, Column: at.column, Key: key, Text: fmt.Sprintf(format, args...)})
}

func (d *decoder) value(n *yaml.Node, path string, v reflect.Value) {
	d.places[path] = d.at(n)
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.fail(d.at(n), path, "anchors and aliases are not read here; write the value out")
		return
	}
	if strictyaml.IsNull(n) {
		return // "key:" with nothing after it keeps the default
	}
	if x, ok := reflect.TypeAssert[*drama.Exchange](v.Addr()); ok {
		d.exchange(n, path, x)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, path, v)
	case reflect.Map:
		d.instances(n, path, v)
	case reflect.Slice:
		d.list(n, path, v)
	default:
		if n.Kind != yaml.ScalarNode {
			d.fail(d.at(n), path, "want one value, not %s", strictyaml.Kind(n))
			return
		}
		if err := setScalar(v, n.Value, secretName(path)); err != nil {
			d.fail(d.at(n), path, "%v", err)
		}
	}
}

func (d *decoder) structure(n *yaml.Node, path string, v reflect.Value) {
	known := keysOf(v.Type())
	d.mapping(n, path, func(key, value *yaml.Node) {
		i := slices.Index(known, key.Value)
		if i < 0 || key.Value == "-" {
			d.unknown(key, value, path, v, slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k == "-" }))
			return
		}
		d.value(value, join(path, key.Value), v.Field(i))
	})
}

// unknown takes a key that no field has: a setting of the adapter's own, or a
// mistake.
func (d *decoder) unknown(key, value *yaml.Node, path string, v reflect.Value, known []string) {
	at := join(path, key.Value)
	p, ok := reflect.TypeAssert[*Provider](v.Addr())
	if !ok {
		d.fail(d.at(key), at, "unknown key%s", didYouMean(key.Value, known))
		return
	}
	kind := d.kinds.Providers[p.Type]
	s, ok := kind.setting(key.Value)
	if !ok {
		var more []string
		for _, s := range kind.Settings {
			more = append(more, s.Key)
		}
		d.fail(d.at(key), at, "unknown key for type %s%s", p.Type, didYouMean(key.Value, append(more, known...)))
		return
	}
	d.places[at] = d.at(value)
	var text string
	if value.Kind != yaml.ScalarNode {
		d.fail(d.at(value), at, "want one value, not %s", strictyaml.Kind(value))
		return
	}
	if err := setScalar(reflect.ValueOf(&text).Elem(), value.Value, s.Env); err != nil {
		d.fail(d.at(value), at, "%v", err)
		return
	}
	p.set(s.Key, text)
}

// set puts one of the adapter's own settings.
func (p *Provider) set(key, value string) {
	own := maps.Clone(p.Own)
	if own == nil {
		own = map[string]string{}
	}
	own[key] = value
	p.Own = own
}

// instances reads providers and voices: each name with the defaults of its type.
func (d *decoder) instances(n *yaml.Node, path string, v reflect.Value) {
	d.mapping(n, path, func(key, value *yaml.Node) {
		at := join(path, key.Value)
		if !drama.ValidID(key.Value) || len(key.Value) > 40 {
			d.fail(d.at(key), at, "a name has at most 40 of a-z, 0-9 and -, and no dash at an end")
			return
		}
		one := reflect.New(v.Type().Elem()).Elem()
		if p, ok := reflect.TypeAssert[*Provider](one.Addr()); ok {
			*p = d.kinds.provider(kindOf(value))
		}
		d.value(value, at, one)
		v.SetMapIndex(reflect.ValueOf(key.Value), one)
	})
}

// kindOf looks ahead for an instance's type, which decides its defaults.
func kindOf(n *yaml.Node) string {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "type" {
				return n.Content[i+1].Value
			}
		}
	}
	return ""
}

func (d *decoder) list(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fail(d.at(n), path, "want a list, not %s", strictyaml.Kind(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.value(item, indexed(path, i), v.Index(i))
	}
}

// exchange reads {as_of: date, CNY: 1, USD: 7.1}.
func (d *decoder) exchange(n *yaml.Node, path string, x *drama.Exchange) {
	read := drama.Exchange{AsOf: x.AsOf, Rates: map[string]int64{}}
	d.mapping(n, path, func(key, value *yaml.Node) {
		at := join(path, key.Value)
		d.places[at] = d.at(value)
		switch {
		case value.Kind != yaml.ScalarNode:
			d.fail(d.at(value), at, "want one value, not %s", strictyaml.Kind(value))
		case key.Value == "as_of":
			read.AsOf = value.Value
		case !isCurrency(key.Value):
			d.fail(d.at(key), at, "want as_of or a currency of ISO 4217, like USD")
		default:
			rate, err := parseMicros(value.Value)
			if err == nil && rate == 0 {
				err = fmt.Errorf("a rate is above 0")
			}
			if err != nil {
				d.fail(d.at(value), at, "%v", err)
				return
			}
			read.Rates[key.Value] = rate
		}
	})
	*x = read
}

func isCurrency(s string) bool {
	_, err := currency.ParseISO(s)
	return err == nil && s == strings.ToUpper(s)
}

// mapping calls each for every pair of n, and complains of what is no mapping
// and of keys that are there twice.
func (d *decoder) mapping(n *yaml.Node, path string, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.fail(d.at(n), path, "want keys with values, not %s", strictyaml.Kind(n))
		return
	}
	for _, p := range strictyaml.Pairs(n, func(at *yaml.Node, text string) {
		key := path
		if at.Kind == yaml.ScalarNode {
			key = join(path, at.Value)
		}
		d.fail(d.at(at), key, "%s", text)
	}) {
		each(p.Key, p.Value)
	}
}

// setScalar puts text into v. A secret's name is never repeated in an error: it
// may be the secret itself, pasted into the wrong place.
func setScalar(v reflect.Value, text string, secret bool) error {
	for _, r := range text { // an escape in quotes is not seen in the file
		if strictyaml.Forbidden(r) || strictyaml.Isolate(r) {
			return fmt.Errorf("it holds the character U+%04X, which no setting may hold", r)
		}
	}
	switch p := v.Addr().Interface().(type) {
	case *time.Duration:
		t, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%.40q is not a duration; write it like 10s, 5m or 2h", text)
		}
		*p = t
		return nil
	case *Size:
		s, err := ParseSize(text)
		*p = s
		return err
	case *Price:
		if _, err := parsePrice(text); err != nil {
			return err
		}
		*p = Price(text)
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		if secret && !isEnvName(text) {
			return fmt.Errorf("want the name of an environment variable, like ARK_API_KEY; a secret itself must not stand here")
		}
		v.SetString(text)
	case reflect.Bool:
		switch text {
		case "true", "false":
			v.SetBool(text == "true")
		default:
			return fmt.Errorf("%.40q is neither true nor false", text)
		}
	case reflect.Int:
		i, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return fmt.Errorf("%.40q is not a whole number", text)
		}
		v.SetInt(i)
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || f != f || f > 1e9 || f < -1e9 {
			return fmt.Errorf("%.40q is not a number", text)
		}
		v.SetFloat(f)
	default:
		return fmt.Errorf("cannot be set to one value")
	}
	return nil
}

func secretName(path string) bool { return strings.HasSuffix(path, "_env") }

// isEnvName says whether s looks like a variable's name and not like a key:
// names are capitals and underscores by custom, keys of vendors have neither.
func isEnvName(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > 64 || strings.HasPrefix(s, "AKIA") || strings.HasPrefix(s, "ASIA") {
		return false
	}
	for i, r := range s {
		if r != '_' && (r < 'A' || r > 'Z') && (r < '0' || r > '9' || i == 0) {
			return false
		}
	}
	return true
}

// keysOf lists the names of a struct's fields in the file, by index.
func keysOf(t reflect.Type) []string {
	keys := make([]string, t.NumField())
	for i := range keys {
		tag := t.Field(i).Tag
		keys[i] = tag.Get("yaml") // "-": not by itself
		if keys[i] == "" {        // a type of another package, e.g. media.Encoder
			keys[i], _, _ = strings.Cut(tag.Get("json"), ",")
		}
	}
	return keys
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
