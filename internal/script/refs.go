package script

import (
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
)

// Roles are what a reference picture may show of somebody or something.
func Roles() []string {
	return names(drama.RoleFace, drama.RoleBody, drama.RoleBack, drama.RoleExpression, drama.RolePlate, drama.RoleReverse, drama.RoleDetail)
}

func names(roles ...drama.Role) (all []string) {
	for _, r := range roles {
		all = append(all, string(r))
	}
	return all
}

// owner is whose reference pictures they are, and the roles that these may have.
type owner struct {
	what  string
	roles []string
	// wardrobe are a member of the cast's clothes, by name.
	wardrobe map[string]string
	timed    bool
}

var (
	ofPlace = owner{what: "a place", roles: names(drama.RolePlate, drama.RoleReverse, drama.RoleDetail), timed: true}
	ofProp  = owner{what: "a prop", roles: names(drama.RoleDetail, drama.RoleBack)}
)

func ofCast(wardrobe map[string]string) owner {
	return owner{what: "a character", roles: names(drama.RoleFace, drama.RoleBody, drama.RoleBack, drama.RoleExpression, drama.RoleDetail), wardrobe: wardrobe}
}

func (b *builder) refs(all []refSyntax, of owner) []drama.Ref {
	var out []drama.Ref
	for _, r := range all {
		f := b.file(r.File, pictureFile)
		if r.As.set() && !slices.Contains(of.roles, r.As.Text) {
			b.hintf(r.As.mark, "one of "+strings.Join(of.roles, ", "), "as: %s is no role of %s's picture", r.As.Text, of.what)
		}
		switch {
		case r.Wardrobe.set() && of.what != "a character":
			b.errorf(r.Wardrobe.mark, "wardrobe is for pictures of a character; remove the key")
		case r.Wardrobe.set():
			known(b, r.Wardrobe, of.wardrobe, "wardrobe")
		}
		if r.Time.set() && !of.timed {
			b.errorf(r.Time.mark, "time is for pictures of a place; remove the key")
		}
		if f != nil {
			out = append(out, drama.Ref{File: *f, As: drama.Role(r.As.Text), Wardrobe: r.Wardrobe.Text, Time: r.Time.Text})
		}
	}
	return out
}

// refSyntax is a file, or one with what it shows.
type refSyntax struct {
	mark
	File     path
	As       choice
	Wardrobe ident
	Time     text
}

func (r *refSyntax) decode(d *decoder, n *yaml.Node, f *field) {
	r.mark = d.src.mark(n)
	if n.Kind != yaml.MappingNode {
		r.File.decode(d, n, f)
		return
	}
	var rule refRule
	one := *f
	one.key = strings.TrimSuffix(f.key, "s")
	d.mapping(n, reflect.ValueOf(&rule).Elem(), &one)
	r.File, r.As, r.Wardrobe, r.Time = rule.File, rule.As, rule.Wardrobe, rule.Time
}

func (*refSyntax) schema(g *generator, f *field) object {
	return object{{"anyOf", []object{(&path{}).schema(g, f), g.ref(reflect.TypeFor[refRule]())}}}
}
func (*refSyntax) words(*field) string { return "path, or [ref](#ref)" }
