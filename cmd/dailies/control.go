package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

// each runs one change on an episode, or on the season's run of a show and every
// episode of it that is in work: all that can, whatever others refuse.
func (a *cli) each(ctx context.Context, what string, need app.Need, season func(*studio.Studio) func(context.Context) error, change func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error) error {
	return a.WithStudio(ctx, need, func(ctx context.Context, st *studio.Studio) error {
		ids, err := episodesOf(ctx, st, what)
		if err != nil {
			return err
		}
		if strings.Contains(what, "/") {
			err := change(ctx, st, ids[0])
			if errors.Is(err, studio.ErrIdle) {
				return usagef("%s is not in work; dailies status shows what is", what)
			}
			return err
		}
		changes, err := st.Of(ctx, what, season(st), func(ctx context.Context, id drama.EpisodeID) error { return change(ctx, st, id) })
		if err != nil {
			return err
		}
		return a.refusals(what, changes)
	})
}

// refusals says which of a show's runs refused a wish, and why. It errs when all
// did, or none is in work.
func (a *cli) refusals(what string, changes []studio.Change) error {
	if len(changes) == 0 {
		return usagef("%s is not in work; dailies status shows what is", what)
	}
	var all []error
	for _, c := range changes {
		if c.Err != nil {
			all = append(all, fmt.Errorf("%s refused: %w", c.Name, c.Err))
		}
	}
	if len(all) == len(changes) {
		return usage(errors.Join(all...))
	}
	for _, err := range all {
		a.ui.say("%v", err)
	}
	return nil
}

// unknownIsUsage makes a wrong name an error of usage.
func unknownIsUsage(err error) error {
	if errors.Is(err, studio.ErrUnknown) || errors.Is(err, studio.ErrIdle) || errors.Is(err, studio.ErrCurrency) {
		return usage(err)
	}
	return err
}
