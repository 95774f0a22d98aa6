package script

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/lettering"
)

// How each scalar is written: for the schema, as a pattern, and for the reference,
// in words. A text is the text as written, so an editor that takes 007 for a number
// must not be told that a string is wanted.

const (
	idPattern       = `^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$`
	slatePattern    = `^[0-9][A-Za-z0-9-]{0,31}$`
	languagePattern = `^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`
	lengthPattern   = `^([0-9]+[Mm]|([0-9]+[Mm])?[0-9]+(\.[0-9]+)?[Ss]|[0-9]+[Ff])$`
)

var ( // how YAML may understand what is written as a text
	anyScalar = []string{"string", "number", "boolean"}
	nameOrInt = []string{"string", "integer"}
)

func pattern(types any, p string) object { return object{{"type", types}, {"pattern", p}} }

func (*text) schema(*generator, *field) object  { return object{{"type", anyScalar}} }
func (*text) words(*field) string               { return "text" }
func (*ident) schema(*generator, *field) object { return pattern(anyScalar, idPattern) }
func (*ident) words(*field) string              { return "name (`a-z 0-9 -`)" }
func (*slate) schema(*generator, *field) object { return pattern(nameOrInt, slatePattern) }
func (*slate) words(*field) string              { return "slate: `1`, `2B`" }
func (*lang) schema(*generator, *field) object {
	return pattern([]string{"string", "boolean"}, languagePattern)
}
func (*lang) words(*field) string              { return "language: `en`, `zh`, `pt-BR`" }
func (*path) schema(*generator, *field) object { return pattern("string", `^[^/~\\][^\\]*$`) }
func (*path) words(*field) string              { return "path" }
func (*yesno) schema(*generator, *field) object {
	return object{{"enum", []any{true, false, "true", "false"}}}
}
func (*yesno) words(*field) string { return "`true`, `false`" }

func (*color) schema(*generator, *field) object {
	return pattern(anyScalar, "^(#?[0-9A-Fa-f]{6}|"+strings.Join(anyCase(lettering.ColorNames()), "|")+")$")
}
func (*color) words(*field) string { return "colour: `yellow`, `ffd23f`" }

func (*percent) schema(*generator, *field) object {
	return pattern("string", `^[0-9]+(\.[0-9]+)? *%$`)
}
func (*percent) words(*field) string { return "share: `5%`" }

func (*fromLink) schema(*generator, *field) object {
	return pattern(nameOrInt, `^[0-9][A-Za-z0-9-]{0,31}(\.(last|first))?$`)
}
func (*fromLink) words(*field) string { return "`1A.last`, `1A.first`, `1A`" }

func (*toLink) schema(g *generator, f *field) object { return (*fromLink)(nil).schema(g, f) }
func (*toLink) words(*field) string                  { return "`1C.first`, `1C.last`, `1C`" }

func (*burn) schema(g *generator, f *field) object {
	return object{{"anyOf", []object{{{"enum", []string{"none"}}}, pattern("string", languagePattern)}}}
}
func (*burn) words(*field) string { return "language or `none`" }

func (*choice) schema(_ *generator, f *field) object { return listed(f.enum) }
func (*choice) words(f *field) string                { return "`" + strings.Join(f.enum, "` `") + "`" }

// listed is a closed list, offered in its own spelling and accepted in any case.
func listed(list []string) object {
	return object{{"anyOf", []object{
		{{"enum", list}},
		pattern("string", "^("+strings.Join(anyCase(list), "|")+")$"),
	}}}
}

func anyCase(list []string) []string {
	var out []string
	for _, w := range list {
		var b strings.Builder
		for _, r := range w {
			if u, l := unicode.ToUpper(r), unicode.ToLower(r); u != l {
				fmt.Fprintf(&b, "[%c%c]", u, l)
			} else {
				b.WriteRune(r)
			}
		}
		out = append(out, b.String())
	}
	return out
}

func (*whole) schema(_ *generator, f *field) object {
	out := object{{"type", []string{"integer", "string"}}, {"pattern", `^-?(0|[1-9][0-9]*)$`}}
	return append(out, bounds(f)...)
}

func (*whole) words(f *field) string { return "whole number " + f.reach() }

