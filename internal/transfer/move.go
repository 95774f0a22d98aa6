package transfer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/dailies/dailies/internal/store"
)

// Show is a show that is copied from one store into another, while nobody writes to it in either:
// it is marked as moved in both. What the other store has of it is replaced, or removed.
type Show struct {
	Name    string
	From    store.Store
	To      store.Store
	Scratch string // a folder for what is on its way
	// Beside are objects that belong to the show and lie beside all shows: jobs that its
	// takes have claimed, links to its cuts.
	Beside []string
	Told   Told
}

// Vacant says that a store has nothing of a show, or what: *ConflictError.
func Vacant(ctx context.Context, st store.Store, show string) error {
	e := &ConflictError{}
	err := st.ListLevel(ctx, show+"/", func(i store.Info) error {
		e.add(i.Key)
		return nil
	})
	if err == nil && len(e.Keys) > 0 {
		return e
	}
	return err
}

// Copy copies it, and looks at the end whether everything is there. *ConflictError, before anything
// is written, where the store has others in the places of what lies beside all shows. One that was
// broken off is gone on with by the same call.
func (s Show) Copy(ctx context.Context) (Totals, error) {
	sums := &count{told: s.Told}
	entries, err := s.list(ctx)
	if err != nil {
		return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
	}
	there, err := s.compare(ctx, entries)
	if err == nil {
		err = conflict(entries, there, func(i store.Info) string {
			if showOf(i.Key) == s.Name {
				return ""
			}
			return i.Key
		})
	}
	if err != nil {
		return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
	}
	byRank := [ranks][]store.Info{}
	for i, e := range entries {
		if there[i] != same {
			byRank[rank(e.Key)] = append(byRank[rank(e.Key)], e)
		}
	}
	for r := range ranks {
		err := each(ctx, byRank[r], func(ctx context.Context, i store.Info) error { return s.one(ctx, i.Key, sums) })
		if err != nil {
			return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
		}
	}
	if err := s.removeOthers(ctx, entries); err != nil {
		return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
	}
	again, err := s.list(ctx)
	if err != nil {
		return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
	}
	if !slices.EqualFunc(entries, again, func(a, b store.Info) bool { return a.Key == b.Key && a.Version == b.Version }) {
		return sums.sum, fmt.Errorf("copy %s: somebody wrote to it meanwhile; begin again", s.Name)
	}
	for _, e := range entries {
		sums.sum.Objects++
		sums.sum.Bytes += e.Bytes
	}
	return sums.sum, nil
}

// list is what the show has, by key.
func (s Show) list(ctx context.Context) ([]store.Info, error) {
	var all []store.Info
	err := s.From.List(ctx, s.Name+"/", func(i store.Info) error {
		if i.Key != MovedKey(s.Name) {
			all = append(all, i)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, key := range s.Beside {
		i, err := s.From.Head(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b store.Info) int { return cmp.Compare(a.Key, b.Key) })
	return all, nil
}

func keyOf(i store.Info) string { return i.Key }

// compare looks what the store has of the show.
func (s Show) compare(ctx context.Context, entries []store.Info) ([]presence, error) {
	return compare(ctx, s.To, entries, keyOf, func(ctx context.Context, i store.Info, theirs store.Info) (bool, error) {
		ours, err := s.From.Head(ctx, i.Key)
		return ours.Bytes == theirs.Bytes && ours.SHA256 != "" && ours.SHA256 == theirs.SHA256, err
	})
}

// one copies an object.
func (s Show) one(ctx context.Context, key string, sums *count) error {
	path, info, err := fetch(ctx, s.From, key, s.Scratch)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(path) }()
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("copy %s: %w", key, err)
	}
	if err := errors.Join(put(ctx, s.To, key, f, info.Bytes, info.SHA256, info.Type), f.Close()); err != nil {
		return err
	}
	sums.add(info.Bytes)
	return nil
}

// removeOthers removes what the store has of the show besides, from what is known down to what
// it names.
func (s Show) removeOthers(ctx context.Context, entries []store.Info) error {
	keep := map[string]bool{MovedKey(s.Name): true}
	for _, e := range entries {
		keep[e.Key] = true
	}
	byRank := [ranks][]string{}
	err := s.To.List(ctx, s.Name+"/", func(i store.Info) error {
		if !keep[i.Key] {
			byRank[rank(i.Key)] = append(byRank[rank(i.Key)], i.Key)
		}
		return nil
	})
	for r := ranks - 1; r >= 0 && err == nil; r-- {
		err = each(ctx, byRank[r], s.To.Remove)
	}
	return err
}
