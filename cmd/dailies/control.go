package main

import (
	"context"
	"errors"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

// each runs one change on an episode, or on every episode of a show that is in
// work.
func (a *cli) each(ctx context.Context, what string, need app.Need, change func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error) error {
	return a.WithStudio(ctx, need, func(ctx context.Context, st *studio.Studio) error {
		ids, err := episodesOf(ctx, st, what)
		if err != nil {
			return err
		}
		changed := 0
		for _, id := range ids {
			err := change(ctx, st, id)
			if errors.Is(err, studio.ErrIdle) {
				continue
			}
			if err != nil {
				return err
			}
			changed++
		}
		if changed == 0 {
			return usagef("%s is not in work; dailies status shows what is", what)
		}
		return nil
	})
}

// unknownIsUsage makes a wrong name an error of usage.
func unknownIsUsage(err error) error {
	if errors.Is(err, studio.ErrUnknown) || errors.Is(err, studio.ErrIdle) {
		return usage(err)
	}
	return err
}
