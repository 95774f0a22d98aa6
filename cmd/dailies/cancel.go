package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) cancelCmd() *cobra.Command {
	return &cobra.Command{
		Use: "cancel SHOW[/epNN]", Short: "End a run; finished takes are kept", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !strings.Contains(args[0], "/") {
				return a.cancelSeason(cmd.Context(), args[0])
			}
			return a.each(cmd.Context(), args[0], app.ToRun, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
				return a.cancelEpisode(ctx, st, id)
			})
		},
	}
}

func (a *cli) cancelEpisode(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
	ended, err := st.Cancel(ctx, id)
	if err == nil {
		a.sayCancelled(id.String(), ended)
	}
	return err
}

func (a *cli) sayCancelled(name string, ended bool) {
	if ended {
		a.ui.say("%s is cancelled; finished takes are kept", name)
		return
	}
	a.ui.say("%s is being cancelled: what a vendor cannot stop is still collected, by dailies up or the next command that renders", name)
}

// cancelSeason ends the season's run, or else the episodes of the show that run
// on their own.
func (a *cli) cancelSeason(ctx context.Context, show string) error {
	var idle bool
	err := a.WithStudio(ctx, app.ToRun, func(ctx context.Context, st *studio.Studio) error {
		ended, err := st.CancelSeason(ctx, show)
		if idle = errors.Is(err, studio.ErrIdle); idle {
			return nil
		}
		if err == nil {
			a.sayCancelled(show, ended)
		}
		return err
	})
	if err == nil && idle {
		return a.each(ctx, show, app.ToRun, a.cancelEpisode)
	}
	return err
}
