package transfer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/store"
)

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

// Restore puts what a snapshot has into a store, of all shows or of some. Nothing that is there is
// replaced: if any object is there with other bytes nothing is written, *ConflictError. One that
// was broken off is gone on with by the same call. What names others is written after them.
func Restore(ctx context.Context, f *Folder, s Snapshot, to store.Store, shows []string, told Told) (Totals, error) {
	var entries []Entry
	for _, e := range s.Entries {
		if wanted(e.Key, shows) {
			entries = append(entries, e)
		}
	}
	missing, err := lacking(ctx, entries, to)
	if err != nil {
		return Totals{}, err
	}
	sums := &count{told: told}
	for r := range ranks {
		err := each(ctx, missing[r], func(ctx context.Context, e Entry) error {
			file, err := f.Open(e)
			if err != nil {
				return err
			}
			err = errors.Join(put(ctx, to, e.Key, file, e.Bytes, e.SHA256, e.Type), file.Close())
			if err == nil {
				sums.add(e.Bytes)
			}
			return err
		})
		if err != nil {
			return sums.sum, fmt.Errorf("restore: %w", err)
		}
	}
	for _, e := range entries {
		sums.sum.Objects++
		sums.sum.Bytes += e.Bytes
	}
	return sums.sum, nil
}

// wanted says whether a key belongs to one of the shows; of all, if none is named.
func wanted(key string, shows []string) bool {
	if len(shows) == 0 {
		return true
	}
	for _, show := range shows {
		if strings.HasPrefix(key, show+"/") {
			return true
		}
	}
	return false
}

// lacking finds what a store has not, by rank. *ConflictError.
func lacking(ctx context.Context, entries []Entry, to store.Store) (missing [ranks][]Entry, err error) {
	there := make([]bool, len(entries))
	other := make([]bool, len(entries))
	places := make([]int, len(entries))
	for i := range places {
		places[i] = i
	}
	err = each(ctx, places, func(ctx context.Context, i int) error {
		info, err := to.Head(ctx, entries[i].Key)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		there[i] = true
		other[i] = info.Bytes != entries[i].Bytes || info.SHA256 != entries[i].SHA256
		return nil
	})
	if err != nil {
		return missing, fmt.Errorf("see what the store has: %w", err)
	}
	conflict := &ConflictError{}
	for i, e := range entries {
		switch {
		case !there[i]:
			missing[rank(e.Key)] = append(missing[rank(e.Key)], e)
		case other[i] && len(conflict.Keys) < conflictsNamed:
			conflict.Keys = append(conflict.Keys, e.Key)
		case other[i]:
			conflict.More++
		}
	}
	if len(conflict.Keys) > 0 {
		return missing, conflict
	}
	return missing, nil
}
