package transfer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/store"
)

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

// lacking finds what a store has not, by rank. *ConflictError; a *store.RefusedError where a show
// was moved away, and the snapshot does not know it.
func lacking(ctx context.Context, entries []Entry, to store.Store) (missing [ranks][]Entry, err error) {
	marked := map[string]bool{}
	for _, e := range entries {
		if show := showOf(e.Key); show != "" {
			marked[show] = marked[show] || e.Key == MovedKey(show)
		}
	}
	for show, knows := range marked {
		if m, moved, err := ReadMoved(ctx, to, show); err != nil {
			return missing, err
		} else if moved && !knows {
			return missing, Refusal(show, m)
		}
	}
	there, err := compare(ctx, to, entries, func(e Entry) string { return e.Key }, func(_ context.Context, e Entry, theirs store.Info) (bool, error) {
		return theirs.Bytes == e.Bytes && theirs.SHA256 == e.SHA256, nil
	})
	if err == nil {
		err = conflict(entries, there, func(e Entry) string { return e.Key })
	}
	for i, e := range entries {
		if err == nil && there[i] == absent {
			missing[rank(e.Key)] = append(missing[rank(e.Key)], e)
		}
	}
	return missing, err
}
