package library

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
)

const looseLips = "remove the object and the lips are bought again"

// Synced reads what is there of a shot's pictures with other lips. store.ErrNotFound,
// *RecordError.
func (l Library) Synced(ctx context.Context, show, digest string) (drama.Synced, error) {
	s, _, err := read(ctx, l, store.Keys{Show: show}.Synced(digest), looseLips, is(func(s *drama.Synced) string { return s.Digest }, digest))
	if err != nil {
		return drama.Synced{}, err
	}
	return *s, nil
}

// WriteSynced writes what was delivered last over what was before. as is what plans call
// it: one that passed is marked there.
func (l Library) WriteSynced(ctx context.Context, s drama.Synced, as string) error {
	k := store.Keys{Show: s.Take.Episode.Show}
	if _, err := l.put(ctx, k.Synced(s.Digest), fmt.Sprintf("the lips of %s", s.Take), s); err != nil {
		return err
	}
	if as == "" || !s.Pass {
		return nil
	}
	if _, err := l.Store.PutNew(ctx, k.SyncedAs()+as, []byte("{}"), jsonType); err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("mark the lips of %s: %w", s.Take, err)
	}
	return nil
}

// SyncedAs are the names by which plans know pictures with other lips that are there.
func (l Library) SyncedAs(ctx context.Context, show string) (map[string]bool, error) {
	keys, err := l.keys(ctx, store.Keys{Show: show}.SyncedAs())
	if err != nil {
		return nil, fmt.Errorf("list the lips of %s: %w", show, err)
	}
	done := make(map[string]bool)
	for _, key := range keys {
		done[path.Base(key)] = true
	}
	return done, nil
}

// OpenLips are the jobs of an episode that change lips and have not ended, or that
// delivered, by digest; the latest of each.
func (l Library) OpenLips(ctx context.Context, jobs ledger.Ledger, id drama.EpisodeID) (map[string]Unfinished, error) {
	all, err := l.Unfinished(ctx, jobs, id)
	if err != nil {
		return nil, err
	}
	open := make(map[string]Unfinished)
	for _, u := range all {
		last := u.Jobs[len(u.Jobs)-1]
		if drama.IsLips(u.Take.Slate) && last.Intent.Digest != "" {
			open[last.Intent.Digest] = u
		}
	}
	return open, nil
}
