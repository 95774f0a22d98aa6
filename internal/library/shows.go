package library

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Shows lists the shows that the store has anything of, in order. It costs what there
// are shows, not what they have.
func (l Library) Shows(ctx context.Context) ([]string, error) {
	var shows []string
	err := l.Store.ListLevel(ctx, "", func(i store.Info) error {
		if show, folder := strings.CutSuffix(i.Key, "/"); folder && drama.ValidID(show) {
			shows = append(shows, show)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list shows: %w", err)
	}
	slices.Sort(shows) // "night-2/" is listed before "night/"
	return shows, nil
}

// Episodes lists the episodes of a show that were ever submitted, by number. It costs
// one question an episode, some asked at once, however much they have.
func (l Library) Episodes(ctx context.Context, show string) ([]drama.EpisodeID, error) {
	ids, err := l.folders(ctx, show)
	if err != nil {
		return nil, err
	}
	submitted := make([]bool, len(ids))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, id := range ids {
		group.Go(func() error {
			_, err := l.Store.Head(asking, store.Keys{Show: show}.LatestScript(id))
			submitted[i] = err == nil
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("list episodes of %s: %w", show, err)
	}
	there := ids[:0]
	for i, id := range ids {
		if submitted[i] {
			there = append(there, id)
		}
	}
	return there, nil
}

// NewestScript reads the newest script of the last episode that was ever submitted.
// store.ErrNotFound, *RecordError.
func (l Library) NewestScript(ctx context.Context, show string) (drama.Production, error) {
	ids, err := l.folders(ctx, show)
	if err != nil {
		return drama.Production{}, err
	}
	for _, id := range slices.Backward(ids) {
		p, _, err := l.LatestScript(ctx, id)
		if !errors.Is(err, store.ErrNotFound) {
			return p, err
		}
	}
	return drama.Production{}, fmt.Errorf("read the newest script of %s: %w", show, store.ErrNotFound)
}

// folders are the episodes that there is anything of, by number.
func (l Library) folders(ctx context.Context, show string) (ids []drama.EpisodeID, err error) {
	err = l.Store.ListLevel(ctx, show+"/ep", func(i store.Info) error {
		if id, err := drama.ParseEpisodeID(show + "/" + path.Base(i.Key)); i.IsFolder() && err == nil {
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list episodes of %s: %w", show, err)
	}
	slices.SortFunc(ids, func(a, b drama.EpisodeID) int { return cmp.Compare(a.Number, b.Number) })
	return ids, nil
}
