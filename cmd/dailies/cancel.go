package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) cancelCmd() *cobra.Command {
	return &cobra.Command{
		Use: "cancel SHOW[/epNN]", Short: "End a run; finished takes are kept", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			season := func(st *studio.Studio) func(context.Context) error {
				return func(ctx context.Context) error {
					ended, err := st.CancelSeason(ctx, args[0])
					if err == nil {
						a.sayCancelled("the season's run of "+args[0], ended)
					}
					return err
				}
			}
			return a.each(cmd.Context(), args[0], app.ToRun, season, a.cancelEpisode)
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
