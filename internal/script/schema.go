package script

import (
	"bytes"
	"embed" // the comments of the syntax types
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"unicode"
)

// SchemaID names the schema; editors are pointed at a copy of it on disk.
const SchemaID = "https://github.com/dailies/dailies/script.schema.json"

// syntaxSources are the files with the syntax types.
//
//go:embed syntax.go syntax_episode.go
var syntaxSources embed.FS

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, fmt.Errorf("write schema key %s: %w", m.name, err)
		}
		var value bytes.Buffer
		enc := json.NewEncoder(&value)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(m.value); err != nil {
			return nil, fmt.Errorf("write schema of %s: %w", m.name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(bytes.TrimSpace(value.Bytes()))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Schema is the JSON Schema (draft 2020-12) of a script file: a season, an episode,
// or an episode that holds its season. It accepts every valid file; what only the
// files together can tell (names, slates, paths, lengths) is Load's business.
func Schema() []byte {
	g := &generator{comments: readComments(), shapes: &shapeCache{}}
	season := g.ref(reflect.TypeFor[seasonSyntax]())
	episode := g.ref(reflect.TypeFor[episodeSyntax]())
	has := func(key string) object { return object{{"required", []string{key}}} }
	doc := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", SchemaID},
		{"title", "dailies script"},
		{"description", "A season (season.yaml), an episode (ep01.yaml), or an episode that holds its season under season:."},
		{"type", "object"},
		{"if", object{{"anyOf", []object{has("season"), has("scenes"), has("episode")}}}},
		{"then", episode},
		{"else", season},
		{"$defs", g.defs},
	}
	// Marshalling these types cannot err, and json.Indent of its output neither; an
	// empty schema would be caught by the golden test.
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		return nil
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// generator walks the syntax types.
type generator struct {
	comments map[string]string
	shapes   *shapeCache
	defs     object
	done     map[reflect.Type]bool
}

// described is a leaf that can say how it is written.
type described interface {
	// schema is the JSON Schema of the value, without its description.
	schema(g *generator, f *field) object
	// words says in Markdown how the value is written.
	words(f *field) string
}

func defName(t reflect.Type) string {
	return strings.TrimSuffix(strings.TrimSuffix(t.Name(), "Syntax"), "Rule")
}

// ref is a reference to a struct's definition, which it makes the first time.
func (g *generator) ref(t reflect.Type) object {
	name := defName(t)
	ref := object{{"$ref", "#/$defs/" + name}}
	if g.done[t] {
		return ref
	}
	if g.done == nil {
		g.done = map[reflect.Type]bool{}
	}
	g.done[t] = true
	at := len(g.defs)
	g.defs = append(g.defs, member{name, nil})
	s := g.shapes.of(t)
	var properties object
	var required []string
	for _, f := range s.fields {
		properties = append(properties, member{f.key, g.property(f, t.FieldByIndex(f.index).Type)})
		if f.need {
			required = append(required, f.key)
		}
	}
	def := object{{"description", g.comments[t.Name()]}, {"type", "object"}, {"properties", properties}}
	if s.rest != nil {
		def = append(def, member{"patternProperties", object{{languagePattern, (&text{}).schema(g, nil)}}})
	}
	if required != nil {
		def = append(def, member{"required", required})
	}
	g.defs[at].value = append(def, member{"additionalProperties", false})
	return ref
}

func (g *generator) property(f *field, t reflect.Type) object {
	out := object{{"description", g.comments[f.goName]}}
	out = append(out, g.value(f, t)...)
	if f.preset != "" && !strings.ContainsAny(f.preset, "{[") {
		out = append(out, member{"default", f.preset})
	}
	return out
}

func (g *generator) value(f *field, t reflect.Type) object {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	v := reflect.New(t).Interface()
	if d, ok := v.(described); ok {
		return d.schema(g, f)
	}
	if t.Kind() != reflect.Slice {
		return g.ref(t)
	}
	if _, ok := v.(dictionary); ok {
		return object{
			{"type", "object"},
			{"propertyNames", object{{"pattern", idPattern}}},
			{"additionalProperties", g.value(f, t.Elem().Field(1).Type)},
		}
	}
	item := g.value(f, t.Elem())
	list := object{{"type", "array"}, {"items", item}}
	if _, ok := reflect.TypeAssert[described](reflect.New(t.Elem())); ok {
		return object{{"anyOf", []object{item, list}}}
	}
	return list
}

// readComments reads the comments of the syntax types: "type" and "type.Field".
func readComments() map[string]string {
	out := map[string]string{}
	for _, name := range []string{"syntax.go", "syntax_episode.go"} {
		source, err := syntaxSources.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
		if err != nil {
			panic(err) // this package was compiled from it
		}
		commentsOf(file, out)
	}
	return out
}

func commentsOf(file *ast.File, out map[string]string) {
	for _, decl := range file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range d.Specs {
			t, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			doc := oneLine(d.Doc.Text())
			for _, verb := range []string{"is", "are"} {
				doc = strings.TrimPrefix(doc, t.Name.Name+" "+verb+" ")
			}
			doc = capital(strings.TrimPrefix(doc, t.Name.Name+" "))
			out[t.Name.Name] = doc
			st, ok := t.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, f := range st.Fields.List {
				for _, n := range f.Names {
					out[t.Name.Name+"."+n.Name] = oneLine(f.Doc.Text())
				}
			}
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func capital(s string) string {
	s = strings.TrimSpace(s)
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}
