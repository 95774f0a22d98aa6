package dialect

import (
	"slices"

	"github.com/dailies/dailies/internal/drama"
)

// What pictures with a role show of somebody, and what is taken from each.

// main says whether a picture of the role stands for its subject as a whole, so that the
// subject is bound by it: the face of a person, the plate of a place, any of a thing.
func (x *subject) main(as drama.Role) bool {
	return as == "" || as == drama.RoleFace || as == drama.RolePlate || x.kind == "prop"
}

func (x *subject) add(as drama.Role, tag string) {
	if x.main(as) {
		if len(x.tags) > 0 && x.as != as {
			as = ""
		}
		x.tags, x.as = append(x.tags, tag), as
		return
	}
	i := slices.IndexFunc(x.more, func(m aspect) bool { return m.as == as })
	if i < 0 {
		i = len(x.more)
		x.more = append(x.more, aspect{as: as})
	}
	x.more[i].tags = append(x.more[i].tags, tag)
}

// settle binds a subject by what there is where no picture stands for the whole of it.
func (x *subject) settle() {
	if len(x.tags) == 0 && len(x.more) > 0 {
		x.tags, x.as, x.more = x.more[0].tags, x.more[0].as, x.more[1:]
	}
}

// undressed says whether no picture shows what a member of the cast wears here: pictures
// of the face alone do not, nor do those of other clothes.
func (t *telling) undressed(x subject) bool {
	if x.as == drama.RoleBody || slices.ContainsFunc(x.more, func(m aspect) bool { return m.as == drama.RoleBody }) {
		return false
	}
	return x.as == drama.RoleFace || slices.Contains(t.s.Dressed, x.id)
}
