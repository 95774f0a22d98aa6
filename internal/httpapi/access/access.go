// Package access decides who may do what over HTTP: whose request it is, whether it
// may come from where it comes from, and whether its role and shows allow an
// operation. It knows no operation by itself: the table in package api says what each
// one needs.
package access

import (
	"context"
	"errors"
	"slices"

	"github.com/dailies/dailies/internal/drama"
)

// Role is how much somebody may do; each may do what those before it may.
type Role int

// Roles. The zero Role may do nothing.
const (
	Nobody   Role = iota
	Viewer        // looks, and comments
	Editor        // decides about takes, and asks for new ones within the caps
	Producer      // spends: runs, caps, what became of a held job
	Admin         // sees who did what, and who may
)

var roleNames = []string{"nobody", "viewer", "editor", "producer", "admin"}

func (r Role) String() string {
	if r < Nobody || r > Admin {
		return roleNames[Nobody]
	}
	return roleNames[r]
}

// Actor is whose request it is.
type Actor struct {
	// Name is written into records that the actor makes; empty: "person".
	Name  string
	Role  Role
	Shows []string // empty: all
	// Token is the ID of the token that proved it; empty: no token did.
	Token string
	// Spend is the most that may be asked for in a day by the token; zero micros: no limit of its own.
	Spend drama.Money
}

// Owner is whoever has an account on the machine, where nobody has to log in.
func Owner() Actor { return Actor{Role: Admin} }

// Sees says whether the actor may know of a show.
func (a Actor) Sees(show string) bool { return len(a.Shows) == 0 || slices.Contains(a.Shows, show) }

// Errors of May.
var (
	// ErrLogin: nobody has said who they are.
	ErrLogin = errors.New("log in first: send Authorization: Bearer with a token")
	// ErrForbidden: the role is too low.
	ErrForbidden = errors.New("your role does not allow this")
	// ErrUnseen: the show is not the actor's; it is answered like one that is not there.
	ErrUnseen = errors.New("not known here")
)

// May says whether the actor may do what wants a role, to a show; an empty show is
// what belongs to none. ErrLogin, ErrUnseen, ErrForbidden.
func (a Actor) May(want Role, show string) error {
	switch {
	case want == Nobody:
		return nil
	case a.Role == Nobody:
		return ErrLogin
	case show != "" && !a.Sees(show):
		return ErrUnseen
	case a.Role < want:
		return ErrForbidden
	}
	return nil
}

type key struct{}

// With is ctx with the actor of its request.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From is the request's actor: nobody, if the guard did not say who.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor) //nolint:revive // the zero Actor may nothing
	return a
}
