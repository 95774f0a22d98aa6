package transfer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/store"
)

// presence is what a store has in an object's place.
type presence int

const (
	absent presence = iota
	same
	other
)

// compare looks what a store has in the places of objects. is says whether what is there is one of
// them.
func compare[T any](ctx context.Context, to store.Store, all []T, key func(T) string, is func(ctx context.Context, one T, theirs store.Info) (bool, error)) ([]presence, error) {
	there := make([]presence, len(all))
	places := make([]int, len(all))
	for i := range places {
		places[i] = i
	}
	err := each(ctx, places, func(ctx context.Context, i int) error {
		theirs, err := to.Head(ctx, key(all[i]))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		ok, err := is(ctx, all[i], theirs)
		if there[i] = other; ok {
			there[i] = same
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("see what the store has: %w", err)
	}
	return there, nil
}

// ConflictError: objects are there already, and are others.
type ConflictError struct {
	Keys []string // the first of them
	More int
}

func (e *ConflictError) Error() string {
	s := fmt.Sprintf("the store has other objects under the same keys: %s", strings.Join(e.Keys, ", "))
	if e.More > 0 {
		s += fmt.Sprintf(", and %d more", e.More)
	}
	return s
}

// conflictsNamed is how many conflicts are named.
const conflictsNamed = 5

func (e *ConflictError) add(key string) {
	if len(e.Keys) < conflictsNamed {
		e.Keys = append(e.Keys, key)
		return
	}
	e.More++
}

// conflict names the objects in whose place are others; nil: there are none. Those that may be
// replaced have no name.
func conflict[T any](all []T, there []presence, name func(T) string) error {
	e := &ConflictError{}
	for i, one := range all {
		if name := name(one); there[i] == other && name != "" {
			e.add(name)
		}
	}
	if len(e.Keys) == 0 {
		return nil
	}
	return e
}