func (*number) schema(_ *generator, f *field) object {
	return append(object{{"type", []string{"number", "string"}}, {"pattern", `^-?[0-9]+(\.[0-9]+)?$`}}, bounds(f)...)
}

func (*number) words(f *field) string { return "number " + f.reach() }

func (*stay) schema(g *generator, f *field) object {
	return object{{"anyOf", []object{(*number)(nil).schema(g, f), {{"enum", []string{"all"}}}}}}
}
func (*stay) words(f *field) string { return (*number)(nil).words(f) + ", or `all`" }

func bounds(f *field) object {
	if !f.ranged {
		return nil
	}
	return object{{"minimum", f.lo}, {"maximum", f.hi}}
}

func (f *field) reach() string {
	return fmt.Sprintf("%s…%s", strconv.FormatFloat(f.lo, 'f', -1, 64), strconv.FormatFloat(f.hi, 'f', -1, 64))
}

func (*amount) schema(*generator, *field) object {
	return object{{"type", []string{"number", "string"}}, {"minimum", 0}, {"pattern", `^[0-9]{1,12}(\.[0-9]{1,6})?$`}}
}
func (*amount) words(*field) string { return "amount: `60`, `12.50`" }

func (*currency) schema(*generator, *field) object { return pattern("string", `^[A-Za-z]{3}$`) }
func (*currency) words(*field) string              { return "currency: `CNY`" }

func (*raster) schema(*generator, *field) object {
	return pattern("string", `^[0-9]{1,3}[02468][x×X][0-9]{1,3}[02468]$`)
}
func (*raster) words(*field) string { return "`1080x1920`" }

func (*rate) schema(*generator, *field) object {
	values := []any{}
	for _, r := range FrameRates() {
		v, err := strconv.ParseFloat(r, 64)
		if err == nil {
			values = append(values, v)
		}
		values = append(values, r)
	}
	return object{{"anyOf", []object{{{"enum", values}}, pattern("string", `^[0-9]{1,7}/[0-9]{1,5}$`)}}}
}
func (*rate) words(*field) string { return "frame rate" }

func (*length) schema(*generator, *field) object { return pattern("string", lengthPattern) }
func (*length) words(*field) string              { return "duration: `4s`, `4.5s`, `1m2s`, `96f`" }

func (*transition) schema(*generator, *field) object {
	length := strings.TrimSuffix(strings.TrimPrefix(lengthPattern, "^"), "$")
	words := strings.Join(anyCase(Cuts()[1:]), "|")
	return object{{"anyOf", []object{
		{{"enum", Cuts()}},
		pattern("string", `^([Cc][Uu][Tt]|(`+words+`)(\s+`+length+`)?)$`),
	}}}
}

func (*transition) words(*field) string {
	return "`" + strings.Join(Cuts(), "` `") + "` and a length: `dissolve 12f`"
}

func (*texts) schema(g *generator, _ *field) object {
	return object{{"anyOf", []object{
		(&text{}).schema(g, nil),
		{
			{"type", "object"},
			{"propertyNames", object{{"pattern", languagePattern}}},
			{"additionalProperties", (&text{}).schema(g, nil)},
		},
	}}}
}
func (*texts) words(*field) string { return "text, or texts by language" }

func (*tongues) schema(g *generator, _ *field) object {
	return object{
		{"type", "object"},
		{"propertyNames", object{{"pattern", languagePattern}}},
		{"additionalProperties", g.ref(reflect.TypeFor[tongueSyntax]())},
	}
}
func (*tongues) words(*field) string { return "by language: [tongue](#tongue)" }

func (*seasonLink) schema(g *generator, _ *field) object {
	return object{{"anyOf", []object{(&path{}).schema(g, nil), g.ref(reflect.TypeFor[seasonSyntax]())}}}
}
func (*seasonLink) words(*field) string { return "path, or [season](#season)" }

func (*routeSyntax) schema(g *generator, _ *field) object {
	name := (&ident{}).schema(g, nil)
	return object{{"anyOf", []object{name, {{"type", "array"}, {"items", name}}, g.ref(reflect.TypeFor[routeRule]())}}}
}
func (*routeSyntax) words(*field) string { return "list of providers, or [route](#route)" }
