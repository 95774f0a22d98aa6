package access

import (
	"fmt"
	"slices"
	"strings"
)

// ParseRole reads a role's name. The highest is for people, not for programs that were
// given "nobody".
func ParseRole(s string) (Role, error) {
	if i := slices.Index(roleNames, strings.ToLower(s)); i > int(Nobody) {
		return Role(i), nil
	}
	return Nobody, fmt.Errorf("role %q: want viewer, editor, producer or admin", s)
}

// MarshalText writes the role's name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a role's name, nobody's too.
func (r *Role) UnmarshalText(b []byte) (err error) {
	if string(b) == roleNames[Nobody] {
		*r = Nobody
		return nil
	}
	*r, err = ParseRole(string(b))
	return err
}
