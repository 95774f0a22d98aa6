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

// Show is a show that is copied from one store into another, while nobody writes to it.
type Show struct {
	Name    string
	From    store.Store
	To      store.Store
	Scratch string // a folder for what is on its way
	// Beside are objects that belong to the show and lie beside all shows: jobs that its
	// takes have claimed, links to its cuts.
	Beside []string
	// Over: what the store has of the show is its state of before, and is replaced and
	// removed.
	Over bool
	Told Told
}

// Copy copies it, and looks at the end whether everything is there. *ConflictError where the store
// has another show of that name, or has it in another state. One that was broken off is gone on
// with by the same call.
func (s Show) Copy(ctx context.Context) (Totals, error) {
	sums := &count{told: s.Told}
	entries, err := s.list(ctx)
	if err != nil {
		return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
	}
	if !s.Over {
		if err := s.conflicts(ctx, entries); err != nil {
			return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
		}
	}
	byRank := [ranks][]store.Info{}
	for _, e := range entries {
		byRank[rank(e.Key)] = append(byRank[rank(e.Key)], e)
	}
	for r := range ranks {
		err := each(ctx, byRank[r], func(ctx context.Context, i store.Info) error { return s.one(ctx, i.Key, sums) })
		if err != nil {
			return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
		}
	}
	if s.Over {
		if err := s.removeOthers(ctx, entries); err != nil {
			return sums.sum, fmt.Errorf("copy %s: %w", s.Name, err)
		}
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

// conflicts looks for objects that are there and are others, before any is written.
func (s Show) conflicts(ctx context.Context, entries []store.Info) error {
	other := make([]bool, len(entries))
	places := make([]int, len(entries))
	for i := range places {
		places[i] = i
	}
	err := each(ctx, places, func(ctx context.Context, i int) error {
		theirs, err := s.To.Head(ctx, entries[i].Key)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		ours, err := s.From.Head(ctx, entries[i].Key)
		other[i] = err == nil && (ours.Bytes != theirs.Bytes || ours.SHA256 != "" && ours.SHA256 != theirs.SHA256)
		return err
	})
	if err != nil {
		return err
	}
	conflict := &ConflictError{}
	for i, e := range entries {
		switch {
		case !other[i]:
		case len(conflict.Keys) < conflictsNamed:
			conflict.Keys = append(conflict.Keys, e.Key)
		default:
			conflict.More++
		}
	}
	if len(conflict.Keys) > 0 {
		return conflict
	}
	return nil
}

// one copies an object that is not there, or is another one.
func (s Show) one(ctx context.Context, key string, sums *count) error {
	theirs, err := s.To.Head(ctx, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil {
		ours, err := s.From.Head(ctx, key)
		if err != nil {
			return err
		}
		if ours.Bytes == theirs.Bytes && ours.SHA256 != "" && ours.SHA256 == theirs.SHA256 {
			return nil
		}
	}
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
